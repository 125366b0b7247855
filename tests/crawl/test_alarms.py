"""Outlets that are not as they were: what is named, and what is only a weekend."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.crawl.alarms import Alarm, alarms

DAY, MONDAY = 86_400.0, 1_700_460_000.0  # 20 November 2023, 06:00 UTC
USUAL = {
    "found": 40, "fetched": 40, "kept": 8, "read": 16, "dated": 16, "authored": 12, "log words": 16 * math.log(300),
    "read twice": 8, "agreement": 7.6, "listed": 6, "repeated": 0, "blocked": 0, "shrunk": 0, "failed": 1, "put off": 0,
    "barred": 0,
}  # fmt: skip
Summary = tuple[float, dict[str, Any], dict[str, Any]]


def past(days: int = 28, **arguments: str) -> Iterator[Summary]:
    """A run a day, in which the outlet was as usual: as chance has it, and half as busy at weekends."""
    draw = random.Random(7)
    for number in range(days, 0, -1):
        weekend = number % 7 in (1, 2)
        counts: dict[str, float] = dict(USUAL)
        counts["found"] = round(40 * (0.5 if weekend else 1) * draw.uniform(0.8, 1.25))
        counts["kept"] = draw.choice((6, 7, 8, 9, 11))
        counts["dated"], counts["authored"] = draw.choice((15, 16)), draw.choice((10, 12, 13))
        counts["log words"] = 16 * math.log(300 * draw.uniform(0.85, 1.15))
        yield MONDAY - number * DAY, arguments, {"outlets": {"kompas": counts}}


def raised(days: int = 28, **changed: float) -> list[Alarm]:
    return alarms(
        {"kompas": {**USUAL, **changed}}, past(days), {}, MONDAY, {"kompas": {"dated": "https://contoh.id/1"}}
    )


def test_a_day_like_the_others_raises_none() -> None:
    assert raised() == []


@pytest.mark.parametrize(
    ("changed", "measure"),
    [
        ({"found": 0, "fetched": 0, "kept": 0, "read": 0, "dated": 0, "authored": 0, "log words": 0,
          "read twice": 0, "agreement": 0, "listed": 0}, "found"),
        ({"found": 5}, "found"),
        ({"dated": 0}, "dated"),
        ({"authored": 0}, "with author"),
        ({"log words": 16 * math.log(60)}, "words"),
        ({"log words": 16 * math.log(800)}, "words"),
        ({"agreement": 4.0}, "readers' agreement"),
        ({"blocked": 36, "kept": 0}, "block pages"),
        ({"shrunk": 20}, "shrunk"),
        ({"failed": 60}, "failed"),
        ({"put off": 200}, "failed"),
        ({"barred": 40, "fetched": 0}, "barred by robots.txt"),
        ({"repeated": 5}, "repeated index pages"),
    ],
)  # fmt: skip
def test_a_breakage_is_named_by_its_measure(changed: dict[str, float], measure: str) -> None:
    assert measure in [alarm.measure for alarm in raised(**changed)]


def test_it_says_what_was_expected_and_seen_and_where_to_look() -> None:
    [alarm] = raised(dated=0)
    assert (alarm.outlet, alarm.seen, alarm.high, alarm.page) == ("kompas", 0.0, 1.0, "https://contoh.id/1")
    assert 0.7 < alarm.low < 1
    assert str(alarm).startswith("kompas: dated 0, expected 0.")
    assert str(alarm).endswith(" to 1; look at https://contoh.id/1")


def test_nothing_is_said_before_there_is_a_past() -> None:
    assert raised(6, dated=0) == []
    assert raised(7, dated=0) != []


def test_a_few_articles_without_a_day_are_no_breakage() -> None:
    assert raised(dated=14) == []
    assert alarms({"kompas": {"found": 1, "fetched": 1, "read": 1, "dated": 0}}, [], {}, MONDAY) == []


def test_a_weekend_is_expected_to_be_quiet() -> None:
    saturday = [(start - 2 * DAY, given, told) for start, given, told in past()]
    quiet = {**USUAL, "found": 18}
    assert alarms({"kompas": quiet}, saturday, {}, MONDAY - 2 * DAY) == []


def test_a_day_on_which_everybody_publishes_less_is_a_holiday() -> None:
    names = [f"outlet-{number}" for number in range(6)]
    before = [
        (start, given, {"outlets": dict.fromkeys(names, told["outlets"]["kompas"])}) for start, given, told in past()
    ]
    holiday = {name: {**USUAL, "found": 9} for name in names}
    assert alarms(holiday, before, {}, MONDAY) == []
    assert [alarm.outlet for alarm in alarms({**holiday, names[0]: {**USUAL, "found": 0}}, before, {}, MONDAY)] == [
        names[0]
    ]


def test_runs_of_one_day_are_taken_together() -> None:
    hours = [(MONDAY - hour * 3600.0, {}, {"outlets": {"kompas": {"found": 4}}}) for hour in range(1, 9)]
    assert alarms({"kompas": {**USUAL, "found": 0}}, [*past(), *hours], {}, MONDAY) == []


def test_a_back_fill_is_not_held_against_daily_runs() -> None:
    given = {"since": "2020-09-27"}
    assert alarms({"kompas": {**USUAL, "dated": 0}}, past(), given, MONDAY) == []
    assert alarms({"kompas": {**USUAL, "dated": 0}}, past(**given), given, MONDAY) != []


def test_summaries_of_earlier_versions_are_read() -> None:
    old = [(start, given, {"outlets": {"kompas": {"found": 40}}}) for start, given, _ in past()]
    assert alarms({"kompas": USUAL}, [*old, (MONDAY - DAY, {}, {})], {}, MONDAY) == []
