"""What pages say about themselves: titles and authors as tables, the rest one by one."""

import json
import tomllib
from pathlib import Path

import lxml.html
import pytest

from crawler.extraction.metadata import titles
from crawler.extraction.metadata.authors import clean_names
from crawler.extraction.metadata.fields import read_metadata
from crawler.extraction.page.json_ld import MAX_NODES, read_blocks
from crawler.outlets import Outlet, Selectors

CASES = Path(__file__).parents[1] / "cases"
URL = "https://www.contoh.example/berita/helikopter-jatuh"


def rows(name, key):
    table = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["case"]
    return [pytest.param(row, id=f"{row['seen'][:40]}: {row[key][:40]}") for row in table]


def ld(**node):
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | node)}</script>'


def metadata(head="", body="", *, url=URL, outlet=None, lang="id"):
    return read_metadata(
        lxml.html.document_fromstring(f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>"), url, outlet
    )


@pytest.mark.parametrize("case", rows("titles.toml", "html"))
def test_title(case):
    site = f"<meta property='og:site_name' content='{case['site']}'>" if "site" in case else ""
    found = metadata(site, case["html"], url=case.get("url", "https://www.contoh.example/berita/a"))
    assert found.title == (case["title"] or None)


def test_the_outlets_own_selector_decides_the_title():
    outlet = Outlet(id="contoh", name="Contoh", domains=["contoh.example"], selectors=Selectors(title=[".judul"]))
    body = "<h1>Hal yang Lain Sama Sekali</h1><div class='judul'>Helikopter Jatuh - Contoh</div>"
    assert metadata("<title>Hal yang Lain Sama Sekali</title>", body, outlet=outlet).title == "Helikopter Jatuh"


@pytest.mark.parametrize("case", rows("authors.toml", "raw"))
def test_authors_in_one_string(case):
    assert clean_names(case["raw"], titles.site_words(case.get("site", []))) == case["names"]


META = '<meta name="author" content="{}">'


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (META.format("Contoh") + ld(author=[{"@type": "Person", "name": "Nur Aini"}]), "", ["Nur Aini"]),
        (META.format("Nur Aini") + ld(author={"@type": "Organization", "name": "Kantor"}), "", ["Nur Aini"]),
        ("", '<div class="author-name"><a rel="author" href="/a">Nur Aini</a></div>', ["Nur Aini"]),
        ("", '<div class="comment"><a rel="author" href="/a">Pembaca Setia</a></div>', []),
        ("", "<p>Isi.</p><p>Pewarta: Nur Aini<br>Editor: Budi</p>", ["Nur Aini"]),
        ("", "<table><tr><td>Penulis</td><td>: Nur Aini</td></tr></table>", ["Nur Aini"]),
        ("", "<p>Kata reporter itu: “Kami selamat.”</p>", []),
        ("", "<p>Wartawan: Berapa prajurit yang gugur?</p><p>Jenderal: Sebelas.</p>", []),  # an interview
        ("", "<p>Reporter: Apa langkah berikutnya? Gubernur: Kami menunggu.</p>", []),
        (META.format("Reuters") + ld(author={"@type": "Person", "name": "Reuters"}), "", []),
        (
            "",
            "<article><h1>Jatuh</h1><span class='author'>Nur Aini</span></article><p class='author'>Budi</p>",
            ["Nur Aini"],
        ),
        (
            "",
            "<div><h2>Jatuh</h2><p class='byline'>Nur Aini</p></div><p class='byline'>1 jam lalu Budi Santoso</p>",
            ["Nur Aini"],
        ),
        (
            "",
            "<div><h1>Opini</h1></div><div><p><b>Nur Aini</b><br>Dosen Hubungan Internasional</p><p>Isi.</p></div>",
            ["Nur Aini"],
        ),
        ("", "<h1>Opini</h1><p>Isi tulisan.</p><p>*) Nur Aini adalah peneliti di Pusat Kajian</p>", ["Nur Aini"]),
        ("", "<h1>Kabar</h1><p><b>Nur Aini</b><br>meninggal dunia pada Senin.</p>", []),
        ("", "<h1>Kabar</h1><p><b>Korban Tewas</b><br>Mahasiswa asal Kota Lengkuas</p>", []),
    ],
)  # fmt: skip
def test_authors_of_a_page(head, body, authors):
    assert metadata(head, body).authors == authors


@pytest.mark.parametrize(
    ("link", "outlet", "canonical"),
    [
        ("https://www.contoh.example/berita/asli", None, "https://www.contoh.example/berita/asli"),
        ("/berita/asli#atas", None, "https://www.contoh.example/berita/asli"),
        ("https://m.contoh.example/berita/asli", None, "https://m.contoh.example/berita/asli"),
        ("https://penjiplak.example/berita/asli", None, None),
        ("https://lain.example/berita/asli", ["contoh.example", "lain.example"], "https://lain.example/berita/asli"),
        ("https://m.contoh.example/berita/asli", ["www.contoh.example"], None),
        ("https://www.contoh.example/", None, None),
        ("javascript:void(0)", None, None),
        ("https://[rusak", None, None),
    ],
)
def test_canonical_stays_with_the_outlet(link, outlet, canonical):
    owner = Outlet(id="contoh", name="Contoh", domains=outlet) if outlet else None
    assert metadata(f"<link rel='canonical' href='{link}'>", outlet=owner).canonical_url == canonical


def test_section_and_tags_without_what_every_page_repeats():
    head = """<meta property="article:section" content="News"><meta property="og:site_name" content="Contoh">
    <meta name="keywords" content="Armenia, berita terkini, Contoh, armenia,Karabakh ">"""
    trail = [{"item": {"name": "Home"}}, {"item": {"name": "Internasional"}}]
    found = metadata(head + ld(**{"@type": "BreadcrumbList", "itemListElement": trail}))
    assert found.section == "Internasional"
    assert found.tags == ["Armenia", "Karabakh"]


def test_rights_hold_only_what_was_found():
    head = """<meta name="robots" content="noindex, NOARCHIVE, noai"><meta name="tdm-reservation" content="1">
    <meta name="copyright" content="Contoh &copy; 2020">
    <link rel="license" href="https://creativecommons.org/licenses/by/4.0/">"""
    assert metadata(head).rights == {
        "robots": "noindex, NOARCHIVE, noai",
        "noindex": True,
        "noarchive": True,
        "noai": True,
        "tdm-reservation": "1",
        "copyright": "Contoh © 2020",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert metadata("<meta name='robots' content='index,follow'>").rights == {"robots": "index,follow"}
    assert metadata().rights == {}


GOOD = '{"@type": "NewsArticle", "headline": "Helikopter Jatuh", "datePublished": "2020-11-09"}'
BROKEN = {
    "line break": GOOD.replace("Helikopter Jatuh", "Helikopter\nJatuh"),
    "trailing comma": GOOD.replace("}", ",}"),
    "comment": f"<!-- {GOOD} -->",
    "cdata": f"//<![CDATA[\n{GOOD}\n//]]>",
    "missing comma": GOOD.replace('Jatuh", ', 'Jatuh"\n '),
    "semicolon": GOOD + ";",
    "two values": GOOD + '{"@type": "Thing"}',
    "nested": '[[{"@graph": [' + GOOD + "]}]]",
    "salvaged": GOOD.replace("}", ', "articleBody": "Ia berkata "mundur" lalu'),
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_broken_json_ld_is_repaired_or_salvaged(script):
    nodes = [node for node in read_blocks([script]) if "headline" in node]
    assert [" ".join(str(node["headline"]).split()) for node in nodes] == ["Helikopter Jatuh"]
    assert nodes[0]["datePublished"] == "2020-11-09"


HOSTILE = ["", "{", "null", "[" * 100_000, '{"a":' * 5_000, "9" * 500_000, '{"@type": 3, "headline": []}', "\x00"]


@pytest.mark.parametrize("script", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_json_ld_is_bounded_and_never_raises(script):
    nodes = read_blocks([script] * 50)
    assert len(nodes) <= MAX_NODES
    assert metadata(f"<script type='application/ld+json'>{script}</script>").title is None


def test_other_peoples_nodes_are_left_out():
    others = {"comment": [{"@type": "Comment", "headline": "Dua"}], "itemListElement": [{"headline": "Tiga"}]}
    script = json.dumps({"@type": "NewsArticle", "headline": "Satu"} | others)
    assert [node.get("headline") for node in read_blocks([script])] == ["Satu"]
