"""Server time of the pages of `scrapy browse` on a large corpus: median and 95th percentile of each kind of page.

    python -m bench.browse --articles 1000000 --keep FOLDER
    python -m bench.browse --articles 200000 --url postgresql://postgres@localhost/test

The articles are made up: 150 words each, drawn from 40,000 by Zipf's law, so that there are words in a third of all
articles and words in a few; 96 outlets, ten years of days, four languages, every twelfth one a copy, every 50th without
a day. With ``--keep`` the database is kept in the folder and used again. PostgreSQL gets a schema of its own, which is
dropped at the end.
"""

from __future__ import annotations

import argparse
import http.client
import random
import socket
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import insert, text

from bench.laying import add_rows
from storage import counts
from storage.article import Article
from storage.corpus import Corpus
from storage.database import Database, fulltext, tables

CHUNK = 2000
WORDS = 150
VOCABULARY = 40_000
OUTLETS = 96
DAYS = 3650
FIRST = date(2016, 1, 1)


def word(number: int) -> str:
    """A word that can be pronounced, another one for each number."""
    letters = ""
    while True:
        letters += "bcdghjklmnprst"[number % 14] + "aiueo"[number // 14 % 5]
        number //= 70
        if not number:
            return letters + "n"


def articles(number: int) -> Iterator[Article]:
    draw = random.Random(7)
    vocabulary = [word(n) for n in range(VOCABULARY)]
    weights = list(accumulate(1 / (n + 20) for n in range(VOCABULARY)))
    for n in range(number):
        words = draw.choices(vocabulary, cum_weights=weights, k=WORDS)
        day = None if n % 50 == 49 else FIRST + timedelta(draw.randrange(DAYS))
        yield Article(
            url=f"https://outlet{n % OUTLETS}.example/{n}",
            text="\n\n".join(" ".join(words[at : at + 50]).capitalize() + "." for at in range(0, WORDS, 50)),
            title=f"{' '.join(words[:6]).capitalize()} {n}",
            outlet=f"outlet{n % OUTLETS:02}",
            published_at=day,
            published_precision="day" if day else None,
            published_source="json-ld datePublished" if day else None,
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
            language=draw.choices(("id", "ms", "jv", "su"), (96, 2, 1, 1))[0],
            language_confidence=0.99,
            relevance=round(draw.random(), 6),
            nearest_seed="001",
            relevance_terms=words[:5],
            countries=draw.sample(("AZ", "AM", "IL", "PS", "UA", "RU", "SY", "YE"), 2),
            extraction_agreement=round(draw.random(), 3),
            extractor_version="1",
        )


def lay(db: Database, number: int) -> None:
    """Write articles as storing them would, but for what copies and stories are found by."""
    chunk: dict[str, list[dict[str, Any]]] = {}
    for key, article in enumerate(articles(number), 1):
        if not chunk:
            chunk = {name: [] for name in ("articles", "revisions", "evidence", "addresses", "copies", "rejected")}
        add_rows(chunk, key, article)
        id_ = chunk["articles"][-1]["id"]
        if key % 12 == 0:
            kind = ("exact", "near", "rewritten", "excerpt")[key % 4]
            of = chunk["articles"][-2]["id"] if len(chunk["articles"]) > 1 else id_
            copy = {"article_key": key, "copy_of": of, "kind": kind, "evidence": [], "chain": of, "grown": False}
            chunk["copies"].append(copy)
        if key % 20 == 0:
            miss = {"id": id_[::-1], "url": article.url + "/miss", "outlet": article.outlet, "title": article.title}
            miss |= {"score": (article.relevance or 0) / 2, "parts": {}, "terms": [], "reason": "threshold"}
            chunk["rejected"].append(
                miss
                | {"language": "id", "archive_ref": None, "text": article.text, "run_id": None, "stored_at": "2026"}
            )
        if key % CHUNK == 0 or key == number:
            _write(db, chunk)
            chunk = {}
            if key % 50_000 == 0:
                print(f"  {key} laid", flush=True)
    with db.begin() as conn:
        conn.execute(text("ANALYZE"))


def _write(db: Database, chunk: dict[str, list[dict[str, Any]]]) -> None:
    with db.begin() as conn:
        for name, rows in chunk.items():
            if rows:
                conn.execute(insert(tables.metadata.tables[name]), rows)
        for row in chunk["revisions"]:
            fulltext.add(conn, row["article_key"], row["title"], row["text"])


PAGES = {
    "newest articles": "/",
    "a common word": "/?q={common}",
    "a rare word": "/?q={rare}",
    "a phrase": "/?q=%22{pair}%22",
    "a common word, an outlet, a month": "/?q={common}&outlet={outlet}&month={month}",
    "a common word, ten years of days": "/?q={common}&since=2016-01-01&until=2025-12-31",
    "an outlet": "/?outlet={outlet}",
    "an outlet, a country, page 7": "/?outlet={outlet}&country=AZ&page=7",
    "a month, copies": "/?month={month}&copy=exact",
    "by score": "/?sort=score",
    "near misses": "/?state=missed",
    "near misses with a word": "/?state=missed&q={common}",
    "an article": "/article/{id}",
    "audit: near the threshold": "/audit",
    "audit: readers disagree": "/audit?queue=readers",
    "audit: no date": "/audit?queue=undated",
    "audit: sample": "/audit?queue=sample&seed={seed}",
    "overview": "/overview",
    "overview of a month": "/overview?since={month}-01&until={month}-28",
}


@contextmanager
def served(url: str) -> Iterator[int]:
    """The port on which the browser answers from that corpus meanwhile."""
    from crawler import outlets
    from crawler.browse import Sources, application
    from crawler.crawl.configuration import seeds_folder
    from crawler.relevance import Topic

    registry = {outlet.id: outlet for outlet in outlets.load()}
    sources = Sources.open(url, registry, Topic.from_seeds(seeds_folder()))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(sources), log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        sources.close()


def measure(url: str, times: int) -> None:
    """Ask for each page many times, with other words, outlets and months each time, and print what it took."""
    draw = random.Random(3)
    db = Database.open(url)
    with db.read() as conn:
        ids = list(conn.scalars(text("SELECT id FROM articles ORDER BY id LIMIT 500")))
    started = time.perf_counter()
    counts.refresh(db)
    print(f"counted anew in {time.perf_counter() - started:.1f} s")
    db.close()
    print("| page | median, ms | 95th percentile, ms | of these a core's, median |\n|---|---|---|---|")
    with served(url) as port, closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for name, pattern in PAGES.items():
            took, worked = [], []
            for number in range(times + 1):
                path = pattern.format(
                    common=word(draw.randrange(12)), rare=word(draw.randrange(20_000, VOCABULARY)),
                    pair=f"{word(draw.randrange(100))}%20{word(draw.randrange(100))}",
                    outlet=f"outlet{draw.randrange(OUTLETS):02}", id=draw.choice(ids), seed=draw.randrange(10**6),
                    month=f"{draw.randrange(2016, 2025)}-{draw.randrange(1, 13):02}",
                )  # fmt: skip
                started, core = time.perf_counter(), time.process_time()
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if number:  # the first one warms up
                    took.append((time.perf_counter() - started) * 1000)
                    worked.append((time.process_time() - core) * 1000)
                if answer.status != 200:
                    print(f"{path}: {answer.status}")
            took.sort()
            late = took[int(len(took) * 0.95)]
            print(
                f"| {name} | {statistics.median(took):.0f} | {late:.0f} | {statistics.median(worked):.0f} |", flush=True
            )


@contextmanager
def database(url: str | None, keep: str | None) -> Iterator[str]:
    """The URL of the corpus to measure on."""
    if url is not None:
        schema = f"bench_{uuid.uuid4().hex}"
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{url}?options=-csearch_path%3D{schema}"
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP SCHEMA {schema} CASCADE")
    elif keep is not None:
        yield f"sqlite:///{Path(keep).resolve() / 'corpus.db'}"
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/corpus.db"


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=40, help="requests of each page")
    parser.add_argument("--url", help="a PostgreSQL database; a schema of its own is made in it")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the SQLite database here, and use the one that is there")
    opts = parser.parse_args()
    with database(opts.url, opts.keep) as url:
        db = Database.open(url)
        number = Corpus(db).counts()["articles"]
        if not number:
            started = time.perf_counter()
            lay(db, number := opts.articles)
            print(f"{number} articles laid in {time.perf_counter() - started:.0f} s")
        db.close()
        print(f"{number} articles on {url.partition(':')[0]}")
        measure(url, opts.times)


if __name__ == "__main__":
    main()
