"""RSS, RDF and Atom, well-formed and not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from crawler.discovery import Page, Window, read
from crawler.outlets import Outlet

WIB = timezone(timedelta(hours=7))
OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"], feeds=["https://contoh.id/feed"])
URL = "https://contoh.id/berita/azerbaijan-serang-armenia"


def feed(body, window=Window(), context=None):  # noqa: B008 - frozen
    return read("feed", Page("https://contoh.id/feed", body.encode(), context=context or {}), OUTLET, window)


def rss(items, head=""):
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def test_rss_items_give_title_time_and_section():
    reading = feed(
        rss(
            f"<item><title><![CDATA[Azerbaijan &amp; Armenia]]></title><link>{URL}?utm_source=rss</link>"
            "<pubDate>Mon, 09 Nov 2020 19:05:00 +0700</pubDate><category>Dunia</category></item>"
        )
    )
    (item,) = reading.candidates
    assert (item.url, item.title, item.section) == (URL, "Azerbaijan & Armenia", "Dunia")
    assert item.published == datetime(2020, 11, 9, 19, 5, tzinfo=WIB)
    assert reading.troubles == []


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Sen, 09 Nop 2020 19:05:00 WIB", datetime(2020, 11, 9, 19, 5, tzinfo=WIB)),
        ("Sel, 04 Agu 2020 07:00:00 +0700", datetime(2020, 8, 4, 7, 0, tzinfo=WIB)),
        ("2020-11-09T12:05:00Z", datetime(2020, 11, 9, 12, 5, tzinfo=UTC)),
        ("2020-11-09 19:05:00", datetime(2020, 11, 9, 19, 5, tzinfo=WIB)),  # without a zone: the outlet's
        ("2020-11-09", date(2020, 11, 9)),
        ("kemarin", None),
        ("", None),
    ],
)
def test_times_are_read_as_sites_write_them(told, meant):
    (item,) = feed(rss(f"<item><link>{URL}</link><pubDate>{told}</pubDate></item>")).candidates
    assert item.published == meant


def test_atom_entries_use_the_alternate_link_and_the_time_of_publication():
    reading = feed(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">Rudal &lt;b&gt;jatuh&lt;/b&gt;</title>'
        f'<link rel="replies" href="https://contoh.id/komentar/1"/><link rel="alternate" href="{URL}"/>'
        "<published>2020-11-09T19:05:00+07:00</published><updated>2020-11-10T08:00:00+07:00</updated>"
        '<category term="Dunia"/></entry></feed>'
    )
    (item,) = reading.candidates
    assert (item.url, item.title, item.section) == (URL, "Rudal jatuh", "Dunia")
    assert item.published == datetime(2020, 11, 9, 19, 5, tzinfo=WIB)
    assert item.modified == datetime(2020, 11, 10, 8, 0, tzinfo=WIB)


def test_rdf_is_read_with_its_dublin_core_dates():
    reading = feed(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="{URL}"><title>Gencatan senjata</title>'
        f"<link>{URL}</link><dc:date>2023-09-19T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    assert [(item.url, item.published) for item in reading.candidates] == [(URL, datetime(2023, 9, 19, 10, tzinfo=UTC))]


def test_broken_xml_is_read_as_far_as_it_goes_and_named():
    reading = feed(
        f"<rss><channel><item><title>Perang &nbsp;hari&#0; ini & esok</title><link>{URL}?id=1&b=2</link></item>"
        "<item><title>Kedua</title><link>https://contoh.id/berita/item-yang-kedua-utuh</link></item><item><title>Ter"
    )
    assert reading.troubles == ["broken XML"]
    assert [item.url for item in reading.candidates][:2] == [
        f"{URL}?id=1&b=2",
        "https://contoh.id/berita/item-yang-kedua-utuh",
    ]
    assert "esok" in reading.candidates[0].title


def test_entities_are_never_expanded():
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    reading = feed(f"{bomb}<rss><channel><item><title>&b;&x;</title><link>{URL}</link></item></channel></rss>")
    assert all("root:" not in (item.title or "") and "aaaa" not in (item.title or "") for item in reading.candidates)


def test_only_items_of_the_window_and_the_outlet_are_kept():
    def item(url, day):
        return f"<item><link>{url}</link><pubDate>{day:%a, %d %b %Y} 12:00:00 +0700</pubDate></item>"

    items = [
        item(f"{URL}-1", date(2020, 11, 9)),
        item(f"{URL}-2", date(2020, 10, 1)),
        item("https://lain.id/berita/perang-di-tempat-lain", date(2020, 11, 9)),
        item("https://contoh.id/tag/armenia", date(2020, 11, 9)),
        f"<item><link>{URL}-3</link></item>",
    ]
    reading = feed(rss("".join(items)), Window(date(2020, 11, 1), date(2020, 11, 30)))
    assert [item.url for item in reading.candidates] == [f"{URL}-1", f"{URL}-3"]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [("", "empty feed"), ("<html><body>Just a moment…</body></html>", "not a feed"), (rss(""), "empty feed")],
)
def test_what_is_no_feed_is_named(body, trouble):
    reading = feed(body)
    assert (reading.candidates, reading.troubles) == ([], [trouble])


def test_a_sitemap_in_the_place_of_a_feed_is_read():
    reading = feed(f"<urlset><url><loc>{URL}</loc></url></urlset>")
    assert [item.url for item in reading.candidates] == [URL]


def test_paged_feeds_are_followed_only_as_far_back_as_the_window():
    head = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="https://contoh.id/feed?hal=2"/>'
    body = rss(f"<item><link>{URL}</link><pubDate>Mon, 09 Nov 2020 19:05:00 +0700</pubDate></item>", head)
    kinds = [item.kind for item in feed(body, Window(since=date(2020, 11, 1))).candidates]
    assert kinds == ["article", "feed"]
    assert [item.kind for item in feed(body, Window(since=date(2021, 1, 1))).candidates] == []
    assert [item.kind for item in feed(body).candidates] == ["article"]  # nobody asked for the past
