"""Snapshots that prove themselves, labels of annotators, and article numbers among the tombstones.

Snapshots that are there keep the fields they were made with, and have no hash. Of what was withdrawn before, the
texts are gone; the article's number is read from the tombstone's address.
"""

import json

import sqlalchemy as sa
from alembic import op

from storage.identity import article_number

revision = "0009_proofs"
down_revision = "0008_places_and_bounds"
branch_labels = None
depends_on = None

# The fields of a record when snapshots did not note them.
FIELDS = [
    "id", "url", "canonical_url", "outlet", "title", "text", "authors", "section", "tags", "published_at",
    "published_precision", "published_source", "modified_at", "fetched_at", "language", "language_confidence",
    "dateline", "cited_sources", "relevance", "nearest_seed", "relevance_terms", "copy_of", "copy_kind", "story_id",
    "revision", "content_hash", "word_count", "extractor_version", "archive_ref", "rights",
]  # fmt: skip
_TOMBS = sa.text(
    "SELECT min(key) AS key, article_id, url, outlet, min(reason) AS reason, min(withdrawn_at) AS withdrawn_at"
    " FROM withdrawals WHERE scope = 'url' AND url IS NOT NULL AND outlet IS NOT NULL"
    " GROUP BY article_id, url, outlet ORDER BY 1"
)
_NUMBER = sa.text(
    "INSERT INTO withdrawals (scope, value, article_id, url, outlet, reason, withdrawn_at)"
    " SELECT 'number', CAST(:value AS text), :article_id, :url, :outlet, :reason, :withdrawn_at"
    " WHERE NOT EXISTS (SELECT 1 FROM withdrawals WHERE scope = 'number' AND value = :value)"
)


def upgrade() -> None:
    """Add columns, a table and tombstones."""
    fields = json.dumps(FIELDS, separators=(",", ":"))
    op.add_column("snapshots", sa.Column("fields", sa.Text(), nullable=False, server_default=fields))
    op.add_column("snapshots", sa.Column("sha256", sa.Text()))
    op.create_table(
        "labels",
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("labelled_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "annotator"),
    )
    connection = op.get_bind()
    for row in connection.execute(_TOMBS).mappings().all():
        number = article_number(row["url"])
        taken = number and any(
            article_number(url) == number
            for url in connection.scalars(
                sa.text("SELECT url FROM articles WHERE outlet = :outlet"), {"outlet": row["outlet"]}
            )
        )
        if number and not taken:
            values = {name: row[name] for name in ("article_id", "url", "outlet", "reason", "withdrawn_at")}
            connection.execute(_NUMBER, values | {"value": f"{row['outlet']} {number}"})
