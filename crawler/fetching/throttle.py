"""How far apart the requests to one host are: the outlet's delay, the host's Crawl-delay, and back-off, the longest.

Scrapy applies one delay to all and forgets a slot's settings when the slot has been idle for a minute; here the delay
is set anew for each request as it enters its host's queue, robots.txt included.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from scrapy import signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.pace import MARGIN, UNDELAYED_CONCURRENCY, HostPace, retry_after, slow_down, speed_up
from crawler.fetching.ports import run_of
from crawler.fetching.responses import header
from crawler.fetching.robots_rules import Rules
from storage.errors import StorageError

logger = logging.getLogger(__name__)


class Politeness:
    """Extension: keeps each host's pace and puts it into Scrapy's download slots."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self.entering_queue, signal=signals.request_reached_downloader)
        crawler.signals.connect(self.answered, signal=signals.response_downloaded)
        crawler.signals.connect(self.left, signal=signals.request_left_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        return cls(crawler)

    def _pace(self, host: str) -> HostPace:
        return run_of(self.crawler).pace_of(host)

    def _now(self) -> float:
        clock: Callable[[], float] = run_of(self.crawler).database.frontier.clock
        return clock()

    async def robots_parsed(self, robotparser: Rules, request: Request) -> None:
        """Take over a Crawl-delay, and tell the frontier, for whoever takes the host over."""
        host = urlparse_cached(request).hostname or ""
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        pace = self._pace(host)
        pace.crawl_delay = asked or 0.0
        if pace.crawl_delay > 60:
            logger.warning("%s asks for %.0f s between requests; that is kept", host, pace.crawl_delay)
        run = run_of(self.crawler)
        try:
            await run.database.call(run.database.frontier.note_delay, host, pace.delay)
        except StorageError as error:  # raised, it would end up in the log of signals
            run.fail(error)

    def entering_queue(self, request: Request) -> None:
        """Set the delay of the request's slot before the slot looks at its queue."""
        self._set_delay(request, self._pace(urlparse_cached(request).hostname or ""))

    def answered(self, response: Response, request: Request) -> None:
        """Back off, or come closer again, before the next request of the host's queue is on its way."""
        pace = self._pace(urlparse_cached(request).hostname or "")
        if response.status in (429, 503):
            slow_down(pace, retry_after(header(response, "Retry-After"), time.time()), self._now())
        elif response.status < 500:
            speed_up(pace)
        self._slot(request).lastseen = time.monotonic()  # Scrapy counts from the start of the request
        self._set_delay(request, pace)

    def left(self, request: Request) -> None:
        """Note when the host was last busy with us, answer or not (later than the request: never too early)."""
        self._pace(urlparse_cached(request).hostname or "").last_request = self._now()

    def _slot(self, request: Request) -> Slot:
        return self.crawler.engine.downloader.slots[request.meta["download_slot"]]

    def _set_delay(self, request: Request, pace: HostPace) -> None:
        slot = self._slot(request)
        quiet = pace.quiet_until - self._now() + time.monotonic() - slot.lastseen if pace.quiet_until else 0.0
        slot.delay = max(pace.delay + MARGIN if pace.delay else 0.0, quiet)
        slot.concurrency = 1 if slot.delay else UNDELAYED_CONCURRENCY
