"""What an answer, or the lack of one, means for its URL: pure functions from what happened to the next state.

The frontier alone retries, so that a crash in the middle of a retry loses nothing. The spider asks these functions and
commits what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawler.crawl import retries as schedule
from crawler.fetching.errors import (
    Disallowed,
    LeaseOver,
    OffDomain,
    PrivateAddress,
    RobotsUnavailable,
    TooSlow,
    TornPage,
)
from crawler.processing.page import ProcessedPage
from crawler.processing.reasons import Cause, Reason, cause_of
from storage.frontier import Lease

# Seconds until a fetched article is looked at again, by how often it was: reports of one event are corrected within
# hours, and again when numbers settle; later changes are rare.
YOUNG_VISITS = (6 * 3600.0, 24 * 3600.0, 72 * 3600.0)
YOUNG = 3 * 86400.0  # an article younger than this gets those visits
OLD_VISIT = 90 * 86400.0  # any other one is looked at again after this, then after twice that, and so on
BLOCKED_WAIT = 3600.0  # seconds before a page that came as a block page, or was refused, is tried again; doubles
DISALLOWED_AGAIN = 30 * 86400.0  # seconds after which a URL barred by robots.txt is looked at again
GONE = {404, 410, 451}
NOTHING_YET = {202, 204}  # taken note of, or empty: some servers say so of a page that is being made
TRY_AGAIN = {408, 425, 429}  # and every 5xx
REDIRECTS = {301, 302, 303, 307, 308}
# The host itself could not be reached, or hung up: after some of these in a row it is left alone.
UNREACHABLE = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    DownloadFailedError,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state of a URL and when it is due again (seconds since the epoch; None: not by itself)."""

    state: str
    reason: str | None = None
    due_at: float | None = None


@dataclass(frozen=True, slots=True)
class Retries:
    """How failures are tried again soon: after ``base`` seconds, doubling, ``most`` attempts before later ones."""

    base: float
    most: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What it means that no answer came.

    ``outcome`` None: the URL was not asked for and goes back to the frontier. ``shun`` says why the host is left alone
    for the rest of the run; ``unreachable`` that its connection failed (``name`` is how); ``trouble`` is for people.
    """

    outcome: Outcome | None
    trouble: str | None = None
    shun: str | None = None
    unreachable: bool = False
    name: str = ""


def failure(reason: str, attempts: int, now: float, *, base: float, most: int, wait: float | None = None) -> Outcome:
    """A fetch that may succeed later: delayed, ``most`` attempts soon, then some for a week (``crawl.retries``)."""
    pause = schedule.wait(attempts, base=base, most=most)
    if pause is None:
        return Outcome("failed", reason)
    return Outcome("delayed", reason, now + max(pause, wait or 0.0))


def failure_for_now(reason: str, attempts: int, now: float) -> Outcome:
    """The same where no second request within the run can help: a later run tries again."""
    return failure(reason, attempts, now, base=schedule.LATER[0], most=1)


def by_status(
    status: int,
    attempts: int,
    now: float,
    *,
    base: float,
    most: int,
    wait: float | None = None,
    kind: str = "article",
    fresh: bool = False,
) -> Outcome | None:
    """The outcome of an HTTP status that settles the matter; None for 200, 304 and redirects, which need more.

    ``fresh``: the article was announced within the last days, so that "not found" may be "not yet".
    """
    reason = Reason(Cause.STATUS, f"HTTP {status}")
    if status in NOTHING_YET:
        return failure_for_now(reason, attempts, now)
    if status in TRY_AGAIN or status >= 500:
        return failure(reason, attempts, now, base=base, most=most, wait=wait)
    if status == 403 and kind == "article":  # what content delivery networks say to whom they take for a robot
        return failure(reason, attempts, now, base=BLOCKED_WAIT, most=most)
    if status == 404 and fresh:
        return failure_for_now(reason, attempts, now)
    if status in GONE:
        return Outcome("gone", reason)
    if status >= 400:
        return Outcome("failed", reason)
    return None


def of_page(
    reading: ProcessedPage, lease: Lease, now: float, retries: Retries, *, kept: bool, reason: str | None
) -> Outcome:
    """The outcome of an article page that came and was read; ``kept`` and ``reason`` as the run sees them."""
    match cause_of(reason):
        case Cause.PAGE_ERROR | Cause.TORN:
            return failure(str(reason), lease.attempts, now, base=retries.base, most=retries.most)
        case Cause.BLOCK_PAGE:
            return failure(str(reason), lease.attempts, now, base=BLOCKED_WAIT, most=retries.most)
        case Cause.OUTSIDE:
            return Outcome("outside", reason)
        case Cause.SOFT_404 if schedule.is_fresh(lease, now):
            return failure_for_now(str(reason), lease.attempts, now)
        case Cause.SOFT_404:
            return Outcome("gone", reason)
    if not kept:
        return Outcome("fetched", reason)
    published = reading.article.published_at if reading.article is not None else None
    return Outcome("fetched", reason, next_visit(lease.kind, lease.visits, published, now))


def of_error(
    error: BaseException | None, lease: Lease, now: float, retries: Retries, *, host_answered: bool
) -> Unanswered:
    """What an error in the place of an answer means; ``host_answered``: its host did answer in this run."""
    if isinstance(error, Disallowed):
        return Unanswered(Outcome("barred", Reason(Cause.ROBOTS), now + DISALLOWED_AGAIN))
    if isinstance(error, PrivateAddress):
        return Unanswered(None, trouble=str(error), shun=str(error))
    if isinstance(error, LeaseOver):
        return Unanswered(None, trouble="not asked for: another worker has the host")
    if isinstance(error, OffDomain):
        return Unanswered(Outcome("gone", Reason(Cause.REDIRECT_REFUSED, "off the outlet's domains")))
    if isinstance(error, DownloadCancelledError) or type(error) is IgnoreRequest:  # on the way, or unpacked
        return Unanswered(Outcome("failed", Reason(Cause.TOO_LARGE)), trouble=f"{lease.kind} too large")
    if isinstance(error, TooSlow):
        return Unanswered(None, trouble="Crawl-delay too long", shun=str(error))
    if isinstance(error, RobotsUnavailable):
        if host_answered:  # a port that is closed, say: not the host's, but this URL's
            reason = Reason(Cause.ROBOTS, "robots.txt not to be had")
            return Unanswered(failure(reason, lease.attempts, now, base=BLOCKED_WAIT, most=retries.most))
        return Unanswered(None, trouble=f"robots.txt not to be had ({error})", shun="robots.txt is not to be had")
    if isinstance(error, TornPage):
        reason = Reason.of(Cause.TORN, str(error))
        return Unanswered(
            failure(reason, lease.attempts, now, base=retries.base, most=retries.most),
            trouble=f"{lease.kind}: {Cause.TORN.value}",
        )
    name = type(error).__name__.removesuffix("Error")
    slow = isinstance(error, DownloadTimeoutError)
    reason = Reason(Cause.NO_ANSWER, "took too long") if slow else Reason.of(Cause.NO_ANSWER, name)
    return Unanswered(
        failure(reason, lease.attempts, now, base=retries.base, most=retries.most),
        trouble=f"{lease.kind}: {reason}",
        unreachable=isinstance(error, UNREACHABLE),
        name=name,
    )


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
