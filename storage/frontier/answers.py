"""What became of each outlet's days and why: coverage, with copies and blocks told apart and the reasons counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from storage.database import Database, Filter
from storage.database.frontier_tables import urls
from storage.database.tables import articles, copies
from storage.frontier.coverage import coverage
from storage.frontier.frontier import NOT_NEEDED, WITHDRAWN

BLOCKED = "block page"  # how the reason of a page begins that is a wall and no article


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """One outlet on one publication day (None: not known). ``found`` is the sum of what stands after it but ``copies``,
    which are kept as well. ``why`` counts the reasons of what was not kept.
    """

    outlet: str
    day: date | None
    found: int
    kept: int
    copies: int
    rejected: int
    blocked: int
    failed: int
    barred: int
    not_crawled: int
    why: dict[str, int] = field(default_factory=dict)


def answers(
    db: Database,
    outlets: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    countries: Sequence[str] | None = None,
) -> list[DayAnswer]:
    """Counts by outlet and day, undated pages last, as ``coverage`` counts them."""
    copied, reasons, blocked = (
        _copies(db, Filter(countries=countries)),
        _reasons(db),
        Counter[tuple[str, str | None, str]](),
    )
    for (outlet, day), counts in reasons.items():
        for (state, reason), number in counts.items():
            if reason.startswith(BLOCKED):
                blocked[outlet, day, "failed" if state in ("failed", "gone") else "waiting"] += number
    found = []
    for row in coverage(db, outlets, since, until, countries):
        key = (row.outlet, str(row.day) if row.day else None)
        ended, waits = blocked[*key, "failed"], blocked[*key, "waiting"]
        why = Counter[str]()
        for (_, reason), number in reasons.get(key, {}).items():
            why[reason] += number
        found.append(
            DayAnswer(
                outlet=row.outlet,
                day=row.day,
                found=row.found,
                kept=row.kept,
                copies=copied[key],
                rejected=row.rejected,
                blocked=ended + waits,
                failed=row.failed - ended,
                barred=row.barred,
                not_crawled=row.waiting - waits,
                why=dict(sorted(why.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    return found


def _copies(db: Database, where: Filter) -> Counter[tuple[str, str | None]]:
    statement = (
        sa.select(articles.c.outlet, articles.c.published_day, sa.func.count())
        .join(copies, copies.c.article_key == articles.c.key)
        .where(*where.conditions())
        .group_by(articles.c.outlet, articles.c.published_day)
    )
    with db.read() as conn:
        return Counter({(outlet, day): number for outlet, day, number in conn.execute(statement)})


_WAITING = {
    "discovered": "waits for its turn",
    "leased": "in the hands of a run",
    "delayed": "waits to be asked again",
    "outside": "outside the days asked for",
    "barred": "robots.txt",
}


def _reasons(db: Database) -> dict[tuple[str, str | None], Counter[tuple[str, str]]]:
    """State and reason of every page that became no article, by outlet and day."""
    capture = urls.alias()
    captured = sa.exists().where(capture.c.identity == "capture " + urls.c.identity)
    elsewhere = sa.or_(urls.c.reason.like("redirected to http%"), urls.c.reason.in_((NOT_NEEDED, WITHDRAWN)), captured)
    statement = (
        sa.select(urls.c.outlet, urls.c.day, urls.c.state, urls.c.reason, sa.func.count())
        .outerjoin(articles, articles.c.id == urls.c.article_id)
        .where(urls.c.kind == "article", articles.c.id.is_(None))
        .where(sa.not_(sa.and_(urls.c.state == "gone", sa.func.coalesce(elsewhere, sa.false()))))
        .where(sa.not_(sa.and_(urls.c.state == "fetched", urls.c.article_id.is_not(None))))
        .group_by(urls.c.outlet, urls.c.day, urls.c.state, urls.c.reason)
    )
    found: dict[tuple[str, str | None], Counter[tuple[str, str]]] = {}
    with db.read() as conn:
        for outlet, day, state, reason, number in conn.execute(statement):
            told = reason or _WAITING.get(state, state)
            found.setdefault((outlet, day), Counter())[state, told] += number
    return found
