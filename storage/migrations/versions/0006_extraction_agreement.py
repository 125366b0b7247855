"""How far the two readers of a page agree, with the article.

Articles of before were read once: theirs is unknown until they are read again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_extraction_agreement"
down_revision = "0005_fingerprints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("articles", sa.Column("extraction_agreement", sa.Float(), nullable=True))
