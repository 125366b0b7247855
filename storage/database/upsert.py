"""INSERT … ON CONFLICT … DO UPDATE, which both databases have under different roofs in SQLAlchemy.

Statements are built once per table and columns: building one takes SQLAlchemy longer than SQLite to run it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the columns given where its primary key exists."""
    conn.execute(_upsert(conn.dialect.name, table, tuple(row)), row)


def insert_new(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, leaving out those whose primary key exists."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(insert(table).on_conflict_do_nothing(), rows)


@lru_cache(maxsize=256)
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> postgresql.Insert | sqlite.Insert:
    keys = [column.name for column in table.primary_key]
    rest = [name for name in columns if name not in keys]
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table).values(
        {name: bindparam(name) for name in columns}
    )
    excluded = {name: statement.excluded[name] for name in rest}
    return statement.on_conflict_do_update(index_elements=keys, set_=excluded)
