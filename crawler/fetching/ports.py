"""From Scrapy's crawler object to our spider, typed: components are only asked once the spider runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from crawler.spiders.conflict_news import ConflictNewsSpider


def spider_of(crawler: Crawler) -> ConflictNewsSpider:
    """The running spider."""
    return cast("ConflictNewsSpider", crawler.spider)
