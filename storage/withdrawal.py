"""Taking articles out of the corpus for good: text and metadata go, a tombstone stays and refuses them ever after.

The tombstone holds the URL, the outlet, the reason and the time. What the corpus cannot reach is told to the caller:
raw captures in the archive, and files that were exported before (the next delta lists the withdrawal).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, or_, select, text

from storage import copies, fulltext, models, stories
from storage.corpus import Corpus
from storage.errors import ConfigurationError
from storage.fingerprints import Fingerprinted
from storage.identity import id_of, identity, is_id
from storage.rows import now
from storage.upsert import insert_new

_BATCH = 200


@dataclass(slots=True)
class Withdrawn:
    """What a withdrawal took out."""

    articles: int = 0
    near_misses: int = 0
    archive_refs: list[str] = field(default_factory=list)  # raw captures that are still in the archive


def withdraw(corpus: Corpus, target: str, reason: str) -> Withdrawn:
    """Withdraw one article (URL or id) or a whole outlet (its id), in one transaction.

    A URL or outlet that is not in the corpus is refused from now on all the same. Raises ``ConfigurationError`` for
    an unknown article id or an empty reason.
    """
    if not reason.strip():
        raise ConfigurationError("a withdrawal needs a reason; it is kept with the tombstone")
    done = Withdrawn()
    with corpus.db.begin() as conn:
        if corpus.db.dialect == "sqlite":
            conn.exec_driver_sql("PRAGMA secure_delete = ON")  # freed pages are overwritten
        if "://" in target or is_id(target):
            _withdraw_url(conn, target, reason, done)
        else:
            _withdraw_outlet(conn, target, reason, done)
        if corpus.db.dialect == "sqlite" and done.articles:
            conn.exec_driver_sql("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
    _overwrite(corpus)
    return done


def tombstones(corpus: Corpus) -> list[dict[str, Any]]:
    """All withdrawals, oldest first."""
    with corpus.db.read() as conn:
        return [dict(row) for row in conn.execute(select(models.withdrawals).order_by("key")).mappings()]


def _withdraw_url(conn: Connection, target: str, reason: str, done: Withdrawn) -> None:
    address = target if is_id(target) else id_of(identity(target))
    row = _articles(conn, models.addresses.c.id == address).first()
    if row is not None:
        _take_out(conn, row, reason, done)
        return
    miss = conn.execute(select(models.rejected).where(models.rejected.c.id == address)).first()
    if miss is None and is_id(target):
        raise ConfigurationError(f"there is no article {target}; give its URL to refuse it from now on")
    url = miss.url if miss is not None else target
    _bury(conn, "url", [address], address, url, miss.outlet if miss is not None else None, reason)
    done.near_misses += conn.execute(delete(models.rejected).where(models.rejected.c.id == address)).rowcount


def _withdraw_outlet(conn: Connection, outlet: str, reason: str, done: Withdrawn) -> None:
    _bury(conn, "outlet", [outlet], None, None, outlet, reason)
    for batch in iter(lambda: _articles(conn, models.articles.c.outlet == outlet).fetchmany(_BATCH), []):
        for row in {row.key: row for row in batch}.values():
            _take_out(conn, row, reason, done)
    done.near_misses += conn.execute(delete(models.rejected).where(models.rejected.c.outlet == outlet)).rowcount


def _articles(conn: Connection, condition: Any) -> Any:
    columns = [models.articles.c[name] for name in ("key", "id", "url", "outlet", "title", "published_day")]
    return conn.execute(
        select(*columns, models.revisions.c.text)
        .join(models.addresses, models.addresses.c.article_key == models.articles.c.key)
        .join(models.revisions, models.revisions.c.key == models.articles.c.text_key)
        .where(condition)
        .limit(_BATCH)
    )


def _take_out(conn: Connection, row: Any, reason: str, done: Withdrawn) -> None:
    key = row.key
    addresses = list(conn.scalars(select(models.addresses.c.id).where(models.addresses.c.article_key == key)).all())
    _bury(conn, "url", list(dict.fromkeys([*addresses, row.id])), row.id, row.url, row.outlet, reason)
    done.archive_refs += [ref for ref in _archive_refs(conn, key) if ref not in done.archive_refs]
    content = Fingerprinted(row.text)
    copies.unlink(conn, key, content)
    stories.forget(conn, key, row.title, content, row.published_day)
    fulltext.remove(conn, key, row.title, row.text)
    conn.execute(delete(models.records).where(models.records.c.article_id == row.id))
    conn.execute(delete(models.decisions).where(models.decisions.c.id.in_([*addresses, row.id])))
    misses = delete(models.rejected).where(or_(models.rejected.c.id.in_(addresses), models.rejected.c.id == row.id))
    done.near_misses += conn.execute(misses).rowcount
    conn.execute(delete(models.articles).where(models.articles.c.key == key))  # the rest goes with it
    done.articles += 1


def _archive_refs(conn: Connection, key: int) -> Iterator[str]:
    for ref in conn.scalars(select(models.revisions.c.archive_ref).where(models.revisions.c.article_key == key)):
        if ref:
            yield from ref.split()


def _bury(
    conn: Connection, scope: str, values: list[str], id_: str | None, url: str | None, outlet: str | None, reason: str
) -> None:
    stamp = now()
    rows = [
        {
            "scope": scope,
            "value": value,
            "article_id": id_,
            "url": url,
            "outlet": outlet,
            "reason": reason,
            "withdrawn_at": stamp,
        }
        for value in values
    ]
    insert_new(conn, models.withdrawals, rows)


def _overwrite(corpus: Corpus) -> None:
    """Let nothing of it stay in the write-ahead log or in dead rows."""
    with corpus.db.guarded(), corpus.db.engine.connect() as connection:
        if corpus.db.dialect == "sqlite":
            raw = connection.connection.cursor()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
        else:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            autocommit.execute(text("VACUUM articles, revisions, evidence, rejected, records, articles_fts"))
