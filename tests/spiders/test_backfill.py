"""Back-fills: `-a since= -a until=` bound what is looked for and stored; a kill loses nothing; gaps are shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from crawler.demo import Answer, Asked, Newsroom, markup
from crawler.demo.newssite import NewsSite
from crawler.demo.standins import WordPressSite, posts
from crawler.demo.standins.posts import WIB
from crawler.demo.stories import Story
from storage.article import Article
from storage.database import Database
from storage.frontier.coverage import DayCount, coverage
from tests.spiders.running import Crawled, Place

SINCE, UNTIL = date(2020, 9, 3), date(2020, 9, 16)
EARLIER = ("since=2019-05-04", "until=2019-05-06")
ALL = ("RELEVANCE_THRESHOLD=0", "RETRY_BASE=0.1", "URL_ATTEMPTS=2")


class Harian(NewsSite):
    """An outlet with an index by day; a post every other day. Some days are odd ones."""

    id, title = "harian", "Harian Rekaan"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.stories = [replace(story, url="") for story in posts(self.id, 10)]
        self.by_path = {self.path(story): story for story in self.stories}
        self.listed_on = {story.slug: story.date.date() for story in self.stories}
        undated, old = self.number(4), self.number(5)  # of 7 and 9 September
        undated.dateless, undated.dated = True, []
        old.date = datetime(2019, 5, 5, 9, 0, tzinfo=WIB)  # put on the index again a year later
        self.closed_days: set[str] = set()
        self.routes["/indeks"] = self.by_day
        self.read, self.enough = 0, threading.Event()

    def number(self, number: int) -> Story:
        return next(story for story in self.stories if story.id == number)

    def sources(self) -> dict[str, list[str]]:
        return {"indexes": [f"{self.base}/indeks?date={{date:%Y-%m-%d}}"]}

    def view(self, story: Story, page: int = 1) -> markup.View:
        return replace(super().view(story, page), related=[], latest=[])  # what is found is found by the index

    def by_day(self, asked: Asked) -> Answer:
        if asked.arg("date") in self.closed_days:
            return Answer(403, b"<html><body><p>Akses ditolak</p></body></html>")
        shown = [s for s in self.stories if asked.arg("date") in (str(self.listed_on[s.slug]), str(s.date.date()))]
        return Answer(body=markup.listing("Indeks", [self.pair(story) for story in shown]).encode())

    def article(self, story: Story, page: int = 1) -> Answer:
        self.read += 1
        if self.read >= 4:
            self.enough.set()
        return super().article(story, page)


def night_wordpress() -> WordPressSite:
    """A post every other day, one of them at one in the morning: the day before by universal time."""
    site = WordPressSite("127.0.0.92", name="malam", count=12)
    story = next(story for story in site.stories if story.id == 2)
    old = site.path(story)
    story.date = datetime(2020, 9, 3, 1, 0, tzinfo=WIB)
    assert site.path(story) == old
    return site


def contents(articles: dict[str, Article]) -> dict[str, tuple[str | None, str, object]]:
    return {url: (article.title, article.text, article.published_at) for url, article in articles.items()}


@dataclass
class Backfill:
    """The same window three times: with a day's index closed, after that, and on another database killed half-way."""

    harian: Harian
    night: WordPressSite
    first: Crawled
    second: Crawled
    earlier: Crawled
    resumed: Crawled
    after_first: dict[str, Article]
    after_second: dict[str, Article]
    after_earlier: dict[str, Article]
    after_kill: dict[str, Article]
    after_resuming: dict[str, Article]
    days: list[DayCount]

    def inside(self, site: NewsSite) -> set[str]:
        return {story.url for story in site.stories if story.published is None or SINCE <= story.published <= UNTIL}


@pytest.fixture(scope="module")
def backfill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfill]:
    window = (f"since={SINCE}", f"until={UNTIL}", *ALL)
    whole, broken = (Place.below(tmp_path_factory.mktemp(name)) for name in ("whole", "broken"))
    harian, night = Harian("127.0.0.91"), night_wordpress()
    with Newsroom(sites=[harian, night]) as room:
        harian.closed_days = {"2020-09-13"}
        first = whole.crawl(room.toml, *window)
        after_first = whole.articles()
        harian.closed_days = set()
        second = whole.crawl(room.toml, *window)
        after_second = whole.articles()
        db = Database.open(whole.url, create=False)
        days = coverage(db, ["harian"], SINCE, UNTIL)
        db.close()
        earlier = whole.crawl(room.toml, *EARLIER, *ALL)
        harian.read = 0
        harian.enough.clear()
        with broken.crawling(room.toml, *window) as process:
            assert harian.enough.wait(60)
            process.kill()
        after_kill = broken.articles()
        resumed = broken.crawl(room.toml, *window)
        yield Backfill(
            harian, night, first, second, earlier, resumed,
            after_first, after_second, whole.articles(), after_kill, broken.articles(), days,
        )  # fmt: skip


def test_what_was_published_in_the_window_is_stored_and_nothing_else(backfill: Backfill) -> None:
    assert backfill.second.code == 0, backfill.second.err
    wanted = backfill.inside(backfill.harian) - {story.url for story in backfill.harian.stories if early(story)}
    assert set(backfill.after_second) == wanted | backfill.inside(backfill.night)


def early(story: Story) -> bool:
    return story.published is not None and story.published < SINCE


def test_an_article_nobody_dates_stays_in(backfill: Backfill) -> None:
    assert backfill.after_second[backfill.harian.number(4).url].published_at is None


def test_a_day_is_one_of_the_outlets_own(backfill: Backfill) -> None:
    [story] = [story for story in backfill.night.stories if story.date.hour == 1]
    assert backfill.after_first[story.url].published_at == story.date


def test_a_day_whose_index_was_closed_is_named_as_a_gap(backfill: Backfill) -> None:
    assert backfill.harian.number(7).url not in backfill.after_first
    gap, unread = [line for line in backfill.first.out.splitlines() if line.startswith("  harian: ")]
    days = "2020-09-04, 2020-09-06 to 2020-09-10, 2020-09-12 to 2020-09-14, 2020-09-16"
    assert gap == f"  harian: no article found: {days}"
    assert unread.startswith("  harian: 1 of its feeds, sitemaps, index pages and the like were not read")


def test_the_next_run_closes_the_gap(backfill: Backfill) -> None:
    assert backfill.harian.number(7).url in backfill.after_second
    assert "2020-09-12, 2020-09-14" in backfill.second.out
    assert "not read" not in backfill.second.out


def test_each_day_is_counted(backfill: Backfill) -> None:
    kept = {row.day: row.kept for row in backfill.days}
    published = [story.published for story in backfill.harian.stories if story.published != date(2019, 5, 5)]
    assert kept == {day: 1 for day in published if day is None or SINCE <= day <= UNTIL}
    assert all(row.found == row.fetched == row.kept for row in backfill.days)
    assert backfill.days[-1] == DayCount("harian", None, found=1, fetched=1, kept=1)


def test_the_table_has_a_line_per_day_and_one_for_the_undated(backfill: Backfill) -> None:
    lines = [line.replace("│", " ").split() for line in backfill.second.out.splitlines()]
    assert ["harian", "2020-09-03", "1", "1", "1", "0", "0"] in lines
    assert ["undated", "1", "1", "1", "0", "0"] in lines


def test_what_lay_outside_of_one_window_is_stored_by_another(backfill: Backfill) -> None:
    assert backfill.earlier.code == 0, backfill.earlier.err
    assert set(backfill.after_earlier) - set(backfill.after_second) == {backfill.harian.number(5).url}


def test_a_backfill_that_was_killed_goes_on_to_the_same_end(backfill: Backfill) -> None:
    assert backfill.resumed.code == 0, backfill.resumed.err
    assert len(backfill.after_kill) < len(backfill.after_second)
    assert contents(backfill.after_resuming) == contents(backfill.after_second)
    assert table_of(backfill.resumed) == table_of(backfill.second)


def table_of(said: Crawled) -> str:
    """What a crawl said of the days it was asked for."""
    return said.out[said.out.index("Published ") : said.out.index(" articles kept in this run")].rpartition("\n")[0]


def test_the_window_is_long_and_the_report_is_short() -> None:
    from crawler.cli.coverage_table import MOST_GAPS, MOST_LINES, lines, table
    from crawler.discovery import Window

    since = date(2020, 1, 1)
    rows = [DayCount("harian", since + timedelta(days=2 * number), 1, 1, 1) for number in range(500)]
    window = Window(since, date(2022, 12, 31))
    assert table(rows, window).row_count == 33 <= MOST_LINES  # months, as days would be 500 lines
    [line] = lines(rows, ["harian"], window, date(2024, 1, 1), {})
    assert line.count(",") <= MOST_GAPS
    assert "2022-09-26 to 2022-12-31" in line
    assert line.endswith(" further days between")
