"""The parts that need no server: marks, harmless frames, the two languages."""

from __future__ import annotations

from babel.messages.extract import extract_from_dir
from markupsafe import Markup

import crawler
from crawler.browse import marking, texts
from crawler.browse.frames import harmless, unlike
from crawler.browse.marking import Span
from storage.article import Article, Cut
from tests.browse.conftest import HOSTILE

FOLDER = next(iter(crawler.__path__))


def test_marks_may_overlap_and_everything_is_escaped() -> None:
    shown = marking.marked("a <b> c", [Span(0, 5, "term", '"'), Span(2, 7, "hit")])
    assert shown == Markup(
        '<mark class="m-term" title="&#34;">a </mark><mark class="m-hit m-term" title="&#34;">&lt;b&gt;</mark>'
        '<mark class="m-hit"> c</mark>'
    )


def test_what_is_marked_in_a_text() -> None:
    text = "Baku - Tentara menyerang, kata AFP.\n\nMenurut AFP perang meluas."
    article = Article("https://contoh.id/1", text, dateline="Baku", cited_sources=["AFP"])
    found = marking.spans(article, {"tentara": 1.5, "perang": -0.5}, 'meluas "kata afp"')
    said = sorted((text[span.start : span.end], span.kind) for span in found)
    assert ("Baku", "dateline") in said
    assert ("AFP", "source") in said
    assert ("Tentara", "term") in said
    assert ("perang", "against") in said
    assert ("kata AFP", "hit") in said
    first, second = marking.paragraphs(text, found)
    assert "Baku" in first
    assert 'class="m-against"' in second


def test_a_frame_holds_no_address_and_nothing_that_runs() -> None:
    body = f"<html><head><title>x</title></head><body onload='x()'>{HOSTILE}<p>Selesai</p></body></html>".encode()
    shown = harmless(body, "text/html", None).lower()
    page = shown.partition("<body>")[2]
    for sign in ("http:", "script", "onclick", "onerror", "href", "src", "<form", "<input", "<iframe", "<svg", "style",
                 "<meta", "<base", "<link", "<object"):  # fmt: skip
        assert sign not in page, sign
    assert "selesai" in page
    assert "foto" in page


def test_cuts_are_shown_where_they_stood() -> None:
    body = b"<body><div><p>Isi berita yang disimpan.</p><p>Baca juga: <a href=x>Lain</a></p></div></body>"
    article = Article("https://contoh.id/1", "Isi berita yang disimpan.", cuts=[Cut('ru"le', "Baca juga: Lain")])
    shown = harmless(body, None, article)
    assert '<p class="kept">Isi berita' in shown
    assert 'data-rule="ru&#34;le">Baca juga' in shown


def test_deep_and_broken_pages_are_shown_all_the_same() -> None:
    assert harmless(b"\x00\x01", "image/png", None)
    article = Article("https://contoh.id/1", "Isi berita.", cuts=[Cut("rule", "Iklan")])
    assert harmless(b"<div>" * 5000 + b"dalam", None, article)
    assert harmless((b"<div>" * 150 + b"</div>" * 150) * 100, None, article)


def test_where_two_readings_differ() -> None:
    assert unlike(["Satu dua.", "Tiga."], ["satu, dua", "Empat lima."]) == (["Tiga."], ["Empat lima."])


def test_every_text_is_translated() -> None:
    catalogue = texts.translations("id")
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found = [
        *extract_from_dir(f"{FOLDER}/browse/templates", [("**.html", "jinja2")], keywords=keywords),
        *extract_from_dir(f"{FOLDER}/report", [("charts.py", "python")], keywords=keywords),
    ]
    assert len(found) > 150
    same = {"Audit", "id"}  # in both languages
    missing = set()
    for _, _, message, _, _ in found:
        first = message if isinstance(message, str) else message[0]
        if catalogue.gettext(first) == first and first not in same:
            missing.add(first)
    assert missing == set()


def test_the_language_of_a_page() -> None:
    assert texts.chosen("id", "en", "en") == "id"
    assert texts.chosen("xx", "id", "en") == "id"
    assert texts.chosen(None, None, "id-ID,en;q=0.5") == "id"
    assert texts.chosen(None, None, "fr") == "en"
