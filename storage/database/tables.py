"""The tables of the corpus. The frontier's tables stand in ``storage.database.frontier_tables``.

Times are kept as the text that is exported (ISO 8601 with the outlet's offset, a day as YYYY-MM-DD), so that no
database changes them; lists and maps as compact JSON text, so that an export can pass them on as they are.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData()

Key = BigInteger().with_variant(Integer, "sqlite")  # INTEGER PRIMARY KEY is SQLite's rowid
# Compared byte by byte on both databases, whatever the server's locale: exports have the same order everywhere.
Bytewise = Text().with_variant(Text(collation="C"), "postgresql")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump_json(value: object) -> str:
    """Compact JSON, letters as they are."""
    return _ENCODER.encode(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:  # noqa: D102
        return None if value is None else dump_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:  # noqa: D102
        return None if value is None else json.loads(value)


# One row per article: its newest state. The text is the revision's that `text_key` names.
articles = Table(
    "articles",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("text_key", Key),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text),  # as far as it is believed
    Column("claimed_id", String(16)),  # storage.identity.id_of what the page calls canonical, believed or not
    Column("outlet", Text),
    Column("title", Text),
    Column("authors", JsonText, nullable=False),
    Column("section", Text),
    Column("tags", JsonText, nullable=False),
    Column("published_at", Text),
    Column("published_precision", Text),
    Column("published_source", Text),
    Column("published_day", Text),  # YYYY-MM-DD at the outlet
    Column("sort_key", Bytewise, nullable=False),  # published, in UTC where the time is known; unknown ones last
    Column("published_after", Text),  # YYYY-MM-DD, where published_day is not known: not before, …
    Column("published_before", Text),  # … and not after
    Column("countries", JsonText, nullable=False, server_default="[]"),  # ISO 3166 codes, most spoken of first
    Column("modified_at", Text),
    Column("fetched_at", Text),
    Column("language", Text),
    Column("language_confidence", Float),
    Column("dateline", Text),
    Column("cited_sources", JsonText, nullable=False),
    Column("relevance", Float),
    Column("nearest_seed", Text),
    Column("relevance_terms", JsonText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("extractor_version", Text),
    Column("archive_ref", Text),
    Column("rights", JsonText, nullable=False),
    Column("extraction_agreement", Float),  # 0 to 1; null where one reader read the page
    Column("run_id", Text),  # the run that stored it first
    Column("stored_at", Text, nullable=False),  # UTC
    Column("seen_at", Text, nullable=False),  # UTC; last time its page was read, changed or not
    Index("articles_in_order", "sort_key", "id"),
    Index("articles_by_outlet", "outlet", "published_day"),
    Index("articles_by_content", "content_hash"),
    Index("articles_by_claim", "claimed_id"),
    Index("articles_by_relevance", "relevance"),
    Index("articles_by_agreement", "extraction_agreement"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=True),
    Column("article_key", Key, ForeignKey("articles.key", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, …
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("fetched_at", Text),
    Column("extractor_version", Text),
    Column("archive_ref", Text),
    Column("run_id", Text),
    Column("stored_at", Text, nullable=False),
    UniqueConstraint("article_key", "number"),
)

# How the newest reading came about; shown by `explain`, never exported.
evidence = Table(
    "evidence",
    metadata,
    Column("article_key", Key, ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("method", Text),
    Column("date_candidates", JsonText, nullable=False),
    Column("cuts", JsonText, nullable=False),
    Column("links", JsonText, nullable=False),
    Column("bounds", JsonText, nullable=False, server_default="[]"),  # [side, day, source, raw] of undated articles
)

# Every address an article was seen under: the id that each would give (storage.identity.id_of).
addresses = Table(
    "addresses",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("article_key", Key, ForeignKey("articles.key", ondelete="CASCADE"), nullable=False, index=True),
)

# Near misses: what the judge did not keep, so that its threshold can be audited and moved.
rejected = Table(
    "rejected",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("url", Text, nullable=False),
    Column("outlet", Text),
    Column("title", Text),
    Column("score", Float),
    Column("parts", JsonText, nullable=False),
    Column("terms", JsonText, nullable=False),
    Column("reason", Text, nullable=False),
    Column("language", Text),
    Column("archive_ref", Text),
    Column("text", Text),
    Column("run_id", Text),
    Column("stored_at", Text, nullable=False),
    Index("rejected_by_score", "score", "outlet"),
)

# What a person said about an article or a near miss; the newest word counts.
decisions = Table(
    "decisions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("url", Text),
    Column("accepted", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
)

# What annotators said of an article, one word each; `scrapy judge --import` puts it here.
labels = Table(
    "labels",
    metadata,
    Column("article_id", String(16), primary_key=True),
    Column("annotator", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("labelled_at", Text, nullable=False),
)

# Tombstones. `scope` is "url" (`value` as addresses.id), "outlet" (`value` the outlet's id), or how a withdrawn article
# is known under another address of its outlet: "content" and "number" (storage.withdrawal.recognition).
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=True),
    Column("scope", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("article_id", String(16), index=True),
    Column("url", Text),
    Column("outlet", Text),
    Column("reason", Text, nullable=False),
    Column("withdrawn_at", Text, nullable=False),
    UniqueConstraint("scope", "value"),
)

# Hashes of selected word groups (storage.fingerprints). Rows of one article are found again by computing them.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_key", Key, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# `copy_of` may name an article that was withdrawn since: the tombstone tells.
copies = Table(
    "copies",
    metadata,
    Column("article_key", Key, ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("copy_of", String(16), nullable=False, index=True),
    Column("kind", Text, nullable=False),  # exact, near, rewritten, excerpt, expanded
    Column("evidence", JsonText, nullable=False),
    Column("chain", String(16), nullable=False, server_default="", index=True),  # id of the article all lead to
    Column("grown", Boolean, nullable=False, server_default=false()),  # expands its chain's origin, or copies what does
)

# Hints that articles tell of one event; made by storage.stories, kept apart from the articles.
story_members = Table(
    "story_members",
    metadata,
    Column("article_key", Key, ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("story_id", String(16), nullable=False, index=True),
    Column("evidence", JsonText, nullable=False),
)

# Hashes of an article's telling pairs of names and numbers (storage.stories). `day` is its publication as a proleptic
# Gregorian ordinal, `week` day // 7.
story_features = Table(
    "story_features",
    metadata,
    Column("week", Integer, primary_key=True, autoincrement=False),
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_key", Key, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("filters", JsonText, nullable=False),
    Column("records", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("fields", JsonText, nullable=False),  # the keys of its records, in order
    Column("sha256", Text),  # of its JSON lines; null: made before snapshots kept one
)

# An exported record without its text, which is the revision's. Snapshots share the records that did not change.
records = Table(
    "records",
    metadata,
    Column("hash", String(32), primary_key=True),
    Column("article_id", String(16), nullable=False),
    Column("text_key", Key, nullable=False),
    Column("body", Text, nullable=False),
    Index("records_by_article", "article_id"),
)

snapshot_items = Table(
    "snapshot_items",
    metadata,
    Column("snapshot_key", Key, ForeignKey("snapshots.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("article_id", String(16), primary_key=True),
    Column("sort_key", Bytewise, nullable=False),
    Column("hash", String(32), nullable=False),
    Index("snapshot_items_in_order", "snapshot_key", "sort_key", "article_id"),
)

# How far a bulk archive (a WARC file, by its path or address) has been read in. ``position``: the offset of the last
# record whose article, if any, is committed; -1 before the first.
ingests = Table(
    "ingests",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("counts", JsonText, nullable=False),
    Column("finished_at", Text),
)
