"""Chains of copies, bounds of days that are not known, countries; links judged anew, by figures and names too.

Each column is filled for the articles that are there. Of the links between copies those go that join two reports out of
one template, and a longer text that took an earlier one in is its ``expanded`` copy from now on. Story features are
made anew; membership of stories stays as it is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.copies import linking, stories
from storage.copies.comparison import compare
from storage.copies.fingerprints import Fingerprinted
from storage.database.tables import dump_json
from storage.places import countries

revision = "0008_places_and_bounds"
down_revision = "0006_extraction_agreement"
branch_labels = None
depends_on = None


_TEXTS = sa.text(
    "SELECT a.key, a.title, a.published_day, r.text FROM articles a JOIN revisions r ON r.key = a.text_key"
    " ORDER BY a.key"
)
_LINKS = sa.text(
    "SELECT c.article_key, c.copy_of, c.kind, a.sort_key, own.text AS text, o.sort_key AS original_sort_key,"
    " theirs.text AS original_text, a.id FROM copies c JOIN articles a ON a.key = c.article_key"
    " JOIN revisions own ON own.key = a.text_key LEFT JOIN articles o ON o.id = c.copy_of"
    " LEFT JOIN revisions theirs ON theirs.key = o.text_key ORDER BY c.article_key"
)
MANY = 500


def upgrade() -> None:
    """Add the columns and fill them."""
    op.add_column("articles", sa.Column("published_after", sa.Text()))
    op.add_column("articles", sa.Column("published_before", sa.Text()))
    op.add_column("articles", sa.Column("countries", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("evidence", sa.Column("bounds", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("copies", sa.Column("chain", sa.String(16), nullable=False, server_default=""))
    op.add_column("copies", sa.Column("grown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_copies_chain", "copies", ["chain"])
    connection = op.get_bind()
    op.execute("DELETE FROM story_features")
    places: list[dict[str, Any]] = []
    fill = sa.text("UPDATE articles SET countries = :countries WHERE key = :key")
    for row in connection.execute(_TEXTS, execution_options={"yield_per": MANY}):
        if row.published_day is not None:
            stories.remember(connection, row.key, row.title, Fingerprinted(row.text), row.published_day)
        places.append({"key": row.key, "countries": dump_json(countries(row.title, row.text))})
        if len(places) == MANY:
            connection.execute(fill, places)
            places.clear()
    if places:
        connection.execute(fill, places)
    _judge_links(connection)


def _judge_links(connection: sa.Connection) -> None:
    """Remove links that are none by today's rules, name those that expand, and tell each link its chain."""
    copy_of: dict[str, tuple[str, str, int]] = {}
    for row in connection.execute(_LINKS).all():
        kind = row.kind
        if row.original_text is not None:
            one, other = Fingerprinted(row.text), Fingerprinted(row.original_text)
            likeness = compare(one, other)
            if likeness.kind is None:
                connection.execute(sa.text("DELETE FROM copies WHERE article_key = :key"), {"key": row.article_key})
                continue
            if kind == "near" and likeness.kind == "excerpt" and len(one.words) > len(other.words):
                kind = "expanded"
        copy_of[row.id] = row.copy_of, kind, row.article_key
    update = sa.text("UPDATE copies SET kind = :kind, chain = :chain, grown = :grown WHERE article_key = :key")
    for id_, (_, kind, key) in copy_of.items():
        path = [id_]
        while path[-1] in copy_of and copy_of[path[-1]][0] not in path:
            path.append(copy_of[path[-1]][0])
        grown = False
        for step in reversed(path[:-1]):
            grown = linking.grows(copy_of[step][1], grown)
        connection.execute(update, {"kind": kind, "chain": path[-1], "grown": grown, "key": key})
