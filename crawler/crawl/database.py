"""The database as the crawl sees it: one thread of its own, so that no query ever holds up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa

from storage.corpus import Corpus
from storage.errors import StorageError
from storage.frontier import Frontier, NewUrl

P = ParamSpec("P")
T = TypeVar("T")

# What is finished within so many seconds commits in one transaction, at most so many URLs. A tenth of a second is
# below every host's delay; on hosts without one a dozen pages share what a transaction costs (bench/README.md).
BATCH_SECONDS = 0.1
BATCH = 64


@dataclass(frozen=True, slots=True)
class _Commit:
    work: Callable[[sa.Connection], Any]
    links: Sequence[NewUrl]
    done: asyncio.Future[tuple[Any, int]]


class AsyncDatabase:
    """Corpus and frontier on one database, called from one thread in the order of the calls."""

    def __init__(self, frontier: Frontier) -> None:
        self.db = frontier.db
        self.corpus = Corpus(frontier.db)
        self.frontier = frontier
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._batch: list[_Commit] = []
        self._timer: asyncio.TimerHandle | None = None

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` in the database thread and await its result."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(*args, **kwargs))

    async def transaction(self, work: Callable[[sa.Connection], T]) -> T:
        """Run ``work(connection)`` in one write transaction in the database thread."""

        def run() -> T:
            with self.db.begin() as conn:
                return work(conn)

        return await self.call(run)

    async def commit(self, work: Callable[[sa.Connection], T], links: Sequence[NewUrl] = ()) -> tuple[T, int]:
        """Run ``work(connection)`` in a write transaction that others may share, then make the links known.

        Returns what it returned, and how many of the links were new, once all of it is committed. Where one of those
        that share a transaction raises, it is rolled back and each runs in its own: ``work`` may run twice, and must
        not count anything. Raises what it raises.
        """
        loop = asyncio.get_running_loop()
        one = _Commit(work, links, loop.create_future())
        self._batch.append(one)
        if len(self._batch) >= BATCH:
            self._flush(loop)
        elif self._timer is None:
            self._timer = loop.call_later(BATCH_SECONDS, self._flush, loop)
        return await one.done

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._batch = self._batch, []

        def told(outcomes: asyncio.Future[list[tuple[Any, int] | Exception]]) -> None:
            for one, outcome in zip(batch, outcomes.result(), strict=True):
                if one.done.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    one.done.set_exception(outcome)
                else:
                    one.done.set_result(outcome)

        loop.run_in_executor(self._thread, self._commit, batch).add_done_callback(told)

    def _commit(self, batch: list[_Commit]) -> list[tuple[Any, int] | Exception]:
        try:
            with self.db.begin() as conn:
                results = [one.work(conn) for one in batch]
                # All links at the end and in one order: two runs that add the same ones wait for each other, never in
                # a ring.
                new = self.frontier.add_new(conn, [link for one in batch for link in one.links])
        except StorageError as error:  # of the database itself: another attempt would fail alike
            return [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - goes to whoever waits for it
            return [error] if len(batch) == 1 else [found for one in batch for found in self._commit([one])]
        counted: list[tuple[Any, int] | Exception] = []
        for one, result in zip(batch, results, strict=True):
            own = {link.identity for link in one.links} & new
            new -= own  # whoever names it first has found it
            counted.append((result, len(own)))
        return counted

    def close(self) -> None:
        """Finish what was asked for and let the thread and the connections go."""
        self._thread.shutdown(wait=True)
        self.db.close()
