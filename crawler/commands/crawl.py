"""``scrapy crawl conflict_news``: the main job, with exit codes that a scheduler can rely on."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.crawl.configuration import corpus_url, metrics_file, user_agent
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from crawler.crawl.arguments import CrawlArguments
    from crawler.outlets import Outlet

logger = logging.getLogger(__name__)

DEMO_RETRY = 0.5  # seconds before the first retry in the demo: its newsroom needs no rest


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
        from crawler.demo.process import newsroom

        self.project_settings.set("RETRY_BASE", DEMO_RETRY, priority="spider")
        with newsroom() as toml:
            given["outlets"] = str(toml)
            yield

    def _crawl(self, given: dict[str, Any], *, strict: bool = False) -> None:
        from crawler.cli import crawl_report
        from crawler.cli.crawl_view import watched
        from crawler.crawl.session import Session
        from storage.frontier.frontier import AlreadyRunning

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
            watching = watched(session, lambda: getattr(crawler.spider, "scheduler", None))
            with watching if alone else contextlib.nullcontext():
                self.crawler_process.start()
            reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
            if session.error is None:
                error = crawl_report.verdict(session, reason, failed=self.crawler_process.bootstrap_failed)
                if error is not None:
                    session.error = error
        finally:
            session.close()
        if alone:
            frontier, untold = session.database.frontier, session.undelivered
            crawl_report.report(session.statistics, plan, frontier, session.started, session.error, untold)
        crawl_report.leave(session.statistics, session.error, strict=strict)

    def _plan(self, given: dict[str, Any]) -> CrawlArguments:
        from crawler.crawl import arguments

        settings = self.project_settings
        plan = arguments.parse(given, settings)
        if not settings["CONTACT"] and not all(map(_on_loopback, plan.outlets)):
            logger.warning(
                "no CONTACT is set: give an e-mail address or page (-s CONTACT=…) so that outlets can reach you"
            )
        return plan

    def _share(self, given: dict[str, Any], opts: argparse.Namespace) -> None:
        """Start the workers, wait for them, and speak for all of them."""
        from crawler.cli import crawl_report
        from crawler.crawl import delivery, metrics, workers
        from crawler.crawl.session import listen, whole_number
        from crawler.crawl.statistics import RunStatistics
        from storage.frontier import Frontier

        settings = self.project_settings
        plan, limit, channels = self._plan(given), whole_number(settings, "WORKERS"), delivery.channels(os.environ)
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
        summaries = frontier.summaries_of(ended.pids, started)
        for summary in summaries.values():
            statistics.add(summary)
        error = crawl_report.worst(ended, statistics, settings.getfloat("PAGE_ERROR_SHARE"))
        untold: list[str] = []
        if error is None and plan.max_pages is None and summaries:
            listen(statistics, plan, frontier, started)
            frontier.keep_alarms(max(summaries), map(asdict, statistics.alarms))
            if statistics.alarms:
                untold = delivery.deliver(channels, max(summaries), statistics.alarms)
        if place := metrics_file(settings):
            metrics.write(place, metrics.text(statistics, started, frontier.clock(), whole=error is None))
        crawl_report.report(statistics, plan, frontier, started, error, untold)
        crawl_report.leave(statistics, error, strict=opts.strict_alarms)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _on_loopback(outlet: Outlet) -> bool:
    return all(domain.startswith("127.") or domain == "localhost" for domain in outlet.domains)
