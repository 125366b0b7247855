"""Indexes for what a person looks at first: articles near the threshold, and those the readers disagree on."""

from alembic import op

revision = "0013_queues"
down_revision = "0012_counts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_index("articles_by_relevance", "articles", ["relevance"])
    op.create_index("articles_by_agreement", "articles", ["extraction_agreement"])
