"""The overview of a large corpus: how long it takes to read, beside the scan that would say the same.

    python -m bench.overview --size 1000000 [--url sqlite:///FILE | --url postgresql://…]

The corpus is laid in bulk (no texts): ten years of 96 outlets, as many pages again that became no article, one article
in ten a copy, near misses, three years of eight runs a day. Figures that were measured stand in bench/README.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from crawler.report import charts, overview
from crawler.report.pictures import svg
from storage.counts import refresh
from storage.database import Database
from storage.frontier.answers import answers

FIRST, DAYS, OUTLETS, RUNS = date(2016, 12, 1), 3650, 96, 3 * 365 * 8
REPEATS = 20

_DAY = {
    "sqlite": f"date('{FIRST}', '+' || ((n * 7919) % {DAYS}) || ' day')",
    "postgresql": f"CAST(DATE '{FIRST}' + CAST((n * 7919) % {DAYS} AS int) AS text)",
}
_RUN_DAY = {
    "sqlite": f"date('{FIRST}', '+' || ({DAYS} - ({RUNS} - n) / 8 - {{back}}) || ' day')",
    "postgresql": f"CAST(DATE '{FIRST}' + CAST({DAYS} - ({RUNS} - n) / 8 - {{back}} AS int) AS text)",
}
_ID = {"sqlite": "printf('%016x', {n})", "postgresql": "lpad(to_hex({n}), 16, '0')"}
_SERIES = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {size})"
_STATES = "CASE n % 8 WHEN 0 THEN 'failed' WHEN 1 THEN 'barred' WHEN 2 THEN 'discovered' ELSE 'fetched' END"
_COUNTRIES = "'[\"' || substr('IDAMAZUARUPSYEMLSDMMCDLBIRSYAFET', CAST(1 + 2 * (n % 16) AS int), 2) || '\",\"ID\"]'"


def lay(db: Database, size: int) -> None:
    """Fill an empty database with SQL alone, a statement a table."""
    kind = db.dialect
    series, day, article = _SERIES.format(size=size), _DAY[kind], _ID[kind].format(n="n")
    outlet = f"'outlet-' || (n % {OUTLETS})"
    url = (
        "INSERT INTO urls (url, identity, host, outlet, kind, state, day, found_at, article_id, reason)"
        " {series} SELECT 'https://x.id/{kind}/' || n, 'x.id/{kind}/' || n, 'x' || (n % 96) || '.id', {outlet},"
        " 'article', {state}, {day}, 0, {article}, {reason} FROM s"
    )
    near, alive, kept = _SERIES.format(size=size // 10), _SERIES.format(size=RUNS), {"kind": "kept", "reason": "NULL"}
    given = {"series": series, "outlet": outlet, "day": day}
    articles = (
        "INSERT INTO articles (id, url, outlet, title, authors, tags, published_day, sort_key, countries,"
        " cited_sources, relevance_terms, revision, content_hash, word_count, rights, stored_at, seen_at)"
        f" {series} SELECT {article},"
        f" 'https://x.id/' || n, {outlet}, 'Judul ' || n, '[]', '[]', {day}, {day}, {_COUNTRIES}, '[]', '[]', 1,"
        " 'sha256:' || n, 300, '{}', '2026', '2026' FROM s"
    )
    copies = (
        "INSERT INTO copies (article_key, copy_of, kind, evidence, chain) SELECT a.key, b.id, 'near', '{}', b.id FROM"
        " articles a JOIN articles b ON b.key = a.key - 1 - (a.key % 7) WHERE a.key % 10 = 0"
    )
    wall = "CASE n % 16 WHEN 0 THEN 'block page: x' END"
    rejected = (
        f"INSERT INTO rejected (id, url, outlet, title, score, parts, terms, reason, stored_at) {near}"
        f" SELECT {article}, 'https://x.id/n/' || n, {outlet}, 'Nyaris', 0.25 + (n % 250) / 1000.0, '{{}}', '[]',"
        " 'threshold', '' FROM s"
    )
    runs = (
        f"INSERT INTO runs (machine, pid, started_at, heartbeat_at, status, summary) {alive}"
        " SELECT 'x', 1, n * 10800, 0, 'finished', '{}' FROM s"
    )
    run_outlets = (
        f"INSERT INTO run_outlets (run_id, outlet, state, since, until, found, fetched, kept) {alive},"
        f" o(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM o WHERE k < {OUTLETS - 1}) SELECT n, 'outlet-' || k, 'read',"
        f" {_RUN_DAY[kind].format(back=1)}, {_RUN_DAY[kind].format(back=0)}, 9, 9, 1 FROM s, o"
    )
    statements = [
        articles,
        copies,
        url.format(**given, **kept, state="'fetched'", article=article),
        url.format(**given, kind="not", state=_STATES, article="NULL", reason=wall),
        rejected,
        runs,
        run_outlets,
    ]
    for statement in statements:
        began = time.perf_counter()
        with db.begin() as conn:
            conn.exec_driver_sql(statement.replace("%", "%%") if kind == "postgresql" else statement)
        print(f"  {statement.split()[2]}: {time.perf_counter() - began:.0f} s", flush=True)
    with db.begin() as conn:
        conn.execute(sa.text("ANALYZE"))


def measured(what: Callable[[], object], repeats: int = REPEATS) -> str:
    """Median and 95th percentile on the clock, and the median of this process' own time, in milliseconds."""
    took, own = [], []
    for _ in range(repeats):
        began, worked = time.perf_counter(), time.process_time()
        what()
        took.append(1000 * (time.perf_counter() - began))
        own.append(1000 * (time.process_time() - worked))
    took.sort()
    last = took[min(len(took) - 1, int(0.95 * len(took)))]
    return f"{statistics.median(took):.0f} ms, p95 {last:.0f} ms; processor {statistics.median(own):.0f} ms"


def bench(url: str, size: int) -> None:
    db = Database.open(url)
    with db.read() as conn:
        there = conn.scalar(sa.text("SELECT count(*) FROM articles"))
    if not there:
        lay(db, size)
    began = time.perf_counter()
    print(f"all counted: {refresh(db):,} notes in {time.perf_counter() - began:.1f} s", flush=True)
    last = FIRST + timedelta(days=DAYS - 1)
    windows = {
        "all ten years": (None, None, None),
        "eight weeks": (last - timedelta(days=55), last, None),
        "a year": (last - timedelta(days=364), last, None),
        "one outlet": (None, None, ["outlet-7"]),
    }
    for name, window in windows.items():
        print(f"overview, {name}: {measured(lambda window=window: overview(db, *window))}", flush=True)  # type: ignore[misc]
    told = overview(db)
    print(f"charts of it: {measured(lambda: charts(told))}", flush=True)
    specs = [chart.spec for chart in charts(told) if chart.spec and chart.rows]
    print(f"pictures, the first time: {measured(lambda: [svg(spec) for spec in specs], 1)}", flush=True)
    print(f"pictures, again: {measured(lambda: [svg(spec) for spec in specs])}", flush=True)
    with db.begin() as conn:  # what a run changes: the newest days of every outlet
        changed = conn.execute(
            sa.text("UPDATE articles SET countries = '[]' WHERE published_day >= :day"),
            {"day": str(last - timedelta(2))},
        )
    began = time.perf_counter()
    notes = refresh(db)
    print(f"a run's {changed.rowcount:,} articles: {notes:,} notes in {time.perf_counter() - began:.2f} s", flush=True)
    print(f"the scan that says the same of outlets and days: {measured(lambda: answers(db), 1)}", flush=True)
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000, help="articles (default: 100,000)")
    parser.add_argument(
        "--url", help="an empty database, or one that an earlier call filled (default: SQLite, for now)"
    )
    given = parser.parse_args()
    if given.url:
        bench(given.url, given.size)
        return
    with tempfile.TemporaryDirectory() as folder:
        bench(f"sqlite:///{Path(folder) / 'corpus.db'}", given.size)


if __name__ == "__main__":
    main()
