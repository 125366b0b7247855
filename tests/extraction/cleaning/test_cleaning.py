# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Furniture lines are cut by a named rule; paragraphs that only mention the same words stay."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.extraction import clean_text
from tests.extraction.pages import PARAGRAPHS, TITLE

# line, rule that must cut it. Wordings as seen on the sites named in crawler/extraction/phrases.toml.
CUT = [
    ("Baca juga: Gencatan senjata kembali dilanggar", "related story line"),
    ("BACA JUGA : Gencatan senjata kembali dilanggar", "related story line"),
    ("Baca: Gencatan Senjata Kembali Dilanggar", "related story line"),
    ("BACA JUGA Gencatan Senjata Kembali Dilanggar", "related story line"),
    ("Baca Juga", "related story line"),
    ("READ  Waspada, kapal perang masuk selat", "related story line"),
    ("MEMBACA Waspada, kapal perang masuk selat", "related story line"),
    ("Simak Video \"Detik-detik Ledakan\"", "related story line"),
    ("Simak juga Video: Detik-detik Ledakan di Gudang", "related story line"),
    ("Lihat Juga : Kapal perang masuk selat", "related story line"),
    ("Cek Artikel: Kapal perang masuk selat", "related story line"),
    ("Pilihan Editor: Jejak Perang di Kaukasus", "related story line"),
    ("Baca berita terkait Kaukasus lainnya: Kapal perang masuk selat", "related story line"),
    ("ADVERTISEMENT", "advert line"),
    ("SCROLL TO CONTINUE WITH CONTENT", "advert line"),
    ("Scroll ke bawah untuk melanjutkan membaca", "advert line"),
    ("Baca berita tanpa iklan. Gabung Kompas.com+", "advert line"),
    ("Baca berita dengan sedikit iklan, klik di sini", "advert line"),
    ("[Gambas:Video CNN]", "player or embed mark"),
    ("Lihat Foto", "player or embed mark"),
    ("zoom-in-whitePerbesar", "player or embed mark"),
    ("Halaman Selanjutnya", "page switch"),
    ("Halaman: 1 2 3", "page switch"),
    ("2 dari 8 halaman", "page switch"),
    ("Halaman ke 1 dari 3", "page switch"),
    ("Selanjutnya: Terima Kasih, Tapi", "page switch"),
    ("Follow Kabar untuk mendapatkan informasi terkini. Klik WhatsApp Channel & Google News", "share or follow line"),
    ("Silakan baca konten menarik lainnya dari Kabar di Google News", "share or follow line"),
    ("Simak breaking news dan berita pilihan kami langsung di ponselmu.", "share or follow line"),
    ("Gabung ke Channel WhatsApp Kabar TV", "share or follow line"),
    ("Ikuti kami di Instagram @kabar", "share or follow line"),
    ("Artikel ini telah tayang di Kabar.com dengan judul Perang di Perbatasan", "first-published line"),
    ("Berita ini sebelumnya tayang di Kabar.com", "first-published line"),
    ("Copyright © KABAR 2015", "copyright line"),
    ("error: Content is protected !!", "copyright line"),
    ("Tags: perang, Kaukasus", "tag line"),
    ("#perang #kaukasus", "tag line"),
    ("***", "end mark"),
    ("Pola Slot Gacor Terbaru", "gambling spam"),
    ("INFO SLOT, RAJA99, MASTERKOIN99 – Gudang amunisi meledak", "gambling spam"),
    ("Situs togel online terpercaya bonus new member", "gambling spam"),
    ("xem bóng đá trực tuyến -90phut - cakhia", "gambling spam"),
    ("Como associado da Amazon, KABAR.COM ganha com compras qualificadas. Amazon e o logotipo são marcas da Amazon.com, Inc.", "Amazon associate notice"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule"), CUT)
def test_a_furniture_line_between_paragraphs_is_cut_by_its_rule(line: str, rule: str):
    text, cuts = clean_text("\n".join([*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]]))
    assert text.split("\n\n") == PARAGRAPHS
    assert [cut.rule for cut in cuts] == [rule]


TAIL = [
    ("Penulis: Ratna Dewi", "byline"),
    ("Pewarta: Ratna Dewi | Editor: Agus", "byline"),
    ("Sumber: Daily Sabah", "source line"),
    ("Source link", "source line"),
    ("(ush/doc)", "initials"),
    ("(Redaksi)", "initials"),
    ("RATNA DEWI | AFP", "byline"),
    ("(*)", "end mark"),
]


@pytest.mark.parametrize(("line", "rule"), TAIL)
def test_a_closing_line_is_cut_by_its_rule(line: str, rule: str):
    text, cuts = clean_text("\n".join([*PARAGRAPHS, line]))
    assert text.split("\n\n") == PARAGRAPHS
    assert [cut.rule for cut in cuts] == [rule]


@pytest.mark.parametrize(
    "mark",
    [
        " (mdk/abc)",
        "(hal/ara)",
        " (kpl/pur/tch)",
        " (boy/jpnn)",
        " (H-4)",
        " (T/RI-1/RS1)",
        " (mhd)",
        " [AFP]",
        " (Antara)",
        "***",
        " (*)",
        "(fbn) ***",
    ],
)
def test_marks_at_the_end_of_the_last_paragraph_are_taken_off(mark: str):
    text, cuts = clean_text("\n".join([*PARAGRAPHS[:-1], PARAGRAPHS[-1] + mark]))
    assert text.split("\n\n") == PARAGRAPHS
    assert all(cut.layer == "inline" and cut.rule in {"initials", "end mark"} for cut in cuts)


@pytest.mark.parametrize(
    "insert",
    [
        "(Baca: Kapal perang masuk selat)",
        "(Baca juga: Kapal perang masuk selat)",
        "[Simak juga: Kapal perang]",
        "[Gambas:Video CNN]",
    ],
)
def test_marks_inside_of_a_paragraph_are_taken_out(insert: str):
    text, cuts = clean_text("\n".join([f"{PARAGRAPHS[0]} {insert}", *PARAGRAPHS[1:]]))
    assert text.split("\n\n") == PARAGRAPHS
    assert [(cut.layer, cut.text) for cut in cuts] == [("inline", insert)]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Baca juga surat itu dengan saksama, pesan komandan kepada para prajurit yang tersisa di garis depan.",
        "Lihat juga peta wilayah itu, kata dia, yang berubah tiga kali dalam setahun terakhir.",
        "Simak video itu baik-baik, ujar jaksa kepada majelis hakim yang memeriksa perkara penembakan.",
        "Advertisement yang dipasang pemberontak di koran lokal memicu kemarahan warga dan aparat.",
        "Ikuti jejak pasukan itu, dan terlihat bahwa mereka mundur ke arah utara sejak Senin lalu.",
        "Editor surat kabar itu ditahan tentara selama dua hari sebelum dibebaskan tanpa syarat.",
        "Sumber militer mengatakan kepada wartawan bahwa serangan itu menewaskan sedikitnya dua puluh orang.",
        "Hak cipta lagu perjuangan itu menjadi sengketa kedua negara selama bertahun-tahun.",
        "Dewan Keamanan membahas usul Organisasi untuk Keamanan dan Kerja Sama di Eropa (OSCE)",
        "Halaman rumah sakit itu penuh dengan korban luka yang menunggu perawatan dokter.",
        "Polisi menyita uang hasil judi slot gacor yang dipakai membeli senjata bagi kelompok itu.",
        "Follow up dari perundingan itu akan dibicarakan para menteri luar negeri pekan depan.",
    ],
)
def test_a_paragraph_is_not_cut_for_mentioning_such_words(paragraph: str):
    text, cuts = clean_text("\n".join([*PARAGRAPHS[:2], paragraph, *PARAGRAPHS[2:]]))
    assert text.split("\n\n") == [*PARAGRAPHS[:2], paragraph, *PARAGRAPHS[2:]]
    assert cuts == []


def test_a_story_about_gambling_keeps_its_subheadings():
    story = [
        "Polisi membongkar jaringan judi online yang mendanai kelompok bersenjata di wilayah perbatasan itu.",
        "Promosi Slot Gacor",
        "Menurut penyidik, situs judi online itu dipromosikan lewat pesan berantai sejak awal tahun lalu.",
    ]
    assert clean_text("\n".join(story))[0].split("\n\n") == story


def test_copies_of_the_headline_and_labels_above_it_are_cut():
    text, cuts = clean_text("\n".join(["Dunia", TITLE, TITLE + " - Kabar", *PARAGRAPHS]), title=TITLE)
    assert text.split("\n\n") == PARAGRAPHS
    assert [cut.rule for cut in cuts] == ["repeated headline", "repeated headline", "label above the headline"]


def test_titles_known_from_the_outlet_are_headlines_of_other_stories():
    other = "Menteri pertahanan kunjungi pasukan di garis depan"
    text, cuts = clean_text(
        "\n".join([PARAGRAPHS[0], other, *PARAGRAPHS[1:]]), known_titles=frozenset([other.upper(), TITLE])
    )
    assert text.split("\n\n") == PARAGRAPHS
    assert [(cut.rule, cut.text) for cut in cuts] == [("headline of another story", other)]


def test_a_comment_count_under_the_headline_does_not_end_the_article():
    text, _ = clean_text("\n".join([TITLE, "Leave a Reply", *PARAGRAPHS]), title=TITLE)
    assert text.split("\n\n") == PARAGRAPHS


def test_a_dateline_on_its_own_line_joins_the_first_paragraph():
    text, _ = clean_text("\n".join(["Jakarta -", *PARAGRAPHS]))
    assert text.startswith("Jakarta - GAZIANTEP - Sebuah gudang")


def test_cleaning_clean_text_changes_nothing():
    once, _ = clean_text("\n".join(PARAGRAPHS))
    assert clean_text(once) == (once, [])


LINES = tomllib.loads((Path(__file__).parents[1] / "cases" / "lines.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", LINES["stay"])
def test_a_sentence_stays_whatever_word_it_begins_with(line: str):
    given = [*PARAGRAPHS[:3], line, *PARAGRAPHS[3:]]
    assert clean_text("\n".join(given))[0].split("\n\n") == given


@pytest.mark.parametrize("line", LINES["go"])
def test_a_line_that_speaks_for_the_site_goes(line: str):
    given = [*PARAGRAPHS[:3], line, *PARAGRAPHS[3:]]
    assert clean_text("\n".join(given))[0].split("\n\n") == PARAGRAPHS
