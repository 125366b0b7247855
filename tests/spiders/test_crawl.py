"""Two crawls of the newsroom, one after the other: what is stored, what was asked, and what was said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archive.reader import read_ref
from crawler.demo import Newsroom, Request
from storage.article import Article
from tests.spiders.running import Crawled, Place

MOST = 8 * 1024 * 1024


@dataclass
class Visit:
    """One crawl: what it said, and the requests it made."""

    said: Crawled
    log: list[Request]


@dataclass
class Week:
    """The newsroom, two visits to it, and the corpus after each."""

    room: Newsroom
    place: Place
    first: Visit
    second: Visit
    after_first: dict[str, Article]
    after_second: dict[str, Article]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    place = Place.below(tmp_path_factory.mktemp("crawl"))
    with Newsroom() as room:
        first = Visit(place.crawl(room.toml), list(room.log))
        after_first = place.articles()
        second = Visit(place.crawl(room.toml), room.log[len(first.log) :])
        yield Week(room, place, first, second, after_first, place.articles())


# What is stored --------------------------------------------------------------------------------------------------


def test_every_conflict_story_is_stored_once_and_no_other(week: Week) -> None:
    assert week.first.said.code == 0, week.first.said.err
    assert sorted(week.after_first) == sorted(story.url for story in week.room.articles if story.kept)


def test_texts_are_the_stories_texts(week: Week) -> None:
    truth = {story.url: story.text for story in week.room.articles if story.kept and story.pages}
    assert {url: week.after_first[url].text for url in truth} == truth


def test_days_are_the_days_of_publication(week: Week) -> None:
    def day(moment: datetime | date | None) -> date | None:
        return moment.date() if isinstance(moment, datetime) else moment

    truth = {story.url: story.published for story in week.room.articles if story.kept}
    assert {url: day(article.published_at) for url, article in week.after_first.items()} == truth


def test_a_two_page_article_is_one_text(week: Week) -> None:
    [*stories] = [story for story in week.room.articles if story.kept and len(story.pages) > 1]
    assert stories
    for story in stories:
        assert week.after_first[story.url].text == story.text


def test_each_article_can_be_read_back_from_the_archive(week: Week) -> None:
    for article in week.after_first.values():
        assert article.archive_ref
        for ref in article.archive_ref.split():
            capture = read_ref(week.place.archive, ref, MOST)
            assert capture is not None
            assert capture.status == 200
            assert b"<html" in capture.body[:1000].lower()
            assert capture.body.rstrip().lower().endswith(b"</html>")


# What was asked --------------------------------------------------------------------------------------------------


def hosts(log: list[Request]) -> list[str]:
    return sorted({request.host for request in log})


def test_robots_txt_comes_first_on_each_host_and_only_once(week: Week) -> None:
    for host in hosts(week.first.log):
        paths = [request.path for request in week.first.log if request.host == host]
        assert paths[0] == "/robots.txt"
        assert paths.count("/robots.txt") == 1


def test_nothing_that_robots_txt_forbids_is_asked_for(week: Week) -> None:
    assert [request.path for request in week.room.log if request.path.startswith("/private/")] == []


def test_no_foreign_host_hears_of_the_crawl(week: Week) -> None:
    assert week.room.requests("elsewhere") == []


def test_a_crawl_delay_is_kept_from_the_first_page_on(week: Week) -> None:
    for visit in (week.first, week.second):
        times = [request.monotonic for request in visit.log if request.site == "lintas-nusa"]
        assert len(times) >= 2
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2


def test_each_article_is_fetched_once(week: Week) -> None:
    def article(request: Request) -> tuple[str, str]:
        story = parse_qs(urlsplit(request.path).query).get("id", [""])[0]  # whatever session id came with it
        return request.host, story or urlsplit(request.path).path

    stories = {(urlsplit(s.url).hostname, urlsplit(s.url).path): s for s in week.room.articles}
    answered = Counter(article(request) for request in week.first.log if request.status == 200)
    for story in week.room.articles:
        parts = urlsplit(story.url)
        key = (str(parts.hostname), parse_qs(parts.query).get("id", [parts.path])[0])
        pages = len(story.pages) if story.pages and not week.room.site(story.outlet).single_page else 1
        if story.kept:
            assert answered[key] == pages, story.key
        else:
            assert answered[key] <= pages, story.key
    assert stories


def test_a_page_that_is_busy_is_asked_again_within_the_run(week: Week) -> None:
    [story] = [story for story in week.room.articles if story.answers == "flaky"]
    parts = urlsplit(story.url)
    asked = week.room.requests(story.outlet, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    assert [request.status for request in asked] == [503, 200]
    assert asked[1].monotonic - asked[0].monotonic >= 1.0  # its Retry-After


def test_requests_say_who_asks_and_nothing_about_where_from(week: Week) -> None:
    assert {request.agent for request in week.room.log} == {"conflict_news/0.1"}
    assert {request.referer for request in week.room.log} == {None}


def test_the_second_visit_makes_conditional_requests_only_and_stores_nothing(week: Week) -> None:
    assert week.second.said.code == 0, week.second.said.err
    unconditional = [
        request.path
        for request in week.second.log
        if not request.conditional and request.status == 200 and request.path != "/robots.txt"
    ]
    assert unconditional == []
    assert {request.status for request in week.second.log} == {304}
    assert week.after_second == week.after_first


def test_what_an_unchanged_sitemap_index_names_is_looked_at_all_the_same(week: Week) -> None:
    paths = {request.path for request in week.second.log if request.site == "lintas-nusa"}
    assert {"/sitemap.xml", "/sitemap-web.xml", "/sitemap-news.xml.gz"} <= paths


# What is said ----------------------------------------------------------------------------------------------------


def test_the_summary_counts_what_happened(week: Week) -> None:
    said = week.first.said
    for site in week.room.news_sites:
        kept = sum(story.kept for story in site.stories)
        row = said.row(site.id)
        assert row["kept"] == row["new"] == kept
        assert row["fetched"] == row["kept"] + row["rejected"]
    assert f"{len(week.after_first)} articles kept in this run; 0 of its requests were conditional." in said.out
    assert "trouble at jejak-timur: index: repeats itself: 1" in said.out
    assert said.out.endswith("Next: scrapy export -o corpus.jsonl\n")


def test_the_summary_of_the_second_visit_says_that_nothing_is_new(week: Week) -> None:
    row = week.second.said.row("all")
    assert (row["found"], row["fetched"], row["kept"]) == (0, 0, 0)
    assert row["not modified"] == sum(request.path != "/robots.txt" for request in week.second.log)


# Odd answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("moved", "gone", "redirected to "),
        ("leaves", "delayed", "redirected off the outlet's domains"),
        ("loop", "gone", "redirected to "),
        ("missing", "gone", "HTTP 404"),
        ("gone", "gone", "HTTP 410"),
        ("soft_404", "gone", "soft 404"),
        ("blocked", "delayed", "block page: Cloudflare block"),
        ("challenge", "delayed", "block page: AWS WAF challenge"),
        ("script", "delayed", "block page: JavaScript demanded"),
        ("big", "failed", "too large"),
        ("pdf", "fetched", "gate: "),
        ("noise", "fetched", "gate: "),
    ],
)
def test_odd_answers_are_told_apart_and_none_is_stored(week: Week, name: str, state: str, reason: str) -> None:
    url = week.room.tricks[name]
    row = week.place.frontier()[url]
    assert (row.state, str(row.reason)[: len(reason)]) == (state, reason)
    assert url not in week.after_second


def test_what_was_blocked_is_named_and_counted_apart(week: Week) -> None:
    for name in ("Cloudflare block", "AWS WAF challenge", "JavaScript demanded"):
        assert f"trouble at jejak-timur: block page: {name}: 1" in week.first.said.out
    assert "soft 404: 1" in week.first.said.out


def test_a_redirect_in_a_ring_is_asked_each_address_once(week: Week) -> None:
    start = urlsplit(week.room.tricks["loop"])
    asked = [r for r in week.first.log if r.site == "jejak-timur" and r.path == f"{start.path}?{start.query}"]
    assert len(asked) == 1


def test_twenty_megabytes_are_not_read_to_the_end(week: Week) -> None:
    row = week.place.frontier()[week.room.tricks["big"]]
    assert (row.state, row.attempts) == ("failed", 1)
