"""Searching the corpus: one function in front of both databases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, column, desc, func, literal, select, table, text
from sqlalchemy.sql import Select

from storage.corpus import Corpus
from storage.database import Filter
from storage.database.rows import read_time
from storage.database.tables import articles, copies, revisions, story_members
from storage.search.language import Query, Term, parse, postgresql_query, sqlite_query

SNIPPET_WORDS = 30
# A match in the title weighs as much as this many in the text.
TITLE_WEIGHT = 5.0

_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. ``snippet`` is some text around the matches; ``marks`` are their places in it."""

    id: str
    url: str
    outlet: str | None
    title: str | None
    published_at: datetime | date | None
    copy_of: str | None
    score: float  # larger is better; comparable within one search only
    snippet: str
    marks: tuple[tuple[int, int], ...]


def search(corpus: Corpus, query: str, where: Filter | None = None, *, limit: int = 20, offset: int = 0) -> list[Hit]:
    """Articles with all the words, best first: words, "phrases in quotes", begin*, -without, this OR that.

    ``storage.search.language.parse`` says what of a query cannot be read. Letters match whatever their case and
    diacritics. Raises ``ConfigurationError`` for a query without words.
    """
    asked = parse(query)
    score, found = _matching(corpus, asked)
    statement = (where or Filter()).apply(
        found(
            select(
                articles.c.id,
                articles.c.url,
                articles.c.outlet,
                articles.c.title,
                articles.c.published_at,
                copies.c.copy_of,
                score.label("score"),
                revisions.c.text,
            )
        )
    )
    statement = statement.order_by(desc("score"), articles.c.sort_key, articles.c.id).limit(limit).offset(offset)
    with corpus.db.read() as conn:
        return [hit(row, asked.wanted, row.score) for row in conn.execute(statement)]


def count(corpus: Corpus, query: str, where: Filter | None = None) -> int:
    """How many articles ``search`` would find without a limit."""
    _, found = _matching(corpus, parse(query))
    with corpus.db.read() as conn:
        return int(conn.execute((where or Filter()).apply(found(select(func.count())))).scalar_one())


def _matching(corpus: Corpus, query: Query) -> tuple[ColumnElement[float], Any]:
    """The score column, and a function that adds tables and condition to a SELECT."""
    score: ColumnElement[float]
    if corpus.db.dialect == "sqlite":
        index = table("articles_fts", column("rowid"))
        on: ColumnElement[bool] = index.c.rowid == articles.c.key
        condition = text("articles_fts MATCH :match").bindparams(match=sqlite_query(query))
        score = -func.bm25(text("articles_fts"), TITLE_WEIGHT, 1.0, type_=Float)
    else:
        index = table("articles_fts", column("article_key"), column("document"))
        on = index.c.article_key == articles.c.key
        asked = func.to_tsquery(text("'simple'"), literal(postgresql_query(query)))
        condition = index.c.document.op("@@")(asked)  # type: ignore[assignment]
        score = func.ts_rank_cd(text("'{0.1, 0.2, 0.4, 1.0}'"), index.c.document, asked, 1, type_=Float)

    def found(statement: Select[Any]) -> Select[Any]:
        source = (
            index.join(articles, on)
            .join(revisions, revisions.c.key == articles.c.text_key)
            .outerjoin(copies, copies.c.article_key == articles.c.key)
            .outerjoin(story_members, story_members.c.article_key == articles.c.key)
        )
        return statement.select_from(source).where(condition)

    return score, found


def hit(row: Any, terms: list[Term], score: float) -> Hit:
    """A row of article and text as a hit."""
    excerpt, marks = snippet(row.text, terms)
    return Hit(
        row.id,
        row.url,
        row.outlet,
        row.title,
        read_time(row.published_at),
        row.copy_of,
        round(float(score), 4),
        excerpt,
        marks,
    )


def snippet(body: str, terms: Sequence[Term]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Some thirty words around the place where most different terms stand together, and the matches in them."""
    words = _tokens(body)
    hits: list[tuple[int, int, int]] = []  # first word, last word, term
    for number, term in enumerate(terms):
        hits += [(place, place + len(term.words) - 1, number) for place in _places(words, term)]
    hits.sort()
    best, most = 0, 0
    for first, _, _ in hits:
        different = {number for start, _, number in hits if first <= start < first + SNIPPET_WORDS}
        if len(different) > most:
            best, most = first, len(different)
        if most == len(terms):
            break
    start = max(0, min(best - SNIPPET_WORDS // 4, len(words) - SNIPPET_WORDS))
    end = min(len(words), start + SNIPPET_WORDS)
    if start >= end:
        return "", ()
    begin = words[start][0]
    head, tail = "… " if start else "", " …" if end < len(words) else ""
    excerpt = head + body[begin : words[end - 1][1]].replace("\n", " ") + tail
    shift = len(head) - begin
    marks = [(words[a][0] + shift, words[b][1] + shift) for a, b, _ in hits if start <= a and b < end]
    return excerpt, tuple(sorted(set(marks)))


def places(body: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where in a text the terms stand."""
    words = _tokens(body)
    return [(words[at][0], words[at + len(term.words) - 1][1]) for term in terms for at in _places(words, term)]


def _tokens(body: str) -> list[tuple[int, int, str]]:
    return [(match.start(), match.end(), _fold(match[0])) for match in _TOKEN.finditer(body)]


def _places(words: list[tuple[int, int, str]], term: Term) -> list[int]:
    length = len(term.words)
    found = []
    for place in range(len(words) - length + 1):
        here = [word for _, _, word in words[place : place + length]]
        last = here[-1].startswith(term.words[-1]) if term.prefix else here[-1] == term.words[-1]
        if last and here[:-1] == list(term.words[:-1]):
            found.append(place)
    return found


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
