"""Crawls as a person starts them: `scrapy crawl conflict_news` in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage.article import Article
from storage.corpus import Corpus
from storage.database import Database
from storage.database.frontier_tables import urls

ROOT = Path(__file__).resolve().parents[2]
# A process whose clock is ahead by its first argument (seconds), before anything of ours has seen the time.
AHEAD = (
    "import sys, time; real, ahead = time.time, float(sys.argv.pop(1)); time.time = lambda: real() + ahead;"
    "from scrapy.cmdline import execute; execute()"
)


@dataclass(frozen=True)
class Crawled:
    """What a finished crawl said."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """Its one line of error."""
        [line] = [line for line in self.err.splitlines() if line.startswith("error: ")]
        return line

    def row(self, outlet: str) -> dict[str, int]:
        """The counts of an outlet's line of the summary table, by column."""
        lines = [
            [cell.strip() for cell in line.strip("│┃ ").replace("┃", "│").split("│")] for line in self.out.splitlines()
        ]
        head = next(cells for cells in lines if cells[0] == "outlet")
        cells = next(cells for cells in lines if cells[0] == outlet)
        named = zip(head[1:], cells[1:], strict=True)
        return {name: int(cell) for name, cell in named if name != "agreement"}


@dataclass(frozen=True)
class Place:
    """Where a crawl keeps its things: a database and an archive."""

    url: str
    archive: Path

    @classmethod
    def below(cls, folder: Path) -> Place:
        """On SQLite in a folder."""
        return cls(f"sqlite:///{folder / 'corpus.db'}", folder / "archive")

    def command(self, outlets: Path | str, *more: str, at: datetime | None = None) -> list[str]:
        """The command line. ``more`` holds ``name=value`` arguments and, with capital letters, settings.

        ``at`` (aware) is what the crawl's clock shows when it begins.
        """
        flags: list[str] = []
        # One reader: on the machine of a test each further one costs more to start than it saves.
        own = (f"outlets={outlets}", f"CORPUS_URL={self.url}", f"ARCHIVE_DIR={self.archive}", "PAGE_PROCESSES=1")
        for part in (*own, *more):
            flags += ["-s" if part.partition("=")[0].isupper() else "-a", part]
        scrapy = ["-m", "scrapy"] if at is None else ["-c", AHEAD, str(at.timestamp() - time.time())]
        return [sys.executable, *scrapy, "crawl", "conflict_news", *flags]

    def crawl(self, outlets: Path | str, *more: str, at: datetime | None = None, timeout: float = 100) -> Crawled:
        """Run a crawl to its end, on the present day or as if it were ``at``."""
        with self.crawling(outlets, *more, at=at) as process:
            out, err = process.communicate(timeout=timeout)
        return Crawled(process.returncode, out, err)

    @contextmanager
    def crawling(self, outlets: Path | str, *more: str, at: datetime | None = None) -> Iterator[subprocess.Popen[str]]:
        """A crawl at work; killed at the end of the block if it still runs."""
        with self.running(self.command(outlets, *more, at=at)) as process:
            yield process

    @contextmanager
    def running(self, command: list[str]) -> Iterator[subprocess.Popen[str]]:
        """A command line at work; killed at the end of the block if it still runs."""
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in ("CORPUS_URL", "WORKERS")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def frontier(self) -> dict[str, sa.Row]:
        """The frontier's row of each URL."""
        db = Database.open(self.url, create=False)
        try:
            with db.read() as conn:
                return {row.url: row for row in conn.execute(sa.select(urls))}
        finally:
            db.close()

    def articles(self) -> dict[str, Article]:
        """Everything stored, by URL. Fails where one URL is there twice."""
        db = Database.open(self.url, create=False)
        try:
            stored = list(Corpus(db).articles())
        finally:
            db.close()
        by_url = {article.url: article for article in stored}
        assert len(by_url) == len(stored)
        return by_url
