"""Counts beside the corpus: whatever wrote, they are what a scan would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from storage.article import Article
from storage.corpus import Corpus
from storage.counts import reading, refresh
from storage.counts.reading import OutletCount, Scope
from storage.database import Database, copying
from storage.database.counts_tables import touched
from storage.database.frontier_tables import urls
from storage.frontier import Frontier
from storage.frontier.answers import answers
from storage.frontier.runs import OutletRun
from storage.withdrawal import withdraw
from tests.storage.conftest import article
from tests.storage.older import make_older

DAY = date(2023, 9, 19)


def save(corpus: Corpus, *articles: Article) -> None:
    with corpus.db.begin() as conn:
        for given in articles:
            corpus.save(conn, given)


def dated(number: int, day: date = DAY, **fields: Any) -> Article:
    return article(number, published_at=day, published_precision="day", **fields)


def known(db: Database, number: int, state: str, reason: str | None = None, **fields: Any) -> None:
    """A URL that became no article."""
    values = {
        "url": f"https://contoh.id/lain/{number}", "identity": f"contoh.id/lain/{number}", "host": "contoh.id",
        "outlet": "contoh", "kind": "article", "state": state, "reason": reason, "day": str(DAY), "found_at": 0.0,
    }  # fmt: skip
    with db.begin() as conn:
        conn.execute(sa.insert(urls).values(values | fields))


def scanned(db: Database) -> list[OutletCount]:
    """The same from the corpus and the frontier themselves."""
    return [
        OutletCount(
            str(row.day), row.outlet, row.kept, row.copies, row.rejected, row.blocked, row.failed, row.barred,
            row.not_crawled,
        )
        for row in sorted(answers(db), key=lambda row: (str(row.day), row.outlet))
        if row.day is not None
    ]  # fmt: skip


def test_a_day_says_what_became_of_its_pages(corpus: Corpus) -> None:
    save(corpus, dated(1), dated(2))
    outcomes = ("fetched", "failed", "barred", "discovered", "outside", "gone")
    for number, state in enumerate(outcomes):
        known(corpus.db, number, state)
    known(corpus.db, 10, "failed", "block page: JavaScript demanded")
    known(corpus.db, 11, "gone", "redirected to https://contoh.id/1")  # counted where it leads to
    refresh(corpus.db)
    [day] = reading.by_outlet(corpus.db, Scope())
    assert day == OutletCount(
        "2023-09-19", "contoh", kept=2, copies=0, rejected=1, blocked=1, failed=2, barred=1, waiting=2
    )
    assert [day] == scanned(corpus.db)
    [month] = reading.by_outlet(corpus.db, Scope(grain="month"))
    assert (month.period, month.kept, month.waiting) == ("2023-09", 2, 2)


def test_they_follow_every_write(corpus: Corpus) -> None:
    """Of another day, of no day, as a copy, withdrawn, asked again: the days before and after are right each time."""
    db = corpus.db
    text = "Pasukan kedua negara saling menembaki pos di perbatasan pada Senin malam. " * 12
    steps: list[Callable[[], object]] = [
        lambda: save(corpus, dated(1, text=text), dated(2), dated(3, date(2023, 10, 1))),
        lambda: save(corpus, dated(4, date(2023, 9, 20), text=text, outlet="lain", url="https://lain.id/4")),
        lambda: save(corpus, dated(2, date(2023, 9, 25))),
        lambda: known(db, 1, "discovered"),
        lambda: _move(db, 1, state="leased"),
        lambda: _move(db, 1, state="failed", reason="HTTP 500"),
        lambda: _move(db, 1, day="2023-09-21"),
        lambda: withdraw(corpus, "https://contoh.id/berita/1", "diminta"),
        lambda: withdraw(corpus, "lain", "diminta"),
    ]
    for step in steps:
        step()
        refresh(db)
        assert reading.by_outlet(db, Scope()) == scanned(db)
        months = Counter[tuple[str, str]]()
        for row in reading.by_outlet(db, Scope()):
            months[row.period[:7], row.outlet] += row.kept
        assert {(row.period, row.outlet): row.kept for row in reading.by_outlet(db, Scope(grain="month"))} == months
    assert [row.outlet for row in reading.by_outlet(db, Scope())] == ["contoh"] * 3


def _move(db: Database, number: int, **values: Any) -> None:
    with db.begin() as conn:
        conn.execute(sa.update(urls).where(urls.c.identity == f"contoh.id/lain/{number}").values(**values))


def test_a_crawls_own_traffic_touches_nothing(db: Database) -> None:
    known(db, 1, "discovered")
    known(db, 2, "fetched", kind="feed")
    assert refresh(db) == 1
    for state in ("leased", "delayed", "leased", "discovered"):
        _move(db, 1, state=state)
    assert refresh(db) == 0


def test_who_copies_whom(corpus: Corpus) -> None:
    text = "Pasukan kedua negara saling menembaki pos di perbatasan pada Senin malam. " * 12
    save(corpus, dated(1, text=text), dated(2, date(2023, 9, 20), text=text, outlet="lain", url="https://lain.id/2"))
    refresh(corpus.db)
    assert reading.copied(corpus.db, Scope()) == [("lain", "contoh", 1)]
    assert reading.copied(corpus.db, Scope(grain="month", outlets=["contoh"])) == []
    withdraw(corpus, "https://contoh.id/berita/1", "diminta")
    refresh(corpus.db)
    assert reading.copied(corpus.db, Scope(), dated=False) == []


def test_countries_and_what_has_no_day(corpus: Corpus) -> None:
    save(corpus, dated(1, text="Pasukan Azerbaijan dan Armenia bertempur di perbatasan."), article(2))
    refresh(corpus.db)
    assert reading.by_country(corpus.db, Scope(grain="month")) == [("2023-09", "AM", 1), ("2023-09", "AZ", 1)]
    assert reading.by_country(corpus.db, Scope(since=date(2023, 9, 20))) == []
    assert reading.undated(corpus.db) == 1
    assert reading.days_kept(corpus.db) == (DAY, DAY)
    assert reading.days_kept(corpus.db, ["lain"]) is None


def test_runs_keep_what_they_got_of_each_outlet_and_their_alarms(db: Database) -> None:
    frontier = Frontier(db)
    run = frontier.start_run({"outlets": "contoh"})
    got = OutletRun("contoh", "read", "2023-09-18", "2023-09-19", found=5, fetched=4, kept=3)
    alarm = {"outlet": "contoh", "measure": "dated", "low": 0.9, "high": 1.0, "seen": 0.1, "days": 1, "page": None}
    frontier.end_run(run, "finished", {}, outlets=[got], raised=[alarm])
    [told] = reading.recent_runs(db, 10)
    assert (told.outlets, told.found, told.fetched, told.kept) == (1, 5, 4, 3)
    assert [(raised.outlet, raised.measure, raised.seen) for raised in told.alarms] == [("contoh", "dated", 0.1)]
    assert reading.recent_runs(db, 10, outlets=["lain"])[0].alarms == ()
    assert reading.looks(db, DAY, DAY) == [("contoh", "read", "2023-09-18", "2023-09-19")]
    assert reading.looks(db, date(2023, 9, 20), date(2023, 9, 30)) == []
    assert reading.last_look(db) == DAY


def test_near_misses_by_score(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        for number, score in enumerate((0.31, 0.34, 0.46, None)):
            url = f"https://contoh.id/nyaris/{number}"
            corpus.reject(conn, url, reason="threshold", outlet="contoh", title="Nyaris", score=score)
    assert reading.near_misses(corpus.db) == [(0.3, 2), (0.45, 1)]
    assert [miss.score for miss in reading.nearest(corpus.db, 2)] == [0.46, 0.34]
    assert reading.near_misses(corpus.db, ["lain"]) == []


def test_a_copied_corpus_counts_for_itself(corpus: Corpus, new_url: Callable[[], str]) -> None:
    save(corpus, dated(1), dated(2))
    refresh(corpus.db)
    target = Database.open(new_url())
    copying.copy(corpus.db, target)
    refresh(target)
    assert reading.by_outlet(target, Scope()) == reading.by_outlet(corpus.db, Scope())
    target.close()


@pytest.mark.parametrize("start", ["0008_places_and_bounds", "0011_claims"])
def test_an_older_corpus_is_counted_whole(corpus: Corpus, new_url: Callable[[], str], start: str) -> None:
    save(corpus, dated(1), dated(2, date(2023, 10, 1)))
    known(corpus.db, 1, "failed")
    frontier = Frontier(corpus.db)
    counts = {"contoh": {"found": 2, "fetched": 2, "kept": 2}, "diam": {"failed": 3}}
    frontier.end_run(frontier.start_run({"until": "2023-10-01"}), "finished", {"outlets": counts})
    url = new_url()
    make_older(corpus.db, url, start)
    older = Database.open(url)
    refresh(older)
    assert reading.by_outlet(older, Scope()) == scanned(corpus.db)
    assert reading.looks(older, DAY, DAY) == [
        ("contoh", "read", "0001-01-01", "2023-10-01"),
        ("diam", "failed", "0001-01-01", "2023-10-01"),
    ]
    with older.read() as conn:
        assert conn.execute(sa.select(touched)).all() == []
    older.close()
