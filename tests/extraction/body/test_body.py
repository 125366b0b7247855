# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Finding the body: by container, by density, under misleading names, by script data, by an outlet's selectors."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import Hints, extract
from crawler.outlets import Outlet, Selectors
from tests.extraction.pages import PARAGRAPHS, TEXT, TITLE, URL, article, page


def text_of(body: bytes, **options: object) -> str | None:
    found = extract(body, URL, **options)  # type: ignore[arg-type]
    return found.text if found else None


@pytest.mark.parametrize(
    ("container", "method"),
    [
        ('<div itemprop="articleBody">', "known:schema.org articleBody"),
        ('<div class="post-body entry-content">', "known:blogger"),
        ('<div class="td-post-content tagdiv-type">', "known:wordpress"),
        ('<div class="read__content">', "known:grid network"),
        ('<div class="detail__body-text itp_bodycontent">', "known:indonesian cms"),
        ('<div class="x7f3">', "known:article element"),
    ],
)
def test_the_way_a_body_was_found_is_recorded(container: str, method: str):
    found = extract(page(article(container=container)), URL)
    assert found is not None
    assert (found.text, found.method) == (TEXT, method)


def test_a_body_without_any_known_name_is_found_by_its_running_text():
    teasers = "".join(
        f'<li><a href="/lain/{n}">Kabar lain dari daerah nomor {n}</a><p>Ringkasan singkat kabar nomor {n} hari ini.</p></li>'
        for n in range(12)
    )
    body = f'<html><body><div class="k1"><h1>{TITLE}</h1>{article(container="<div>")}</div><ul>{teasers}</ul></body></html>'
    found = extract(body.encode(), URL)
    assert found is not None
    assert found.text == TEXT
    assert found.method == "density"


def test_a_glossary_longer_than_the_article_loses_by_the_pages_own_description():
    terms = "".join(
        f"<p>Istilah nomor {n} adalah kata yang dipakai para pialang di bursa efek setiap hari.</p>" for n in range(40)
    )
    body = f"""<html><head><meta property="og:description" content="{PARAGRAPHS[0][:90]}..."></head><body><h1>{TITLE}</h1>
        {article(container="<div>")}<div class="kotak">{terms}</div></body></html>"""
    assert text_of(body.encode()) == TEXT


def test_a_line_beside_a_picture_is_its_caption():
    box = '<div><a href="/foto"><img src="a.jpg"></a><br>Warga melihat puing gudang dari kejauhan</div>'
    found = extract(page(article(between=box)), URL)
    assert found is not None
    assert found.text == TEXT
    assert [(cut.rule, cut.text) for cut in found.cuts] == [("caption", "Warga melihat puing gudang dari kejauhan")]


def test_paragraphs_made_of_line_breaks():
    body = (
        f'<html><body><div><h1>{TITLE}</h1><div class="isi">{"<br /><br>".join(PARAGRAPHS)}</div></div></body></html>'
    )
    assert text_of(body.encode()) == TEXT


def test_a_sentence_wrapped_with_a_line_break_is_one_paragraph():
    wrapped = PARAGRAPHS[0].replace("dihantam ", "dihantam<br>")
    assert text_of(page(article()).replace(PARAGRAPHS[0].encode(), wrapped.encode())) == TEXT


@pytest.mark.parametrize("wrapper", ["sidebar-layout", "date-outer", "content-text-editor", "post-meta", "widget Blog"])
def test_a_misleading_name_around_the_whole_article_costs_nothing(wrapper: str):
    assert text_of(page(f'<div class="{wrapper}">{article()}</div>')) == TEXT


def test_a_link_or_emphasis_inside_of_a_sentence_stays_whatever_its_class():
    linked = PARAGRAPHS[1].replace("keluarga", '<a class="insert__tag related" href="/tag/keluarga">keluarga</a>')
    assert text_of(page(article()).replace(PARAGRAPHS[1].encode(), linked.encode())) == TEXT


FURNITURE = {
    "related stories": '<div class="baca-juga"><p>Kapal perang masuk selat</p></div>',
    "embedded post": '<blockquote class="wp-embedded-content"><a href="/lain">Kapal perang masuk selat</a></blockquote>',
    "share bar": '<div class="sharedaddy"><p>Sukai ini dan bagikan kepada teman Anda semua.</p></div>',
    "advert": '<div class="parallaxindetail"><p class="para_caption">ADVERTISEMENT</p></div>',
    "caption": '<figure><img src="a.jpg"><figcaption>Warga melihat puing gudang. (Foto: Rina/Kabar)</figcaption></figure>',
    "tags and topics": '<div class="detail__body-tag"><a href="/tag/perang">perang</a></div>',
    "byline and date": '<div class="entry-meta">Oleh Rina pada Rabu</div>',
    "page switch": '<div class="wrap-pagination"><a href="?hal=2">2</a> Halaman berikutnya</div>',
    "summary box": '<div class="ten-second"><ul><li>Gudang amunisi hancur dalam semalam.</li></ul></div>',
    "site frame": "<aside><p>Langganan koran cetak kami dengan harga khusus bulan ini.</p></aside>",
    "hidden text": '<div style="position:absolute; left:-9999px"><a href="https://x.example">slot gacor</a> hari ini mudah menang</div>',
}


@pytest.mark.parametrize("rule", FURNITURE)
def test_furniture_inside_of_the_body_is_cut_in_the_dom_by_its_rule(rule: str):
    found = extract(page(article(between=FURNITURE[rule])), URL)
    assert found is not None
    assert found.text == TEXT
    assert [(cut.rule, cut.layer) for cut in found.cuts] == [(rule, "dom")]


def test_a_paragraph_that_is_one_link_is_another_story_and_becomes_a_related_link():
    found = extract(page(article(between='<p><a href="/dunia/kapal">Kapal perang masuk selat</a></p>')), URL)
    assert found is not None
    assert found.text == TEXT
    assert [(cut.rule, cut.text) for cut in found.cuts] == [("line that is a link", "Kapal perang masuk selat")]
    assert [(link.url, link.kind) for link in found.links] == [("https://kabar.example/dunia/kapal", "related")]


def test_an_unlinked_headline_is_known_by_its_teaser_elsewhere_on_the_page():
    line = "Kapal perang asing dilaporkan masuk selat"
    below = f'<section><a href="/dunia/kapal">{line}</a></section>'
    found = extract(page(article(between=f"<p>{line}</p>"), below=below), URL)
    assert found is not None
    assert found.text == TEXT
    assert [(cut.rule, cut.text) for cut in found.cuts] == [("headline of another story", line)]


def test_titles_from_the_feed_are_known_headlines():
    line = "Kapal perang asing dilaporkan masuk selat"
    body = page(article(between=f"<p>{line}</p>"))
    assert text_of(body) != TEXT
    assert text_of(body, hints=Hints(known_titles=frozenset([line]))) == TEXT


def test_an_outlets_selectors_come_first():
    outlet = Outlet(
        id="kabar", name="Kabar", domains=["kabar.example"], selectors=Selectors(body=["#isi"], remove=[".kotak"])
    )
    body = f'<html><body><div id="isi"><p>{PARAGRAPHS[0]}</p><div class="kotak"><p>{PARAGRAPHS[4]}</p></div><p>{PARAGRAPHS[1]}</p></div><div><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></div></body></html>'
    found = extract(body.encode(), URL, outlet=outlet)
    assert found is not None
    assert found.text == "\n\n".join(PARAGRAPHS[:2])
    assert (found.method, found.outlet) == ("outlet:#isi", "kabar")
    assert [cut.rule for cut in found.cuts] == ["outlet selector"]


def test_selectors_that_no_longer_match_fall_back_to_the_general_search():
    outlet = Outlet(id="kabar", name="Kabar", domains=["kabar.example"], selectors=Selectors(body=["#dulu", "p.lama"]))
    found = extract(page(article()), URL, outlet=outlet)
    assert found is not None
    assert (found.text, found.method) == (TEXT, "known:wordpress")


def test_a_page_drawn_by_scripts_gives_its_json_ld_body():
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS)})
    body = f'<html><head><script type="application/ld+json">{data}</script></head><body><div id="root"></div></body></html>'
    found = extract(body.encode(), URL)
    assert found is not None
    assert (found.text, found.title, found.method) == (TEXT, TITLE, "json-ld articleBody")


def test_an_index_an_error_page_and_an_empty_page_are_no_articles():
    index = "".join(
        f'<div><h2><a href="/{n}">Kabar panjang dari daerah nomor {n} pagi ini</a></h2><p>Ringkasan kabar nomor {n} yang cukup singkat.</p></div>'
        for n in range(30)
    )
    assert text_of(f"<html><body><main>{index}</main></body></html>".encode()) is None
    assert text_of(b"<html><body><h1>404</h1><p>Halaman yang Anda cari tidak ditemukan.</p></body></html>") is None
    assert text_of(b"<html></html>") is None


def test_all_pages_of_an_article_within_one_document_come_in_order():
    pages = "".join(
        f'<div class="page-{n}" style="display:{"block" if n == 1 else "none"}"><p>{p}</p><div>{n} dari 5 halaman</div></div>'
        for n, p in enumerate(PARAGRAPHS, 1)
    )
    assert text_of(page(f'<div class="article-content">{pages}</div>')) == TEXT


def test_a_table_row_is_one_line():
    table = (
        "<table><tr><td>Korban tewas</td><td>12 orang</td></tr><tr><td>Korban luka</td><td>30 orang</td></tr></table>"
    )
    found = extract(page(article(between=table)), URL)
    assert found is not None
    assert "Korban tewas 12 orang\n\nKorban luka 30 orang" in found.text


def test_trafilatura_is_the_last_way_for_a_page_that_calls_itself_an_article():
    """A body made of list items that are all links: no running text of its own, to our eyes."""
    items = "".join(f'<li><a href="/sumber/{n}">{text}</a></li>' for n, text in enumerate(PARAGRAPHS))
    head = '<meta property="og:type" content="article">'
    found = extract(page(f"<ul>{items}</ul>", head=head), URL)
    assert found is not None
    assert found.method is not None
    assert found.method.startswith("trafilatura")
    assert PARAGRAPHS[2] in found.text
    assert extract(page(f"<ul>{items}</ul>"), URL) is None
