"""The clocks of a process: time that passes, whatever anybody does to the machine's clock meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

# Counts while the machine sleeps, too. Where there is no such clock (macOS), CLOCK_MONOTONIC is one.
_SINCE_BOOT: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def elapsed() -> float:
    """Seconds since some moment before this process: they never jump, and a stopped process or machine is no stop."""
    return time.clock_gettime(_SINCE_BOOT)


class SteadyClock:
    """Seconds since the epoch by the machine's clock as it was at the start, and by what has elapsed since.

    All times of one run fit together, also where its machine's clock was wrong and is put right meanwhile.
    """

    def __init__(self, wall: Callable[[], float] = time.time, passed: Callable[[], float] = elapsed) -> None:
        self._passed = passed
        self._started = wall() - passed()

    def __call__(self) -> float:
        """The moment."""
        return self._started + self._passed()
