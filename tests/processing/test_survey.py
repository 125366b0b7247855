"""`scrapy outlets --add`: five sites that have nothing in common, each from its address alone to a file that works."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

import pytest

from crawler.demo.server import Answer, Asked, Server, Site, squeeze
from crawler.demo.standins import BloggerSite
from crawler.outlets import Outlet, read_file
from crawler.processing.survey import survey
from crawler.processing.survey.front import template_of
from crawler.processing.survey.patterns import patterns_of
from crawler.processing.survey.surveying import MOST
from storage.errors import ConfigurationError, NothingReachable
from tests.commands.calling import call

PLACES = ("stepanakert", "martuni", "hadrut", "susi", "lacin", "terter", "barda", "ganja", "askeran", "kelbajar")
MISSING = Answer(404, b"<html><body>Tidak ada</body></html>")


def story(number: int, day: str = "2024-03-28") -> bytes:
    place = PLACES[number % len(PLACES)].capitalize()
    text = "".join(
        f"<p>Pasukan kedua negara saling menembak di dekat kota {place} pada serangan ke-{n}, kata juru bicara.</p>"
        for n in range(2, 9)
    )
    return (
        f'<html lang="id"><head><title>Baku Tembak di {place}</title><meta property="og:type" content="article">'
        f'<meta property="og:site_name" content="Kabar Rekaan">'
        f'<meta property="article:published_time" content="{day}T10:00:00+08:00"></head>'
        f'<body><nav><a href="/">Beranda</a></nav><article><h1>Baku Tembak di {place}</h1>{text}</article></body>'
    ).encode()


def page(*links: tuple[str, str], more: str = "", head: str = "") -> Answer:
    anchors = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in links)
    head = f"<head><title>Kabar Rekaan - Berita</title>{head}</head>"
    return Answer(body=f"<html>{head}<body>{more}<ul>{anchors}</ul></body></html>".encode())


def headline(number: int) -> str:
    return f"Baku tembak di dekat kota {PLACES[number % len(PLACES)]} untuk hari ke-{number}"


class Below(Site):
    """A company's site with its newsroom, a WordPress, in a sub-directory; a proxy has lost the totals."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return page(("/perusahaan", "Tentang Perusahaan"), ("/kabar/", "Kabar"))
        if asked.path == "/kabar/":
            named = f'<link rel="https://api.w.org/" href="{self.base}/kabar/wp-json/">'
            return page(*((self.path(n), headline(n)) for n in range(3)), head=named)
        if asked.path == "/kabar/wp-json/wp/v2/posts":
            rows = [
                {
                    "link": self.base + self.path(n),
                    "date_gmt": f"2024-03-{28 - n:02}T03:00:00",
                    "title": {"rendered": headline(n)},
                }
                for n in range(10)
            ]
            return Answer(body=json.dumps(rows).encode(), kind="application/json")
        found = re.fullmatch(r"/kabar/2024/03/\d\d/.+-(\d+)/", asked.path)
        return Answer(body=story(int(found[1]))) if found else MISSING

    def path(self, number: int) -> str:
        return f"/kabar/2024/03/{28 - number:02}/baku-tembak-di-{PLACES[number]}-{number}/"


class ByDate(Site):
    """Nothing but a list for each day, behind a form with a day in it."""

    def answer(self, asked: Asked) -> Answer:
        form = '<form action="/daftar"><input type="date" name="tgl"><button>Lihat</button></form>'
        if asked.path == "/":
            return page(("/redaksi", "Redaksi"), ("/daftar", "Indeks Berita"), more=form)
        if asked.path == "/daftar":
            day = asked.arg("tgl") or "2024-03-28"
            return page(
                *((f"/news/{day.replace('-', '')}{n}/baku-tembak-di-{PLACES[n]}", headline(n)) for n in range(5)),
                more=form,
            )
        found = re.fullmatch(r"/news/(\d{4})(\d\d)(\d\d)(\d)/.+", asked.path)
        return Answer(body=story(int(found[4]), f"{found[1]}-{found[2]}-{found[3]}")) if found else MISSING


class NewsSitemap(Site):
    """A page drawn by scripts, and a news sitemap that robots.txt alone names."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            text = f"User-agent: *\nDisallow: /cari\nCrawl-delay: 0.02\nSitemap: {self.base}/peta/harian.xml\n"
            return Answer(body=b"\xef\xbb\xbf" + text.encode(), kind="text/plain")
        if asked.path == "/":
            return Answer(
                body=b"<html><head><title>Suara Rekaan | Berita</title></head><body><div id=app></div></body></html>"
            )
        if asked.path == "/peta/harian.xml":
            items = "".join(
                f"<url><loc>{self.base}/topik/{n}00/x{n}</loc><news:news><news:publication_date>2024-03-28T1{n}:00:00+09:00"
                f"</news:publication_date><news:title>{headline(n)}</news:title></news:news></url>"
                for n in range(1, 6)
            )
            space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
            return Answer(body=f"<urlset {space}>{items}</urlset>".encode(), kind="application/xml")
        found = re.fullmatch(r"/topik/(\d)00/x\d", asked.path)
        return Answer(body=story(int(found[1]))) if found else MISSING


class OnlyLinks(Site):
    """A hand-made site whose addresses look like nothing known."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return page(("/hal.php?n=kontak", "Kontak"), *((f"/lihat.php?k={n}", headline(n)) for n in range(11, 19)))
        if asked.path == "/lihat.php":
            return Answer(body=story(asked.number("k")))
        return page(("/", "Beranda"))


class ThreeFields(ByDate):
    """A list for each day whose form asks for day, month and year; the newsroom is one of many links."""

    def answer(self, asked: Asked) -> Answer:
        fields = "".join(f'<select name="{name}"><option>1</option></select>' for name in ("tgl", "bln", "thn"))
        if asked.path == "/":
            return page(*((f"/layanan-{n}", f"Layanan {n}") for n in range(12)), ("/berita", "Berita"))
        if asked.path == "/berita":
            return page(more=f'<form action="/berita/arsip"><input type="hidden" name="k" value="2">{fields}</form>')
        if asked.path == "/berita/arsip":
            day = "".join(asked.arg(name) for name in ("thn", "bln", "tgl")) if asked.arg("k") == "2" else ""
            return (
                page(*((f"/news/{day}{n}/baku-tembak-di-{PLACES[n]}", headline(n)) for n in range(5)))
                if day
                else page()
            )
        return super().answer(asked)


class NoFront(NewsSitemap):
    """Its front page is an error; robots.txt and what it names work."""

    def answer(self, asked: Asked) -> Answer:
        return Answer(500, b"") if asked.path == "/" else super().answer(asked)


class FootFeed(OnlyLinks):
    """Its feed is named by a link in the foot of the page alone, at an address that nobody would guess."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return page(*((f"/baca/{n}", headline(n)) for n in range(101, 106)), ("/umpan-berita", "RSS"))
        if asked.path == "/umpan-berita":
            items = "".join(f"<item><title>{headline(n)}</title><link>/baca/{n}</link></item>" for n in range(101, 109))
            return Answer(body=f"<rss><channel>{items}</channel></rss>".encode(), kind="text/xml")
        found = re.fullmatch(r"/baca/(\d+)", asked.path)
        return Answer(body=story(int(found[1]))) if found else MISSING


class Monthly(OnlyLinks):
    """An index of packed sitemaps, one a month, that robots.txt names; the front page leads to an empty one."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=f"SITEMAP : {self.base}/peta-induk.xml\n".encode(), kind="text/plain")
        if asked.path == "/":
            return Answer(302, b"", headers={"Location": "/beranda"})
        if asked.path == "/peta-induk.xml":
            rows = "".join(
                f"<sitemap><loc>{self.base}/peta/2024-0{n}.xml.gz</loc><lastmod>2024-0{n}-28</lastmod></sitemap>"
                for n in (2, 3, 1)
            )
            return Answer(body=f"<sitemapindex>{rows}</sitemapindex>".encode(), kind="application/xml")
        month = re.fullmatch(r"/peta/2024-0(\d)\.xml\.gz", asked.path)
        if month:
            rows = "".join(
                f"<url><loc>{self.base}/2024/0{month[1]}/1{n}/baku-tembak-di-{PLACES[n]}.html</loc></url>"
                for n in range(6)
            )
            return Answer(body=squeeze(f"<urlset>{rows}</urlset>".encode()), kind="application/x-gzip")
        found = re.fullmatch(r"/2024/0(\d)/1(\d)/.+\.html", asked.path)
        return Answer(body=story(int(found[2]), f"2024-0{found[1]}-1{found[2]}")) if found else MISSING


class LedOn(OnlyLinks):
    """Its front page is a meta refresh to a sub-directory."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return Answer(body=b'<html><head><meta http-equiv="refresh" content="0; url=/id/"></head></html>')
        if asked.path == "/id/":
            return page(*((f"/id/berita/{n}", headline(n)) for n in range(311, 319)), ("/id/kontak", "Kontak"))
        found = re.fullmatch(r"/id/berita/(\d+)", asked.path)
        return Answer(body=story(int(found[1]))) if found else MISSING


SITES = [
    (FootFeed("kaki", "127.0.0.84"), {"feeds": ["{base}/umpan-berita"]}),
    (Monthly("bulanan", "127.0.0.85"), {"sitemaps": ["{base}/peta-induk.xml"]}),
    (LedOn("antar", "127.0.0.86"), {"indexes": ["{base}/id/"], "article_urls": [r"^/id/berita/\d+"]}),
    (Below("bawah", "127.0.0.71"), {"platform": "wordpress"}),
    (BloggerSite("127.0.0.72", count=40), {"platform": "blogger"}),
    (ByDate("harian", "127.0.0.73"), {"indexes": ["{base}/daftar?tgl={{date:%Y-%m-%d}}"]}),
    (NewsSitemap("peta", "127.0.0.74"), {"sitemaps": ["{base}/peta/harian.xml"], "timezone": "Asia/Jayapura"}),
    (
        ThreeFields("tiga", "127.0.0.81"),
        {"indexes": ["{base}/berita/arsip?k=2&tgl={{date:%d}}&bln={{date:%m}}&thn={{date:%Y}}"]},
    ),
    (NoFront("tanpa", "127.0.0.82"), {"sitemaps": ["{base}/peta/harian.xml"], "name": "127.0.0.82"}),
    (
        OnlyLinks("tautan", "127.0.0.75"),
        {"indexes": ["{base}/"], "article_urls": [r"^/lihat\.php\?(?:[^&]{1,200}&)*k=\d+"]},
    ),
]


@pytest.mark.parametrize(("site", "has"), SITES, ids=lambda item: item.name if isinstance(item, Site) else "")
def test_an_address_becomes_a_file_that_the_check_passes(site: Site, has: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "baru.toml"
    with Server([site]) as server:
        added = call("outlets", "--add", f"{site.base}/", "-o", str(path))
        asked = len(server.log)
        checked = call("outlets", "--check", str(path))
    assert (added.code, checked.code) == (0, 0), added.out + added.err + checked.out
    assert asked <= MOST + 12  # the survey, and the check after it
    (outlet,) = read_file(path)
    for key, wanted in has.items():
        if isinstance(wanted, list):
            wanted = [str(value).format(base=site.base) if "{base}" in str(value) else value for value in wanted]
        assert getattr(outlet, key) == wanted
    assert outlet.domains == [site.address]
    assert added.out.count(" words; 20") == 3
    text = path.read_text(encoding="utf-8")
    for key in ("feeds", "sitemaps", "indexes", "search", "article_urls", "platform", "timezone", "delay"):
        assert re.search(rf"^# .+\n(?:# )?{key} = ", text, re.MULTILINE), f"{key} has no comment"


def test_nothing_outside_the_domain_is_asked_and_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    class Elsewhere(OnlyLinks):
        def answer(self, asked: Asked) -> Answer:
            if asked.path == "/":
                other = "http://127.0.0.77"
                head = f'<link rel="alternate" type="application/rss+xml" href="{other}/feed">'
                head += f'<link rel="https://api.w.org/" href="{other}/wp-json/">'
                return page((f"{other}/indeks/2024-03-28", "Indeks"), ("/lihat.php?k=11", headline(11)), head=head)
            return super().answer(asked)

    near, far = Elsewhere("dekat", "127.0.0.76"), OnlyLinks("jauh", "127.0.0.77")
    path = tmp_path / "ada.toml"
    path.write_text("milik orang lain")
    with Server([near, far]) as server:
        said = call("outlets", "--add", near.base, "-o", str(path))
        assert (said.code, path.read_text()) == (2, "milik orang lain")
        assert server.log == []
        survey(near.base, "conflict_news/0.1", datetime(2024, 3, 29, tzinfo=UTC))
        assert {request.host.partition(":")[0] for request in server.log} == {"127.0.0.76"}


class Hostile(OnlyLinks):
    """What it says of itself is meant for the file, and it has a thousand forms, links and shapes of addresses."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/":
            return super().answer(asked)
        name = 'Kabar"\'\'\'"""\nid = "kompas"\x1b[31m\x7f\\u0000 # '
        forms = "".join(f'<form action="/cari{n}"><input type="search" name="q{{page}}{n}"></form>' for n in range(500))
        links = [(f"/x{n}/" + "a" * (n % 90) + f"-{n}/b.c[d](e{{f", headline(n)) for n in range(1500)]
        head = f'<meta property="og:site_name" content="{escape(name)}">'
        return page(*links, *((f"/lihat.php?k={n}", headline(n)) for n in range(11, 19)), more=forms, head=head)


def test_a_hostile_site_gives_a_bounded_survey_and_a_file_that_is_one(tmp_path: Path) -> None:
    site, path = Hostile("jahat", "127.0.0.83"), tmp_path / "x.toml"
    with Server([site]) as server:
        call("outlets", "--add", site.base, "-o", str(path))
        assert len(server.log) <= MOST + 12
    (outlet,) = read_file(path)
    assert (outlet.id, outlet.domains) == ("127.0.0.83", ["127.0.0.83"])
    assert all(line.isprintable() for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("address", "kind", "says"),
    [
        ("co.id", ConfigurationError, "public suffix"),
        ("ftp://contoh.id", ConfigurationError, "not the address of a site"),
        ("http://127.0.0.78:9/", NothingReachable, "not reachable"),
    ],
)
def test_what_is_no_site_is_said(address: str, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        survey(address, "conflict_news/0.1", datetime(2024, 3, 29, tzinfo=UTC))


def test_a_site_of_the_registry_is_not_added_again() -> None:
    said = call("outlets", "--add", "https://www.kompas.com/")
    assert (said.code, said.error) == (2, "error: https://www.kompas.com/: is in the registry already, as kompas")


@pytest.mark.parametrize(
    ("url", "template"),
    [
        ("https://contoh.id/indeks/2024/03/28", "https://contoh.id/indeks/{date:%Y/%m/%d}"),
        (
            "https://contoh.id/indeks?date=28-03-2024&page=2",
            "https://contoh.id/indeks?date={date:%d-%m-%Y}&page={page}",
        ),
        ("https://contoh.id/arsip/20240328/", "https://contoh.id/arsip/{date:%Y%m%d}/"),
        ("https://contoh.id/2024/03/28/baku-tembak-di-kota", None),
        ("https://contoh.id/indeks/2024/13/28", None),
    ],
)
def test_the_template_of_a_list_by_date(url: str, template: str | None) -> None:
    assert template_of(url) == template


@pytest.mark.parametrize(
    ("articles", "others", "patterns"),
    [
        (
            ["/dunia/read/101/a-b", "/kota/read/102/c-d", "/kota/read/103/e-f"],
            ["/dunia"],
            [r"^/[\w-]+/read/\d+/[^/?]+"],
        ),
        (["/berita/101/a-b", "/berita/102/c-d", "/berita/103/e-f"], ["/tag/7/x"], [r"^/berita/\d+/[^/?]+"]),
        (["/news-101-a-b", "/news-102-c-d", "/news-103-e"], ["/news", "/profil"], [r"^/news-\d+-[^/?]+"]),
        (["/a-b", "/c-d", "/e-f"], ["/kontak"], []),  # nothing tells them from the contact page
        (["/berita/101/a-b", "/berita/102/c-d"], [], []),  # too few
    ],
)
def test_a_pattern_fits_articles_and_no_other_page(articles: list[str], others: list[str], patterns: list[str]) -> None:
    site = "https://contoh.id"
    assert patterns_of([site + path for path in articles], [site + path for path in others]) == patterns


def test_suggest_names_domains_by_how_many_and_how_relevant(tmp_path: Path) -> None:
    from crawler.processing.outlet_suggestions import suggestions
    from storage.article import Article, Link

    def article(number: int, relevance: float, *links: str, cited: tuple[str, ...] = ()) -> Article:
        return Article(
            url=f"https://contoh.id/{number}", text="x", relevance=relevance, cited_sources=list(cited),
            links=[Link(url) for url in links], published_at=date(2024, 3, 28) + timedelta(days=number),
        )  # fmt: skip

    corpus = [
        article(1, 0.9, "https://www.dailysabah.com/a", "https://facebook.com/share", "https://contoh.id/2"),
        article(2, 0.8, "https://dailysabah.com/b", "https://jam-news.net/x", cited=("Hetq.am", "Reuters")),
        article(3, 0.2, "https://murah.co.id/promo", "https://murah.co.id/promo2", "https://127.0.0.1/x"),
    ]
    registry = [Outlet(id="contoh", name="Contoh", domains=["contoh.id"])]
    found = [
        (item.domain, item.articles, item.linked, item.cited, item.relevance) for item in suggestions(corpus, registry)
    ]
    assert found == [
        ("dailysabah.com", 2, 2, 0, 0.85),
        ("hetq.am", 1, 0, 1, 0.8),
        ("jam-news.net", 1, 1, 0, 0.8),
        ("murah.co.id", 1, 1, 0, 0.2),
    ]
