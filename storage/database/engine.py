"""Opening the corpus database: SQLite in one file, or PostgreSQL, at the newest schema.

``Database.open`` is the only source. It leaves SQLite in WAL mode with foreign keys on, so that any number of readers
go on while one writer writes; a write transaction takes the writer's place at its start (``BEGIN IMMEDIATE``), which
is why "database is locked" cannot turn up half-way through one (https://sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlalchemy.sql import Select

from storage.database.migrating import migrate
from storage.errors import ConfigurationError, StorageError
from storage.masking import masked

# One attempt waits this long inside SQLite for another process' write transaction; a crawl's takes milliseconds, a
# migration or a withdrawal of a whole outlet seconds.
BUSY_SECONDS = 30
# Waiting goes on up to this before the person is told that something holds the file.
LOCK_PATIENCE_SECONDS = 300
# What the write-ahead log is cut back to after a checkpoint. It grows past this only while one reader holds a state of
# the corpus for long (an export, a backup), by what is written meanwhile.
LOG_BYTES = 64 * 1024 * 1024
# SQLite's page cache per connection, in KiB: the upper levels of the fingerprint index of a million articles fit.
CACHE_KIB = 65_536
# The same while the whole corpus is read from its beginning to its end: what SQLite has by itself.
STREAM_CACHE_KIB = 2_000

_FULL = "the disk is full; free some space and run the command again, what was committed is kept"
_FAILING = _FULL.replace("full", "full or failing")
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """An open corpus database. ``begin`` gives write transactions, ``read`` consistent reading ones.

    Safe to use from several threads. Errors of the database itself come out as ``StorageError``; broken constraints
    stay SQLAlchemy's, they are the caller's business.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(corpus_write=True)
        self.name = name  # the URL, fit to be shown: without a password

    @classmethod
    def open(cls, url: str, *, create: bool = True, idle_seconds: float | None = None) -> Database:
        """Open a database by its SQLAlchemy URL and bring its schema up to date.

        ``create=False`` refuses to make a new one. ``idle_seconds`` after its last statement PostgreSQL ends a
        transaction of ours that is still open, so that a process that was stopped holds nobody up. Raises
        ``ConfigurationError`` for a URL that cannot be one, ``StorageError`` where the database cannot be opened,
        ``SchemaError`` where it is newer or not ours.
        """
        engine = cls.connect(url, create=create, idle_seconds=idle_seconds)
        database = cls(engine, shown(engine.url))
        try:
            with database.guarded():
                if database.dialect == "postgresql":
                    _require_utf8(engine, database.name)
                migrate(engine, database.name, create=create)
        except BaseException:
            engine.dispose()
            raise
        return database

    @staticmethod
    def connect(url: str, *, create: bool = True, idle_seconds: float | None = None) -> Engine:
        """The engine for a URL, set up as ``open`` does, whatever schema is there."""
        target = _parse(url)
        name = shown(target)
        if target.get_backend_name() == "sqlite":
            return _sqlite_engine(_sqlite_file(target, name, create))
        return _postgresql_engine(target, name, idle_seconds)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def in_memory(self) -> bool:
        """Whether nothing of it is on any disk: one connection for all threads, seen by this process only."""
        return isinstance(self._engine.pool, StaticPool)

    @property
    def engine(self) -> Engine:
        """The engine below, for tools that need one; transactions belong to ``begin`` and ``read``."""
        return self._engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction: committed at the end of the block, rolled back when it raises."""
        with self.guarded(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction that sees a single state of the database, however long it takes."""
        with self.guarded(), self._engine.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def stream(self, conn: Connection, statement: Select[Any], size: int) -> Generator[Sequence[tuple[Any, ...]]]:
        """The rows of a statement as the driver gives them, at most ``size`` at a time; memory stays flat.

        For readers of everything: SQLAlchemy's own rows take half as long again. Values are not converted, so the
        columns must be of types that both drivers know. To be closed where it is not read to its end.
        """
        with self._small_cache(conn), conn.execute(statement, execution_options={"stream_results": True}) as result:
            first = result.fetchmany(1)  # on PostgreSQL SQLAlchemy has taken it from the cursor already
            if not first:
                return
            cursor: Any = result.cursor
            try:
                yield [tuple(first[0]), *cursor.fetchmany(size - 1)]
                while rows := cursor.fetchmany(size):
                    yield rows
            except self._engine.dialect.loaded_dbapi.DatabaseError as error:
                raise StorageError(_explain(self.name, str(error), self._engine.url)) from error

    @contextmanager
    def _small_cache(self, conn: Connection) -> Iterator[None]:
        """Of pages that are read once SQLite keeps few: those stay in the processor's cache."""
        if self.dialect != "sqlite":
            yield
            return
        conn.exec_driver_sql(f"PRAGMA cache_size = -{STREAM_CACHE_KIB}")
        try:
            yield
        finally:
            conn.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")

    def close(self) -> None:
        """Give back all connections. The object can be used again afterwards; it reconnects."""
        self._engine.dispose()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """For work on ``engine`` itself: the database's errors in the block come out as ``StorageError``."""
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError) as error:
            if getattr(error.orig, "sqlstate", "") is None:  # of the driver, before any statement: an option of the URL
                raise ConfigurationError(_explain(self.name, str(error.orig), self._engine.url)) from error
            raise
        except (DatabaseError, sqlite3.OperationalError) as error:
            raise StorageError(_explain(self.name, str(getattr(error, "orig", error)), self._engine.url)) from error


def shown(url: URL | str) -> str:
    """A database URL without its password, for messages and reports."""
    url = make_url(url) if isinstance(url, str) else url
    return masked(url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False))


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise ConfigurationError(
            "CORPUS_URL is not a database URL: use sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        ) from None
    if backend not in _DRIVERS:
        raise ConfigurationError(f"CORPUS_URL names the database {backend!r}; only sqlite and postgresql are supported")
    if backend != "sqlite" and "@" in f"{url.host}{url.database}":
        raise ConfigurationError(
            "CORPUS_URL cannot be read: write a password's @ as %40, its / as %2F, its : as %3A and its % as %25"
        )
    return url.set(drivername=_DRIVERS[backend])


def _explain(name: str, message: str, url: URL) -> str:
    """One line on what was wrong and what to do, from a driver's message."""
    message = masked(" ".join(message.split()))
    for secret in (str(url.password or ""), *url.normalized_query.get("password", ())):
        if len(secret) > 1:
            message = message.replace(secret, "***")
    lower = message.lower()
    for sign, advice in (
        ("is full", _FULL),
        ("no space left", _FULL),
        ("check free disk space", _FULL),  # PostgreSQL's hint where half a page found room
        ("disk i/o error", _FAILING),  # also what SQLite says where there is no room for its -shm file
        ("could not write", _FAILING),
        ("readonly database", "the file or its folder cannot be written; check its owner and permissions"),
        ("unable to open", "the file cannot be opened; check that its folder exists and can be written"),
        ("not a database", "the file is not an SQLite database, or it is damaged; restore it or name another file"),
        ("malformed", "the file is damaged; restore it from a copy (sqlite3 FILE .recover saves what can be read)"),
        ("is locked", f"another program has been writing to it for {LOCK_PATIENCE_SECONDS} s; end that one first"),
        ("in recovery mode", "the server is recovering; what was committed is kept, run the command again in a while"),
        ("starting up", "the server is only just starting; run the command again in a while"),
        ("terminating connection", "the server broke off (its log says why); what was committed is kept"),
        ("closed the connection", "the server broke off (its log says why); what was committed is kept"),
        ("connection refused", "the server cannot be reached; check that it runs and the host and port in CORPUS_URL"),
        ("could not translate host", "the server's host name is not known; check CORPUS_URL"),
        ("failed to resolve host", "the server's host name is not known; check CORPUS_URL"),
        ("authentication failed", "the server refused the user or password in CORPUS_URL"),
        ("does not exist", "the server has no such database or user; create it (createdb) or check CORPUS_URL"),
    ):
        if sign in lower:
            return f"{name}: {advice} ({message[:300]})"
    return f"{name}: {message[:500]}"


def _sqlite_file(url: URL, name: str, create: bool) -> URL:
    """The URL with an absolute path, after the checks whose failure SQLite itself explains badly."""
    if url.database in (None, "", ":memory:"):
        return url
    path = Path(str(url.database)).expanduser().absolute()
    if not path.exists() and not create:
        raise StorageError(f"{name}: there is no corpus at {path}; `scrapy crawl conflict_news` makes one")
    if not path.parent.is_dir():
        raise StorageError(f"{name}: the folder {path.parent} does not exist; create it or check CORPUS_URL")
    if path.is_dir():
        raise StorageError(f"{name}: {path} is a folder, not a database file")
    if create and not os.access(path if path.exists() else path.parent, os.W_OK):
        raise StorageError(f"{name}: {path} cannot be written; check its owner and permissions")
    return url.set(database=str(path))


def _sqlite_engine(url: URL) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    options = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver starts no transactions of its own; "begin" below does
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # in WAL mode safe against a crash of the program
        connection.execute("PRAGMA secure_delete = ON")  # what is taken out is overwritten in the file
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("corpus_write"):
            patiently(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        else:
            connection.exec_driver_sql("BEGIN")

    if not in_memory:
        _enter_wal_mode(engine)
    return engine


def _enter_wal_mode(engine: Engine) -> None:
    """WAL mode stays in the file; switching is the one step for which SQLite does not wait by itself."""
    try:
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                patiently(lambda: cursor.execute("PRAGMA journal_mode = WAL"))
            cursor.close()
        finally:
            raw.close()
    except (sqlite3.Error, DatabaseError) as error:
        raise StorageError(_explain(shown(engine.url), str(getattr(error, "orig", error)), engine.url)) from error


def patiently(action: Callable[[], object]) -> None:
    """Call ``action`` until SQLite no longer says that another process holds the lock, at most for the patience."""
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            action()
        except (sqlite3.OperationalError, DatabaseError) as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _require_utf8(engine: Engine, name: str) -> None:
    """Refuse a database that cannot hold every letter: SQL_ASCII takes any bytes, LATIN1 fails at the first ğ."""
    with engine.connect() as connection:
        encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise ConfigurationError(
            f"{name}: its encoding is {encoding}, the corpus needs UTF8; make another one:"
            " createdb --encoding=UTF8 --template=template0 NAME"
        )


def _postgresql_engine(url: URL, name: str, idle_seconds: float | None) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10, "client_encoding": "utf8"})
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{name}: PostgreSQL needs the driver psycopg: pip install 'psycopg[binary]'"
        ) from error
    if idle_seconds is not None:

        @event.listens_for(engine, "connect")
        def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
            limit = round(idle_seconds * 1000)
            connection.execute(f"SET idle_in_transaction_session_timeout = {limit}")
            connection.commit()

    return engine
