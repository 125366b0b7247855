"""Validators that go with a request, and those that cannot be true."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.crawl import validators
from storage.frontier import Lease

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
PAST, FUTURE = "Tue, 14 Nov 2023 20:00:00 GMT", "Wed, 15 Nov 2023 20:00:00 GMT"
HOUR = 3600.0


def lease(modified: str | None = PAST, *, visits: int = 1, ago: float = HOUR, **hints: Any) -> Lease:
    return Lease(1, "u", "u", "h", "o", "feed", "", 0.0, 1, visits, '"a"', modified, None, None, hints, NOW - ago)


def test_what_can_be_true_is_sent() -> None:
    assert validators.headers(lease(), NOW) == {"If-None-Match": '"a"', "If-Modified-Since": PAST}


@pytest.mark.parametrize("modified", [FUTURE, "kemarin", "Tue, 14 Nov 99999 20:00:00 GMT", None])
def test_a_date_of_the_future_or_none_is_not_sent(modified: str | None) -> None:
    assert validators.headers(lease(modified), NOW) == {"If-None-Match": '"a"'}


@pytest.mark.parametrize("visits", [9, 19, 99])
def test_every_tenth_visit_asks_plainly(visits: int) -> None:
    assert validators.headers(lease(visits=visits), NOW) == {}
    assert validators.headers(lease(visits=visits + 1), NOW) != {}


def test_each_day_asks_plainly_however_often_nothing_was_modified_meanwhile() -> None:
    assert validators.headers(lease(whole_at=NOW - 23.5 * HOUR), NOW) == {}
    assert validators.headers(lease(whole_at=NOW - 22 * HOUR), NOW) != {}
    assert validators.headers(lease(ago=30 * HOUR), NOW) == {}  # of a database that noted no time
    assert validators.headers(lease(**validators.noted({}, NOW - HOUR)), NOW) != {}


def test_a_clock_that_was_put_back_asks_plainly() -> None:
    assert validators.headers(lease(whole_at=NOW + HOUR), NOW) == {}


@pytest.mark.parametrize(
    ("etag", "modified", "found", "visits", "lie"),
    [
        ('"a"', PAST, 3, 1, "its ETag does not change with what it holds"),
        ('"a"', PAST, 0, 1, None),
        ('"b"', PAST, 3, 1, None),
        ('"a"', PAST, 3, 0, None),  # asked before, and never had
        (None, FUTURE, 0, 1, "Last-Modified is no time of the past"),
        (None, None, 3, 1, None),
    ],
)
def test_validators_that_lie_are_named(
    etag: str | None, modified: str | None, found: int, visits: int, lie: str | None
) -> None:
    assert validators.lies(lease(visits=visits), etag, modified, NOW, found) == lie
