"""The full-text index of both databases: adding, removing, and the query language in front of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.errors import ConfigurationError

# Without a copy of the texts: they stand in `revisions`. Letters match with and without diacritics (Erdoğan, Erdogan).
SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE articles_fts USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2')"
)
# PostgreSQL limits a tsvector to 1 MB; no news text comes near this many characters.
MAX_CHARACTERS = 300_000

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')

_ADD = {
    "sqlite": text("INSERT INTO articles_fts(rowid, title, text) VALUES (:key, :title, :text)"),
    "postgresql": text(
        "INSERT INTO articles_fts VALUES (:key, setweight(to_tsvector('simple', :title), 'A')"
        " || to_tsvector('simple', :text)) ON CONFLICT (article_key) DO UPDATE SET document = EXCLUDED.document"
    ),
}
_REMOVE = {
    "sqlite": text("INSERT INTO articles_fts(articles_fts, rowid, title, text) VALUES ('delete', :key, :title, :text)"),
    "postgresql": text("DELETE FROM articles_fts WHERE article_key = :key"),
}


def folded(value: str | None) -> str:
    """Words without case, diacritics and punctuation, a space between: what PostgreSQL gets to index."""
    plain = unicodedata.normalize("NFKD", (value or "")[:MAX_CHARACTERS]).casefold()
    return " ".join(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


def add(conn: Connection, key: int, title: str | None, body: str) -> None:
    """Index an article. On SQLite it must not be indexed already: ``remove`` first."""
    conn.execute(_ADD[conn.dialect.name], _values(conn, key, title, body))


def remove(conn: Connection, key: int, title: str | None, body: str) -> None:
    """Take an article out of the index; title and text must be those it was added with."""
    values = _values(conn, key, title, body)
    conn.execute(_REMOVE[conn.dialect.name], values if conn.dialect.name == "sqlite" else {"key": key})


def _values(conn: Connection, key: int, title: str | None, body: str) -> dict[str, object]:
    if conn.dialect.name == "sqlite":
        return {"key": key, "title": title or "", "text": body}
    return {"key": key, "title": folded(title), "text": folded(body)}


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that is asked for: ``words`` follow each other, the last may be a beginning only."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query: words, "phrases", begin* and -without. All must hold.

    Raises ``ConfigurationError`` where nothing is left to look for.
    """
    terms = []
    for minus, phrase, word in _PART.findall(query):
        words = tuple(folded(phrase or word).split())
        if words:
            terms.append(Term(words, prefix=bool(word) and word.endswith("*"), excluded=minus == "-"))
    if not any(not term.excluded for term in terms):
        raise ConfigurationError('nothing to search for: give words, a "phrase in quotes" or the beg* of a word')
    return terms


def sqlite_query(terms: list[Term]) -> str:
    """For MATCH of FTS5; only letters and digits come from the user."""
    wanted = " AND ".join(_sqlite_term(term) for term in terms if not term.excluded)
    without = "".join(f" NOT {_sqlite_term(term)}" for term in terms if term.excluded)
    return f"({wanted}){without}"


def _sqlite_term(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.prefix else "")


def postgresql_query(terms: list[Term]) -> str:
    """For to_tsquery('simple', …); only letters and digits come from the user."""
    parts = []
    for term in terms:
        *others, last = term.words
        phrase = " <-> ".join([*others, f"{last}:*" if term.prefix else last])
        parts.append(f"!({phrase})" if term.excluded else f"({phrase})")
    return " & ".join(parts)
