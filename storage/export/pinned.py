"""The records that a snapshot pins, read back, and the hash by which they prove themselves.

A snapshot keeps the SHA-256 of its own JSON lines (plain, with text, unmasked: the bytes of a ``.jsonl`` export). It
is computed again whenever the snapshot is read. A withdrawal, which alone may take lines out, seals what is left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.sql import Select

from storage.article import JSONL_FIELDS
from storage.database.tables import articles, dump_json, records, revisions, snapshot_items, snapshots
from storage.errors import NotAsRecorded
from storage.export.record import TEXT, Row, lines

BATCH = 256


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's name and what it holds. ``records`` counts its articles when it was made.

    ``fields`` are the keys its records have. ``sha256`` is of its JSON lines; None where it was made before snapshots
    kept one.
    """

    key: int
    name: str
    filters: dict[str, Any]
    records: int
    made_at: str
    fields: tuple[str, ...] = JSONL_FIELDS
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Pinned:
    """An article's record at one moment; ``before`` is the hash of its record in the snapshot compared with."""

    id: str
    sort_key: str
    text_key: int
    row: Row
    before: str | None = None

    def body(self, fields: int | None = None) -> str:
        """The record as it is stored: its values (the first ``fields`` of them) without the text."""
        values = list(self.row)[:fields]
        values[TEXT] = None
        return dump_json(values)

    def record(self) -> dict[str, Any]:
        """The row of ``records``."""
        body = self.body()
        return {"hash": body_hash(body), "article_id": self.id, "text_key": self.text_key, "body": body}

    def change(self, fields: int) -> str | None:
        """What it is against the snapshot compared with, whose records have so many fields; None: the same.

        Fields are only ever added at the end: one that came later tells nothing of what changed.
        """
        if self.before is None:
            return "added"
        return None if self.before == body_hash(self.body(fields)) else "revised"


def body_hash(body: str) -> str:
    """The name of a stored record: 128 bits of its SHA-256."""
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def pinned(conn: Connection, snapshot: Snapshot, since: int | None = None) -> Generator[list[Pinned]]:
    """A snapshot's records in the order of exports. Withdrawn ones are left out, their records are gone.

    Raises ``NotAsRecorded`` at the end where they are not those it was made of.
    """
    seal = hashlib.sha256()
    for batch in _read(conn, snapshot, since):
        seal.update(lines([item.row for item in batch], snapshot.fields))
        yield batch
    if snapshot.sha256 is not None and seal.hexdigest() != snapshot.sha256:
        raise NotAsRecorded(
            f"snapshot {snapshot.name!r}: its lines are not those it was made of (SHA-256 {seal.hexdigest()}, recorded"
            f" {snapshot.sha256}); nothing was written. `scrapy corpus verify` names what changed; restore the database"
            " from a backup"
        )


def seal_without(conn: Connection, snapshot: Snapshot, ids: set[str]) -> None:
    """Before a withdrawal: let a snapshot prove itself without these articles.

    A snapshot that is not as recorded keeps its hash, so that it fails later too.
    """
    whole, rest = hashlib.sha256(), hashlib.sha256()
    with closing(_read(conn, snapshot)) as batches:
        for batch in batches:
            whole.update(lines([item.row for item in batch], snapshot.fields))
            rest.update(lines([item.row for item in batch if item.id not in ids], snapshot.fields))
    if whole.hexdigest() == snapshot.sha256:
        conn.execute(update(snapshots).where(snapshots.c.key == snapshot.key).values(sha256=rest.hexdigest()))


def snapshots_with(conn: Connection, ids: set[str]) -> list[Snapshot]:
    """The sealed snapshots that hold one of these articles."""
    held: set[int] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        part = ordered[start : start + 500]
        held |= set(
            conn.scalars(select(snapshot_items.c.snapshot_key).where(snapshot_items.c.article_id.in_(part)).distinct())
        )
    return [one for one in all_snapshots(conn) if one.key in held and one.sha256 is not None]


def all_snapshots(conn: Connection) -> list[Snapshot]:
    """All snapshots, oldest first."""
    rows = conn.execute(select(snapshots).order_by(snapshots.c.key)).mappings()
    return [Snapshot(**dict(row) | {"fields": tuple(row["fields"])}) for row in rows]


def _read(conn: Connection, snapshot: Snapshot, since: int | None = None) -> Generator[list[Pinned]]:
    items, old = snapshot_items.alias("items"), snapshot_items.alias("old")
    statement: Select[Any] = (
        select(items.c.article_id, items.c.sort_key, records.c.text_key, records.c.body, revisions.c.text)
        .join(records, records.c.hash == items.c.hash)
        .join(revisions, revisions.c.key == records.c.text_key)
        .where(items.c.snapshot_key == snapshot.key)
        .order_by(items.c.sort_key, items.c.article_id)
    )
    if since is not None:
        statement = statement.add_columns(old.c.hash).outerjoin(
            old, and_(old.c.snapshot_key == since, old.c.article_id == items.c.article_id)
        )
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as result:
        for batch in result.partitions():
            yield [
                Pinned(id_, sort_key, text_key, _row(body, text), *before)
                for id_, sort_key, text_key, body, text, *before in batch
            ]


def of_present(conn: Connection, statement: Select[Any], since: int | None = None) -> Generator[list[Pinned]]:
    """The present articles that a statement of ``select_records`` wants, each with its hash in snapshot ``since``."""
    old = snapshot_items.alias("old")
    statement = statement.add_columns(articles.c.sort_key, articles.c.text_key)
    if since is not None:
        statement = statement.add_columns(old.c.hash).outerjoin(
            old, and_(old.c.snapshot_key == since, old.c.article_id == articles.c.id)
        )
    size = len(JSONL_FIELDS)
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as result:
        for batch in result.partitions():
            yield [Pinned(row[0], row[size], row[size + 1], row[:size], *row[size + 2 :]) for row in map(tuple, batch)]


def _row(body: str, text: str) -> Sequence[Any]:
    values: list[Any] = json.loads(body)
    values[TEXT] = text
    return values
