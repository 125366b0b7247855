"""What is asked for first: only the order counts, not the numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl import configuration
from crawler.crawl.scoring import ARCHIVE_OWNER, new_url, priority
from crawler.discovery import Candidate
from crawler.discovery.candidates import pack, when
from crawler.outlets import Outlet
from crawler.relevance import Topic

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
NOW = datetime(2023, 9, 20, 12, tzinfo=UTC)
WAR = "https://contoh.id/berita/1/serangan-azerbaijan-di-nagorno-karabakh-puluhan-tentara-tewas"
FOOTBALL = "https://contoh.id/berita/2/timnas-menang-tipis-di-laga-persahabatan"


@pytest.fixture(scope="module")
def topic() -> Topic:
    return Topic.from_seeds(Path(configuration.SEEDS))


def order(topic: Topic, *candidates: Candidate, parent: float | None = None) -> list[int]:
    """Places of the candidates in the order they would be asked for."""
    found = [priority(candidate, topic, NOW, parent) for candidate in candidates]
    return sorted(range(len(found)), key=lambda place: -found[place])


def test_war_goes_before_football_by_title_and_by_address(topic: Topic) -> None:
    assert order(topic, Candidate(FOOTBALL), Candidate(WAR)) == [1, 0]
    plain = [f"https://contoh.id/?p={number}" for number in range(2)]
    titles = ["Resep Soto Ayam Kampung", "Rudal Hantam Permukiman, Belasan Tewas"]
    assert order(topic, *(Candidate(url, title=title) for url, title in zip(plain, titles, strict=True))) == [1, 0]


def test_first_pages_of_ways_in_go_before_any_article(topic: Topic) -> None:
    ways = [Candidate(f"https://contoh.id/{kind}", kind=kind) for kind in ("feed", "sitemap", "index", "search")]
    fresh = Candidate(WAR, title="Perang Karabakh", published=NOW)
    assert order(topic, fresh, *ways)[-1] == 0
    assert order(topic, *reversed(ways))[0] == len(ways) - 1  # the feed


def test_later_pages_of_an_index_come_after_earlier_ones(topic: Topic) -> None:
    pages = [Candidate(f"https://contoh.id/i?p={n}", kind="index", context={"page": n}) for n in (9, 1, 3, 2)]
    assert order(topic, *pages) == [1, 3, 2, 0]


def test_fresh_news_goes_before_the_same_news_of_last_year(topic: Topic) -> None:
    old, fresh = (Candidate(WAR, published=day) for day in (NOW - timedelta(days=400), date(2023, 9, 20)))
    assert order(topic, old, fresh) == [1, 0]


def test_a_link_from_a_report_on_war_goes_before_one_from_elsewhere(topic: Topic) -> None:
    link = Candidate("https://contoh.id/berita/3/warga-desa-perbatasan")
    assert priority(link, topic, NOW, parent=0.95) > priority(link, topic, NOW, parent=0.05)


def test_a_row_of_the_frontier_says_what_and_where(topic: Topic) -> None:
    candidate = Candidate(WAR + "?utm_source=rss", title="Perang", source="feed", published=date(2023, 9, 19))
    row = new_url(candidate, OUTLET, topic, NOW)
    assert (row.host, row.outlet, row.kind, row.source, row.day, row.owner) == (
        "contoh.id",
        "contoh",
        "article",
        "feed",
        "2023-09-19",
        None,
    )
    assert row.identity == new_url(Candidate(WAR), OUTLET, topic, NOW).identity
    assert row.hints == {"title": "Perang", "published": "2023-09-19"}


def test_one_address_as_article_as_way_in_and_as_capture_is_three_rows(topic: Topic) -> None:
    capture = Candidate(f"https://web.archive.org/web/2023id_/{WAR}", original_url=WAR, captured_at=NOW)
    rows = [new_url(item, OUTLET, topic, NOW) for item in (Candidate(WAR), Candidate(WAR, kind="index"), capture)]
    assert len({row.identity for row in rows}) == 3
    assert [row.owner for row in rows] == [None, None, ARCHIVE_OWNER]


def test_hints_survive_the_way_through_the_database() -> None:
    moment = datetime(2023, 9, 19, 8, 30, tzinfo=UTC)
    packed = pack(Candidate(WAR, title="T" * 5000, published=moment, modified=date(2023, 9, 20), context={"page": 2}))
    assert len(packed["title"]) == 1000
    assert (when(packed["published"]), when(packed["modified"])) == (moment, date(2023, 9, 20))
    assert packed["context"] == {"page": 2}


@pytest.mark.parametrize("value", [None, 5, "", "kemarin", "2023-02-30", "2023-09-19T99:00"])
def test_a_time_that_is_none_is_none(value: object) -> None:
    assert when(value) is None
