"""What the pipelines ask of the running crawl: they know its parts, and nothing of the spider that holds them."""

from __future__ import annotations

from typing import Protocol, cast

from scrapy.crawler import Crawler

from crawler.crawl.scheduler import Scheduler
from crawler.crawl.session import Session
from storage.errors import StorageError
from storage.frontier import Lease


class Crawl(Protocol):
    """One run of the crawl, from within."""

    @property
    def session(self) -> Session:
        """What the run holds open."""

    @property
    def scheduler(self) -> Scheduler:
        """Who is told that a URL is finished."""

    def storage_failed(self, lease: Lease, error: StorageError) -> None:
        """End the run early because the database or the archive fails; the URL stays due."""


def crawl_of(crawler: Crawler) -> Crawl:
    """The running crawl."""
    return cast("Crawl", crawler.spider)
