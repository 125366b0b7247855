"""Does the frontier stay flat? Milliseconds to claim and to acknowledge a URL at growing sizes.

    python bench/frontier.py [--sizes 10000 100000 2000000] [--urls sqlite:///FILE postgresql://postgres@localhost/test]

Fills a new database (a temporary file; a schema of its own on the server) with URLs of 200 hosts in batches as the
crawl adds them, then claims and finishes URLs as the crawl does: two per host and claim, one transaction each. Printed:
rows a second while adding, median and 95th percentile of claim and acknowledge, and the ratio to the smallest size.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import Database
from storage.frontier import Frontier
from storage.frontier.frontier import NewUrl

HOSTS = 200
ROUNDS = 300
ADDED = 20_000  # rows of each size that are added as the crawl adds them; the rest only has to be there


@contextmanager
def database(url: str) -> Iterator[Database]:
    if url.startswith("sqlite"):
        with tempfile.TemporaryDirectory() as folder:
            db = Database.open(f"sqlite:///{Path(folder) / 'frontier.db'}")
            yield db
            db.close()
        return
    import psycopg

    plain = url.replace("postgresql+psycopg", "postgresql")
    schema = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        db = Database.open(f"{plain}?options=-csearch_path%3D{schema}")
        try:
            yield db
        finally:
            db.close()
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


def fill(frontier: Frontier, start: int, stop: int, rng: random.Random) -> float:
    """The first rows as the crawl adds them, 5,000 at a time; gives rows a second. All above by one statement."""
    began, added = time.perf_counter(), min(stop, start + ADDED)
    for low in range(start, added, 5000):
        rows = [
            NewUrl(
                url=f"https://www.host{i % HOSTS}.id/berita/{i}/judul-berita-nomor-{i}",
                identity=f"host{i % HOSTS}.id/berita/{i}/judul-berita-nomor-{i}",
                host=f"www.host{i % HOSTS}.id",
                outlet=f"outlet{i % HOSTS}",
                priority=rng.random() * 90,
                hints={"title": f"Judul berita nomor {i}"},
            )
            for i in range(low, min(low + 5000, added))
        ]
        with frontier.db.begin() as conn:
            frontier.add(conn, rows)
    rate = (added - start) / (time.perf_counter() - began)
    if stop > added:
        numbers = (
            f"generate_series({added}, {stop - 1}) AS n(i)"
            if frontier.db.dialect == "postgresql"
            else f"(WITH RECURSIVE c(i) AS (SELECT {added} UNION ALL SELECT i + 1 FROM c WHERE i < {stop - 1})"
            " SELECT i FROM c) AS n"
        )
        name = f"'host' || (i % {HOSTS}) || '.id/berita/' || i || '/judul-berita-nomor-' || i"
        with frontier.db.begin() as conn:
            conn.exec_driver_sql(
                "INSERT INTO urls (url, identity, host, outlet, kind, state, priority, hints, found_at) SELECT"
                f" 'https://www.' || {name}, {name}, 'www.host' || (i %% {HOSTS}) || '.id', 'outlet' || (i %% {HOSTS}),"
                f" 'article', 'discovered', (i %% 90000 * 79 %% 90000) / 1000.0, '{{}}', 0 FROM {numbers}".replace(
                    "%%", "%" if frontier.db.dialect == "sqlite" else "%%"
                ).replace(f"(i % {HOSTS})", f"(i {'%%' if frontier.db.dialect == 'postgresql' else '%'} {HOSTS})")
            )
    return rate


def ask(frontier: Frontier, run: int, rng: random.Random) -> tuple[list[float], list[float]]:
    outlets = [f"outlet{i}" for i in range(HOSTS)]
    held = [lease.host for lease in frontier.claim_hosts(run, outlets, outlets, 64)]
    claims, finishes = [], []
    for _ in range(ROUNDS):
        wanted = {rng.choice(held): 2}
        began = time.perf_counter()
        leases = frontier.claim(run, wanted, outlets)
        claims.append((time.perf_counter() - began) * 1000 / max(len(leases), 1))
        for lease in leases:
            began = time.perf_counter()
            with frontier.db.begin() as conn:
                frontier.finish(conn, run, lease, "fetched", status=200, due_at=frontier.clock() + 86400)
            finishes.append((time.perf_counter() - began) * 1000)
    for host in held:
        frontier.release_host(run, host, 0.0, 0.0)
    return claims, finishes


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 2_000_000])
    parser.add_argument("--urls", nargs="+", default=["sqlite:", "postgresql://postgres@localhost:5432/test"])
    args = parser.parse_args()
    print(f"{'database':12}{'URLs':>10}{'added/s':>10}{'claim ms':>10}{'p95':>8}{'ack ms':>9}{'p95':>8}   ratio")
    for url in args.urls:
        with database(url) as db:
            frontier, rng, first = Frontier(db), random.Random(1), None
            run = frontier.start_run({})
            size = 0
            for target in args.sizes:
                rate = fill(frontier, size, target, rng)
                size = target
                claims, finishes = ask(frontier, run, rng)
                claim, finish = statistics.median(claims), statistics.median(finishes)
                first = first or (claim, finish)
                print(
                    f"{db.dialect:12}{size:10,}{rate:10,.0f}{claim:10.2f}{p95(claims):8.2f}{finish:9.2f}"
                    f"{p95(finishes):8.2f}   claim {claim / first[0]:.2f}, acknowledge {finish / first[1]:.2f}",
                    flush=True,
                )
            frontier.end_run(run, "finished", {})


if __name__ == "__main__":
    main()
