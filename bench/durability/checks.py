"""What must hold of a corpus and of an export after any interruption. Each check raises ``Broken``."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.database.migrating import migrate, revisions
from storage.export import manifest_path

# Rows that may not be there, and what each would mean.
NONE_OF = {
    "articles without a text": "SELECT id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM revisions r"
    " WHERE r.key = a.text_key AND r.article_key = a.key AND r.number = a.revision"
    " AND r.content_hash = a.content_hash)",
    "articles with a revision missing": "SELECT id FROM articles a WHERE revision !="
    " (SELECT count(*) FROM revisions r WHERE r.article_key = a.key)",
    "articles without evidence": "SELECT id FROM articles a WHERE NOT EXISTS"
    " (SELECT 1 FROM evidence e WHERE e.article_key = a.key)",
    "articles without their address": "SELECT id FROM articles a WHERE NOT EXISTS"
    " (SELECT 1 FROM addresses d WHERE d.article_key = a.key AND d.id = a.id)",
    "fingerprints of nothing": "SELECT hash FROM fingerprints WHERE article_key NOT IN (SELECT key FROM articles)",
    "story features of nothing": "SELECT hash FROM story_features WHERE article_key NOT IN (SELECT key FROM articles)",
    "articles both kept and rejected": "SELECT id FROM rejected WHERE id IN (SELECT id FROM addresses)",
    "withdrawn articles that are there": "SELECT id FROM articles WHERE id IN (SELECT article_id FROM withdrawals)",
}
FULL_TEXT = {
    "articles not to be found by their words": "SELECT id FROM articles WHERE key NOT IN"
    " (SELECT {key} FROM articles_fts)",
    "words of nothing": "SELECT {key} FROM articles_fts WHERE {key} NOT IN (SELECT key FROM articles)",
}
SNAPSHOTS = {
    "snapshots with items missing": "SELECT name FROM snapshots s WHERE records !="
    " (SELECT count(*) FROM snapshot_items i WHERE i.snapshot_key = s.key)",
    "items without a record": "SELECT article_id FROM snapshot_items WHERE hash NOT IN (SELECT hash FROM records)"
    " AND article_id NOT IN (SELECT article_id FROM withdrawals WHERE article_id IS NOT NULL)",
}


class Broken(Exception):  # noqa: N818 - says what the corpus is
    """Something half-written was found."""


def whole(url: str) -> str:
    """Check a database as it was left, without migrating it; the schema it is at."""
    engine = Database.connect(url)
    try:
        with engine.connect() as conn:
            at = _schema(conn)
            if conn.dialect.name == "sqlite":
                if (said := conn.exec_driver_sql("PRAGMA integrity_check").scalars().all()) != ["ok"]:
                    raise Broken(f"integrity_check: {said[:3]}")
                if said := conn.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise Broken(f"foreign_key_check: {said[:3]}")
            if at != "empty":
                _rows(conn, set(inspect(conn).get_table_names()))
        return at
    finally:
        engine.dispose()


def _rows(conn: Connection, tables: set[str]) -> None:
    checks = dict(NONE_OF)
    if "articles_fts" in tables:
        key = "rowid" if conn.dialect.name == "sqlite" else "article_key"
        checks |= {what: query.format(key=key) for what, query in FULL_TEXT.items()}
    if "snapshots" in tables:
        checks |= SNAPSHOTS
    for what, query in checks.items():
        if found := conn.execute(text(query)).scalars().all():
            raise Broken(f"{len(found)} {what}: {found[:3]}")


def _schema(conn: Connection) -> str:
    """The revision a database says it is at, after comparing every table and index with that of a new one."""
    described = _described(conn)
    if not described:
        return "empty"
    if "alembic_version" not in inspect(conn).get_table_names():
        raise Broken("there are tables and no revision")
    at: str = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    if described != _references(conn.dialect.name, conn.engine.url.render_as_string(hide_password=False))[at]:
        raise Broken(f"the tables are not those of schema {at}")
    return at


def _described(conn: Connection) -> list[tuple[object, ...]]:
    if conn.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    else:
        query = (
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = current_schema() UNION ALL"
            " SELECT tablename, indexname, replace(indexdef, current_schema() || '.', ''), ''"
            " FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2"
        )
    return [tuple(row) for row in conn.exec_driver_sql(query)]


@cache
def _sqlite_references() -> dict[str, list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        return {at: _reference(f"sqlite:///{folder}/{at}.db", at) for at in revisions()}


_server_references: dict[str, list[tuple[object, ...]]] = {}


def _references(dialect: str, url: str) -> dict[str, list[tuple[object, ...]]]:
    """How a new database of each schema is described; on the server made beside the one that is looked at."""
    if dialect == "sqlite":
        return _sqlite_references()
    if not _server_references:
        plain = url.replace("postgresql+psycopg", "postgresql").partition("?")[0]
        for number, at in enumerate(revisions()):
            schema = f"reference_{number}"
            engine = Database.connect(plain)
            with engine.begin() as conn:
                conn.execute(text(f"CREATE SCHEMA {schema}"))
            _server_references[at] = _reference(f"{plain}?options=-csearch_path%3D{schema}", at)
            with engine.begin() as conn:
                conn.execute(text(f"DROP SCHEMA {schema} CASCADE"))
            engine.dispose()
    return _server_references


def _reference(url: str, at: str) -> list[tuple[object, ...]]:
    engine = Database.connect(url)
    try:
        migrate(engine, url, target=at)
        with engine.connect() as conn:
            return _described(conn)
    finally:
        engine.dispose()


def exported(folder: Path, name: str, old: bytes, new: bytes) -> str:
    """Check one export of ``folder``: the old or the new one, whole, and a manifest that fits it or none."""
    path = folder / name
    found = path.read_bytes()
    if found not in (old, new):
        raise Broken(f"{name} is neither the old export nor the new one")
    state = "old" if found == old else "new"
    note = manifest_path(path)
    if not note.exists():
        return f"{state}, no manifest"
    if json.loads(note.read_text(encoding="utf-8"))["sha256"] != hashlib.sha256(found).hexdigest():
        raise Broken(f"{name} has the manifest of another file")
    return state


def leftovers(folder: Path) -> list[str]:
    """Names of parts of files that were never published."""
    return [path.name for path in folder.rglob("*") if re.fullmatch(r"\..+\.part", path.name)]


def one_clear_line(message: str) -> None:
    """A message for a person: one line that says what to do."""
    if "\n" in message or not re.search(r"free some space|with room", message):
        raise Broken(f"not one clear line: {message!r}")
