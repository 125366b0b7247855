"""Pages of results with counts by facet, and what bounds them."""

from datetime import date

import pytest

from storage.corpus import Corpus
from storage.database import Filter
from storage.search import Asked, listing, missed, results
from tests.storage.conftest import article

PLACES = ("Baku", "Yerevan", "Terter")


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    """Nine articles on nine days of two months, the last without a date; the eighth copies the first."""
    with corpus.db.begin() as conn:
        for number in range(9):
            body = " ".join(f"kata{number}x{k}" for k in range(60))
            text = f"Tentara bergerak ke {PLACES[number % 3]} pada hari ke-{number}. {body}."
            if number == 7:
                text = f"Tentara bergerak ke Baku pada hari ke-0. {' '.join(f'kata0x{k}' for k in range(60))}."
            day = None if number == 8 else date(2020, 9, 28 + number) if number < 3 else date(2020, 10, number)
            corpus.save(
                conn,
                article(
                    number, text=text, title=f"Judul {number}", published_at=day, outlet=f"outlet{number % 2}",
                    language="id", relevance=number / 10, countries=["AZ"] if number % 3 == 0 else ["AM"],
                ),
            )  # fmt: skip
        corpus.reject(conn, "https://contoh.id/a", reason="threshold", score=0.3, outlet="x", text="Tentara pulang.")
        corpus.reject(conn, "https://contoh.id/b", reason="threshold", score=0.4, outlet="x", text="Harga cabai naik.")
    return corpus


def numbers(corpus: Corpus, asked: Asked, **page: int) -> list[int]:
    return [int(hit.url.rsplit("/", 1)[1]) for hit in listing(corpus, asked, **page).hits]


def test_newest_first_and_undated_ones_last(stocked: Corpus) -> None:
    assert numbers(stocked, Asked()) == [7, 6, 5, 4, 3, 2, 1, 0, 8]
    assert numbers(stocked, Asked(order="oldest")) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert numbers(stocked, Asked(order="score"), limit=2, offset=1) == [7, 6]
    assert numbers(stocked, Asked(where=Filter(outlets=["outlet0"]))) == [6, 4, 2, 0, 8]


def test_filters_and_words_together(stocked: Corpus) -> None:
    october = Filter(since=date(2020, 10, 1))
    assert numbers(stocked, Asked("tentara baku", october)) == [7, 6, 3]
    assert numbers(stocked, Asked("tentara", Filter(countries=["AZ"]), order="best"), limit=3) != []
    assert numbers(stocked, Asked("tentara", kinds=("exact", "near"))) == [7]
    assert numbers(stocked, Asked("tentara", Filter(copies="none"), ("original",), "oldest"), limit=2) == [0, 1]


def test_counts_are_those_of_what_was_found(stocked: Corpus) -> None:
    found = listing(stocked, Asked("baku"), limit=1)
    assert (found.total, len(found.hits), found.bounded) == (4, 1, False)
    assert found.facets["outlet"] == {"outlet0": 2, "outlet1": 2}
    assert found.facets["month"] == {"2020-09": 1, "2020-10": 3}
    assert found.facets["country"] == {"AZ": 4} or found.facets["country"]["AZ"] >= 3
    assert sum(found.facets["copy"].values()) == 4


def test_of_many_only_the_first_are_looked_at(stocked: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST", "MOST_READ"):
        monkeypatch.setattr(results, name, 3)
    newest = listing(stocked, Asked())
    assert (newest.total, newest.bounded) == (3, True)
    assert [hit.url.rsplit("/", 1)[1] for hit in newest.hits] == ["7", "6", "5"]
    common = listing(stocked, Asked("tentara"))
    assert (common.total, common.bounded) == (3, True)
    # A narrow filter leads to its articles, however common the word.
    narrow = listing(stocked, Asked("tentara", Filter(until=date(2020, 9, 29))))
    assert sorted(hit.url.rsplit("/", 1)[1] for hit in narrow.hits) == ["0", "1"]


def test_phrases(stocked: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbers(stocked, Asked('"bergerak ke terter"', order="oldest")) == [2, 5, 8]
    assert numbers(stocked, Asked('"ke bergerak"')) == []
    assert numbers(stocked, Asked('"bergerak ke terter" -"hari ke 2"', order="oldest")) == [5, 8]
    assert numbers(stocked, Asked('"ke baku" OR "ke terter" tentara', order="oldest")) == [0, 2, 3, 5, 6, 7, 8]
    monkeypatch.setattr(results, "MOST_LOOSE", 2)
    found = listing(stocked, Asked('"bergerak ke terter"'))
    assert found.bounded is (stocked.db.dialect == "postgresql")


def test_near_misses(stocked: Corpus) -> None:
    assert [each.miss.score for each in missed(stocked).hits] == [0.4, 0.3]
    (found,) = missed(stocked, "tentara").hits
    assert [found.snippet[a:b] for a, b in found.marks] == ["Tentara"]
    assert missed(stocked, "tentara", outlet="y").total == 0
