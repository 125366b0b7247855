"""No request leaves the registry's domains: not by a link, a redirect or a robots.txt that points elsewhere."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.errors import OffDomain
from crawler.fetching.ports import run_of


class DomainGuard:
    """Downloader middleware: asks the spider which hosts it may speak to (``Run.may_ask``)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DomainGuard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise ``OffDomain`` for a foreign host or a scheme that is not http(s)."""
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https") or not run_of(self.crawler).may_ask(parts.hostname or ""):
            raise OffDomain(f"{request.url} is outside the outlets' domains")
