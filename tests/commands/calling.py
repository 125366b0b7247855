"""Commands as a person types them, run in this process: `call("explain", "page.html")`."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings

from tests.spiders.running import Place


@dataclass(frozen=True)
class Called:
    """What a command said and left with."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """Its one line of error."""
        [line] = self.err.strip().splitlines()
        return line

    @property
    def usage(self) -> str:
        """What was wrong with the command line: the last line, below the usage."""
        head, *_, last = self.err.strip().splitlines()
        assert head == "Usage"
        return last.partition(": error: ")[2]

    @property
    def folded(self) -> str:
        """What it said, however its lines were broken."""
        return " ".join(self.out.split())


def call(*words: str, place: Place | None = None, **settings: str) -> Called:
    """Run ``scrapy WORDS`` on a corpus, with further settings."""
    if place is not None:
        settings |= {"CORPUS_URL": place.url, "ARCHIVE_DIR": settings.get("ARCHIVE_DIR", str(place.archive))}
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = 1
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _logging_as_it_was():
        try:
            execute(["scrapy", words[0], *given, *words[1:]], get_project_settings())
        except SystemExit as left:
            code = int(left.code or 0)
    return Called(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """Commands set up logging for their process; this one goes on."""
    root = logging.getLogger()
    handlers, level, factory, hook = list(root.handlers), root.level, logging.getLogRecordFactory(), sys.excepthook
    try:
        yield
    finally:
        root.handlers, root.level, sys.excepthook = handlers, level, hook
        logging.setLogRecordFactory(factory)
