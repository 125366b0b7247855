"""What the overview says, from the counts that are kept as runs end (``storage.counts``): never from a scan.

At a million articles it is read in tenths of a second (``bench/overview.py``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from storage import counts
from storage.counts import reading
from storage.counts.reading import Grain, NearMiss, OutletCount, RunCount, Scope
from storage.database import Database

DAYS_DRAWN = 62  # the longest span that is shown by days; a longer one by months
HEAT_DAYS = 56  # eight weeks of the heat map: as many columns as can be told apart on paper
RUNS = 30  # the newest
NEAREST = 20

State = Literal["kept", "no news", "not crawled", "blocked", "failed", "barred"]
STATES: tuple[State, ...] = ("kept", "no news", "not crawled", "blocked", "failed", "barred")


@dataclass(frozen=True, slots=True)
class Cell:
    """One outlet's publication day: how many articles, or why there are none.

    ``no news``: its pages or sources were read, and nothing on the topic was there. ``not crawled``: nobody looked, or
    what is known still waits. ``blocked`` (by a block page), ``failed`` and ``barred`` (by robots.txt): what most pages
    of that day came to, or the outlet's sources where no page is known.
    """

    outlet: str
    day: date
    state: State
    kept: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the charts are drawn from. Days are publication days at the outlet; periods days or, by ``grain``,
    months (YYYY-MM)."""

    made_at: datetime  # UTC
    since: date | None  # as asked for
    until: date | None
    outlets: tuple[str, ...] | None
    grain: Grain
    counts: list[OutletCount]
    undated: int  # articles without a day, which no chart by time shows
    countries: list[tuple[str, str, int]]  # period, ISO 3166 code, articles that speak of it
    heat: list[Cell]  # by outlet and day, every pair once
    copies: list[tuple[str, str, int]]  # outlet, whose article it copied, copies
    runs: list[RunCount]  # newest first
    near_misses: list[tuple[float, int]]  # lower end of a band of scores 0.05 wide, how many
    nearest: list[NearMiss]

    @property
    def kept(self) -> int:
        """Articles of the window; without one, also those of no known day."""
        dated = sum(row.kept for row in self.counts)
        return dated + (self.undated if self.since is None and self.until is None else 0)


def overview(
    db: Database,
    since: date | None = None,
    until: date | None = None,
    outlets: Sequence[str] | None = None,
    now: datetime | None = None,
) -> Overview:
    """The overview of the publication days from ``since`` to ``until`` (both included) of all or some outlets.

    Counts what was touched first, so that it is right whatever wrote. ``now`` is aware; the present by default.
    """
    counts.refresh(db)
    now = now or datetime.now(UTC)
    kept = reading.days_kept(db, outlets)
    first, last = kept or (now.date(), now.date())
    span = ((until or max(last, since or last)) - (since or first)).days + 1
    grain: Grain = "day" if span <= DAYS_DRAWN else "month"
    scope = Scope(since, until, outlets, grain)
    bounded = since is not None or until is not None
    started = datetime.combine(since, time(), UTC).timestamp() if since is not None and until is None else None
    by_outlet = reading.by_outlet(db, scope)
    return Overview(
        made_at=now,
        since=since,
        until=until,
        outlets=None if outlets is None else tuple(outlets),
        grain=grain,
        counts=by_outlet,
        undated=reading.undated(db, outlets),
        countries=reading.by_country(db, scope),
        heat=_heat(db, since, until or _end(db, by_outlet, last, now.date()), outlets),
        copies=reading.copied(db, scope, dated=bounded),
        runs=reading.recent_runs(db, RUNS, started, outlets),
        near_misses=reading.near_misses(db, outlets),
        nearest=reading.nearest(db, NEAREST, outlets),
    )


def _end(db: Database, rows: Iterable[OutletCount], last: date, today: date) -> date:
    """The last day of the heat map where none was asked for: the last one that a run looked at.

    A corpus of the past, whose newest article is older than the eight weeks before, is shown where it is busiest.
    """
    looked = min(reading.last_look(db) or last, today)
    months = Counter[str]()
    for row in rows:
        months[row.period[:7]] += row.kept
    if (looked - last).days < HEAT_DAYS or not months:
        return max(looked, last)
    busiest = max(sorted(months), key=lambda month: months[month])
    after = date.fromisoformat(f"{busiest}-01") + timedelta(days=31)
    return min(last, after.replace(day=1) - timedelta(days=1))


def _heat(db: Database, since: date | None, end: date, outlets: Sequence[str] | None) -> list[Cell]:
    """The last eight weeks of the window."""
    start = max(since or date.min, end - timedelta(days=min(HEAT_DAYS - 1, (end - date.min).days)))
    counted = {(row.outlet, row.period): row for row in reading.by_outlet(db, Scope(start, end, outlets))}
    looks = reading.looks(db, start, end, outlets)
    seen = _seen(looks, start, end)
    names = sorted({outlet for outlet, _ in counted} | {outlet for outlet, *_ in looks})
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    return [
        _cell(name, day, counted.get((name, str(day))), seen.get((name, day), ())) for name in names for day in days
    ]


def _seen(looks: Iterable[tuple[str, str, str, str]], start: date, end: date) -> Mapping[tuple[str, date], set[str]]:
    """What runs got from an outlet that would have seen a day."""
    seen: dict[tuple[str, date], set[str]] = defaultdict(set)
    for outlet, state, since, until in looks:
        day, last = max(start, date.fromisoformat(since)), min(end, date.fromisoformat(until))
        while day <= last:
            seen[outlet, day].add(state)
            day += timedelta(days=1)
    return seen


def _cell(outlet: str, day: date, row: OutletCount | None, seen: Iterable[str]) -> Cell:
    if row is not None and row.kept:
        return Cell(outlet, day, "kept", row.kept)
    if row is not None:
        # The first of those that most pages came to: of as many, trouble before "no news".
        came_to: dict[State, int] = {
            "blocked": row.blocked,
            "failed": row.failed,
            "barred": row.barred,
            "not crawled": row.waiting,
            "no news": row.rejected,
        }
        return Cell(outlet, day, max(came_to, key=lambda state: came_to[state]), 0)
    if "read" in seen:
        return Cell(outlet, day, "no news", 0)
    troubles: tuple[State, ...] = ("blocked", "failed", "barred")
    return Cell(outlet, day, next((state for state in troubles if state in seen), "not crawled"), 0)
