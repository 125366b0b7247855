"""PostgreSQL itself is restarted under a crawl: a server of the bench's own, from the binaries that are installed.

A round restarts it at a random moment, now in haste (``immediate``: it recovers from its log, as after a power cut),
now in order (``fast``). The crawl must do its job all the same, or leave with exit code 3 and one line; then the next
one must store every article, none twice, and no host may be asked faster than its delay. Run as root: the server runs
as ``postgres``, its files are in memory or wherever the system keeps temporary files.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench.durability import checks
from bench.durability.ended import crawl
from bench.durability.workers import DELAY, PATIENCE, all_there, politely
from crawler.demo import Newsroom
from tests.private_server import Server, private_server, why_not


def restarted(rounds: int, seed: int = 1) -> None:
    """Do so many rounds; print what came of each."""
    rng = random.Random(seed)
    if trouble := why_not():
        sys.exit(trouble)
    with private_server() as server:
        for number in range(1, rounds + 1):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    said = _round(server, number, Path(folder), rng)
                except checks.Broken as broken:
                    said = f"BROKEN: {broken}"
            print(f"PostgreSQL restarted, round {number}: {said}", flush=True)


def _round(server: Server, number: int, archive: Path, rng: random.Random) -> str:
    with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE crawl_{number}")
    url = f"{server.url}/crawl_{number}"
    with Newsroom(delay=DELAY) as room:
        process = crawl(url, archive, room)
        try:
            wanted = rng.randrange(5, 110)
            while len(room.log) < wanted and process.poll() is None:
                time.sleep(0.01)
            mode = rng.choice(["immediate", "fast"])
            server.control("-m", mode, "restart")
            error = process.communicate(timeout=PATIENCE)[1]
        finally:
            process.kill()
        lines = re.findall(r"^error: .*", error, re.MULTILINE)
        if process.returncode not in (0, 3) or len(lines) != bool(process.returncode) or "Traceback" in error:
            raise checks.Broken(f"exit code {process.returncode}: {error[-2000:]}")
        checks.whole(url)
        said = f"{mode} after {wanted} requests: exit code {process.returncode}"
        following = crawl(url, archive, room)
        error = following.communicate(timeout=PATIENCE)[1]
        if following.returncode:
            raise checks.Broken(f"the next crawl left with {following.returncode}: {error[-2000:]}")
        # What was in hand when the server went, and feeds, which each crawl asks for.
        return f"{said}; after the next crawl {all_there(url, room)} articles, {politely(room, sys.maxsize)}"
