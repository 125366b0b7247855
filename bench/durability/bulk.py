"""``scrapy ingest`` killed (SIGKILL) in the middle of a file, and a worker of the dask cluster that it uses.

A round kills at a random moment. Of a command that was killed itself the next one must go on where it was; of a worker
the scheduler gives what it had in hand to the other one. At the end the corpus must be that of an undisturbed reading.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench import bulk_pages
from bench.durability import checks
from storage.corpus import Corpus
from storage.database import Database
from tests.dask_cluster import Cluster

RECORDS, FILES = 4_000, 2
PATIENCE = 600.0  # seconds for a reading to end


def bulk(rounds: int, *, cluster: bool, seed: int = 1) -> None:
    """Do so many rounds; print what came of each."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number in range(FILES):
            bulk_pages.warc(RECORDS // FILES, home / f"{number}.warc.gz", number)
        start = time.monotonic()
        undisturbed = home / "undisturbed"
        _end(_ingest(home, undisturbed))
        seconds, wanted = time.monotonic() - start, _contents(undisturbed)
        for number in range(1, rounds + 1):
            place = home / f"round{number}"
            try:
                said = (_worker_killed if cluster else _killed)(home, place, rng, seconds)
                if (found := _contents(place)) != wanted:
                    raise checks.Broken(f"another end than that of an undisturbed reading: {found}, {wanted}")
            except checks.Broken as broken:
                said = f"BROKEN: {broken}"
            what = "a dask worker killed" if cluster else "ingest killed"
            print(f"{what}, round {number}: {said}; as undisturbed: {wanted[0]} articles", flush=True)


def _killed(home: Path, place: Path, rng: random.Random, seconds: float) -> str:
    process = _ingest(home, place)
    moment = rng.uniform(0, seconds)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if (place / "corpus.db").exists():
        checks.whole(_url(place))
    said = _end(_ingest(home, place))
    return f"after {moment:.1f} s; the next one: {said.splitlines()[0].partition(': ')[2]}"


def _worker_killed(home: Path, place: Path, rng: random.Random, seconds: float) -> str:
    with Cluster(workers=2) as cluster:
        process = _ingest(home, place, "--cluster", cluster.address)
        moment = rng.uniform(0, seconds)
        time.sleep(moment)
        workers = cluster.workers()
        os.kill(rng.choice(workers), signal.SIGKILL)
        _end(process)
        return f"after {moment:.1f} s"


def _ingest(home: Path, place: Path, *words: str) -> subprocess.Popen[str]:
    place.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "CORPUS_URL": _url(place),
        "ARCHIVE_DIR": str(place / "archive"),
        "PAGE_PROCESSES": "2",
    }
    files = [str(home / f"{number}.warc.gz") for number in range(FILES)]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "ingest", "--any-host", *files, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(process: subprocess.Popen[str]) -> str:
    out, error = process.communicate(timeout=PATIENCE)
    if process.returncode or "Traceback" in error:
        raise checks.Broken(f"exit code {process.returncode}: {error[-2000:]}")
    return out


def _url(place: Path) -> str:
    return f"sqlite:///{place / 'corpus.db'}"


def _contents(place: Path) -> tuple[int, str, str]:
    """How many articles there are, what they say, and how many records of each file were read."""
    checks.whole(_url(place))
    corpus = Corpus(Database.open(_url(place)))
    with closing(corpus.db), corpus.db.read() as conn:
        told = sorted(f"{article.url} {article.content_hash} {article.revision}" for article in corpus.articles())
        files = conn.exec_driver_sql("SELECT counts FROM ingests ORDER BY name").scalars().all()
    return len(told), hashlib.sha256("\n".join(told).encode()).hexdigest()[:16], str([str(one)[:200] for one in files])
