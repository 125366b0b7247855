"""When a URL that failed is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.crawl import retries
from storage.frontier import Lease

NOW = datetime(2023, 9, 20, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0


def lease(*, kind: str = "article", day: str | None = None, visits: int = 0, **hints: Any) -> Lease:
    return Lease(1, "u", "u", "h", "o", kind, "", 0.0, 1, visits, None, None, None, day, hints)


@pytest.mark.parametrize("every", [0.0, 3600.0, DAY])
def test_a_url_is_given_time_for_more_than_a_week_however_often_runs_come(every: float) -> None:
    now, attempts = 0.0, 1
    while (pause := retries.wait(attempts, base=2.0, most=4)) is not None:
        due = now + pause
        if pause >= 3600.0 and every:  # of a later run: the next one after it is due
            due = -(-due // every) * every
        now, attempts = due, attempts + 1
    assert 7 * DAY < now < 12 * DAY
    assert attempts == 14


@pytest.mark.parametrize(
    ("told", "fresh"),
    [
        ({"published": "2023-09-20T11:00:00+00:00"}, True),
        ({"published": "2023-09-18T20:00:00+07:00"}, True),
        ({"published": "2023-09-18T18:59:00+07:00"}, False),
        ({"published": "2023-09-19"}, True),
        ({"day": "2023-09-20"}, True),
        ({"day": "2023-09-17"}, False),
        ({"day": "2024-01-01"}, False),  # cannot be true
        ({"published": "kemarin"}, False),
        ({}, False),
        ({"day": "2023-09-20", "visits": 1}, False),  # it was had, and was taken down
        ({"day": "2023-09-20", "kind": "feed"}, False),
    ],
)
def test_an_article_of_the_last_two_days_is_fresh(told: dict[str, Any], fresh: bool) -> None:
    assert retries.is_fresh(lease(**told), NOW) is fresh
