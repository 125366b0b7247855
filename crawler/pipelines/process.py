"""Read the page in the process pool, with the further pages of its story."""

from __future__ import annotations

import logging

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from crawler.crawl import outcomes
from crawler.crawl.ports import crawl_of
from crawler.crawl.session import Session
from crawler.discovery.candidates import when
from crawler.extraction import Hints
from crawler.fetching.responses import header
from crawler.fetching.whole_bodies import SUSPECT
from crawler.items import FetchedPage
from crawler.processing.page import PageJob, ProcessedPage
from crawler.processing.reasons import Cause, Reason, cause_of

logger = logging.getLogger(__name__)

MAX_PAGES = 20  # of one story; the longest seen in saved pages has 8 (liputan6)


class _Later(Exception):  # noqa: N818 - says when, not what
    """A further page of the story cannot be had now."""


class ReadPages:
    """Fills in ``item.reading``."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReadPages:
        return cls(crawler)

    @property
    def session(self) -> Session:
        """The run this pipeline belongs to."""
        return crawl_of(self.crawler).session

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        """Extract and judge; where the article goes on, fetch its next pages politely and read the whole again."""
        hints = item.lease.hints
        first = PageJob(
            item.body,
            item.url,
            item.content_type,
            item.outlet,
            Hints(
                title=hints.get("title"),
                published=when(hints.get("published")),
                source=item.lease.source or None,
                section=hints.get("section"),
                known_titles=self.session.other_titles(item.outlet.id, hints.get("title")),
                modified=when(hints.get("modified")),
            ),
            item.fetched_at,
        )
        jobs = [first]
        item.reading = await self.session.pool.read(jobs)
        if item.reading.article is not None and "original_url" not in hints:
            try:
                jobs += await self._further_pages(item)
            except _Later as why:
                # Half an article is none: all of it is asked for again, until the last attempt takes what there is.
                if item.lease.attempts < self.session.retries.most:
                    item.reading = ProcessedPage(reason=Reason.of(Cause.PAGE_ERROR, f"its next page: {why}"))
                else:
                    self.session.statistics.trouble(item.outlet.id, "next page of an article not to be had")
                return item
        if len(jobs) > 1:
            item.reading = await self.session.pool.read(jobs)
        if item.suspect:
            self._compare(item)
        return item

    @staticmethod
    def _compare(item: FetchedPage) -> None:
        """An answer that may be torn is believed when the one before it gave the same text."""
        article = item.reading.article if item.reading else None
        if article is not None and item.lease.hints.get(SUSPECT) != article.content_hash:
            item.notes[SUSPECT] = article.content_hash
            item.reading = ProcessedPage(reason=Reason.of(Cause.TORN, "ends before its document does"))

    async def _further_pages(self, item: FetchedPage) -> list[PageJob]:
        """The pages after the first, in order, as far as they can be had. Raises ``_Later`` for a passing trouble."""
        assert item.reading is not None
        assert item.reading.article is not None
        seen = {item.url, item.asked}
        article = item.reading.article
        jobs: list[PageJob] = []
        while len(seen) < MAX_PAGES:
            following = next((link.url for link in article.links if link.kind == "next" and link.url not in seen), None)
            if following is None:
                break
            seen.add(following)
            request = Request(following, callback=NO_CALLBACK, meta={"archive": True, "dont_redirect": True})
            try:
                answer = await self.crawler.engine.download_async(request)
            except IgnoreRequest as error:  # forbidden, off the domain, too large: the story is stored without it
                logger.warning("%s: next page: %s", following, error)
                self.session.statistics.trouble(item.outlet.id, "next page of an article not to be had")
                break
            except Exception as error:
                raise _Later(type(error).__name__.removesuffix("Error")) from error
            if answer.status in outcomes.TRY_AGAIN or answer.status >= 500:
                raise _Later(f"HTTP {answer.status}")
            if answer.status != 200:
                self.session.statistics.trouble(item.outlet.id, "next page of an article not to be had")
                break
            raw = request.meta.get("raw_response")
            item.suspect |= SUSPECT in answer.flags
            if raw is not None:
                item.raw.append((following, raw))
            job = PageJob(answer.body, following, header(answer, "Content-Type"), item.outlet, None, item.fetched_at)
            jobs.append(job)
            page = await self.session.pool.read([job])
            if page.article is None:
                if cause_of(page.reason) is Cause.PAGE_ERROR:
                    raise _Later(page.reason)
                break
            article = page.article
        return jobs
