"""What the middlewares ask of the running crawl, as protocols: they know nothing of the spider that answers.

Components are made before the spider is; they may ask once it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from scrapy.crawler import Crawler

from crawler.fetching.pace import HostPace
from storage.errors import CorpusError


class Discovery(Protocol):
    """Who wants to know what a robots.txt says of sitemaps."""

    async def robots(self, host: str, text: str) -> None:
        """Take note of a host's robots.txt."""


class Database(Protocol):
    """The database, asked off the event loop: ``await database.call(database.frontier.robots, origin)``."""

    @property
    def frontier(self) -> Any:
        """The frontier, which keeps robots.txt files and hosts."""

    async def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run one of its methods."""


class Run(Protocol):
    """One run of the crawl."""

    @property
    def database(self) -> Database:
        """Its database."""

    @property
    def discoverer(self) -> Discovery:
        """Its sources."""

    def may_ask(self, host: str) -> bool:
        """Whether a host belongs to an outlet of this run, or to a web archive it uses."""

    def may_be_private(self, host: str) -> bool:
        """Whether a host's name may lead to an address of a private network."""

    def in_doubt(self) -> bool:
        """Whether it is too long ago that the run was seen to hold its hosts."""

    async def holds_its_hosts(self) -> bool:
        """Whether the hosts this run has leased are still its own. Raises ``StorageError``."""

    def pace_of(self, host: str) -> HostPace:
        """How fast a host may be asked."""

    def fail(self, error: CorpusError) -> None:
        """End the run early because of this error."""


def run_of(crawler: Crawler) -> Run:
    """The running crawl."""
    return cast("Run", crawler.spider)
