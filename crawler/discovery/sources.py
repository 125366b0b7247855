"""Sources: how candidate URLs are found. Pure functions of bytes: nothing here opens a connection.

``entries`` names what to ask first for an outlet, ``read`` what an answer to it holds. One module per source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from urllib.parse import urlsplit

from crawler import urls
from crawler.discovery import (
    blogger,
    commoncrawl,
    feeds,
    indexes,
    search,
    sitemaps,
    wayback,
    wordpress,
)
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet

# Kinds whose reader must also see answers like 401, 403 and 404: it then names the sources to fall back to.
READS_FAILURES = frozenset({"wordpress", "blogger"})

READERS: dict[str, Callable[[Page, Outlet, Window], ListingResult]] = {
    "feed": feeds.read,
    "sitemap": sitemaps.read,
    "index": indexes.read,
    "search": search.read,
    "wordpress": wordpress.read,
    "blogger": blogger.read,
    "wayback": wayback.read_wayback,
    "commoncrawl": commoncrawl.read_commoncrawl,
}


def entries(
    outlet: Outlet,
    window: Window,
    *,
    queries: Sequence[str] = (),
    browse: bool = False,
    today: date,
) -> Iterator[Candidate]:
    """The URLs to ask first for one outlet, cheapest sources first.

    Feeds; sitemaps; the platform's API where the outlet declares one; site search for each query; index pages, for
    each day of the window newest first (today and yesterday without one); the front page of an outlet that names no
    source at all. A platform is asked for what the queries find; with ``browse`` for all its posts of the window too
    (without one, the newest). Web archives are asked apart (``crawler.discovery.archives.entries``).
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


def read(kind: str, page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """What an answer of that kind holds. Never raises on what a server may send; troubles are named in the result."""
    result = READERS[kind](page, outlet, window)
    if result.stands_for is not None:
        result = READERS[result.stands_for](page, outlet, window)
    return result


def platform_of(page: Page, outlet: Outlet) -> Outlet | None:
    """The outlet with the platform its page shows, and where that platform's API is; None where it shows none.

    A WordPress page names its API itself (``wordpress.api_of``): the address is taken from there before anything is
    guessed, as long as it is the outlet's own.
    """
    platform = detect_platform(page.body)
    api = wordpress.api_of(page)
    if api is not None and outlet.owns(urls.host(api)):
        return wordpress.at(outlet, api)
    if platform is None:
        return None
    parts = urlsplit(page.url)
    return outlet.model_copy(update={"platform": platform, "platform_url": f"{parts.scheme}://{parts.netloc}"})


def detect_platform(body: bytes) -> str | None:
    """The platform a page was made with: "wordpress", "blogger" or None."""
    if wordpress.made(body):
        return "wordpress"
    return "blogger" if blogger.made(body) else None
