"""Which addresses are one page, which are worth asking for."""

from __future__ import annotations

from datetime import date

import pytest

from crawler import urls
from crawler.outlets import Outlet

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id", "127.0.0.11"], single_page="tampil=semua")
STRICT = OUTLET.model_copy(update={"article_urls": [r"^/berita/d-\d+/", r"^/arsip/\d{4}/"]})


@pytest.mark.parametrize(
    "variant",
    [
        "https://www.contoh.id/berita/perang-di-karabakh/",
        "http://contoh.id/berita/perang-di-karabakh",
        "HTTPS://WWW.Contoh.ID:443/berita/perang-di-karabakh",
        "https://m.contoh.id/berita/perang-di-karabakh",
        "https://amp.contoh.id/berita/perang-di-karabakh",
        "https://contoh.id/amp/berita/perang-di-karabakh",
        "https://contoh.id/berita/perang-di-karabakh/amp/",
        "https://contoh.id/berita/perang-di-karabakh?amp=1",
        "https://contoh.id/berita//perang-di-karabakh",
        "https://contoh.id/berita/perang-di-karabakh#komentar",
        "https://contoh.id/berita/perang-di-karabakh?utm_source=wa&utm_medium=sosial&fbclid=AbC",
        "https://contoh.id/berita/perang-di-karabakh?page=all",
        "https://contoh.id/berita/perang-di-karabakh?single=1",
        "https://contoh.id/berita/perang-di-karabakh?tampil=semua",
        "https://contoh.id/berita/perang-di-karabakh?PHPSESSID=0123abc",
        "https://contoh.id/berita/perang-di-karabakh;jsessionid=0123ABC?sid=9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_all_addresses_of_one_page_have_one_identity(variant):
    assert urls.page_key(variant, OUTLET) == "https://contoh.id/berita/perang-di-karabakh"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://contoh.id/a-b?page=2", "https://contoh.id/a-b"),
        ("https://contoh.id/?p=12", "https://contoh.id/?p=13"),
        ("https://contoh.id/cari?keyword=perang", "https://contoh.id/cari?keyword=damai"),
        ("https://news.contoh.id/a-b", "https://contoh.id/a-b"),
        ("http://127.0.0.11:8791/a-b", "http://127.0.0.11:8792/a-b"),
        ("https://contoh.id/indeks?cid=9", "https://contoh.id/indeks?cid=5"),
    ],
)
def test_other_pages_keep_other_identities(one, other):
    assert urls.page_key(one, OUTLET) != urls.page_key(other, OUTLET)


def test_the_order_of_a_query_does_not_matter():
    assert urls.page_key("https://contoh.id/?b=2&a=1") == urls.page_key("https://contoh.id/?a=1&b=2")


def test_an_identity_is_its_own_identity():
    for url in ("http://127.0.0.11:8791/a/b/?x=1", "https://m.contoh.id/amp/x y/?q=a b", "https://contoh.id/café"):
        once = urls.page_key(url)
        assert urls.page_key(once) == once


def test_loopback_addresses_keep_scheme_and_port():
    assert urls.page_key("http://127.0.0.11:8791/berita/1/?utm_source=x") == "http://127.0.0.11:8791/berita/1"
    assert urls.clean("/b?page=2#x", "http://127.0.0.11:8791/a") == "http://127.0.0.11:8791/b?page=2"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("https://contoh.id/a?utm_campaign=x&b=1&a=2#c", "https://contoh.id/a?b=1&a=2"),
        (" //contoh.id/a\n", "https://contoh.id/a"),
        ("a/b;jsessionid=12ab?id=3", "https://contoh.id/dir/a/b?id=3"),
        ("https://contoh.id", "https://contoh.id/"),
        ("https://contoh.id:443/a", "https://contoh.id/a"),
        ("javascript:void(0)", None),
        ("mailto:redaksi@contoh.id", None),
        ("#", None),
        ("", None),
        ("https://[::1", None),
        ("https://contoh.id:port/", None),
        ("https://contoh.id/" + "a" * 3000, None),
    ],
)
def test_clean_keeps_what_is_asked_for_and_drops_what_is_not_an_address(raw, cleaned):
    assert urls.clean(raw, "https://contoh.id/dir/page") == cleaned


def test_addresses_inside_a_web_archives_address_are_left_alone():
    url = "http://127.0.0.5:80/web/20201109000000id_/http://contoh.id/a?utm=1"
    assert urls.clean(url) == "http://127.0.0.5/web/20201109000000id_/http://contoh.id/a?utm=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://lain.id/berita/perang",
        "https://contoh.id.lain.id/berita/perang",
        "https://contoh.id/tag/armenia",
        "https://contoh.id/search?q=perang",
        "https://contoh.id/?s=perang",
        "https://contoh.id/login",
        "https://contoh.id/media/perang.jpg",
        "https://contoh.id/dok/laporan.PDF",
        "https://contoh.id/",
        "https://contoh.id/index.html",
        "https://contoh.id/berita/perang/feed/",
        "https://contoh.id/page/2/",
        "https://contoh.id/foto/read/12/parade-militer-di-moskow",
        "ftp://contoh.id/berita/perang",
    ],
)
def test_files_lists_and_strangers_are_not_wanted(url):
    assert not urls.wanted(url, OUTLET)


@pytest.mark.parametrize(
    "url",
    [
        "https://contoh.id/berita/d-12/perang-karabakh",
        "https://kota.contoh.id/2020/11/09/azerbaijan-armenia/",
        "https://contoh.id/?p=123",
        "https://contoh.id/tagar-armenia-ramai-di-media-sosial",
        "http://127.0.0.11:8791/read/12/perang-armenia",
    ],
)
def test_articles_are_wanted(url):
    assert urls.wanted(url, OUTLET)
    assert urls.looks_like_article(url, OUTLET)


@pytest.mark.parametrize(
    "url",
    [
        "https://contoh.id/internasional",
        "https://contoh.id/gaya-hidup",
        "https://contoh.id/gaya-hidup/piala-dunia",
        "https://contoh.id/kalender-acara",
    ],
)
def test_sections_do_not_look_like_articles(url):
    assert not urls.looks_like_article(url, OUTLET)


def test_article_urls_decide_where_the_outlet_names_them():
    assert urls.looks_like_article("https://contoh.id/berita/d-12/x", STRICT)
    assert urls.looks_like_article("https://contoh.id/arsip/2020/x", STRICT)  # whatever the heuristic thinks of "arsip"
    assert not urls.looks_like_article("https://contoh.id/panjang-sekali-judul-halaman-ini", STRICT)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://contoh.id/read/2020/11/09/123/azerbaijan-serang-armenia", "azerbaijan serang armenia"),
        ("http://bola.contoh.id/read/2016/02/23/16374618/tim.tak.gentar.lawan.juara", "tim tak gentar lawan juara"),
        ("https://contoh.id/2020/11/helikopter-rusia-jatuh.html", "helikopter rusia jatuh"),
        ("https://contoh.id/dunia/pasukan_turki-di-suriah-9a8b7c6d5e.html", "dunia pasukan turki di suriah"),
        ("https://contoh.id/?p=1", ""),
        ("not a url", ""),
    ],
)
def test_slug_words(url, words):
    assert urls.slug_words(url) == words


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://contoh.id/2020/11/09/x", (date(2020, 11, 9), date(2020, 11, 9))),
        ("https://contoh.id/indeks/2020-11-9", (date(2020, 11, 9), date(2020, 11, 9))),
        ("https://contoh.id/2020/02/x.html", (date(2020, 2, 1), date(2020, 2, 29))),
        ("https://contoh.id/sitemap-202011.xml", (date(2020, 11, 1), date(2020, 11, 30))),
        ("https://contoh.id/20201109093000-4-99/x", None),  # an id that looks like a time
        ("https://contoh.id/2021/01/11-peserta-ikut-lomba.html", (date(2021, 1, 1), date(2021, 1, 31))),  # 11 runners
        ("https://contoh.id/2020/13/40/x", None),
        ("https://contoh.id/2021/02/30/x", None),
        ("https://contoh.id/berita/123456/x", None),
        ("https://contoh.id/dunia/konflik-2019-12-tentara-tewas", None),  # the headline's own numbers
        ("https://contoh.id/dunia/kilas-balik-2019-12-05-dikenang", None),
        ("https://contoh.id/dunia/rangkuman.2019.12.html", None),
        ("https://contoh.id/read/201912/tentara-tewas", None),  # an article's number
        ("https://contoh.id/201912/tentara-tewas", (date(2019, 12, 1), date(2019, 12, 31))),
        ("https://contoh.id/2019-12/tentara-tewas", (date(2019, 12, 1), date(2019, 12, 31))),
        ("https://contoh.id/2019-12/05/tentara-tewas", (date(2019, 12, 5), date(2019, 12, 5))),
        ("https://contoh.id/2019-12-05-tentara-tewas.html", (date(2019, 12, 5), date(2019, 12, 5))),
        ("https://contoh.id/dunia/2019/12/5.html", (date(2019, 12, 5), date(2019, 12, 5))),
        ("https://contoh.id/sitemap/news-sitemap_2020_11_09.xml.gz", (date(2020, 11, 9), date(2020, 11, 9))),
        ("https://contoh.id/post-sitemap-2020-11", (date(2020, 11, 1), date(2020, 11, 30))),
        ("https://contoh.id/17/02/17/judul", None),  # two digits are no year to leave an article out by
        ("https://contoh.id/20201109/judul", None),  # nor is a number of eight
        ("https://contoh.id/٢٠٢٠/١١/٠٩/x", None),
        ("https://[rusak/2020/11/09/", None),
    ],
)
def test_days_that_a_url_names(url, days):
    assert urls.span(url) == days


@pytest.mark.parametrize(
    ("url", "day", "kind"),
    [
        ("https://contoh.id/read/2020/11/09/190500270/x", "2020-11-09", "day"),
        ("https://contoh.id/17/02/17/judul", "2017-02-17", "short"),
        ("https://contoh.id/20201109/judul", "2020-11-09", "compact"),
        ("https://contoh.id/dunia/20201109093000-134-99/x", "2020-11-09", "draft"),
        ("https://contoh.id/read/1/x/judul-panjang-1604883600", "2020-11-09", "unix"),
        ("https://contoh.id/2020/11/judul", "2020-11-01", "month"),
    ],
)
def test_how_far_a_day_in_a_url_can_be_trusted(url, day, kind):
    found = urls.days.days_in(url)
    assert (str(found.first), found.kind) == (day, kind)


@pytest.mark.parametrize(
    ("declared", "known_as"),
    [
        ("https://contoh.id/berita/asli", "https://contoh.id/berita/asli"),
        ("/berita/asli?utm_source=x", "https://contoh.id/berita/asli"),
        ("https://kompas.com/berita/asli", "https://contoh.id/berita/salinan?id=1"),
        ("https://contoh.id/", "https://contoh.id/berita/salinan?id=1"),
        ("javascript:1", "https://contoh.id/berita/salinan?id=1"),
        (None, "https://contoh.id/berita/salinan?id=1"),
    ],
)
def test_a_declared_canonical_link_counts_only_within_the_outlet(declared, known_as):
    assert urls.canonical("https://contoh.id/berita/salinan?id=1&fbclid=2", declared, OUTLET) == known_as


@pytest.mark.parametrize("path", ["/berita/" + "é" * 1900, "/berita?" + "a=/,:;&" * 280])
def test_no_key_is_longer_than_a_database_indexes(path: str) -> None:
    """PostgreSQL's limit is 2,704 bytes; percent signs make three characters of one."""
    keys = [urls.page_key(f"https://contoh.id{path}{end}") for end in ("", "x")]
    assert max(len(key.encode()) for key in keys) <= 2000
    assert keys[0] != keys[1]


def test_half_a_surrogate_pair_in_an_address_is_dropped() -> None:
    assert urls.clean("https://contoh.id/perang-\ud83d-di-sana") == "https://contoh.id/perang--di-sana"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/berita/1?sid=7#atas", "https://contoh.id/berita/1?sid=7"),
        ("/berita/d\u00e9pan".encode(), "https://contoh.id/berita/d\u00e9pan"),
        (b"/berita/d\xe9pan", "https://contoh.id/berita/d\u00e9pan"),
        (b"//tamu:rahasia@contoh.id/berita/1", "https://contoh.id/berita/1"),
        (b"http://[rusak", None),
        (b"javascript:alert(1)", None),
        (b"https://contoh.id:99999/", None),
        (b"https://" + b"a" * 254 + b".id/", None),
        (b"/" + b"x" * 2000, None),
    ],
)
def test_a_redirect_leads_to_an_address_or_nowhere(location: bytes, target: str | None) -> None:
    assert urls.follow(location, "https://contoh.id/lama") == target
