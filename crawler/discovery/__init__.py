"""Ways in: how candidate URLs are found. Pure functions of bytes: nothing here opens a connection.

``entries`` names what to ask first for an outlet, ``read`` what an answer to it holds. One module per way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from crawler.discovery import archives, blogger, feeds, indexes, links, search, sitemaps, wordpress
from crawler.discovery.archives import Services
from crawler.discovery.candidates import Candidate, Page, Reading, Window
from crawler.outlets import Outlet

__all__ = ["READS_FAILURES", "Candidate", "Page", "Reading", "Services", "Window", "detect_platform", "entries", "read"]

# Kinds whose reader must also see answers like 401, 403 and 404: it then names the ways in to fall back to.
READS_FAILURES = frozenset({"wordpress", "blogger"})

_READERS: dict[str, Callable[[Page, Outlet, Window], Reading]] = {
    "feed": feeds.read,
    "sitemap": sitemaps.read,
    "index": indexes.read,
    "search": search.read,
    "links": links.read,
    "wordpress": wordpress.read,
    "blogger": blogger.read,
    "wayback": archives.read_wayback,
    "commoncrawl": archives.read_commoncrawl,
}


def entries(
    outlet: Outlet,
    window: Window,
    *,
    queries: Sequence[str] = (),
    browse: bool = False,
    archives: Sequence[str] = (),
    today: date,
    services: Services = Services(),  # noqa: B008 - frozen
) -> Iterator[Candidate]:
    """The URLs to ask first for one outlet, cheapest ways in first.

    Feeds; sitemaps; the platform's API where the outlet declares one; site search for each query; index pages, for
    each day of the window newest first (today and yesterday without one); web archives named in ``archives``
    ("wayback", "cc"); the front page of an outlet that names no way in at all. A platform is asked for what the
    queries find; with ``browse`` for all its posts of the window too (without one, the newest). Raises
    ``ConfigurationError`` for an unknown archive.
    """
    posts = [*queries, ""] if queries and browse else queries
    yield from feeds.entries(outlet)
    yield from sitemaps.entries(outlet)
    if outlet.platform == "wordpress":
        yield from wordpress.entries(outlet, window, posts)
    elif outlet.platform == "blogger":
        yield from blogger.entries(outlet, window, posts)
    yield from search.entries(outlet, queries)
    yield from indexes.entries(outlet, window, today)
    if not (outlet.feeds or outlet.sitemaps or outlet.indexes or outlet.platform):
        yield indexes.front_page(outlet)
    yield from _archives(outlet, window, queries, archives, services)


def _archives(
    outlet: Outlet, window: Window, queries: Sequence[str], names: Sequence[str], services: Services
) -> Iterator[Candidate]:
    yield from archives.entries(outlet, window, queries, names, services)


def read(kind: str, page: Page, outlet: Outlet, window: Window) -> Reading:
    """What an answer of that kind holds. Never raises on what a server may send; troubles are named in the reading."""
    return _READERS[kind](page, outlet, window)


def detect_platform(body: bytes) -> str | None:
    """The platform a page was made with: "wordpress", "blogger" or None."""
    if wordpress.made(body):
        return "wordpress"
    return "blogger" if blogger.made(body) else None
