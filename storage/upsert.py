"""INSERT … ON CONFLICT … DO UPDATE, which both databases have under different roofs in SQLAlchemy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the columns given where its primary key exists."""
    keys = [column.name for column in table.primary_key]
    rest = [name for name in row if name not in keys]
    if conn.dialect.name == "postgresql":
        on_postgresql = postgresql.insert(table)
        excluded = {name: on_postgresql.excluded[name] for name in rest}
        conn.execute(on_postgresql.on_conflict_do_update(index_elements=keys, set_=excluded), row)
    else:
        on_sqlite = sqlite.insert(table)
        excluded = {name: on_sqlite.excluded[name] for name in rest}
        conn.execute(on_sqlite.on_conflict_do_update(index_elements=keys, set_=excluded), row)


def insert_new(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, leaving out those whose primary key exists."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(insert(table).on_conflict_do_nothing(), rows)
