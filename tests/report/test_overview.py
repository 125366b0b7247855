"""What the overview says of outlets and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crawler.report import charts, overview
from crawler.report.overview import Overview
from storage.corpus import Corpus
from storage.database import Database
from tests.report.conftest import HOSTILE, MONDAY
from tests.storage.conftest import article

SUNDAY = MONDAY + timedelta(days=6)


def week(db: Database) -> Overview:
    return overview(db, MONDAY, SUNDAY)


def test_no_news_is_told_from_every_way_of_not_knowing(db: Database) -> None:
    states = {(cell.outlet, cell.day.day): cell.state for cell in week(db).heat}
    assert [states["kabar", day] for day in range(18, 25)] == [
        "kept",
        "blocked",
        "barred",
        "failed",
        "no news",  # a page of that day was read, and was not on the topic
        "not crawled",  # one is known, and waits
        "no news",  # none is known, though the outlet's sources were read
    ]
    assert [states["salin", day] for day in (18, 19)] == ["failed", "kept"]
    assert {states["diam", day] for day in range(18, 25)} == {"not crawled"}


def test_numbers_of_the_window(db: Database) -> None:
    told = week(db)
    assert (told.kept, told.grain, told.undated) == (4, "day", 0)
    assert told.copies == [("salin", "kabar", 1)] or ("salin", "kabar", 1) in told.copies
    assert [run.alarms[0].page for run in told.runs] == ["javascript:alert(3)"]
    assert overview(db, date(2023, 9, 20), SUNDAY).kept == 1
    assert overview(db, MONDAY, SUNDAY, ["salin"]).kept == 1


def test_a_long_time_is_told_by_months(db: Database) -> None:
    corpus = Corpus(db)
    with db.begin() as conn:
        corpus.save(conn, article(20, published_at=date(2020, 10, 4), published_precision="day"))
    told = overview(db)
    assert told.grain == "month"
    assert {row.period for row in told.counts} == {"2020-10", "2023-09"}


def test_the_heat_map_of_a_corpus_of_the_past_is_where_it_is_busiest(db: Database) -> None:
    corpus = Corpus(db)
    with db.begin() as conn:
        corpus.save(conn, article(20, published_at=date(2019, 3, 4), published_precision="day"))
    told = overview(db, now=datetime(2026, 1, 1, tzinfo=UTC))
    days = {cell.day for cell in told.heat}
    assert max(days) <= date(2023, 9, 30)
    assert MONDAY in days


def test_an_empty_corpus_has_an_overview(url: str) -> None:
    empty = Database.open(url)
    told = overview(empty)
    assert (told.kept, told.heat, [chart.rows for chart in charts(told)]) == (0, [], [[]] * 8)
    empty.close()


def test_every_chart_has_a_table_of_its_numbers(db: Database) -> None:
    by_id = {chart.id: chart for chart in charts(week(db))}
    assert all(len(row) == len(chart.columns) for chart in by_id.values() for row in chart.rows)
    articles = by_id["articles"]
    assert articles.columns == ["day", "kabar", HOSTILE, "salin"]
    assert articles.rows == [["2023-09-18", 2, 0, 0], ["2023-09-19", 0, 0, 1], ["2023-09-20", 0, 1, 0]]
    assert by_id["countries"].columns == ["day", "Armenia", "Azerbaijan"]
    assert by_id["coverage"].rows[-1][:3] == ["salin", "failed", 1]
    assert by_id["alarms"].rows[0][1:6] == ["salin", "dated", 0.9, 1.0, 0.1]
    assert by_id["near-misses"].rows == [[0.45, 1]]
    assert by_id["nearest"].rows[0][0] == 0.47


def test_words_are_translated(db: Database) -> None:
    words = {"Who copies whom": "Siapa menyalin siapa", "no news": "tak ada berita"}
    translated = {chart.id: chart for chart in charts(week(db), lambda word: words.get(word, word), "id")}
    assert translated["copies"].title == "Siapa menyalin siapa"
    assert "tak ada berita" in translated["coverage"].rows[2]
    assert translated["countries"].columns[1:] == ["Armenia", "Azerbaijan"]
