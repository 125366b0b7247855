"""Tables of counts, derived from the corpus and the frontier and made anew at any time: ``storage.counts``.

They have a metadata of their own, because a corpus that is copied to another database makes its own there.

A ``period`` is, by its ``grain``, a publication day at the outlet (YYYY-MM-DD; empty: not known, for articles only) or
a month of such days (YYYY-MM).
"""

from typing import Any

import sqlalchemy as sa

from storage.database.tables import Bytewise, Key

derived = sa.MetaData()

# Outlets and days that changed since they were counted; triggers write it (``counts_triggers``). Rows are only added
# and taken away, so that no writer ever waits for another one's.
touched = sa.Table(
    "touched",
    derived,
    sa.Column("key", Key, primary_key=True, autoincrement=True),
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),  # empty: not known
    sa.Column("claimed", sa.Boolean, nullable=False, server_default=sa.false()),  # by the refresh at work
)

# The days that a refresh counts, while it does; empty to everybody else.
recounted = sa.Table(
    "recounted",
    derived,
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("day", Bytewise, primary_key=True),
    sqlite_with_rowid=False,
)

OUTCOMES = ("kept", "copies", "rejected", "blocked", "failed", "barred", "waiting")


def _by_period(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name,
        derived,
        sa.Column("grain", sa.String(5), primary_key=True),  # day, month
        sa.Column("period", Bytewise, primary_key=True),
        *columns,
        sqlite_with_rowid=False,
    )


outlet_counts = _by_period(
    "outlet_counts",
    sa.Column("outlet", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Integer, nullable=False) for name in OUTCOMES),
)

# Articles that speak of a country; one that speaks of several is counted at each.
country_counts = _by_period(
    "country_counts",
    sa.Column("country", sa.Text, primary_key=True),  # ISO 3166
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("articles", sa.Integer, nullable=False),
)

# Copies by the outlet that copies and the one whose article it copied.
copy_counts = _by_period(
    "copy_counts",
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("articles", sa.Integer, nullable=False),
)
