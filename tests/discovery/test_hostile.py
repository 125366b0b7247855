"""Any bytes in: readers name troubles, they never raise."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import urls
from crawler.discovery import ListingResult, Page, Window, detect_platform, read
from crawler.discovery.sources import READERS
from crawler.outlets import Outlet

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"], article_urls=[r"^/berita/"])
WINDOW = Window(date(2020, 11, 1), date(2020, 11, 30))
ARTICLE = b"https://contoh.id/berita/1"
PIECES = st.sampled_from(
    [
        *(b"<rss><channel>", b"<item>", b"<link>" + ARTICLE + b"</link>", b"</item>", b"<urlset>", b"<url>", b"</url>"),
        *(b"<loc>" + ARTICLE + b"</loc>", b"<lastmod>2020-99-99</lastmod>", b"<sitemapindex><sitemap>", b"<![CDATA["),
        *(b"]]>", b"&nbsp;", b"&#0;", b"&", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"\x1f\x8b\x08", b"\x00", b"\xff"),
        b'{"feed":{"entry":[{"link":[{"rel":"alternate","href":1}],"title":[]}],"openSearch$totalResults":{"$t":{}}}}',
        *(b'[{"link":1},{"link":"' + ARTICLE + b'","title":[1],"date_gmt":"x"},3]', b"[[", b'["a"]', b"]", b"{"),
        *(b'{"pages": "x"}', b'{"url":"' + ARTICLE + b'","timestamp":"20201301000000","offset":"-1"}\n'),
        *(b'[["timestamp","original"],["20201101000000","' + ARTICLE + b'"],[],["k"]]', b"<html><a href='", b"//[::1"),
        *(b"https://contoh.id:x/", b"'>", b"<a href=/berita/1>", b"<base href='http://['>", b"<a rel=next href=?p=2>"),
    ]
)
CONTEXTS = [{}, {"step": "crawls"}, {"step": "pages"}, {"template": "https://contoh.id/{page}{query}", "page": 2}]


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    body=st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=12).map(b"".join)),
    context=st.sampled_from(CONTEXTS),
)
def test_readers_take_any_bytes(kind, body, context):
    for status in (200, 403):
        reading = read(kind, Page("https://contoh.id/x", body, status, context=context), OUTLET, WINDOW)
        assert isinstance(reading, ListingResult)
        for candidate in reading.candidates:
            assert candidate.url.startswith(("http://", "https://", "None", "/"))
    detect_platform(body)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(max_size=40).map("https://contoh.id/".__add__),
        st.text(max_size=20).map("//".__add__),
    )
)
def test_any_text_has_an_identity_and_clean_is_stable(text):
    assert isinstance(urls.page_key(text), str)
    urls.slug_words(text)
    cleaned = urls.clean(text, "https://contoh.id/a/")
    if cleaned is not None:
        assert urls.clean(cleaned) == cleaned
        urls.wanted(cleaned, OUTLET)
        assert urls.page_key(urls.page_key(cleaned)) == urls.page_key(cleaned)
