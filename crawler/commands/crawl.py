"""``scrapy crawl conflict_news``: the main job, with exit codes that a scheduler can rely on."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.cli import coverage_table
from crawler.cli.base import CorpusCommand, progress
from crawler.cli.printing import say
from crawler.crawl import arguments, metrics, workers
from crawler.crawl.arguments import CrawlArguments
from crawler.crawl.configuration import corpus_url, metrics_file, user_agent
from crawler.crawl.session import Session, listen, whole_number
from crawler.crawl.statistics import RunStatistics
from crawler.demo.process import newsroom
from crawler.outlets import Outlet
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
from storage.frontier.frontier import AlreadyRunning

logger = logging.getLogger(__name__)

LEAST_PAGES = 20  # errors are not judged as a share of fewer pages than this


class Command(CorpusCommand, BaseRunSpiderCommand):
    """Replaces Scrapy's command of the same name, which exits 0 whatever happened."""

    requires_crawler_process = True

    summary = "Discover, fetch, clean, judge and store conflict coverage"
    arguments = "conflict_news"
    description = (
        "Read the seeds, discover articles at the outlets, fetch them politely, clean, judge and store them. "
        "Arguments (-a): outlets=IDS|FILE.toml|FOLDER|demo, since=YYYY-MM-DD, until=YYYY-MM-DD, seeds=FOLDER, "
        "max_pages=N, query=WORDS[,WORDS], archives=wayback,cc, topic=conflict|seeds. Settings (-s or environment): "
        "CORPUS_URL, ARCHIVE_DIR, RELEVANCE_THRESHOLD, CONTACT, WORKERS, TOPIC_MODEL, PAGE_PROCESSES, METRICS_FILE. "
        "Exit codes: 0 did its job (or another run is doing it), 1 unforeseen error, 2 configuration, "
        "3 storage unavailable, 4 nothing reachable, 5 interrupted, 6 too many page errors, 9 alarms (--strict-alarms)."
    )
    example = "scrapy crawl conflict_news -a outlets=kompas,antaranews -a since=2023-09-19 -a until=2023-09-30"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Those of Scrapy; -o and -O are only taken to be refused: they would write fetched pages, not articles."""
        super().add_options(parser)
        parser.add_argument("--strict-alarms", action="store_true", help="exit code 9 where an outlet raised an alarm")
        parser.add_argument("--workers", type=_count, metavar="N", help="so many crawls at once here, on PostgreSQL")
        for action in parser._actions:
            if action.dest in ("output", "overwrite_output"):
                action.help = argparse.SUPPRESS

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.output or opts.overwrite_output:
            raise UsageError("articles go into the corpus; write them with: scrapy export -o FILE", print_help=False)
        super().process_options(args, opts)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        """Check, run, sum up. Raises ``CorpusError`` kinds; the base turns them into one line and an exit code."""
        if args != ["conflict_news"]:
            raise UsageError("name the spider: scrapy crawl conflict_news")
        given: dict[str, Any] = dict(opts.spargs)
        if opts.loglevel is None:  # Scrapy's own start-up report is for who asks for it with -L
            logging.getLogger("scrapy").setLevel(logging.WARNING)
        with self._outlets(given):
            if (opts.workers or 1) > 1:
                self._share(given, opts)
            else:
                self._crawl(given, strict=opts.strict_alarms)
        return None

    @contextlib.contextmanager
    def _outlets(self, given: dict[str, Any]) -> Iterator[None]:
        if given.get("outlets") != "demo":
            yield
            return
        with newsroom() as toml:
            given["outlets"] = str(toml)
            yield

    def _crawl(self, given: dict[str, Any], *, strict: bool = False) -> None:
        settings = self.project_settings
        assert self.crawler_process is not None
        plan = self._plan(given)
        settings.set("USER_AGENT", user_agent(settings), priority="cmdline")
        alone = not settings.getbool("ONE_OF_WORKERS")
        try:
            session = Session(plan, settings)
        except AlreadyRunning as busy:
            print(f"Nothing done: {busy}. One run at a time has this work (see WORKERS).")
            return
        try:
            crawler = self._create_crawler("conflict_news")
            self.crawler_process.crawl(crawler, session=session)
            with progress("pages read") if alone else contextlib.nullcontext(str) as session.progress:
                self.crawler_process.start()
            reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
            if session.error is None:
                error = _verdict(session, reason, failed=self.crawler_process.bootstrap_failed)
                if error is not None:
                    session.error = error
        finally:
            session.close()
        if alone:
            _report(session.statistics, plan, session.database.frontier, session.started, session.error)
        _leave(session.statistics, session.error, strict=strict)

    def _plan(self, given: dict[str, Any]) -> CrawlArguments:
        settings = self.project_settings
        plan = arguments.parse(given, settings)
        if not settings["CONTACT"] and not all(map(_on_loopback, plan.outlets)):
            logger.warning(
                "no CONTACT is set: give an e-mail address or page (-s CONTACT=…) so that outlets can reach you"
            )
        return plan

    def _share(self, given: dict[str, Any], opts: argparse.Namespace) -> None:
        """Start the workers, wait for them, and speak for all of them."""
        settings = self.project_settings
        plan, limit = self._plan(given), whole_number(settings, "WORKERS")
        frontier = Frontier(self.open_database(corpus_url(settings), create=True))
        if frontier.db.dialect == "sqlite":
            raise ConfigurationError(
                # three workers took 1.8 times as long as one (bench/README.md)
                f"--workers {opts.workers}: SQLite takes one writer at a time; name a PostgreSQL database (CORPUS_URL)"
            )
        if limit and limit < opts.workers:
            raise ConfigurationError(f"--workers {opts.workers}: WORKERS={limit} allows fewer")
        started = frontier.clock()
        more = ["-L", opts.loglevel] if opts.loglevel else []
        more += ["--logfile", opts.logfile] if opts.logfile else []
        readers = whole_number(settings, "PAGE_PROCESSES")
        ended = workers.run(workers.command_lines(opts.workers, given, opts.set, more, readers))
        statistics = RunStatistics(plan.by_id)
        for summary in frontier.summaries_of(ended.pids, started):
            statistics.add(summary)
        error = _worst(ended, statistics, settings.getfloat("PAGE_ERROR_SHARE"))
        if error is None and plan.max_pages is None:
            listen(statistics, plan, frontier, started)
        if place := metrics_file(settings):
            metrics.write(place, metrics.text(statistics, started, frontier.clock(), whole=error is None))
        _report(statistics, plan, frontier, started, error)
        _leave(statistics, error, strict=opts.strict_alarms)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _report(
    statistics: RunStatistics, plan: CrawlArguments, frontier: Frontier, started: float, error: CorpusError | None
) -> None:
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
    console.print(statistics.table())
    if error is None and not statistics.asked:
        print("Nothing was due, or other runs have it in hand.")
    for line in statistics.lines():
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


def _leave(statistics: RunStatistics, error: CorpusError | None, *, strict: bool) -> None:
    """Raise what the run has come to."""
    if error is not None:
        raise error
    if strict and statistics.alarms:
        raise AlarmsRaised(f"{len(statistics.alarms)} alarms, named above")


def _on_loopback(outlet: Outlet) -> bool:
    return all(domain.startswith("127.") or domain == "localhost" for domain in outlet.domains)


# Of the workers of one run the worst speaks: kinds of errors from bad to worse. That a worker reached nothing, or could
# not read most of its few pages, is judged of all of them together.
_KINDS = (Interrupted, StorageError, ConfigurationError, CorpusError)


def _worst(ended: workers.Ended, statistics: RunStatistics, most: float) -> CorpusError | None:
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


INTERRUPTED = "interrupted; everything committed is kept, the next run goes on from here"


def _verdict(session: Session, reason: str | None, *, failed: bool) -> CorpusError | None:
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
