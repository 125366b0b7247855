"""The full-text index of both databases: adding and removing. The query language is ``storage.search.language``."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, text

# Without a copy of the texts: they stand in `revisions`. Letters match with and without diacritics (Erdoğan, Erdogan).
SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE articles_fts USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2')"
)
# PostgreSQL limits a tsvector to 1 MB; no news text comes near this many characters.
MAX_CHARACTERS = 300_000

_WORD = re.compile(r"[^\W_]+")

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
