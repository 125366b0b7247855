"""What the pages read: the corpus, its archive, the outlet files and the topic."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event

from crawler.outlets import Outlet
from crawler.relevance import Topic
from storage.corpus import Corpus
from storage.database import Database

# Seconds after which a statement for a page is given up.
PATIENCE = 5.0
_STEPS = 20_000  # of SQLite's machine between two looks at the clock: some milliseconds


@dataclass(slots=True)
class Sources:
    """``corpus`` is for pages, its statements end after ``PATIENCE``; ``whole`` is the same for exports."""

    corpus: Corpus
    whole: Corpus
    outlets: dict[str, Outlet]
    topic: Topic
    archive: Path | None = None

    @classmethod
    def open(cls, url: str, outlets: dict[str, Outlet], topic: Topic, archive: Path | None = None) -> Sources:
        """Open the corpus of a URL. Raises ``StorageError`` where there is none."""
        whole = Database.open(url, create=False)
        pages = Database.open(url, create=False)
        impatient(pages)
        return cls(Corpus(pages), Corpus(whole), outlets, topic, archive)

    def close(self) -> None:
        """Give back all connections."""
        for corpus in (self.corpus, self.whole):
            corpus.db.close()


def impatient(database: Database) -> None:
    """Have statements of a database that is open end with a ``StorageError`` after ``PATIENCE`` seconds."""
    engine = database.engine
    started = threading.local()  # SQLite's: a connection works for one thread at a time
    engine.dispose()  # connections from now on

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(
                lambda: time.monotonic() - getattr(started, "at", time.monotonic()) > PATIENCE, _STEPS
            )
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = {int(PATIENCE * 1000)}")
            connection.commit()

    @event.listens_for(engine, "before_cursor_execute")
    def _execute(*_: Any) -> None:
        started.at = time.monotonic()
