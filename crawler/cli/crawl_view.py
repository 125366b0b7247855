"""A crawl as it goes on, for who watches it on a terminal: a line per outlet. Elsewhere: plain lines of progress."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import sqlalchemy as sa
from rich.console import Console, ConsoleRenderable
from rich.live import Live
from rich.table import Table

from crawler.cli.base import progress
from crawler.cli.printing import cell
from crawler.crawl.scheduler import Scheduler
from crawler.crawl.session import Session
from storage.database.frontier_tables import urls
from storage.errors import StorageError

REFRESHES = 2.0  # a second
QUEUE_SECONDS = 3.0  # between two counts of the queue, which read an index of the frontier
RATE_SECONDS = 60.0  # over which the rate is taken
RATE_FROM = 5.0  # before that it says nothing


@contextmanager
def watched(session: Session, scheduler: Callable[[], Scheduler | None]) -> Iterator[None]:
    """Show the crawl for the length of the block; ``scheduler`` gives its own as soon as there is one."""
    console = Console(stderr=True)
    if not console.is_terminal:
        with progress("pages read") as session.progress:
            yield
        return
    view = CrawlView(session, scheduler, console)
    live = Live(
        console=console, get_renderable=view.table, refresh_per_second=REFRESHES, transient=True, redirect_stdout=False
    )
    with live, _logs_above():
        yield


@contextmanager
def _logs_above() -> Iterator[None]:
    """Log lines go through the live view, which moves down for them, instead of into it."""
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    moved = [(one, one.stream) for one in handlers if one.stream is sys.__stderr__]
    for handler, _ in moved:
        handler.setStream(sys.stderr)  # as rich has replaced it
    try:
        yield
    finally:
        for handler, stream in moved:
            handler.setStream(stream)


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of an outlet. ``rate``: pages a minute, None before it is known."""

    outlet: str
    queue: int
    in_hand: int
    rate: float | None
    kept: int
    errors: int
    next_due: str


class CrawlView:
    """The table, made anew whenever rich asks for it (in its own thread; it only looks at what the crawl counts)."""

    def __init__(self, session: Session, scheduler: Callable[[], Scheduler | None], console: Console) -> None:
        self.session, self._scheduler, self.console = session, scheduler, console
        self._fetched: deque[tuple[float, Counter[str]]] = deque()
        self._queue: Counter[str] = Counter()
        self._counted_at = -QUEUE_SECONDS
        self._owner: dict[str, str] = {}

    def table(self) -> ConsoleRenderable:
        """As many outlets as fit, the busiest first, and the sum."""
        lines = self.lines()
        room = max(3, self.console.height - 8)
        table = Table(title="Crawling", title_justify="left")
        table.add_column("outlet", max_width=30, no_wrap=True)
        for name in ("queue", "in hand", "pages/min", "kept", "errors"):
            table.add_column(name, justify="right")
        table.add_column("next due")
        for line in lines[:room]:
            table.add_row(cell(line.outlet), *_numbers(line), line.next_due)
        table.add_section()
        more = f" (and {len(lines) - room} more)" if len(lines) > room else ""
        rates = [line.rate for line in lines if line.rate is not None]
        total = Line(
            f"all {len(lines)}{more}",
            sum(line.queue for line in lines),
            sum(line.in_hand for line in lines),
            sum(rates) if rates else None,
            sum(line.kept for line in lines),
            sum(line.errors for line in lines),
            "",
        )
        table.add_row(total.outlet, *_numbers(total), "")
        return table

    def lines(self) -> list[Line]:
        """A line for each outlet of the run."""
        now, statistics = time.monotonic(), self.session.statistics
        counts = {outlet: Counter(statistics.by_outlet[outlet]) for outlet in self.session.arguments.by_id}
        rates = self._rates(now, Counter({outlet: counter["fetched"] for outlet, counter in counts.items()}))
        scheduler = self._scheduler()
        queue, due, in_hand = Counter[str](), dict[str, str](), Counter[str]()
        if scheduler is not None:
            queue, due = self._queued(scheduler, now), self._next_due(scheduler)
            in_hand = Counter(lease.outlet for lease in list(scheduler.in_hand.values()))
        made = [
            Line(
                outlet,
                queue[outlet],
                in_hand[outlet],
                rates.get(outlet),
                counter["kept"],
                counter["failed"] + counter["put off"],
                due.get(outlet, "–"),
            )
            for outlet, counter in counts.items()
        ]
        return sorted(made, key=lambda line: (-line.in_hand, -line.queue, -line.kept, line.outlet))

    def _rates(self, now: float, fetched: Counter[str]) -> dict[str, float]:
        self._fetched.append((now, fetched))
        while now - self._fetched[0][0] > RATE_SECONDS:
            self._fetched.popleft()
        since, before = self._fetched[0]
        if now - since < RATE_FROM:
            return {}
        return {outlet: 60 * (number - before[outlet]) / (now - since) for outlet, number in fetched.items()}

    def _queued(self, scheduler: Scheduler, now: float) -> Counter[str]:
        """Articles and sources that wait, of the hosts at work: by an index, so that a long queue costs little."""
        database = self.session.database.frontier.db
        hosts = {*self._owner, *list(scheduler.held)}  # of this run
        if now - self._counted_at >= QUEUE_SECONDS and hosts and not database.in_memory:
            self._counted_at = now
            waiting = (
                sa.select(urls.c.host, sa.func.count())
                .where(urls.c.host.in_(hosts), urls.c.state == "discovered")
                .group_by(urls.c.host)
            )
            with suppress(StorageError), database.read() as conn:  # the crawl says what is wrong with it
                found = Counter[str]()
                for host, number in conn.execute(waiting):
                    found[self._owner_of(host)] += number
                self._queue = found
        return self._queue

    def _next_due(self, scheduler: Scheduler) -> dict[str, str]:
        """When each outlet's next page may be asked for, by the pace of its hosts."""
        now, soonest = self.session.database.frontier.clock(), dict[str, float]()
        for host in list(scheduler.held):
            pace, outlet = self.session.paces.get(host), self._owner_of(host)
            if host not in scheduler.shunned:
                at = max(0.0, pace.next_request() - now) if pace else 0.0
                soonest[outlet] = min(at, soonest.get(outlet, at))
        told = {outlet: "now" if at < 1 else f"in {at:.0f} s" for outlet, at in soonest.items()}
        for host in list(scheduler.shunned):
            told.setdefault(self._owner_of(host), "in a later run")
        return told

    def _owner_of(self, host: str) -> str:
        if host not in self._owner:
            owners = [outlet.id for outlet in self.session.arguments.outlets if outlet.owns(host)]
            self._owner[host] = owners[0] if owners else host
        return self._owner[host]


def _numbers(line: Line) -> list[str]:
    rate = "–" if line.rate is None else f"{line.rate:.0f}"
    return [str(line.queue), str(line.in_hand), rate, str(line.kept), str(line.errors)]
