"""Reading the counts. Periods are publication days at the outlet or months of them; bounds are both included."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from storage.database import Database
from storage.database.counts_tables import OUTCOMES, copy_counts, country_counts, outlet_counts
from storage.database.frontier_tables import alarms, run_outlets, runs
from storage.database.tables import rejected

Grain = Literal["day", "month"]
Columns = Any


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: publication days and outlets; None asks nothing. Of months, those that the days touch."""

    since: date | None = None
    until: date | None = None
    outlets: Sequence[str] | None = None
    grain: Grain = "day"

    def conditions(self, table: sa.Table, *, undated: bool = False) -> list[sa.ColumnElement[bool]]:
        """For a table of counts; ``undated`` takes in what has no day."""
        letters = 10 if self.grain == "day" else 7
        period = table.c.period
        bounds = [table.c.grain == self.grain]
        if not undated:
            bounds.append(period >= (str(self.since)[:letters] if self.since else "0"))
            if self.until is not None:
                bounds.append(period <= str(self.until)[:letters])
        if self.outlets is not None:
            bounds.append(table.c.outlet.in_(list(self.outlets)))
        return bounds


@dataclass(frozen=True, slots=True)
class OutletCount:
    """What became of one outlet's period, as ``storage.frontier.answers.DayAnswer``."""

    period: str
    outlet: str
    kept: int
    copies: int
    rejected: int
    blocked: int
    failed: int
    barred: int
    waiting: int


def by_outlet(db: Database, scope: Scope) -> list[OutletCount]:
    """Counts by period and outlet, in that order; what has no day is left out."""
    table = outlet_counts
    columns = [table.c[name] for name in ("period", "outlet", *OUTCOMES)]
    statement = sa.select(*columns).where(*scope.conditions(table)).order_by(table.c.period, table.c.outlet)
    with db.read() as conn:
        return [OutletCount(*row) for row in conn.execute(statement)]


def undated(db: Database, outlets: Sequence[str] | None = None) -> int:
    """Articles whose day of publication is not known."""
    table = outlet_counts
    where = [table.c.grain == "day", table.c.period == ""]
    if outlets is not None:
        where.append(table.c.outlet.in_(list(outlets)))
    with db.read() as conn:
        return int(conn.scalar(sa.select(sa.func.coalesce(sa.func.sum(table.c.kept), 0)).where(*where)) or 0)


def days_kept(db: Database, outlets: Sequence[str] | None = None) -> tuple[date, date] | None:
    """The first and the last publication day with an article; None where there is none."""
    table = outlet_counts
    where = [table.c.grain == "day", table.c.period > "0", table.c.kept > 0]
    if outlets is not None:
        where.append(table.c.outlet.in_(list(outlets)))
    first_of = sa.select(table.c.period).where(*where).limit(1)
    with db.read() as conn:  # each the first row of the key that fits
        first = conn.scalar(first_of.order_by(table.c.period))
        last = conn.scalar(first_of.order_by(table.c.period.desc()))
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def by_country(db: Database, scope: Scope) -> list[tuple[str, str, int]]:
    """Period, country (ISO 3166) and the number of articles that speak of it."""
    table = country_counts
    statement = (
        sa.select(table.c.period, table.c.country, sa.func.sum(table.c.articles))
        .where(*scope.conditions(table))
        .group_by(table.c.period, table.c.country)
        .order_by(table.c.period, table.c.country)
    )
    with db.read() as conn:
        return [(period, country, int(number)) for period, country, number in conn.execute(statement)]


def copied(db: Database, scope: Scope, *, dated: bool = True) -> list[tuple[str, str, int]]:
    """Outlet, the outlet whose articles it copied, and how many; the most first. Without ``dated`` those of no known
    day as well."""
    table = copy_counts
    number = sa.func.sum(table.c.articles)
    statement = (
        sa.select(table.c.outlet, table.c.origin, number)
        .where(*scope.conditions(table, undated=not dated))
        .group_by(table.c.outlet, table.c.origin)
        .order_by(number.desc(), table.c.outlet, table.c.origin)
    )
    with db.read() as conn:
        return [(outlet, origin, int(count)) for outlet, origin, count in conn.execute(statement)]


def looks(
    db: Database, since: date, until: date, outlets: Sequence[str] | None = None
) -> list[tuple[str, str, str, str]]:
    """Outlet, what a run got from it (``run_outlets.state``), and the first and last day the run would have seen; once
    each."""
    table = run_outlets
    statement = (
        sa.select(table.c.outlet, table.c.state, table.c.since, table.c.until)
        .where(table.c.until >= str(since), table.c.since <= str(until))
        .distinct()
        .order_by(table.c.outlet, table.c.since, table.c.until, table.c.state)
    )
    if outlets is not None:
        statement = statement.where(table.c.outlet.in_(list(outlets)))
    with db.read() as conn:
        return [tuple(row) for row in conn.execute(statement)]


def last_look(db: Database) -> date | None:
    """The last day that a run would have seen; None before the first run."""
    with db.read() as conn:
        day = conn.scalar(sa.select(sa.func.max(run_outlets.c.until)))
    return date.fromisoformat(day) if day else None


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """What was unlike the days before (``crawler.crawl.alarms.Alarm``), as it is kept with its run."""

    outlet: str
    measure: str
    low: float
    high: float
    seen: float
    days: int
    page: str | None


@dataclass(frozen=True, slots=True)
class RunCount:
    """A run: times in seconds since the epoch, sums over the outlets in question, the alarms it raised on them."""

    id: int
    started_at: float
    ended_at: float | None
    status: str
    arguments: dict[str, Any]
    outlets: int
    found: int
    fetched: int
    kept: int
    alarms: tuple[RaisedAlarm, ...]


def recent_runs(
    db: Database, most: int, since: float | None = None, outlets: Sequence[str] | None = None
) -> list[RunCount]:
    """The newest runs, newest first; those started at ``since`` (seconds since the epoch) or later."""
    newest = sa.select(runs).order_by(runs.c.id.desc()).limit(most)
    if since is not None:
        newest = newest.where(runs.c.started_at >= since)
    table = run_outlets
    sums = [sa.func.count(), *(sa.func.sum(table.c[name]) for name in ("found", "fetched", "kept"))]
    with db.read() as conn:
        rows = conn.execute(newest).all()
        ids = [row.id for row in rows]
        counted = sa.select(table.c.run_id, *sums).where(table.c.run_id.in_(ids)).group_by(table.c.run_id)
        raised = sa.select(alarms).where(alarms.c.run_id.in_(ids)).order_by(alarms.c.outlet, alarms.c.measure)
        if outlets is not None:
            counted = counted.where(table.c.outlet.in_(list(outlets)))
            raised = raised.where(alarms.c.outlet.in_(list(outlets)))
        by_run = {run: tuple(int(number or 0) for number in sums) for run, *sums in conn.execute(counted)}
        alarmed: dict[int, list[RaisedAlarm]] = {}
        for run, *values in conn.execute(raised):
            alarmed.setdefault(run, []).append(RaisedAlarm(*values))
    made = []
    for row in rows:
        number, found, fetched, kept = by_run.get(row.id, (0, 0, 0, 0))
        given, told = json.loads(row.arguments), tuple(alarmed.get(row.id, ()))
        ends = (row.started_at, row.ended_at)
        made.append(RunCount(row.id, *ends, row.status, given, number, found, fetched, kept, told))
    return made


BANDS = 20  # of scores: each 0.05 wide


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article that was read and not kept."""

    id: str
    outlet: str | None
    title: str | None
    url: str
    score: float
    reason: str


def near_misses(db: Database, outlets: Sequence[str] | None = None) -> list[tuple[float, int]]:
    """Lower end of a band of scores (0.05 wide) and the near misses in it, lowest first."""
    table = rejected
    scaled = table.c.score * BANDS  # PostgreSQL rounds in a cast, SQLite cuts off and may have no floor()
    band = sa.cast(scaled if db.dialect == "sqlite" else sa.func.floor(scaled), sa.Integer)
    statement = sa.select(band, sa.func.count()).where(table.c.score.is_not(None)).group_by(band).order_by(band)
    if outlets is not None:
        statement = statement.where(table.c.outlet.in_(list(outlets)))
    with db.read() as conn:
        return [(int(number) / BANDS, int(count)) for number, count in conn.execute(statement)]


def nearest(db: Database, most: int, outlets: Sequence[str] | None = None) -> list[NearMiss]:
    """The near misses with the highest scores, the nearest first."""
    table = rejected
    columns = (table.c.id, table.c.outlet, table.c.title, table.c.url, table.c.score, table.c.reason)
    statement = sa.select(*columns).where(table.c.score.is_not(None)).order_by(table.c.score.desc()).limit(most)
    if outlets is not None:
        statement = statement.where(table.c.outlet.in_(list(outlets)))
    with db.read() as conn:
        return [NearMiss(*row) for row in conn.execute(statement)]
