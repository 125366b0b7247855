"""Chains of copies, bounds of days that are not known, countries; links judged anew, by figures and names too.

Each column is filled for the articles that are there. Of the links between copies those go that join two reports out of
one template, and a longer text that took an earlier one in is its ``expanded`` copy from now on. Story features are
made anew; membership of stories stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_places_and_bounds"
down_revision = "0005_fingerprints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and fill them."""
    op.add_column("articles", sa.Column("published_after", sa.Text()))
    op.add_column("articles", sa.Column("published_before", sa.Text()))
    op.add_column("articles", sa.Column("countries", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("evidence", sa.Column("bounds", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("copies", sa.Column("chain", sa.String(16), nullable=False, server_default=""))
    op.add_column("copies", sa.Column("grown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_copies_chain", "copies", ["chain"])
