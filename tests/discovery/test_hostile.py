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


OURS = "https://contoh.id/berita/1"
LAUGHS = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
DOCTYPES = {
    "billion laughs": (f'<!ENTITY a0 "ha">{LAUGHS}', "https://contoh.id/berita/&a11;"),
    "quadratic": (f'<!ENTITY a "{"x" * 50_000}">', f"https://contoh.id/berita/{'&a;' * 5_000}"),
    "a file": ('<!ENTITY a SYSTEM "file://{secret}">', "https://contoh.id/berita/&a;"),
    "a server": ('<!ENTITY a SYSTEM "http://127.0.0.1:9/x">', "https://contoh.id/berita/&a;"),
    "a parameter": ('<!ENTITY % a SYSTEM "file://{secret}"> %a;', OURS),
}
SHAPES = {
    "sitemap": "<?xml version='1.0'?><!DOCTYPE x [{doctype}]><urlset><url><loc>{first}</loc></url>"
    "<url><loc>{ours}</loc></url></urlset>",
    "feed": "<?xml version='1.0'?><!DOCTYPE x [{doctype}]><rss><channel><item><title>a</title><link>{first}</link>"
    "</item><item><title>b</title><link>{ours}</link></item></channel></rss>",
}


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("bait", DOCTYPES)
def test_entities_are_neither_made_longer_nor_fetched(kind: str, bait: str, tmp_path):
    secret = tmp_path / "rahasia.txt"
    secret.write_text("isi-rahasia", encoding="utf-8")
    doctype, first = DOCTYPES[bait]
    body = SHAPES[kind].format(doctype=doctype.format(secret=secret), first=first, ours=OURS)
    found = read(kind, Page("https://contoh.id/x.xml", body.encode()), OUTLET, Window())
    assert OURS in [candidate.url for candidate in found.candidates]
    assert max(len(candidate.url) for candidate in found.candidates) < 100_000
    assert "isi-rahasia" not in str(found)


@pytest.mark.parametrize("kind", ["sitemap", "feed", "index"])
def test_no_depth_and_no_number_of_attributes_breaks_a_reader(kind: str):
    shape = SHAPES.get(kind, "<html><body><a href='{ours}'>Tentara menyerang desa di perbatasan</a></body></html>")
    whole = shape.format(doctype="", first=OURS, ours=OURS)
    root = "body" if kind == "index" else "urlset" if kind == "sitemap" else "rss"
    many = " ".join(f'a{number}="{number}"' for number in range(100_000))
    found = read(
        kind, Page("https://contoh.id/x", whole.replace(f"<{root}", f"<{root} {many}", 1).encode()), OUTLET, Window()
    )
    assert OURS in [candidate.url for candidate in found.candidates]
    deep = whole.replace(f"<{root}>", f"<{root}>{'<p>' * 100_000}", 1)
    assert isinstance(read(kind, Page("https://contoh.id/x", deep.encode()), OUTLET, Window()), ListingResult)
