"""Words, stems, lexicon and features."""

import tomllib
from collections import Counter

import pytest

from crawler.relevance.features import features, read
from crawler.relevance.lexicon import GUARDS, LEXICON, Lexicon
from crawler.relevance.words import stem, tokens, zipf


@pytest.mark.parametrize(
    ("root", "forms"),
    [
        ("serang", "menyerang diserang serangan penyerangan penyerang"),
        ("tembak", "menembak penembakan tembakan tertembak ditembaki"),
        ("tempur", "bertempur pertempuran"),
        ("tewas", "menewaskan tewasnya"),
        ("kepung", "mengepung pengepungan dikepung"),
        ("senjata", "bersenjata persenjataan senjatanya"),
        ("damai", "perdamaian damai"),
        ("polisi", "polisi kepolisian"),
        ("gencat", "gencatan"),
    ],
)
def test_inflected_forms_share_a_root(root, forms):
    assert {stem(form) for form in forms.split()} == {root}


def test_words_that_only_look_inflected_stay():
    for word in ("perang", "negara", "korban", "berita", "tentara", "senjata"):
        assert stem(word) == word


def test_numbers_and_dirt():
    assert tokens("Su-25 jatuh, 12 orang tewas (11/9/2020) " + "x" * 100) == [
        "su", "#", "jatuh", "#", "orang", "tewas", "#", "#", "#",
    ]  # fmt: skip
    assert zipf("yang") > zipf("perang") > zipf("stepanakert")


def test_the_longest_entry_uses_its_words_up():
    lexicon = Lexicon({"war": ["perang"], "figurative": ["perang dagang"], "exact": ["=menduduki"]})
    words = tokens("Perang dagang bukan peperangan; penduduk tidak menduduki kota")
    hits = lexicon.find(words, [stem(word) for word in words])
    assert [(hit.group, hit.start, hit.end) for hit in hits] == [
        ("figurative", 0, 2),
        ("war", 3, 4),
        ("exact", 6, 7),
    ]


def test_no_entry_stands_twice_and_every_group_says_where_it_was_seen():
    tables = {**tomllib.loads(LEXICON.read_text("utf-8")), **tomllib.loads(GUARDS.read_text("utf-8"))}
    counts = Counter(word.lstrip("=") for table in tables.values() for word in table["words"])
    assert [word for word, count in counts.items() if count > 1] == []
    assert all(table["seen"] for table in tables.values())


def test_the_head_counts_apart():
    values = features(read("Serangan udara di Gaza", "Kata lain. " * 100 + "Tentara mundur."), {})
    assert values["head:combat"] > 0
    assert "head:forces" not in values
    assert values["all:forces"] > 0
