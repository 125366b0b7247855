"""What an answer means for its URL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.crawl import outcomes
from crawler.crawl.outcomes import Outcome

NOON = datetime(2023, 9, 20, 12, tzinfo=UTC)
NOW = NOON.timestamp()
HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 508, 520, 530, 599])
def test_passing_troubles_are_tried_again_at_doubling_intervals_and_then_by_later_runs(status: int) -> None:
    found = [outcomes.by_status(status, attempts, NOW, base=2.0, most=4) for attempts in (1, 2, 3, 4, 5, 13, 14)]
    reason = f"HTTP {status}"
    assert found == [
        Outcome("delayed", reason, NOW + 2),
        Outcome("delayed", reason, NOW + 4),
        Outcome("delayed", reason, NOW + 8),
        Outcome("delayed", reason, NOW + HOUR),
        Outcome("delayed", reason, NOW + 4 * HOUR),
        Outcome("delayed", reason, NOW + DAY - HOUR),
        Outcome("failed", reason),
    ]


def test_a_retry_waits_at_least_as_long_as_the_host_asks() -> None:
    assert outcomes.by_status(503, 1, NOW, base=2.0, most=4, wait=90.0) == Outcome("delayed", "HTTP 503", NOW + 90)
    assert outcomes.by_status(503, 3, NOW, base=2.0, most=4, wait=1.0) == Outcome("delayed", "HTTP 503", NOW + 8)


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, "gone"), (410, "gone"), (451, "gone"), (400, "failed"), (401, "failed"), (402, "failed")],
)
def test_final_answers_are_not_asked_for_again(status: int, state: str) -> None:
    assert outcomes.by_status(status, 1, NOW, base=2.0, most=4) == Outcome(state, f"HTTP {status}")


def test_a_refusal_of_an_article_is_taken_for_a_block_that_may_pass() -> None:
    found = [outcomes.by_status(403, attempts, NOW, base=2.0, most=3) for attempts in (1, 2, 3, 13)]
    assert found == [
        Outcome("delayed", "HTTP 403", NOW + HOUR),
        Outcome("delayed", "HTTP 403", NOW + 2 * HOUR),
        Outcome("delayed", "HTTP 403", NOW + HOUR),
        Outcome("failed", "HTTP 403"),
    ]


@pytest.mark.parametrize("status", [202, 204])
def test_an_answer_that_says_not_yet_is_left_to_later_runs(status: int) -> None:
    reason = f"HTTP {status}"
    assert outcomes.by_status(status, 1, NOW, base=2.0, most=4) == Outcome("delayed", reason, NOW + HOUR)
    assert outcomes.by_status(status, 11, NOW, base=2.0, most=4) == Outcome("failed", reason)


def test_not_found_of_an_article_just_published_may_be_not_yet() -> None:
    assert outcomes.by_status(404, 1, NOW, base=2.0, most=4, fresh=True) == Outcome("delayed", "HTTP 404", NOW + HOUR)
    assert outcomes.by_status(410, 1, NOW, base=2.0, most=4, fresh=True) == Outcome("gone", "HTTP 410")


def test_a_refusal_of_a_way_in_stands() -> None:
    """A closed API says 403; its reader then names other sources."""
    assert outcomes.by_status(403, 1, NOW, base=2.0, most=3, kind="wordpress") == Outcome("failed", "HTTP 403")


@pytest.mark.parametrize("status", [200, 203, 206, 304, 301, 302, 303, 307, 308])
def test_other_answers_need_a_closer_look(status: int) -> None:
    assert outcomes.by_status(status, 1, NOW, base=2.0, most=4) is None


def test_a_young_article_is_looked_at_three_times_within_days_then_rarely() -> None:
    published = NOON - timedelta(hours=5)
    due = [outcomes.next_visit("article", visits, published, NOW) for visits in range(5)]
    assert [round((when or 0) - NOW) for when in due] == [6 * HOUR, 24 * HOUR, 72 * HOUR, 720 * DAY, 1440 * DAY]


@pytest.mark.parametrize("published", [NOON - timedelta(days=4), date(2020, 11, 9), None])
def test_an_old_article_is_looked_at_rarely_and_ever_more_so(published: datetime | date | None) -> None:
    due = [outcomes.next_visit("article", visits, published, NOW) for visits in (0, 1, 2, 6, 60)]
    assert [round((when or 0) - NOW) / (90 * DAY) for when in due] == [1, 2, 4, 64, 64]


def test_ways_in_are_made_due_by_each_run_and_not_by_a_time() -> None:
    assert outcomes.next_visit("feed", 0, None, NOW) is None
