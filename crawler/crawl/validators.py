"""Which validators go with a request: those that can be true, and not for ever.

Some servers never change an ETag, or say Last-Modified of tomorrow: believed, an edited article or a new entry would
never be seen. So every tenth visit asks plainly, and so does the first of each day.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from storage.frontier import Lease

PLAIN_EVERY = 10  # visits; the last of so many asks plainly
PLAIN_AFTER = 86_400.0 - 3_600.0  # seconds since a whole answer; a daily run that comes somewhat early counts
WHOLE_AT = "whole_at"  # hint: when a whole answer came last (seconds since the epoch)
_SLACK = 60.0  # seconds that a server's clock may be ahead of ours


def headers(lease: Lease, now: float) -> dict[str, str]:
    """The conditional headers (RFC 9110, 13.1) to send with a URL, none where it is to be asked for plainly."""
    whole_at = lease.hints.get(WHOLE_AT, lease.fetched_at)
    aged = isinstance(whole_at, int | float) and not 0 <= now - whole_at < PLAIN_AFTER
    if aged or lease.visits % PLAIN_EVERY == PLAIN_EVERY - 1:
        return {}
    found = {}
    if lease.etag:
        found["If-None-Match"] = lease.etag
    if lease.last_modified and can_be_true(lease.last_modified, now):
        found["If-Modified-Since"] = lease.last_modified
    return found


def can_be_true(last_modified: str, now: float) -> bool:
    """Whether a Last-Modified is a date, and not of the future."""
    try:
        return parsedate_to_datetime(last_modified).timestamp() <= now + _SLACK
    except (ValueError, TypeError, OverflowError):
        return False


def lies(lease: Lease, etag: str | None, last_modified: str | None, now: float, found: int) -> str | None:
    """What is wrong with the validators of a source's whole answer, which held ``found`` new URLs; None: nothing shows.

    A person is told, as such a source must be asked plainly and costs its server more.
    """
    if last_modified and not can_be_true(last_modified, now):
        return "Last-Modified is no time of the past"
    if found and lease.visits and etag and etag == lease.etag:
        return "its ETag does not change with what it holds"
    return None


def noted(hints: Mapping[str, Any], now: float) -> dict[str, Any]:
    """A URL's hints after a whole answer at ``now``."""
    return {**hints, WHOLE_AT: round(now)}
