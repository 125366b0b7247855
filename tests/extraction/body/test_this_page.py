# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Which node is this page's article, and pages that are not one article."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract
from tests.extraction.pages import PARAGRAPHS, TEXT, TITLE, URL, article, page

OTHER = [
    "Panen raya di dua kabupaten gagal setelah hama wereng menyerang sawah sejak awal musim tanam tahun ini.",
    "Petani meminta pemerintah mengganti benih dan menunda penagihan kredit sampai musim panen berikutnya tiba.",
    "Dinas pertanian mencatat tiga ribu hektare sawah rusak dan separuhnya tidak dapat ditanami lagi.",
]
HEADLINE = "Panen raya gagal di dua kabupaten"


def text_of(body: bytes, url: str = URL) -> str | None:
    found = extract(body, url)
    return found.text if found else None


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize(
    "opening",
    [
        '<div id="add-on"><article><h1><a href="/tani/panen">{0}</a></h1><div class="post-content">{1}</div></article></div>',
        '<section class="mt-12"><h2><a href="/tani/panen">{0}</a></h2><div>{1}</div></section>',
        '<article class="post hentry"><h1>{0}</h1><div class="entry-content">{1}</div></article>',
    ],
)
def test_the_next_story_below_is_another_one_however_long(opening: str, times: int):
    other = opening.format(HEADLINE, "".join(f"<p>{text}</p>" for text in OTHER * times))
    assert text_of(page(article(), below=other)) == TEXT


@pytest.mark.parametrize(
    "container", ['<div class="entry-content">', '<div itemprop="articleBody">', '<div class="blok-3">']
)
def test_the_parts_of_one_article_are_united(container: str):
    closing = "</div>"
    parts = [PARAGRAPHS[:4], PARAGRAPHS[4:]]
    shown = '<div class="iklan">Iklan</div>'.join(
        container + "".join(f"<p>{text}</p>" for text in part) + closing for part in parts
    )
    assert text_of(page(shown)) == TEXT


def test_a_lead_above_the_container_belongs_to_the_article():
    rest = "".join(f"<p>{text}</p>" for text in [*PARAGRAPHS[1:], *OTHER])
    body = page(
        f'<div class="sub"><p><strong>{PARAGRAPHS[0]}</strong></p></div><div class="entry-content">{rest}</div>'
    )
    assert text_of(body) == "\n\n".join([*PARAGRAPHS, *OTHER])


def _drawn_by_scripts(*nodes: dict[str, object]) -> bytes:
    data = json.dumps(list(nodes))
    return f"""<html><head><title>{TITLE} - Kabar</title><script type="application/ld+json">{data}</script></head>
    <body><div id="app"></div></body></html>""".encode()


def test_the_json_ld_body_of_another_story_is_not_taken():
    ours = {"@type": "NewsArticle", "headline": TITLE, "url": URL, "articleBody": "\n".join(PARAGRAPHS)}
    other = {"@type": "NewsArticle", "headline": HEADLINE, "url": "https://kabar.example/x", "articleBody": "\n".join(OTHER * 5)}  # fmt: skip
    assert text_of(_drawn_by_scripts(other, ours)) == TEXT
    assert text_of(_drawn_by_scripts(other)) is None


def test_a_live_blogs_updates_are_not_its_article():
    update = {"@type": "BlogPosting", "headline": HEADLINE, "articleBody": "\n".join(OTHER * 3)}
    blog = {"@type": "LiveBlogPosting", "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS), "liveBlogUpdate": [update]}  # fmt: skip
    assert text_of(_drawn_by_scripts(blog)) == TEXT


@pytest.mark.parametrize("escaped", [False, True])
def test_markup_and_entities_in_a_json_ld_body_are_read(escaped: bool):
    written = "".join(f"<p>{text}</p>" for text in PARAGRAPHS).replace('"', "&quot;")
    if escaped:
        written = written.replace("<", "&lt;").replace(">", "&gt;")
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": written}
    assert text_of(_drawn_by_scripts(node)) == TEXT


def test_a_short_item_under_its_headline_and_day_is_an_article():
    body = """<html><head><title>Dua jembatan putus | kabar.example</title></head><body><h1>Dua jembatan putus</h1>
    <div>Selasa, 4 Mei 2021 | 07:10 WIB</div><div class="q"><p>Dua jembatan di Kota Rawa putus, Selasa (4/5/2021) pagi.</p>
    <p>Penyebabnya belum diketahui polisi.</p><p>Warga diminta menjauhi sungai sampai petugas datang.</p></div></body></html>"""
    assert text_of(body.encode()) is not None


def _cards(count: int, card: str) -> bytes:
    rows = "".join(card.format(n, (PARAGRAPHS + OTHER)[n % 8]) for n in range(count))
    return f"<html><head><title>Dunia - Kabar</title></head><body><h1>Dunia</h1>{rows}</body></html>".encode()


INDEXES = {
    "plain headlines and a link below": '<div><h3>Kabar nomor {0} dari lembah</h3><p>{1} <a href="/k/{0}">Baca selengkapnya</a></p></div>',
    "linked headlines": '<article><h2><a href="/k/{0}">Kabar nomor {0} dari lembah yang jauh</a></h2><p>{1}</p></article>',
    "headline, day and teaser": '<div><a href="/k/{0}">Kabar nomor {0} dari lembah yang jauh</a><span>{0} Mei 2021</span><p>{1}</p></div>',
    "a link behind dots": '<li><b>Kabar nomor {0} dari lembah</b><p>{1}... <a href="/k/{0}">[Read More]</a></p></li>',
}  # fmt: skip


@pytest.mark.parametrize("kind", INDEXES)
def test_a_list_of_stories_is_no_article(kind: str):
    assert text_of(_cards(10, INDEXES[kind]), "https://kabar.example/dunia") is None


def test_several_whole_stories_on_one_page_are_no_article():
    posts = "".join(
        f'<div class="post"><h3 class="post-title"><a href="/2021/05/{n}.html">Tulisan nomor {n} tentang lembah</a></h3><div class="post-body">{"".join(f"<p>{text}</p>" for text in part)}</div></div>'
        for n, part in enumerate([PARAGRAPHS, OTHER, PARAGRAPHS[2:]])
    )
    body = (
        f"<html><head><title>Catatan dari Lembah</title></head><body><h1>Catatan dari Lembah</h1>{posts}</body></html>"
    )
    assert text_of(body.encode(), "https://kabar.example/") is None
