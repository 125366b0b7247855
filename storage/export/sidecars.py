"""Files beside an export: all revisions, and the labels of annotators, of the articles in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.corpus import Corpus
from storage.database import Filter
from storage.database.tables import articles, dump_json, labels, revisions
from storage.export.files import write_small
from storage.export.record import one_line_each, select_records


def sidecar_path(path: Path, what: str) -> Path:
    """``corpus.revisions.jsonl`` beside ``corpus.jsonl.gz``."""
    return path.with_name(f"{path.name.partition('.')[0]}.{what}.jsonl")


def write_labels(corpus: Corpus, path: Path, where: Filter | None = None) -> int:
    """One line per label, by article, then annotator; the number of lines."""
    ids = select_records(where, ordered=False).with_only_columns(articles.c.id)
    statement = select(labels).where(labels.c.article_id.in_(ids))
    with corpus.db.read() as conn:
        found = [dict(row) for row in conn.execute(statement).mappings()]
    return _write(sidecar_path(path, "labels"), sorted(found, key=lambda row: (row["article_id"], row["annotator"])))


def write_revisions(corpus: Corpus, path: Path, where: Filter | None = None) -> int:
    """One line per stored reading, the newest of each article included; the number of lines."""
    names = ("title", "text", "content_hash", "fetched_at", "extractor_version", "archive_ref", "stored_at")
    keys = select_records(where, ordered=False).with_only_columns(articles.c.key)
    statement = (
        select(articles.c.id, revisions.c.number.label("revision"), *(revisions.c[name] for name in names))
        .join(articles, articles.c.key == revisions.c.article_key)
        .where(revisions.c.article_key.in_(keys))
        .order_by(articles.c.sort_key, articles.c.id, revisions.c.number)
    )
    with corpus.db.read() as conn:
        return _write(sidecar_path(path, "revisions"), (dict(row) for row in conn.execute(statement).mappings()))


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    lines = [one_line_each(dump_json(row).encode()) + b"\n" for row in rows]
    write_small(path, b"".join(lines).decode()).publish()
    return len(lines)
