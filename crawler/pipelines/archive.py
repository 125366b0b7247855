"""Write the raw pages of an article into the run's WARC file, before the database refers to them."""

from __future__ import annotations

import asyncio
from itertools import zip_longest

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.crawl.configuration import ArchivePages as Wanted
from crawler.crawl.database import AsyncDatabase
from crawler.crawl.ports import crawl_of
from crawler.items import FetchedPage
from crawler.processing.page import ProcessedPage, near_miss
from storage.article import Article
from storage.errors import StorageError
from storage.frontier import Lease


def is_wanted(reading: ProcessedPage | None, pages: Wanted, threshold: float) -> bool:
    """Whether a page is to be archived, by what came of reading it and what ``ARCHIVE_PAGES`` asks for."""
    if pages == "all":
        return True
    if reading is None or reading.article is None or reading.judgement is None:
        return False
    return pages == "read" or reading.kept or near_miss(reading.judgement, threshold)


class ArchivePages:
    """Fills in ``item.archive_refs`` of what ``ARCHIVE_PAGES`` asks for, but of nothing that was withdrawn."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePages:
        return cls(crawler)

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        """One record per page of the story. A disk that is full ends the run, and the URL stays due."""
        crawl = crawl_of(self.crawler)
        session = crawl.session
        if session.archive is None or not is_wanted(item.reading, session.archive_pages, session.topic.threshold):
            return item
        article = item.reading.article if item.reading is not None else None
        page = article or Article(item.url, "", outlet=item.outlet.id)
        try:
            refs = await session.database.call(self._known_refs, session.database, page, item.lease)
            if refs is None:
                return item
            for (url, raw), before in zip_longest(item.raw, refs[: len(item.raw)]):
                # Off the event loop: compressing 400 kB takes 10 ms. One at a time: awaited here, one writer.
                async with session.archive_lock:
                    ref = await asyncio.to_thread(session.archive.write, url, raw, item.fetched_at, before)
                item.archive_refs.append(ref)
        except StorageError as error:
            crawl.storage_failed(item.lease, error)
            # Not the page's fault; an error of the item would be logged with a traceback for each page in hand.
            raise DropItem(str(error), log_level="DEBUG") from error
        return item

    @staticmethod
    def _known_refs(database: AsyncDatabase, article: Article, lease: Lease) -> list[str] | None:
        """The captures that the article's newest revision refers to, in order; None where it was withdrawn."""
        with database.db.read() as conn:
            if database.corpus.refuses(conn, article):
                return None
            before = database.frontier.article_of(conn, lease.identity) if lease.visits else None
            return (database.corpus.archive_ref_of(conn, before) or "").split() if before else []
