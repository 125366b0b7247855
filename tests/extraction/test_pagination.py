"""Articles over several pages: which page to ask for next, and one article from all of them."""

from __future__ import annotations

import pytest

from crawler.extraction import extract, join
from crawler.extraction.page.tree import parse
from crawler.extraction.pagination import next_pages
from crawler.outlets import Outlet
from storage.article import Article
from tests.extraction.pages import PARAGRAPHS, TITLE, article, page

BASE = "https://kabar.example/dunia/serangan-di-perbatasan"


def asked(url: str, *links: str, head: str = "", outlet: Outlet | None = None) -> list[str]:
    anchors = "".join(f'<a href="{link}">{link[-1]}</a>' for link in links)
    root = parse(f"<html><head>{head}</head><body><p>isi</p>{anchors}</body></html>")
    assert root is not None
    return [link.url for link in next_pages(root, url, outlet)]


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        (BASE, ["?page=2", "?page=3"], [f"{BASE}?page=2"]),
        (f"{BASE}?page=2", ["?page=1", "?page=2", "?page=3"], [f"{BASE}?page=3"]),
        (f"{BASE}?page=3", ["?page=1", "?page=2"], []),
        (BASE, ["?page=2", "?page=all"], [f"{BASE}?page=all"]),
        (BASE, ["?single=1", "/dunia/serangan-di-perbatasan/2"], [f"{BASE}?single=1"]),
        (f"{BASE}?page=all", ["?page=2"], []),
        (f"{BASE}/", ["/dunia/serangan-di-perbatasan/2/"], [f"{BASE}/2/"]),
        (f"{BASE}/2/", ["/dunia/serangan-di-perbatasan/", "/dunia/serangan-di-perbatasan/3/"], [f"{BASE}/3/"]),
        (BASE, ["/dunia/kapal-perang?page=2", "/dunia?page=2"], []),
        ("https://kabar.example/read/412427301", ["/read/412427302", "/read/41"], []),
        (BASE, ["http://[broken?page=2", "?page=99999999"], []),
    ],
)
def test_next_page(url: str, links: list[str], following: list[str]):
    assert asked(url, *links) == following


def test_rel_next_counts_only_where_it_leads_to_the_same_article():
    assert asked(BASE, head=f'<link rel="next" href="{BASE}/2">') == [f"{BASE}/2"]
    assert asked(BASE, head='<link rel="next" href="https://kabar.example/dunia/berita-berikutnya-2">') == []


def test_the_outlets_switch_is_asked_for_once_there_is_more_than_one_page():
    outlet = Outlet(id="kabar", name="Kabar", domains=["kabar.example"], single_page="page=all")
    assert asked(BASE, "?page=2", outlet=outlet) == [f"{BASE}?page=all"]
    assert asked(BASE, outlet=outlet) == []
    assert asked(f"{BASE}?page=all", "?page=2", outlet=outlet) == []


def test_extract_hands_the_next_page_over_as_a_link():
    found = extract(page(article(after='<ul class="pagination"><li><a href="?page=2">2</a></li></ul>')), BASE)
    assert found is not None
    assert [(link.url, link.kind) for link in found.links] == [(f"{BASE}?page=2", "next")]


def test_pages_are_joined_in_order_and_repeated_leads_dropped():
    one = Article(
        url=BASE, title=TITLE, text="\n\n".join(PARAGRAPHS[:3]), authors=["Rina"], method="density", tags=["perang"]
    )
    two = Article(
        url=f"{BASE}?page=2",
        title=f"{TITLE} - 2",
        text="\n\n".join([PARAGRAPHS[0], *PARAGRAPHS[3:]]),
        tags=["perang", "dunia"],
    )
    whole = join([one, two])
    assert whole.text == "\n\n".join(PARAGRAPHS)
    assert (whole.url, whole.title, whole.tags, whole.method) == (
        BASE,
        TITLE,
        ["perang", "dunia"],
        "density; 2 pages joined",
    )
    assert [(cut.rule, cut.text) for cut in whole.cuts] == [("repeated lead of a page", PARAGRAPHS[0])]


def test_joining_one_page_or_none():
    one = Article(url=BASE, text=PARAGRAPHS[0])
    assert join([one]) is one
    with pytest.raises(ValueError, match="no pages"):
        join([])
