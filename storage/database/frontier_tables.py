"""Tables of the frontier: URLs, hosts, robots.txt files and runs. What they mean: ``storage.frontier``."""

import sqlalchemy as sa

from storage.database.tables import metadata

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts by itself only in INTEGER keys

urls = sa.Table(
    "urls",
    metadata,
    sa.Column("id", _KEY, primary_key=True),
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
    sa.Column("leased_by", _KEY),
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
# The best URL of a host, and the next ones due, are each the first row of an index: flat at any size.
sa.Index("urls_best_of_host", urls.c.host, urls.c.state, urls.c.priority.desc(), urls.c.id)
sa.Index("urls_due", urls.c.state, urls.c.due_at)
# What became of an outlet's day (``storage.counts``).
_ARTICLE = urls.c.kind == "article"
sa.Index("urls_by_day", urls.c.outlet, urls.c.day, sqlite_where=_ARTICLE, postgresql_where=_ARTICLE)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("leased_by", _KEY),
    sa.Column("delay", sa.Double, nullable=False, server_default="0"),
    sa.Column("next_request_at", sa.Double, nullable=False, server_default="0"),
)

robots = sa.Table(
    "robots",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("fetched_at", sa.Double, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("machine", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_start", sa.Text),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("heartbeat_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("status", sa.Text, nullable=False),  # running, finished, interrupted, failed, dead
    sa.Column("arguments", sa.Text, nullable=False, server_default="{}"),
    sa.Column("summary", sa.Text),
)

# What each outlet of a run gave, and the publication days (both included) that the run would have seen.
run_outlets = sa.Table(
    "run_outlets",
    metadata,
    sa.Column("run_id", _KEY, primary_key=True, autoincrement=False),
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # read, blocked, barred, failed, not crawled
    sa.Column("since", sa.Text, nullable=False),  # YYYY-MM-DD
    sa.Column("until", sa.Text, nullable=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("found", "fetched", "kept")),
    sa.Index("run_outlets_by_day", "until", "since", "outlet", "state"),
)

# What was unlike the days before (crawler.crawl.alarms), of each run.
alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("run_id", _KEY, primary_key=True, autoincrement=False),
    sa.Column("outlet", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Double, nullable=False) for name in ("low", "high", "seen")),  # expected from, to; seen
    sa.Column("days", sa.Integer, nullable=False),  # seen over
    sa.Column("page", sa.Text),  # the first to look at
)
