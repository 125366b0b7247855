"""How far apart the requests to one host are: the outlet's delay, the host's Crawl-delay, and back-off, the longest.

Scrapy applies one delay to all and forgets a slot's settings when the slot has been idle for a minute; here the delay
is set anew for each request as it enters its host's queue, robots.txt included.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.robots import header
from crawler.running import spider_of
from storage.errors import StorageError

logger = logging.getLogger(__name__)

# The delay is counted from the end of an answer to the start of the next request. What a host sees is then never less
# than its delay, however long each request was on its way; this is only for the coarseness of clocks (seconds).
MARGIN = 0.01
BACKOFF_START = 2.0  # seconds, doubled by each further 429 or 503
BACKOFF_MOST = 600.0
RETRY_AFTER_MOST = 3600.0  # a host that asks for more is left to a later run anyway
UNDELAYED_CONCURRENCY = 8  # connections to a host whose delay is 0: only loopback and the archive services


@dataclass(slots=True)
class HostPace:
    """What is known of one host's pace; seconds throughout, ``quiet_until`` on the clock of ``time.time``."""

    outlet_delay: float = 1.0
    crawl_delay: float = 0.0
    backoff: float = 0.0
    quiet_until: float = 0.0
    last_request: float = 0.0
    errors: int = field(default=0)  # connection failures in a row
    answered: bool = False  # in this run, with anything but a robots.txt

    @property
    def delay(self) -> float:
        """Seconds between two requests."""
        return max(self.outlet_delay, self.crawl_delay, self.backoff)

    def next_request(self) -> float:
        """The earliest time at which anybody may ask the host again."""
        return max(self.quiet_until, self.last_request + self.delay + MARGIN if self.delay else 0.0)


class Politeness:
    """Extension: keeps ``spider.pace[host]`` and puts it into Scrapy's download slots."""

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
        return spider_of(self.crawler).pace_of(host)

    async def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take over a Crawl-delay, and tell the frontier, for whoever takes the host over."""
        host = urlparse_cached(request).hostname or ""
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        pace = self._pace(host)
        pace.crawl_delay = asked or 0.0
        if pace.crawl_delay > 60:
            logger.warning("%s asks for %.0f s between requests; that is kept", host, pace.crawl_delay)
        spider: Any = spider_of(self.crawler)
        try:
            await spider.store.call(spider.store.frontier.note_delay, host, pace.delay)
        except StorageError as error:  # raised, it would end up in the log of signals
            spider.session.fail(error)
            spider.stop()

    def entering_queue(self, request: Request) -> None:
        """Set the delay of the request's slot before the slot looks at its queue."""
        self._set_delay(request, self._pace(urlparse_cached(request).hostname or ""))

    def answered(self, response: Response, request: Request) -> None:
        """Back off, or come closer again, before the next request of the host's queue is on its way."""
        pace = self._pace(urlparse_cached(request).hostname or "")
        now = time.time()
        if response.status in (429, 503):
            slow_down(pace, retry_after(header(response, "Retry-After"), now), now)
        elif response.status < 500:
            speed_up(pace)
        self._slot(request).lastseen = time.monotonic()  # Scrapy counts from the start of the request
        self._set_delay(request, pace)

    def left(self, request: Request) -> None:
        """Note when the host was last busy with us, answer or not (later than the request: never too early)."""
        self._pace(urlparse_cached(request).hostname or "").last_request = time.time()

    def _slot(self, request: Request) -> Slot:
        return self.crawler.engine.downloader.slots[request.meta["download_slot"]]

    def _set_delay(self, request: Request, pace: HostPace) -> None:
        slot = self._slot(request)
        quiet = pace.quiet_until - time.time() + time.monotonic() - slot.lastseen if pace.quiet_until else 0.0
        slot.delay = max(pace.delay + MARGIN if pace.delay else 0.0, quiet)
        slot.concurrency = 1 if slot.delay else UNDELAYED_CONCURRENCY


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), bounded; None if unusable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    if not seconds >= 0:
        return None
    return min(seconds, RETRY_AFTER_MOST)


def speed_up(pace: HostPace) -> None:
    """A host answered as it should: half the back-off, and none below its first step."""
    pace.backoff = pace.backoff / 2 if pace.backoff >= 2 * BACKOFF_START else 0.0


def slow_down(pace: HostPace, wait: float | None, now: float) -> float:
    """A host said 429 or 503: be quiet as long as it asks, and slower afterwards. Returns until when."""
    pace.backoff = min(max(BACKOFF_START, pace.backoff * 2), BACKOFF_MOST)
    pace.quiet_until = max(pace.quiet_until, now + (pace.backoff if wait is None else wait))
    return pace.quiet_until
