"""Several workers on one database, each a crawl in a process of its own, with one summary at the end.

What they share is the database: hosts are leased to one of them at a time. A worker that dies is replaced; the new one
takes back what the dead one held as it starts.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

logger = logging.getLogger(__name__)

REPLACED = 3  # dead workers of one run that are replaced; more is no accident
LOOK = 0.1  # seconds between two looks at who has ended


@dataclass(slots=True)
class Ended:
    """What became of the workers: exit codes of those that ended by themselves, and process numbers of all."""

    codes: list[int] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)
    died: int = 0

    @property
    def lost(self) -> int:
        """Workers that died and were not replaced."""
        return max(0, self.died - REPLACED)


def run(commands: Sequence[Sequence[str]]) -> Ended:
    """Start a worker by each command line and wait for all of them; SIGINT and SIGTERM go on to them, once each."""
    ended, working = Ended(), dict[int, tuple[subprocess.Popen[bytes], Sequence[str]]]()

    def start(command: Sequence[str]) -> None:
        # Away from the terminal's signals, which would reach them twice; Scrapy gives up at the second.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own interpreter, no shell
        working[process.pid] = process, command
        ended.pids.append(process.pid)

    def hand_on(number: int) -> None:
        for process, _ in working.values():
            with suppress(ProcessLookupError):
                process.send_signal(number)

    with _signals(hand_on) as told:
        for command in commands:
            start(command)
        while working:
            for pid in [pid for pid, (process, _) in working.items() if process.poll() is not None]:
                process, command = working.pop(pid)
                if process.returncode >= 0:
                    ended.codes.append(process.returncode)
                    continue
                ended.died += 1
                logger.warning("worker %d died (%s)", pid, signal.Signals(-process.returncode).name)
                if ended.died <= REPLACED and not told:
                    start(command)
            time.sleep(LOOK)
    return ended


@contextmanager
def _signals(hand_on: Callable[[int], None]) -> Iterator[list[int]]:
    """Hand signals on while the block is at work; gives those that came."""
    told: list[int] = []

    def handler(number: int, _: FrameType | None) -> None:
        told.append(number)
        hand_on(number)

    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def command_lines(
    number: int, given: dict[str, Any], settings: Sequence[str], more: Sequence[str], processes: int | None
) -> list[list[str]]:
    """Of so many workers: ``given`` are the ``-a`` arguments, ``settings`` NAME=VALUE, ``more`` further options.

    The readers of pages and ``max_pages`` are shared out among them.
    """
    if most := int(given.get("max_pages") or 0):
        number = min(number, most)
    readers = processes or max(1, (os.cpu_count() or 1) // number)
    lines = []
    for worker in range(number):
        own = given | ({"max_pages": (most + worker) // number} if most else {})
        line = [sys.executable, "-m", "scrapy", "crawl", "conflict_news", *more]
        line += [word for name, value in own.items() for word in ("-a", f"{name}={value}")]
        told = f"LOG_FORMAT=%(asctime)s %(levelname)s worker {worker + 1}: %(message)s"
        for setting in (told, *settings, f"PAGE_PROCESSES={readers}", "ONE_OF_WORKERS=1"):
            line += ["-s", setting]
        lines.append(line)
    return lines
