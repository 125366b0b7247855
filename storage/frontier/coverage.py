"""Coverage: what was found of each outlet and publication day, so that a day without news and a gap can be told apart.

Read from the frontier and the corpus together; nothing is counted twice that is stored as one article.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Database, Filter
from storage.database.frontier_tables import urls
from storage.database.tables import articles
from storage.frontier.frontier import NOT_NEEDED, WITHDRAWN


@dataclass(frozen=True, slots=True)
class DayCount:
    """One outlet on one publication day at the outlet; ``day`` None: the day is not known.

    ``found`` pages are each one of: ``kept`` (an article of the corpus), ``rejected`` (read and not wanted), ``failed``
    (gone, or given up), ``barred`` (robots.txt) or ``waiting`` (for their turn, or for a run that wants their day).
    ``fetched`` are those that answered with a page, kept and rejected.
    """

    outlet: str
    day: date | None
    found: int = 0
    fetched: int = 0
    kept: int = 0
    rejected: int = 0
    failed: int = 0
    barred: int = 0
    waiting: int = 0


def coverage(
    db: Database,
    outlets: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    countries: Sequence[str] | None = None,
) -> list[DayCount]:
    """Counts by outlet and day, in that order, undated pages last; days of which nothing is known have no row.

    ``since`` and ``until`` (both included) bound the days; pages without a known day are counted whatever they say.
    The day is the article's own where it is stored, else the one that feeds, sitemaps or the URL told. ``countries``
    leaves out articles that speak of none of these; what became no article has no countries, and is counted.
    """
    spoken_of = sa.and_(sa.true(), *Filter(countries=countries).conditions())
    seen = _pages(outlets).where(sa.or_(articles.c.id.is_(None), spoken_of))
    stored = _without_a_url(outlets).where(spoken_of)
    both = sa.union_all(seen, stored).subquery()
    statement = sa.select(
        both.c.outlet,
        both.c.day,
        sa.func.count(both.c.article.distinct()),
        *(sa.func.sum(both.c[name]) for name in ("rejected", "failed", "barred", "waiting")),
    ).group_by(both.c.outlet, both.c.day)
    for edge, condition in ((since, both.c.day >= str(since)), (until, both.c.day <= str(until))):
        if edge is not None:
            statement = statement.where(sa.or_(both.c.day.is_(None), condition))
    with db.read() as conn:
        rows = [_count(row) for row in conn.execute(statement)]
    return sorted(
        (row for row in rows if row.found), key=lambda row: (row.outlet, row.day is None, row.day or date.min)
    )


def _pages(outlets: Sequence[str] | None) -> sa.Select[Any]:
    """One row per URL of an article: its day, the article it became, and what else came of it as 0 or 1."""
    no_article = articles.c.id.is_(None)

    def one(*conditions: Any) -> Any:
        return sa.case((sa.and_(no_article, *conditions), 1), else_=0)

    # Counted elsewhere: where a redirect led to, and of a page and its capture in a web archive the one that was read.
    # What was withdrawn is counted nowhere.
    capture = urls.alias()
    captured = sa.exists().where(capture.c.identity == "capture " + urls.c.identity)
    elsewhere = sa.or_(urls.c.reason.like("redirected to http%"), urls.c.reason.in_((NOT_NEEDED, WITHDRAWN)), captured)
    gone = sa.and_(urls.c.state == "gone", sa.not_(sa.func.coalesce(elsewhere, sa.false())))
    statement = (
        sa.select(
            urls.c.outlet.label("outlet"),
            sa.func.coalesce(articles.c.published_day, urls.c.day).label("day"),
            articles.c.id.label("article"),
            one(urls.c.state == "fetched", urls.c.article_id.is_(None)).label("rejected"),  # not: since withdrawn
            one(sa.or_(urls.c.state == "failed", gone)).label("failed"),
            one(urls.c.state == "barred").label("barred"),
            one(urls.c.state.in_(("discovered", "leased", "delayed", "outside"))).label("waiting"),
        )
        .select_from(urls.outerjoin(articles, articles.c.id == urls.c.article_id))
        .where(urls.c.kind == "article")
    )
    return statement if outlets is None else statement.where(urls.c.outlet.in_(outlets))


def _without_a_url(outlets: Sequence[str] | None) -> sa.Select[Any]:
    """Articles that no crawl asked for: out of WARC files, or taken in from the archive."""
    asked_for = sa.select(urls.c.article_id).where(urls.c.article_id.is_not(None), urls.c.kind == "article")
    nothing = [sa.literal(0).label(name) for name in ("rejected", "failed", "barred", "waiting")]
    statement = sa.select(
        articles.c.outlet.label("outlet"),
        articles.c.published_day.label("day"),
        articles.c.id.label("article"),
        *nothing,
    ).where(articles.c.id.not_in(asked_for), articles.c.outlet.is_not(None))
    return statement if outlets is None else statement.where(articles.c.outlet.in_(outlets))


def _count(row: Any) -> DayCount:
    outlet, day, kept, rejected, failed, barred, waiting = row
    kept, rejected, failed, barred, waiting = (int(number or 0) for number in (kept, rejected, failed, barred, waiting))
    return DayCount(
        outlet=outlet,
        day=date.fromisoformat(day) if day else None,
        found=kept + rejected + failed + barred + waiting,
        fetched=kept + rejected,
        kept=kept,
        rejected=rejected,
        failed=failed,
        barred=barred,
        waiting=waiting,
    )


def unread_sources(db: Database, outlets: Sequence[str], since: float) -> dict[str, int]:
    """Feeds, sitemaps, index pages and the like by outlet that were due after ``since`` (seconds since the epoch) and
    were not read: where there are any, a day without articles may only be one that was not looked at."""
    asked = sa.func.coalesce(urls.c.fetched_at, urls.c.found_at)
    unread = sa.or_(
        urls.c.state.in_(("discovered", "leased", "delayed")),
        sa.and_(urls.c.state.in_(("failed", "barred")), asked >= since),
    )
    statement = sa.select(urls.c.outlet, sa.func.count()).where(
        urls.c.kind != "article", urls.c.outlet.in_(outlets), unread
    )
    with db.read() as conn:
        return {outlet: int(number) for outlet, number in conn.execute(statement.group_by(urls.c.outlet))}


def gaps(rows: Iterable[DayCount], since: date, until: date) -> list[tuple[date, date]]:
    """Days of one outlet's window (both ends included) on which nothing was found, as first and last of each run."""
    found = {row.day for row in rows if row.found and row.day is not None}
    runs: list[tuple[date, date]] = []
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        if day in found:
            continue
        if runs and runs[-1][1] == day - timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
