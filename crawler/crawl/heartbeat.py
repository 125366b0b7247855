"""The sign of life of a run, in a thread of its own: nothing that keeps the others busy can delay it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from storage.errors import StorageError
from storage.frontier import HEARTBEAT_SECONDS, LEASE_SECONDS
from storage.frontier.clock import elapsed

logger = logging.getLogger(__name__)

LOST = "this run was taken for dead by another worker (was the machine asleep?) and stops"
# Without an accepted heartbeat for so long a run looks whether its hosts are still its own before it asks one.
DOUBTFUL = LEASE_SECONDS / 2


class Heartbeat:
    """``beat`` says that the run lives and returns whether that was accepted; it may raise ``StorageError``.

    ``lost`` once it was not: other workers have the run's hosts, and nothing may be asked of them any more.
    """

    def __init__(
        self,
        beat: Callable[[], bool],
        *,
        passed: Callable[[], float] = elapsed,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._beat, self._passed, self._wall = beat, passed, wall
        self._accepted = passed(), wall()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)
        self.lost = False

    def start(self) -> None:
        """Beat from now on, until ``close``."""
        self._thread.start()

    def close(self) -> None:
        """Beat no more; a heartbeat on its way is waited for."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    async def is_accepted(self) -> bool:
        """Whether the run's hosts are its own, looked at where the last accepted heartbeat is too old to tell.

        Raises ``StorageError``.
        """
        if self.in_doubt() and not self.lost:
            await asyncio.to_thread(self.beat, DOUBTFUL)
        return not self.lost

    def in_doubt(self) -> bool:
        """Whether the last accepted heartbeat is too old to tell, or none was accepted."""
        return self.lost or self.age() > DOUBTFUL

    def age(self) -> float:
        """Seconds since the last accepted heartbeat was sent off, by the clock that saw more of them.

        A machine that was stopped and brought back as it was knows of it by its clock of the day only.
        """
        passed, wall = self._accepted
        return max(self._passed() - passed, self._wall() - wall)

    def beat(self, older_than: float = 0.0) -> None:
        """Beat, unless the last one is younger than that by now. Raises ``StorageError``."""
        with self._lock:
            if self.lost or self.age() < older_than:
                return
            now = self._passed(), self._wall()  # before it is sent off: the process may be stopped at any point
            if self._beat():
                self._accepted = now
            else:
                self.lost = True

    def _go_on(self) -> None:
        while not self._closing.wait(HEARTBEAT_SECONDS) and not self.lost:
            try:
                self.beat()
            except StorageError as error:  # what the crawl does next with the database tells whether that passes
                logger.warning("no heartbeat: %s", error)
