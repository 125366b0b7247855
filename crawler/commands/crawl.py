"""``scrapy crawl conflict_news``: the main job, with exit codes that a scheduler can rely on."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.printing import say
from crawler.crawl.configuration import user_agent
from crawler.processing.reasons import Cause
from storage.errors import AlarmsRaised, CorpusError, Interrupted, NothingReachable, StorageError, TooManyPageErrors

if TYPE_CHECKING:
    from crawler.crawl.session import Session
    from crawler.outlets import Outlet

logger = logging.getLogger(__name__)

DEMO_RETRY = 0.5  # seconds before the first retry in the demo: its newsroom needs no rest
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
            self._crawl(given, strict=opts.strict_alarms)
        return None

    @contextlib.contextmanager
    def _outlets(self, given: dict[str, Any]) -> Iterator[None]:
        if given.get("outlets") != "demo":
            yield
            return
        from crawler.demo.process import newsroom

        self.project_settings.set("RETRY_BASE", DEMO_RETRY, priority="spider")
        with newsroom() as toml:
            given["outlets"] = str(toml)
            yield

    def _crawl(self, given: dict[str, Any], *, strict: bool = False) -> None:
        from crawler.crawl import arguments
        from crawler.crawl.session import Session
        from storage.frontier.frontier import AlreadyRunning

        settings = self.project_settings
        assert self.crawler_process is not None
        plan = arguments.parse(given, settings)
        settings.set("USER_AGENT", user_agent(settings), priority="cmdline")
        if not settings["CONTACT"] and not all(map(_on_loopback, plan.outlets)):
            logger.warning(
                "no CONTACT is set: give an e-mail address or page (-s CONTACT=…) so that outlets can reach you"
            )
        try:
            session = Session(plan, settings)
        except AlreadyRunning as busy:
            print(f"Nothing done: {busy}. One run at a time has this work (see WORKERS).")
            return
        try:
            crawler = self._create_crawler("conflict_news")
            self.crawler_process.crawl(crawler, session=session)
            with progress("pages read") as session.progress:
                self.crawler_process.start()
            reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
            if session.error is None:
                error = _verdict(session, reason, failed=self.crawler_process.bootstrap_failed)
                if error is not None:
                    session.error = error
        finally:
            session.close()
        self._report(session)
        if session.error is not None:
            raise session.error
        if strict and session.statistics.alarms:
            raise AlarmsRaised(f"{len(session.statistics.alarms)} alarms, named above")

    def _report(self, session: Session) -> None:
        console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160)
        console.print(session.statistics.table())
        if session.error is None and not session.statistics.asked:
            print("Nothing was due, or other runs have it in hand.")
        for line in session.statistics.lines():
            say(line)
        if not isinstance(session.error, StorageError):
            self._report_window(session, console)
        print(
            f"{session.statistics.total('kept')} articles kept in this run; "
            f"{session.statistics.conditional} of its requests were conditional."
        )
        if session.error is None:
            print("Next: scrapy export -o corpus.jsonl")

    def _report_window(self, session: Session, console: Console) -> None:
        """Of a run for certain days: what is known of each of them by now, whichever run found it."""
        from crawler.cli import coverage_table
        from storage.frontier.coverage import coverage, unread_sources

        window = session.arguments.window
        if window.since is None and window.until is None:
            return
        outlets, db = list(session.arguments.by_id), session.database.db
        try:
            rows = coverage(db, outlets, window.since, window.until)
            unread = unread_sources(db, outlets, session.started)
        finally:
            db.close()
        if rows:
            console.print(coverage_table.table(rows, window))
        for line in coverage_table.lines(rows, outlets, window, session.now().date(), unread):
            print(line)


def _on_loopback(outlet: Outlet) -> bool:
    return all(domain.startswith("127.") or domain == "localhost" for domain in outlet.domains)


def _verdict(session: Session, reason: str | None, *, failed: bool) -> CorpusError | None:
    """What a run that ended by itself amounts to, as the error to leave with; None: it did its job."""
    statistics = session.statistics
    if reason in ("shutdown", "cancelled"):
        return Interrupted("interrupted; everything committed is kept, the next run goes on from here")
    if failed or reason != "finished":
        return CorpusError("the crawl could not start; see the messages above")
    if statistics.asked and not statistics.answers:
        return NothingReachable(
            "no outlet answered: check the network, then `scrapy outlets --check`; what was due stays due"
        )
    pages = statistics.total("fetched")
    errors = statistics.causes[Cause.PAGE_ERROR]
    share = session.settings.getfloat("PAGE_ERROR_SHARE")
    if pages >= LEAST_PAGES and errors > share * pages:
        return TooManyPageErrors(f"{errors} of {pages} pages could not be read; they are tried again by later runs")
    return None
