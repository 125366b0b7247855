"""Four days of one crawl a day: what befell an outlet on one day is named on that day and made good on the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crawler.demo import Answer, Asked, tricks
from crawler.demo.outlets import Elsewhere
from crawler.demo.stories import Story
from storage.corpus import poorer
from tests.spiders import troubled
from tests.spiders.running import Place
from tests.spiders.troubled import Calendar, Daily, TroubledRoom, Week

FOREIGN = "127.0.0.30"
DAYS, HOUR = 4, 19


class Unready(Daily):
    """Each article answers oddly on the day it is published."""

    id, title = "belum", "Kabar Belum"
    odd = (
        Answer(202, tricks.short("Accepted", "")),
        Answer(204, b""),
        Answer(body=tricks.short("Database Error", "<h1>Error establishing a database connection</h1>")),
        Answer(body=b'<html><title>Kabar</title><body><div id="__next"></div><script src="a.js"></script></html>'),
        Answer(406, tricks.short("406 Not Acceptable", "")),
        tricks.missing(),
    )  # fmt: skip

    def article(self, story: Story, page: int = 1) -> Answer:
        number = self.stories.index(story)
        if number < len(self.odd) and self.calendar.now.date() == story.date.date():
            return replace(self.odd[number], fresh=True)
        return super().article(story, page)


class Refreshing(Daily):
    """Pages that only lead on, by a meta refresh: to the article, abroad, and to themselves."""

    id, title = "segarkan", "Kabar Segarkan"

    def answer(self, asked: Asked) -> Answer:
        first, second, third, *_ = self.stories
        abroad = self.base.replace(self.address, FOREIGN)
        leads = {
            self.path(first): f"/berita/arsip/{first.slug}",
            self.path(second): f"{abroad}/berita/perang-di-luar-negeri",
            self.path(third): self.path(third),
        }
        if asked.path in leads:
            refresh = f"<META content='1; URL={leads[asked.path]}' http-equiv=Refresh>"
            return Answer(body=f"<html><head>{refresh}</head><body>Sebentar</body></html>".encode())
        return self.article(first) if asked.path == f"/berita/arsip/{first.slug}" else super().answer(asked)


class Shrinking(Daily):
    """Of the first two articles half is gone on the second day; of the second one it comes back."""

    id, title, on = "susut", "Kabar Susut", 2

    def article(self, story: Story, page: int = 1) -> Answer:
        poor = story is self.stories[0] and self.calendar.day >= self.on
        if poor or (story is self.stories[1] and self.troubled):
            story = replace(story, pages=[story.pages[0][:1]])
        return super().article(story, page)


class Pitching(Daily):
    """From the second day on the last paragraph of each article is for subscribers."""

    id, title, on = "promosi", "Kabar Promosi", 2

    def article(self, story: Story, page: int = 1) -> Answer:
        if self.calendar.day < self.on:
            return super().article(story, page)
        answer = super().article(replace(story, pages=[story.pages[0][:-1]]), page)
        gate = b'<div class="gate-paywall"><p>Lanjutkan membaca dengan berlangganan mulai Rp10.000.</p></div>'
        assert isinstance(answer.body, bytes)
        answer.body = answer.body.replace(b"<footer", gate + b"<footer", 1)
        assert gate in answer.body
        return answer


KINDS = (
    *((kind, 2) for kind in (
        troubled.Refusing, troubled.Erring, troubled.UnderMaintenance, troubled.Empty, troubled.Moving,
        troubled.Stuck, troubled.Ahead, troubled.Correcting, troubled.Renaming, troubled.Closed,
    )),
    *((kind, None) for kind in (Unready, Refreshing, Shrinking, Pitching)),
)  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    place = Place.below(tmp_path_factory.mktemp("days"))
    with TroubledRoom(Calendar(), DAYS, KINDS, [Elsewhere("elsewhere", FOREIGN)]) as room:
        found = Week(room, place)
        found.run(DAYS, [HOUR])
        yield found


def site(week: Week, kind: type[Daily]) -> Daily:
    [found] = [site for site in week.room.news_sites if isinstance(site, kind)]
    return found


def state(week: Week, day: int, url: str) -> tuple[str, str | None]:
    row = week.frontiers[day][url]
    return row.state, row.reason


def test_every_crawl_did_its_job(week: Week) -> None:
    for day in range(1, DAYS + 1):
        [said] = week.said[day]
        assert (said.code, "Traceback" in said.err) == (0, False), said.err


@pytest.mark.parametrize("kind", [kind for kind, on in KINDS if on is not None], ids=lambda kind: kind.id)
def test_everything_published_is_stored_once_and_whole(week: Week, kind: type[Daily]) -> None:
    stored = week.stored()[kind.id]
    assert (stored.published, stored.stored, stored.twice, stored.whole) == (3 * DAYS, 3 * DAYS, 0, 3 * DAYS)


@pytest.mark.parametrize(
    ("kind", "tell"),
    [
        (troubled.Refusing, r"robots\.txt not to be had \(no answer: \w{0,20}ConnectionRefused\)"),
        (troubled.Refusing, r"silent.* 0 found, 3 a day before"),
        (troubled.Erring, r"robots\.txt not to be had \(HTTP 50\d\)"),
        (troubled.UnderMaintenance, "block page: maintenance"),
        (troubled.UnderMaintenance, "feed: not a feed"),
        (troubled.Empty, "put off.* article: empty answer"),
        (troubled.Empty, "feed: empty answer"),
        (troubled.Moving, "feed .* moved for good to .*/umpan/terbaru.xml"),
        (troubled.Stuck, "feed: its ETag does not change"),
        (troubled.Ahead, "feed: Last-Modified is no time of the past"),
        (troubled.Correcting, "revised: 1"),
        (troubled.Correcting, "article: HTTP 404"),
        (troubled.Renaming, "redirected: 1"),
        (troubled.Closed, r"barred: \d"),
        (Shrinking, "shrunk: 2"),
        (Pitching, "shrunk: 3"),
    ],
)
def test_what_befalls_an_outlet_is_named_on_its_day(week: Week, kind: type[Daily], tell: str) -> None:
    told = week.told(2, kind.id)
    assert any(re.search(tell, line) for line in told), told


def test_a_feed_that_moved_is_asked_at_its_new_address_only(week: Week) -> None:
    """At the old one nobody is left from the fourth day on; nobody asks there, either."""
    moved = site(week, troubled.Moving)
    asked = [request.path for request in week.room.requests(moved.id) if request.path.endswith(".xml")]
    assert asked == ["/rss.xml", "/rss.xml", *["/umpan/terbaru.xml"] * 3]


def test_what_is_not_ready_is_asked_for_again(week: Week) -> None:
    stories = site(week, Unready).stories
    assert [state(week, 1, story.url) for story in stories[:3]] == [
        ("delayed", "HTTP 202"), ("delayed", "HTTP 204"), ("delayed", "block page: database down"),
    ]  # fmt: skip
    assert [state(week, 2, story.url) for story in stories[3:6]] == [
        ("delayed", "block page: drawn by a script"), ("failed", "HTTP 406"), ("delayed", "HTTP 404"),
    ]  # fmt: skip
    kept = week.place.articles()
    assert [story.url in kept and kept[story.url].text == story.text for story in stories] == [True] * len(stories)


def test_a_page_that_was_given_up_is_tried_once_more_as_the_feed_still_names_it(week: Week) -> None:
    story = site(week, Unready).stories[4]
    asked = [request.status for request in week.room.requests("belum") if request.path.endswith(story.slug)]
    assert asked[:2] == [406, 200]


def test_a_meta_refresh_is_followed_once_and_within_the_domains(week: Week) -> None:
    refreshing = site(week, Refreshing)
    first, second, third, *_ = refreshing.stories
    there = f"{refreshing.base}/berita/arsip/{first.slug}"
    assert week.place.articles()[there].text == first.text
    assert state(week, 1, first.url) == ("gone", f"redirected to {there}")
    assert state(week, 1, second.url) == ("delayed", "redirected off the outlet's domains")
    assert state(week, 1, third.url) == ("delayed", "block page: a meta refresh")
    assert week.room.requests("elsewhere") == []
    asked = [request.path for request in week.room.requests(refreshing.id)]
    assert asked.count(refreshing.path(third)) <= DAYS  # not twice in one run


def test_a_host_that_answers_everything_with_errors_is_left_alone(week: Week) -> None:
    statuses = [request.status for request in week.room.requests("galat") if request.status >= 500]
    assert len(statuses) == 1  # its robots.txt


@pytest.mark.parametrize("kind", [Shrinking, Pitching])
def test_a_poorer_answer_is_a_revision_after_two_further_visits_a_day_apart(week: Week, kind: type[Daily]) -> None:
    story = site(week, kind).stories[0]
    assert [week.articles[day][story.url].text == story.text for day in range(1, DAYS + 1)] == [True, True, True, False]
    last = week.articles[DAYS][story.url].text
    assert story.text.startswith(last)
    assert poorer.is_poorer(story.text, last, paywalled=kind is Pitching)


def test_a_text_that_comes_back_never_became_shorter(week: Week) -> None:
    story = site(week, Shrinking).stories[1]
    assert {week.articles[day][story.url].text for day in range(1, DAYS + 1)} == {story.text}
    assert week.place.articles()[story.url].revision == 1


def test_a_pitch_is_recorded_with_the_text_that_is_kept(week: Week) -> None:
    story = site(week, Pitching).stories[1]
    assert week.articles[2][story.url].rights == {"access": "subscription", "access_evidence": [".paywall"]}
