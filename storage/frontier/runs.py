"""Runs: which crawls are at work on the database, and taking back what a dead one held.

A run is one process. It is alive while its process is (on its own machine) or while its heartbeat goes on (seen from
another); a dead one is *reaped*: its hosts are free after their delay, the URLs it held are discovered again.

Whether a heartbeat goes on is seen by looking twice, never by comparing the clocks of two machines: one that is wrong,
or is put right, kills nobody.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.database.frontier_tables import alarms, hosts, robots, run_outlets, runs, urls
from storage.frontier.clock import SteadyClock

HEARTBEAT_SECONDS = 10.0  # between two signs of life of a run
# A run without a new heartbeat for so long is taken for dead on other machines; on its own machine its process is
# looked at instead. Six missed heartbeats: a paused laptop or a long garbage collection is not death.
LEASE_SECONDS = 60.0
# No host is left in peace for longer by one run: an hour, and its delay (crawler.fetching.pace).
QUIET_MOST = 4200.0
CLOCK_SLACK = 60.0  # seconds that the clocks of machines which are kept in step may differ
# A URL that was in the hands of this many dying workers is given up as the likely cause of their death.
MAX_TAKEOVERS = 20


class AlreadyRunning(Exception):  # noqa: N818
    """As many runs as allowed are at work; the message says which."""


@dataclass(frozen=True, slots=True)
class OutletRun:
    """What a run got of an outlet: ``state`` is ``read`` (at least one of its sources was), else ``blocked``,
    ``barred``, ``failed``, or ``not crawled``; the run would have seen what was published from ``since`` to ``until``
    (YYYY-MM-DD, both included).
    """

    outlet: str
    state: str
    since: str
    until: str
    found: int
    fetched: int
    kept: int


@dataclass(slots=True)
class _Sign:
    """The last sign of life of another machine's run, and when it was first seen here (on our own clock)."""

    heartbeat_at: float
    since: float
    first: bool  # no later one came since we look


class Runs:
    """All reads and writes of runs."""

    def __init__(self, db: Database, clock: Callable[[], float] | None = None) -> None:
        """``clock`` gives seconds since the epoch and never jumps; one of our own by default."""
        self.db = db
        self.clock = clock or SteadyClock()
        self._signs: dict[int, _Sign] = {}

    def start_run(self, arguments: dict[str, Any], *, limit: int | None = None) -> int:
        """Register this process as a run and return its id; reaps dead runs first.

        Raises ``AlreadyRunning`` when ``limit`` runs are alive already.
        """
        with self.db.begin() as conn:
            if self.db.dialect == "postgresql":  # two starting at once must not both count zero
                conn.execute(sa.text("LOCK TABLE runs IN SHARE ROW EXCLUSIVE MODE"))
            self._reap(conn)
            self._set_right(conn)
            running = conn.execute(sa.select(runs).where(runs.c.status == "running")).all()
            alive = [run for run in running if self._is_fresh(run)]
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

    def summaries(self, since: float) -> list[tuple[float, dict[str, Any], dict[str, Any]]]:
        """Start (seconds since the epoch), arguments and summary of the runs that ended and were started after
        ``since``, oldest first."""
        with self.db.read() as conn:
            found = conn.execute(
                sa.select(runs.c.started_at, runs.c.arguments, runs.c.summary)
                .where(runs.c.started_at >= since, runs.c.summary.is_not(None))
                .order_by(runs.c.started_at)
            )
            return [(row.started_at, json.loads(row.arguments), json.loads(row.summary)) for row in found]

    def summaries_of(self, pids: Sequence[int], since: float) -> dict[int, dict[str, Any]]:
        """Summaries, by number, of the runs that these processes of this machine did since then (seconds since the
        epoch)."""
        with self.db.read() as conn:
            found = conn.execute(
                sa.select(runs.c.id, runs.c.summary).where(
                    runs.c.machine == _machine(), runs.c.pid.in_(pids), runs.c.started_at >= since,
                    runs.c.summary.is_not(None),
                )
            )  # fmt: skip
            return {run: json.loads(summary) for run, summary in found}

    def keep_alarms(self, run: int, raised: Iterable[Mapping[str, Any]]) -> None:
        """Keep alarms (columns of ``alarms``) with a run that has ended: workers of one crawl are judged together."""
        alarmed = [{"run_id": run, **row} for row in raised]
        if alarmed:
            with self.db.begin() as conn:
                conn.execute(sa.insert(alarms), alarmed)

    def heartbeat(self, run: int) -> bool:
        """Say that the run lives, and reap those that do not. False: this run was taken for dead and must stop."""
        with self.db.begin() as conn:
            done = conn.execute(
                sa.update(runs).where(runs.c.id == run, runs.c.status == "running").values(heartbeat_at=self.clock())
            )
        with self.db.begin() as conn:  # apart: whatever it may have to wait for
            self._reap(conn, but=run)
        return done.rowcount == 1

    def end_run(
        self,
        run: int,
        status: str,
        summary: dict[str, Any],
        *,
        outlets: Iterable[OutletRun] = (),
        raised: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Close a run: its hosts are free after their delay, what it still held is discovered again.

        What it got of each outlet, and the alarms it ``raised`` (columns of ``alarms``), are kept with it.
        """
        given = [{"run_id": run, **asdict(row)} for row in outlets]
        alarmed = [{"run_id": run, **row} for row in raised]
        with self.db.begin() as conn:
            self._free(conn, run, counts_as_takeover=False)
            if given:
                conn.execute(sa.insert(run_outlets), given)
            if alarmed:
                conn.execute(sa.insert(alarms), alarmed)
            conn.execute(
                sa.update(runs)
                .where(runs.c.id == run)
                .values(status=status, ended_at=self.clock(), summary=json.dumps(summary, sort_keys=True))
            )

    def live_runs(self) -> int:
        """How many runs are registered as alive."""
        with self.db.read() as conn:
            return int(conn.scalar(sa.select(sa.func.count()).where(runs.c.status == "running")) or 0)

    def undecided(self, owners: Sequence[str]) -> bool:
        """Whether runs of other machines that may be dead hold hosts of these owners: they are soon known to live, or
        their hosts soon free."""
        patience = self.clock() - 2.5 * HEARTBEAT_SECONDS
        silent = [run for run, sign in self._signs.items() if sign.first or sign.since < patience]
        held = sa.select(hosts.c.host).join(runs, runs.c.id == hosts.c.leased_by)
        held = held.where(runs.c.status == "running", runs.c.id.in_(silent), hosts.c.outlet.in_(owners))
        with self.db.read() as conn:
            return conn.execute(held.limit(1)).first() is not None

    def _reap(self, conn: sa.Connection, but: int | None = None) -> None:
        for run in conn.execute(sa.select(runs).where(runs.c.status == "running")).all():
            if run.id == but or self._is_alive(run) or self._is_in_a_transaction(conn, run.id):
                continue
            self._free(conn, run.id, counts_as_takeover=True)
            self._signs.pop(run.id, None)
            conn.execute(sa.update(runs).where(runs.c.id == run.id).values(status="dead", ended_at=self.clock()))

    def _is_in_a_transaction(self, conn: sa.Connection, run: int) -> bool:
        """Whether a row of the run is locked: its process was stopped in the middle of a transaction, which the server
        ends after ``LEASE_SECONDS`` (``Database.open``). To wait for it here would hold up whoever reaps."""
        for key, held in ((hosts.c.host, hosts.c.leased_by == run), (urls.c.id, _held(run))):
            free = conn.execute(sa.select(key).where(held).with_for_update(skip_locked=True)).all()
            if len(free) < (conn.scalar(sa.select(sa.func.count(key)).where(held)) or 0):
                return True
        return False

    def _set_right(self, conn: sa.Connection) -> None:
        """Move what an earlier run did in our future, by a clock that was wrong, to now; what it put off stays put off
        for as long."""
        now = self.clock()
        for table in (robots, urls):
            values: dict[str, Any] = {"fetched_at": now}
            if table is urls:
                values["due_at"] = now + (urls.c.due_at - urls.c.fetched_at)
            conn.execute(sa.update(table).where(table.c.fetched_at > now + CLOCK_SLACK).values(values))
        conn.execute(
            sa.update(hosts)
            .where(hosts.c.leased_by.is_(None), hosts.c.next_request_at > now + QUIET_MOST)
            .values(next_request_at=now + hosts.c.delay)
        )

    def _is_alive(self, run: Any) -> bool:
        if run.machine == _machine():
            return _is_at_work(run)
        now, sign = self.clock(), self._signs.get(run.id)
        if sign is None or sign.heartbeat_at != run.heartbeat_at:
            self._signs[run.id] = _Sign(run.heartbeat_at, now, first=sign is None)
            return True
        return now - sign.since <= LEASE_SECONDS

    def _is_fresh(self, run: Any) -> bool:
        """Whether a run seems to be alive at a first look: enough to count runs, not to take anything from one."""
        if run.machine == _machine():
            return _is_at_work(run)
        return bool(abs(run.heartbeat_at - self.clock()) <= LEASE_SECONDS)

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
        held = _held(run)
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


def _held(run: int) -> sa.ColumnElement[bool]:
    return sa.and_(urls.c.state == "leased", urls.c.leased_by == run)


def _is_at_work(run: Any) -> bool:
    """Whether the process of a run of this machine is still there."""
    start = _process_start(run.pid)
    return start is not None and (run.process_start is None or start == run.process_start)


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
