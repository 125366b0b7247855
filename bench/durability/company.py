"""Two writers and ten readers on one SQLite file; then beside them what people start: ``scrapy export``, ``scrapy
snapshot`` and ``scrapy withdraw`` again and again, and a process that opens and closes the database in a loop, for the
last one to close it checkpoints and deletes the write-ahead log.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.durability import checks
from bench.durability.work import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.search import search

Worker = tuple[Callable[[str, int, int], tuple[int, list[str]]], int]


def company(seconds: int) -> None:
    """Run for so many seconds; print how often each did its work, and every error that reached somebody."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/corpus.db"
        people: list[Worker] = [(_export, 0), (_snapshot, 0), (_withdraw, 0)]
        opening: list[Worker] = [(_open, 0), (_open, 1)]
        writers: list[Worker] = [(_write, 0), (_write, 1)]
        readers: list[Worker] = [(_read, number) for number in range(10)]
        briefly: list[Worker] = [(_write_briefly, 0), (_write_briefly, 1)]
        for together, workers in (
            ("two writers and ten readers", [*writers, *readers]),
            ("all at once", [*writers, *readers, *opening, *people]),
            ("in turns, the database often closed by everybody", [*briefly, *opening, *people]),
        ):
            corpus = Corpus(Database.open(url))
            with corpus.db.begin() as conn:
                for article in articles(300):
                    corpus.save(conn, article)
            corpus.db.close()
            with multiprocessing.get_context("spawn").Pool(len(workers)) as pool:
                jobs = [(work.__name__, pool.apply_async(work, (url, n, seconds))) for work, n in workers]
                done = [(name, *job.get()) for name, job in jobs]
            times: Counter[str] = Counter()
            errors: Counter[str] = Counter()
            for name, number, troubles in done:
                times[name.strip("_")] += number
                errors.update(f"{name.strip('_')}: {trouble}" for trouble in troubles)
            print(f"{together}, {seconds} s: {dict(times)}; schema {checks.whole(url)}, whole; {len(errors)} errors")
            for error, number in errors.items():
                print(f"  {number} × {error}")


def _often(seconds: int, work: object) -> tuple[int, list[str]]:
    done, troubles, end = 0, [], time.time() + seconds  # starting so many processes takes some
    while time.time() < end:
        try:
            work()  # type: ignore[operator]
            done += 1
        except Exception as error:  # noqa: BLE001 - told, each of them
            troubles.append(f"{type(error).__name__}: {error}"[:300])
    return done, troubles


def _write(url: str, number: int, seconds: int) -> tuple[int, list[str]]:
    corpus, new = Corpus(Database.open(url)), articles(10_000_000)

    def one() -> None:
        article = next(new)
        article.url += f"?writer={number}"
        article.outlet = "outlet9"
        with corpus.db.begin() as conn:
            corpus.save(conn, article)

    return _often(seconds, one)


def _write_briefly(url: str, number: int, seconds: int) -> tuple[int, list[str]]:
    new = articles(10_000_000)

    def one() -> None:
        corpus, article = Corpus(Database.open(url)), next(new)
        article.url += f"?writer={number}"
        article.outlet = "outlet9"
        with corpus.db.begin() as conn:
            corpus.save(conn, article)
        corpus.db.close()

    return _often(seconds, one)


def _read(url: str, _: int, seconds: int) -> tuple[int, list[str]]:
    def one() -> None:
        corpus = Corpus(Database.open(url, create=False))
        corpus.counts()
        search(corpus, "tentara serang*", limit=5)
        for number, article in enumerate(corpus.articles()):
            assert article.text
            if number > 300:
                break
        corpus.db.close()

    return _often(seconds, one)


def _open(url: str, _: int, seconds: int) -> tuple[int, list[str]]:
    return _often(seconds, lambda: Database.open(url).close())


def _command(url: str, *args: str) -> None:
    """One call of scrapy; whatever it says besides its result is an error."""
    environment = {**os.environ, "CORPUS_URL": url}
    command = [sys.executable, "-m", "scrapy", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        raise RuntimeError(re.sub(r"\s+", " ", f"{args[0]} left with {done.returncode}: {done.stderr[-300:]}"))


def _export(url: str, _: int, seconds: int) -> tuple[int, list[str]]:
    out = Path(url.removeprefix("sqlite:///")).with_name("out.jsonl.zst")
    return _often(seconds, lambda: _command(url, "export", "-o", str(out)))


def _snapshot(url: str, _: int, seconds: int) -> tuple[int, list[str]]:
    return _often(seconds, lambda: _command(url, "snapshot", f"s{time.time()}"))


def _withdraw(url: str, _: int, seconds: int) -> tuple[int, list[str]]:
    outlets = itertools.cycle(f"outlet{number}" for number in range(4))
    return _often(seconds, lambda: _command(url, "withdraw", next(outlets), "--reason", "permintaan"))
