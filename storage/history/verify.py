"""Whether a corpus is what was recorded: every hash, archive reference, index entry, copy link and foreign key.

Nothing is repaired. Each fault is named by the table and the row it is in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Text, func, select, text, type_coerce

import storage.database.frontier_tables  # noqa: F401 - its tables belong to the metadata
from storage.article import Article
from storage.corpus import Corpus
from storage.database.fulltext import folded
from storage.database.rows import read_time, sort_key
from storage.database.tables import (
    JsonText,
    addresses,
    articles,
    copies,
    evidence,
    fingerprints,
    metadata,
    records,
    rejected,
    revisions,
    snapshot_items,
    story_members,
    withdrawals,
)
from storage.errors import NotAsRecorded
from storage.export.pinned import all_snapshots, body_hash, pinned

BATCH = 500
_JSON = tuple(column.name for column in articles.columns if isinstance(column.type, JsonText))
WORDS = 3  # of a text that the index must know, the longest

# What is wrong with a reference into the archive, None if it is readable and of one of these addresses' pages:
# (reference, ids of addresses, the article's URL).
CheckRef = Callable[[str, frozenset[str], str], str | None]
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as recorded: which check found it, where, and what is wrong."""

    check: str
    where: str
    what: str


def total(corpus: Corpus) -> int:
    """How many rows ``verify`` looks at, for its progress."""
    with corpus.db.read() as conn:
        counted = (revisions, articles, rejected, records, snapshot_items)
        return sum(int(conn.scalar(select(func.count()).select_from(table)) or 0) for table in counted)


def verify(corpus: Corpus, check_ref: CheckRef | None = None, on_progress: Progress = str) -> Iterator[Fault]:
    """Every fault of one state of the corpus; ``check_ref`` looks into the archive, None leaves that out."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done % 100 == 0:
            on_progress(done)

    with corpus.db.read() as conn:
        yield from _database(conn)
        yield from _revisions(conn, check_ref, step)
        yield from _articles(conn, step)
        yield from _near_misses(conn, check_ref, step)
        yield from _companions(conn)
        yield from _copies(conn)
        yield from _snapshots(conn, step)
    on_progress(done)


def _database(conn: Connection) -> Iterator[Fault]:
    """Foreign keys on both databases, and the pages of an SQLite file."""
    if conn.dialect.name == "sqlite":
        for [said] in conn.exec_driver_sql("PRAGMA quick_check(20)").fetchall():
            if said != "ok":
                yield Fault("database", "file", str(said))
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            missing = (
                select(*table.primary_key, key.parent)
                .outerjoin(key.column.table, key.parent == key.column)
                .where(key.parent.is_not(None), key.column.is_(None))
            )
            for row in conn.execute(missing):
                yield Fault("foreign key", f"{table.name} {row[0]}", f"{key.parent.name} {row[-1]} does not exist")


def _revisions(conn: Connection, check_ref: CheckRef | None, step: Callable[[], None]) -> Iterator[Fault]:
    known = _addresses(conn) if check_ref else {}
    statement = (
        select(articles.c.id, articles.c.url, articles.c.archive_ref.label("newest"), revisions)
        .join(articles, articles.c.key == revisions.c.article_key)
        .order_by(revisions.c.key)
    )
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
        for row in rows.mappings():
            step()
            where = f"article {row['id']} revision {row['number']}"
            found = Article(row["url"], row["text"], title=row["title"]).content_hash
            if found != row["content_hash"]:
                yield Fault("content hash", where, f"title and text give {found}, recorded is {row['content_hash']}")
            if check_ref:
                refs = {*(row["archive_ref"] or "").split(), *(row["newest"] or "").split()}
                for ref in sorted(refs):
                    if wrong := check_ref(ref, known.get(row["article_key"], frozenset()), row["url"]):
                        yield Fault("archive", where, f"{ref}: {wrong}")


def _addresses(conn: Connection) -> dict[int, frozenset[str]]:
    found: dict[int, list[str]] = {}
    for id_, key in conn.execute(select(addresses.c.id, addresses.c.article_key)):
        found.setdefault(key, []).append(id_)
    return {key: frozenset(ids) for key, ids in found.items()}


def _articles(conn: Connection, step: Callable[[], None]) -> Iterator[Fault]:
    """An article shows its newest revision, and the index holds that."""
    newest = (
        select(revisions.c.article_key, func.max(revisions.c.number).label("number"))
        .group_by(revisions.c.article_key)
        .subquery()
    )
    statement = (
        select(
            articles.c.key, articles.c.id, articles.c.revision, articles.c.title, articles.c.content_hash,
            articles.c.word_count, articles.c.published_at, articles.c.published_day, articles.c.sort_key,
            *(type_coerce(articles.c[name], Text).label(f"json {name}") for name in _JSON),
            revisions.c.title.label("shown_title"), revisions.c.number, revisions.c.content_hash.label("shown"),
            revisions.c.text,
            newest.c.number.label("newest"),
        )
        .outerjoin(revisions, revisions.c.key == articles.c.text_key)
        .outerjoin(newest, newest.c.article_key == articles.c.key)
        .order_by(articles.c.key)
    )  # fmt: skip
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
        for batch in rows.partitions():
            indexed = _indexed(conn, batch[0].key, batch[-1].key)
            for row in batch:
                step()
                where = f"article {row.id}"
                if row.text is None:
                    yield Fault("revision", where, "the revision it shows does not exist")
                    continue
                if not row.number == row.newest == row.revision:
                    yield Fault("revision", where, f"shows {row.number} as {row.revision}, the newest is {row.newest}")
                if row.content_hash != row.shown:
                    yield Fault("content hash", where, f"{row.content_hash}, its revision has {row.shown}")
                if (row.title or "").split() != (row.shown_title or "").split():
                    yield Fault("revision", where, f"its title is not its revision's, {row.shown_title!r}")
                yield from (Fault("article", where, what) for what in _fields(row._mapping))
                if row.word_count != len(row.text.split()):
                    yield Fault("revision", where, f"word_count {row.word_count}, its text has {len(row.text.split())}")
                if row.key not in indexed:
                    yield Fault("index", where, "not in the full-text index")
                elif not _finds(conn, row.key, row.text):
                    yield Fault("index", where, "the full-text index does not hold the words of its text")
    extra = "SELECT id FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"
    if conn.dialect.name == "postgresql":
        extra = "SELECT article_key FROM articles_fts WHERE article_key NOT IN (SELECT key FROM articles)"
    for [key] in conn.exec_driver_sql(extra):
        yield Fault("index", f"index row {key}", "of no article")


def _fields(row: Mapping[Any, Any]) -> Iterator[str]:
    """What of an article's row contradicts itself, or cannot be read."""
    published = row["published_at"]
    try:
        if row["published_day"] != (published[:10] if published else None):
            yield f"published_day {row['published_day']}, published_at {published}"
        if row["sort_key"] != sort_key(read_time(published)):
            yield f"sort_key {row['sort_key']}, published_at {published}"
    except ValueError:
        yield f"published_at {published} is no time"
    for name in _JSON:
        try:
            json.loads(row[f"json {name}"])
        except ValueError:
            yield f"{name} is no JSON"


def _companions(conn: Connection) -> Iterator[Fault]:
    """Every article has an address and its evidence; fingerprints and stories are of articles."""
    for table in (addresses, evidence):
        there = select(table.c.article_key)
        lacking = select(articles.c.id).where(articles.c.key.not_in(there))
        for id_ in conn.scalars(lacking.order_by(articles.c.key)):
            yield Fault(table.name, f"article {id_}", f"it has no row of its own in {table.name}")
    of_none = select(fingerprints.c.article_key).where(fingerprints.c.article_key.not_in(select(articles.c.key)))
    for key in conn.scalars(of_none.distinct()):
        yield Fault("fingerprints", f"article key {key}", "fingerprints of no article")
    gone = select(withdrawals.c.article_id).where(withdrawals.c.article_id.is_not(None))
    stories = (
        select(story_members.c.story_id)
        .where(story_members.c.story_id.not_in(select(articles.c.id)), story_members.c.story_id.not_in(gone))
        .distinct()
    )
    for id_ in conn.scalars(stories):
        yield Fault("stories", f"story {id_}", "the article it began with is neither there nor withdrawn")


def _indexed(conn: Connection, first: int, last: int) -> set[int]:
    table = "articles_fts_docsize WHERE id" if conn.dialect.name == "sqlite" else "articles_fts WHERE article_key"
    name = table.rpartition(" ")[2]
    statement = text(f"SELECT {name} FROM {table} BETWEEN :first AND :last")
    return set(conn.scalars(statement, {"first": first, "last": last}))


_FINDS = {
    "sqlite": text("SELECT 1 FROM articles_fts WHERE articles_fts MATCH :phrase AND rowid = :key"),
    "postgresql": text(
        "SELECT 1 FROM articles_fts WHERE article_key = :key AND document @@ to_tsquery('simple', :phrase)"
    ),
}


def _finds(conn: Connection, key: int, body: str) -> bool:
    """Whether the index knows the longest words of the text: those are rare, so the look-up is short."""
    words = {word for word in folded(body).split() if word.isascii() and len(word) <= 40}
    asked = sorted(words, key=lambda word: (-len(word), word))[:WORDS]
    if not asked:
        return True
    phrase = (" AND " if conn.dialect.name == "sqlite" else " & ").join(f'"{word}"' for word in asked)
    phrase = phrase if conn.dialect.name == "sqlite" else phrase.replace('"', "")
    return conn.execute(_FINDS[conn.dialect.name], {"phrase": phrase, "key": key}).first() is not None


def _near_misses(conn: Connection, check_ref: CheckRef | None, step: Callable[[], None]) -> Iterator[Fault]:
    for id_, url, refs in conn.execute(select(rejected.c.id, rejected.c.url, rejected.c.archive_ref)):
        step()
        for ref in (refs or "").split() if check_ref else ():
            if check_ref and (wrong := check_ref(ref, frozenset({id_}), url)):
                yield Fault("archive", f"near miss {id_}", f"{ref}: {wrong}")


def _copies(conn: Connection) -> Iterator[Fault]:
    """A copy leads to an article that is there or was withdrawn, and never back to itself."""
    ids = set(conn.scalars(select(articles.c.id)))
    gone = set(conn.scalars(select(withdrawals.c.article_id).where(withdrawals.c.article_id.is_not(None))))
    joined = select(articles.c.id, copies.c.copy_of, copies.c.chain)
    rows = conn.execute(joined.join(copies, copies.c.article_key == articles.c.key)).all()
    origin, chain = {row.id: row.copy_of for row in rows}, {row.id: row.chain for row in rows}
    clear: set[str] = set()
    for id_, copy_of in origin.items():
        if copy_of not in ids and copy_of not in gone:
            yield Fault("copies", f"article {id_}", f"copy of {copy_of}, which is neither there nor withdrawn")
        path = [id_]
        while path[-1] in origin and path[-1] not in clear and path[-1] not in path[:-1]:
            path.append(origin[path[-1]])
        if path[-1] in path[:-1]:
            circle = path[path.index(path[-1]) :]
            yield Fault("copies", f"article {path[-1]}", "a circle: " + " → ".join(circle))
        elif copy_of in ids and chain[id_] != chain.get(copy_of, copy_of):
            yield Fault("copies", f"article {id_}", f"is said to be of the chain of {chain[id_]}")
        clear.update(one for one, _ in pairwise(path))


def _snapshots(conn: Connection, step: Callable[[], None]) -> Iterator[Fault]:
    statement = select(records, revisions.c.key.label("there")).outerjoin(
        revisions, revisions.c.key == records.c.text_key
    )
    with conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            step()
            where = f"record {row.hash} of article {row.article_id}"
            if body_hash(row.body) != row.hash:
                yield Fault("snapshot", where, "its fields are not those its hash is of")
            if row.there is None:
                yield Fault("snapshot", where, f"its text (revision key {row.text_key}) does not exist")
    gone = select(withdrawals.c.article_id).where(withdrawals.c.article_id.is_not(None))
    lost = (
        select(snapshot_items.c.article_id, snapshot_items.c.hash)
        .outerjoin(records, records.c.hash == snapshot_items.c.hash)
        .where(records.c.hash.is_(None), snapshot_items.c.article_id.not_in(gone))
        .distinct()
    )
    for id_, hash_ in conn.execute(lost):
        yield Fault("snapshot", f"article {id_}", f"its record {hash_} does not exist")
    for snapshot in all_snapshots(conn):
        try:
            with closing(pinned(conn, snapshot)) as batches:
                for batch in batches:
                    for _ in batch:
                        step()
        except NotAsRecorded as error:
            yield Fault("snapshot", f"snapshot {snapshot.name}", str(error).partition(";")[0])
        except ValueError as error:  # a record that is no JSON
            yield Fault("snapshot", f"snapshot {snapshot.name}", f"cannot be read: {error}")
