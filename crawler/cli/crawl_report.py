"""What a run of the crawl, or several workers of one, amount to: a table, lines, and the error to leave with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console

from crawler.cli import coverage_table
from crawler.cli.printing import say
from crawler.crawl.arguments import CrawlArguments
from crawler.crawl.session import Session
from crawler.crawl.statistics import RunStatistics
from crawler.crawl.workers import Ended
from crawler.processing.reasons import Cause
from storage.errors import (
    AlarmsRaised,
    ConfigurationError,
    CorpusError,
    Interrupted,
    NothingReachable,
    StorageError,
    TooManyPageErrors,
)
from storage.frontier import Frontier
from storage.frontier.coverage import coverage, unread_sources

LEAST_PAGES = 20  # errors are not judged as a share of fewer pages than this
INTERRUPTED = "interrupted; everything committed is kept, the next run goes on from here"


def report(
    statistics: RunStatistics,
    plan: CrawlArguments,
    frontier: Frontier,
    started: float,
    error: CorpusError | None,
    undelivered: Sequence[str] = (),
) -> None:
    """Print it, of a run that began at ``started`` (seconds since the epoch); ``undelivered``: why alarms were not."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
    console.print(statistics.table())
    if error is None and not statistics.asked:
        print("Nothing was due, or other runs have it in hand.")
    for line in [*statistics.lines(), *undelivered]:
        say(line)
    if not isinstance(error, StorageError):
        _report_window(plan, frontier, started, console)
    print(
        f"{statistics.total('kept')} articles kept in this run; "
        f"{statistics.conditional} of its requests were conditional."
    )
    if error is None:
        print("Next: scrapy export -o corpus.jsonl")


def _report_window(plan: CrawlArguments, frontier: Frontier, started: float, console: Console) -> None:
    """Of a run for certain days: what is known of each of them by now, whichever run found it."""
    window = plan.window
    if window.since is None and window.until is None:
        return
    outlets, db = list(plan.by_id), frontier.db
    try:
        rows = coverage(db, outlets, window.since, window.until)
        unread = unread_sources(db, outlets, started)
    finally:
        db.close()
    if rows:
        console.print(coverage_table.table(rows, window))
    today = datetime.fromtimestamp(frontier.clock(), UTC).date()
    for line in coverage_table.lines(rows, outlets, window, today, unread):
        print(line)


def leave(statistics: RunStatistics, error: CorpusError | None, *, strict: bool) -> None:
    """Raise what the run has come to."""
    if error is not None:
        raise error
    if strict and statistics.alarms:
        raise AlarmsRaised(f"{len(statistics.alarms)} alarms, named above")


# Of the workers of one run the worst speaks: kinds of errors from bad to worse. That a worker reached nothing, or could
# not read most of its few pages, is judged of all of them together.
_KINDS = (Interrupted, StorageError, ConfigurationError, CorpusError)


def worst(ended: Ended, statistics: RunStatistics, most: float) -> CorpusError | None:
    """What several workers together amount to."""
    found = [kind for kind in _KINDS if kind.exit_code in ended.codes]
    if ended.lost:
        return CorpusError(f"{ended.died} workers died; what they held is discovered again by the next run")
    if found and found[-1] is Interrupted:
        return Interrupted(INTERRUPTED)
    if found:
        number = ended.codes.count(found[-1].exit_code)
        return found[-1](f"{number} of {len(ended.codes)} workers ended with this; see their messages above")
    return _of_all(statistics, most)


def verdict(session: Session, reason: str | None, *, failed: bool) -> CorpusError | None:
    """What a run that ended by itself amounts to, as the error to leave with; None: it did its job."""
    if reason in ("shutdown", "cancelled"):
        return Interrupted(INTERRUPTED)
    if failed or reason != "finished":
        return CorpusError("the crawl could not start; see the messages above")
    return _of_all(session.statistics, session.settings.getfloat("PAGE_ERROR_SHARE"))


def _of_all(statistics: RunStatistics, most: float) -> CorpusError | None:
    """What its counts say of a run; ``most`` is the share of its pages that may fail."""
    if statistics.asked and not statistics.answers:
        return NothingReachable(
            "no outlet answered: check the network, then `scrapy outlets --check`; what was due stays due"
        )
    pages = statistics.total("fetched")
    errors = statistics.causes[Cause.PAGE_ERROR]
    if pages >= LEAST_PAGES and errors > most * pages:
        return TooManyPageErrors(f"{errors} of {pages} pages could not be read; they are tried again by later runs")
    return None
