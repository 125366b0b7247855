"""A backup in one file while a crawl writes: one state of the corpus, an SQLite database that any command opens.

SQLite copies itself page by page (https://sqlite.org/backup.html) under one reading transaction, so that what others
write meanwhile neither gets in nor starts it over. PostgreSQL is copied row by row, one state of it as well.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from storage.database.copying import copy
from storage.database.engine import Database
from storage.errors import ConfigurationError, StorageError

# Pages (of 4 KB) copied between two looks at the progress.
PAGES = 2_000

Progress = Callable[[int, int], object]  # done, of so many (0: not known)


def backup(db: Database, path: Path | str, on_progress: Progress = lambda _done, _total: None) -> int:
    """Write a backup to ``path``; its size in bytes. The file appears whole or not at all.

    Raises ``ConfigurationError`` where the file exists, ``StorageError`` where it cannot be written or is not sound.
    """
    path = Path(path).expanduser().absolute()
    if path.exists():
        raise ConfigurationError(f"{path} exists; a backup never replaces a file, name another")
    if not path.parent.is_dir():
        raise StorageError(f"cannot write {path}: the folder {path.parent} does not exist")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if db.dialect == "sqlite":
            _copy_pages(db, part, on_progress)
        else:
            _copy_rows(db, part, on_progress)
        _check(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"cannot write {path}: {error}; nothing was left behind") from error
    finally:
        for name in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
            name.unlink(missing_ok=True)
    return path.stat().st_size


def _copy_pages(db: Database, part: Path, on_progress: Progress) -> None:
    with db.read() as conn, closing(sqlite3.connect(part)) as target:
        conn.exec_driver_sql("SELECT count(*) FROM alembic_version").fetchone()  # from here on one state is seen
        source = conn.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(target, pages=PAGES, progress=lambda _, left, total: on_progress(total - left, total))
        target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever it is copied with


def _copy_rows(db: Database, part: Path, on_progress: Progress) -> None:
    target = Database.open(f"sqlite:///{part}")
    try:
        copy(db, target, on_progress=lambda done: on_progress(done, 0))
    finally:
        target.close()
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _check(part: Path) -> None:
    with closing(sqlite3.connect(part)) as connection:
        [said] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise StorageError(f"the backup is not sound ({said}); the corpus itself may be damaged: scrapy corpus verify")
