"""Sources as broken programs write them: what is an article is found, what cannot be true is no hint, and what is not
usable says why.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from crawler.discovery import Page, Window, archives, blogger, entries, platform_of, read, timestamps, wordpress
from crawler.outlets import Outlet

SITE = "https://sorotan.id"
OUTLET = Outlet(id="sorotan", name="Sorotan", domains=["sorotan.id"])
NOW = datetime(2024, 3, 29, 3, 0, tzinfo=UTC)
WINDOW = Window(date(2023, 9, 1), date(2023, 10, 31))
ONE = f"{SITE}/perang/roket-hantam-stepanakert"


def feed(body: str | bytes, window: Window = Window(), outlet: Outlet = OUTLET):  # noqa: B008 - frozen
    raw = body.encode() if isinstance(body, str) else body
    return read("feed", Page(f"{SITE}/rss", raw, fetched_at=NOW), outlet, window)


def sitemap(body: str | bytes, window: Window = Window(), path: str = "/peta.xml"):  # noqa: B008 - frozen
    raw = body.encode() if isinstance(body, str) else body
    return read("sitemap", Page(SITE + path, raw, fetched_at=NOW), OUTLET, window)


def rss(item: str) -> str:
    return f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><item>{item}</item></channel></rss>'


def urls_of(result) -> list[str]:
    return [candidate.url for candidate in result.candidates]


@pytest.mark.parametrize(
    "told",
    [
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "-0001-11-30T00:00:00+00:00",
        "Wed, 30 Nov -0001 00:00:00 +0700",
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "1899-12-30",
        "Mon, 01 Jan 1900 00:00:00 +0000",
        "1969-12-31T17:00:00-07:00",
        "Thu, 01 Jan 1970 07:00:00 +0700",
        "2024-03-31",
        "Fri, 01 Jan 2038 00:00:00 +0000",
        "9999-12-31T23:59:59Z",
        "٢٠ Sep ٢٠٢٣ 00:00:00 GMT",
    ],
)
def test_a_date_that_cannot_be_true_is_none_and_puts_nothing_outside_a_window(told):
    (item,) = feed(rss(f"<link>{ONE}</link><pubDate>{told}</pubDate>"), WINDOW).candidates
    assert item.published is None
    (entry,) = sitemap(f"<urlset><url><loc>{ONE}</loc><lastmod>{told}</lastmod></url></urlset>", WINDOW).candidates
    assert (entry.published, entry.modified) == (None, None)
    post = {"link": ONE, "date_gmt": told, "modified_gmt": told, "title": {"rendered": "Roket"}}
    (row,) = [
        c
        for c in read("wordpress", Page(SITE, json.dumps([post]).encode(), fetched_at=NOW), OUTLET, WINDOW).candidates
        if c.kind == "article"
    ]
    assert row.published is None
    entry = {"link": [{"rel": "alternate", "href": ONE}], "published": {"$t": told}}
    body = json.dumps({"feed": {"entry": [entry]}}).encode()
    found = read("blogger", Page(SITE, body, fetched_at=NOW), OUTLET, WINDOW).candidates
    assert [(c.published) for c in found if c.kind == "article"] == [None]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Mon, 18 Sep 23 10:00:00 +0700", date(2023, 9, 18)),  # two digits are a year (RFC 822)
        ("2024-03-30", date(2024, 3, 30)),  # tomorrow, east of us
        ("1995-08-17", date(1995, 8, 17)),
    ],
)
def test_odd_dates_that_can_be_true_are_kept(told, meant):
    assert timestamps.local_day(timestamps.parse(told, "Asia/Jakarta", NOW), "Asia/Jakarta") == meant


def test_days_in_addresses_that_cannot_be_true_put_nothing_outside_a_window():
    listed = '<a href="/1970/01/01/roket-hantam-kota-tua">x</a><a href="/2999/12/31/gencatan-senjata-di-kota">y</a>'
    result = read("index", Page(f"{SITE}/indeks", listed.encode()), OUTLET, WINDOW)
    assert [(c.url.rpartition("/")[2], c.published) for c in result.candidates] == [
        ("roket-hantam-kota-tua", None),
        ("gencatan-senjata-di-kota", None),
    ]


@pytest.mark.parametrize(
    "before",
    [
        "\n\n  ",
        "\ufeff\n",
        "Deprecated: strftime() in /var/www/rss.php on line 9\n",
        "<br />\n<b>Notice</b>:  Trying to access array offset in <b>/x.php</b> on line <b>12</b><br />\n" * 20,
        "<!-- cache 2023 -->\n",
    ],
    ids=["blank", "mark", "text", "html", "comment"],
)
@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_what_a_program_prints_before_the_document_is_passed_over(before, kind):
    document = rss(f"<link>{ONE}</link>") if kind == "feed" else f"<urlset><url><loc>{ONE}</loc></url></urlset>"
    result = (feed if kind == "feed" else sitemap)(f'{before}<?xml version="1.0"?>{document}')
    assert urls_of(result) == [ONE]
    assert ("text before the XML" in result.troubles) == ("cache" not in before and bool(before.strip("\ufeff \n")))


def test_a_page_for_people_is_still_no_feed():
    result = feed("<!DOCTYPE html><html><body><pre>&lt;rss></pre><rss><item></item></rss></body></html>")
    assert (result.candidates, result.troubles) == ([], ["not a feed"])


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("said", ["UTF-16", "utf-8"])
def test_utf_16_is_what_the_bytes_say(codec, said):
    document = f'<?xml version="1.0" encoding="{said}"?>' + rss(f"<title>Żołnierze</title><link>{ONE}</link>")
    (item,) = feed(document.encode(codec)).candidates
    assert (item.url, item.title) == (ONE, "Żołnierze")
    text = f'<?xml version="1.0" encoding="{said}"?><urlset><url><loc>{ONE}</loc></url></urlset>'
    assert urls_of(sitemap(gzip.compress(text.encode(codec)))) == [ONE]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (f'<a:link rel="self" href="{SITE}/rss"/><link>{ONE}</link>', [ONE]),
        (f'<a:link href="{ONE}"/>', [ONE]),  # the only one there is
        (f'<link>{SITE}/index.php</link><guid isPermaLink="false">{SITE}/?p=77</guid>', [f"{SITE}/?p=77"]),
        (f"<link>{SITE}</link><guid>{ONE}</guid>", [ONE]),
        ('<link></link><guid isPermaLink="FALSE">tag:sorotan,2023:9</guid>', []),
        (f"<link>{SITE}/perang/{{roket}} hantam kota</link>", [f"{SITE}/perang/%7Broket%7D%20hantam%20kota"]),
        (f"<link>{SITE}/perang/żołnierze-gugur</link>", [f"{SITE}/perang/%C5%BCo%C5%82nierze-gugur"]),
        (f"<link>\n   {SITE}/perang/\n   roket-hantam\n</link>", [f"{SITE}/perang/roket-hantam"]),
        (f"<link>\u200b{ONE}\ufeff</link>", [ONE]),
        (f"<link>{ONE.removeprefix('https://')}</link>", [ONE]),  # without a scheme
    ],
)
def test_the_link_of_an_item(item, found):
    assert urls_of(feed(rss(item))) == found


def test_relative_links_are_read_against_the_base_their_element_names():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="/perang/"><link href="roket-hantam-stepanakert"/>'
        "</entry></feed>"
    )
    assert urls_of(feed(body)) == [ONE]


@pytest.mark.parametrize(
    "path",
    [
        "/archives/9",
        "/arsip/2023/77",
        "/populer/roket",
        "/topik/karabakh/12",
        "/kategori/dunia/roket",
        "/baca?m=4",
        "/x",
    ],
)
def test_what_a_source_names_is_an_article_whatever_its_path(path):
    url = SITE + path
    assert urls_of(feed(rss(f"<link>{url}</link>"))) == [url]
    news = f"<url><loc>{url}</loc><news:publication_date>2023-09-20</news:publication_date></url>"
    assert urls_of(sitemap(f'<urlset xmlns:news="x">{news}</urlset>')) == [url]
    assert urls_of(sitemap(f"<urlset><url><loc>{url}</loc></url></urlset>", path="/post-sitemap3.xml")) == [url]
    assert urls_of(sitemap(f"{url}\r\n", path="/sitemap-berita.txt")) == [url]
    api = read("wordpress", Page(SITE, json.dumps([{"link": url}]).encode()), OUTLET, Window())
    assert urls_of(api) == [url]


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/tag/armenia", "/wp-login.php", "/feed/", "/foto/1.jpg", "/video/9"]
)
def test_but_the_workings_of_a_site_are_not(path):
    assert urls_of(feed(rss(f"<link>{SITE}{path}</link>"))) == []


def test_a_general_sitemap_still_lists_pages_of_all_kinds():
    body = "".join(
        f"<url><loc>{SITE}{path}</loc></url>" for path in ("/tag/armenia", "/kontak", "/perang/roket-hantam")
    )
    assert urls_of(sitemap(f"<urlset>{body}</urlset>")) == [ONE.removesuffix("-stepanakert")]


@pytest.mark.parametrize(
    "body",
    [
        "\ufeffhttps://sorotan.id/perang/roket-satu-jatuh\nhttps://sorotan.id/perang/roket-dua-jatuh",
        "https://sorotan.id/perang/roket-satu-jatuh\rhttps://sorotan.id/perang/roket-dua-jatuh\r",
        gzip.compress(
            b"https://sorotan.id/perang/roket-satu-jatuh\r\n\r\nhttps://sorotan.id/perang/roket-dua-jatuh\r\n"
        ),
        "https://sorotan.id/perang/roket-satu-jatuh\t2023-09-20\nhttps://sorotan.id/perang/roket-dua-jatuh\tdaily\n",
        (
            "<urlset><url><loc>https://sorotan.id/perang/roket-satu-jatuh<lastmod>2023-09-20</lastmod></url>"
            "<url><loc>https://sorotan.id/perang/roket-dua-jatuh</url></urlset>"
        ),
        (
            "<urlset><url><loc>https://sorotan.id/perang/roket-satu-jatuh</loc><url><loc>"
            "https://sorotan.id/perang/roket-dua-jatuh</loc></urlset>"
        ),
    ],
    ids=["mark", "CR", "gzip", "table", "loc not closed", "url not closed"],
)
def test_sitemaps_that_are_hardly_ones(body):
    assert urls_of(sitemap(body)) == [f"{SITE}/perang/roket-{n}-jatuh" for n in ("satu", "dua")]


def test_sitemaps_listed_as_if_they_were_pages_are_followed():
    listed = (f"{SITE}/peta/2023-09.xml.gz", f"{SITE}/sitemap-lama.txt")
    body = "".join(f"<url><loc>{url}</loc></url>" for url in listed)
    assert [(c.kind, c.url) for c in sitemap(f"<urlset>{body}</urlset>").candidates] == [
        ("sitemap", f"{SITE}/peta/2023-09.xml.gz"),
        ("sitemap", f"{SITE}/sitemap-lama.txt"),
    ]


def test_a_source_that_leads_elsewhere_says_where():
    moved = "".join(f"<item><link>https://sorotan.com/{n}</link></item>" for n in range(3))
    assert feed(f"<rss>{moved}</rss>").troubles == ["leads only outside the outlet's domains: sorotan.com"]
    listed = "".join(f"<url><loc>https://sorotan.com/{n}</loc></url>" for n in range(60))
    assert sitemap(f"<urlset>{listed}</urlset>").troubles == ["leads only outside the outlet's domains: sorotan.com"]
    rows = json.dumps([{"link": "https://kelola.sorotan.net/x"}]).encode()
    result = read("wordpress", Page(SITE, rows), OUTLET, Window())
    assert result.troubles == ["leads only outside the outlet's domains: kelola.sorotan.net"]
    assert feed(f"<rss><item><link>{ONE}</link></item>{moved}</rss>").troubles == []


def answered(kind: str, status: int, body: bytes = b"", **context):
    first = next(iter((wordpress if kind == "wordpress" else blogger).entries(OUTLET, WINDOW, ["karabakh"])))
    return read(kind, Page(first.url, body, status, {}, {**first.context, **context}), OUTLET, WINDOW)


@pytest.mark.parametrize("kind", ["wordpress", "blogger"])
@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 502, 520])
def test_an_error_on_a_later_page_is_not_the_end(kind, status):
    result = answered(kind, status, b'{"code":"rest_forbidden"}', page=3, index=301)
    assert result.unread
    assert len(result.troubles) == 1
    assert str(status) in result.troubles[0]
    assert result.candidates == []


def test_past_the_end_is_what_the_api_says():
    past = answered("wordpress", 400, b'\n{"code":"rest_post_invalid_page_number","message":""}', page=9)
    assert (past.unread, past.troubles, past.candidates) == (False, [], [])
    well = answered("wordpress", 200, b'{"code":"rest_post_invalid_page_number","data":{"status":400}}', page=9)
    assert (well.unread, well.troubles, well.candidates) == (False, [], [])
    empty = answered("blogger", 200, b'{"feed":{"openSearch$totalResults":{"$t":"300"}}}', page=3, index=301)
    assert (empty.unread, empty.troubles, empty.candidates) == (False, [], [])
    page = answered("blogger", 200, b"<html>Maintenance</html>", page=3, index=301)
    assert page.unread


def test_wordpress_is_read_on_while_pages_hold_posts():
    rows = json.dumps([{"link": f"{SITE}/perang/{n}"} for n in range(20)]).encode()
    assert [
        c.context["page"] for c in answered("wordpress", 200, rows, page=4).candidates if c.kind == "wordpress"
    ] == [5]
    assert answered("wordpress", 200, b"[]", page=5).candidates == []
    warned = b"<br />\n<b>Warning</b>: x in <b>y</b> on line <b>3</b><br />\n" + rows
    assert len(answered("wordpress", 200, warned, page=4).candidates) == 21


@pytest.mark.parametrize(
    ("body", "headers", "api", "asked"),
    [
        (
            b'<link rel="https://api.w.org/" href="https://sorotan.id/kabar/wp-json/" />', {},
            f"{SITE}/kabar/wp-json/", f"{SITE}/kabar/wp-json/wp/v2/posts?",
        ),
        (
            b"<link href='/?rest_route=/' rel='https://api.w.org/'>", {},
            f"{SITE}/?rest_route=/", f"{SITE}/?rest_route=/wp/v2/posts&",
        ),
        (
            b"<p>", {"link": '<https://sorotan.id/data/>; rel="https://api.w.org/"'},
            f"{SITE}/data/", f"{SITE}/data/wp/v2/posts?",
        ),
    ],
)  # fmt: skip
def test_wordpress_names_its_api_before_anything_is_guessed(body, headers, api, asked):
    known = platform_of(Page(f"{SITE}/", body, 200, headers), OUTLET)
    assert known is not None
    assert (known.platform, known.platform_api) == ("wordpress", api)
    (first,) = (c for c in entries(known, Window(), queries=["karabakh"], today=NOW.date()) if c.kind == "wordpress")
    assert first.url.startswith(asked)


def test_an_api_of_another_site_is_not_asked():
    page = Page(f"{SITE}/", b'<link rel="https://api.w.org/" href="https://lain.id/wp-json/">')
    known = platform_of(page, OUTLET)
    assert known is None or known.platform_api is None


@pytest.mark.parametrize("body", [b"[]", b'[{"id":"CC-MAIN-2023-40"}]', b"[1,2]"])
def test_a_list_of_crawls_that_names_none_is_trouble(body):
    (first,) = archives.entries(OUTLET, WINDOW, [], ["cc"], archives.Services())
    result = read("commoncrawl", Page(first.url, body, 200, {}, first.context), OUTLET, WINDOW)
    assert (result.troubles, result.unread) == (["collinfo names no crawl"], True)


def test_an_index_that_fails_is_not_one_without_captures():
    context = {"step": "index", "api": "https://index.commoncrawl.org/x", "domain": "sorotan.id"}
    assert read("commoncrawl", Page("https://x.id/", b"", 404, {}, context), OUTLET, WINDOW).troubles == []
    assert read("commoncrawl", Page("https://x.id/", b"", 503, {}, context), OUTLET, WINDOW).unread


@pytest.mark.parametrize(
    ("context", "troubles"),
    [
        ({}, ["no article among 2 links"]),
        ({"date": "2023-09-19"}, []),  # a day without news
        ({"page": 2}, []),
    ],
)
def test_an_index_without_articles_says_what_it_saw(context, troubles):
    page = Page(f"{SITE}/indeks", b'<a href="/kontak">Kontak</a><a href="/dunia">Dunia</a>', context=context)
    assert read("index", page, OUTLET, Window()).troubles == troubles
