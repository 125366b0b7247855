"""The exported record: one SELECT that gives its fields in order, and its rendering as a JSON line.

Written for speed, as an export reads every article: JSON columns are passed on as the text they are stored as
(fragments of orjson), the rest is orjson's. The bytes are those of ``json.dumps(record, ensure_ascii=False,
separators=(",", ":"))``, but for three characters that some readers take for the end of a line; those are escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Text, select, type_coerce
from sqlalchemy.sql import ColumnElement, Select

from storage.article import JSONL_FIELDS
from storage.database import Filter
from storage.database.tables import JsonText, articles, copies, dump_json, revisions, story_members

# Keys of the exported `rights`, always present, so that typed readers see one shape. What else was stored about an
# article's rights goes into "other", as JSON text.
RIGHTS_FIELDS = {
    "robots_txt": str,  # what robots.txt said of the URL when it was fetched
    "robots": str,  # meta robots and X-Robots-Tag as found
    "noindex": bool,
    "noarchive": bool,
    "noai": bool,
    "noimageai": bool,
    "tdm-reservation": str,  # https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240202/
    "tdm-policy": str,
    "license": str,
    "copyright": str,
}
LISTS = ("authors", "tags", "cited_sources", "relevance_terms", "countries")
FLOATS = ("language_confidence", "relevance", "extraction_agreement")
TEXT = JSONL_FIELDS.index("text")
# Changes after which only id, URL and outlet of an article are left in a delta.
GONE = ("withdrawn", "left")

Row = Sequence[Any]

_PLAIN_FLOAT = 1e-4  # smaller ones have an exponent in Python's repr

# NEL, line separator, paragraph separator: str.splitlines, and readers that use its like, end a line there.
_LINE_ENDS = tuple((letter.encode(), f"\\u{ord(letter):04x}".encode()) for letter in "\x85\u2028\u2029")


def select_records(where: Filter | None = None, *, ordered: bool = True) -> Select[Any]:
    """Rows in the order of JSONL_FIELDS, JSON columns as text; ordered by publication, then id."""
    return select_from_articles([column.label(name) for name, column in fields().items()], where, ordered=ordered)


def select_from_articles(
    columns: Sequence[ColumnElement[Any]], where: Filter | None = None, *, ordered: bool = True
) -> Select[Any]:
    """These columns of the articles that ``where`` wants; ordered by publication, then id."""
    source = (
        articles.join(revisions, revisions.c.key == articles.c.text_key)
        .outerjoin(copies, copies.c.article_key == articles.c.key)
        .outerjoin(story_members, story_members.c.article_key == articles.c.key)
    )
    statement = (where or Filter()).apply(select(*columns).select_from(source))
    return statement.order_by(articles.c.sort_key, articles.c.id) if ordered else statement


def fields() -> dict[str, ColumnElement[Any]]:
    """The column of each field, in the order of JSONL_FIELDS, JSON columns as text."""
    elsewhere: dict[str, ColumnElement[Any]] = {
        "text": revisions.c.text,
        "copy_of": copies.c.copy_of,
        "copy_kind": copies.c.kind,
        "story_id": story_members.c.story_id,
    }
    columns = {name: elsewhere[name] if name in elsewhere else articles.c[name] for name in JSONL_FIELDS}
    return {
        name: type_coerce(column, Text) if isinstance(column.type, JsonText) else column
        for name, column in columns.items()
    }


@lru_cache(maxsize=4096)  # the same few ledgers come again and again
def _rights_fragment(stored: str) -> orjson.Fragment:
    return orjson.Fragment(rights_json(stored))


@lru_cache(maxsize=4096)
def rights_json(stored: str) -> str:
    """The exported form of a stored rights ledger."""
    return dump_json(rights_record(json.loads(stored)))


def rights_record(ledger: dict[str, Any]) -> dict[str, Any]:
    """The ledger with exactly the keys of RIGHTS_FIELDS and ``other``."""
    known: dict[str, Any] = {}
    other = {}
    for name, kind in RIGHTS_FIELDS.items():
        value = ledger.get(name)
        known[name] = value if value is None or kind is bool else value if isinstance(value, str) else dump_json(value)
        if kind is bool and not isinstance(value, bool | None):
            known[name], other[name] = None, value
    other |= {name: value for name, value in ledger.items() if name not in RIGHTS_FIELDS}
    return known | {"other": dump_json(dict(sorted(other.items()))) if other else None}


def lines(rows: Sequence[Row], names: Sequence[str] = JSONL_FIELDS) -> bytes:
    """The JSON lines of rows, each with its newline; ``names`` are the keys, in the order of the values."""
    lists = [(name, place) for place, name in enumerate(names) if name in LISTS]
    floats = [(name, place) for place, name in enumerate(names) if name in FLOATS]
    rights = names.index("rights")
    pieces: list[bytes] = []
    for row in rows:
        record = dict(zip(names, row, strict=True))
        for name, place in lists:
            record[name] = orjson.Fragment(row[place])
        for name, place in floats:
            if (value := row[place]) and value < _PLAIN_FLOAT:
                record[name] = orjson.Fragment(repr(value))  # 1e-05, where orjson writes 0.00001
        record["rights"] = _rights_fragment(row[rights])
        pieces.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return one_line_each(b"".join(pieces))


def delta_lines(rows: Sequence[Row], names: Sequence[str] = JSONL_FIELDS) -> bytes:
    """The same of rows that carry what changed as one further value."""
    pieces = []
    for *values, change in rows:
        if change in GONE:
            record = one_line_each(dump_json(dict(zip(names, values, strict=True))).encode())
        else:
            record = lines([values], names)[:-1]
        pieces.append(record[:-1] + f',"change":"{change}"}}\n'.encode())
    return b"".join(pieces)


def one_line_each(data: bytes) -> bytes:
    """JSON lines with those characters escaped that some readers take for the end of a line."""
    for letter, escaped in _LINE_ENDS:
        if letter in data:
            data = data.replace(letter, escaped)  # they stand within strings only
    return data
