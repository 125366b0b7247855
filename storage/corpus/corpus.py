"""All reads and writes of articles, near misses and decisions.

Writing methods take the caller's connection, so that an article and the state of its URL commit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.sql import Select

from storage.article import Article
from storage.corpus import saving
from storage.corpus.matching import miss_id
from storage.corpus.refusal import values_of
from storage.corpus.saving import Saved, ids_of, take_turn, withdrawn
from storage.database import Database, Filter, tables
from storage.database.rows import now, storable, to_article
from storage.database.upsert import upsert
from storage.identity import article_identity, article_key, id_of, is_id

# Rows fetched from the database at a time when streaming: a few MB of text.
BATCH = 500
_ANY_TOMBSTONE = select(tables.withdrawals.c.value).limit(1)


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


class Corpus:
    """The articles of one database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    # -- writing

    def save(
        self, conn: Connection, article: Article, *, run_id: str | int | None = None, confirmed: bool = False
    ) -> Saved:
        """Store an article inside the caller's transaction; see ``storage.corpus.saving``."""
        return saving.save(conn, article, run_id=run_id, confirmed=confirmed)

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
        take_turn(conn)
        ids = [id_of(article_identity(url, canonical_url)), id_of(article_key(url))]
        page = Article(url, text or "", title=title, canonical_url=canonical_url, outlet=outlet)
        if withdrawn(conn, ids, values_of(page)):
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
        upsert(conn, tables.rejected, storable(row))
        return id_

    def judge(
        self, conn: Connection, id_: str, relevance: float, nearest_seed: str | None, terms: Sequence[str]
    ) -> None:
        """Give a stored article a new judgement (another threshold, other seeds); no revision comes of it."""
        conn.execute(
            update(tables.articles).where(tables.articles.c.id == id_),
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
            update(tables.rejected).where(tables.rejected.c.id == id_),
            {"reason": reason, "score": score, "parts": parts, "terms": list(terms), "language": language},
        )

    def decide(self, conn: Connection, id_or_url: str, accepted: bool, note: str = "") -> Decision:
        """Record a person's decision on an article, a near miss, or any URL."""
        id_, url = self._resolve(conn, id_or_url)
        row = {"id": id_, "url": url, "accepted": accepted, "note": storable(note), "decided_at": now()}
        upsert(conn, tables.decisions, row)
        return Decision(**row)

    # -- reading

    def refuses(self, conn: Connection, article: Article) -> bool:
        """Whether it was withdrawn, so that nothing of it may be kept: its outlet, URL, number at it, or text."""
        if conn.execute(_ANY_TOMBSTONE).first() is None:  # as nearly always: its words need not be hashed
            return False
        return withdrawn(conn, ids_of(article), values_of(article))

    def get(self, id_or_url: str) -> Article | None:
        """One article with its evidence, by id or by any URL it was seen under."""
        id_ = id_or_url if is_id(id_or_url) else id_of(article_key(id_or_url))
        with self.db.read() as conn:
            row = conn.execute(
                _select(evidence=True)
                .join(tables.addresses, tables.addresses.c.article_key == tables.articles.c.key)
                .where(tables.addresses.c.id == id_)
            ).mappings()
            found = row.first()
            return to_article(dict(found)) if found else None

    def ids(self, *, but_version: str | None = None) -> list[str]:
        """The ids of all articles, oldest row first: 16 characters each, so that millions fit.

        ``but_version`` leaves out those that this extractor version has read.
        """
        table = tables.articles.c
        statement = select(table.id).order_by(table.key)
        if but_version is not None:
            statement = statement.where(table.extractor_version.is_distinct_from(but_version))
        with self.db.read() as conn:
            return list(conn.scalars(statement))

    def texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of these articles (some hundreds at a time), in one query; unknown ids are left out."""
        statement = (
            select(tables.articles.c.id, tables.articles.c.title, tables.revisions.c.text)
            .join(tables.revisions, tables.revisions.c.key == tables.articles.c.text_key)
            .where(tables.articles.c.id.in_(ids))
        )
        with self.db.read() as conn:
            return [(row.id, row.title or "", row.text) for row in conn.execute(statement)]

    def articles(self, where: Filter | None = None, *, evidence: bool = False) -> Iterator[Article]:
        """Stream articles in the order of exports; memory stays flat, and one state of the corpus is seen."""
        statement = (where or Filter()).apply(_select(evidence=evidence))
        statement = statement.order_by(tables.articles.c.sort_key, tables.articles.c.id)
        with self.db.read() as conn, conn.execute(statement, execution_options={"yield_per": BATCH}) as rows:
            for row in rows.mappings():
                yield to_article(dict(row))

    def get_rejected(self, id_or_url: str) -> Rejected | None:
        """One near miss, by id or URL."""
        id_ = id_or_url if is_id(id_or_url) else id_of(article_key(id_or_url))
        table = tables.rejected
        statement = select(*(table.c[name] for name in Rejected.__dataclass_fields__)).where(table.c.id == id_)
        with self.db.read() as conn:
            row = conn.execute(statement).mappings().first()
            return Rejected(**row) if row else None

    def rejected(self, *, outlet: str | None = None, min_score: float | None = None) -> Iterator[Rejected]:
        """Near misses, the nearest first."""
        table = tables.rejected
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
            return list(conn.scalars(select(tables.rejected.c.id).order_by(tables.rejected.c.id)))

    def decisions(self) -> list[Decision]:
        """All decisions, oldest first."""
        with self.db.read() as conn:
            table = tables.decisions
            rows = conn.execute(select(table).order_by(table.c.decided_at, table.c.id)).mappings()
            return [Decision(**row) for row in rows]

    def decision_on(self, id_: str, url: str | None = None) -> Decision | None:
        """The decision on an article or near miss, by its id, else on its URL."""
        table = tables.decisions
        with self.db.read() as conn:
            row = conn.execute(select(table).where(table.c.id == id_)).mappings().first()
            if row is None and url is not None:
                row = conn.execute(select(table).where(table.c.id == id_of(article_key(url)))).mappings().first()
            return Decision(**row) if row else None

    def archive_ref_of(self, conn: Connection, id_: str) -> str | None:
        """Where the newest revision of an article lies in the archive."""
        found: str | None = conn.scalar(select(tables.articles.c.archive_ref).where(tables.articles.c.id == id_))
        return found

    def archive_refs(self) -> Iterator[str]:
        """Every reference into the archive, of articles, their revisions and near misses; some more than once."""
        columns = (tables.articles.c.archive_ref, tables.revisions.c.archive_ref, tables.rejected.c.archive_ref)
        with self.db.read() as conn:
            for column in columns:
                given = select(column).where(column.is_not(None))
                with conn.execute(given, execution_options={"yield_per": BATCH}) as rows:
                    for [refs] in rows:
                        yield from refs.split()

    def counts(self) -> dict[str, int]:
        """How many articles, revisions, copies, stories, near misses, decisions and tombstones there are."""
        queries = {
            "articles": select(func.count()).select_from(tables.articles),
            "revisions": select(func.count()).select_from(tables.revisions),
            "copies": select(func.count()).select_from(tables.copies),
            "stories": select(func.count(tables.story_members.c.story_id.distinct())),
            "rejected": select(func.count()).select_from(tables.rejected),
            "decisions": select(func.count()).select_from(tables.decisions),
            "withdrawn": select(func.count()).select_from(tables.withdrawals),
        }
        with self.db.read() as conn:
            return {name: conn.execute(query).scalar_one() for name, query in queries.items()}

    def _resolve(self, conn: Connection, id_or_url: str) -> tuple[str, str | None]:
        id_ = id_or_url if is_id(id_or_url) else id_of(article_key(id_or_url))
        article = conn.execute(
            select(tables.articles.c.id, tables.articles.c.url)
            .join(tables.addresses, tables.addresses.c.article_key == tables.articles.c.key)
            .where(tables.addresses.c.id == id_)
        ).first()
        if article is not None:
            return article.id, article.url
        miss = conn.execute(select(tables.rejected.c.url).where(tables.rejected.c.id == id_)).scalar()
        return id_, miss if miss is not None else (None if is_id(id_or_url) else id_or_url)


def _select(*, evidence: bool) -> Select[Any]:
    columns: list[Any] = [
        tables.articles,
        tables.revisions.c.text,
        tables.copies.c.copy_of,
        tables.copies.c.kind.label("copy_kind"),
        tables.story_members.c.story_id,
    ]
    source = (
        tables.articles.join(tables.revisions, tables.revisions.c.key == tables.articles.c.text_key)
        .outerjoin(tables.copies, tables.copies.c.article_key == tables.articles.c.key)
        .outerjoin(tables.story_members, tables.story_members.c.article_key == tables.articles.c.key)
    )
    if evidence:
        columns += [tables.evidence.c[name] for name in ("method", "date_candidates", "cuts", "links", "bounds")]
        source = source.outerjoin(tables.evidence, tables.evidence.c.article_key == tables.articles.c.key)
    return select(*columns).select_from(source)
