"""All reads and writes of articles, near misses and decisions.

Writing methods take the caller's connection, so that an article and the state of its URL commit together. Callers
on PostgreSQL wait for each other in ``save``: two copies stored at the same moment must see each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, or_, select, text, union_all, update
from sqlalchemy.sql import Select

from storage import copies, fulltext, models, stories
from storage.article import Article
from storage.db import Database
from storage.filters import Filter
from storage.fingerprints import Fingerprinted
from storage.identity import article_id, article_identity, id_of, identity, is_id
from storage.precedence import Witness
from storage.recognition import miss_id, misses_of, recognise
from storage.rows import UNDATED, article_row, evidence_row, now, storable, to_article
from storage.upsert import upsert

# pg_advisory_xact_lock of writers of articles; see the module's text.
_WRITER_LOCK = 0x636F7270_7574
# Rows fetched from the database at a time when streaming: a few MB of text.
BATCH = 500
# Facts of the first reading that gave this content. A later reading of the same content does not change them.
_FIRST_READING = ("url", "fetched_at", "archive_ref")
# What says who copied from whom and which story an article belongs to, besides its text.
_TELL_OF_ORIGIN = frozenset({"sort_key", "published_day", "dateline", "cited_sources"})


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article: ``new``, ``revised``, ``unchanged``, or ``withdrawn`` (refused, nothing stored)."""

    id: str
    revision: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A near miss as stored."""

    id: str
    url: str
    reason: str
    outlet: str | None = None
    title: str | None = None
    score: float | None = None
    parts: dict[str, Any] | None = None
    terms: list[str] | None = None
    language: str | None = None
    archive_ref: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on an article or a near miss."""

    id: str
    url: str | None
    accepted: bool
    note: str
    decided_at: str


# The statements of every save, built once: SQLAlchemy takes longer to build one than SQLite to run it.
_WITHDRAWN, _ARTICLE, _MISS = "withdrawn", "article", "miss"
_TOMBSTONE = select(literal(_WITHDRAWN).label("what"), models.withdrawals.c.value.label("id")).where(
    or_(
        and_(models.withdrawals.c.scope == "url", models.withdrawals.c.value.in_(bindparam("ids", expanding=True))),
        and_(models.withdrawals.c.scope == "outlet", models.withdrawals.c.value == bindparam("outlet")),
    )
)
_KNOWN = union_all(
    _TOMBSTONE,
    select(literal(_ARTICLE), models.addresses.c.id).where(models.addresses.c.id.in_(bindparam("ids", expanding=True))),
    select(literal(_MISS), models.rejected.c.id).where(models.rejected.c.id.in_(bindparam("ids", expanding=True))),
)
_STORED = (
    select(models.articles)
    .join(models.addresses, models.addresses.c.article_key == models.articles.c.key)
    .where(models.addresses.c.id == bindparam("address"))
)
_INSERT_ARTICLE = insert(models.articles).returning(models.articles.c.key)
_INSERT_TEXT = insert(models.revisions).returning(models.revisions.c.key)
_INSERT_EVIDENCE = insert(models.evidence)
_TEXT = select(models.revisions.c.text).where(models.revisions.c.key == bindparam("text_key"))
_INSERT_ADDRESS = insert(models.addresses)
_SET_TEXT = update(models.articles).where(models.articles.c.key == bindparam("article"))
_FORGET_MISS = delete(models.rejected).where(models.rejected.c.id.in_(bindparam("misses", expanding=True)))


class Corpus:
    """The articles of one database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    # -- writing

    def save(self, conn: Connection, article: Article, *, run_id: str | int | None = None) -> Saved:
        """Store an article inside the caller's transaction.

        The same content again makes no row; changed title or text makes a new revision; a canonical URL is believed
        where the content bears it out (``storage.recognition``). Metadata of a reading by another extractor version
        replaces what was known; by the same version it only fills what was not.
        """
        article = replace(article, title=storable(article.title), text=storable(article.text))
        _take_turn(conn)
        ids = _ids(article)
        known: dict[str, set[str]] = {_WITHDRAWN: set(), _ARTICLE: set(), _MISS: set()}
        for what, id_ in conn.execute(_KNOWN, {"ids": ids, "outlet": article.outlet}).all():
            known[what].add(id_)
        if known[_WITHDRAWN]:
            return Saved(ids[0], 0, "withdrawn")

        def stored(address: str) -> dict[str, Any]:
            return dict(conn.execute(_STORED, {"address": address}).mappings().one())

        found, ids = recognise(conn, article, ids, known[_ARTICLE], stored)
        values = article_row(article)
        stamp = now()
        if found is None:
            saved, key = self._insert(conn, article, ids[0], values, run_id, stamp)
            relink = True
        else:
            saved, key, relink = self._update(conn, article, found, values, run_id, stamp)
        addresses = [{"id": id_, "article_key": key} for id_ in ids if id_ not in known[_ARTICLE]]
        if addresses:
            conn.execute(_INSERT_ADDRESS, addresses)
        if relink:
            self._link(conn, key, saved, article, values)
        if known[_MISS]:
            conn.execute(_FORGET_MISS, {"misses": misses_of(conn, article, known[_MISS])})
        return saved

    def _insert(
        self, conn: Connection, article: Article, id_: str, values: dict[str, Any], run_id: str | int | None, stamp: str
    ) -> tuple[Saved, int]:
        run = None if run_id is None else str(run_id)
        row = values | {"id": id_, "revision": 1, "run_id": run, "stored_at": stamp, "seen_at": stamp}
        key: int = conn.execute(_INSERT_ARTICLE, row).scalar_one()
        self._new_text(conn, key, 1, article, values, run, stamp)
        conn.execute(_INSERT_EVIDENCE, evidence_row(article) | {"article_key": key})
        return Saved(id_, 1, "new"), key

    def _update(
        self,
        conn: Connection,
        article: Article,
        found: dict[str, Any],
        values: dict[str, Any],
        run_id: str | int | None,
        stamp: str,
    ) -> tuple[Saved, int, bool]:
        """What became of it, its key, and whether its copies and story are to be found anew."""
        key: int = found["key"]
        run = None if run_id is None else str(run_id)
        changed = found["content_hash"] != values["content_hash"]
        other_reader = changed or found["extractor_version"] != values["extractor_version"]
        news = {
            name: value
            for name, value in values.items()
            if found[name] != value
            and (changed or name not in _FIRST_READING or found[name] is None)
            and (other_reader or found[name] in (None, [], {}))
        }
        if not other_reader and found["published_at"] is not None:  # they hang together
            for name in ("published_precision", "published_source", "published_day", "sort_key"):
                news.pop(name, None)
        revision = found["revision"] + 1 if changed else found["revision"]
        conn.execute(
            update(models.articles).where(models.articles.c.key == key),
            news | {"seen_at": stamp, "revision": revision},
        )
        if other_reader:
            upsert(conn, models.evidence, evidence_row(article) | {"article_key": key})
        relink = changed or not _TELL_OF_ORIGIN.isdisjoint(news)
        if relink:
            old_text: str = conn.execute(_TEXT, {"text_key": found["text_key"]}).scalar_one()
            content = Fingerprinted(old_text)
            copies.unlink(conn, key, content)
            stories.forget(conn, key, found["title"], content, found["published_day"])
        if changed:
            fulltext.remove(conn, key, found["title"], old_text)
            self._new_text(conn, key, revision, article, values, run, stamp)
        return Saved(found["id"], revision, "revised" if changed else "unchanged"), key, relink

    def _new_text(
        self,
        conn: Connection,
        key: int,
        number: int,
        article: Article,
        values: dict[str, Any],
        run: str | None,
        stamp: str,
    ) -> None:
        row = {
            name: values[name] for name in ("title", "content_hash", "fetched_at", "extractor_version", "archive_ref")
        }
        row |= {"article_key": key, "number": number, "text": article.text, "run_id": run, "stored_at": stamp}
        text_key = conn.execute(_INSERT_TEXT, row).scalar_one()
        conn.execute(_SET_TEXT, {"article": key, "text_key": text_key})
        fulltext.add(conn, key, values["title"], article.text)

    def _link(self, conn: Connection, key: int, saved: Saved, article: Article, values: dict[str, Any]) -> None:
        published = None if values["sort_key"] == UNDATED else values["sort_key"]
        witness = Witness(
            values["url"],
            values["outlet"],
            article.text,
            values["dateline"],
            values["cited_sources"],
            published,
            values["published_precision"],
        )
        content = Fingerprinted(article.text)
        copy = copies.link(conn, copies.Subject(key, saved.id, content, witness))
        stories.assign(conn, key, values["title"], content, values["published_day"], copy)

    def reject(
        self,
        conn: Connection,
        url: str,
        *,
        reason: str,
        outlet: str | None = None,
        title: str | None = None,
        score: float | None = None,
        parts: dict[str, Any] | None = None,
        terms: Sequence[str] = (),
        language: str | None = None,
        archive_ref: str | None = None,
        text: str | None = None,
        canonical_url: str | None = None,
        run_id: str | int | None = None,
    ) -> str | None:
        """Store or replace a near miss; its id, or None where the URL or outlet was withdrawn."""
        ids = [id_of(article_identity(url, canonical_url)), id_of(identity(url))]
        if _withdrawn(conn, ids, outlet):
            return None
        row = {
            "id": (id_ := miss_id(conn, url, canonical_url, title, text)),
            "url": url,
            "outlet": outlet,
            "title": title,
            "score": score,
            "parts": parts or {},
            "terms": list(terms),
            "reason": reason,
            "language": language,
            "archive_ref": archive_ref,
            "text": text,
            "run_id": None if run_id is None else str(run_id),
            "stored_at": now(),
        }
        upsert(conn, models.rejected, storable(row))
        return id_

    def judge(
        self, conn: Connection, id_: str, relevance: float, nearest_seed: str | None, terms: Sequence[str]
    ) -> None:
        """Give a stored article a new judgement (another threshold, other seeds); no revision comes of it."""
        conn.execute(
            update(models.articles).where(models.articles.c.id == id_),
            {"relevance": round(relevance, 6), "nearest_seed": nearest_seed, "relevance_terms": list(terms)},
        )

    def judge_rejected(
        self,
        conn: Connection,
        id_: str,
        *,
        reason: str,
        score: float,
        parts: dict[str, Any],
        terms: Sequence[str],
        language: str | None,
    ) -> None:
        """Give a near miss a new judgement, by which it still is none of the articles."""
        conn.execute(
            update(models.rejected).where(models.rejected.c.id == id_),
            {"reason": reason, "score": score, "parts": parts, "terms": list(terms), "language": language},
        )

    def decide(self, conn: Connection, id_or_url: str, accepted: bool, note: str = "") -> Decision:
        """Record a person's decision on an article, a near miss, or any URL."""
        id_, url = self._resolve(conn, id_or_url)
        row = {"id": id_, "url": url, "accepted": accepted, "note": storable(note), "decided_at": now()}
        upsert(conn, models.decisions, row)
        return Decision(**row)

    # -- reading

    def refuses(self, conn: Connection, article: Article) -> bool:
        """Whether its URL or its outlet was withdrawn, so that nothing of it may be kept."""
        return _withdrawn(conn, _ids(article), article.outlet)

    def get(self, id_or_url: str) -> Article | None:
        """One article with its evidence, by id or by any URL it was seen under."""
        id_ = id_or_url if is_id(id_or_url) else id_of(identity(id_or_url))
        with self.db.read() as conn:
            row = conn.execute(
                _select(evidence=True)
                .join(models.addresses, models.addresses.c.article_key == models.articles.c.key)
                .where(models.addresses.c.id == id_)
            ).mappings()
            found = row.first()
            return to_article(dict(found)) if found else None

    def ids(self) -> list[str]:
        """The ids of all articles, oldest row first: 16 characters each, so that millions fit."""
        with self.db.read() as conn:
            return list(conn.scalars(select(models.articles.c.id).order_by(models.articles.c.key)))

    def texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of these articles (some hundreds at a time), in one query; unknown ids are left out."""
        statement = (
            select(models.articles.c.id, models.articles.c.title, models.revisions.c.text)
            .join(models.revisions, models.revisions.c.key == models.articles.c.text_key)
            .where(models.articles.c.id.in_(ids))
        )
        with self.db.read() as conn:
            return [(row.id, row.title or "", row.text) for row in conn.execute(statement)]

    def articles(self, where: Filter | None = None, *, evidence: bool = False) -> Iterator[Article]:
        """Stream articles in the order of exports; memory stays flat, and one state of the corpus is seen."""
        statement = (where or Filter()).apply(_select(evidence=evidence))
        statement = statement.order_by(models.articles.c.sort_key, models.articles.c.id)
        with self.db.read() as conn, conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
            for row in rows.mappings():
                yield to_article(dict(row))

    def get_rejected(self, id_or_url: str) -> Rejected | None:
        """One near miss, by id or URL."""
        id_ = id_or_url if is_id(id_or_url) else id_of(identity(id_or_url))
        table = models.rejected
        statement = select(*(table.c[name] for name in Rejected.__dataclass_fields__)).where(table.c.id == id_)
        with self.db.read() as conn:
            row = conn.execute(statement).mappings().first()
            return Rejected(**row) if row else None

    def rejected(self, *, outlet: str | None = None, min_score: float | None = None) -> Iterator[Rejected]:
        """Near misses, the nearest first."""
        table = models.rejected
        statement = select(*(table.c[name] for name in Rejected.__dataclass_fields__))
        if outlet is not None:
            statement = statement.where(table.c.outlet == outlet)
        if min_score is not None:
            statement = statement.where(table.c.score >= min_score)
        statement = statement.order_by(func.coalesce(table.c.score, -1.0).desc(), table.c.id)
        with self.db.read() as conn, conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
            for row in rows.mappings():
                yield Rejected(**row)

    def rejected_ids(self) -> list[str]:
        """The ids of all near misses."""
        with self.db.read() as conn:
            return list(conn.scalars(select(models.rejected.c.id).order_by(models.rejected.c.id)))

    def decisions(self) -> list[Decision]:
        """All decisions, oldest first."""
        with self.db.read() as conn:
            table = models.decisions
            rows = conn.execute(select(table).order_by(table.c.decided_at, table.c.id)).mappings()
            return [Decision(**row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many articles, revisions, copies, stories, near misses, decisions and tombstones there are."""
        queries = {
            "articles": select(func.count()).select_from(models.articles),
            "revisions": select(func.count()).select_from(models.revisions),
            "copies": select(func.count()).select_from(models.copies),
            "stories": select(func.count(models.story_members.c.story_id.distinct())),
            "rejected": select(func.count()).select_from(models.rejected),
            "decisions": select(func.count()).select_from(models.decisions),
            "withdrawn": select(func.count()).select_from(models.withdrawals),
        }
        with self.db.read() as conn:
            return {name: conn.execute(query).scalar_one() for name, query in queries.items()}

    def _resolve(self, conn: Connection, id_or_url: str) -> tuple[str, str | None]:
        id_ = id_or_url if is_id(id_or_url) else id_of(identity(id_or_url))
        article = conn.execute(
            select(models.articles.c.id, models.articles.c.url)
            .join(models.addresses, models.addresses.c.article_key == models.articles.c.key)
            .where(models.addresses.c.id == id_)
        ).first()
        if article is not None:
            return article.id, article.url
        miss = conn.execute(select(models.rejected.c.url).where(models.rejected.c.id == id_)).scalar()
        return id_, miss if miss is not None else (None if is_id(id_or_url) else id_or_url)


def _select(*, evidence: bool) -> Select[Any]:
    columns: list[Any] = [
        models.articles,
        models.revisions.c.text,
        models.copies.c.copy_of,
        models.copies.c.kind.label("copy_kind"),
        models.story_members.c.story_id,
    ]
    source = (
        models.articles.join(models.revisions, models.revisions.c.key == models.articles.c.text_key)
        .outerjoin(models.copies, models.copies.c.article_key == models.articles.c.key)
        .outerjoin(models.story_members, models.story_members.c.article_key == models.articles.c.key)
    )
    if evidence:
        columns += [models.evidence.c[name] for name in ("method", "date_candidates", "cuts", "links")]
        source = source.outerjoin(models.evidence, models.evidence.c.article_key == models.articles.c.key)
    return select(*columns).select_from(source)


def _ids(article: Article) -> list[str]:
    """The addresses the article has or claims to have, the one that names it first."""
    url, canonical_url = article.url, article.canonical_url
    claimed = id_of(article_identity(url, canonical_url))
    return list(dict.fromkeys([article_id(url, canonical_url), id_of(identity(url)), claimed]))


def _withdrawn(conn: Connection, ids: list[str], outlet: str | None) -> bool:
    return conn.execute(_TOMBSTONE, {"ids": ids, "outlet": outlet}).first() is not None


def _take_turn(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
