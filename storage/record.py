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
from sqlalchemy.sql import Select

from storage.article import JSONL_FIELDS
from storage.filters import Filter
from storage.models import JsonText, articles, copies, dump_json, revisions, story_members

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
TEXT = JSONL_FIELDS.index("text")
RIGHTS = JSONL_FIELDS.index("rights")

Row = Sequence[Any]


def select_records(where: Filter | None = None, *, ordered: bool = True) -> Select[Any]:
    """Rows in the order of JSONL_FIELDS, JSON columns as text; ordered by publication, then id."""
    source = (
        articles.join(revisions, revisions.c.key == articles.c.text_key)
        .outerjoin(copies, copies.c.article_key == articles.c.key)
        .outerjoin(story_members, story_members.c.article_key == articles.c.key)
    )
    elsewhere = {"text": revisions.c.text, "copy_of": copies.c.copy_of, "copy_kind": copies.c.kind}
    elsewhere["story_id"] = story_members.c.story_id
    columns = []
    for name in JSONL_FIELDS:
        column = elsewhere[name] if name in elsewhere else articles.c[name]
        columns.append(type_coerce(column, Text).label(name) if isinstance(column.type, JsonText) else column)
    statement = (where or Filter()).apply(select(*columns).select_from(source))
    return statement.order_by(articles.c.sort_key, articles.c.id) if ordered else statement


def _string(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)


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


def withdrawn_line(row: Row) -> str:
    """The JSON line of an article of which id, URL and outlet are left."""
    return dump_json(dict(zip(JSONL_FIELDS, row, strict=True)))


def line(row: Row) -> str:
    """One JSON line without its newline. Ids and hashes are hexadecimal and need no escaping."""
    (
        id_, url, canonical_url, outlet, title, text, authors, section, tags, published_at,
        published_precision, published_source, modified_at, fetched_at, language, language_confidence,
        dateline, cited_sources, relevance, nearest_seed, relevance_terms, copy_of, copy_kind, story_id,
        revision, content_hash, word_count, extractor_version, archive_ref, rights,
    ) = row  # fmt: skip
    return (
        f'{{"id":"{id_}","url":{quoted(url)},"canonical_url":{_string(canonical_url)},"outlet":{_string(outlet)},'
        f'"title":{_string(title)},"text":{_string(text)},"authors":{authors},"section":{_string(section)},'
        f'"tags":{tags},"published_at":{_string(published_at)},"published_precision":{_string(published_precision)},'
        f'"published_source":{_string(published_source)},"modified_at":{_string(modified_at)},'
        f'"fetched_at":{_string(fetched_at)},"language":{_string(language)},'
        f'"language_confidence":{_number(language_confidence)},"dateline":{_string(dateline)},'
        f'"cited_sources":{cited_sources},"relevance":{_number(relevance)},"nearest_seed":{_string(nearest_seed)},'
        f'"relevance_terms":{relevance_terms},"copy_of":{_string(copy_of)},"copy_kind":{_string(copy_kind)},'
        f'"story_id":{_string(story_id)},"revision":{revision},"content_hash":"{content_hash}",'
        f'"word_count":{word_count},"extractor_version":{_string(extractor_version)},'
        f'"archive_ref":{_string(archive_ref)},"rights":{rights_json(rights)}}}'
    )
