"""Store, copy detection and export of the corpus at size. Run from the project root:

    python -m bench.corpus store --size 10000 [--url sqlite:///FILE | --url postgresql://…] [--batch 100] [--laid 0]
    python -m bench.corpus export --url sqlite:///FILE
    python -m bench.corpus loaders            (pandas, polars, duckdb, datasets must be installed)

Figures that were measured stand in docs/corpus.md.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from bench.laying import lay
from bench.planted import KINDS, Planted, stream
from storage.copies import linking
from storage.corpus import Corpus
from storage.corpus.saving import ids_of
from storage.database import Database, tables
from storage.export import export
from storage.export.record import select_records


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def store(url: str, size: int, batch: int, laid: int) -> None:
    """Store ``size`` articles, ``batch`` to a transaction, and judge the links; the first ``laid`` only in bulk.

    A corpus that an earlier call left is gone on with.
    """
    corpus = Corpus(Database.open(url))
    look_ups: list[float] = []  # ms on the clock
    worked_ups: list[float] = []  # ms of our process: what other programs do on the machine is not in it
    find = linking.find

    def timed(*args: Any, **kwargs: Any) -> Any:
        start, worked = time.perf_counter(), time.process_time()
        try:
            return find(*args, **kwargs)
        finally:
            look_ups.append((time.perf_counter() - start) * 1e3)
            worked_ups.append((time.process_time() - worked) * 1e3)

    linking.find = timed
    ids: list[str] = []
    truth: dict[str, tuple[int, str]] = {}
    spent = processor = 0.0
    pending: list[Planted] = []
    began = time.perf_counter()

    def flush() -> None:
        nonlocal spent, processor
        start, worked = time.perf_counter(), time.process_time()
        with corpus.db.begin() as conn:
            saved = [corpus.save(conn, planted.article) for planted in pending]
        spent += time.perf_counter() - start
        processor += time.process_time() - worked
        for planted, result in zip(pending, saved, strict=True):
            ids.append(result.id)
            if planted.original is not None and planted.kind is not None:
                truth[result.id] = (planted.original, planted.kind)
        pending.clear()

    articles = stream(size)
    for planted in islice(articles, corpus.counts()["articles"]):  # an earlier measurement's corpus
        ids.append(ids_of(planted.article)[0])
        if planted.original is not None and planted.kind is not None:
            truth[ids[-1]] = (planted.original, planted.kind)
    laid = max(laid, len(ids))
    if laid > len(ids):
        for id_, planted in lay(corpus.db, islice(articles, laid)):
            ids.append(id_)
            if planted.original is not None and planted.kind is not None:
                truth[id_] = (planted.original, planted.kind)
        print(f"{laid} articles laid down in {time.perf_counter() - began:.0f} s", flush=True)
    for number, planted in enumerate(articles, laid + 1):
        pending.append(planted)
        if len(pending) == batch:
            flush()
        if number in {1000, 10_000, 100_000, 1_000_000} or number == size:
            last, own, done = look_ups[-1000:], worked_ups[-1000:], len(look_ups)
            print(
                f"{number:>8} articles: {done / spent:6.0f}/s ({done / processor:.0f}/s of one core's time), the last"
                f" 1000 look-ups: median {statistics.median(last):.2f} ms, mean {statistics.fmean(last):.2f} ms,"
                f" p95 {sorted(last)[int(len(last) * 0.95)]:.2f} ms (of one core: median {statistics.median(own):.2f},"
                f" mean {statistics.fmean(own):.2f}), peak memory {peak_mb():.0f} MB",
                flush=True,
            )
    if pending:
        flush()
    print(f"stored in {spent:.0f} s ({time.perf_counter() - began:.0f} s with making the texts)")
    judge(corpus, ids, truth, set(ids[laid:]))


def judge(corpus: Corpus, ids: list[str], truth: dict[str, tuple[int, str]], stored: set[str]) -> None:
    """Precision and recall per kind, of the articles that were ``stored`` one by one.

    A link to the original must be of the planted kind. A link to another copy of the same original is right as well
    (two excerpts can be near copies of each other); it counts for recall and is left out of precision.
    """

    def origin(id_: str) -> str:
        while id_ in truth:
            id_ = ids[truth[id_][0]]
        return id_

    table = tables.copies
    with corpus.db.read() as conn:
        rows = conn.execute(
            select(tables.articles.c.id, table.c.copy_of, table.c.kind).join(
                table, table.c.article_key == tables.articles.c.key
            )
        )
        found = {row.id: (row.copy_of, row.kind) for row in rows if row.id in stored}
    planted = Counter(kind for id_, (_, kind) in truth.items() if id_ in stored)
    given, right, sibling, wrong = (Counter[str]() for _ in range(4))
    confused: Counter[tuple[str, str]] = Counter()
    for id_, (copy_of, kind) in found.items():
        if id_ not in truth or origin(id_) != origin(copy_of):
            given[kind] += 1
            wrong[kind] += 1
        elif copy_of != ids[truth[id_][0]]:
            sibling[truth[id_][1]] += 1
        else:
            given[kind] += 1
            right[kind] += truth[id_][1] == kind
            confused[truth[id_][1], kind] += 1
    for kind in KINDS:
        print(
            f"{kind:>10}: planted {planted[kind]}, recall {(right[kind] + sibling[kind]) / (planted[kind] or 1):.4f},"
            f" precision {right[kind] / (given[kind] or 1):.4f} (of {given[kind]} links {wrong[kind]} lead to another"
            f" story; {sibling[kind]} more to another copy)"
        )
    print("planted → found:", {f"{a} → {b}": n for (a, b), n in sorted(confused.items()) if a != b})


def export_speed(url: str) -> None:
    """Rows per second of each kind of export against the raw driver reading the same rows in the same order.

    Each measurement is a process of its own, so that its peak memory is its own too. The first one, whose figures are
    shown but not used, brings the database into the file cache; the driver's best of three is what exports are held
    against. On PostgreSQL the server's work is not in the processor time.
    """
    raw = min((_alone(_read_raw, url, number) for number in ("warming up", "1", "2", "3")), key=lambda took: took[1])
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".jsonl", ".jsonl.zst", ".jsonl.gz", ".parquet"):
            _alone(_export_to, url, f"{folder}/corpus{suffix}", against=raw)


def _alone(
    measure: Callable[..., tuple[int, float, float, float]], *args: str, against: tuple[int, float, float] | None = None
) -> tuple[int, float, float]:
    """Rows, seconds and processor seconds of ``measure(*args)`` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        rows, took, worked, peak = pool.apply(measure, args)
    ratio = f" ({against[1] / took:.0%} of the driver's)" if against else ""
    own = f" ({against[2] / worked:.0%})" if against else ""
    print(
        f"{measure.__name__} {Path(args[-1]).name}: {rows} rows, {rows / took:.0f}/s{ratio},"
        f" {rows / worked:.0f}/s of a core{own}, peak memory {peak:.0f} MB",
        flush=True,
    )
    return rows, took, worked


def _read_raw(url: str, _number: str) -> tuple[int, float, float, float]:
    database = Database.open(url, create=False)
    statement = str(select_records().compile(database.engine, compile_kwargs={"literal_binds": True}))
    start, worked, rows = time.perf_counter(), time.process_time(), 0
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(str(database.engine.url.database))) as raw:
            for _ in raw.execute(statement):
                rows += 1
    else:
        with psycopg.connect(url) as server, server.cursor("raw") as cursor:
            cursor.itersize = 1000
            for _ in cursor.execute(statement.encode()):
                rows += 1
    return rows, time.perf_counter() - start, time.process_time() - worked, peak_mb()


def _export_to(url: str, path: str) -> tuple[int, float, float, float]:
    corpus = Corpus(Database.open(url, create=False))
    start, worked = time.perf_counter(), time.process_time()
    records = export(corpus, path).records
    return records, time.perf_counter() - start, time.process_time() - worked, peak_mb()


def loaders() -> None:
    """Load one export with pandas, polars, DuckDB and Hugging Face datasets, and look at the types."""
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    import datasets
    import duckdb
    import pandas
    import polars

    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Database.open(f"sqlite:///{folder}/c.db"))
        with corpus.db.begin() as conn:
            for planted in stream(3000):
                article = planted.article
                number = int(article.url.split("/")[4])
                if number % 7 == 0:
                    article.published_at, article.published_precision = date(2020, 9, 27), "day"
                if number % 11 == 0:
                    article.published_at = article.published_precision = None
                if number > 2500:  # what a reader that guesses types from the first rows has not seen
                    article.rights = {"noai": True, "robots": "noai"}
                    article.cited_sources = ["AFP"]
                corpus.save(conn, article)
        for suffix in ("jsonl", "jsonl.gz", "jsonl.zst", "parquet"):
            home = Path(folder) / suffix
            home.mkdir()
            path = home / f"corpus.{suffix}"
            count = export(corpus, path).records
            frame = pandas.read_parquet(path) if suffix == "parquet" else pandas.read_json(path, lines=True)
            print(
                f"{suffix}: pandas {frame.shape}, published_at {frame.published_at.dtype}, tags {type(frame.tags[0])}"
            )
            assert len(frame) == count
            if suffix == "parquet":
                table = polars.read_parquet(path)
            elif suffix == "jsonl.gz":
                table = polars.read_ndjson(gzip.decompress(path.read_bytes()), infer_schema_length=None)
            else:
                table = polars.read_ndjson(path, infer_schema_length=None)
            print(f"  polars {table.shape}: published_at {table['published_at'].dtype}, tags {table['tags'].dtype}")
            reader = "read_parquet" if suffix == "parquet" else "read_json_auto"
            sampled = "" if suffix == "parquet" else ", sample_size=-1"
            rows = duckdb.sql(
                f"SELECT count(*), count(published_at), typeof(any_value(published_at)), typeof(any_value(tags)),"
                f" typeof(any_value(rights)) FROM {reader}('{path}'{sampled})"
            ).fetchall()[0]
            print(f"  duckdb {rows}")
            assert rows[0] == count
            loaded = datasets.load_dataset(str(home), split="train", cache_dir=f"{folder}/cache-{suffix}")
            kinds = {name: str(loaded.features[name]) for name in ("published_at", "tags", "relevance", "revision")}
            print(f"  datasets {loaded.num_rows} {kinds}; rights: {sorted(loaded.features['rights'])[:3]} …")
            assert loaded.num_rows == count
            assert loaded[0]["text"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["store", "export", "loaders"])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--url")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--laid", type=int, default=0, help="so many of the articles are laid down in bulk first")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = args.url or f"sqlite:///{folder}/bench.db"
        if args.what == "store":
            store(url, args.size, args.batch, args.laid)
        elif args.what == "export":
            export_speed(url)
        else:
            loaders()


if __name__ == "__main__":
    main()
