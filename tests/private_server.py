"""A PostgreSQL server of our own on loopback, to be restarted: from the programs that are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"


def why_not() -> str | None:
    """Why there can be none here; None where there can."""
    there = _programs() and not os.geteuid()
    return None if there else "needs root and PostgreSQL's own programs (Debian: postgresql)"


def _programs() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


class Server:
    """A PostgreSQL server of our own on loopback."""

    def __init__(self, binaries: Path, data: Path, port: int) -> None:
        self._binaries, self._data, self.port = binaries, data, port
        self.url = f"postgresql://{USER}@127.0.0.1:{port}"

    def control(self, *words: str) -> None:
        """``pg_ctl``, as the user that the server runs as."""
        self.run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._data.parent / "log"), *words)

    def run(self, program: str, *words: str) -> None:
        """One of its programs."""
        subprocess.run(
            [str(self._binaries / program), *words], user=USER, cwd="/", check=True, stdout=subprocess.DEVNULL
        )


@contextmanager
def private_server() -> Iterator[Server]:
    """A server for the length of the block."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        home = Path(folder) / "server"
        home.mkdir()
        Path(folder).chmod(0o755)
        shutil.chown(home, USER)
        server = Server(_programs()[-1].parent, home / "data", port)
        server.run("initdb", "-D", str(home / "data"), "-A", "trust", "-N")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
        server.control("-o", options, "start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")
