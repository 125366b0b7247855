"""When a URL that failed is asked for again: within the run at first, then by later runs, and for how long.

What can pass is given time: a server is down for an evening, a database for a night, an outlet behind a filter for
days. The numbers are ours; each step is long enough that a host in trouble sees one request of a URL where it saw four.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.frontier import Lease

HOUR, DAY = 3600.0, 86_400.0
# Seconds to the next attempt once those of the first run are used up: more than a week in all, whether runs come every
# hour or once a day. Somewhat less than a day: what one daily run asked for late, the next one may ask for early.
LATER = (1 * HOUR, 4 * HOUR, 12 * HOUR, *([DAY - HOUR] * 7))
FRESH = timedelta(days=2)  # an article is announced before it is there, and caches take their time


def wait(attempts: int, *, base: float, most: int) -> float | None:
    """Seconds from the failure of attempt number ``attempts`` (from 1) to the next; None: given up.

    The first ``most`` attempts double from ``base`` seconds, then come the later ones.
    """
    if attempts < most:
        return base * 2.0 ** (attempts - 1)
    late = attempts - most
    return LATER[late] if late < len(LATER) else None


def is_fresh(lease: Lease, now: float) -> bool:
    """Whether an article that was never had was published within the last two days, by what is known of it.

    An article that was had before and is gone was taken down; nobody waits for it.
    """
    if lease.kind != "article" or lease.visits:
        return False
    published = _published(lease)
    return published is not None and published <= datetime.fromtimestamp(now, UTC) < published + FRESH


def _published(lease: Lease) -> datetime | None:
    told = str(lease.hints.get("published") or lease.day or "")
    try:
        if len(told) <= 10:  # a day: it may be any hour of it, in any of three time zones
            day = date.fromisoformat(told)
            return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
