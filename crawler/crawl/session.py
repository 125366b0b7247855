"""One run of the crawl and what it holds open: plan, database, topic, page readers, archive, counters."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scrapy.settings import BaseSettings

from crawler.archive.writer import Archive
from crawler.crawl import alarms, delivery, metrics
from crawler.crawl.arguments import CrawlArguments
from crawler.crawl.configuration import archive_dir, archive_pages, corpus_url, metrics_file
from crawler.crawl.database import AsyncDatabase
from crawler.crawl.heartbeat import Heartbeat
from crawler.crawl.linked import ArticleLinks
from crawler.crawl.outcomes import Retries
from crawler.crawl.scoring import ARCHIVE_OWNER
from crawler.crawl.silence import LOOK_BACK, fallen
from crawler.crawl.statistics import RunStatistics
from crawler.discovery import Services
from crawler.discovery.pagination import PaginationGuard
from crawler.fetching.pace import HostPace
from crawler.processing.page import TopicChoice
from crawler.processing.pool import PagePool
from storage import counts
from storage.database import Database
from storage.errors import ConfigurationError, CorpusError, Interrupted
from storage.frontier import LEASE_SECONDS, Frontier
from storage.frontier.runs import OutletRun

logger = logging.getLogger(__name__)


FEEDS_TELL_DAYS = 1  # before the present one: the busiest outlets' feeds and news sitemaps reach no further back
KNOWN_TITLES = 500  # headlines per outlet: a day of the largest, and small enough to go with each page to its reader


class Session:
    """Opened by the crawl command (or by the spider itself when it is run from Python), closed once at the end."""

    def __init__(self, plan: CrawlArguments, settings: BaseSettings) -> None:
        """Open everything. Raises ``CorpusError`` kinds, and ``AlreadyRunning`` when another run has the work."""
        self.arguments, self.settings = plan, settings
        self.channels = delivery.channels(os.environ)
        self.topic = plan.topic.build()
        pool, pages = page_pool(settings, plan.topic), archive_pages(settings)
        workers = whole_number(settings, "WORKERS")
        frontier = Frontier(Database.open(corpus_url(settings), idle_seconds=LEASE_SECONDS))
        try:
            self.run = frontier.start_run(plan.given, limit=worker_limit(workers, frontier.db.dialect))
        except BaseException:
            frontier.db.close()
            raise
        self.database = AsyncDatabase(frontier)
        self.heartbeat = Heartbeat(lambda: frontier.heartbeat(self.run))
        if not frontier.db.in_memory:  # nobody else sees that, and its one connection takes one thread at a time
            self.heartbeat.start()
        self.started = self.database.frontier.clock()
        self.retries = Retries(settings.getfloat("RETRY_BASE"), settings.getint("URL_ATTEMPTS"))
        folder = archive_dir(settings)
        self.archive_pages = pages
        self.archive = Archive(folder, f"run-{self.run:06d}") if folder else None
        self.pool = pool
        self.services = Services(
            wayback=settings["WAYBACK_URL"],
            commoncrawl_index=settings["COMMONCRAWL_INDEX_URL"],
            commoncrawl_data=settings["COMMONCRAWL_DATA_URL"],
        )
        self.outlets = dict(plan.by_id)  # as known by now: a platform is recognised on the way
        self.looked_at: Counter[str] = Counter()  # pages per outlet in which its platform was looked for
        self.queries: list[str] = []
        self._titles: dict[str, dict[str, None]] = defaultdict(dict)
        self.at_archives = False  # whether the outlets have been asked, so that it is the web archives' turn
        self.statistics = RunStatistics(plan.by_id)
        self.links = ArticleLinks(self.topic)
        self.pagination = PaginationGuard()
        self.paces: dict[str, HostPace] = {}
        self.archive_lock = asyncio.Lock()
        self.error: CorpusError | None = None
        self.progress: Callable[[int], object] = str  # told the number of pages read so far; str: nobody listens
        self.undelivered: list[str] = []  # why alarms did not reach who was to be told
        self._closed = False

    @property
    def owners(self) -> list[str]:
        """Whose hosts this run may lease now."""
        return [*self.arguments.by_id, ARCHIVE_OWNER] if self.at_archives else list(self.arguments.by_id)

    def learn_titles(self, outlet: str, titles: Iterable[str]) -> None:
        """Remember the newest headlines of an outlet: a line of an article that equals one is a teaser."""
        known = self._titles[outlet]
        for title in titles:
            known.pop(title, None)
            known[title] = None
        while len(known) > KNOWN_TITLES:
            del known[next(iter(known))]

    def other_titles(self, outlet: str, own: str | None) -> frozenset[str]:
        """The headlines known of an outlet, without an article's own."""
        return frozenset(self._titles[outlet]) - {own or ""}

    def now(self) -> datetime:
        """The present, aware, UTC."""
        return datetime.fromtimestamp(self.database.frontier.clock(), UTC)

    def fail(self, error: CorpusError) -> None:
        """Remember the first error that ends the run."""
        if self.error is None:
            logger.error("%s", error)
            self.error = error

    def close(self) -> dict[str, Any]:
        """End the run: readers stopped, archive synced, hosts given back, summary written. Returns the summary."""
        if self._closed:
            return self.statistics.as_dict()
        self._closed = True
        self.pool.close()
        try:
            if self.archive is not None:
                self.archive.close()
            status = "failed"
            if self.error is None or isinstance(self.error, Interrupted):
                status = "finished" if self.error is None else "interrupted"
            self.heartbeat.close()
            alone = not self.settings.getbool("ONE_OF_WORKERS")
            if alone and self.error is None and self.arguments.max_pages is None:
                listen(self.statistics, self.arguments, self.database.frontier, self.started)
            summary = self.statistics.as_dict()
            frontier, raised = self.database.frontier, map(asdict, self.statistics.alarms)
            frontier.end_run(self.run, status, summary, outlets=self._outlet_runs(), raised=raised)
            counts.refresh(frontier.db)
            if alone and (place := metrics_file(self.settings)):
                ended, whole = self.database.frontier.clock(), status == "finished"
                metrics.write(place, metrics.text(self.statistics, self.started, ended, whole=whole))
            if self.statistics.alarms:
                self.undelivered = delivery.deliver(self.channels, self.run, self.statistics.alarms)
        except CorpusError as error:
            self.fail(error)
        finally:
            self.heartbeat.close()
            self.database.close()
        return self.statistics.as_dict()

    def _outlet_runs(self) -> Iterator[OutletRun]:
        """What the run got of each outlet, and the days it would have seen: of a run for no certain days those of
        which feeds still tell when it starts."""
        window, day = self.arguments.window, (datetime.fromtimestamp(self.started, UTC) + alarms.OUTLET_ZONE).date()
        live = window.since is None and window.until is None
        since = day - timedelta(days=FEEDS_TELL_DAYS) if live else window.since or date.min
        for outlet in self.arguments.by_id:
            told = self.statistics.by_outlet[outlet]
            yield OutletRun(
                outlet,
                self.statistics.state(outlet),
                str(since),
                str(window.until or day),
                told["found"],
                told["fetched"],
                told["kept"],
            )


def listen(statistics: RunStatistics, plan: CrawlArguments, frontier: Frontier, started: float) -> None:
    """Name the outlets that are not as they were before a run that began at ``started`` (seconds since the epoch).

    Of one that ended early nothing can be said: it is not to be asked about.
    """
    found = {outlet: statistics.by_outlet[outlet]["found"] for outlet in plan.by_id}
    earlier = frontier.summaries(started - (alarms.DAYS + 1) * alarms.DAY)
    earlier = [summary for summary in earlier if summary[0] < started]  # not of its own workers
    lately = [summary for summary in earlier if summary[0] >= started - LOOK_BACK]
    statistics.silent = fallen(found, lately, plan.given, started)
    sums = {outlet: statistics.sums(outlet) for outlet in plan.by_id}
    statistics.alarms = alarms.alarms(sums, earlier, plan.given, started, statistics.pages)


def worker_limit(given: int | None, dialect: str) -> int | None:
    """How many runs may share the database: ``WORKERS``, else one on SQLite and any number on PostgreSQL."""
    if given is None:
        return 1 if dialect == "sqlite" else None
    return given or None


def page_pool(settings: BaseSettings, topic: TopicChoice) -> PagePool:
    """Readers of pages, as the settings have them; processes start with the first page."""
    return PagePool(
        topic, processes=whole_number(settings, "PAGE_PROCESSES"), deadline=settings.getfloat("PAGE_DEADLINE")
    )


def whole_number(settings: BaseSettings, name: str) -> int | None:
    """A setting that is a number from 0 on; None where it is empty. Raises ``ConfigurationError``."""
    value = str(settings.get(name) or "").strip()
    if value and not value.isdecimal():
        raise ConfigurationError(f"{name}={value}: must be a whole number")
    return int(value) if value else None
