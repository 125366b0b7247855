"""What a back-fill found per outlet and day, as a person reads it: a table that stays short, and every gap named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from rich.table import Table

from crawler.discovery import Window
from storage.frontier.coverage import DayCount, gaps

MOST_LINES = 40  # of the table, a screen: with more days than that they are summed up by month, by year, or wholly
MOST_GAPS = 12  # runs of days named per outlet, the longest; the others are counted
SHOWN = ("found", "fetched", "kept", "rejected", "failed", "barred", "waiting")
UNDATED = "undated"

_UNITS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f"{day:%Y-%m}",
    lambda day: f"{day:%Y}",
    lambda _day: "all days",
)


def table(rows: Sequence[DayCount], window: Window) -> Table:
    """Counts by outlet and day, or by the smallest longer unit that keeps the table short; undated pages apart."""
    for unit in _UNITS:
        sums = _summed(rows, unit)
        if len(sums) <= MOST_LINES:
            break
    shown = [name for name in SHOWN if name not in ("barred", "failed") or any(getattr(row, name) for row in rows)]
    told = Table(title=f"Published {described(window)}", title_justify="left")
    told.add_column("outlet")
    told.add_column("published")
    for name in shown:
        told.add_column(name, justify="right")
    before = None
    for (outlet, when), counts in sums.items():
        told.add_row(outlet if outlet != before else "", when, *(str(counts[name]) for name in shown))
        before = outlet
    return told


def _summed(rows: Sequence[DayCount], unit: Callable[[date], str]) -> dict[tuple[str, str], dict[str, int]]:
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(SHOWN, 0))
    for row in rows:
        counts = sums[row.outlet, UNDATED if row.day is None else unit(row.day)]
        for name in SHOWN:
            counts[name] += getattr(row, name)
    return sums


def lines(
    rows: Sequence[DayCount], outlets: Iterable[str], window: Window, today: date, unread: Mapping[str, int]
) -> list[str]:
    """A line per outlet with days of the window on which nothing was found, and one where sources were not read."""
    told = []
    for outlet in sorted(outlets):
        own = [row for row in rows if row.outlet == outlet]
        days = [row.day for row in own if row.day is not None]
        first = window.since or min(days, default=None)
        last = min(window.until or today, today)
        runs = gaps(own, first, last) if first is not None else []
        if window.since is None and not days:
            told.append(f"  {outlet}: no article found")
        elif runs:
            told.append(f"  {outlet}: no article found: {_runs(runs)}")
        if unread.get(outlet):
            told.append(
                f"  {outlet}: {unread[outlet]} of its feeds, sitemaps, index pages and the like were not read, so days"
                " may be missing; run it again"
            )
    return told


def described(window: Window) -> str:
    """A window in words: "2023-09-19 to 2023-09-30"."""
    if window.since == window.until:
        return str(window.since)
    if window.until is None:
        return f"since {window.since}"
    return f"until {window.until}" if window.since is None else f"{window.since} to {window.until}"


def _runs(runs: Sequence[tuple[date, date]]) -> str:
    longest = sorted(runs, key=lambda run: (run[0] - run[1], run[0]))[:MOST_GAPS]
    named = ", ".join(described(Window(*run)) for run in sorted(longest))
    rest = [run for run in runs if run not in longest]
    if not rest:
        return named
    days = sum((last - first).days + 1 for first, last in rest)
    return f"{named}, and {days} further day{'s' if days > 1 else ''} between"
