"""Features of stories by week in place of overlapping shelves, and sketches among the fingerprints.

Both tables are made anew from the texts. Links between copies and membership of stories stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from storage.copies import linking as copies
from storage.copies import stories
from storage.copies.fingerprints import Fingerprinted

revision = "0005_fingerprints"
down_revision = "0004_snapshots"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TEXTS = sa.text(
    "SELECT a.key, a.title, a.published_day, r.text FROM articles a JOIN revisions r ON r.key = a.text_key"
    " ORDER BY a.key"
)


def upgrade() -> None:
    """Replace the tables' content."""
    op.drop_table("story_features")
    op.create_table(
        "story_features",
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_key", KEY, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "hash", "article_key"),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM fingerprints")
    connection = op.get_bind()
    for row in connection.execute(_TEXTS, execution_options={"yield_per": 500}):
        content = Fingerprinted(row.text)
        copies.remember(connection, row.key, content)
        if row.published_day is not None:
            stories.remember(connection, row.key, row.title, content, row.published_day)
