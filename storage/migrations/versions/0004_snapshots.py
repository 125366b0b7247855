"""Snapshots: names for a state of the corpus, and the records that were its articles."""

import sqlalchemy as sa
from alembic import op

revision = "0004_snapshots"
down_revision = "0003_search"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of snapshots."""
    op.create_table(
        "snapshots",
        sa.Column("key", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "records",
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("records_by_article", "records", ["article_id"])
    op.create_table(
        "snapshot_items",
        sa.Column("snapshot_key", KEY, autoincrement=False, nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=False),
        sa.Column("sort_key", BYTEWISE, nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_key"], ["snapshots.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_key", "article_id"),
    )
    op.create_index("snapshot_items_in_order", "snapshot_items", ["snapshot_key", "sort_key", "article_id"])
