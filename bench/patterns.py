"""Times of every regular expression against baits of 100 kB made from it (``tests/baits.py``).

    python -m bench.patterns [--limit SECONDS] [--all]

Prints those that need more than ``--limit`` (0.2) seconds of processor time, dearest first; a search stops after 5.
"""

from __future__ import annotations

import argparse
import signal
import time
from types import FrameType

from tests.baits import SIZE, baits, patterns

STOP = 5.0  # seconds of processor time


class _TooLongError(Exception):
    """A search that was stopped."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=0.2)
    parser.add_argument("--stop", type=float, default=STOP)
    parser.add_argument("--all", action="store_true", help="print all of them")
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, _stop)
    rows = []
    for where, pattern in patterns():
        worst = 0.0
        for bait in baits(pattern):
            begun = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, options.stop)
            try:
                pattern.search(bait)
            except _TooLongError:
                worst = options.stop
                break
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            worst = max(worst, time.process_time() - begun)
        rows.append((worst, where))
    rows.sort(reverse=True)
    dear = [row for row in rows if row[0] > options.limit]
    stopped = sum(seconds >= options.stop for seconds, _ in rows)
    print(f"{len(rows)} patterns, {SIZE:,} characters a bait; {len(dear)} above {options.limit} s, {stopped} stopped")
    for seconds, where in rows if options.all else dear:
        print(f"{seconds:8.3f} s  {where}")


if __name__ == "__main__":
    main()
