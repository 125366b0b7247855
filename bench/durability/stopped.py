"""A worker that is stopped (SIGSTOP) past its lease and continued, beside one that takes its hosts over (PostgreSQL).

Each worker has a host name of its own, so that to the other it is on another machine (``unshare --uts``: as root). A
round stops one at a random moment, waits until the other has taken it for dead, continues it at another random moment,
and lets both end. Whatever the stopped one asks from then on is told, and each pair of requests
to a host that is closer than the host's delay. What it had asked for and not stored when it was stopped is asked for
again by the other, once.
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import psycopg

from bench.durability import checks, work
from crawler.demo import Newsroom
from crawler.demo.server import Request
from storage.corpus import Corpus
from storage.database import Database
from storage.frontier import LEASE_SECONDS

DELAY = 1.0  # seconds between two requests to one host
PATIENCE = 4 * LEASE_SECONDS
STOPPED, OTHER = "berhenti", "terus"  # in the workers' user agents


def stopped(rounds: int, seed: int = 1) -> None:
    """Do so many rounds; print what came of each."""
    rng = random.Random(seed)
    for number in range(1, rounds + 1):
        try:
            said = _round(rng)
        except checks.Broken as broken:
            said = f"BROKEN: {broken}"
        print(f"round {number}: {said}", flush=True)


def _round(rng: random.Random) -> str:
    with tempfile.TemporaryDirectory() as folder, work.server_database("stopped") as url, Newsroom(delay=DELAY) as room:
        with _worker(STOPPED, url, Path(folder), room) as one, _worker(OTHER, url, Path(folder), room) as two:
            _until(lambda: len(_by(room, STOPPED)) > rng.randrange(15, 60))
            time.sleep(rng.uniform(0, DELAY))
            one.send_signal(signal.SIGSTOP)
            at = time.monotonic()
            _until(lambda: _is_dead(url))
            time.sleep(rng.uniform(0, 2 * DELAY))
            again = time.monotonic()
            one.send_signal(signal.SIGCONT)
            codes = [_ended(process) for process in (one, two)]
        if codes != [3, 0]:
            raise checks.Broken(f"exit codes {codes}")
        checks.whole(url)
        corpus = Corpus(Database.open(url))
        kept = {article.url for article in corpus.articles()}
        corpus.db.close()
        missing = {story.url for story in room.articles if story.kept} - kept
        if missing:
            raise checks.Broken(f"not stored: {sorted(missing)}")
        return f"stopped for {again - at:.0f} s; {_told(room, at, again)}; {len(kept)} articles, none missing"


def _told(room: Newsroom, at: float, again: float) -> str:
    late = [request for request in _by(room, STOPPED) if request.monotonic > again]
    gaps = []
    for host in {request.host for request in room.log}:
        times = sorted(request.monotonic for request in room.log if request.host == host)
        gaps += [later - earlier for earlier, later in pairwise(times)]
    pages = Counter((request.host, request.path) for request in room.log if request.path != "/robots.txt")
    twice = {page for page, number in pages.items() if number > 1 and _answered(room, page) > 1}
    in_hand = {(request.host, request.path) for request in _by(room, STOPPED)} - {(r.host, r.path) for r in late}
    for page in twice - in_hand:
        when = [(request.agent, request.monotonic - at) for request in room.log if (request.host, request.path) == page]
        raise checks.Broken(f"asked twice: {page}: {when}")
    if late:
        raise checks.Broken(f"asked after it was continued: {[(request.host, request.path) for request in late]}")
    if min(gaps) < DELAY:
        raise checks.Broken(f"two requests to one host {min(gaps):.3f} s apart")
    return f"nothing asked after that; closest requests {min(gaps):.3f} s apart; {len(twice)} pages in hand asked again"


def _answered(room: Newsroom, page: tuple[str, str]) -> int:
    return sum((request.host, request.path) == page and request.status == 200 for request in room.log)


def _by(room: Newsroom, worker: str) -> list[Request]:
    return [request for request in list(room.log) if worker in request.agent]


def _is_dead(url: str) -> bool:
    """Whether a run was taken for dead."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM runs WHERE status = 'dead'").fetchone() is not None


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(PATIENCE)
    return None


def _until(true: object) -> None:
    end = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            raise checks.Broken("waited in vain")
        time.sleep(0.05)


@contextmanager
def _worker(name: str, url: str, folder: Path, room: Newsroom) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl on a machine of that name."""
    crawl = f"{sys.executable} -m scrapy crawl conflict_news -a outlets={room.toml}"
    environment = {
        **os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(folder / name), "CONTACT": f"{name}@contoh.example",
        "PAGE_PROCESSES": "1",
    }  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--uts", "sh", "-c", f"hostname {name}; exec {crawl}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
