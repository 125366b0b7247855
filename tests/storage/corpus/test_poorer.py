"""A poorer answer never replaces a better text in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.article import Article
from storage.corpus import Corpus, poorer

DAY = 86_400.0
WHOLE = " ".join(f"Kalimat ke-{n} tentang baku tembak di perbatasan kedua negara itu." for n in range(30))
PITCH = "Berlangganan untuk membaca kelanjutan berita ini di aplikasi kami, mulai hari ini juga."
FIRST = datetime(2024, 1, 10, tzinfo=UTC)


def article(text: str, days: int = 0, **more: object) -> Article:
    url = "https://contoh.id/berita/pos-diserang"
    made = Article(url=url, title="Pos Diserang", text=text, outlet="contoh", fetched_at=FIRST + timedelta(days=days))
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_pitch_does_not_replace_the_text_until_it_is_confirmed(corpus: Corpus) -> None:
    for given, confirmed, outcome, text in (
        (article(WHOLE), False, "new", WHOLE),
        (article(PITCH, 1, rights={"access": "subscription"}), False, "shrunk", WHOLE),
        (article(PITCH, 2), False, "shrunk", WHOLE),
        (article(PITCH, 3), True, "revised", PITCH),
    ):
        with corpus.db.begin() as conn:
            assert corpus.save(conn, given, confirmed=confirmed).outcome == outcome
        found = corpus.get(given.url)
        assert found is not None
        assert found.text == text
        if outcome == "shrunk":
            assert found.rights["access"] == "subscription"


def test_an_edited_text_that_is_not_much_shorter_is_a_revision(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        corpus.save(conn, article(WHOLE))
        assert corpus.save(conn, article(" ".join(WHOLE.split()[:200]), 1)).outcome == "revised"


def test_three_visits_a_day_apart_confirm_and_no_sooner() -> None:
    note = poorer.note(None, "a", 12, 0.0)
    note = poorer.note(note, "a", 12, 3600.0)  # an hour later says nothing
    assert note["times"] == 1
    note = poorer.note(note, "a", 12, DAY)
    assert (note["times"], poorer.is_confirmed(note)) == (2, False)
    assert poorer.is_confirmed(poorer.note(note, "a", 12, 2 * DAY))
    assert poorer.note(note, "b", 9, 2 * DAY)["times"] == 1  # something else: from the beginning
