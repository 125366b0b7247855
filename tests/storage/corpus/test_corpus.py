from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select

from storage.article import Cut, DateCandidate, Link
from storage.corpus import Corpus
from storage.database import Filter, tables
from storage.withdrawal import withdraw
from tests.storage.conftest import article

WIB = timezone(timedelta(hours=7))


def store(corpus: Corpus, *articles, **options):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item, **options) for item in articles]


def test_what_is_stored_comes_back_equal(corpus: Corpus) -> None:
    given = article(
        canonical_url="https://contoh.id/berita/satu",
        authors=["Siti Aminah"],
        section="Internasional",
        tags=["Karabakh", "Armenia"],
        published_at=datetime(2020, 11, 9, 19, 5, tzinfo=WIB),
        published_precision="minute",
        published_source="text weekday phrase",
        modified_at=date(2020, 11, 10),
        language="id",
        language_confidence=0.998,
        dateline="Baku",
        cited_sources=["Al Jazeera"],
        relevance=0.91,
        nearest_seed="000",
        relevance_terms=["karabakh"],
        archive_ref="a.warc.gz:123",
        rights={"robots": "max-image-preview:large", "noai": True},
        method="outlet selector",
        date_candidates=[DateCandidate("json-ld datePublished", "2020-11-09", date(2020, 11, 9), "chosen")],
        cuts=[Cut("baca-juga", "Baca juga: lain", "line")],
        links=[Link("https://contoh.id/lain", "lain", "related")],
    )
    (saved,) = store(corpus, given)
    assert corpus.get(saved.id) == replace(given, id=saved.id)


def test_a_page_read_twice_makes_no_second_row(corpus: Corpus) -> None:
    first, second = store(corpus, article()), store(corpus, article(fetched_at=datetime(2024, 1, 1, tzinfo=UTC)))
    assert (first[0].outcome, second[0].outcome) == ("new", "unchanged")
    assert corpus.counts()["articles"] == corpus.counts()["revisions"] == 1
    assert corpus.get(first[0].id).fetched_at == datetime(2023, 9, 20, 1, 2, 3, tzinfo=UTC)  # of this content


def test_changed_text_makes_a_revision(corpus: Corpus) -> None:
    (first,) = store(corpus, article(text="Tiga orang tewas."))
    (second,) = store(corpus, article(text="Lima orang tewas."))
    assert (second.id, second.revision, second.outcome) == (first.id, 2, "revised")
    assert corpus.get(first.id).text == "Lima orang tewas."
    assert corpus.counts()["revisions"] == 2


def test_a_headline_that_moves_out_of_the_text_is_a_revision(corpus: Corpus) -> None:
    """Title and text together are the same words, so that their hash is the same."""
    text = "Pasukan kedua pihak saling tembak di dekat Fuzuli.\n\nWarga mengungsi ke Terter."
    (first,) = store(corpus, article(1, title=None, text=f"Bentrokan pecah\n\n{text}"))
    (second,) = store(corpus, article(1, title="Bentrokan pecah", text=text, extractor_version="2"))
    assert (second.outcome, second.revision) == ("revised", 2)
    found = corpus.get(first.id)
    assert (found.text, found.word_count) == (text, len(text.split()))
    assert withdraw(corpus, first.id, "permintaan").articles == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"dateline": "Fuzuli", "published_at": date(2024, 3, 2)},
        {"dateline": "Fuzuli", "extractor_version": "2", "text": "{0} {1}\n\n{2}"},
    ],
)
def test_better_metadata_leave_nothing_of_earlier_fingerprints(corpus: Corpus, changes: dict[str, object]) -> None:
    parts = [f"Pada hari ke-{n} Vagif Dargahli menemui Ilham Aliyev dan 14 perwira di Kota Terter." for n in range(3)]
    given = article(1, text="\n\n".join(parts), published_at=date(2024, 1, 2))
    (saved,) = store(corpus, given)
    if "text" in changes:
        changes = changes | {"text": str(changes["text"]).format(*parts)}
    store(corpus, replace(given, **changes))
    withdraw(corpus, saved.id, "permintaan")
    with corpus.db.read() as conn:
        for table in (tables.fingerprints, tables.story_features):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_another_extractor_replaces_metadata_but_the_same_one_only_fills_gaps(corpus: Corpus) -> None:
    (saved,) = store(corpus, article(published_at=date(2020, 9, 11), section="Dunia"))
    store(corpus, article(published_at=None, section="Lain", dateline="Baku"))
    same = corpus.get(saved.id)
    assert (same.published_at, same.section, same.dateline) == (date(2020, 9, 11), "Dunia", "Baku")
    store(corpus, article(published_at=None, section="Lain", extractor_version="2"))
    other = corpus.get(saved.id)
    assert (other.published_at, other.published_precision, other.section) == (None, None, "Lain")
    assert other.revision == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://contoh.id/berita/1",
        "https://www.contoh.id/berita/1/",
        "https://contoh.id/berita/1#komentar",
        "https://m.contoh.id/amp/berita-1",
    ],
)
def test_one_article_under_two_addresses_is_one(corpus: Corpus, url: str) -> None:
    canonical = "https://contoh.id/berita/1"
    first, second = store(corpus, article(url=canonical), article(url=url, canonical_url=canonical))
    assert second.id == first.id
    assert second.outcome == "unchanged"
    assert corpus.get(url).id == first.id


def test_a_canonical_url_on_another_site_is_not_believed(corpus: Corpus) -> None:
    honest, hostile = store(
        corpus,
        article(url="https://contoh.id/berita/1"),
        article(url="https://penipu.example/x", canonical_url="https://contoh.id/berita/1", text="Judi daring."),
    )
    assert honest.id != hostile.id
    assert corpus.get(honest.id).text != "Judi daring."


def test_an_article_and_its_callers_rows_commit_together(corpus: Corpus) -> None:
    def cut_off() -> None:
        with corpus.db.begin() as conn:
            corpus.save(conn, article())
            raise RuntimeError("the crawl was cut off here")

    with pytest.raises(RuntimeError):
        cut_off()
    assert corpus.counts()["articles"] == 0


def test_characters_no_database_stores_are_replaced(corpus: Corpus) -> None:
    (saved,) = store(corpus, article(title="A\x00B", text="satu \ud800 dua e\u0301"))
    found = corpus.get(saved.id)
    assert (found.title, found.text) == ("A\ufffdB", "satu \ufffd dua \u00e9")


def test_a_time_without_zone_is_refused(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        store(corpus, article(published_at=datetime(2020, 11, 9, 19, 5)))


def test_articles_stream_in_the_order_of_exports(corpus: Corpus) -> None:
    times = {1: None, 2: datetime(2020, 11, 9, 1, 0, tzinfo=WIB), 3: date(2020, 11, 9), 4: date(2020, 11, 8)}
    store(corpus, *(article(number, published_at=time) for number, time in times.items()))
    order = [int(found.url.rsplit("/", 1)[1]) for found in corpus.articles()]
    assert order == [4, 2, 3, 1]  # 9 November 01:00 in Jakarta is still the 8th in UTC; unknown ones come last


def test_filters(corpus: Corpus) -> None:
    store(
        corpus,
        article(1, published_at=date(2020, 11, 8), relevance=0.2, language="id"),
        article(2, published_at=datetime(2020, 11, 9, 23, 30, tzinfo=WIB), relevance=0.9, outlet="lain"),
        article(3, relevance=0.9),
    )

    def urls(**conditions: object) -> list[str]:
        return [found.url[-1] for found in corpus.articles(Filter(**conditions))]  # type: ignore[arg-type]

    assert urls() == ["1", "2", "3"]
    assert urls(since=date(2020, 11, 9)) == ["2"]
    assert urls(until=date(2020, 11, 8)) == ["1"]
    assert urls(outlets=["lain"]) == ["2"]
    assert urls(min_relevance=0.9) == ["2", "3"]
    assert urls(language="id") == ["1"]


def test_near_misses_are_kept_until_the_article_is(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        corpus.reject(conn, "https://contoh.id/berita/1", reason="below threshold", score=0.4, terms=["dagang"])
        corpus.reject(conn, "https://contoh.id/berita/1", reason="below threshold", score=0.45, parts={"conflict": 0.1})
        corpus.reject(conn, "https://contoh.id/berita/2", reason="below threshold", score=0.3)
    assert [(miss.url[-1], miss.score, miss.terms) for miss in corpus.rejected()] == [("1", 0.45, []), ("2", 0.3, [])]
    assert [miss.url[-1] for miss in corpus.rejected(min_score=0.4)] == ["1"]
    store(corpus, article(1))
    assert [miss.url[-1] for miss in corpus.rejected()] == ["2"]


def test_the_newest_decision_counts(corpus: Corpus) -> None:
    (saved,) = store(corpus, article())
    with corpus.db.begin() as conn:
        corpus.decide(conn, saved.id, accepted=True)
        corpus.decide(conn, "https://www.contoh.id/berita/1/", accepted=False, note="perang dagang")
    (decision,) = corpus.decisions()
    assert (decision.id, decision.url, decision.accepted) == (saved.id, "https://contoh.id/berita/1", False)
    assert decision.note == "perang dagang"


def test_a_new_judgement_makes_no_revision(corpus: Corpus) -> None:
    (saved,) = store(corpus, article(relevance=0.5))
    with corpus.db.begin() as conn:
        corpus.judge(conn, saved.id, 0.75, "003", ["lachin"])
    found = corpus.get(saved.id)
    assert (found.relevance, found.nearest_seed, found.relevance_terms, found.revision) == (0.75, "003", ["lachin"], 1)
