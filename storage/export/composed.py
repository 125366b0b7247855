"""JSON lines that SQLite composes itself, for exports that need not look into a record.

The bytes are those of ``record.lines``, which stays the one to read: a test holds both against ``json.dumps``
for whatever can be stored. It is here because SQLite's functions spare a sixth of a whole export's processor time
(most of what it costs to fetch thirty values and format them), and run without Python's lock, so that hashing,
compressing and writing go on meanwhile. PostgreSQL's server works beside us anyway: it composes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, LargeBinary, case, cast, func, literal_column, null
from sqlalchemy.sql import ColumnElement, Select

from storage.database import Filter
from storage.export.record import LISTS, Row, fields, rights_json, select_from_articles

# What the manifest counts, behind the line without its rights and what follows those, which come as they are stored.
COUNTED = ("outlet", "published_at", "language", "copy_kind", "word_count")


def select_lines(where: Filter | None = None, *, text: bool = True) -> Select[Any]:
    """Rows for ``composed_lines``, in the order of exports. ``text=False`` leaves the text out (null)."""
    columns = fields()
    if not text:
        columns["text"] = null()
    rights, agreement = columns.pop("rights"), columns.pop("extraction_agreement")
    pairs: list[ColumnElement[Any]] = []
    for name, column in columns.items():
        pairs += [literal_column(f"'{name}'"), _value(name, column)]
    # As bytes, which spares the way through ``str``.
    line = cast(func.json_object(*pairs), LargeBinary)
    return select_from_articles([line, rights, agreement, *(columns[name] for name in COUNTED)], where)


def composed_lines(rows: Sequence[Row]) -> bytes:
    """The lines of rows of ``select_lines``, each with its newline."""
    pieces: list[bytes] = []
    for row in rows:
        pieces += row[0][:-1], _ending(row[1], row[2])
    return b"".join(pieces)


def _value(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if name in LISTS:
        return func.json_extract(column, "$")  # as json(), but SQLite keeps the last few it has parsed
    if isinstance(column.type, Float):
        # SQLite writes 1.0e-05 where Python writes 1e-05, and a text that it takes for JSON as it is.
        python = func.json(func.replace(func.printf("%!.15g", column), ".0e", "e"))
        return case((column < 0.0001, python), else_=column)
    return column


@lru_cache(maxsize=4096)  # the same few ledgers come again and again
def _ending(rights: str, agreement: float | None) -> bytes:
    known = "null" if agreement is None else agreement
    return f',"rights":{rights_json(rights)},"extraction_agreement":{known}}}\n'.encode()
