"""The exported record: one SELECT that gives its fields in order, and its rendering as a JSON line.

Written for speed, as an export reads every article: JSON columns are passed on as the text they are stored as, and
only what can need escaping is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

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
LISTS = ("authors", "tags", "cited_sources", "relevance_terms")
TEXT = JSONL_FIELDS.index("text")

Row = Sequence[Any]

_RARE = bytes(code for code in range(32) if code != 10)  # control characters other than the line break


def select_records(where: Filter | None = None, *, ordered: bool = True) -> Select[Any]:
    """Rows in the order of JSONL_FIELDS, JSON columns as text; ordered by publication, then id."""
    return select_from_articles([column.label(name) for name, column in fields().items()], where, ordered=ordered)


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


class _Quoted(dict[str | None, str]):
    """JSON strings of values that come again and again (outlets, sections, languages …): one look-up each."""

    def __missing__(self, value: str | None) -> str:
        if len(self) > 10_000:
            self.clear()
        result = self[value] = "null" if value is None else quoted(value)
        return result


_again = _Quoted()


@lru_cache(maxsize=4096)  # the same few ledgers come again and again
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


def lines(rows: Sequence[Row]) -> bytes:
    """The JSON lines of rows, each with its newline. Ids and hashes are hexadecimal and need no escaping."""
    again = _again
    pieces: list[bytes] = []
    for (
        id_, url, canonical_url, outlet, title, text, authors, section, tags, published_at,
        published_precision, published_source, modified_at, fetched_at, language, language_confidence,
        dateline, cited_sources, relevance, nearest_seed, relevance_terms, copy_of, copy_kind, story_id,
        revision, content_hash, word_count, extractor_version, archive_ref, rights,
        extraction_agreement,
    ) in rows:  # fmt: skip
        head = (
            f'{{"id":"{id_}","url":{quoted(url)}'
            f',"canonical_url":{"null" if canonical_url is None else quoted(canonical_url)}'
            f',"outlet":{again[outlet]},"title":{"null" if title is None else quoted(title)},"text":'
        )
        # Times are ISO 8601 and ids hexadecimal: nothing to escape.
        published = f'"{published_at}"' if published_at else "null"
        modified = f'"{modified_at}"' if modified_at else "null"
        fetched = f'"{fetched_at}"' if fetched_at else "null"
        copied = f'"{copy_of}"' if copy_of else "null"
        story = f'"{story_id}"' if story_id else "null"
        tail = (
            f',"authors":{authors},"section":{again[section]},"tags":{tags}'
            f',"published_at":{published}'
            f',"published_precision":{again[published_precision]},"published_source":{again[published_source]}'
            f',"modified_at":{modified}'
            f',"fetched_at":{fetched},"language":{again[language]}'
            f',"language_confidence":{"null" if language_confidence is None else language_confidence}'
            f',"dateline":{again[dateline]},"cited_sources":{cited_sources}'
            f',"relevance":{"null" if relevance is None else relevance},"nearest_seed":{again[nearest_seed]}'
            f',"relevance_terms":{relevance_terms},"copy_of":{copied}'
            f',"copy_kind":{again[copy_kind]},"story_id":{story}'
            f',"revision":{revision},"content_hash":"{content_hash}","word_count":{word_count}'
            f',"extractor_version":{again[extractor_version]}'
            f',"archive_ref":{"null" if archive_ref is None else quoted(archive_ref)}'
            f',"rights":{rights_json(rights)}'
            f',"extraction_agreement":{"null" if extraction_agreement is None else extraction_agreement}}}\n'
        )
        pieces += head.encode(), *quoted_text(text), tail.encode()
    return b"".join(pieces)


def delta_lines(rows: Sequence[Row]) -> bytes:
    """The same of rows that carry what changed as one further value."""
    pieces = []
    for *fields_, change in rows:
        if change == "withdrawn":  # id, URL and outlet are left
            record = dump_json(dict(zip(JSONL_FIELDS, fields_, strict=True))).encode()
        else:
            record = lines([fields_])[:-1]
        pieces.append(record[:-1] + f',"change":"{change}"}}\n'.encode())
    return b"".join(pieces)


def quoted_text(text: str | bytes | None) -> tuple[bytes, ...]:
    """A text as the pieces of a JSON string in UTF-8. Escaping the bytes takes a third of escaping the ``str``."""
    if text is None:
        return (b"null",)
    data = text.encode() if isinstance(text, str) else text
    if len(data.translate(None, _RARE)) != len(data):
        return (quoted(data.decode()).encode(),)
    return b'"', data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n"), b'"'
