"""Articles, revisions, evidence, near misses, decisions, tombstones, fingerprints, copies and story hints."""

import sqlalchemy as sa
from alembic import op

revision = "0001_corpus"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "articles",
        sa.Column("key", KEY, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("text_key", KEY, nullable=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("canonical_url", sa.Text, nullable=True),
        sa.Column("outlet", sa.Text, nullable=True),
        sa.Column("title", sa.Text, nullable=True),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=True),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("published_at", sa.Text, nullable=True),
        sa.Column("published_precision", sa.Text, nullable=True),
        sa.Column("published_source", sa.Text, nullable=True),
        sa.Column("published_day", sa.Text, nullable=True),
        sa.Column("sort_key", BYTEWISE, nullable=False),
        sa.Column("modified_at", sa.Text, nullable=True),
        sa.Column("fetched_at", sa.Text, nullable=True),
        sa.Column("language", sa.Text, nullable=True),
        sa.Column("language_confidence", sa.Float, nullable=True),
        sa.Column("dateline", sa.Text, nullable=True),
        sa.Column("cited_sources", sa.Text, nullable=False),
        sa.Column("relevance", sa.Float, nullable=True),
        sa.Column("nearest_seed", sa.Text, nullable=True),
        sa.Column("relevance_terms", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("extractor_version", sa.Text, nullable=True),
        sa.Column("archive_ref", sa.Text, nullable=True),
        sa.Column("rights", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=True),
        sa.Column("stored_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("articles_by_content", "articles", ["content_hash"])
    op.create_index("articles_by_outlet", "articles", ["outlet", "published_day"])
    op.create_index("articles_in_order", "articles", ["sort_key", "id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decided_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "fingerprints",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rejected",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text, nullable=True),
        sa.Column("title", sa.Text, nullable=True),
        sa.Column("score", sa.Float, nullable=True),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=True),
        sa.Column("archive_ref", sa.Text, nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("run_id", sa.Text, nullable=True),
        sa.Column("stored_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rejected_by_score", "rejected", ["score"])
    op.create_table(
        "story_features",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawals",
        sa.Column("key", KEY, autoincrement=True, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=True),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("outlet", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("scope", "value"),
    )
    op.create_index(op.f("ix_withdrawals_article_id"), "withdrawals", ["article_id"])
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("article_key", KEY, nullable=False),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_addresses_article_key"), "addresses", ["article_key"])
    op.create_table(
        "copies",
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.Column("copy_of", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_key"),
    )
    op.create_index(op.f("ix_copies_copy_of"), "copies", ["copy_of"])
    op.create_table(
        "evidence",
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.Column("method", sa.Text, nullable=True),
        sa.Column("date_candidates", sa.Text, nullable=False),
        sa.Column("cuts", sa.Text, nullable=False),
        sa.Column("links", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_key"),
    )
    op.create_table(
        "revisions",
        sa.Column("key", KEY, autoincrement=True, nullable=False),
        sa.Column("article_key", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=True),
        sa.Column("extractor_version", sa.Text, nullable=True),
        sa.Column("archive_ref", sa.Text, nullable=True),
        sa.Column("run_id", sa.Text, nullable=True),
        sa.Column("stored_at", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("article_key", "number"),
    )
    op.create_table(
        "story_members",
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.Column("story_id", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_key"),
    )
    op.create_index(op.f("ix_story_members_story_id"), "story_members", ["story_id"])
