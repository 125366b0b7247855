"""Outlets that fall from some to none."""

from __future__ import annotations

from typing import Any

from crawler.crawl.silence import fallen

HOUR, NOW = 3600.0, 1_700_000_000.0


def run(hours_ago: float, arguments: dict[str, Any] | None = None, **found: int) -> Any:
    outlets = {outlet: {"found": number} for outlet, number in found.items()}
    return NOW - hours_ago * HOUR, arguments or {}, {"outlets": outlets}


def test_an_outlet_that_gave_some_a_day_before_and_none_today_is_named() -> None:
    earlier = [run(48, kompas=7), run(24, kompas=12, antara=3)]
    assert fallen({"kompas": 0, "antara": 2}, earlier, {}, NOW) == {"kompas": "0 found, 12 a day before"}


def test_an_hour_without_news_is_no_silence() -> None:
    earlier = [run(25, kompas=4), run(24, kompas=8), run(3, kompas=5), run(1, kompas=0)]
    assert fallen({"kompas": 0}, earlier, {}, NOW) == {}
    assert fallen({"kompas": 0}, [*earlier[:2], run(3, kompas=0)], {}, NOW) == {"kompas": "0 found, 12 a day before"}


def test_it_is_named_once_and_not_for_ever() -> None:
    assert fallen({"kompas": 0}, [run(48, kompas=7), run(24, kompas=0)], {}, NOW) == {}


def test_days_without_a_run_are_counted() -> None:
    assert fallen({"kompas": 0}, [run(72, kompas=7)], {}, NOW) == {"kompas": "0 found, 7 3 days before"}


def test_a_back_fill_is_not_compared_with_a_daily_run() -> None:
    earlier = [run(24, {"since": "2023-09-01"}, kompas=900)]
    assert fallen({"kompas": 0}, earlier, {}, NOW) == {}
    assert fallen({"kompas": 0, "baru": 0}, [run(24, antara=1)], {}, NOW) == {}
