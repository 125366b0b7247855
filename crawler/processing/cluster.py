"""The same work on other machines: pages read by the workers of a dask.distributed scheduler.

It is asked through its ``concurrent.futures`` interface. Workers need this program in the same version, and files that
are named by a path on the same path; the database and the archive are written here alone. A worker that is lost costs
what it had in hand: the scheduler gives that to another one.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crawler.extraction import EXTRACTOR_VERSION
from crawler.processing.page import PageJob, ProcessedPage, TopicChoice, read_pages
from crawler.processing.pool import P, T, failed
from storage.errors import ConfigurationError, PageError, StorageError

CONNECT = 15.0  # seconds for a scheduler to answer
AHEAD = 2  # pieces of work per thread of the cluster: one in hand, one on its way

_reading = threading.Lock()  # one deadline at a time in a worker, however many threads it has


class ClusterPool:
    """As ``PagePool``, on the workers of the scheduler at ``address`` ("tcp://host:8786")."""

    def __init__(self, address: str, choice: TopicChoice, *, deadline: float = 20.0) -> None:
        """Raises ``ConfigurationError``: nobody answers, no worker is there, or one runs another version."""
        try:
            import distributed
        except ImportError:
            raise ConfigurationError("--cluster needs dask.distributed: pip install 'conflict-news[cluster]'") from None
        self._address, self._choice, self._deadline = address, choice, deadline
        dask: Any = distributed
        self._killed: type[Exception] = dask.KilledWorker
        for name in ("distributed.client", "distributed.core"):  # what is lost is told by an error of ours
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client = dask.Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ConfigurationError(f"--cluster {address}: no scheduler answers there ({error})") from None
        try:
            self.width = AHEAD * self._threads()
            self._executor = self._client.get_executor(pure=False)
        except BaseException:
            self._client.close()
            raise

    def _threads(self) -> int:
        """Threads of all workers, after each has been asked for its version."""
        try:  # those that are on their way, or started again, are waited for
            self._client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError:
            raise ConfigurationError(f"--cluster {self._address}: the scheduler has no workers") from None
        theirs = self._client.run(program, on_error="return")
        for worker, told in theirs.items():
            if told != program():
                raise ConfigurationError(f"--cluster {self._address}: {worker} runs {told}, here is {program()}")
        return max(1, int(sum(self._client.nthreads().values())))

    async def read(self, jobs: Sequence[PageJob], *, gated: bool = True) -> ProcessedPage:
        """Read the pages of one story as ``read_pages`` does; where that failed, ``reason`` is a page error."""
        try:
            return await self.call(read, self._choice, self._deadline, tuple(jobs), gated)
        except PageError as error:
            return failed(str(error))

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work on a worker. Raises what it raises, ``PageError`` where several workers were lost over it, and
        ``StorageError`` where the scheduler is gone."""
        try:
            done: T = await asyncio.wrap_future(self._executor.submit(work, *args, **kwargs))
        except self._killed:
            raise PageError("given up: the workers that had it in hand were lost") from None
        except (asyncio.CancelledError, OSError):
            if self._client.status == "running" or asyncio.current_task().cancelling():  # type: ignore[union-attr]
                raise
            raise StorageError(f"the scheduler at {self._address} is gone; run the command again to go on") from None
        return done

    def close(self) -> None:
        """Leave the cluster; what its workers have in hand is dropped."""
        with suppress(Exception):
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._client.close(timeout=CONNECT)


def program() -> str:
    """What runs here, as far as it matters for what is read."""
    return f"conflict-news {version('conflict-news')}, extractor {EXTRACTOR_VERSION}"


def read(choice: TopicChoice, deadline: float, jobs: Sequence[PageJob], gated: bool) -> ProcessedPage:
    """On a worker: read the pages of one story. A page that takes longer than ``deadline`` seconds ends the worker,
    for a parser in the middle of a page hears nothing else; a nanny starts another one."""
    with _reading, Path(os.devnull).open("w", encoding="ascii") as nowhere:
        faulthandler.dump_traceback_later(deadline, exit=True, file=nowhere)
        try:
            return read_pages(jobs, choice.built(), gated=gated)
        except Exception as error:  # noqa: BLE001 - not every error survives the way back
            return failed(type(error).__name__, str(error)[:500])
        finally:
            faulthandler.cancel_dump_traceback_later()
