"""Vanished pages from the Wayback Machine and Common Crawl, against stand-ins that answer as both document."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.demo.server import Server
from crawler.demo.standins import Capture, CommonCrawl, Wayback
from crawler.discovery import Page, Services, Window, archives
from crawler.discovery.captures import may_be_archived, read_capture
from crawler.discovery.commoncrawl import read_commoncrawl
from crawler.outlets import Outlet
from storage.errors import ConfigurationError, PageError
from tests.discovery.asking import ask, explore

OUTLET = Outlet(id="hilang", name="Hilang", domains=["hilang.id"], feeds=["https://hilang.id/feed"])
WINDOW = Window(date(2020, 9, 1), date(2020, 12, 31))
GONE = "http://www.hilang.id/2020/11/09/azerbaijan-tembak-helikopter-rusia-di-armenia/"
PAGE = b"<html><body><p>Baku menyatakan penyesalan atas jatuhnya helikopter.</p></body></html>"


def captures(count=0):
    many = [
        Capture(f"https://hilang.id/2020/10/{n % 28 + 1:02}/kabar-perang-armenia-hari-ke-{n}/", "20201201000000", PAGE)
        for n in range(count)
    ]
    return [
        Capture(GONE, "20201128101500", PAGE, headers={"Last-Modified": "Mon, 09 Nov 2020 10:00:00 GMT"}),
        Capture(GONE, "20231201000000", b"<html>Domain dijual</html>"),
        Capture("http://www.hilang.id/tag/armenia/", "20201128101500", PAGE),
        Capture("http://www.hilang.id/foto/armenia.jpg", "20201128101500", b"\xff\xd8", mime="image/jpeg"),
        Capture("http://lain.id/2020/11/09/perang-armenia-di-tempat-lain/", "20201128101500", PAGE),
        *many,
    ]


def only_archives(services, names, window=WINDOW, queries=("Azerbaijan Armenia",)):
    return list(archives.entries(OUTLET, window, queries, names, services))


def test_wayback_finds_a_vanished_article_and_gives_it_back_as_it_was():
    archive = Wayback("127.0.0.55", captures())
    with Server([archive]):
        services = Services(wayback=archive.base)
        found = explore(OUTLET, WINDOW, start=only_archives(services, ["wayback"]))
        assert list(found.articles) == [GONE]
        item = found.articles[GONE]
        assert item.captured_at == datetime(2020, 11, 28, 10, 15, tzinfo=UTC)
        assert item.published == date(2020, 11, 9)
        url, headers, body, taken = read_capture(ask(item))
    assert (url, body, taken) == (GONE, PAGE, item.captured_at)
    assert headers["last-modified"] == "Mon, 09 Nov 2020 10:00:00 GMT"


STRICT = OUTLET.model_copy(update={"article_urls": [r"^/\d{4}/\d\d/\d\d/[a-z0-9-]+/?$"]})


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://www.hilang.id/2020/11/09/pasukan-ditarik/", True),  # the form of today
        (
            "http://hilang.id/index.php/hilang.read/tahun/2009/bulan/04/tgl/01/time/191800/idnews/1107852/idkanal/10",
            True,
        ),
        ("http://internasional.hilang.id/read/2012/05/05/16374618/Pasukan.Ditarik.dari.Perbatasan", True),
        ("http://berita.hilang.id/hukrim/200901/171233/class='vidico'", True),
        ("http://hilang.id/artikel.php?id=20145", True),
        ("http://hilang.id/2009/04/gempa/", True),  # a headline of one word
        ("http://hilang.id/news/pasukan-ditarik-dari-perbatasan-timur", True),
        ("http://hilang.id/", False),
        ("http://hilang.id/internasional", False),
        ("http://hilang.id/tag/armenia/20201109", False),
        ("http://hilang.id/2009/04/", False),
        ("http://hilang.id/foto/12345.jpg", False),
        ("http://lain.id/2020/11/09/pasukan-ditarik/", False),
    ],
)
def test_the_form_of_an_outlets_addresses_today_bars_none_of_its_past(url, may):
    assert may_be_archived(url, STRICT) is may


def test_wayback_is_read_to_its_last_resume_key(monkeypatch):
    monkeypatch.setattr("crawler.discovery.wayback.LIMIT", 100)
    archive = Wayback("127.0.0.55", captures(350))
    with Server([archive]):
        found = explore(OUTLET, WINDOW, start=only_archives(Services(wayback=archive.base), ["wayback"]))
    assert len(found.articles) == 351
    assert found.asked["wayback"] == 4


def test_common_crawl_finds_a_vanished_article_in_its_warc_file():
    archive = CommonCrawl("127.0.0.56", captures(20))
    with Server([archive]):
        services = Services(commoncrawl_index=archive.base, commoncrawl_data=archive.base)
        found = explore(OUTLET, WINDOW, start=only_archives(services, ["cc"]))
        assert len(found.articles) == 21
        item = found.articles[GONE]
        assert item.captured_at == datetime(2020, 11, 28, 10, 15, tzinfo=UTC)
        answer = ask(item)
        assert answer.status == 206
        url, headers, body, taken = read_capture(answer)
    assert (url, body, taken) == (GONE, PAGE, item.captured_at)
    assert headers["content-type"] == "text/html"


def test_common_crawl_asks_only_crawls_that_may_hold_the_window():
    archive = CommonCrawl("127.0.0.56", captures())
    with Server([archive]):
        services = Services(commoncrawl_index=archive.base, commoncrawl_data=archive.base)
        found = explore(OUTLET, WINDOW, start=only_archives(services, ["cc"]))
    assert {url.split("/")[3].split("-index")[0] for url in found.urls if "-index?" in url} == {"CC-MAIN-2020-50"}


def test_an_index_cannot_send_the_crawl_to_another_service():
    page = Page(
        "http://127.0.0.56/collinfo.json",
        b'[{"id": "CC-MAIN-2020-50", "cdx-api": "http://169.254.169.254/latest-index"}]',
        context={"step": "crawls", "index": "http://127.0.0.56", "data": "http://127.0.0.56", "domain": "hilang.id"},
    )
    (candidate,) = read_commoncrawl(page, OUTLET, WINDOW).candidates
    assert candidate.url.startswith("http://127.0.0.56/latest-index?")


def test_without_queries_all_articles_of_the_window_are_asked_for():
    (cdx,) = only_archives(Services(), ["wayback"], queries=())
    assert "original" not in cdx.url.split("fl=")[0]
    assert "filter=original" not in cdx.url
    assert "from=20200901" in cdx.url


def test_unknown_archives_are_named():
    with pytest.raises(ConfigurationError, match=r"'archive\.today'"):
        only_archives(Services(), ["archive.today"])


@pytest.mark.parametrize("body", [b"", b"<html>Not here</html>", b"\x1f\x8b\x08broken", b"WARC/1.0\r\nbroken"])
def test_an_answer_without_a_capture_is_an_error_of_its_page(body):
    with pytest.raises(PageError):
        read_capture(Page("http://127.0.0.56/crawl-data/x.warc.gz", body))
