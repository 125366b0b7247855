"""How far apart the requests to one host are."""

from __future__ import annotations

import pytest

from crawler.fetching.pace import BACKOFF_MOST, MARGIN, RETRY_AFTER_MOST, HostPace, retry_after, slow_down, speed_up

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def test_the_longest_of_outlet_crawl_delay_and_back_off_counts() -> None:
    assert HostPace(outlet_delay=1.0, crawl_delay=0.2).delay == 1.0
    assert HostPace(outlet_delay=1.0, crawl_delay=10.0).delay == 10.0
    assert HostPace(outlet_delay=1.0, crawl_delay=10.0, backoff=60.0).delay == 60.0


def test_the_next_request_waits_for_the_delay_and_for_quiet() -> None:
    pace = HostPace(outlet_delay=5.0, last_request=NOW)
    assert pace.next_request() == NOW + 5.0 + MARGIN
    pace.quiet_until = NOW + 30
    assert pace.next_request() == NOW + 30
    assert HostPace(outlet_delay=0.0, last_request=NOW).next_request() == 0.0


def test_a_host_that_says_too_many_is_asked_ever_more_slowly() -> None:
    pace = HostPace(outlet_delay=1.0)
    quiet = [slow_down(pace, None, NOW) - NOW for _ in range(12)]
    assert quiet[:4] == [2, 4, 8, 16]
    assert quiet[-1] == pace.delay == BACKOFF_MOST


def test_what_the_host_asks_for_goes_before_our_own_guess() -> None:
    pace = HostPace(outlet_delay=1.0)
    assert slow_down(pace, 30.0, NOW) == NOW + 30
    assert slow_down(pace, 1.0, NOW) == NOW + 30  # a shorter wish does not take back a longer one
    assert pace.delay == 4.0


def test_good_answers_bring_the_pace_back_step_by_step() -> None:
    pace = HostPace(outlet_delay=1.0)
    for _ in range(3):
        slow_down(pace, None, NOW)
    delays = [pace.delay]
    for _ in range(4):
        speed_up(pace)
        delays.append(pace.delay)
    assert delays == [8, 4, 2, 1, 1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:12:20 GMT", None),  # already past
        ("999999999", RETRY_AFTER_MOST),
        ("-5", None),
        ("nan", None),
        ("inf", RETRY_AFTER_MOST),
        ("besok", None),
        ("", None),
        (None, None),
        ("Tue, 14 Nov 99999 22:14:20 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
