"""The loopback newsroom behind ``-a outlets=demo``: started as a process of its own, gone when the crawl is."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import ConfigurationError

START_SECONDS = 30


@contextmanager
def newsroom() -> Iterator[Path]:
    """Serve the demo newsroom for the length of the block; gives the path of its outlets' TOML file.

    Raises ``ConfigurationError`` where it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="newsroom-") as folder:
        toml = Path(folder) / "demo.toml"
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module, no shell
            [sys.executable, "-m", "crawler.demo", "--toml", str(toml)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            if not ready or not json.loads(ready).get("ready"):
                assert process.stderr is not None
                said = process.stderr.read().strip().splitlines()
                raise ConfigurationError(
                    "the demo newsroom did not start: "
                    + (said[-1] if said else "no reason given")
                    + " (on macOS add the addresses first: docs/demo.md)"
                )
            yield toml
        finally:
            assert process.stdin is not None
            process.stdin.close()  # its sign to end
            try:
                process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
