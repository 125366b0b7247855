from datetime import date

import pytest

from storage.corpus import Corpus
from storage.database import Filter
from storage.errors import ConfigurationError
from storage.search import count, parse, search
from tests.storage.conftest import article

TEXTS = {
    1: ("Gencatan senjata di Nagorno-Karabakh", "Rusia menengahi gencatan senjata antara Armenia dan Azerbaijan."),
    2: ("Erdoğan mengecam serangan", "Presiden Turki mengecam serangan. Gencatan tidak disebut, senjata disebut."),
    3: ("Penembakan di perbatasan", "Seorang penembak jitu menewaskan dua tentara di perbatasan, kata polisi."),
}


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    with corpus.db.begin() as conn:
        for number, (title, text) in TEXTS.items():
            day = date(2020, 11, number)
            corpus.save(conn, article(number, title=title, text=text, published_at=day, outlet=f"outlet{number % 2}"))
    return corpus


def found(corpus: Corpus, query: str, where: Filter | None = None) -> list[int]:
    return [int(hit.url.rsplit("/", 1)[1]) for hit in search(corpus, query, where)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("gencatan senjata", [1, 2]),
        ('"gencatan senjata"', [1]),
        ("GENCATAN SENJATA armenia", [1]),
        ("penembak*", [3]),
        ("penembak", [3]),
        ("tembak*", []),
        ("erdogan", [2]),
        ("Erdoğan", [2]),
        ("nagorno-karabakh", [1]),
        ('"senjata di nagorno karabakh"', [1]),
        ("gencatan -azerbaijan", [2]),
        ('") OR (x', []),
        ("a:* | b'", []),
    ],
)
def test_queries(stocked: Corpus, query: str, numbers: list[int]) -> None:
    assert found(stocked, query) == numbers
    assert count(stocked, query) == len(numbers)


def test_filters_narrow_a_search(stocked: Corpus) -> None:
    assert found(stocked, "gencatan", Filter(since=date(2020, 11, 2))) == [2]
    assert found(stocked, "gencatan", Filter(outlets=["outlet1"])) == [1]


def test_a_title_weighs_more_than_a_text(corpus: Corpus) -> None:
    filler = "Kata-kata lain mengisi teks ini supaya panjangnya sama. " * 5
    with corpus.db.begin() as conn:
        corpus.save(conn, article(1, title="Kabar pagi", text=filler + "Meriam berbunyi."))
        corpus.save(conn, article(2, title="Meriam berbunyi", text=filler + "Kabar pagi."))
    assert found(corpus, "meriam") == [2, 1]


def test_the_snippet_shows_where_the_words_stand(corpus: Corpus) -> None:
    before = " ".join(f"kata{n}" for n in range(200))
    with corpus.db.begin() as conn:
        corpus.save(conn, article(1, text=f"{before} Erdoğan tiba di Baku. {before}"))
    (hit,) = search(corpus, "erdogan baku")
    assert "Erdoğan tiba di Baku" in hit.snippet
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["Erdoğan", "Baku"]
    assert hit.snippet.startswith("… ")


def test_a_revision_is_found_by_its_new_words_only(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        corpus.save(conn, article(1, text="Tiga orang tewas di Terter."))
        corpus.save(conn, article(1, text="Lima orang tewas di Ganja."))
    assert (found(corpus, "terter"), found(corpus, "ganja")) == ([], [1])


@pytest.mark.parametrize("query", ["", "  ", "***", "-perang", '""'])
def test_a_query_without_words_is_an_error(corpus: Corpus, query: str) -> None:
    with pytest.raises(ConfigurationError, match="nothing to search for"):
        search(corpus, query)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("armenia OR penembak", [1, 3]),
        ("gencatan armenia OR turki", [1, 2]),
        ("gencatan AND armenia", [1]),
        ('"gencatan senjata" OR "dua tentara" -rusia', [3]),
        ("tembak* OR penem*", [3]),
        ("OR gencatan", [1, 2]),
        ("gencatan OR", [1, 2]),
    ],
)
def test_or_binds_the_two_beside_it(stocked: Corpus, query: str, numbers: list[int]) -> None:
    assert sorted(found(stocked, query)) == numbers
    assert count(stocked, query) == len(numbers)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("gencatan OR senjata -rusia", []),
        ("(gencatan", ["parentheses are not read: (gencatan"]),
        ("title:perang", ["title: is read as a word; there are options such as --outlet and --since"]),
        ("ber*ang", ["a star is read at the end of a word only: ber*ang"]),
        ('"gencatan senjata', ["a quote is not closed: everything behind it is one phrase"]),
        ('"gencatan sen"*', ["a star behind a phrase is not read: only a single word can be a beginning"]),
        ("a NOT b", ["NOT is not read: write -word for what must not be there"]),
        ("a OR", ["OR has nothing on its right"]),
        ("OR a", ["OR has nothing on its left"]),
        ("a OR -b", ["OR before -b: what is left out is left out always"]),
        ("a|b", ["| is not read: write OR (a|b)"]),
        ("a !!", ["'!!' has no letters or digits and is left out"]),
    ],
)
def test_what_cannot_be_read_is_told(query: str, told: list[str]) -> None:
    assert parse(query).unread == told
