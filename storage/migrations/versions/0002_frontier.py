"""The frontier: URLs, hosts, robots.txt files and runs."""

import sqlalchemy as sa
from alembic import op

revision = "0002_frontier"
down_revision = "0001_corpus"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the two indexes that keep claiming flat."""
    op.create_table(
        "urls",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("priority", sa.Double, nullable=False, server_default="0"),
        sa.Column("day", sa.Text),
        sa.Column("hints", sa.Text, nullable=False, server_default="{}"),
        sa.Column("leased_by", KEY),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("takeovers", sa.Integer, nullable=False, server_default="0"),
        sa.Column("visits", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.Double),
        sa.Column("found_at", sa.Double, nullable=False),
        sa.Column("fetched_at", sa.Double),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("content_hash", sa.Text),
        sa.Column("article_id", sa.Text),
    )
    op.create_index("urls_best_of_host", "urls", ["host", "state", sa.text("priority DESC"), "id"])
    op.create_index("urls_due", "urls", ["state", "due_at"])
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Column("leased_by", KEY),
        sa.Column("delay", sa.Double, nullable=False, server_default="0"),
        sa.Column("next_request_at", sa.Double, nullable=False, server_default="0"),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("fetched_at", sa.Double, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_start", sa.Text),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("heartbeat_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False, server_default="{}"),
        sa.Column("summary", sa.Text),
    )
