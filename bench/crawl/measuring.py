"""What a command takes, with all its processes: processor time, time, memory.

Measured in a process of its own, which takes over processes whose parent ended before them (a fork server's readers),
so that none goes uncounted. Linux only: looks into /proc.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_SUBREAPER = 36  # prctl(2), PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of processor (user and system, all processes), seconds, and MB: the most that all processes together held
    at once, memory that they share counted once. ``main`` is the processor time of the first process alone."""

    processor: float
    seconds: float
    megabytes: float
    main: float
    out: str


def take(command: list[str], environment: dict[str, str]) -> Taken:
    """Run a command to its end. Raises ``SystemExit`` where it failed."""
    measured = [sys.executable, "-m", "bench.crawl.measuring", *command]
    done = subprocess.run(measured, stdout=subprocess.PIPE, env=os.environ | environment, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:6])} …: exit code {done.returncode}")
    return Taken(**json.loads(done.stdout.splitlines()[-1]))


def _take(command: list[str]) -> Taken:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    watch = _Watch(process.pid)
    watch.start()
    out = process.communicate()[0].decode(errors="replace")
    seconds = time.monotonic() - started
    watch.stop()
    if process.returncode:
        raise SystemExit(process.returncode)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    used = os.times()
    return Taken(used.children_user + used.children_system, seconds, watch.most / 1024, watch.main, out)


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most, self.main = 0, 0.0
        self._pid, self._end = pid, threading.Event()

    def run(self) -> None:
        while not self._end.wait(0.3):
            family = _family(self._pid)
            self.most = max(self.most, sum(_kilobytes(pid) for pid in family))
            self.main = _processor(self._pid) or self.main

    def stop(self) -> None:
        self._end.set()
        self.join()


def _family(root: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _processor(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(asdict(_take(sys.argv[1:]))))
