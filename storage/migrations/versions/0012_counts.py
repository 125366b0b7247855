"""Counts by outlet and day, kept up to date as runs end; which outlets a run read; alarms.

What is there already is noted as touched, so that the first look at an overview counts it; of the runs that ended,
what each outlet gave is taken from their summaries.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.database import counts_triggers

revision = "0012_counts"
down_revision = "0011_claims"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PERIOD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_OUTCOMES = ("kept", "copies", "rejected", "blocked", "failed", "barred", "waiting")
_WESTERN_INDONESIA = timedelta(hours=7)


def upgrade() -> None:
    """Add the tables, an index of URLs by outlet and day, and the triggers."""
    op.create_table(
        "touched",
        sa.Column("key", _KEY, primary_key=True, autoincrement=True),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("claimed", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "recounted",
        sa.Column("outlet", sa.Text, primary_key=True),
        sa.Column("day", _PERIOD, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outlet_counts",
        sa.Column("grain", sa.String(5), primary_key=True),
        sa.Column("period", _PERIOD, primary_key=True),
        sa.Column("outlet", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _OUTCOMES),
        sqlite_with_rowid=False,
    )
    for name, keys in (("country_counts", ("country", "outlet")), ("copy_counts", ("outlet", "origin"))):
        op.create_table(
            name,
            sa.Column("grain", sa.String(5), primary_key=True),
            sa.Column("period", _PERIOD, primary_key=True),
            *(sa.Column(key, sa.Text, primary_key=True) for key in keys),
            sa.Column("articles", sa.Integer, nullable=False),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "run_outlets",
        sa.Column("run_id", _KEY, primary_key=True, autoincrement=False),
        sa.Column("outlet", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("found", "fetched", "kept")),
    )
    op.create_index("run_outlets_by_day", "run_outlets", ["until", "since", "outlet", "state"])
    op.create_table(
        "alarms",
        sa.Column("run_id", _KEY, primary_key=True, autoincrement=False),
        sa.Column("outlet", sa.Text, primary_key=True),
        sa.Column("measure", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("low", "high", "seen")),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("page", sa.Text),
    )
    article = sa.text("kind = 'article'")
    op.create_index("urls_by_day", "urls", ["outlet", "day"], sqlite_where=article, postgresql_where=article)
    op.drop_index("rejected_by_score", "rejected")
    op.create_index("rejected_by_score", "rejected", ["score", "outlet"])
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO touched (outlet, day) SELECT outlet, coalesce(published_day, '') FROM articles"
            " WHERE outlet IS NOT NULL UNION SELECT outlet, day FROM urls WHERE kind = 'article' AND day IS NOT NULL"
        )
    )
    for statement in counts_triggers.create(connection.dialect.name):
        connection.execute(sa.text(statement))
    _fill_run_outlets(connection)


_RUNS = sa.text("SELECT id, started_at, arguments, summary FROM runs WHERE summary IS NOT NULL ORDER BY id")
_FILL = sa.text(
    "INSERT INTO run_outlets (run_id, outlet, state, since, until, found, fetched, kept)"
    " VALUES (:run_id, :outlet, :state, :since, :until, :found, :fetched, :kept)"
)


def _fill_run_outlets(connection: sa.Connection) -> None:
    for run in connection.execute(_RUNS).all():
        summary, given = json.loads(run.summary), json.loads(run.arguments)
        day = (datetime.fromtimestamp(run.started_at, UTC) + _WESTERN_INDONESIA).date()
        live = not given.get("since") and not given.get("until")
        window = {
            "since": str(day - timedelta(days=1)) if live else given.get("since") or "0001-01-01",
            "until": given.get("until") or str(day),
        }
        rows = [
            {"run_id": run.id, "outlet": outlet, "state": _state(counts, summary.get("measures", {}).get(outlet, {}))}
            | window
            | {name: int(counts.get(name, 0)) for name in ("found", "fetched", "kept")}
            for outlet, counts in (summary.get("outlets") or {}).items()
        ]
        if rows:
            connection.execute(_FILL, rows)


def _state(counts: dict[str, Any], measures: dict[str, Any]) -> str:
    if measures.get("listed") or counts.get("not modified") or counts.get("found") or counts.get("fetched"):
        return "read"
    told = {
        "blocked": measures.get("blocked"),
        "barred": counts.get("barred"),
        "failed": any(counts.get(name) for name in ("failed", "gone", "retried")),
    }
    return next((state for state, is_so in told.items() if is_so), "not crawled")
