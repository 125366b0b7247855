"""What a page claims as its canonical URL apart from what is believed of it.

Takedowns look where it was claimed; the record shows only what is believed (``storage.corpus.matching``).
"""

import sqlalchemy as sa
from alembic import op

from storage.identity import article_identity, id_of, may_be_canonical, plainly_names

revision = "0011_claims"
down_revision = "0010_ingests"
branch_labels = None
depends_on = None

_BATCH = 1000
_CLAIMS = sa.text(
    "SELECT key, url, canonical_url FROM articles WHERE canonical_url IS NOT NULL AND key > :after ORDER BY key"
    f" LIMIT {_BATCH}"
)
_NOTE = sa.text("UPDATE articles SET claimed_id = :claimed, canonical_url = :believed WHERE key = :key")
_CONTESTED = sa.text(
    "SELECT a.key, a.url, a.canonical_url FROM articles a WHERE a.canonical_url IS NOT NULL AND EXISTS (SELECT 1 FROM"
    " articles b WHERE b.claimed_id = a.claimed_id AND b.outlet = a.outlet AND b.key <> a.key)"
)
_FORGET = sa.text("UPDATE articles SET canonical_url = NULL WHERE key = :key")


def upgrade() -> None:
    """Add the column and its index, and leave in ``canonical_url`` what is believed."""
    op.add_column("articles", sa.Column("claimed_id", sa.String(16)))
    op.create_index("articles_by_claim", "articles", ["claimed_id"])
    connection, after = op.get_bind(), -1
    while rows := connection.execute(_CLAIMS, {"after": after}).all():
        after = rows[-1].key
        noted = [
            {
                "key": row.key,
                "claimed": id_of(article_identity(row.url, row.canonical_url)),
                "believed": row.canonical_url if may_be_canonical(row.url, row.canonical_url) else None,
            }
            for row in rows
        ]
        connection.execute(_NOTE, noted)
    contested = connection.execute(_CONTESTED).all()
    false = [{"key": row.key} for row in contested if not plainly_names(row.url, row.canonical_url)]
    if false:
        connection.execute(_FORGET, false)
