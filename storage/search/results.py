"""Pages of results for a person who looks: bounded at any size of the corpus, with counts by outlet, month and so on.

``search`` ranks everything that matches, which takes seconds for a common word in a million articles. A listing looks
at the first ``MOST`` articles by what an index leads to (words; an outlet and days; a story; else the newest) and does
the rest among those. Where there were more, ``Listing.bounded`` says so.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Text,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.sql import Select, Subquery

from storage.corpus import Corpus, Rejected
from storage.database import Filter
from storage.database.fulltext import folded
from storage.database.rows import UNDATED
from storage.database.tables import articles, copies, rejected, revisions, story_members
from storage.search.language import Query, parse, postgresql_query, sqlite_query
from storage.search.query import TITLE_WEIGHT, Hit, hit, snippet

# Articles looked at for one listing: more than anybody pages through, and a tenth of a second (bench/browse.py).
MOST = 5_000
# The same where each must be looked into: a server's full-text documents are unpacked one by one, near misses read.
MOST_READ = 1_000
# Texts with all words of a phrase that a server looks into for the phrase itself: its index knows no places.
MOST_LOOSE = 3_000
ORDERS = ("best", "newest", "oldest", "score")
FACETS = ("outlet", "month", "country", "language", "copy")
ORIGINAL = "original"  # the copy kind of what copies nothing


# The columns of a row that was found.
_KEY, _ID, _OUTLET, _DAY, _SORT, _LANGUAGE, _RELEVANCE, _COUNTRIES, _KIND, _SCORE = range(10)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. ``kinds`` are copy kinds and ``ORIGINAL``; ``order`` one of ``ORDERS``."""

    words: str = ""
    where: Filter = field(default_factory=Filter)
    kinds: Sequence[str] = ()
    order: str = "newest"


@dataclass(slots=True)
class Listing:
    """A page of hits, how many there are, and counts by facet (value → number) over all of them.

    ``bounded``: only the first ``MOST`` were looked at. ``ids`` are all that were found, in order.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    bounded: bool = False
    facets: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in FACETS})
    ids: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # what of the words could not be read, as sentences


def listing(corpus: Corpus, asked: Asked, *, limit: int = 20, offset: int = 0) -> Listing:
    """A page of what is asked for. Raises ``ConfigurationError`` for words that are none."""
    query = parse(asked.words) if asked.words.strip() else None
    with corpus.db.read() as conn:
        rows, bounded = _rows(conn, asked, query)
        rows = _sorted(rows, asked.order, ranked=query is not None)
        found = Listing(total=len(rows), bounded=bounded, ids=[row[_ID] for row in rows])
        found.unread = query.unread if query else []
        _count(found, rows)
        shown = {row[_KEY]: row[_SCORE] for row in rows[offset : offset + limit]}
        found.hits = _hits(conn, shown, query) if shown else []
    return found


def _sorted(rows: list[Any], order: str, *, ranked: bool) -> list[Any]:
    in_time = sorted(rows, key=itemgetter(_SORT, _ID))  # those without a day come last
    if order == "best" and ranked:
        return sorted(in_time, key=itemgetter(_SCORE), reverse=True)
    if order == "score":
        return sorted(in_time, key=lambda row: -1.0 if row[_RELEVANCE] is None else row[_RELEVANCE], reverse=True)
    if order == "oldest":
        return in_time
    dated = bisect_left(in_time, UNDATED, key=itemgetter(_SORT))
    return in_time[:dated][::-1] + in_time[dated:]


def _rows(conn: Connection, asked: Asked, query: Query | None) -> tuple[list[Any], bool]:
    """All that was found among what was looked at, and whether that was not all."""
    if query is None:
        return _listed(conn, asked, None)
    most = _most(conn)
    if query.is_loose and conn.dialect.name == "postgresql":
        more = _size(conn, _loose(query, MOST_LOOSE + 1)) > MOST_LOOSE
    else:
        more = _size(conn, _matches(conn, query, most + 1)) > most
    if more and _narrow(asked.where):
        return _listed(conn, asked, query)
    return _joined(conn, asked, _matches(conn, query, most)), more


def _size(conn: Connection, looked: Subquery) -> int:
    return int(conn.execute(select(func.count()).select_from(looked)).scalar_one())


def _most(conn: Connection) -> int:
    return MOST if conn.dialect.name == "sqlite" else MOST_READ


def _narrow(where: Filter) -> bool:
    """Whether an index leads to the articles of a filter."""
    return bool(where.outlets or where.since or where.until or where.story or where.ids)


def _listed(conn: Connection, asked: Asked, query: Query | None) -> tuple[list[Any], bool]:
    """By the filter's index: the newest (or the oldest) first, then those without a day."""
    most = MOST if query is None else _most(conn)
    by_outlet = bool(asked.where.outlets) and asked.where.story is None
    by = articles.c.published_day if by_outlet else articles.c.sort_key
    window = select(articles.c.key).where(*_indexed(asked.where))
    if asked.where.story is not None:
        window = window.join(story_members, story_members.c.article_key == articles.c.key)
    dated = window.where(by < UNDATED).order_by(by.asc() if asked.order == "oldest" else by.desc())
    parts = [dated]
    if asked.where.since is None and asked.where.until is None:
        undated = articles.c.published_day.is_(None) if by_outlet else articles.c.sort_key >= UNDATED
        parts.append(window.where(undated))
    rows: list[Any] = []
    for part in parts:
        size = _size(conn, part.limit(most + 1).subquery())
        looked = part.limit(most).subquery()
        rows += _joined(conn, asked, looked if query is None else _matching(conn, query, looked))
        most -= size
        if most < 0:
            return rows, True
    return rows, False


def _indexed(where: Filter) -> list[Any]:
    """The conditions that an index leads to; days by the order of exports too, which is in UTC."""
    alone = replace(
        Filter(), since=where.since, until=where.until, outlets=where.outlets, story=where.story, ids=where.ids
    )
    found: list[Any] = list(alone.conditions())
    if where.since is not None and where.since > date.min + timedelta(2):
        found.append(articles.c.sort_key >= (where.since - timedelta(1)).isoformat())
    if where.until is not None and where.until < date.max - timedelta(2):
        found.append(articles.c.sort_key < (where.until + timedelta(2)).isoformat())
    return found


def _matches(conn: Connection, query: Query, most: int) -> Subquery:
    """Keys and scores of articles with the words: the last stored first on SQLite, as they lie on PostgreSQL."""
    if conn.dialect.name == "sqlite":
        found = text(
            "SELECT rowid AS key, -bm25(articles_fts, :weight, 1.0) AS score FROM articles_fts"
            " WHERE articles_fts MATCH :match ORDER BY rowid DESC LIMIT :most"
        ).bindparams(weight=TITLE_WEIGHT, match=sqlite_query(query), most=most)
        return found.columns(column("key"), column("score", Float)).subquery("matches")
    if query.is_loose:
        return _ranked(query, _loose(query, MOST_LOOSE)).limit(MOST_LOOSE).subquery("matches")
    return _ranked(query, text("articles_fts")).limit(most).subquery("matches")


def _loose(query: Query, most: int) -> Subquery:
    """On PostgreSQL, documents that have the words of all phrases, wherever they stand."""
    words = func.to_tsquery(text("'simple'"), literal(postgresql_query(query, loose=True)))
    document: ColumnElement[Any] = column("document")
    found = select(column("article_key"), document).select_from(text("articles_fts"))
    return found.where(document.op("@@")(words)).limit(most).subquery("loose")


def _matching(conn: Connection, query: Query, looked: Subquery) -> Subquery:
    """Keys and scores of those of some articles that have the words."""
    if conn.dialect.name == "sqlite":
        index = table("articles_fts", column("rowid"))
        score = func.bm25(text("articles_fts"), TITLE_WEIGHT, 1.0, type_=Float)
        # The index is read once and each match looked up among the few, because of the + 0; the other way round SQLite
        # would read the index anew for each of those.
        found = (
            select(looked.c.key.label("key"), (-score).label("score"))
            .select_from(index.join(looked, looked.c.key == index.c.rowid + 0))
            .where(text("articles_fts MATCH :match").bindparams(match=sqlite_query(query)))
        )
        return found.limit(MOST).subquery("matches")  # with a limit it is not taken apart, and joined in this order
    return (
        _ranked(query, text("articles_fts")).where(column("article_key").in_(select(looked.c.key))).subquery("matches")
    )


def _ranked(query: Query, source: Any) -> Select[Any]:
    document: ColumnElement[Any] = column("document")
    asked = func.to_tsquery(text("'simple'"), literal(postgresql_query(query)))
    rank = func.ts_rank_cd(text("'{0.1, 0.2, 0.4, 1.0}'"), document, asked, 1, type_=Float)
    return (
        select(column("article_key").label("key"), rank.label("score"))
        .select_from(source)
        .where(document.op("@@")(asked))
    )


def _joined(conn: Connection, asked: Asked, looked: Subquery) -> list[Any]:
    """The rows of the keys looked at that meet all other conditions."""
    score = looked.c.score if "score" in looked.c else literal(0.0)
    own = articles.c
    source = looked.join(articles, own.key == looked.c.key).outerjoin(copies, copies.c.article_key == own.key)
    if asked.where.story is not None:
        source = source.join(story_members, story_members.c.article_key == own.key)
    found = asked.where.apply(
        select(
            own.key, own.id, own.outlet, own.published_day, own.sort_key, own.language, own.relevance,
            type_coerce(own.countries, Text), copies.c.kind, score,
        ).select_from(source)
    )  # fmt: skip
    if asked.kinds:
        kinds: list[Any] = [copies.c.kind.in_(list(asked.kinds))]
        if ORIGINAL in asked.kinds:
            kinds.append(copies.c.kind.is_(None))
        found = found.where(or_(*kinds))
    return list(conn.execute(found))


def _count(found: Listing, rows: Sequence[Any]) -> None:
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    told = found.facets
    for name, column_ in (("outlet", _OUTLET), ("language", _LANGUAGE)):
        told[name].update(value for value in columns[column_] if value)
    told["month"].update(day[:7] for day in columns[_DAY] if day)
    told["copy"].update(kind or ORIGINAL for kind in columns[_KIND])
    for codes, number in Counter(columns[_COUNTRIES]).items():
        for code in json.loads(codes or "[]"):
            told["country"][code] += number


def _hits(conn: Connection, shown: dict[int, float], query: Query | None) -> list[Hit]:
    own = articles.c
    columns = (own.key, own.id, own.url, own.outlet, own.title, own.published_at, copies.c.copy_of, revisions.c.text)
    source = articles.join(revisions, revisions.c.key == own.text_key)
    statement = select(*columns).select_from(source.outerjoin(copies, copies.c.article_key == own.key))
    wanted = query.wanted if query else []
    found = conn.execute(statement.where(own.key.in_(list(shown))))
    by_key = {row.key: hit(row, wanted, shown[row.key]) for row in found}
    return [by_key[key] for key in shown if key in by_key]


@dataclass(frozen=True, slots=True)
class Missed:
    """A near miss found, with some of its text around the words."""

    miss: Rejected
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class MissListing:
    """A page of near misses, the nearest to being kept first; as ``Listing``."""

    hits: list[Missed] = field(default_factory=list)
    total: int = 0
    bounded: bool = False
    facets: dict[str, Counter[str]] = field(default_factory=lambda: {"outlet": Counter(), "language": Counter()})
    unread: list[str] = field(default_factory=list)


def missed(
    corpus: Corpus, words: str = "", *, outlet: str | None = None, language: str | None = None, limit: int = 20,
    offset: int = 0,
) -> MissListing:  # fmt: skip
    """A page of near misses. They have no full-text index: the words are looked for in those of the highest scores."""
    query = parse(words) if words.strip() else None
    most = MOST if query is None else MOST_READ
    own = rejected.c
    columns = [own.id, own.outlet, own.language, *((own.title, own.text) if query else ())]
    scored = select(*columns).where(own.score.is_not(None)).order_by(own.score.desc(), own.id)
    with corpus.db.read() as conn:
        rows = list(conn.execute(scored.limit(most + 1)))
        if len(rows) <= most:
            unscored = select(*columns).where(own.score.is_(None)).order_by(own.id)
            rows += conn.execute(unscored.limit(most + 1 - len(rows)))
    found = MissListing(bounded=len(rows) > most, unread=query.unread if query else [])
    rows = [
        row
        for row in rows[:most]
        if (outlet is None or row.outlet == outlet)
        and (language is None or row.language == language)
        and (query is None or query.stands_in(folded(f"{row.title or ''} {row.text or ''}")))
    ]
    found.total = len(rows)
    found.facets["outlet"].update(row.outlet for row in rows if row.outlet)
    found.facets["language"].update(row.language for row in rows if row.language)
    for row in rows[offset : offset + limit]:
        miss = corpus.get_rejected(row.id)
        if miss is not None:
            found.hits.append(Missed(miss, *snippet(miss.text or "", query.wanted if query else [])))
    return found
