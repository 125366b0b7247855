"""Outlets that fall silent: something was found a day before, and nothing now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DAY = 86_400.0
TODAY = 20 * 3600.0  # seconds back that count as this day's runs: those of the day before ran earlier, also a daily one
LOOK_BACK = 14 * DAY  # seconds; who runs the crawl more rarely compares for himself
Summary = tuple[float, Mapping[str, Any], Mapping[str, Any]]  # start, arguments, summary, as of ``Runs.summaries``


def fallen(
    found: Mapping[str, int], summaries: Iterable[Summary], arguments: Mapping[str, Any], now: float
) -> dict[str, str]:
    """Of outlets of which this run ``found`` nothing, and no other today, how many the runs of the day before found.

    Only runs are compared that asked for the same: for no days, or for the same days, topic and words.
    """
    same = [
        (start, summary["outlets"])
        for start, given, summary in summaries
        if asked_for(given) == asked_for(arguments) and isinstance(summary.get("outlets"), Mapping)
    ]
    told = {}
    for outlet, number in found.items():
        mine = [(start, int(outlets[outlet].get("found", 0))) for start, outlets in same if outlet in outlets]
        today = number + sum(count for start, count in mine if start > now - TODAY)
        earlier = [(start, count) for start, count in mine if start <= now - TODAY]
        if today or not earlier:
            continue
        last = max(start for start, _ in earlier)
        before = sum(count for start, count in earlier if start > last - TODAY)
        if before:
            days = max(1, round((now - last) / DAY))
            told[outlet] = f"0 found, {before} {'a day' if days == 1 else f'{days} days'} before"
    return told


def asked_for(arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a run looked for: only runs that agree in it can be compared."""
    return tuple(arguments.get(name) for name in ("since", "until", "query", "topic", "seeds"))
