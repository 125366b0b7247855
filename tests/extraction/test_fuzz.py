# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Any bytes in, an article or None out: no exception, no long wait, whatever the page holds."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extraction import clean_text, extract
from crawler.settings import PAGE_DEADLINE
from storage.article import Article
from tests.baits import ends_within
from tests.extraction.pages import PARAGRAPHS, URL, article, page

TAGS = [
    "div",
    "p",
    "span",
    "a",
    "b",
    "table",
    "td",
    "ul",
    "li",
    "h2",
    "article",
    "blockquote",
    "br",
    "script",
    "template",
    "svg",
    "x-y",
    "form",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag} class='baca-juga comment' style='display:none' href='http://[x' datetime='9999-99-99'>" for tag in TAGS]),
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(PARAGRAPHS),
    st.sampled_from(["<!--", "-->", "<![CDATA[", "&#x110000;", "&#0;", "Senin (99/99/2020)", '<script type="application/ld+json">{"@type":', "]]>", "\x00", "Ä", "Ÿ"]),
    st.text(max_size=30),
)  # fmt: skip


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=40),
    st.sampled_from([None, "text/html", "text/html; charset=utf-16", "text/html; charset=\x00"]),
)
def test_any_markup_gives_an_article_or_none(pieces: list[str], content_type: str | None):
    found = extract("".join(pieces).encode("utf-8", "surrogatepass"), URL, content_type)
    assert found is None or isinstance(found, Article)
    if found is not None:
        assert pickle.loads(pickle.dumps(found)) == found


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_and_any_address(body: bytes, url: str):
    assert extract(body, url) is None
    found = extract(page(article()) + body, url)
    assert found is not None
    assert PARAGRAPHS[0] in found.text


@settings(max_examples=100, deadline=1000)
@given(st.text(max_size=400))
def test_any_plain_text_can_be_cleaned_twice(text: str):
    once, _ = clean_text(text)
    assert isinstance(clean_text(once)[0], str)


BOMBS = {
    "deep nesting": "<div>" * 30_000 + "isi",
    "deep inline nesting": "<b>" * 30_000 + "isi",
    "many elements": "<p>a</p>" * 200_000,
    "one endless line": "baca juga " * 200_000,
    "many brackets": "(" * 300_000,
    "link farm": "<a href='/x'>berita terbaru hari ini di sini</a> " * 30_000,
    "attribute bomb": "<div " + "class='related ' " * 30_000 + ">",
    "many attributes": "<div " + " ".join(f"a{number}={number}" for number in range(100_000)) + ">",
    "many quoted attributes": "<div " + " ".join(f"a{number}='>'" for number in range(100_000)) + ">",
    "JSON-LD in JSON-LD": '<script type="application/ld+json">' + '{"@graph":[' * 100_000 + "</script>",
    "lists in JSON-LD": '<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>",
    "long class": f"<div class='{'related ' * 60_000}'>isi</div>",
    "entity soup": "&amp;" * 300_000,
    "unclosed comment": "<!--" + "a" * 1_000_000,
    "damaged text": "Ã" * 200_000 + "Â€œâ€" * 100_000,
    "slashes": "(" + "a/" * 100_000 + ")",
    "stars": "*" * 300_000,
    "capitals": "A " * 200_000,
    "table cells": "<table><tr>" + "<td>12</td>" * 100_000 + "</tr></table>",
    "nested lists": "<ul><li>a" * 100_000,
    "digits": "1" * 1_000_000,
    "dates": "Senin (5/10/2020) " * 55_000,
    "quotation marks": '“"' * 500_000,
    "names in capitals": "BUDI SANTOSO, " * 70_000,
    "dated headlines": "<h2>Judul lain di sini saja</h2><p>2 Mei 2021</p>" * 30_000,
    "headings of readers' parts": "<h3>3 komentar</h3>" * 30_000,
    "stories in microdata": '<div itemscope itemtype="http://schema.org/NewsArticle">'
    '<meta itemprop="datePublished" content="2020-01-01"></div>' * 20_000,
    "JSON-LD nodes": '<script type="application/ld+json">['
    + '{"@type":"NewsArticle","headline":"x","datePublished":"2020-01-01"},' * 100_000
    + "{}]</script>",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_page_takes_so_long_that_a_crawl_would_give_it_up(bomb: str):
    body = page(article(after=f"<p>{BOMBS[bomb]}</p>"))
    with ends_within(PAGE_DEADLINE):
        found = extract(body, URL)
    assert found is None or PARAGRAPHS[0][:40] in found.text


def test_a_captioned_picture_takes_what_was_noted_inside_it_along():
    """Found by fuzzing: elements inside of a box that turned out to be a caption pointed to lines that were gone."""
    box = '<div class="x"><span><section><article>Foto: dua orang</article></section></span><img src="a.jpg"></div>'
    for place in (box, f"<div>{box}</div>", f"<section>{box}</section><div>{box}</div>"):
        found = extract(f"<html><body>{place}</body></html>".encode(), URL)
        assert found is None
    kept = extract(page(article(after=box)), URL)
    assert kept is not None
    assert "Foto: dua orang" not in kept.text
