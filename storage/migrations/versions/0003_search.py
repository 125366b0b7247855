"""Full-text index: FTS5 on SQLite, tsvector on PostgreSQL; filled from the articles that are there."""

import sqlalchemy as sa
from alembic import op

from storage.database.fulltext import SQLITE_TABLE, folded

revision = "0003_search"
down_revision = "0002_frontier"
branch_labels = None
depends_on = None

_ARTICLES = "SELECT a.key, a.title, r.text FROM articles a JOIN revisions r ON r.key = a.text_key"


def upgrade() -> None:
    """Make and fill the index."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(SQLITE_TABLE)
        op.execute(f"INSERT INTO articles_fts(rowid, title, text) {_ARTICLES}")
        return
    op.execute("CREATE TABLE articles_fts (article_key BIGINT PRIMARY KEY, document tsvector NOT NULL)")
    op.execute("CREATE INDEX articles_fts_document ON articles_fts USING gin (document)")
    add = sa.text(
        "INSERT INTO articles_fts VALUES (:key, setweight(to_tsvector('simple', :title), 'A')"
        " || to_tsvector('simple', :text))"
    )
    for row in connection.execute(sa.text(_ARTICLES), execution_options={"yield_per": 500}):
        connection.execute(add, {"key": row.key, "title": folded(row.title), "text": folded(row.text)})
