"""The registry as shipped, and the loader's messages."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from lxml.cssselect import CSSSelector

from crawler.discovery import Window, entries
from crawler.outlets import REGISTRY, load, read_file
from crawler.urls import looks_like_article
from storage.errors import OutletError

OUTLETS = load()
SEEDS_SITES = {"mediabogor", "impiannews", "sosok", "turkinesia"}  # the fifth seed's site is not known
LEAST = 'id = "contoh"\nname = "Contoh"\ndomains = ["contoh.id"]\n'


def written(tmp_path, text):
    path = tmp_path / "contoh.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_registry_holds_the_outlets_that_matter_first():
    ids = {outlet.id for outlet in OUTLETS}
    assert len(ids) >= 80
    assert ids >= SEEDS_SITES
    assert ids >= {
        "kompas",
        "detik",
        "antaranews",
        "tempo",
        "republika",
        "tribunnews",
        "liputan6",
        "okezone",
        "sindonews",
    }
    assert ids >= {"voaindonesia", "bbcindonesia", "dw"}


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_every_file_says_where_its_facts_were_seen(outlet):
    data = tomllib.loads((REGISTRY / f"{outlet.id}.toml").read_text(encoding="utf-8"))
    claimed = {"feeds", "sitemaps", "search", "article_urls", "single_page", "platform", "selectors"} & set(data)
    told = {fact.partition(":")[0] for fact in outlet.facts}
    assert claimed <= told
    assert all(fact.endswith("not verified live") for fact in outlet.facts)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_every_outlet_has_a_way_in_within_its_domains(outlet):
    from urllib.parse import urlsplit

    asked = list(
        entries(outlet, Window(date(2020, 11, 9), date(2020, 11, 9)), queries=["perang"], today=date(2024, 3, 29))
    )
    assert asked
    assert all(outlet.owns(urlsplit(candidate.url).hostname) for candidate in asked)
    assert not any("{" in candidate.url for candidate in asked)


@pytest.mark.parametrize(
    "selector",
    [(o.id, key, css) for o in OUTLETS for key, found in o.selectors.model_dump().items() for css in found],
    ids=lambda item: f"{item[0]} {item[1]} {item[2]}",
)
def test_every_selector_compiles(selector):
    assert CSSSelector(selector[2], translator="html").path


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("kompas", "https://www.kompas.com/global/read/2020/11/10/091500170/azerbaijan-mengaku"),
        ("kompas", "https://internasional.kompas.com/read/2020/11/10/091500170/azerbaijan-mengaku"),
        ("detik", "https://news.detik.com/internasional/d-5247891/perang-azerbaijan"),
        ("cnnindonesia", "https://www.cnnindonesia.com/internasional/20201110091500-134-567890/azerbaijan"),
        ("antaranews", "https://kalteng.antaranews.com/berita/432100/azerbaijan-dan-armenia"),
        ("tempo", "https://www.tempo.co/internasional/gencatan-senjata-di-karabakh-2277913"),
        ("tempo", "https://dunia.tempo.co/read/1403600/azerbaijan"),
        ("republika", "https://internasional.republika.co.id/berita/qjmabc366/azerbaijan-tembak-jatuh-helikopter"),
        ("sindonews", "https://international.sindonews.com/read/227456/43/azerbaijan-1604930000"),
        ("tribunnews", "https://www.tribunnews.com/internasional/2020/11/10/azerbaijan-minta-maaf"),
        ("okezone", "https://news.okezone.com/read/2020/11/10/18/2307000/azerbaijan-tembak"),
        ("liputan6", "https://www.liputan6.com/global/read/4404000/azerbaijan-tembak"),
        ("merdeka", "https://www.merdeka.com/dunia/azerbaijan-tembak-jatuh-helikopter-rusia.html"),
        ("kumparan", "https://kumparan.com/kumparannews/perang-di-karabakh-berakhir-1uYiCwxGh2K"),
        ("viva", "https://www.viva.co.id/berita/dunia/1320000-azerbaijan-tembak"),
        ("suara", "https://www.suara.com/news/2020/11/10/091500/azerbaijan-tembak"),
        ("voaindonesia", "https://www.voaindonesia.com/a/azerbaijan-armenia/5654321.html"),
        ("bbcindonesia", "https://www.bbc.com/indonesia/dunia-54876543"),
        ("dw", "https://www.dw.com/id/konflik-nagorno-karabakh/a-55555555"),
        ("sosok", "https://sosok.grid.id/read/412425555/azerbaijan-mengaku?page=all"),
        ("turkinesia", "https://www.turkinesia.net/hari-keenam-pertempuran-azerbaijan"),
        ("mediabogor", "https://mediabogor.com/azerbaijan-menjatuhkan-helikopter-rusia/"),
        ("impiannews", "https://www.impiannews.com/2020/09/azerbaijan-mengamuk-habisi.html"),
    ],
)
def test_addresses_as_outlets_write_them_are_taken_for_articles(outlet, path):
    (chosen,) = load(outlet)
    assert looks_like_article(path, chosen)


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("kompas", "https://www.kompas.com/tag/azerbaijan"),
        ("detik", "https://news.detik.com/internasional"),
        ("bbcindonesia", "https://www.bbc.com/news/world-europe-54876543"),
        ("dw", "https://www.dw.com/en/nagorno-karabakh/a-55555555"),
        ("mediaindonesia", "https://mediaindonesia.com/galleries/detail_galleries/49614-foto"),
        ("tirto", "https://tirto.id/flash-news"),
    ],
)
def test_other_addresses_are_not(outlet, path):
    (chosen,) = load(outlet)
    assert not looks_like_article(path, chosen)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('rss = ["https://contoh.id/feed"]', "unknown key 'rss' (known keys: "),
        ('feeds = "https://contoh.id/feed"', "key 'feeds': Input should be a valid list"),
        ('feeds = ["/feed"]', "'/feed' is not an absolute http(s) URL"),
        ('indexes = ["https://contoh.id/{tanggal}"]', "has the unknown placeholder {tanggal} (known: {date}, {page}"),
        ('search = ["https://contoh.id/cari"]', "has no {query}"),
        ('article_urls = ["("]', "is not a regular expression"),
        ('timezone = "WIB"', "is not an IANA time zone such as Asia/Jakarta"),
        ("delay = -1", "key 'delay'"),
        ("[selectors]\nteks = []", "unknown key 'selectors.teks'"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_file_outlet_and_key(tmp_path, line, message):
    path = written(tmp_path, LEAST + line)
    with pytest.raises(OutletError) as raised:
        read_file(path)
    assert f"{path}, outlet contoh: " in str(raised.value)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_several_outlets_may_share_a_file_and_ids_are_unique(tmp_path):
    table = f"[[outlet]]\n{LEAST}"
    assert [outlet.id for outlet in load(str(written(tmp_path, table + table.replace("contoh", "lain"))))] == [
        "contoh",
        "lain",
    ]
    with pytest.raises(OutletError, match="'contoh' is defined twice"):
        load(str(written(tmp_path, table + table)))


def test_ids_are_looked_up_in_the_registry():
    assert [outlet.id for outlet in load("detik, kompas,detik")] == ["detik", "kompas"]
    with pytest.raises(OutletError, match="unknown outlet id 'kompass'"):
        load("kompas,kompass")
