"""robots.txt by RFC 9309: what each answer means, and what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawler.crawl.database import AsyncDatabase
from crawler.fetching.errors import Disallowed, RobotsUnavailable
from crawler.fetching.robots import StoredRobots
from storage.database import Database
from storage.frontier import Frontier

RULES = b"User-agent: *\nDisallow: /private/\nAllow: /private/umum\n\nUser-agent: conflict_news\nDisallow: /khusus/\n"
HOUR = 3600.0


class Web:
    """The network, the database and a clock, as far as robots.txt is concerned."""

    def __init__(self, db: Database) -> None:
        self.database = AsyncDatabase(Frontier(db))
        self.now = 1_700_000_000.0
        self.database.frontier.clock = lambda: self.now
        self.asked: list[Request] = []
        self.read: list[tuple[str, str]] = []
        self.answer: Callable[[Request], Response] = lambda request: Response(request.url, 404)

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer(request)

    def says(self, status: int, body: bytes = b"", **headers: str) -> None:
        """What robots.txt answers from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda request: Response(request.url, status, headers=named, body=body)

    def run(self) -> StoredRobots:
        """The middleware of a new run."""
        settings = Settings({"ROBOTSTXT_USER_AGENT": "conflict_news", "ROBOTS_MAX_AGE": HOUR})
        self.discoverer = SimpleNamespace(robots=self.noted)
        crawler: Any = SimpleNamespace(
            settings=settings, engine=self, spider=self, signals=SignalManager(), stats=None, logformatter=None
        )
        return StoredRobots(crawler)

    async def noted(self, host: str, text: str) -> None:
        """Stands for the sources, which look for sitemaps in it."""
        self.read.append((host, text))

    def verdict(self, robots: StoredRobots, *urls: str) -> list[str]:
        """What is said of requests made at once: "allowed", "disallowed", "not now"."""

        async def ask(url: str) -> str:
            try:
                await robots.process_request(Request(url))
            except Disallowed:
                return "disallowed"
            except RobotsUnavailable:
                return "not now"
            return "allowed"

        async def together() -> list[str]:
            return await asyncio.gather(*map(ask, urls))

        return asyncio.run(together())


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(Database.open(f"sqlite:///{tmp_path / 'corpus.db'}"))
    yield made
    made.database.close()


def test_our_own_group_goes_before_that_for_everybody(web: Web) -> None:
    web.says(200, RULES)
    verdicts = web.verdict(
        web.run(), "https://contoh.id/berita/1", "https://contoh.id/khusus/1", "https://contoh.id/private/1"
    )
    assert verdicts == ["allowed", "disallowed", "allowed"]
    assert [request.url for request in web.asked] == ["https://contoh.id/robots.txt"]  # once, though three waited


def test_each_origin_has_its_own(web: Web) -> None:
    web.says(200, RULES)
    web.verdict(
        web.run(), "https://contoh.id/1", "http://contoh.id/1", "https://contoh.id:8443/1", "https://m.contoh.id/"
    )
    assert len({request.url for request in web.asked}) == len(web.asked) == 4


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, "disallowed"), (204, "allowed"), (401, "allowed"), (403, "allowed"), (404, "allowed"), (410, "allowed"),
     (429, "not now"), (500, "not now"), (503, "not now")],
)  # fmt: skip
def test_what_the_status_means(web: Web, status: int, verdict: str) -> None:
    web.says(status, b"" if status == 204 else b"User-agent: *\nDisallow: /\n")
    assert web.verdict(web.run(), "https://contoh.id/berita/1") == [verdict]


def test_no_answer_means_not_now(web: Web) -> None:
    def fail(request: Request) -> Response:
        raise ConnectionRefusedError("nobody there")

    web.answer = fail
    robots = web.run()
    assert web.verdict(robots, "https://contoh.id/1") == ["not now"]
    assert web.database.frontier.robots("https://contoh.id") is None


def test_a_stored_copy_is_used_for_an_hour_and_then_asked_for_conditionally(web: Web) -> None:
    web.says(200, RULES, ETag='"1"', Last_Modified="Tue, 14 Nov 2023 22:13:20 GMT")
    web.verdict(web.run(), "https://contoh.id/1")
    web.now += HOUR - 1
    assert web.verdict(web.run(), "https://contoh.id/khusus/1") == ["disallowed"]
    assert len(web.asked) == 1

    web.now += 2
    web.says(304)
    assert web.verdict(web.run(), "https://contoh.id/khusus/1") == ["disallowed"]
    assert web.asked[1].headers["If-None-Match"] == b'"1"'
    assert web.asked[1].headers["If-Modified-Since"] == b"Tue, 14 Nov 2023 22:13:20 GMT"

    web.now += HOUR - 1  # counted from the 304 on
    web.verdict(web.run(), "https://contoh.id/1")
    assert len(web.asked) == 2


def test_after_a_day_it_is_asked_for_plainly(web: Web) -> None:
    """Its server says "not modified" for ever, whatever has changed."""
    web.says(200, RULES, ETag='"1"')
    web.verdict(web.run(), "https://contoh.id/private/x")
    for hours, conditional in ((20, True), (24, False)):
        web.now += hours * HOUR
        web.verdict(web.run(), "https://contoh.id/private/x")
        assert ("If-None-Match" in web.asked[-1].headers) is conditional


def test_new_rules_replace_old_ones_and_their_validators(web: Web) -> None:
    web.says(200, RULES, ETag='"1"')
    web.verdict(web.run(), "https://contoh.id/1")
    web.now += HOUR + 1
    web.says(200, b"User-agent: *\nDisallow: /baru/\n")
    assert web.verdict(web.run(), "https://contoh.id/khusus/1", "https://contoh.id/baru/1") == ["allowed", "disallowed"]
    assert web.database.frontier.robots("https://contoh.id").etag is None


def test_an_outage_does_not_replace_the_rules_and_the_next_run_asks_again(web: Web) -> None:
    web.says(200, RULES, ETag='"1"')
    web.verdict(web.run(), "https://contoh.id/1")
    web.now += HOUR + 1
    web.says(503, b"Sibuk")
    assert web.verdict(web.run(), "https://contoh.id/1") == ["not now"]
    web.says(304)
    assert web.verdict(web.run(), "https://contoh.id/khusus/1") == ["disallowed"]


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Beranda</title>", b"\xff\xfe\x00", b"", b"Disallow: /\n"])
def test_an_answer_that_is_no_robots_txt_forbids_nothing(web: Web, body: bytes) -> None:
    web.says(200, body)
    assert web.verdict(web.run(), "https://contoh.id/1") == ["allowed"]


def test_the_request_for_robots_txt_is_bounded_and_needs_no_permission_itself(web: Web) -> None:
    web.says(200, b"User-agent: *\nDisallow: /\n")
    robots = web.run()
    web.verdict(robots, "https://contoh.id/1")
    [asked] = web.asked
    assert asked.meta["cut_at"] >= 500 * 1024  # RFC 9309, 2.5
    assert asyncio.run(robots.process_request(asked)) is None


def test_what_it_says_is_handed_on_for_its_sitemaps(web: Web) -> None:
    web.says(200, b"User-agent: *\nSitemap: https://contoh.id/peta.xml\n")
    web.verdict(web.run(), "https://contoh.id/a", "https://contoh.id/b")
    assert web.read == [("contoh.id", "User-agent: *\nSitemap: https://contoh.id/peta.xml\n")]
