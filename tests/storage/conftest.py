"""Every test of the corpus runs on both databases: a SQLite file, and a schema of its own on a PostgreSQL server.

The server is the one on the standard local port (user postgres, database test, no password). Where there is none,
its half is skipped; with REQUIRE_SERVERS=1 in the environment it fails instead.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from storage.article import Article
from storage.corpus import Corpus
from storage.database import Database

SERVER = "postgresql://postgres@localhost:5432/test"


def _server_trouble() -> str | None:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return " ".join(str(error).split())
    return None


@pytest.fixture(scope="session")
def server_trouble() -> str | None:
    return _server_trouble()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path, server_trouble: str | None) -> Iterator[Callable[[], str]]:
    """A function that gives the URL of a new, empty database of the kind under test."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / uuid.uuid4().hex}.db"
        return
    if server_trouble:
        message = f"no PostgreSQL at {SERVER}: {server_trouble}"
        pytest.fail(message) if os.environ.get("REQUIRE_SERVERS") == "1" else pytest.skip(message)
    schemas: list[str] = []

    def make() -> str:
        schemas.append(f"test_{uuid.uuid4().hex}")
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schemas[-1]}")
        return f"{SERVER}?options=-csearch_path%3D{schemas[-1]}"

    yield make
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for schema in schemas:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def corpus_url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def db(corpus_url: str) -> Iterator[Database]:
    database = Database.open(corpus_url)
    yield database
    database.close()


@pytest.fixture
def corpus(db: Database) -> Corpus:
    return Corpus(db)


def article(number: int = 1, **fields: object) -> Article:
    """An article that is like no other."""
    values: dict[str, object] = {
        "url": f"https://contoh.id/berita/{number}",
        "outlet": "contoh",
        "title": f"Bentrokan nomor {number} di perbatasan",
        "text": f"Pertempuran ke-{number} pecah di desa nomor {number} pada Senin.\n\nWarga ke-{number} mengungsi.",
        "fetched_at": datetime(2023, 9, 20, 1, 2, 3, tzinfo=UTC),
        "extractor_version": "1",
    }
    return Article(**(values | fields))  # type: ignore[arg-type]
