"""Databases at an earlier schema with data in them, as an earlier version of the program left them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import insert, inspect, select

from storage.database import Database, copying
from storage.database.migrating import migrate
from storage.database.tables import metadata


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
            if "articles_fts" in names:
                copying._index(write)
    finally:
        older.close()
