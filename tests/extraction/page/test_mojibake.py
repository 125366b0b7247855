"""Damaged text is made right; text that was right stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.page.mojibake import mojibake, tidy


def damaged(text: str) -> str:
    """UTF-8 read as windows-1252, as browsers and bad scripts do it."""
    return "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in text.encode())


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Presiden Recep Tayyip ErdoÄŸan mengatakan", "Presiden Recep Tayyip Erdoğan mengatakan"),  # seed 003
        ("Mevlüt ÇavuÅŸoÄŸlu", "Mevlüt Çavuşoğlu"),  # seed 003: good and bad letters in one name
        ("Ä°lham Æ\x8fliyev dan HÉ™sÉ™nov", "İlham Əliyev dan Həsənov"),
        ("KapanLagi.comÂ®", "KapanLagi.com®"),
        ("â€œkami siapâ€\x9d", "“kami siap”"),
        ("kata dia â€“ lagi", "kata dia – lagi"),
        ("harga â‚¬5", "harga €5"),
        ("Ø§Ù„Ø³Ù„Ø§Ù…", "السلام"),
        ("Donâ€™t", "Don’t"),
        ("cafÃ© dan naÃ¯f", "café dan naïf"),
    ],
)
def test_utf8_read_as_windows_1252_is_read_again(broken: str, right: str):
    assert mojibake(broken) == right


@pytest.mark.parametrize(
    "text",
    [
        "“LIBERTÉ” adalah semboyan",
        "suhu 30°C di Zürich",
        "MÉ…",
        "CLICHÉ™",
        "Â, Ê dan Î",
        "São Tomé – Príncipe",
        "É – huruf",
    ],
)
def test_rare_but_right_text_is_left_alone(text: str):
    assert mojibake(text) == text


NAMES = st.text(alphabet="abcdefghijklmnoprstuvyzğşıəçöüéñ", min_size=2, max_size=8)


@given(
    st.lists(st.tuples(st.sampled_from("ABCEGİŞÇÖÜK"), NAMES), min_size=1, max_size=6),
    st.sampled_from([" ", ", ", " – ", " “"]),
)
def test_any_turkish_or_azeri_names_survive_the_damage(words: list[tuple[str, str]], between: str):
    text = between.join(head + tail for head, tail in words)
    assert mojibake(damaged(text)) == text


LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 çğıöşüəÇĞİÖŞÜƏéèàâêîôûëïäßñãõáíóú.,;:!?()'\"-/%\n"
)


@given(
    st.text(alphabet=LETTERS + "“”‘’–—…°€®", max_size=200).filter(
        lambda text: not any(mark in text for mark in ("Ã", "Â"))
    )
)
def test_good_text_is_never_changed(text: str):
    assert mojibake(text) == text


@given(st.text(max_size=200))
def test_tidy_is_stable_and_normalised(text: str):
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & {"\u00ad", "\u200b", "\xa0", "\ufeff", "\n"}


def test_invisible_characters_and_exotic_spaces_go():
    assert tidy("per\u00adang\u200b di\xa0 Nagorno\u2011Karabakh\ufeff") == "perang di Nagorno\u2011Karabakh"
