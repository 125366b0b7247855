"""Links of articles: asked for once, and again only where another page says more for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.crawl.linked import ArticleLinks
from crawler.discovery import Window
from crawler.outlets import Outlet
from crawler.relevance import Topic
from storage.article import Link
from storage.frontier import NewUrl

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
NOW = datetime(2023, 9, 20, tzinfo=UTC)
WAR = Link("https://contoh.id/2023/09/20/pasukan-azerbaijan-serang-karabakh", "Pasukan Serang Karabakh", "related")
CABBAGE = Link("https://contoh.id/2023/09/20/harga-kubis-naik-di-pasar", "Harga Kubis Naik", "body")
MENU = Link("https://contoh.id/tag/perang", "Perang", "related")


@pytest.fixture(scope="module")
def topic() -> Topic:
    return Topic.from_seeds(SEEDS)


def rows(links: ArticleLinks, given: list[Link], parent: float, window: Window | None = None) -> list[NewUrl]:
    return links.rows(given, OUTLET, window or Window(), NOW, parent=parent)


def test_articles_are_asked_for_the_related_ones_first(topic: Topic) -> None:
    found = rows(ArticleLinks(topic), [CABBAGE, MENU, WAR, WAR], 0.0)
    assert [row.url for row in found] == [WAR.url, CABBAGE.url]
    assert found[0].priority > found[1].priority


def test_what_the_frontier_knows_is_not_told_again(topic: Topic) -> None:
    links = ArticleLinks(topic)
    first = rows(links, [WAR], 0.2)
    assert rows(links, [WAR], 0.2) == first  # not committed yet
    links.committed(first)
    assert rows(links, [WAR, CABBAGE], 0.2) == rows(links, [CABBAGE], 0.2)


def test_a_more_relevant_page_lifts_it(topic: Topic) -> None:
    links = ArticleLinks(topic)
    links.committed(low := rows(links, [WAR], 0.0))
    [high] = rows(links, [WAR], 1.0)
    assert high.priority == pytest.approx(low[0].priority + 22.5)


def test_a_day_outside_the_window_is_left(topic: Topic) -> None:
    window = Window(since=datetime(2024, 1, 1, tzinfo=UTC).date())
    assert rows(ArticleLinks(topic), [WAR], 1.0, window) == []
