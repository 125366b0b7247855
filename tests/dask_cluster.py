"""A dask scheduler and its workers as they run anywhere else: processes of their own, on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

DEADLINE = 60.0  # seconds until the workers must be there


class Cluster:
    """``with Cluster(workers=2) as cluster: … cluster.address``; a nanny starts a worker again that was lost."""

    def __init__(self, workers: int) -> None:
        self._wanted = workers
        self._processes: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "scheduler.json"
        plain = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
        self._start("scheduler", "--port", "0", *plain)
        end = time.monotonic() + DEADLINE
        while not (file.exists() and file.read_text(encoding="ascii")):
            assert time.monotonic() < end, "no scheduler"
            time.sleep(0.05)
        self.address = json.loads(file.read_text(encoding="ascii"))["address"]
        local = ("--local-directory", self._folder.name, "--death-timeout", "30")
        for _ in range(self._wanted):
            self._start("worker", "--nthreads", "1", *local, *plain)
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(self._wanted, timeout=DEADLINE)
        return self

    def _start(self, *words: str) -> None:
        # One worker may be lost over a task, so that a task which costs every worker is given up soon.
        environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        command = [sys.executable, "-W", "ignore", "-m", "dask", *words]
        nowhere = subprocess.DEVNULL
        self._processes.append(
            subprocess.Popen(command, env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        )

    def workers(self) -> list[int]:
        """Process numbers of the workers themselves, below their nannies."""
        return [
            child.pid
            for nanny in self._processes[1:]
            for child in psutil.Process(nanny.pid).children()
            if "spawn_main" in " ".join(child.cmdline())
        ]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        self._folder.cleanup()
