"""Coverage by outlet and day, from the frontier and the corpus, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.corpus import Corpus
from storage.database import Database
from storage.database.frontier_tables import urls
from storage.frontier import NOT_NEEDED, Frontier
from storage.frontier.answers import answers
from storage.frontier.coverage import DayCount, coverage, gaps, unread_sources
from storage.frontier.frontier import NewUrl
from tests.storage.conftest import article

DAY = date(2023, 9, 19)


def known(db: Database, name: str, state: str, *, day: str | None = "2023-09-19", **changes: Any) -> None:
    """A URL of the frontier in a state, as a crawl leaves it."""
    kind = changes.pop("kind", "article")
    url = f"https://contoh.id/{name}"
    frontier = Frontier(db)
    with db.begin() as conn:
        identity = changes.pop("identity", f"contoh.id/{name}")
        frontier.add(conn, [NewUrl(url, identity, "contoh.id", changes.pop("outlet", "contoh"), kind, day=day)])
        conn.execute(sa.update(urls).where(urls.c.identity == identity).values(state=state, **changes))


def stored(db: Database, number: int, day: str | None) -> str:
    """An article of the corpus; its id."""
    corpus = Corpus(db)
    with db.begin() as conn:
        published = date.fromisoformat(day) if day else None
        return corpus.save(conn, article(number, published_at=published, published_precision=day and "day")).id


def test_each_page_is_one_of_kept_rejected_failed_barred_or_waiting(db: Database) -> None:
    known(db, "kept", "fetched", article_id=stored(db, 1, "2023-09-19"))
    known(db, "to be looked at again", "discovered", article_id=stored(db, 2, "2023-09-19"))
    known(db, "no conflict", "fetched", reason="threshold")
    known(db, "missing", "gone", reason="HTTP 404")
    known(db, "broken", "failed", reason="HTTP 500")
    known(db, "forbidden", "barred", reason="robots.txt")
    for state in ("discovered", "leased", "delayed", "outside"):
        known(db, state, state)

    assert coverage(db) == [
        DayCount("contoh", DAY, found=10, fetched=3, kept=2, rejected=1, failed=2, barred=1, waiting=4)
    ]


def test_of_one_country_what_became_no_article_is_counted_too(db: Database) -> None:
    corpus = Corpus(db)
    with db.begin() as conn:
        for number, codes in enumerate((["AZ", "AM"], ["SD"])):
            given = article(number, published_at=DAY, published_precision="day", countries=codes)
            corpus.save(conn, given)
    known(db, "no conflict", "fetched", reason="threshold")
    kept = {row.outlet: row.kept for row in coverage(db, countries=["AM"])}
    assert sum(kept.values()) == 1
    assert sum(row.found for row in coverage(db, countries=["AM"])) == 2
    assert sum(row.found for row in answers(db, countries=["AM", "SD"])) == 3


def test_one_article_under_two_addresses_is_found_once(db: Database) -> None:
    id_ = stored(db, 1, "2023-09-19")
    known(db, "a", "fetched", article_id=id_)
    known(db, "b", "fetched", article_id=id_)
    known(db, "c", "gone", reason="redirected to https://contoh.id/a")

    assert coverage(db) == [DayCount("contoh", DAY, found=1, fetched=1, kept=1)]


def test_of_a_page_and_its_capture_the_one_that_was_read_counts(db: Database) -> None:
    known(db, "vanished", "gone", reason="HTTP 404")
    known(db, "v", "fetched", identity="capture contoh.id/vanished", article_id=stored(db, 1, "2023-09-19"))
    known(db, "there", "fetched", article_id=stored(db, 2, "2023-09-19"))
    known(db, "t", "gone", identity="capture contoh.id/there", reason=NOT_NEEDED)

    assert coverage(db) == [DayCount("contoh", DAY, found=2, fetched=2, kept=2)]


def test_the_day_is_the_articles_own_then_the_one_that_was_told(db: Database) -> None:
    known(db, "told another", "fetched", day="2023-09-21", article_id=stored(db, 1, "2023-09-19"))
    known(db, "told alone", "fetched", day="2023-09-21", article_id=stored(db, 2, None))
    known(db, "never told", "fetched", day=None, article_id=stored(db, 3, None))

    assert [(row.day, row.kept) for row in coverage(db)] == [(DAY, 1), (date(2023, 9, 21), 1), (None, 1)]


def test_articles_that_no_crawl_asked_for_are_counted(db: Database) -> None:
    stored(db, 1, "2023-09-19")

    assert coverage(db) == [DayCount("contoh", DAY, found=1, fetched=1, kept=1)]


def test_window_and_outlets(db: Database) -> None:
    for day in ("2023-09-18", "2023-09-19", "2023-09-20", "2023-09-21", None):
        known(db, f"day {day}", "discovered", day=day)
    known(db, "of another", "discovered", outlet="lain")

    rows = coverage(db, ["contoh"], DAY, date(2023, 9, 20))
    assert [(row.outlet, row.day) for row in rows] == [
        ("contoh", DAY), ("contoh", date(2023, 9, 20)), ("contoh", None),
    ]  # fmt: skip


def test_ways_in_that_were_not_read_are_counted_by_outlet(db: Database) -> None:
    known(db, "feed", "fetched", kind="feed")
    known(db, "index", "failed", kind="index", fetched_at=200.0)
    known(db, "index of an earlier run", "failed", kind="index", fetched_at=50.0)
    known(db, "sitemap", "delayed", kind="sitemap")

    assert unread_sources(db, ["contoh", "lain"], 100.0) == {"contoh": 2}
    assert coverage(db) == []


def test_gaps_are_runs_of_days_on_which_nothing_was_found() -> None:
    rows = [DayCount("contoh", date(2023, 9, day), found=1) for day in (20, 23)] + [DayCount("contoh", None, found=1)]

    assert gaps(rows, DAY, date(2023, 9, 25)) == [
        (DAY, DAY), (date(2023, 9, 21), date(2023, 9, 22)), (date(2023, 9, 24), date(2023, 9, 25)),
    ]  # fmt: skip
