"""PostgreSQL itself is restarted under a crawl: a server of the bench's own, from the binaries that are installed.

A round restarts it at a random moment, now in haste (``immediate``: it recovers from its log, as after a power cut),
now in order (``fast``). The crawl must do its job all the same, or leave with exit code 3 and one line; then the next
one must store every article, none twice, and no host may be asked faster than its delay. Run as root: the server runs
as ``postgres``, its files are in memory or wherever the system keeps temporary files.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.durability import checks
from bench.durability.workers import DELAY, PATIENCE, all_there, politely
from crawler.demo import Newsroom

USER = "postgres"


def restarted(rounds: int, seed: int = 1) -> None:
    """Do so many rounds; print what came of each."""
    rng = random.Random(seed)
    with private_server() as server:
        for number in range(1, rounds + 1):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    said = _round(server, number, Path(folder), rng)
                except checks.Broken as broken:
                    said = f"BROKEN: {broken}"
            print(f"PostgreSQL restarted, round {number}: {said}", flush=True)


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
    """A server for the length of the block. Ends the program where the binaries are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or os.geteuid():
        sys.exit("needs root and PostgreSQL's own programs (Debian: postgresql)")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        home = Path(folder) / "server"
        home.mkdir()
        Path(folder).chmod(0o755)
        shutil.chown(home, USER)
        server = Server(found[-1].parent, home / "data", port)
        server.run("initdb", "-D", str(home / "data"), "-A", "trust", "-N")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
        server.control("-o", options, "start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")


def _round(server: Server, number: int, archive: Path, rng: random.Random) -> str:
    with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE crawl_{number}")
    url = f"{server.url}/crawl_{number}"
    with Newsroom(delay=DELAY) as room:
        process = _crawl(url, archive, room)
        wanted = rng.randrange(5, 110)
        while len(room.log) < wanted and process.poll() is None:
            time.sleep(0.01)
        mode = rng.choice(["immediate", "fast"])
        server.control("-m", mode, "restart")
        error = process.communicate(timeout=PATIENCE)[1]
        lines = re.findall(r"^error: .*", error, re.MULTILINE)
        if process.returncode not in (0, 3) or len(lines) != bool(process.returncode) or "Traceback" in error:
            raise checks.Broken(f"exit code {process.returncode}: {error[-2000:]}")
        checks.whole(url)
        said = f"{mode} after {wanted} requests: exit code {process.returncode}"
        following = _crawl(url, archive, room)
        error = following.communicate(timeout=PATIENCE)[1]
        if following.returncode:
            raise checks.Broken(f"the next crawl left with {following.returncode}: {error[-2000:]}")
        # What was in hand when the server went, and feeds, which each crawl asks for.
        return f"{said}; after the next crawl {all_there(url, room)} articles, {politely(room, sys.maxsize)}"


def _crawl(url: str, archive: Path, room: Newsroom) -> subprocess.Popen[str]:
    environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(archive), "PAGE_PROCESSES": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "conflict_news", "-a", f"outlets={room.toml}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
