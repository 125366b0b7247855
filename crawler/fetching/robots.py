"""robots.txt kept in the database between runs and re-validated conditionally; what it says, ``robots_rules`` reads.

Where nothing is allowed for now the URL is tried again later instead of being taken for forbidden. Scrapy's own
middleware parses whatever comes, a 503 page included, and forgets it at the end of the run.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.errors import Disallowed, NotSent, RobotsUnavailable, TooSlow
from crawler.fetching.ports import run_of
from crawler.fetching.responses import header
from crawler.fetching.robots_rules import CRAWL_DELAY_MOST, MAX_BYTES, Rules, rules_of
from storage.errors import StorageError

logger = logging.getLogger(__name__)

PLAIN_AFTER = 23 * 3600.0  # seconds since robots.txt was asked for last: a day, less what a daily run may come early


class StoredRobots:
    """Downloader middleware; the run's database keeps each origin's file with its validators."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.max_age = crawler.settings.getfloat("ROBOTS_MAX_AGE")
        self._rules: dict[str, asyncio.Task[Rules | str]] = {}  # or why there are none

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StoredRobots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise ``Disallowed``, ``RobotsUnavailable``, ``NotSent`` or ``StorageError``."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._learn(origin, request))
        rules = await asyncio.shield(self._rules[origin])
        if isinstance(rules, str):
            raise RobotsUnavailable(rules)
        if not rules.allowed(request.url, self.agent):
            raise Disallowed("robots.txt forbids it")

    async def _learn(self, origin: str, request: Request) -> Rules | str:
        database: Any = run_of(self.crawler).database
        stored = await database.call(database.frontier.robots, origin)
        if stored is None or stored.fetched_at < database.frontier.clock() - self.max_age:
            try:
                status, body = await self._ask(origin, stored, database)
            except (StorageError, NotSent):  # says nothing about the file
                raise
            except Exception as error:  # noqa: BLE001 - whatever stops the answer, the host is not to be asked
                logger.warning("%s/robots.txt: %s", origin, str(error) or type(error).__name__)
                return f"no answer: {type(error).__name__.removesuffix('Error')}"
        else:
            status, body = stored.status, stored.body
        rules = rules_of(status, body)
        if rules is None:
            logger.warning("%s/robots.txt answered %s: the host is left alone for now", origin, status)
            return f"HTTP {status}"
        pause = rules.crawl_delay(self.agent) or 0.0
        if pause > CRAWL_DELAY_MOST:  # not taken over: a later run must see at once that the file was corrected
            raise TooSlow(f"robots.txt asks for {pause:.0f} s between requests")
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        host = urlparse_cached(request).hostname or ""
        await run_of(self.crawler).discoverer.robots(host, rules.text if 200 <= status < 300 else "")
        return rules

    async def _ask(self, origin: str, stored: Any, database: Any) -> tuple[int, bytes]:
        headers = {}
        # Some servers never change a validator: a daily run asks plainly.
        young = stored is not None and stored.fetched_at > database.frontier.clock() - PLAIN_AFTER
        if young and stored.etag:
            headers["If-None-Match"] = stored.etag
        if young and stored.last_modified:
            headers["If-Modified-Since"] = stored.last_modified
        asked = Request(
            f"{origin}/robots.txt",
            headers=headers,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "cut_at": MAX_BYTES},
        )
        answer: Response = await self.crawler.engine.download_async(asked)
        status, body = answer.status, answer.body
        if status == 429 or status >= 500:  # says nothing about the rules: what is stored stays, and is asked for again
            return status, body
        if status == 304 and stored is not None:
            status, body = stored.status, stored.body
        etag, modified = header(answer, "ETag"), header(answer, "Last-Modified")
        await database.call(
            database.frontier.keep_robots,
            origin,
            status=status,
            body=body,
            etag=etag or (stored.etag if answer.status == 304 and stored else None),
            last_modified=modified or (stored.last_modified if answer.status == 304 and stored else None),
        )
        return status, body
