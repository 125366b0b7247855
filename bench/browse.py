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
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import insert, text

from bench.laying import add_rows
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
            published_precision=day and "day",
            published_source=day and "json-ld datePublished",
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
                miss | {"language": "id", "archive_ref": None, "text": article.text, "run_id": None, "stored_at": "2026"}
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
