"""The last look before a request goes out: is its host still ours to ask, and is it where a public host can be?

It stands behind the polite queue, where a request may have waited while this process was stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.fetching import addresses
from crawler.fetching.errors import LeaseOver, PrivateAddress
from crawler.fetching.ports import run_of


class LastLook(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, asked only where nothing stands against it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler

    async def download_request(self, request: Request) -> Response:
        """Raise ``PrivateAddress``, ``LeaseOver`` or ``StorageError`` before anything is sent."""
        run, host = run_of(self.crawler), urlparse_cached(request).hostname or ""
        if not run.may_be_private(host):
            trouble = addresses.trouble(host, [await self._resolved(host)])
            if trouble is not None:
                raise PrivateAddress(trouble)
        if not await run.holds_its_hosts():
            raise LeaseOver(f"another worker has {host} by now")
        return await super().download_request(request)

    async def _resolved(self, host: str) -> str:
        """The address of a host, out of Scrapy's cache of names: the connection is made to the same one."""
        from twisted.internet import reactor  # installed by now

        resolve: Callable[[str], Deferred[str]] = getattr(reactor, "resolve")  # noqa: B009 - declared as of numbers
        try:
            return await maybe_deferred_to_future(resolve(host))
        except DNSLookupError as error:
            raise CannotResolveHostError(str(error)) from error
