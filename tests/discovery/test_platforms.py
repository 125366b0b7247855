"""WordPress and Blogger, against sites of 500 posts that answer as the platforms document."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.demo.server import Server
from crawler.demo.standins import BloggerSite, WordPressSite
from crawler.discovery import Page, Window, detect_platform, entries, read
from crawler.outlets import Outlet
from tests.discovery.asking import ask, explore


def outlet_of(site, platform):
    return Outlet(
        id="rekaan", name="Rekaan", domains=[site.address], platform=platform, platform_url=site.base, delay=0.0
    )


@pytest.fixture(scope="module")
def wordpress():
    site = WordPressSite("127.0.0.51")
    with Server([site]):
        yield site


@pytest.fixture(scope="module")
def blogger():
    site = BloggerSite("127.0.0.52")
    with Server([site]):
        yield site


def conflict(site):
    return {story.url for story in site.stories if story.kind == "conflict"}


def between(site, first, last):
    return {story.url for story in site.stories if first <= story.date.date() <= last}


def test_wordpress_finds_every_matching_post(wordpress):
    found = explore(outlet_of(wordpress, "wordpress"), queries=["pertempuran"])
    assert set(found.articles) == conflict(wordpress)
    assert len(found.articles) == 50
    assert found.asked == {"wordpress": 1}


def test_wordpress_finds_all_500_posts_over_its_pages(wordpress):
    found = explore(outlet_of(wordpress, "wordpress"), Window(since=date(2020, 9, 1)))
    assert len(found.articles) == 500
    assert found.asked == {"wordpress": 5}


def test_wordpress_keeps_to_the_window_in_the_sites_own_days(wordpress):
    window = Window(date(2021, 1, 1), date(2021, 1, 31))
    found = explore(outlet_of(wordpress, "wordpress"), window)
    assert set(found.articles) == between(wordpress, window.since, window.until)
    assert found.articles


def test_wordpress_hints_hold_the_title_and_the_time(wordpress):
    found = explore(outlet_of(wordpress, "wordpress"), queries=["pertempuran"])
    story = next(story for story in wordpress.stories if story.kind == "conflict")
    hint = found.articles[story.url]
    assert hint.title == story.title
    assert hint.published == story.date.replace(second=0) or hint.published == story.date


@pytest.mark.parametrize("status", [401, 403, 404])
def test_closed_wordpress_api_falls_back_to_search_feed_and_sitemap(status):
    site = WordPressSite("127.0.0.53", api=status)
    with Server([site]):
        found = explore(outlet_of(site, "wordpress"), queries=["pertempuran"])
    assert conflict(site) <= set(found.articles)
    assert found.troubles[f"WordPress API closed ({status})"] == 1
    assert {"search", "feed", "sitemap"} <= set(found.asked)


def test_a_wordpress_with_plain_permalinks_is_asked_by_its_rest_route(wordpress):
    outlet = outlet_of(wordpress, "wordpress")
    (first,) = entries(outlet, Window(), queries=["pertempuran"], today=date(2024, 3, 29))
    missing = Page(first.url, b"", 404, context=dict(first.context))
    (plain,) = read("wordpress", missing, outlet, Window()).candidates
    assert plain.url.startswith(f"{wordpress.base}/?rest_route=/wp/v2/posts&per_page=100")
    found = read("wordpress", ask(plain), outlet, Window())
    assert {item.url for item in found.candidates} == conflict(wordpress)


def test_closed_wordpress_without_a_sitemap_is_searched_to_its_last_page():
    site = WordPressSite("127.0.0.53", api=403, sitemaps=False)
    with Server([site]):
        found = explore(outlet_of(site, "wordpress"), queries=["pertempuran"])
    assert set(found.articles) == conflict(site)


def test_closed_wordpress_backfills_from_its_paged_feed():
    site = WordPressSite("127.0.0.53", api=403, sitemaps=False)
    window = Window(since=date(2023, 1, 1))
    with Server([site]):
        found = explore(outlet_of(site, "wordpress"), window)
    assert set(found.articles) == between(site, date(2023, 1, 1), date(2030, 1, 1))


def test_a_wordpress_front_page_in_the_place_of_the_api_is_no_answer(wordpress):
    page = Page(f"{wordpress.base}/wp-json/wp/v2/posts", b"<html><body>Beranda</body></html>")
    reading = read("wordpress", page, outlet_of(wordpress, "wordpress"), Window())
    assert reading.troubles == ["WordPress API gives no JSON"]
    assert [candidate.kind for candidate in reading.candidates] == ["feed", "sitemap"]


def test_blogger_finds_every_matching_post(blogger):
    found = explore(outlet_of(blogger, "blogger"), queries=["pertempuran"])
    assert set(found.articles) == conflict(blogger)
    assert len(found.articles) == 50


def test_blogger_finds_all_500_posts_over_its_pages(blogger):
    found = explore(outlet_of(blogger, "blogger"), Window(since=date(2020, 9, 1)))
    assert len(found.articles) == 500
    assert found.asked == {"blogger": 4}


def test_blogger_keeps_to_the_window(blogger):
    window = Window(date(2021, 1, 1), date(2021, 1, 31))
    found = explore(outlet_of(blogger, "blogger"), window)
    assert set(found.articles) == between(blogger, window.since, window.until)
    assert found.articles


def test_blogger_answers_in_atom_are_read_the_same(blogger):
    outlet = outlet_of(blogger, "blogger")
    first = next(iter(explore(outlet, queries=["pertempuran"]).urls))
    atom = ask(type("C", (), {"url": first.replace("alt=json", "alt=atom"), "context": {"query": "pertempuran"}}))
    reading = read("blogger", atom, outlet, Window())
    assert {item.url for item in reading.candidates if item.kind == "article"} == conflict(blogger)


def test_blogger_without_feeds_falls_back_to_its_sitemap():
    site = BloggerSite("127.0.0.54", feeds=False)
    with Server([site]):
        found = explore(outlet_of(site, "blogger"), queries=["pertempuran"])
    assert len(found.articles) == 500
    assert found.troubles["Blogger feed closed (404)"] == 1


def test_platforms_are_recognised_by_what_their_pages_say_of_themselves():
    assert detect_platform(b'<meta name="generator" content="WordPress 6.4.3" />') == "wordpress"
    assert detect_platform(b"<link rel='https://api.w.org/' href='https://contoh.id/wp-json/' />") == "wordpress"
    assert detect_platform(b"<meta content='blogger' name='generator'/>") == "blogger"
    assert (
        detect_platform(b'<img src="https://lain.id/wp-content/uploads/foto.jpg"><p>WordPress dan Blogger</p>') is None
    )
