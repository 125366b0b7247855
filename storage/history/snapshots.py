"""Snapshots: a state of the corpus under a name, to be exported again byte for byte, and the way from one to another.

A snapshot pins each article's record (by the hash of its fields) and the revision its text comes from; both are kept
once however many snapshots hold them. Only a withdrawal takes something out of a snapshot again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Select

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Filter
from storage.database.rows import now
from storage.database.tables import (
    articles,
    dump_json,
    records,
    revisions,
    snapshot_items,
    snapshots,
    withdrawals,
)
from storage.database.upsert import insert_new
from storage.errors import ConfigurationError
from storage.export import BATCH, Manifest, write_export
from storage.export.record import TEXT, Row, select_records

Progress = Callable[[int], None]
_FIRST_FIELDS = JSONL_FIELDS.index("rights") + 1  # of records as snapshots held them at first
_URL = JSONL_FIELDS.index("url")
_OUTLET = JSONL_FIELDS.index("outlet")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's name and what it holds. ``records`` counts its articles when it was made."""

    key: int
    name: str
    filters: dict[str, Any]
    records: int
    made_at: str


def take(corpus: Corpus, name: str, where: Filter | None = None, *, on_progress: Progress | None = None) -> Snapshot:
    """Give the present state of the corpus (or of what ``where`` wants) a name. Raises for a name that is taken."""
    if not name.strip() or any(ord(letter) < 32 for letter in name):
        raise ConfigurationError("a snapshot needs a name without line breaks")
    where = where or Filter()
    made = {"name": name, "filters": where.described(), "records": 0, "made_at": now()}
    try:
        with corpus.db.begin() as conn:
            key: int = conn.execute(insert(snapshots).returning(snapshots.c.key), made).scalar_one()
            total = 0
            for batch in _current(conn, where):
                rows = [pinned.record() for pinned in batch]
                items = [
                    {"snapshot_key": key, "article_id": pinned.id, "sort_key": pinned.sort_key, "hash": row["hash"]}
                    for pinned, row in zip(batch, rows, strict=True)
                ]
                insert_new(conn, records, rows)
                conn.execute(insert(snapshot_items), items)
                total += len(batch)
                if on_progress is not None:
                    on_progress(total)
            conn.execute(update(snapshots).where(snapshots.c.key == key), {"records": total})
    except IntegrityError as error:
        raise ConfigurationError(f"there is a snapshot {name!r} already; `scrapy snapshot --list` shows all") from error
    return Snapshot(key, name, where.described(), total, str(made["made_at"]))


def listed(corpus: Corpus) -> list[Snapshot]:
    """All snapshots, oldest first."""
    with corpus.db.read() as conn:
        return [Snapshot(**row) for row in conn.execute(select(snapshots).order_by(snapshots.c.key)).mappings()]


def get(corpus: Corpus, name: str) -> Snapshot:
    """A snapshot by name. Raises ``ConfigurationError`` naming those there are."""
    found = {snapshot.name: snapshot for snapshot in listed(corpus)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none yet"
        raise ConfigurationError(f"there is no snapshot {name!r} (there are: {known})")
    return found[name]


def remove(corpus: Corpus, name: str) -> None:
    """Forget a snapshot and the records that no other one holds."""
    snapshot = get(corpus, name)
    with corpus.db.begin() as conn:
        conn.execute(delete(snapshot_items).where(snapshot_items.c.snapshot_key == snapshot.key))
        conn.execute(delete(snapshots).where(snapshots.c.key == snapshot.key))
        conn.execute(delete(records).where(records.c.hash.not_in(select(snapshot_items.c.hash))))


def export_snapshot(
    corpus: Corpus,
    name: str,
    path: Path | str,
    *,
    text: bool = True,
    masked: bool = False,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write a snapshot: the same bytes each time, unless an article was withdrawn since (the manifest counts them)."""
    snapshot = get(corpus, name)
    manifest = Manifest(Path(path).name, filters=snapshot.filters, text=text, masked=masked, snapshot=name)
    with corpus.db.read() as conn, closing(_pinned(conn, snapshot.key)) as batches:
        rows = ([pinned.row for pinned in batch] for batch in batches)
        return write_export(Path(path), rows, manifest, expected=snapshot.records, on_progress=on_progress)


def export_changes(
    corpus: Corpus,
    since: str,
    path: Path | str,
    *,
    until: str | None = None,
    text: bool = True,
    masked: bool = False,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write what was added, revised and withdrawn since a snapshot, up to the present or to another snapshot.

    Each record has one more key, ``change``. Of a withdrawn article only ``id``, ``url`` and ``outlet`` are left. The
    snapshot's own filter decides which articles of the present corpus count.
    """
    old = get(corpus, since)
    new = get(corpus, until) if until is not None else None
    manifest = Manifest(
        Path(path).name, filters=old.filters, text=text, masked=masked, snapshot=until, changed_since=since
    )
    with corpus.db.read() as conn, closing(_changes(conn, old, new)) as changes:
        return write_export(Path(path), changes, manifest, on_progress=on_progress)


@dataclass(frozen=True, slots=True)
class _Pinned:
    """An article's record at one moment; ``before`` is the hash of its record in the snapshot compared with."""

    id: str
    sort_key: str
    text_key: int
    row: Row
    before: str | None = None

    def body(self) -> str:
        fields = list(self.row)
        fields[TEXT] = None
        while len(fields) > _FIRST_FIELDS and fields[-1] is None:
            fields.pop()  # the record as it was before the field came: it did not change
        return dump_json(fields)

    def hash(self) -> str:
        return _hash(self.body())

    def record(self) -> dict[str, Any]:
        body = self.body()
        return {"hash": _hash(body), "article_id": self.id, "text_key": self.text_key, "body": body}

    def change(self) -> str | None:
        if self.before is None:
            return "added"
        return None if self.before == self.hash() else "revised"


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def _current(conn: Connection, where: Filter, since: int | None = None) -> Generator[list[_Pinned]]:
    """The present articles in the order of exports, each with its hash in the snapshot ``since``."""
    old = snapshot_items.alias("old")
    statement: Select[Any] = select_records(where).add_columns(articles.c.sort_key, articles.c.text_key)
    if since is not None:
        statement = statement.add_columns(old.c.hash).outerjoin(
            old, and_(old.c.snapshot_key == since, old.c.article_id == articles.c.id)
        )
    size = len(JSONL_FIELDS)
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as result:
        for batch in result.partitions():
            yield [_Pinned(row[0], row[size], row[size + 1], row[:size], *row[size + 2 :]) for row in map(tuple, batch)]


def _pinned(conn: Connection, snapshot: int, since: int | None = None) -> Generator[list[_Pinned]]:
    """As ``_current``, of a snapshot. Withdrawn ones are left out, their records are gone."""
    items, old = snapshot_items.alias("items"), snapshot_items.alias("old")
    statement: Select[Any] = (
        select(items.c.article_id, items.c.sort_key, records.c.text_key, records.c.body, revisions.c.text)
        .join(records, records.c.hash == items.c.hash)
        .join(revisions, revisions.c.key == records.c.text_key)
        .where(items.c.snapshot_key == snapshot)
        .order_by(items.c.sort_key, items.c.article_id)
    )
    if since is not None:
        statement = statement.add_columns(old.c.hash).outerjoin(
            old, and_(old.c.snapshot_key == since, old.c.article_id == items.c.article_id)
        )
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as result:
        for batch in result.partitions():
            yield [
                _Pinned(id_, sort_key, text_key, _row(body, text), *before)
                for id_, sort_key, text_key, body, text, *before in batch
            ]


def _row(body: str, text: str) -> Row:
    fields: list[Any] = json.loads(body)
    fields[TEXT] = text
    return fields + [None] * (len(JSONL_FIELDS) - len(fields))


def _changes(conn: Connection, old: Snapshot, new: Snapshot | None) -> Generator[Sequence[Row]]:
    where = Filter.from_description(old.filters)
    with closing(_pinned(conn, new.key, old.key) if new else _current(conn, where, old.key)) as source:
        for batch in source:
            changed = [(*pinned.row, change) for pinned in batch if (change := pinned.change())]
            if changed:
                yield changed
    there: Select[Any]
    if new:
        there = select(snapshot_items.c.article_id).join(records, records.c.hash == snapshot_items.c.hash)
        there = there.where(snapshot_items.c.snapshot_key == new.key)
    else:
        there = select_records(where, ordered=False).with_only_columns(articles.c.id)
    items = snapshot_items.alias("old")
    gone = select(items.c.article_id).where(items.c.snapshot_key == old.key, items.c.article_id.not_in(there))
    with conn.scalars(gone.order_by(items.c.article_id), execution_options={"yield_per": BATCH}) as ids:
        for part in ids.partitions():
            yield _gone(conn, list(part))


def _gone(conn: Connection, ids: list[str]) -> list[Row]:
    """What is left of withdrawn articles, and of those that a filter no longer wants."""
    table = withdrawals.c
    tombs = conn.execute(select(table.article_id, table.url, table.outlet).where(table.article_id.in_(ids)))
    left = {row.article_id: (row.url, row.outlet) for row in tombs}
    kept = conn.execute(select(articles.c.id, articles.c.url, articles.c.outlet).where(articles.c.id.in_(ids)))
    left |= {row.id: (row.url, row.outlet) for row in kept}
    rows: list[Row] = []
    for id_ in ids:
        row: list[Any] = [None] * len(JSONL_FIELDS)
        row[0] = id_
        row[_URL], row[_OUTLET] = left.get(id_, (None, None))
        rows.append((*row, "withdrawn"))
    return rows
