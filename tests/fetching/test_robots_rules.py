"""One reader of robots.txt for the crawl, the check and ``explain``."""

from __future__ import annotations

import gzip

import pytest

from crawler.fetching.robots_rules import MAX_BYTES, rules_of, text_of

URL = "https://contoh.id/khusus/1"
OPEN = "User-agent: *\nDisallow:\n\n"


@pytest.mark.parametrize(
    "agent",
    ["conflict_news", "Conflict_News", "conflict_news/0.1", "conflict_news/2.0 (+https://x.id)", "conflict_news # we"],
)
def test_our_name_with_and_without_a_version(agent: str) -> None:
    rules = rules_of(200, f"{OPEN}User-agent: {agent}\nDisallow: /khusus\nCrawl-delay: 4".encode())
    assert rules is not None
    assert not rules.can_fetch(URL, "conflict_news")
    assert rules.can_fetch("https://contoh.id/umum", "conflict_news")
    assert rules.crawl_delay("conflict_news") == 4.0


@pytest.mark.parametrize("agent", ["my_conflict_news", "news", "Googlebot/2.1", "conflict-news"])
def test_names_of_others(agent: str) -> None:
    rules = rules_of(200, f"{OPEN}User-agent: {agent}\nDisallow: /".encode())
    assert rules is not None
    assert rules.can_fetch(URL, "conflict_news")


TEXT = "User-agent: *\nDisallow: /khusus\nSitemap: https://contoh.id/peta.xml\n"


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        gzip.compress(TEXT.encode()),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        b"\n\n  " + TEXT.replace("User-agent", "USER-AGENT").encode(),
    ],
    ids=["mark", "utf-16", "gzip", "CR", "CRLF", "capitals"],
)
def test_what_the_rules_are_wrapped_in(body: bytes) -> None:
    rules = rules_of(200, body)
    assert rules is not None
    assert not rules.can_fetch(URL, "conflict_news")
    assert list(rules.sitemaps) == ["https://contoh.id/peta.xml"]


@pytest.mark.parametrize("status", [429, 500, 503, 599])
def test_an_error_of_the_server_forbids_all_for_now(status: int) -> None:
    assert rules_of(status, TEXT.encode()) is None


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410])
def test_any_other_answer_allows_all(status: int) -> None:
    rules = rules_of(status, b"User-agent: *\nDisallow: /")
    assert rules is not None
    assert rules.can_fetch(URL, "conflict_news")


def test_a_bomb_is_bounded() -> None:
    assert len(text_of(gzip.compress(bytes(50 << 20)))) <= MAX_BYTES
    assert text_of(b"\x1f\x8bnot gzip") == ""
