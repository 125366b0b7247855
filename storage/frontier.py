"""The frontier: which URLs are known, which are being asked for and by whom, and when each is due again.

Everything is in the corpus database, so that an article and its URL's new state are committed together, and any
number of workers on any number of machines share the work. A worker is one *run*; it leases **hosts**, never single
URLs, so that one host is only ever asked by one worker, in that worker's polite queue. A lease lasts as long as its
run lives: a run that is gone (its process has ended, or its heartbeat is older than ``LEASE_SECONDS``) is *reaped*,
its hosts become free after their delay and the URLs it held are discovered again. Nothing is held in memory only.

States of a URL: ``discovered`` (waiting to be asked), ``leased`` (a worker holds it), ``delayed`` (waiting until
``due_at``), ``fetched``, ``gone`` (404, 410, off the outlet, redirected), ``failed`` (attempts used up), ``barred``
(robots.txt), ``outside`` (published on a day the run did not want; a later run may). ``fetched_at`` is when a URL was
last asked for, whatever came of it. All times are seconds since the epoch, of clocks that are kept in step (NTP).
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.db import Database
from storage.frontier_tables import hosts, robots, runs, urls

# A run whose heartbeat is older than this is taken for dead on other machines; on its own machine its process is
# looked at instead. Six missed heartbeats (every 10 s): a paused laptop or a long garbage collection is not death.
LEASE_SECONDS = 60.0
# A URL that was in the hands of this many dying workers is given up as the likely cause of their death.
MAX_TAKEOVERS = 20
# Reason of a capture of a web archive that is "gone" because its page was had from the outlet itself.
NOT_NEEDED = "the outlet itself gave it"


@dataclass(frozen=True, slots=True)
class NewUrl:
    """A URL to add: ``identity`` is its normal form (one row each), ``hints`` small JSON values for its reader."""

    url: str
    identity: str
    host: str
    outlet: str
    kind: str = "article"
    source: str = ""
    priority: float = 0.0
    day: str | None = None  # publication day by the hints, YYYY-MM-DD
    hints: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None  # whose host it is, where that is not the outlet's: a web archive's


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


@dataclass(frozen=True, slots=True)
class HostLease:
    """A host in the hands of a run: not to be asked before ``next_request_at``."""

    host: str
    outlet: str
    next_request_at: float


class LeaseLost(Exception):  # noqa: N818 - names what happened
    """The URL is no longer this run's: another worker took it over and will finish it."""


class AlreadyRunning(Exception):  # noqa: N818
    """As many runs as allowed are at work; the message says which."""


class Frontier:
    """All reads and writes of URL, host and run state. Methods that take ``conn`` join the caller's transaction."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.time) -> None:
        self.db = db
        self.clock = clock
        self._insert = postgresql.insert if db.dialect == "postgresql" else sqlite.insert

    # Runs ---------------------------------------------------------------------------------------------------------

    def start_run(self, arguments: dict[str, Any], *, limit: int | None = None) -> int:
        """Register this process as a run and return its id; reaps dead runs first.

        Raises ``AlreadyRunning`` when ``limit`` runs are alive already.
        """
        with self.db.begin() as conn:
            if self.db.dialect == "postgresql":  # two starting at once must not both count zero
                conn.execute(sa.text("LOCK TABLE runs IN SHARE ROW EXCLUSIVE MODE"))
            self._reap(conn)
            alive = conn.execute(
                sa.select(runs.c.id, runs.c.machine, runs.c.pid, runs.c.started_at).where(runs.c.status == "running")
            ).all()
            if limit is not None and len(alive) >= limit:
                run = alive[0]
                since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started_at))
                name = run.machine.partition(" ")[0]
                raise AlreadyRunning(f"run {run.id} on {name} (process {run.pid}) is at work since {since}")
            now = self.clock()
            inserted = conn.execute(
                sa.insert(runs).values(
                    machine=_machine(),
                    pid=os.getpid(),
                    process_start=_process_start(os.getpid()),
                    started_at=now,
                    heartbeat_at=now,
                    status="running",
                    arguments=json.dumps(arguments, sort_keys=True),
                )
            )
            return int(inserted.inserted_primary_key[0])  # type: ignore[index]

    def heartbeat(self, run: int) -> bool:
        """Say that the run lives, and reap those that do not. False: this run was taken for dead and must stop."""
        with self.db.begin() as conn:
            done = conn.execute(
                sa.update(runs).where(runs.c.id == run, runs.c.status == "running").values(heartbeat_at=self.clock())
            )
            self._reap(conn, but=run)
            return done.rowcount == 1

    def end_run(self, run: int, status: str, summary: dict[str, Any]) -> None:
        """Close a run: its hosts are free after their delay, what it still held is discovered again."""
        with self.db.begin() as conn:
            self._free(conn, run, counts_as_takeover=False)
            conn.execute(
                sa.update(runs)
                .where(runs.c.id == run)
                .values(status=status, ended_at=self.clock(), summary=json.dumps(summary, sort_keys=True))
            )

    def live_runs(self) -> int:
        """How many runs are registered as alive."""
        with self.db.read() as conn:
            return int(conn.scalar(sa.select(sa.func.count()).where(runs.c.status == "running")) or 0)

    def _reap(self, conn: sa.Connection, but: int | None = None) -> None:
        for run in conn.execute(sa.select(runs).where(runs.c.status == "running")).all():
            if run.id == but or self._is_alive(run):
                continue
            self._free(conn, run.id, counts_as_takeover=True)
            conn.execute(sa.update(runs).where(runs.c.id == run.id).values(status="dead", ended_at=self.clock()))

    def _is_alive(self, run: Any) -> bool:
        if run.machine == _machine():
            start = _process_start(run.pid)
            return start is not None and (run.process_start is None or start == run.process_start)
        return bool(run.heartbeat_at > self.clock() - LEASE_SECONDS)

    def _free(self, conn: sa.Connection, run: int, *, counts_as_takeover: bool) -> None:
        now = self.clock()
        # The dead run may have asked the host a moment ago: the full delay from now on is always polite.
        conn.execute(
            sa.update(hosts)
            .where(hosts.c.leased_by == run)
            .values(
                leased_by=None,
                next_request_at=sa.case(
                    (hosts.c.next_request_at > now + hosts.c.delay, hosts.c.next_request_at),
                    else_=now + hosts.c.delay,
                ),
            )
        )
        held = sa.and_(urls.c.state == "leased", urls.c.leased_by == run)
        # Nothing came of the attempt, and that was not the URL's fault: takeovers are counted apart.
        again = {"state": "discovered", "leased_by": None, "attempts": urls.c.attempts - 1}
        if counts_as_takeover:
            conn.execute(
                sa.update(urls)
                .where(held, urls.c.takeovers >= MAX_TAKEOVERS)
                .values(state="failed", leased_by=None, reason=f"{MAX_TAKEOVERS} workers died holding it", due_at=None)
            )
            conn.execute(sa.update(urls).where(held).values(**again, takeovers=urls.c.takeovers + 1))
        else:
            conn.execute(sa.update(urls).where(held).values(**again))

    # Adding -------------------------------------------------------------------------------------------------------

    def add(self, conn: sa.Connection, new: Iterable[NewUrl], *, run_started: float | None = None) -> int:
        """Make URLs known; returns how many were new.

        A URL already known keeps its state; better hints raise its priority. A way in (every ``kind`` but
        "article") that was last asked before ``run_started`` is made due again: each run asks it once.
        """
        # One order for all: two runs that add the same URLs at once then wait for each other, and never in a ring.
        rows = sorted({item.identity: item for item in new}.values(), key=lambda item: item.identity)
        added = 0
        for start in range(0, len(rows), 500):  # bounded statements: SQLite allows 32,766 variables
            added += self._add_some(conn, rows[start : start + 500], run_started)
        return added

    def _add_some(self, conn: sa.Connection, rows: Sequence[NewUrl], run_started: float | None) -> int:
        self._know_hosts(conn, {(row.host, row.owner or row.outlet) for row in rows})
        columns = (urls.c.identity, urls.c.outlet, urls.c.state, urls.c.priority)
        found = conn.execute(sa.select(*columns).where(urls.c.identity.in_([row.identity for row in rows])))
        known = {row.identity: row for row in found}
        fresh = [row for row in rows if row.identity not in known]
        if fresh:
            conn.execute(
                self._insert(urls).on_conflict_do_nothing(index_elements=[urls.c.identity]),
                [
                    {
                        "url": row.url,
                        "identity": row.identity,
                        "host": row.host,
                        "outlet": row.outlet,
                        "kind": row.kind,
                        "source": row.source,
                        "state": "discovered",
                        "priority": row.priority,
                        "day": row.day,
                        "hints": _packed(row.hints),
                        "found_at": self.clock(),
                    }
                    for row in fresh
                ],
            )
        for row in rows:
            if row.identity in known:
                self._know_better(conn, row, known[row.identity], run_started)
        return len(fresh)

    def _know_better(self, conn: sa.Connection, row: NewUrl, old: Any, run_started: float | None) -> None:
        """What a further sighting changes about a URL already known; mostly nothing, and then nothing is written."""
        same = urls.c.identity == row.identity
        if old.outlet != row.outlet:  # an outlet was renamed or split: its URLs must not be orphaned
            conn.execute(sa.update(urls).where(same, urls.c.state != "leased").values(outlet=row.outlet))
        changes: dict[str, Any] = {"priority": row.priority, "hints": _packed(row.hints)}
        if row.kind != "article" and run_started is not None:
            if old.state in ("discovered", "leased"):
                return
            not_asked = sa.or_(urls.c.fetched_at.is_(None), urls.c.fetched_at < run_started)
            changes |= {"state": "discovered", "attempts": 0, "due_at": None}
            conn.execute(
                sa.update(urls).where(same, urls.c.state.not_in(("discovered", "leased")), not_asked).values(**changes)
            )
        elif old.state == "discovered" and old.priority < row.priority:
            if row.day is not None:
                changes["day"] = row.day
            better = urls.c.priority < row.priority
            conn.execute(sa.update(urls).where(same, urls.c.state == "discovered", better).values(**changes))

    def ask_again(
        self, conn: sa.Connection, outlet: str, kind: str, run_started: float, *, failed: bool = False
    ) -> list[str]:
        """Make an outlet's known ways in of one kind due that this run has not asked yet; returns their hosts.

        For an index of ways in that is unchanged: what it names may have changed all the same. With ``failed`` only
        those that an earlier run gave up: an unchanged first page does not name them anew.
        """
        updated = conn.execute(
            sa.update(urls)
            .where(
                urls.c.outlet == outlet,
                urls.c.kind == kind,
                urls.c.state == "failed" if failed else urls.c.state.not_in(("discovered", "leased")),
                sa.or_(urls.c.fetched_at.is_(None), urls.c.fetched_at < run_started),
            )
            .values(state="discovered", attempts=0, due_at=None)
            .returning(urls.c.host)
        )
        return sorted(set(updated.scalars()))

    def reopen(self, conn: sa.Connection, outlets: Sequence[str], since: str | None, until: str | None) -> int:
        """Make articles that were left out for their day discovered again where the days wanted now (both ends
        included, YYYY-MM-DD, None: open) hold them; returns how many."""
        wanted = [urls.c.state == "outside", urls.c.outlet.in_(outlets)]
        if since is not None:
            wanted.append(urls.c.day >= since)
        if until is not None:
            wanted.append(urls.c.day <= until)
        return conn.execute(sa.update(urls).where(*wanted).values(state="discovered", attempts=0)).rowcount

    def _know_hosts(self, conn: sa.Connection, owned: set[tuple[str, str]]) -> None:
        if not owned:
            return
        insert = self._insert(hosts)
        conn.execute(
            insert.on_conflict_do_update(
                index_elements=[hosts.c.host],
                set_={"outlet": insert.excluded.outlet},
                where=hosts.c.outlet != insert.excluded.outlet,
            ),
            [{"host": host, "outlet": owner, "delay": 0.0, "next_request_at": 0.0} for host, owner in sorted(owned)],
        )

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

        ``but`` names hosts to leave alone; ``articles=False`` looks at ways in only.
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

        ``articles=False`` takes ways in only (the run's budget of pages is used up).
        """
        kinds = sa.true() if articles else urls.c.kind != "article"
        leases: list[Lease] = []
        with self.db.begin() as conn:
            for host, most in wanted.items():
                best = (
                    sa.select(urls.c.id)
                    .where(urls.c.host == host, urls.c.state == "discovered", urls.c.outlet.in_(outlets), kinds)
                    .order_by(urls.c.priority.desc(), urls.c.id)
                    .limit(most)
                )
                taken = conn.execute(
                    sa.update(urls)
                    .where(
                        urls.c.id.in_(best.scalar_subquery()),
                        sa.exists().where(hosts.c.host == host, hosts.c.leased_by == run),
                    )
                    .values(state="leased", leased_by=run, attempts=urls.c.attempts + 1)
                    .returning(*urls.c)
                )
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
        if state in ("fetched", "gone", "outside"):
            values |= {"visits": urls.c.visits + 1, "attempts": 0, "takeovers": 0}
        done = conn.execute(
            sa.update(urls)
            .where(urls.c.id == lease.id, urls.c.state == "leased", urls.c.leased_by == run)
            .values(**values)
        )
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
                hints=_packed(hints),
                status=status,
            )
        )
        if done.rowcount != 1:
            raise LeaseLost(lease.url)
        self._know_hosts(conn, {(urlsplit(url).hostname or lease.host, owner or lease.outlet)})

    def make_due(self, conn: sa.Connection, identity: str) -> int:
        """Have a page that was fetched before asked for again, without its validators; the number of rows found."""
        done = conn.execute(
            sa.update(urls)
            .where(urls.c.identity == identity, urls.c.state.in_(("fetched", "delayed", "discovered")))
            .values(state="discovered", due_at=None, etag=None, last_modified=None)
        )
        return done.rowcount

    def adopt(self, conn: sa.Connection, identity: str, article_id: str) -> None:
        """A page that was fetched and not wanted is an article after all."""
        conn.execute(
            sa.update(urls)
            .where(urls.c.identity == identity, urls.c.state == "fetched")
            .values(article_id=article_id, reason=None)
        )

    def hints(self, conn: sa.Connection, identity: str) -> tuple[str, dict[str, Any]]:
        """How a page was found and what was known of it before it was fetched; ("", {}) for an unknown one."""
        row = conn.execute(sa.select(urls.c.source, urls.c.hints).where(urls.c.identity == identity)).one_or_none()
        return ("", {}) if row is None else (row.source, json.loads(row.hints or "{}"))

    def known_before(self, conn: sa.Connection, identities: Iterable[str], moment: float) -> int:
        """How many of some identities were found before a moment."""
        names, known = list(identities), 0
        for start in range(0, len(names), 500):
            known += (
                conn.scalar(
                    sa.select(sa.func.count()).where(
                        urls.c.identity.in_(names[start : start + 500]), urls.c.found_at < moment
                    )
                )
                or 0
            )
        return known

    def fetched(self, conn: sa.Connection, identities: Iterable[str]) -> set[str]:
        """Those of some identities whose URLs were fetched."""
        names, had = list(identities), set[str]()
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            had |= set(
                conn.scalars(sa.select(urls.c.identity).where(urls.c.identity.in_(part), urls.c.state == "fetched"))
            )
        return had

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

    def robots(self, origin: str) -> Any | None:
        """What is stored of an origin's robots.txt: status, body, etag, last_modified, fetched_at."""
        with self.db.read() as conn:
            return conn.execute(sa.select(robots).where(robots.c.origin == origin)).one_or_none()

    def keep_robots(self, origin: str, **values: Any) -> None:
        """Store an origin's robots.txt as it was answered, with the time."""
        values["fetched_at"] = self.clock()
        with self.db.begin() as conn:
            insert = self._insert(robots).values(origin=origin, **values)
            conn.execute(insert.on_conflict_do_update(index_elements=[robots.c.origin], set_=values))

    # Looking ------------------------------------------------------------------------------------------------------

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of URLs by (outlet, kind, state)."""
        with self.db.read() as conn:
            rows = conn.execute(
                sa.select(urls.c.outlet, urls.c.kind, urls.c.state, sa.func.count()).group_by(
                    urls.c.outlet, urls.c.kind, urls.c.state
                )
            )
            return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


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
    )


def _packed(hints: dict[str, Any]) -> str:
    return json.dumps(hints, ensure_ascii=False, sort_keys=True)


@cache
def _machine() -> str:
    """The machine as far as its process numbers reach: host name, boot and process namespace.

    Containers and cloned virtual machines share host names; the number of a process in another one says nothing here.
    """
    parts = [platform.node()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))  # noqa: PTH115 - not a path but "pid:[4026531836]"
    return " ".join(parts)


def _process_start(pid: int) -> str | None:
    """When a process of this machine was started, as an opaque string; None if there is no such process.

    Process numbers are used again: the start time tells a live run from a stranger with its number.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]  # field 22, starttime in clock ticks since boot
    except OSError:
        pass
    if Path("/proc/self/stat").exists():
        return None
    try:  # no /proc (macOS): existence is all that can be asked for
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "unknown"
