"""What is looked at right before a request goes out."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Request, Response
from twisted.internet.defer import succeed
from twisted.web.client import HTTPConnectionPool

from crawler.fetching import addresses
from crawler.fetching.client import Fetcher, Refused
from crawler.fetching.errors import LeaseOver, PrivateAddress
from crawler.fetching.last_look import Connections, LastLook
from crawler.outlets import Outlet

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "103.10.20.30", "2001:4860:4860::8888", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_public_name_may_not_lead_into_a_private_network(address: str) -> None:
    told = addresses.trouble("berita.contoh.id", ["8.8.8.8", address])
    assert told is not None
    assert told.startswith(f"berita.contoh.id leads to {address}")


@pytest.mark.parametrize("address", PUBLIC)
def test_it_may_lead_anywhere_else(address: str) -> None:
    assert addresses.trouble("berita.contoh.id", [address]) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "localhost"])
def test_an_address_that_is_written_down_is_meant(host: str) -> None:
    assert addresses.trouble(host, ["127.0.0.1"]) is None


class Asked:
    """A run as the handler sees it, and what went out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, private: bool = False) -> None:
        self.sent: list[str] = []
        self.handler: Any = object.__new__(LastLook)
        self.handler.crawler = SimpleNamespace(spider=SimpleNamespace(may_be_private=lambda _: private))

        async def send(_: object, request: Request) -> Response:
            self.sent.append(request.url)
            return Response(request.url)

        monkeypatch.setattr(HTTP11DownloadHandler, "download_request", send)

    def ask(self, url: str, leads_to: str) -> None:
        async def resolved(_: str) -> str:
            return leads_to

        self.handler._resolved = resolved
        asyncio.run(self.handler.download_request(Request(url)))


class Socket:
    """The end of a connection."""

    def __init__(self) -> None:
        self.sent = b""

    def writeSomeData(self, data: bytes) -> int:  # noqa: N802 - Twisted's
        self.sent += data
        return len(data)


@pytest.mark.parametrize("layers", [0, 1])
def test_nothing_is_written_by_a_run_that_came_into_doubt_since(monkeypatch: pytest.MonkeyPatch, layers: int) -> None:
    doubts, socket = [False], Socket()
    below: Any = socket
    for _ in range(layers):  # TLS
        below = SimpleNamespace(transport=below)
    made = SimpleNamespace(transport=below)
    connections: Any = object.__new__(Connections)
    connections.crawler = SimpleNamespace(spider=SimpleNamespace(in_doubt=lambda: doubts[0]))
    monkeypatch.setattr(HTTPConnectionPool, "_newConnection", lambda *_: succeed(made))
    connections._newConnection("key", "endpoint")
    assert socket.writeSomeData(b"GET /1") == 6
    doubts[0] = True
    assert isinstance(socket.writeSomeData(b"GET /2"), Exception)
    assert socket.sent == b"GET /1"


@pytest.mark.parametrize(("doubt", "held", "given"), [(False, False, True), (True, True, True), (True, False, False)])
def test_a_run_in_doubt_looks_when_the_connection_is_made(
    monkeypatch: pytest.MonkeyPatch, doubt: bool, held: bool, given: bool
) -> None:
    """The process may have been stopped while it was being made."""
    made = SimpleNamespace()

    async def holds() -> bool:
        return held

    spider = SimpleNamespace(in_doubt=lambda: doubt, holds_its_hosts=holds)
    connections: Any = object.__new__(Connections)
    connections.crawler = SimpleNamespace(spider=spider)
    monkeypatch.setattr(HTTPConnectionPool, "getConnection", lambda *_: succeed(made))

    async def ask() -> Any:
        return await connections.getConnection("key", "endpoint").asFuture(asyncio.get_running_loop())

    if given:
        assert asyncio.run(ask()) is made
    else:
        with pytest.raises(LeaseOver):
            asyncio.run(ask())


def test_a_request_into_a_private_network_stays_unless_the_file_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    asked.ask("https://contoh.id/a", "8.8.8.8")
    with pytest.raises(PrivateAddress, match=r"contoh\.id leads to 10\.0\.0\.7"):
        asked.ask("https://contoh.id/b", "10.0.0.7")
    assert asked.sent == ["https://contoh.id/a"]
    asked = Asked(monkeypatch, private=True)
    asked.ask("https://contoh.id/b", "10.0.0.7")
    assert asked.sent == ["https://contoh.id/b"]


def test_the_client_of_the_commands_goes_by_the_same_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", ("8.8.8.8", 0)), (10, 1, 6, "", ("fe80::1", 0, 0, 0))]

    monkeypatch.setattr("socket.getaddrinfo", found)
    fetcher = Fetcher(Outlet(id="contoh", name="Contoh", domains=["contoh.id"]), "agent")
    with pytest.raises(Refused, match=r"contoh\.id leads to fe80::1"):
        fetcher.get("https://contoh.id/")
    assert fetcher.asked == 0
