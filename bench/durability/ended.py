"""The server ends every connection of a crawl in its middle (pg_terminate_backend); an archive that cannot be written.

A round ends all backends of the crawl's database at a random moment: the crawl must leave with exit code 3 and one line
of error, and the next one must store every article, none twice. Then a crawl whose archive stands on a file system that
is mounted read-only (as root): exit code 3 and one line, and with room the next one does its job.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench.durability import checks, work
from bench.durability.full_disk import small_disk
from crawler.demo import Newsroom
from storage.corpus import Corpus
from storage.database import Database


def ended(rounds: int, seed: int = 1) -> None:
    """Do so many rounds, then the archive; print what came of each."""
    rng = random.Random(seed)
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as folder, work.server_database("ended") as url, Newsroom(delay=0.3) as room:
            print(f"backends ended, round {number}: {_told(_round, url, Path(folder), room, rng)}", flush=True)
    with tempfile.TemporaryDirectory() as folder, small_disk(16) as disk, Newsroom() as room:
        print(f"archive read-only: {_told(_read_only, f'sqlite:///{folder}/corpus.db', disk, room, rng)}", flush=True)


def _told(work_on: object, url: str, archive: Path, room: Newsroom, rng: random.Random) -> str:
    try:
        said: str = work_on(url, archive, room, rng)  # type: ignore[operator]
    except checks.Broken as broken:
        said = f"BROKEN: {broken}"
    return said


def _round(url: str, archive: Path, room: Newsroom, rng: random.Random) -> str:
    process = crawl(url, archive, room)
    wanted = rng.randrange(10, 90)
    while len(room.log) < wanted and process.poll() is None:
        time.sleep(0.01)
    with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        number = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [url.rpartition("/")[2]]
        ).fetchone()
    said = _ended(process)
    checks.whole(url)
    return f"{number[0] if number else 0} ended after {wanted} requests: {said}; {_next(url, archive, room)}"


def _read_only(url: str, disk: Path, room: Newsroom, _: random.Random) -> str:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        said = _ended(crawl(url, disk / "archive", room))
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    return f"{said}; {_next(url, disk / 'archive', room)}"


def _next(url: str, archive: Path, room: Newsroom) -> str:
    """The next crawl must do its job."""
    process = crawl(url, archive, room)
    error = process.communicate(timeout=300)[1]
    if process.returncode:
        raise checks.Broken(f"the next crawl left with {process.returncode}: {error[-500:]}")
    corpus = Corpus(Database.open(url))
    kept = [article.url for article in corpus.articles()]
    corpus.db.close()
    if sorted(kept) != sorted(story.url for story in room.articles if story.kept):
        raise checks.Broken(f"{len(kept)} articles after the next crawl")
    return f"the next crawl: {len(kept)} articles, none missing, none twice"


def _ended(process: subprocess.Popen[str]) -> str:
    error = process.communicate(timeout=300)[1]
    lines = re.findall(r"^error: .*", error, re.MULTILINE)
    if process.returncode == 0:
        return "done all the same"  # nothing was asked of a connection that was gone
    if process.returncode != 3 or len(lines) != 1 or "Traceback" in error:
        raise checks.Broken(f"exit code {process.returncode}:\n{error[-2000:]}")
    return f"exit code 3, {lines[0][:160]!r}"


def crawl(url: str, archive: Path, room: Newsroom) -> subprocess.Popen[str]:
    """Begin a crawl of the newsroom."""
    environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(archive), "PAGE_PROCESSES": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "conflict_news", "-a", f"outlets={room.toml}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
