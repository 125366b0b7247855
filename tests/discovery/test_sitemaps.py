"""Sitemaps: whole, packed, broken, and far too large."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.discovery import Page, Window, read, sitemaps
from crawler.outlets import Outlet

WIB = timezone(timedelta(hours=7))
OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
HEAD = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def sitemap(body, window=Window(), outlet=OUTLET, **context):  # noqa: B008 - frozen
    data = body if isinstance(body, bytes) else body.encode()
    return read("sitemap", Page("https://contoh.id/sitemap.xml", data, context=context), outlet, window)


def url(path, inner=""):
    return f"<url><loc>https://contoh.id{path}</loc>{inner}</url>"


def found(reading):
    return [item.url.removeprefix("https://contoh.id") for item in reading.candidates]


def test_news_sitemaps_give_title_and_time_of_publication():
    news = (
        "<news:news><news:publication><news:name>Contoh</news:name></news:publication><news:publication_date>"
        "2023-09-19T10:00:00+07:00</news:publication_date>"
        "<news:title><![CDATA[Baku & Yerevan]]></news:title></news:news>"
        "<image:image><image:loc>https://contoh.id/a.jpg</image:loc><image:title>Foto</image:title></image:image>"
    )
    (item,) = sitemap(f"{HEAD}{NEWS}{IMAGE}>{url('/berita/baku-yerevan', news)}</urlset>").candidates
    assert item.url == "https://contoh.id/berita/baku-yerevan"
    assert (item.title, item.published) == ("Baku & Yerevan", datetime(2023, 9, 19, 10, tzinfo=WIB))


def test_a_sitemap_index_names_its_children_but_not_those_without_articles():
    children = [
        "post-sitemap.xml", "post-sitemap2.xml", "category-sitemap.xml", "post_tag-sitemap.xml", "author-sitemap.xml",
        "wp-sitemap-posts-post-1.xml", "wp-sitemap-taxonomies-category-1.xml", "wp-sitemap-users-1.xml",
        "page-sitemap.xml", "sitemap-news.xml.gz",
    ]  # fmt: skip
    listed = "".join(f"<sitemap><loc>https://contoh.id/{name}</loc></sitemap>" for name in children)
    reading = sitemap(f"<sitemapindex>{listed}<sitemap><loc>https://lain.id/s.xml</loc></sitemap></sitemapindex>")
    assert found(reading) == [
        "/post-sitemap.xml", "/post-sitemap2.xml", "/wp-sitemap-posts-post-1.xml", "/sitemap-news.xml.gz",
    ]  # fmt: skip
    assert {item.kind for item in reading.candidates} == {"sitemap"}


def test_children_outside_the_window_are_not_asked_for():
    names = {
        "s-2020-08.xml": "",
        "s-2020-11.xml": "",
        "s-2021-01.xml": "",
        "s-1.xml": "2020-10-01",
        "s-2.xml": "2024-01-01",
    }
    listed = "".join(
        f"<sitemap><loc>https://contoh.id/{name}</loc>{f'<lastmod>{mod}</lastmod>' if mod else ''}</sitemap>"
        for name, mod in names.items()
    )
    reading = sitemap(f"<sitemapindex>{listed}</sitemapindex>", Window(date(2020, 11, 1), date(2020, 11, 30)))
    assert found(reading) == ["/s-2020-11.xml", "/s-2.xml"]


def test_articles_that_cannot_be_of_the_window_are_left_out():
    body = "".join(
        [
            url("/berita/lama-sekali", "<lastmod>2020-10-01</lastmod>"),  # not changed since: older than the window
            url("/berita/diubah-kemudian", "<lastmod>2023-01-01</lastmod>"),
            url("/2020/11/09/pas-di-dalam-jendela/"),
            url("/2021/11/09/sesudah-jendela/"),
            url("/berita/tanpa-tanggal"),
        ]
    )
    reading = sitemap(f"{HEAD}>{body}</urlset>", Window(date(2020, 11, 1), date(2020, 11, 30)))
    assert found(reading) == ["/berita/diubah-kemudian", "/2020/11/09/pas-di-dalam-jendela/", "/berita/tanpa-tanggal"]
    assert reading.candidates[1].published == date(2020, 11, 9)


def test_article_urls_choose_among_the_pages_of_a_plain_sitemap():
    outlet = OUTLET.model_copy(update={"article_urls": [r"^/berita/"]})
    reading = sitemap(f"{HEAD}>{url('/tentang')}{url('/berita/satu')}</urlset>", outlet=outlet)
    assert found(reading) == ["/berita/satu"]


def test_gzip_in_one_member_or_several_is_unpacked_whatever_its_name():
    first, second = f"{HEAD}>{url('/berita/satu')}", f"{url('/berita/dua')}</urlset>"
    assert found(sitemap(gzip.compress((first + second).encode()))) == ["/berita/satu", "/berita/dua"]
    packed = gzip.compress(first.encode()) + gzip.compress(second.encode())
    assert found(sitemap(packed)) == ["/berita/satu", "/berita/dua"]


def test_a_torn_gzip_gives_what_came_before_the_tear():
    body = f"{HEAD}>{''.join(url(f'/berita/nomor-{n}-{n * 7919}') for n in range(2000))}</urlset>"
    reading = sitemap(gzip.compress(body.encode())[:-2000])
    assert reading.troubles == ["broken gzip"]
    assert 0 < len(reading.candidates) < 2000


def test_broken_xml_is_read_past_the_break_and_named():
    reading = sitemap(f"{HEAD}>{url('/berita/satu')}{url('/berita/dua?a=1&b=2')}{url('/berita/tiga')}<url><loc>https:")
    assert found(reading) == ["/berita/satu", "/berita/dua?a=1&b=2", "/berita/tiga"]
    assert reading.troubles == ["broken XML"]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("", "empty sitemap"),
        (f"{HEAD}></urlset>", "empty sitemap"),
        ("<!DOCTYPE html><html><body>404</body></html>", "not a sitemap"),
        ("Just a moment...", "empty sitemap"),
    ],
)
def test_what_is_no_sitemap_is_named(body, trouble):
    reading = sitemap(body)
    assert (reading.candidates, reading.troubles) == ([], [trouble])


def test_plain_text_and_feeds_may_stand_in_for_a_sitemap():
    assert found(sitemap("https://contoh.id/berita/perang-di-karabakh\nhttps://contoh.id/\n")) == [
        "/berita/perang-di-karabakh"
    ]
    feed = "<rss><channel><item><link>https://contoh.id/berita/a-b</link></item></channel></rss>"
    assert found(sitemap(feed)) == ["/berita/a-b"]


def test_an_index_that_names_itself_or_goes_too_deep_ends():
    index = "<sitemapindex><sitemap><loc>https://contoh.id/sitemap.xml</loc></sitemap><sitemap><loc>https://contoh.id/b.xml</loc></sitemap></sitemapindex>"
    assert found(sitemap(index)) == ["/b.xml"]
    assert found(sitemap(index, level=3)) == []


def test_a_reading_is_cut_at_its_limit_and_the_stream_goes_on(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_URLS", 10)
    body = f"{HEAD}>{''.join(url(f'/berita/nomor-{n}') for n in range(25))}</urlset>"
    reading = sitemap(body)
    assert len(reading.candidates) == 10
    assert reading.troubles == ["sitemap of more than 10 URLs"]
    troubles = []
    page = Page("https://contoh.id/sitemap.xml", body.encode())
    assert len(list(sitemaps.stream(page, OUTLET, Window(), troubles))) == 25
    assert troubles == []


def test_a_gzip_bomb_is_cut_off(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 1024 * 1024)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        file.write(f"{HEAD}>".encode())
        for _ in range(64):
            file.write(b"<url></url>" * 10_000)
    reading = sitemap(packed.getvalue())
    assert (reading.candidates, reading.troubles) == ([], ["sitemap too large"])


def test_sitemaps_named_in_robots_txt_are_found_within_the_domains():
    text = "User-agent: *\nDisallow: /x\nSitemap: https://contoh.id/peta.xml\nsitemap:https://lain.id/peta.xml\n"
    assert [item.url for item in sitemaps.from_robots(text, OUTLET)] == ["https://contoh.id/peta.xml"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_million_urls_stay_below_300_megabytes():
    script = """
import gzip, io
from pathlib import Path
from crawler.discovery import Page, Window, read
from crawler.outlets import Outlet
packed = io.BytesIO()
with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
    file.write(b"<urlset>")
    for n in range(1_000_000):
        file.write(b"<url><loc>https://contoh.id/berita/%d/azerbaijan-serang-armenia</loc></url>" % n)
    file.write(b"</urlset>")
outlet = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
reading = read("sitemap", Page("https://contoh.id/sitemap.xml.gz", packed.getvalue()), outlet, Window())
# Not ru_maxrss: that begins with the memory of whoever started this process.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(len(reading.candidates), reading.troubles, int(peak.split()[1]) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    count, trouble, megabytes = done.stdout.partition(" ")[0], "more than 50000", int(done.stdout.split()[-1])
    assert count == "50000"
    assert trouble in done.stdout
    assert megabytes < 300


def test_a_file_of_nothing_but_opening_tags_costs_no_more_than_its_size():
    reading = sitemap(b"<urlset>" + b"<url>" * 200_000 + b"<loc>https://contoh.id/berita/satu</loc></url>")
    assert found(reading) == ["/berita/satu"]
    assert reading.troubles == ["broken XML"]
