"""Counting anew what was touched. An outlet's day is always counted whole, never added to: counts cannot drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.database.counts_tables import OUTCOMES, copy_counts, country_counts, outlet_counts, recounted, touched
from storage.database.frontier_tables import urls
from storage.database.tables import articles, copies
from storage.frontier.answers import BLOCKED
from storage.frontier.frontier import NOT_NEEDED, WITHDRAWN

BATCH = 50_000  # notes from which on a transaction ends: on SQLite a crawl waits for it, some seconds

_days = recounted.alias("days")
_MONTH = sa.func.substr(_days.c.day, 1, 7)
_months = sa.select(_days.c.outlet, _MONTH.label("month")).where(_days.c.day != "").distinct().subquery("months")
Columns = Any


def refresh(db: Database) -> int:
    """Count what was touched since it was last counted; the number of notes that were dealt with.

    Safe beside a crawl and beside another refresh: what is written meanwhile is noted for the next one.
    """
    noted = sa.select(touched.c.outlet, sa.func.count()).group_by(touched.c.outlet).order_by(touched.c.outlet)
    with db.read() as conn:
        waiting = [(outlet, int(number)) for outlet, number in conn.execute(noted)]
    done = 0
    for outlets in _groups(waiting):
        with db.begin() as conn:
            if db.dialect == "postgresql":  # SQLite has one writer anyhow
                conn.execute(sa.text("LOCK TABLE outlet_counts IN SHARE ROW EXCLUSIVE MODE"))
            # What is claimed was committed with the write it tells of, so that the counts below see that.
            theirs = sa.update(touched).where(touched.c.outlet.in_(outlets)).values(claimed=True)
            done += conn.execute(theirs).rowcount
            claimed = touched.c.claimed.is_(sa.true())
            days = sa.select(touched.c.outlet, touched.c.day).where(claimed).distinct()
            conn.execute(sa.insert(recounted).from_select(["outlet", "day"], days))
            conn.execute(sa.delete(touched).where(claimed))
            _count(conn)
            conn.execute(sa.delete(recounted))
    return done


def _groups(waiting: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Outlets counted in one transaction: a whole outlet at least, so that each of its days is counted once."""
    group: list[str] = []
    notes = 0
    for outlet, number in waiting:
        group.append(outlet)
        notes += number
        if notes >= BATCH:
            yield group
            group, notes = [], 0
    if group:
        yield group


def _count(conn: sa.Connection) -> None:
    for table, rows in (
        (outlet_counts, _outcomes()),
        (country_counts, _countries(conn.dialect.name)),
        (copy_counts, _copies()),
    ):
        names = [column.name for column in table.columns]
        keys = [column for column in table.primary_key if column.name not in ("grain", "period")]
        sums = [sa.func.sum(column) for column in table.columns if not column.primary_key]
        outlet, period, days, months = table.c.outlet, table.c.period, table.c.grain == "day", table.c.grain == "month"
        stale = sa.tuple_(period, outlet).in_(sa.select(_days.c.day, _days.c.outlet))
        conn.execute(sa.delete(table).where(days, stale))
        conn.execute(sa.insert(table).from_select(names, rows))
        stale = sa.tuple_(period, outlet).in_(sa.select(_months.c.month, _months.c.outlet))
        conn.execute(sa.delete(table).where(months, stale))
        within = sa.and_(outlet == _months.c.outlet, period > _months.c.month, period < _months.c.month + "~")
        summed = (
            sa.select(sa.literal("month"), _months.c.month, *keys, *sums)
            .select_from(_months.join(table, sa.and_(days, within)))
            .group_by(_months.c.month, *keys)
        )
        conn.execute(sa.insert(table).from_select(names, summed))


def _touched(outlet: Columns, day: Columns) -> list[sa.ColumnElement[bool]]:
    """Two ways to meet a touched day, each of which an index answers: the day itself, or that it is not known."""
    return [
        sa.and_(outlet == _days.c.outlet, _days.c.day != "", day == _days.c.day),
        sa.and_(outlet == _days.c.outlet, _days.c.day == "", day.is_(None)),
    ]


def _outcomes() -> sa.Select[Any]:
    """As ``storage.frontier.coverage`` counts, but that an article without a day stands at no day, and what became of
    other pages without one is not counted."""
    none = [sa.literal(0).label(name) for name in OUTCOMES[2:]]
    copied = sa.case((copies.c.article_key.is_not(None), 1), else_=0)
    stored = [
        sa.select(_days.c.day, _days.c.outlet, sa.literal(1).label("kept"), copied.label("copies"), *none).select_from(
            _days.join(articles, on).outerjoin(copies, copies.c.article_key == articles.c.key)
        )
        for on in _touched(articles.c.outlet, articles.c.published_day)
    ]
    capture = urls.alias()
    captured = sa.exists().where(capture.c.identity == "capture " + urls.c.identity)
    elsewhere = sa.or_(urls.c.reason.like("redirected to http%"), urls.c.reason.in_((NOT_NEEDED, WITHDRAWN)), captured)
    gone = sa.and_(urls.c.state == "gone", sa.not_(sa.func.coalesce(elsewhere, sa.false())))
    ended = sa.or_(urls.c.state == "failed", gone)
    waits = urls.c.state.in_(("discovered", "leased", "delayed", "outside"))
    wall = sa.func.coalesce(urls.c.reason.like(f"{BLOCKED}%"), sa.false())

    def one(name: str, *conditions: sa.ColumnElement[bool]) -> sa.Label[int]:
        return sa.case((sa.and_(*conditions), 1), else_=0).label(name)

    dated, _ = _touched(urls.c.outlet, urls.c.day)
    asked = (
        sa.select(
            _days.c.day,
            _days.c.outlet,
            sa.literal(0).label("kept"),
            sa.literal(0).label("copies"),
            one("rejected", urls.c.state == "fetched", urls.c.article_id.is_(None)),
            one("blocked", wall, sa.or_(ended, waits)),
            one("failed", ended, sa.not_(wall)),
            one("barred", urls.c.state == "barred"),
            one("waiting", waits, sa.not_(wall)),
        )
        .select_from(_days.join(urls, sa.and_(urls.c.kind == "article", dated)))
        .outerjoin(articles, articles.c.id == urls.c.article_id)
        .where(articles.c.id.is_(None))
    )
    rows = sa.union_all(*stored, asked).subquery()
    sums = [sa.func.sum(rows.c[name]) for name in OUTCOMES]
    return (
        sa.select(sa.literal("day"), rows.c.day, rows.c.outlet, *sums)
        .group_by(rows.c.day, rows.c.outlet)
        .having(sum(sums[2:], sums[0]) > 0)
    )


def _countries(dialect: str) -> sa.Select[Any]:
    listed = sa.type_coerce(articles.c.countries, sa.Text)
    if dialect == "sqlite":
        each = sa.func.json_each(listed).table_valued("value")
    else:
        each = sa.func.json_array_elements_text(sa.cast(listed, sa.JSON)).table_valued("value").render_derived()
    rows = sa.union_all(
        *(
            sa.select(_days.c.day, each.c.value.label("country"), _days.c.outlet).select_from(
                _days.join(articles, on).join(each, sa.true())
            )
            for on in _touched(articles.c.outlet, articles.c.published_day)
        )
    ).subquery()
    keys = (rows.c.day, rows.c.country, rows.c.outlet)
    return sa.select(sa.literal("day"), *keys, sa.func.count()).group_by(*keys)


def _copies() -> sa.Select[Any]:
    origin = articles.alias("origin")
    rows = sa.union_all(
        *(
            sa.select(_days.c.day, _days.c.outlet, origin.c.outlet.label("origin"))
            .select_from(_days.join(articles, on))
            .join(copies, copies.c.article_key == articles.c.key)
            .join(origin, origin.c.id == copies.c.copy_of)
            .where(origin.c.outlet.is_not(None))
            for on in _touched(articles.c.outlet, articles.c.published_day)
        )
    ).subquery()
    keys = (rows.c.day, rows.c.outlet, rows.c.origin)
    return sa.select(sa.literal("day"), *keys, sa.func.count()).group_by(*keys)
