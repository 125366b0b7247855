"""Bringing a database to the newest schema, in one transaction, whoever else starts at the same moment.

The migrations are files of this package (``migrations/versions``), so an installed wheel needs no pyproject.toml.
Each file is named as its revision and they follow one another by name, so that alembic, whose import takes 0.4 s, is
only needed where there is something to migrate.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from storage.errors import SchemaError, StorageError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Any number that no other program on the same PostgreSQL server is likely to use for pg_advisory_lock.
ADVISORY_LOCK = 0x636F7270_7573  # "corpus"

logger = logging.getLogger(__name__)
logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every database it looks at


def configuration() -> Config:
    """Alembic's configuration, made here instead of read from a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def revisions() -> list[str]:
    """All revisions this program knows, the oldest first."""
    return sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The newest revision this program knows."""
    return revisions()[-1]


def migrate(engine: Engine, name: str, *, create: bool = True, target: str = "head") -> None:
    """Upgrade to ``target``; several processes may call this at once, one of them does the work.

    Raises ``SchemaError`` for a newer schema or a database of another program, ``StorageError`` where there is no
    schema and ``create`` is false.
    """
    wanted = head() if target == "head" else target
    with engine.connect() as connection, connection.begin():
        found = _current(connection, name)
    if found == wanted:
        return
    if found is None and not create:
        raise StorageError(f"{name}: there is no corpus in this database; `scrapy crawl conflict_news` makes one")
    with engine.execution_options(corpus_write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        if _current(connection, name) == wanted:  # another process was faster
            return
        if found is not None:
            logger.warning("%s: bringing the schema from %s to %s; a large corpus takes minutes", name, found, wanted)
        from alembic import command

        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def _current(connection: Connection, name: str) -> str | None:
    """The revision the database is at, None where it is empty."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        foreign = tables if connection.dialect.name == "sqlite" else tables & {"articles", "revisions", "evidence"}
        if foreign:
            raise SchemaError(
                f"{name}: holds tables of another program ({', '.join(sorted(foreign)[:3])}) and no corpus;"
                " name another database in CORPUS_URL"
            )
        return None
    heads = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    for revision in heads:
        if revision not in revisions():
            raise SchemaError(
                f"{name}: has schema {revision}, which this version (schema {head()}) does not know;"
                " it was made by a newer version: install that one, or name another database in CORPUS_URL"
            )
    return heads[0] if heads else None
