"""The frontier: which URLs are known, which are being asked for and by whom, and when each is due again.

Everything is in the corpus database, so that an article and its URL's new state are committed together, and any
number of workers on any number of machines share the work. A worker is one *run*; it leases **hosts**, never single
URLs, so that one host is only ever asked by one worker, in that worker's polite queue. A lease lasts as long as its
run lives: a run that is gone (its process has ended, or no heartbeat came for ``LEASE_SECONDS``) is *reaped*,
its hosts become free after their delay and the URLs it held are discovered again. Nothing is held in memory only.

States of a URL: ``discovered`` (waiting to be asked), ``leased`` (a worker holds it), ``delayed`` (waiting until
``due_at``), ``fetched``, ``gone`` (404, 410, off the outlet, redirected), ``failed`` (attempts used up), ``barred``
(robots.txt), ``outside`` (published on a day the run did not want; a later run may). ``fetched_at`` is when a URL was
last asked for, whatever came of it. All times are seconds since the epoch by the clock of the run that wrote them; no
lease depends on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from storage.database.frontier_tables import hosts, urls
from storage.database.rows import UNSTORABLE
from storage.frontier.runs import LEASE_SECONDS, MAX_TAKEOVERS, AlreadyRunning
from storage.frontier.urls import FrontierWrites, NewUrl, pack

__all__ = [
    "LEASE_SECONDS", "MAX_TAKEOVERS", "NOT_NEEDED", "WITHDRAWN", "AlreadyRunning", "Frontier", "HostLease", "Lease",
    "LeaseLost", "NewUrl",
]  # fmt: skip

# Reason of a capture of a web archive that is "gone" because its page was had from the outlet itself.
NOT_NEEDED = "the outlet itself gave it"
# Reason of a URL whose article was withdrawn: it is "gone", and not asked for again.
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Lease:
    """One URL in the hands of a run, with what is needed to ask for it again politely."""

    id: int
    url: str
    identity: str
    host: str
    outlet: str
    kind: str
    source: str
    priority: float
    attempts: int
    visits: int
    etag: str | None
    last_modified: str | None
    content_hash: str | None
    day: str | None
    hints: dict[str, Any]
    fetched_at: float | None = None


@dataclass(frozen=True, slots=True)
class HostLease:
    """A host in the hands of a run: not to be asked before ``next_request_at``."""

    host: str
    outlet: str
    next_request_at: float


class LeaseLost(Exception):  # noqa: N818 - names what happened
    """The URL is no longer this run's: another worker took it over and will finish it."""


class Frontier(FrontierWrites):
    """Leasing hosts, claiming their URLs, finishing them. Methods that take ``conn`` join the caller's transaction."""

    # Claiming -----------------------------------------------------------------------------------------------------

    def wake(self, conn: sa.Connection) -> None:
        """Make every URL whose time has come (retry, re-visit, robots.txt to be looked at again) discovered again."""
        due = sa.select(urls.c.id).where(
            urls.c.state.in_(("delayed", "fetched", "barred")), urls.c.due_at <= self.clock()
        )
        conn.execute(  # what another run is waking at this moment needs no second one
            sa.update(urls)
            .where(urls.c.id.in_(due.with_for_update(skip_locked=True)))
            .values(state="discovered", due_at=None)
        )

    def claim_hosts(
        self,
        run: int,
        owners: Sequence[str],
        outlets: Sequence[str],
        most: int,
        *,
        but: Iterable[str] = (),
        articles: bool = True,
    ) -> list[HostLease]:
        """Lease up to ``most`` further hosts of these owners that have URLs of these outlets to ask for.

        ``but`` names hosts to leave alone; ``articles=False`` looks at sources only.
        """
        if most <= 0:
            return []
        with self.db.begin() as conn:
            self.wake(conn)
            waiting = sa.select(urls.c.id).where(
                urls.c.host == hosts.c.host,
                urls.c.state == "discovered",
                urls.c.outlet.in_(outlets),
                sa.true() if articles else urls.c.kind != "article",
            )
            chosen = (
                sa.select(hosts.c.host)
                .where(
                    hosts.c.leased_by.is_(None),
                    hosts.c.outlet.in_(owners),
                    hosts.c.host.not_in(list(but)),
                    waiting.exists(),
                )
                .order_by(hosts.c.next_request_at)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            names = list(conn.scalars(chosen))
            if not names:
                return []
            taken = conn.execute(
                sa.update(hosts)
                .where(hosts.c.host.in_(names), hosts.c.leased_by.is_(None))
                .values(leased_by=run)
                .returning(hosts.c.host, hosts.c.outlet, hosts.c.next_request_at)
            )
            return [HostLease(row.host, row.outlet, row.next_request_at) for row in taken]

    def release_host(self, run: int, host: str, next_request_at: float, delay: float) -> None:
        """Give a host back; nobody asks it before ``next_request_at``, nor before the time it was leased with."""
        later = sa.case((hosts.c.next_request_at > next_request_at, hosts.c.next_request_at), else_=next_request_at)
        with self.db.begin() as conn:
            conn.execute(
                sa.update(hosts)
                .where(hosts.c.host == host, hosts.c.leased_by == run)
                .values(leased_by=None, next_request_at=later, delay=delay)
            )

    def note_delay(self, host: str, delay: float) -> None:
        """Remember how far apart this host wants its requests, for whoever takes over after a crash."""
        with self.db.begin() as conn:
            conn.execute(sa.update(hosts).where(hosts.c.host == host).values(delay=delay))

    def claim(self, run: int, wanted: dict[str, int], outlets: Sequence[str], *, articles: bool = True) -> list[Lease]:
        """Take up to ``wanted[host]`` URLs of each host leased by the run, the most promising first.

        ``articles=False`` takes sources only (the run's budget of pages is used up).
        """
        leases: list[Lease] = []
        with self.db.begin() as conn:
            for host, most in wanted.items():
                asked = {"of_host": host, "of_run": run, "of_outlets": outlets, "most": most}
                taken = conn.execute(_CLAIM if articles else _CLAIM_SOURCES, asked)
                leases.extend(sorted((_lease(row) for row in taken), key=lambda lease: (-lease.priority, lease.id)))
        return leases

    def hosts_with_work(self, owners: Sequence[str]) -> int:
        """How many hosts of these owners have URLs waiting or in hand, whoever leases them."""
        waiting = sa.select(urls.c.id).where(urls.c.host == hosts.c.host, urls.c.state.in_(("discovered", "leased")))
        with self.db.read() as conn:
            query = sa.select(sa.func.count()).select_from(hosts)
            return int(conn.scalar(query.where(hosts.c.outlet.in_(owners), waiting.exists())) or 0)

    def next_due(self, outlets: Sequence[str], *, but: Iterable[str] = (), articles: bool = True) -> float | None:
        """When the next delayed URL (a retry) of these outlets is due, hosts in ``but`` left out; None: none is."""
        with self.db.read() as conn:
            due = conn.scalar(
                sa.select(sa.func.min(urls.c.due_at)).where(
                    urls.c.state == "delayed",
                    urls.c.outlet.in_(outlets),
                    urls.c.host.not_in(list(but)),
                    sa.true() if articles else urls.c.kind != "article",
                )
            )
            return None if due is None else float(due)

    # Finishing ----------------------------------------------------------------------------------------------------

    def finish(self, conn: sa.Connection, run: int, lease: Lease, state: str, **changes: Any) -> None:
        """Give a URL its new state, in the caller's transaction (the one that stores its article).

        ``changes`` are columns: status, reason, due_at, etag, last_modified, content_hash, article_id, url.
        Raises ``LeaseLost`` when the URL is no longer this run's; the caller's transaction must then be rolled back.
        """
        values: dict[str, Any] = {"state": state, "leased_by": None, "due_at": None, "reason": None, **changes}
        values["fetched_at"] = self.clock()
        if values["reason"]:  # may hold what a server said
            values["reason"] = UNSTORABLE.sub("\ufffd", values["reason"])
        again = state in ("fetched", "gone", "outside")
        if again:
            values |= {"attempts": 0, "takeovers": 0}
        done = conn.execute(_finish(tuple(values), again), values | {"of_id": lease.id, "of_run": run})
        if done.rowcount != 1:
            raise LeaseLost(lease.url)

    def move(
        self,
        conn: sa.Connection,
        run: int,
        lease: Lease,
        *,
        url: str,
        hints: dict[str, Any],
        status: int,
        owner: str | None = None,
    ) -> None:
        """The same URL in another spelling, after a redirect: ask for that next. Raises ``LeaseLost``.

        ``owner`` is whose host it is, where that is not the outlet's.
        """
        done = conn.execute(
            sa.update(urls)
            .where(urls.c.id == lease.id, urls.c.state == "leased", urls.c.leased_by == run)
            .values(
                state="discovered",
                leased_by=None,
                url=url,
                host=urlsplit(url).hostname or lease.host,
                hints=pack(hints),
                status=status,
            )
        )
        if done.rowcount != 1:
            raise LeaseLost(lease.url)
        self._know_hosts(conn, {(urlsplit(url).hostname or lease.host, owner or lease.outlet)})

    def give_back(self, run: int, leases: Iterable[Lease]) -> None:
        """Return URLs that were claimed and never asked for; that does not count as an attempt."""
        ids = [lease.id for lease in leases]
        with self.db.begin() as conn:
            for start in range(0, len(ids), 500):
                conn.execute(
                    sa.update(urls)
                    .where(urls.c.id.in_(ids[start : start + 500]), urls.c.leased_by == run)
                    .values(state="discovered", leased_by=None, attempts=urls.c.attempts - 1)
                )

    # robots.txt ---------------------------------------------------------------------------------------------------


# Statements are built once: SQLAlchemy takes longer to build one than SQLite to run it.


def _claiming(*further: sa.ColumnElement[bool]) -> Any:
    host = sa.bindparam("of_host", type_=sa.Text)
    best = (
        sa.select(urls.c.id)
        .where(
            urls.c.host == host,
            urls.c.state == "discovered",
            urls.c.outlet.in_(sa.bindparam("of_outlets", expanding=True)),
            *further,
        )
        .order_by(urls.c.priority.desc(), urls.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    run = sa.bindparam("of_run", type_=sa.Integer)
    return (
        sa.update(urls)
        .where(urls.c.id.in_(best.scalar_subquery()), sa.exists().where(hosts.c.host == host, hosts.c.leased_by == run))
        .values(state="leased", leased_by=run, attempts=urls.c.attempts + 1)
        .returning(*urls.c)
    )


_CLAIM = _claiming()
_CLAIM_SOURCES = _claiming(urls.c.kind != "article")


@lru_cache(maxsize=64)
def _finish(columns: tuple[str, ...], again: bool) -> sa.Update:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    if again:
        values["visits"] = urls.c.visits + 1
    mine = (urls.c.id == sa.bindparam("of_id"), urls.c.state == "leased", urls.c.leased_by == sa.bindparam("of_run"))
    return sa.update(urls).where(*mine).values(values)


def _lease(row: Any) -> Lease:
    return Lease(
        id=row.id,
        url=row.url,
        identity=row.identity,
        host=row.host,
        outlet=row.outlet,
        kind=row.kind,
        source=row.source,
        priority=row.priority,
        attempts=row.attempts,
        visits=row.visits,
        etag=row.etag,
        last_modified=row.last_modified,
        content_hash=row.content_hash,
        day=row.day,
        hints=json.loads(row.hints or "{}"),
        fetched_at=row.fetched_at,
    )
