"""How fast one host may be asked: the outlet's delay, the host's Crawl-delay, and back-off, the longest."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

# The delay is counted from the end of an answer to the start of the next request. What a host sees is then never less
# than its delay, however long each request was on its way; this is only for the coarseness of clocks (seconds).
MARGIN = 0.01
BACKOFF_START = 2.0  # seconds, doubled by each further 429 or 503
BACKOFF_MOST = 600.0
RETRY_AFTER_MOST = 3600.0  # a host that asks for more is left to a later run anyway
UNDELAYED_CONCURRENCY = 8  # connections to a host whose delay is 0: only loopback and the archive services


@dataclass(slots=True)
class HostPace:
    """What is known of one host's pace; seconds throughout, moments on one clock of the caller's that never jumps."""

    outlet_delay: float = 1.0
    crawl_delay: float = 0.0
    backoff: float = 0.0
    quiet_until: float = 0.0
    last_request: float = 0.0
    errors: int = field(default=0)  # connection failures in a row
    failing: set[int] = field(default_factory=set)  # URLs answered 5xx since the last good answer
    well: bool = False  # it answered with something else than 5xx in this run
    answered: bool = False  # in this run, with anything but a robots.txt

    @property
    def delay(self) -> float:
        """Seconds between two requests."""
        return max(self.outlet_delay, self.crawl_delay, self.backoff)

    def next_request(self) -> float:
        """The earliest time at which anybody may ask the host again."""
        return max(self.quiet_until, self.last_request + self.delay + MARGIN if self.delay else 0.0)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), bounded; None if unusable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    if not seconds >= 0:
        return None
    return min(seconds, RETRY_AFTER_MOST)


def speed_up(pace: HostPace) -> None:
    """A host answered as it should: half the back-off, and none below its first step."""
    pace.backoff = pace.backoff / 2 if pace.backoff >= 2 * BACKOFF_START else 0.0


def slow_down(pace: HostPace, wait: float | None, now: float) -> float:
    """A host said 429 or 503: be quiet as long as it asks, and slower afterwards. Returns until when."""
    pace.backoff = min(max(BACKOFF_START, pace.backoff * 2), BACKOFF_MOST)
    pace.quiet_until = max(pace.quiet_until, now + (pace.backoff if wait is None else wait))
    return pace.quiet_until
