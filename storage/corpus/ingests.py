"""How far each bulk archive has been read in, kept with the articles it gave: both commit together."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from storage.database.rows import now
from storage.database.tables import ingests
from storage.database.upsert import upsert


@dataclass(slots=True)
class Ingest:
    """One archive, by its absolute path or address.

    ``position`` is the offset of the last record dealt with (-1: none yet); ``counts`` what became of its records.
    """

    name: str
    position: int = -1
    counts: dict[str, int] = field(default_factory=dict)
    finished_at: str | None = None


def find(conn: Connection, name: str) -> Ingest:
    """What is known of an archive; a fresh one where nothing is."""
    row = conn.execute(select(ingests).where(ingests.c.name == name)).mappings().one_or_none()
    return Ingest(**row) if row else Ingest(name)


def note(conn: Connection, ingest: Ingest, *, finished: bool = False) -> None:
    """Keep how far it is, in the transaction that stores what came out of it."""
    if finished:
        ingest.finished_at = now()
    upsert(
        conn,
        ingests,
        {
            "name": ingest.name,
            "position": ingest.position,
            "counts": dict(ingest.counts),
            "finished_at": ingest.finished_at,
        },
    )
