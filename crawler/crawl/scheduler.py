"""The scheduler: takes hosts and URLs out of the frontier as fast as politeness and the readers allow, and no faster.

It holds few URLs at a time (two per host with a delay), so that what it asks next is always the best known now, and
a crash leaves little to take back. It shares the hosts fairly with the other live runs on the same database.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from crawler.crawl.heartbeat import LOST
from crawler.crawl.session import Session
from crawler.fetching.pace import UNDELAYED_CONCURRENCY, HostPace
from storage.errors import StorageError
from storage.frontier import Lease

logger = logging.getLogger(__name__)

BALANCE = 2.0  # seconds between looks at which hosts are free and how many runs share them
MAX_HOSTS = 64  # hosts one run works on at a time
MAX_IN_HAND = 96  # URLs claimed and not finished: bounds memory and what a crash gives back
IN_HAND_PER_HOST = 2  # one being fetched or read, one waiting for its turn


@dataclass(slots=True)
class Held:
    """A host this run has leased."""

    busy: int = 0  # URLs in hand
    dry: bool = False  # nothing was left to claim when last asked
    not_before: float = 0.0


class Scheduler:
    """``async for lease in scheduler.leases()``; each lease ends with ``done(lease)`` once its URL is finished."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.held: dict[str, Held] = {}
        self.in_hand: dict[int, Lease] = {}
        self.shunned: dict[str, str] = {}  # host -> why it is left alone until the next run
        self.articles = 0  # article URLs claimed
        self.by_host: Counter[str] = Counter()
        self.budget = session.settings.getint("HOST_BUDGET")
        self.stopping = False
        self._changed = asyncio.Event()
        self._last_balance = 0.0
        self._new_hosts = True

    # What the spider tells ---------------------------------------------------------------------------------------

    def done(self, lease: Lease) -> None:
        """The URL's new state is committed (or the lease was lost)."""
        if self.in_hand.pop(lease.id, None) is not None and lease.host in self.held:
            self.held[lease.host].busy -= 1
        self._changed.set()

    def spare(self, lease: Lease) -> None:
        """The article will not be asked for after all: it counts against no budget."""
        self.articles -= 1
        self.by_host[lease.host] -= 1

    def found(self, hosts: Iterable[str]) -> None:
        """URLs of these hosts were added: none of them is dry any more."""
        for host in hosts:
            if host in self.held:
                self.held[host].dry = False
            else:
                self._new_hosts = True
        self._changed.set()

    def shun(self, host: str, why: str) -> None:
        """Leave a host alone for the rest of this run; what is waiting there stays for the next one."""
        if host not in self.shunned:
            logger.warning("%s: %s; left alone until the next run", host, why)
            self.shunned[host] = why
        self._changed.set()

    def stop(self) -> None:
        """Claim nothing more."""
        self.stopping = True
        self._changed.set()

    # The loop ----------------------------------------------------------------------------------------------------

    async def leases(self) -> AsyncIterator[Lease]:
        """Yield URLs to ask for until nothing is left that is due within RETRY_WAIT, or ``stop`` was called.

        Hosts that a run of another machine holds are waited for until it is known to live or its lease is over.
        """
        while not self.stopping:
            self._changed.clear()
            await self._balance()
            taken = await self._claim()
            for lease in taken:
                yield lease
            if taken:
                continue
            if not self.in_hand and not self._waiting_hosts() and not await self._more_to_come():
                return
            await self._wait()

    async def _claim(self) -> list[Lease]:
        now = self._now()
        room = MAX_IN_HAND - len(self.in_hand)
        left = self._articles_left()
        wanted: dict[str, int] = {}
        for host, held in self.held.items():
            free = min(self._cap(host) - held.busy, room)
            if free <= 0 or held.dry or host in self.shunned or self._ready_at(host) > now:
                continue
            if left is not None and left > 0:
                free = min(free, max(1, left - sum(wanted.values())))
            wanted[host] = free
            room -= free
            if left is not None and 0 < left <= sum(wanted.values()):
                break
        if not wanted:
            return []
        frontier = self.session.database.frontier
        outlets = list(self.session.arguments.by_id)
        leases = await self.session.database.call(
            frontier.claim, self.session.run, wanted, outlets, articles=left is None or left > 0
        )
        got = {lease.host for lease in leases}
        for host in wanted:
            self.held[host].dry = host not in got
        for lease in leases:
            self.in_hand[lease.id] = lease
            self.held[lease.host].busy += 1
            if lease.kind == "article":
                self.articles += 1
                self.by_host[lease.host] += 1
                if self.by_host[lease.host] == self.budget:
                    self.shun(lease.host, f"its budget of {self.budget} pages is used up")
                    self.session.statistics.trouble(lease.outlet, "budget of pages used up")
        return leases

    def _articles_left(self) -> int | None:
        most = self.session.arguments.max_pages
        return None if most is None else max(0, most - self.articles)

    async def _balance(self) -> None:
        now = self._now()
        every_host_dry = all(held.dry for held in self.held.values())
        if now < self._last_balance + BALANCE and not (self._new_hosts and every_host_dry):
            return
        self._last_balance, self._new_hosts = now, False
        database, run = self.session.database, self.session.run
        if not await self.session.heartbeat.is_accepted():
            self.session.fail(StorageError(LOST))
            self.stop()
            return
        live = await database.call(database.frontier.live_runs)
        share = MAX_HOSTS
        if live > 1:
            total = await database.call(database.frontier.hosts_with_work, self.session.owners)
            share = max(1, math.ceil(total / live))
        idle = [host for host, held in self.held.items() if not held.busy]
        for host in idle:
            if self.held[host].dry or host in self.shunned or len(self.held) > share:
                await self._release(host)
        wanted = min(share, MAX_HOSTS) - len(self.held)
        for leased in await database.call(
            database.frontier.claim_hosts,
            run,
            self.session.owners,
            list(self.session.arguments.by_id),
            wanted,
            but=list(self.shunned),
            articles=self._articles_left() != 0,
        ):
            self.held[leased.host] = Held(not_before=leased.next_request_at)

    async def _release(self, host: str) -> None:
        del self.held[host]
        pace = self.session.paces.get(host) or HostPace()
        database = self.session.database
        await database.call(database.frontier.release_host, self.session.run, host, pace.next_request(), pace.delay)

    async def _more_to_come(self) -> bool:
        """Whether hosts can be claimed now, or a retry is due soon enough to wait for."""
        self._last_balance = 0.0
        await self._balance()
        database = self.session.database
        if self._waiting_hosts() or await database.call(database.frontier.undecided, self.session.owners):
            return True
        due = await database.call(
            database.frontier.next_due,
            list(self.session.arguments.by_id),
            but=list(self.shunned),
            articles=self._articles_left() != 0,
        )
        return due is not None and due <= self._patience()

    def _waiting_hosts(self) -> bool:
        """Whether a leased host that may have URLs left only waits for its time, and that is not too far off."""
        patience = self._patience()
        return any(
            not held.dry and host not in self.shunned and self._ready_at(host) <= patience
            for host, held in self.held.items()
        )

    def _patience(self) -> float:
        return self._now() + self.session.settings.getfloat("RETRY_WAIT")

    async def _wait(self) -> None:
        soonest = [self._ready_at(host) for host, held in self.held.items() if not held.dry]
        pause = min([BALANCE, *(max(0.01, at - self._now()) for at in soonest if at > self._now())])
        try:
            async with asyncio.timeout(pause):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _ready_at(self, host: str) -> float:
        pace = self.session.paces.get(host)
        return max(self.held[host].not_before, pace.quiet_until if pace else 0.0)

    def _cap(self, host: str) -> int:
        pace = self.session.paces.get(host)
        return IN_HAND_PER_HOST if pace is None or pace.delay else 2 * UNDELAYED_CONCURRENCY

    def _now(self) -> float:
        return self.session.database.frontier.clock()
