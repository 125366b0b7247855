"""The database as the crawl sees it: one thread of its own, so that no query ever holds up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import sqlalchemy as sa

from storage.corpus import Corpus
from storage.frontier import Frontier

P = ParamSpec("P")
T = TypeVar("T")


class AsyncDatabase:
    """Corpus and frontier on one database, called from one thread in the order of the calls."""

    def __init__(self, frontier: Frontier) -> None:
        self.db = frontier.db
        self.corpus = Corpus(frontier.db)
        self.frontier = frontier
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` in the database thread and await its result."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(*args, **kwargs))

    async def transaction(self, work: Callable[[sa.Connection], T]) -> T:
        """Run ``work(connection)`` in one write transaction in the database thread."""

        def run() -> T:
            with self.db.begin() as conn:
                return work(conn)

        return await self.call(run)

    def close(self) -> None:
        """Finish what was asked for and let the thread and the connections go."""
        self._thread.shutdown(wait=True)
        self.db.close()
