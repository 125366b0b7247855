"""What our commands have in common: one line per error, real exit codes, progress for people and for logs.

It stands outside ``crawler.commands`` because Scrapy takes every command class it finds in there for a command.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from crawler.cli.printing import guard_logs, say
from crawler.crawl.configuration import corpus_url
from storage.errors import CorpusError, Interrupted
from storage.masking import masked

if TYPE_CHECKING:
    from storage.corpus import Corpus
    from storage.database import Database

logger = logging.getLogger(__name__)
LOG_EVERY_SECONDS = 10.0  # where there is no terminal, long work says this often how far it is


class CorpusCommand(ScrapyCommand):
    """A sub-command: override ``work`` instead of ``run``, and set ``summary``, ``description`` and ``example``."""

    requires_project = True
    requires_crawler_process = False

    summary: ClassVar[str] = ""  # in the list of commands
    description: ClassVar[str] = ""  # what -h says; one paragraph
    example: ClassVar[str] = ""  # one command line
    arguments: ClassVar[str] = ""  # what stands after the command's name

    def syntax(self) -> str:
        return f"[options] {self.arguments}".rstrip()

    def short_desc(self) -> str:
        return self.summary

    def long_desc(self) -> str:
        return f"{self.description or self.summary} Example: {self.example}"

    @property
    def project_settings(self) -> Settings:
        """The settings, after Scrapy has put them there."""
        if self.settings is None:
            raise RuntimeError("Scrapy has not given this command its settings yet")
        return self.settings

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.check_unknown(args)
        configure_logging(self.project_settings)
        guard_logs()
        try:
            with ExitStack() as self._opened:
                self.exitcode = self.work(args, opts) or 0
        except CorpusError as error:
            self.fail(error)
        except KeyboardInterrupt:
            self.fail(Interrupted("stopped; what was done is kept"))
        except BrokenPipeError:  # the reader of our output (head, less) has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def check_unknown(self, args: list[str]) -> None:
        """Refuse options that Scrapy's parser let through."""
        unknown = [arg for arg in args if arg.startswith("-") and arg != "-"]
        if unknown:
            raise UsageError(f"unknown option {unknown[0]}", print_help=False)

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        """Do the job; the exit code, None for 0. ``CorpusError`` becomes one line and its own exit code."""

    def fail(self, error: CorpusError) -> None:
        """Say what was wrong and leave with the error's exit code."""
        say(f"error: {masked(str(error))}", file=sys.stderr)
        self.exitcode = error.exit_code

    def open_corpus(self, *, create: bool = False) -> Corpus:
        """The corpus of CORPUS_URL, closed when the command ends.

        Raises ``StorageError`` where there is none and ``create`` is false.
        """
        from storage.corpus import Corpus

        return Corpus(self.open_database(corpus_url(self.project_settings), create=create))

    def open_database(self, url: str, *, create: bool = False) -> Database:
        """A database by its URL, closed when the command ends."""
        from storage.database import Database

        database = Database.open(url, create=create)
        self._opened.callback(database.close)
        return database


def day(text: str) -> date:
    """For ``type=`` of an option: YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2023-09-19") from None


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the number done so far: a bar on a terminal, a log line now and then elsewhere.

    With a ``total`` the bar says how long it will take.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        if total is not None:
            columns += [TextColumn("left:"), TimeRemainingColumn()]
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(doing, total=total)
            yield lambda done: bar.update(task, completed=done)
        return
    last = time.monotonic()

    def report(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= LOG_EVERY_SECONDS:
            last = time.monotonic()
            logger.info("%s: %d%s", doing, done, f" of {total}" if total else "")

    yield report
