"""The last look before a request goes out: is its host where a public host can be, and is it still ours to ask?

It stands behind the polite queue and behind the making of the connection: this process may have been stopped in both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.main import CONNECTION_LOST
from twisted.web.client import HTTPConnectionPool

from crawler.fetching import addresses
from crawler.fetching.errors import LeaseOver, PrivateAddress
from crawler.fetching.pace import UNDELAYED_CONCURRENCY
from crawler.fetching.ports import Run, run_of


class Connections(HTTPConnectionPool):
    """Gives a connection only to a run that holds its hosts.

    A request is written to it a turn of the event loop later, which may be long on a busy machine: a process that was
    stopped in between writes nothing, and the connection is lost.
    """

    def __init__(self, reactor: Any, crawler: Crawler) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.crawler = crawler

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802 - Twisted's
        """The connection. Fails with ``LeaseOver``, or ``StorageError``."""
        return super().getConnection(key, endpoint).addCallback(self._looked)

    def _newConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802 - Twisted's, for retries as well
        return super()._newConnection(key, endpoint).addCallback(_guarded, run_of(self.crawler))

    def _looked(self, connection: Any) -> Any:
        run = run_of(self.crawler)
        if not run.in_doubt():
            return connection
        return deferred_from_coro(self._look(run, connection))

    @staticmethod
    async def _look(run: Run, connection: Any) -> Any:
        if not await run.holds_its_hosts():
            raise LeaseOver("another worker has the host by now")
        return connection


def _guarded(connection: Any, run: Run) -> Any:
    socket = connection.transport
    while getattr(socket, "transport", None) is not None:  # TLS lies on top of it
        socket = socket.transport
    send = type(socket).writeSomeData

    def write(data: bytes) -> Any:
        return CONNECTION_LOST if run.in_doubt() else send(socket, data)

    socket.writeSomeData = write
    return connection


class LastLook(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, asked only where nothing stands against it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        from twisted.internet import reactor  # installed by now

        pool = Connections(reactor, crawler)
        pool.maxPersistentPerHost, pool._factory = UNDELAYED_CONCURRENCY, self._pool._factory
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        """Raise ``PrivateAddress``, ``LeaseOver`` or ``StorageError`` in place of sending anything."""
        run, host = run_of(self.crawler), urlparse_cached(request).hostname or ""
        if not run.may_be_private(host):
            trouble = addresses.trouble(host, [await self._resolved(host)])
            if trouble is not None:
                raise PrivateAddress(trouble)
        return await super().download_request(request)

    async def _resolved(self, host: str) -> str:
        """The address of a host, out of Scrapy's cache of names: the connection is made to the same one."""
        from twisted.internet import reactor  # installed by now

        resolve: Callable[[str], Deferred[str]] = getattr(reactor, "resolve")  # noqa: B009 - declared as of numbers
        try:
            return await maybe_deferred_to_future(resolve(host))
        except DNSLookupError as error:
            raise CannotResolveHostError(str(error)) from error
