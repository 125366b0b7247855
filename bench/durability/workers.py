"""One of three workers on PostgreSQL is killed (SIGKILL) at a random moment of ``scrapy crawl … --workers 3``.

All articles must be stored once, no host asked faster than its delay, and nothing asked for twice but what the dead one
had in hand.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import psycopg

from bench.durability import checks, work
from crawler.crawl.scheduler import IN_HAND_PER_HOST
from crawler.demo import Newsroom
from storage.corpus import Corpus
from storage.database import Database

DELAY = 0.3  # seconds between two requests to one host
PATIENCE = 300.0  # seconds for a crawl to end
# A request is noted when the server's thread gets its turn: under a load of 20 on two cores up to so many seconds late.
LATE = 0.03


def workers(rounds: int, seed: int = 1) -> None:
    """Do so many rounds; print what came of each."""
    rng = random.Random(seed)
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as folder, work.server_database("workers") as url:
            try:
                said = _round(url, Path(folder), rng)
            except checks.Broken as broken:
                said = f"BROKEN: {broken}"
        print(f"one of three workers killed, round {number}: {said}", flush=True)


def _round(url: str, archive: Path, rng: random.Random) -> str:
    with Newsroom(delay=DELAY) as room:
        environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(archive), "PAGE_PROCESSES": "1"}
        command = [sys.executable, "-m", "scrapy", "crawl", "conflict_news", "-a", f"outlets={room.toml}"]
        process = subprocess.Popen(
            [*command, "--workers", "3"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        wanted = rng.randrange(5, 110)
        end = time.monotonic() + PATIENCE
        while len(room.log) < wanted and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        at_work = _at_work(url)
        if at_work:
            os.kill(rng.choice(at_work), signal.SIGKILL)
        error = process.communicate(timeout=PATIENCE)[1]
        if process.returncode or "Traceback" in error:
            raise checks.Broken(f"exit code {process.returncode}: {error[-2000:]}")
        checks.whole(url)
        number = all_there(url, room)
        return f"after {wanted} requests, {len(at_work)} at work; {number} articles, {politely(room)}"


def _at_work(url: str) -> list[int]:
    """Process numbers of the runs at work."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('runs')").fetchone() == (None,):
            return []
        return [pid for (pid,) in connection.execute("SELECT pid FROM runs WHERE status = 'running'")]


def all_there(url: str, room: Newsroom) -> int:
    """The number of articles, after looking that each of the room is there once."""
    corpus = Corpus(Database.open(url))
    kept = [article.url for article in corpus.articles()]
    corpus.db.close()
    if sorted(kept) != sorted(story.url for story in room.articles if story.kept):
        raise checks.Broken(f"{len(kept)} articles, {len(set(kept))} different ones")
    return len(kept)


def politely(room: Newsroom, in_hand: int = IN_HAND_PER_HOST) -> str:
    """How close two requests to one host came, and how many pages were asked for twice."""
    gaps = []
    for host in {request.host for request in room.log}:
        times = sorted(request.monotonic for request in room.log if request.host == host)
        gaps += [later - earlier for earlier, later in pairwise(times)]
    if min(gaps) < DELAY - LATE:
        raise checks.Broken(f"two requests to one host {min(gaps):.3f} s apart")
    pages = Counter((r.host, r.path) for r in room.log if r.status == 200 and r.path != "/robots.txt")
    twice = Counter(host for (host, _), times in pages.items() if times > 1)
    if any(number > in_hand for number in twice.values()):
        raise checks.Broken(f"asked for twice: {twice}")
    return f"closest requests {min(gaps):.3f} s apart (delay {DELAY} s), {sum(twice.values())} pages asked for again"
