"""Pages are read in processes of their own: a page that hangs or crashes its reader costs that page and nothing else.

Pebble's pool gives each task a deadline and replaces the one worker that dies or overruns, so the page at fault is
known. Workers start from a fork server (the crawl's threads and sockets are never inherited) and are renewed after
``MAX_TASKS`` pages, because parsers keep caches that grow.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.processing.page import PageJob, ProcessedPage, TopicChoice, read_pages
from crawler.processing.reasons import Cause, Reason
from crawler.relevance import Topic
from storage.errors import PageError

logger = logging.getLogger(__name__)

MAX_TASKS = 2000  # pages per worker; memory grows by less than 20 MB over so many (bench/extraction.py)
TRIES = 3  # processes that may die of one piece of work

P = ParamSpec("P")
T = TypeVar("T")

_topic: Topic | None = None  # of a worker process


def _start_worker(choice: TopicChoice) -> None:
    global _topic
    _topic = choice.built()


def _read(jobs: Sequence[PageJob], gated: bool) -> ProcessedPage:
    assert _topic is not None
    try:
        return read_pages(jobs, _topic, gated=gated)
    except Exception as error:  # noqa: BLE001 - here, not in the crawl: not every error survives the way back
        return failed(type(error).__name__, str(error)[:500])


def failed(words: str, detail: str | None = None) -> ProcessedPage:
    """A page that could not be read, and why."""
    return ProcessedPage(reason=Reason.of(Cause.PAGE_ERROR, words), detail=detail)


def default_processes() -> int:
    """One process per usable core, at most 8: one host rarely answers faster than that many read."""
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


class Readers(Protocol):
    """Where pages are read and archives looked through: ``PagePool``, or a cluster's workers (``ClusterPool``)."""

    @property
    def width(self) -> int:
        """How many things can be done at once."""

    async def read(self, jobs: Sequence[PageJob], *, gated: bool = True) -> ProcessedPage:
        """As ``read_pages``; what fails is told by the page's ``reason``."""

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work there, again where its worker is lost. Raises what it raises, and ``PageError``."""

    def close(self) -> None:
        """Stop."""


class PagePool:
    """``await pool.read(jobs)``; errors of a page come back as its ``ProcessedPage.reason``, never as an exception."""

    def __init__(self, choice: TopicChoice, *, processes: int | None = None, deadline: float = 20.0) -> None:
        self._choice = choice
        self._processes = processes or default_processes()
        self.deadline = deadline
        self._pool = self._make()
        self.rebuilt = 0

    def _make(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.processing.warm_up"])
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=MAX_TASKS,
            initializer=_start_worker,
            initargs=(self._choice,),
            context=context,
        )

    async def read(self, jobs: Sequence[PageJob], *, gated: bool = True) -> ProcessedPage:
        """Read the pages of one story as ``read_pages`` does; where that failed, ``reason`` is a page error."""
        for _ in range(2):
            pool = self._pool
            try:
                future = pool.schedule(_read, args=(tuple(jobs), gated), timeout=self.deadline)
            except RuntimeError:  # the pool has broken down since; only scheduling says so like this
                self._rebuild(pool)
                continue
            try:
                reading: ProcessedPage = await asyncio.wrap_future(future)
            except (TimeoutError, FutureTimeout):
                return failed(f"took longer than {self.deadline:g} s")
            except BrokenProcessPool:
                self._rebuild(pool)
                continue
            except ProcessExpired as error:
                return failed(f"its reader died (exit code {error.exitcode})")
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a page provokes is that page's error
                logger.warning("%s: %s: %s", jobs[0].url, type(error).__name__, error)
                return failed(type(error).__name__)
            if reading.detail:
                logger.warning("%s: %s: %s", jobs[0].url, reading.reason, reading.detail)
            return reading
        return failed("the page readers broke down")

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work in one of the processes, without a deadline; again where its process dies.

        Raises what the work raises, and ``PageError`` where it has cost ``TRIES`` processes.
        """
        for _ in range(TRIES):
            pool = self._pool
            try:
                future = pool.schedule(work, args=args, kwargs=kwargs)
            except RuntimeError:
                self._rebuild(pool)
                continue
            try:
                done: T = await asyncio.wrap_future(future)
            except BrokenProcessPool:
                self._rebuild(pool)
            except ProcessExpired as error:
                logger.warning("a page reader died (exit code %s); its work is done again", error.exitcode)
            else:
                return done
        raise PageError(f"given up: {TRIES} processes died of it")

    @property
    def width(self) -> int:
        """The number of processes."""
        return self._processes

    def _rebuild(self, broken: ProcessPool) -> None:
        if self._pool is broken:  # several tasks notice; one replaces
            logger.warning("the page readers broke down and are started again")
            self.rebuilt += 1
            self._pool = self._make()
            broken.stop()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Stop the workers at once; what they were reading stays leased and is done by the next run."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
