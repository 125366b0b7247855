# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Two readers of one page: what each decides, what neither may, and what stands in the record of it."""

from __future__ import annotations

import pytest

from crawler.extraction import extract
from crawler.extraction.agreement import agreement
from crawler.extraction.body import second_reader
from tests.extraction.pages import PARAGRAPHS, TEXT, TITLE, URL, article, page

EXTRA = "Pasukan penjaga perdamaian tiba di kota itu pada sore hari dan membagikan tenda kepada para pengungsi."
BOXED = page(article(between=f'<div class="latest-update"><p>{EXTRA}</p></div>'))


@pytest.fixture
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reader turned off."""
    monkeypatch.setattr(second_reader, "_trafilatura", lambda: lambda *_, **__: None)


def test_trafilatura_brings_back_a_paragraph_that_a_weak_name_cut():
    found = extract(BOXED, URL)
    assert found is not None
    assert found.text.split("\n\n") == [*PARAGRAPHS[:2], EXTRA, *PARAGRAPHS[2:]]
    assert found.method == "known:wordpress; both readers"
    assert found.extraction_agreement is not None
    assert 0.8 < found.extraction_agreement < 1


@pytest.mark.usefixtures("one_reader")
def test_without_trafilatura_that_paragraph_is_lost_and_no_agreement_is_claimed():
    found = extract(BOXED, URL)
    assert found is not None
    assert (found.text, found.extraction_agreement, found.method) == (TEXT, None, "known:wordpress")


@pytest.mark.parametrize(
    "box",
    [
        f'<div class="baca-juga"><p>{EXTRA}</p></div>',
        f'<div class="iklan"><p>{EXTRA}</p></div>',
        f'<div id="comments"><div class="comment"><p>{EXTRA}</p></div></div>',
        "<div class='latest-update'><p>Dapatkan kabar terbaru setiap pagi dari kami, langsung di ponsel Anda tanpa biaya.</p></div>",
        "<p>Baca juga: Pasukan penjaga perdamaian tiba di kota itu pada sore hari.</p>",
    ],
)
def test_what_a_strong_rule_cut_stays_out_whatever_trafilatura_says(box: str):
    found = extract(page(article(between=box)), URL)
    assert found is not None
    assert found.text == TEXT


def test_two_readings_that_are_the_same_agree_wholly():
    found = extract(page(article()), URL)
    assert found is not None
    assert (found.text, found.extraction_agreement, found.method) == (TEXT, 1.0, "known:wordpress")


def test_agreement_is_the_share_of_words_that_both_have():
    assert agreement(["satu dua tiga"], ["satu dua tiga"]) == 1.0
    assert agreement(["satu dua"], ["satu dua tiga empat"]) == pytest.approx(2 * 2 / 6, abs=0.001)
    assert agreement(["satu"], ["dua"]) == 0.0
    assert agreement([], []) == 0.0


def test_a_page_is_read_twice_only_where_the_asker_wants_it(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, str]] = []
    calls: list[object] = []
    monkeypatch.setattr(second_reader, "read_element", lambda element: calls.append(element))

    def reject(title: str, text: str) -> bool:
        asked.append((title, text))
        return False

    found = extract(BOXED, URL, reread=reject)
    assert found is not None
    assert (found.text, found.extraction_agreement) == (TEXT, None)
    assert asked == [(TITLE, TEXT)]
    assert calls == []
    extract(BOXED, URL, reread=lambda title, text: True)
    assert len(calls) == 1


def test_a_large_element_is_read_once():
    filler = "".join(f"<p>{PARAGRAPHS[n % 5]} Nomor {n}.</p>" for n in range(second_reader.MAX_NODES))
    found = extract(page(article(after=filler)), URL)
    assert found is not None
    assert found.extraction_agreement is None


def test_where_the_readers_disagree_grossly_the_pages_own_words_decide(monkeypatch: pytest.MonkeyPatch):
    """The element that was chosen is a law quoted at length; headline and description speak of something else."""
    law = [
        f"Pasal {n} mengatur tata cara pembayaran iuran anggota koperasi menurut buku besar tahunan." for n in range(9)
    ]
    head = f'<meta property="og:description" content="{PARAGRAPHS[0]}"><meta property="og:type" content="article">'
    wrong = "".join(f"<p>{text}</p>" for text in law)
    body = page(f'<div class="entry-content">{wrong}</div>', head=head)
    monkeypatch.setattr(second_reader, "read_element", lambda element: ["Hal lain sama sekali."])
    lines = [second_reader.Line(text) for text in PARAGRAPHS]
    other = second_reader.Body(lines, "trafilatura precision", None, [], len(TEXT))
    monkeypatch.setattr(second_reader, "find", lambda root, least, fast: other)
    found = extract(body, URL)
    assert found is not None
    assert found.text == TEXT
    assert found.method == "known:wordpress; second reader"
    assert found.extraction_agreement is not None
    assert found.extraction_agreement < 0.5
