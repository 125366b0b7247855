"""The sources against the whole newsroom: feeds, Atom, sitemap indexes, gzipped news, day indexes, search, traps."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.demo.room import Newsroom
from crawler.demo.traps import BrokenFeed, Calendar
from crawler.discovery import Window
from crawler.outlets import load
from tests.discovery.asking import explore

QUERIES = ["Nagorno Karabakh", "Azerbaijan Armenia"]


@pytest.fixture(scope="module")
def room():
    with Newsroom() as opened:
        yield opened


def found_in(room, name, window=None, **options):
    (outlet,) = [outlet for outlet in load(str(room.toml)) if outlet.id == name]
    site = next(site for site in room.news_sites if site.id == name)
    return explore(outlet, window, **options), site


@pytest.mark.parametrize(
    "name",
    [
        *("kabar-senja", "lintas-nusa", "warta-selat", "pena-pesisir", "jejak-timur", "suara-hulu"),
        *("demo-mediabogor", "demo-impiannews", "demo-sosok", "demo-turkinesia", "demo-terjemahan"),
    ],
)
def test_every_story_that_an_outlet_lists_is_found(room, name):
    found, site = found_in(room, name, queries=QUERIES, today=date(2024, 3, 29))
    assert {story.url for story in site.listed} <= set(found.articles)


def test_feed_and_sitemap_hints_agree_with_the_stories(room):
    found, site = found_in(room, "kabar-senja")
    stories = {story.url: story for story in site.listed}
    told = [item for url, item in found.articles.items() if item.source == "feed" and url in stories]
    assert len(told) >= 5
    for item in told:
        assert item.title == stories[item.url].title
        assert item.published.date() == stories[item.url].date.date()


def test_an_index_that_repeats_itself_is_left_after_one_look(room):
    found, _ = found_in(room, "jejak-timur")
    assert found.troubles["repeats itself"] == 1
    assert found.asked["index"] == 2


def test_a_window_bounds_what_dated_ways_in_give(room):
    found, site = found_in(room, "kabar-senja", Window(date(2021, 1, 1), date(2021, 12, 31)))
    listed = {story.url for story in site.listed if story.date.year == 2021}
    assert listed <= set(found.articles)
    assert all("/2021/" in url or "/2020/12/31" in url or "/2022/01/01" in url for url in found.articles)


def test_a_calendar_without_end_is_cut_off_and_named():
    site = Calendar("127.0.0.63")
    with Newsroom(sites=[site]) as room:
        found, _ = found_in(room, site.id)
    assert found.troubles["too many pages"] == 1
    assert found.asked["index"] == 200
    told = [url for url in found.articles if site.path(site.stories[0]) in url]
    assert told == [site.stories[0].url]  # under 200 session ids one address


def test_a_broken_feed_gives_its_whole_items():
    site = BrokenFeed("127.0.0.64")
    with Newsroom(sites=[site]) as room:
        found, _ = found_in(room, site.id)
    assert site.stories[0].url in found.articles
    assert f"{site.base}/berita/perang&damai?a=1&b=2" in found.articles
    assert found.troubles == {"broken XML": 1}
