"""What a person should look at next, on both databases."""

from datetime import date

import pytest

from storage.corpus import Corpus, queues
from tests.storage.conftest import article


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    """Six articles with scores 0, 0.1 … and agreements 0.9, 0.8 …, the last without a day; three near misses."""
    with corpus.db.begin() as conn:
        for number in range(6):
            day = None if number == 5 else date(2023, 9, 1 + number)
            agreement = None if number == 0 else 1 - number / 10
            corpus.save(
                conn,
                article(number, published_at=day, relevance=number / 10, extraction_agreement=agreement,
                        outlet=f"outlet{number % 2}"),
            )  # fmt: skip
        for number, reason in enumerate(("threshold", "guard: sport", "language")):
            corpus.reject(conn, f"https://contoh.id/n/{number}", reason=reason, score=0.25 + number / 100, text="Teks.")
    return corpus


def told(entries: list[queues.Entry]) -> list[str]:
    return [entry.url.removeprefix("https://contoh.id/") for entry in entries]


def test_the_nearest_to_the_threshold_on_both_sides(stocked: Corpus) -> None:
    found = queues.near(stocked, 0.255, 1)
    assert told(found) == ["berita/3", "berita/2", "n/1", "n/0"]
    assert [entry.kept for entry in found] == [True, True, False, False]
    assert all(entry.text == "" for entry in found)
    assert "Pertempuran ke-3" in queues.near(stocked, 0.255, 1, texts=True)[0].text


def test_what_was_decided_on_is_left_out(stocked: Corpus) -> None:
    with stocked.db.begin() as conn:
        for path in ("berita/3", "n/1"):
            stocked.decide(conn, f"https://contoh.id/{path}", accepted=True)
    assert told(queues.near(stocked, 0.255, 1)) == ["berita/4", "berita/2", "n/0"]
    decision = stocked.decision_on(queues.near(stocked, 0.0, 1)[0].id)
    assert decision is None


def test_the_worst_agreement_first(stocked: Corpus) -> None:
    assert told(queues.disagreed(stocked, 2)) == ["berita/5", "berita/4"]


def test_undated_and_of_outlets(stocked: Corpus) -> None:
    assert told(queues.undated(stocked, 9)) == ["berita/5"]
    assert told(queues.of_outlets(stocked, ["outlet0", "outlet1"], 2)) == [
        "berita/4",
        "berita/2",
        "berita/3",
        "berita/1",
    ]


def test_a_sample_is_the_same_for_the_same_seed(stocked: Corpus) -> None:
    first = told(queues.drawn(stocked, 1, 4))
    assert len(first) == len(set(first))
    assert first == told(queues.drawn(stocked, 1, 4))
    assert {path for seed in range(20) for path in told(queues.drawn(stocked, seed, 4))} == {
        f"berita/{n}" for n in range(6)
    }
