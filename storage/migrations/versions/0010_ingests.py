"""How far bulk archives have been read in, so that an interrupted reading goes on where it stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0010_ingests"
down_revision = "0009_proofs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of files read in."""
    op.create_table(
        "ingests",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
