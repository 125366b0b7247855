"""Answers to sources that are larger than any limit: cut off and read as far as they came.

Scrapy drops a whole answer that is too large. For an article page that is right; of an endless sitemap the first part
is worth having.
"""

from __future__ import annotations

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Request, Response

CUT = "download_stopped"  # the flag that Scrapy gives to an answer that was cut off


class CutOff:
    """Downloader middleware, the last before the network: ``meta["cut_at"]`` is the most bytes of an answer."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self.received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CutOff:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the answer begin, whatever length it announces."""
        if "cut_at" in request.meta:
            request.meta["download_maxsize"] = 0

    def received(self, data: bytes, request: Request) -> None:
        """Count, and stop an answer that has reached its limit."""
        limit = request.meta.get("cut_at")
        if limit is not None:
            request.meta["received"] = request.meta.get("received", 0) + len(data)
            if request.meta["received"] >= limit:
                raise StopDownload(fail=False)

    def process_response(self, request: Request, response: Response) -> Response:
        """Bound what the answer may be unpacked to, which is done after this."""
        if "cut_at" in request.meta:
            request.meta["download_maxsize"] = request.meta["cut_at"]
        return response
