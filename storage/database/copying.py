"""Moving a corpus, with its frontier and all else, from one database to another, of the same kind or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

import storage.database.frontier_tables  # noqa: F401 - its tables belong to the metadata
from storage.database import fulltext
from storage.database.engine import Database
from storage.database.tables import articles, metadata, revisions
from storage.errors import StorageError

BATCH = 500

Progress = Callable[[int], object]


def copy(source: Database, target: Database, *, on_progress: Progress | None = None) -> dict[str, int]:
    """Copy every row into an empty database, in one transaction there; the number of rows per table.

    Keys stay, so ids, snapshots and archive references mean the same. Raises ``StorageError`` where the target holds
    anything.
    """
    counts: dict[str, int] = {}
    with source.read() as read, target.begin() as write:
        for table in metadata.sorted_tables:
            if write.execute(select(func.count()).select_from(table)).scalar_one():
                raise StorageError(f"{target.name}: is not empty (table {table.name}); copy into a new database")
        for table in metadata.sorted_tables:
            counts[table.name] = _copy_table(read, write, table, lambda n: on_progress and on_progress(n), counts)
            if target.dialect == "postgresql":
                _set_sequence(write, table)
        _index(write)
    return counts


def _copy_table(
    read: Connection, write: Connection, table: Table, progress: Callable[[int], Any], counts: dict[str, int]
) -> int:
    before, done = sum(counts.values()), 0
    ordered = select(table).order_by(*table.primary_key)
    with read.execute(ordered, execution_options={"yield_per": BATCH}) as rows:
        for batch in rows.mappings().partitions():
            write.execute(insert(table), [dict(row) for row in batch])
            done += len(batch)
            progress(before + done)
    return done


def _set_sequence(write: Connection, table: Table) -> None:
    """Let PostgreSQL count on from the keys that came with the rows."""
    column = next(iter(table.primary_key))
    if len(table.primary_key) != 1 or not isinstance(column.type, Integer):
        return
    sequence = write.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name})
    if sequence:
        last = write.scalar(select(func.max(column)))
        write.execute(
            text("SELECT setval(CAST(:s AS regclass), :n, :called)"),
            {"s": sequence, "n": last or 1, "called": bool(last)},
        )


def _index(write: Connection) -> None:
    texts = select(articles.c.key, articles.c.title, revisions.c.text).join(
        revisions, revisions.c.key == articles.c.text_key
    )
    with write.execute(texts, execution_options={"yield_per": BATCH}) as rows:
        for key, title, body in rows:
            fulltext.add(write, key, title, body)
