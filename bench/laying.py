"""Laying down the first articles of a large corpus: the rows that storing them one by one would make, in bulk.

Storing a million articles one after the other takes hours; what is to be measured is storing and looking up *in* a
corpus of that size. So all but the last articles are written without looking for copies: same articles, revisions,
evidence, addresses and search index; of each fingerprint the first articles that have it, up to the same number. There
are no links between laid articles, and features of stories are capped by week instead of by days. SQLite only.
"""

from __future__ import annotations

import multiprocessing
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import insert

from bench.planted import Planted
from storage.article import Article
from storage.copies import linking, stories
from storage.copies.fingerprints import Fingerprinted
from storage.corpus.saving import ids_of
from storage.database import Database, tables
from storage.database.rows import article_row, evidence_row

CHUNK = 1000
AHEAD = 4  # chunks in work
STAMP = "2026-01-01T00:00:00+00:00"


def lay(db: Database, planted: Iterable[Planted], processes: int = 2) -> Iterator[tuple[str, Planted]]:
    """Write articles to an empty corpus; gives id and article as they are written, all of which must be taken."""
    connection = db.engine.raw_connection()
    raw = connection.driver_connection
    assert raw is not None
    raw.execute("CREATE TEMP TABLE prints (hash, key)")
    raw.execute("CREATE TEMP TABLE features (week, hash, key, day)")
    numbered = enumerate(planted, 1)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for chunk, made in _mapped(pool, iter(lambda: list(islice(numbered, CHUNK)), [])):
            with db.begin() as conn:
                for table, rows in made["rows"].items():
                    conn.execute(insert(tables.metadata.tables[table]), rows)
                texts = [(row["article_key"], row["title"] or "", row["text"]) for row in made["rows"]["revisions"]]
                cursor: Any = conn.connection.cursor()
                cursor.executemany("INSERT INTO articles_fts(rowid, title, text) VALUES (?, ?, ?)", texts)
            raw.execute("BEGIN")
            raw.executemany("INSERT INTO prints VALUES (?, ?)", zip(made["hashes"], made["keys"], strict=True))
            raw.executemany("INSERT INTO features VALUES (?, ?, ?, ?)", made["features"])
            raw.execute("COMMIT")
            ids = [row["id"] for row in made["rows"]["articles"]]
            yield from zip(ids, (item for _, item in chunk), strict=True)
    raw.execute("BEGIN IMMEDIATE")
    ranked = "row_number() OVER (PARTITION BY {} ORDER BY key) AS rank"
    raw.execute(
        f"INSERT INTO fingerprints SELECT hash, key FROM (SELECT hash, key, {ranked.format('hash')} FROM prints)"
        f" WHERE rank <= {linking.POSTINGS}"
    )
    raw.execute(
        f"INSERT INTO story_features SELECT week, hash, key, day FROM"
        f" (SELECT week, hash, key, day, {ranked.format('week, hash')} FROM features) WHERE rank <= {stories.POSTINGS}"
    )
    raw.execute("COMMIT")
    raw.execute("DROP TABLE prints")
    raw.execute("DROP TABLE features")
    connection.close()


def _mapped(pool: Any, chunks: Iterable[list[tuple[int, Planted]]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """As ``pool.imap``, which would take all chunks into memory at once."""
    waiting: deque[Any] = deque()
    for chunk in chunks:
        waiting.append(pool.apply_async(_made, (chunk,)))
        if len(waiting) > AHEAD:
            yield waiting.popleft().get()
    while waiting:
        yield waiting.popleft().get()


def _made(chunk: list[tuple[int, Planted]]) -> tuple[list[tuple[int, Planted]], dict[str, Any]]:
    rows: dict[str, list[dict[str, Any]]] = {"articles": [], "revisions": [], "evidence": [], "addresses": []}
    hashes, keys = array("q"), array("q")
    features: list[tuple[int, int, int, int]] = []
    for key, planted in chunk:
        article = planted.article
        add_rows(rows, key, article)
        content = Fingerprinted(article.text)
        hashes.extend(content.hashes)
        keys.extend([key] * len(content.hashes))
        day = date.fromisoformat(rows["articles"][-1]["published_day"]).toordinal()
        features += [(day // 7, hash_, key, day) for hash_ in stories.features(article.title, content)]
    return chunk, {"rows": rows, "hashes": hashes, "keys": keys, "features": features}


def add_rows(rows: dict[str, list[dict[str, Any]]], key: int, article: Article) -> None:
    """Add what storing an article would write to ``articles``, ``revisions``, ``evidence`` and ``addresses``."""
    values = article_row(article)
    (id_,) = ids_of(article)
    rows["articles"].append(
        values
        | {"key": key, "id": id_, "text_key": key, "revision": 1, "stored_at": STAMP, "seen_at": STAMP, "run_id": None}
    )
    text = {name: values[name] for name in ("title", "content_hash", "fetched_at", "extractor_version", "archive_ref")}
    rows["revisions"].append(
        text | {"key": key, "article_key": key, "number": 1, "text": article.text, "stored_at": STAMP, "run_id": None}
    )
    rows["evidence"].append(evidence_row(article) | {"article_key": key})
    rows["addresses"].append({"id": id_, "article_key": key})
