"""WordPress and Blogger, declared or recognised from a page: every matching post of a site is found, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select

from crawler.demo import Answer, Asked, Newsroom
from crawler.demo.newssite import NewsSite
from crawler.demo.standins import BloggerSite, WordPressSite
from storage.article import Article
from storage.database import Database
from storage.database.frontier_tables import urls
from tests.spiders.running import Crawled, Place

SINCE, UNTIL = date(2021, 1, 1), date(2021, 3, 31)
SEARCH, WINDOW = ("query=pertempuran", "max_pages=40"), (f"since={SINCE}", f"until={UNTIL}", "max_pages=1")


class QuietWordPress(WordPressSite):
    """Its table names its front page, not what it runs on."""

    platform = None

    def sources(self) -> dict[str, list[str]]:
        return {"indexes": [f"{self.base}/"]}

    def front(self, asked: Asked) -> Answer:
        return with_generator(super().front(asked), b'<meta name="generator" content="WordPress 6.4.3" />')


class QuietBlogger(BloggerSite):
    """Its table names its front page, not what it runs on."""

    platform = None

    def sources(self) -> dict[str, list[str]]:
        return {"indexes": [f"{self.base}/"]}

    def front(self, asked: Asked) -> Answer:
        return with_generator(super().front(asked), b"<meta content='blogger' name='generator'/>")


def with_generator(answer: Answer, tag: bytes) -> Answer:
    assert isinstance(answer.body, bytes)
    return replace(answer, body=answer.body.replace(b"</title>", b"</title>" + tag, 1))


def sites() -> list[NewsSite]:
    return [
        WordPressSite("127.0.0.81", name="wp"),
        QuietWordPress("127.0.0.82", name="wp-quiet"),
        WordPressSite("127.0.0.83", name="wp-forbidden", api=403, count=200),
        QuietWordPress("127.0.0.84", name="wp-quiet-missing", api=404, count=200),
        QuietWordPress("127.0.0.85", name="wp-bare", api=401, count=200, sitemaps=False),
        BloggerSite("127.0.0.86", name="blog"),
        QuietBlogger("127.0.0.87", name="blog-quiet"),
        BloggerSite("127.0.0.88", name="blog-closed", feeds=False, count=200),
    ]


OPEN = ("wp", "wp-quiet", "blog", "blog-quiet")
CLOSED = ("wp-forbidden", "wp-quiet-missing", "wp-bare", "blog-closed")


@dataclass
class Visit:
    """A crawl of all the sites: what it said, asked, came to know and stored."""

    room: Newsroom
    said: Crawled
    known: dict[str, dict[str, str | None]]  # outlet -> URL -> day
    stored: dict[str, Article]

    def asked(self, outlet: str, start: str) -> int:
        return sum(request.path.startswith(start) for request in self.room.requests(outlet))


def visit(place: Place, *arguments: str) -> Iterator[Visit]:
    with Newsroom(sites=sites()) as room:
        said = place.crawl(room.toml, *arguments)
        db = Database.open(place.url, create=False)
        known: dict[str, dict[str, str | None]] = {site.id: {} for site in room.news_sites}
        with db.read() as conn:
            for row in conn.execute(select(urls.c.outlet, urls.c.url, urls.c.day).where(urls.c.kind == "article")):
                known[row.outlet][row.url] = row.day
        db.close()
        yield Visit(room, said, known, place.articles())


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    yield from visit(Place.below(tmp_path_factory.mktemp("searched")), *SEARCH)


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    yield from visit(Place.below(tmp_path_factory.mktemp("bounded")), *WINDOW)


@pytest.mark.parametrize("outlet", [*OPEN, *CLOSED])
def test_a_query_finds_every_matching_post(searched: Visit, outlet: str) -> None:
    matching = {story.url for story in searched.room.site(outlet).stories if story.kept}
    assert len(matching) == (50 if outlet in OPEN else 20)
    assert matching <= set(searched.known[outlet])


@pytest.mark.parametrize(("outlet", "api"), [("wp", "/wp-json/"), ("wp-quiet", "/wp-json/"), ("blog", "/feeds/")])
def test_an_open_platform_is_asked_for_that_query_alone(searched: Visit, outlet: str, api: str) -> None:
    paths = [request.path for request in searched.room.requests(outlet) if request.path.startswith(api)]
    assert len(paths) == 1
    assert "pertempuran" in paths[0]


def test_what_is_found_is_fetched_and_stored(searched: Visit) -> None:
    assert searched.said.code == 0, searched.said.err
    wanted = {story.url: story for story in searched.room.articles if story.kept}
    row = searched.said.row("all")
    assert row["fetched"] == 40  # as many as it was allowed, the likely ones first
    assert len(searched.stored) == row["kept"] >= 10
    assert {url: article.text for url, article in searched.stored.items()} == {
        url: wanted[url].text for url in searched.stored
    }


@pytest.mark.parametrize("outlet", [*OPEN, *CLOSED])
def test_a_window_finds_every_post_of_its_days(bounded: Visit, outlet: str) -> None:
    inside = {
        story.url: story.date.date()
        for story in bounded.room.site(outlet).stories
        if SINCE <= story.date.date() <= UNTIL
    }
    assert len(inside) >= 45
    assert set(inside) <= set(bounded.known[outlet])


@pytest.mark.parametrize("outlet", OPEN)
def test_days_are_the_sites_own_and_none_lies_outside_of_the_window(bounded: Visit, outlet: str) -> None:
    truth = {story.url: story.date.date().isoformat() for story in bounded.room.site(outlet).stories}
    dated = {url: day for url, day in bounded.known[outlet].items() if day is not None}
    assert len(dated) >= 45
    assert dated == {url: truth[url] for url in dated}
    assert min(dated.values()) >= SINCE.isoformat()
    assert max(dated.values()) <= UNTIL.isoformat()


@pytest.mark.parametrize(
    ("outlet", "trouble"),
    [
        ("wp-forbidden", "wordpress: WordPress API closed (403)"),
        ("wp-quiet-missing", "wordpress: WordPress API closed (404)"),
        ("wp-bare", "wordpress: WordPress API closed (401)"),
        ("blog-closed", "blogger: Blogger feed closed (404)"),
    ],
)
def test_a_closed_platform_is_named(bounded: Visit, outlet: str, trouble: str) -> None:
    assert f"trouble at {outlet}: {trouble}" in bounded.said.out


def test_a_closed_api_is_not_asked_for_each_of_the_seeds_queries(bounded: Visit) -> None:
    assert bounded.asked("wp-quiet-missing", "/wp-json/") == 1
