"""From an answer to the article page it holds: live, or captured by a web archive."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import Response

from crawler import urls
from crawler.discovery import Page
from crawler.discovery.captures import captured_url, read_capture
from crawler.fetching.responses import header, headers_of, rights_of
from crawler.fetching.whole_bodies import SUSPECT
from crawler.items import FetchedPage
from crawler.outlets import Outlet
from storage.errors import PageError
from storage.frontier import Lease


def live_page(response: Response, lease: Lease, outlet: Outlet, now: datetime) -> FetchedPage:
    """An article page as its outlet gave it."""
    raw = response.meta.get("raw_response")
    return FetchedPage(
        lease=lease,
        outlet=outlet,
        url=lease.url,
        asked=response.url,
        body=response.body,
        content_type=header(response, "Content-Type"),
        fetched_at=now,
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        rights=rights_of(headers_of(response)),
        suspect=SUSPECT in response.flags,
        raw=[(lease.url, raw)] if raw is not None else [],
    )


def captured_page(response: Response, lease: Lease, outlet: Outlet) -> FetchedPage:
    """The page that an answer of a web archive holds, with its own URL, headers and time.

    It is archived already: ``archive_refs`` names the capture and its time. Raises ``PageError`` where there is none.
    """
    asked = Page(response.url, response.body, response.status, headers_of(response))
    original, headers, body, taken = read_capture(asked)
    wanted = str(lease.hints["original_url"])
    if urls.page_key(original, outlet) != urls.page_key(wanted, outlet):
        raise PageError(f"{response.url}: holds {original}, not {wanted}")
    return FetchedPage(
        lease=lease,
        outlet=outlet,
        url=wanted,
        asked=response.url,
        body=body,
        content_type=headers.get("content-type"),
        fetched_at=taken,
        rights=rights_of(headers),
        archive_refs=[f"{lease.url} {taken.isoformat()}"],
    )


def same_capture(target: str, lease: Lease, outlet: Outlet) -> bool:
    """Whether a redirect of a web archive leads to a capture of the same page (taken at another time)."""
    original = captured_url(target)
    return original is not None and urls.page_key(original, outlet) == urls.page_key(
        str(lease.hints["original_url"]), outlet
    )
