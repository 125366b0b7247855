"""What an answer, or the lack of one, means for its URL: pure functions from what happened to the next state.

The frontier alone retries, so that a crash in the middle of a retry loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

# Seconds until a fetched article is looked at again, by how often it was: reports of one event are corrected within
# hours, and again when numbers settle; later changes are rare.
YOUNG_VISITS = (6 * 3600.0, 24 * 3600.0, 72 * 3600.0)
YOUNG = 3 * 86400.0  # an article younger than this gets those visits
OLD_VISIT = 90 * 86400.0  # any other one is looked at again after this, then after twice that, and so on
BLOCKED_WAIT = 3600.0  # seconds before a page that came as a block page, or was refused, is tried again; doubles
GONE_FOR_GOOD = {404, 410, 451}
TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530}
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state of a URL and when it is due again (seconds since the epoch; None: not by itself)."""

    state: str
    reason: str | None = None
    due_at: float | None = None


def failure(reason: str, attempts: int, now: float, *, base: float, most: int, wait: float | None = None) -> Outcome:
    """A fetch that may succeed later: delayed, doubling from ``base`` seconds, until ``most`` attempts are used up."""
    if attempts >= most:
        return Outcome("failed", reason)
    return Outcome("delayed", reason, now + max(base * 2 ** (attempts - 1), wait or 0.0))


def by_status(
    status: int,
    attempts: int,
    now: float,
    *,
    base: float,
    most: int,
    wait: float | None = None,
    kind: str = "article",
) -> Outcome | None:
    """The outcome of an HTTP status that settles the matter; None for 2xx, 304 and redirects, which need more."""
    if status in TRY_AGAIN:
        return failure(f"HTTP {status}", attempts, now, base=base, most=most, wait=wait)
    if status == 403 and kind == "article":  # what content delivery networks say to whom they take for a robot
        return failure("HTTP 403", attempts, now, base=BLOCKED_WAIT, most=most)
    if status in GONE_FOR_GOOD:
        return Outcome("gone", f"HTTP {status}")
    if status >= 400:
        return Outcome("failed", f"HTTP {status}")
    return None


def next_visit(kind: str, visits: int, published: datetime | date | None, now: float) -> float | None:
    """When a fetched URL is looked at again. Sources are made due by each run itself, so None for them."""
    if kind != "article":
        return None
    if published is not None:
        moment = (
            published
            if isinstance(published, datetime)
            else datetime(published.year, published.month, published.day, tzinfo=UTC)
        )
        if now - moment.timestamp() < YOUNG and visits < len(YOUNG_VISITS):
            return now + YOUNG_VISITS[visits]
    return now + OLD_VISIT * 2.0 ** min(visits, 6)
