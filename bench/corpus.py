"""Store, copy detection and export of the corpus at size. Run from the project root:

    python -m bench.corpus store --size 10000 [--url sqlite:///FILE | --url postgresql://…] [--batch 100]
    python -m bench.corpus export --url sqlite:///FILE
    python -m bench.corpus loaders            (pandas, polars, duckdb, datasets must be installed)
    python -m bench.corpus contention --seconds 120

Figures that were measured stand in docs/corpus.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bench.planted import KINDS, Planted, stream
from storage import copies, models
from storage.corpus import Corpus
from storage.db import Database


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def store(url: str, size: int, batch: int) -> None:
    """Store ``size`` articles, ``batch`` to a transaction, and judge the links."""
    corpus = Corpus(Database.open(url))
    look_ups: list[float] = []
    find = copies.find

    def timed(*args, **kwargs):
        start = time.perf_counter()
        try:
            return find(*args, **kwargs)
        finally:
            look_ups.append((time.perf_counter() - start) * 1e3)

    copies.find = timed
    ids: list[str] = []
    truth: dict[str, tuple[int, str]] = {}
    spent = 0.0
    pending: list[Planted] = []
    began = time.perf_counter()

    def flush() -> None:
        nonlocal spent
        start = time.perf_counter()
        with corpus.db.begin() as conn:
            saved = [corpus.save(conn, planted.article) for planted in pending]
        spent += time.perf_counter() - start
        for planted, result in zip(pending, saved, strict=True):
            ids.append(result.id)
            if planted.original is not None and planted.kind is not None:
                truth[result.id] = (planted.original, planted.kind)
        pending.clear()

    for number, planted in enumerate(stream(size), 1):
        pending.append(planted)
        if len(pending) == batch:
            flush()
        if number in {1000, 10_000, 100_000, 1_000_000} or number == size:
            last = look_ups[-1000:]
            print(
                f"{number:>8} articles: {number / spent:6.0f}/s overall, look-up of the last 1000: median"
                f" {statistics.median(last):.2f} ms, mean {statistics.fmean(last):.2f} ms,"
                f" p95 {sorted(last)[int(len(last) * 0.95)]:.2f} ms, peak memory {peak_mb():.0f} MB",
                flush=True,
            )
    if pending:
        flush()
    print(f"stored in {spent:.0f} s ({time.perf_counter() - began:.0f} s with making the texts)")
    judge(corpus, ids, truth)


def judge(corpus: Corpus, ids: list[str], truth: dict[str, tuple[int, str]]) -> None:
    """Precision and recall per kind. A link is right where it has the planted kind and stays in the story."""

    def origin(id_: str) -> str:
        while id_ in truth:
            id_ = ids[truth[id_][0]]
        return id_

    table = models.copies
    with corpus.db.read() as conn:
        rows = conn.execute(
            select(models.articles.c.id, table.c.copy_of, table.c.kind).join(
                table, table.c.article_key == models.articles.c.key
            )
        )
        found = {row.id: (row.copy_of, row.kind) for row in rows}
    planted = Counter(kind for _, kind in truth.values())
    given = Counter(kind for _, kind in found.values())
    right, linked, confused, wrong = Counter(), Counter(), Counter(), Counter()
    for id_, (copy_of, kind) in found.items():
        if kind == "exact" and truth.get(id_, (0, ""))[1] != "exact":
            one, other = corpus.get(id_), corpus.get(copy_of)
            if one and other and one.text.split() == other.text.split():  # two excerpts of one text can be equal
                truth[id_] = (ids.index(copy_of), "exact")
                planted["exact"] += 1
        if id_ in truth and origin(id_) == origin(copy_of):
            linked[truth[id_][1]] += 1
            confused[truth[id_][1], kind] += 1
            right[kind] += truth[id_][1] == kind
        else:
            wrong[kind] += 1
    for kind in KINDS:
        total = planted[kind] or 1
        print(
            f"{kind:>10}: planted {planted[kind]}, recall {right[kind] / total:.4f} (linked as any kind"
            f" {linked[kind] / total:.4f}), precision {right[kind] / (given[kind] or 1):.4f}"
            f" (links to another story {wrong[kind]} of {given[kind]})"
        )
    print("planted → found:", {f"{a} → {b}": n for (a, b), n in sorted(confused.items()) if a != b})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["store"])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--url")
    parser.add_argument("--batch", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = args.url or f"sqlite:///{folder}/bench.db"
        store(url, args.size, args.batch)


if __name__ == "__main__":
    main()
