"""Databases at an earlier schema with data in them, as an earlier version of the program left them."""

from __future__ import annotations

import json
from importlib import import_module

import sqlalchemy as sa
from sqlalchemy import Connection, insert, inspect, select, update

from storage.database import Database, copying
from storage.database.migrating import migrate
from storage.database.tables import dump_json, metadata, records, snapshot_items
from storage.export.pinned import body_hash


def make_older(source: Database, url: str, revision: str) -> None:
    """Make the empty database at ``url`` one of an earlier schema, with all of ``source`` that it has a place for."""
    older = Database(Database.connect(url), url)
    try:
        migrate(older.engine, url, target=revision)
        with source.read() as read, older.begin() as write:
            there = inspect(write)
            names = set(there.get_table_names())
            for table in metadata.sorted_tables:
                if table.name not in names:
                    continue
                known = {column["name"] for column in there.get_columns(table.name)}
                columns = [column for column in table.columns if column.name in known]
                # Distinct: a narrower table of then may have had one row for several of now.
                rows = read.execute(select(*columns).distinct()).mappings()
                if values := [dict(row) for row in rows]:
                    then = sa.table(table.name, *(sa.column(column.name, column.type) for column in columns))
                    write.execute(insert(then), values)
                if older.dialect == "postgresql":
                    copying._set_sequence(write, table)
            if "snapshots" in names and "fields" not in {column["name"] for column in there.get_columns("snapshots")}:
                _pin_the_first_fields(write)
            if "articles_fts" in names:
                copying._index(write)
    finally:
        older.close()


def _pin_the_first_fields(conn: Connection) -> None:
    """Cut pinned records to the fields there were when a snapshot did not note its fields."""
    then = len(import_module("storage.migrations.versions.0009_proofs").FIELDS)
    pins = conn.execute(select(records.c.hash, records.c.body)).all()
    for old, body in pins:
        cut = dump_json(json.loads(body)[:then])
        conn.execute(update(records).where(records.c.hash == old).values(hash=body_hash(cut), body=cut))
        conn.execute(update(snapshot_items).where(snapshot_items.c.hash == old).values(hash=body_hash(cut)))
