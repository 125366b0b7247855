"""What travels from the spider through the pipelines: one fetched page of an article, with its lease."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scrapy.http import Response

from crawler.discovery import urls
from crawler.discovery.archives import captured_url, read_capture
from crawler.discovery.candidates import Page
from crawler.fetching.archive import RawResponse
from crawler.fetching.robots import header
from crawler.outlets import Outlet
from crawler.reading import PageReading
from storage.errors import PageError
from storage.frontier import Lease


@dataclass(slots=True, repr=False)
class FetchedPage:
    """An article page that was answered with 200. Pipelines fill in ``reading`` and ``archive_refs``.

    ``url`` is the page's own URL (of the original, for a capture out of a web archive), ``asked`` the URL that was
    requested, ``fetched_at`` when the page was as it is. ``raw`` holds the pages of the story in order, each with the
    URL it came from.
    """

    lease: Lease
    outlet: Outlet
    url: str
    asked: str
    body: bytes
    content_type: str | None
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    rights: dict[str, object] = field(default_factory=dict)
    raw: list[tuple[str, RawResponse]] = field(default_factory=list)
    reading: PageReading | None = None
    archive_refs: list[str] = field(default_factory=list)
    refused: bool = False  # it was withdrawn

    def __repr__(self) -> str:
        """Short: Scrapy writes it into the log when a pipeline fails, and a page has up to 8 MB."""
        return f"<FetchedPage {self.asked}>"


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
        raw=[(lease.url, raw)] if raw is not None else [],
    )


def captured_page(response: Response, lease: Lease, outlet: Outlet) -> FetchedPage:
    """The page that an answer of a web archive holds, with its own URL, headers and time.

    It is archived already: ``archive_refs`` names the capture and its time. Raises ``PageError`` where there is none.
    """
    asked = Page(response.url, response.body, response.status, headers_of(response))
    original, headers, body, taken = read_capture(asked)
    wanted = str(lease.hints["original_url"])
    if urls.identity(original, outlet) != urls.identity(wanted, outlet):
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
    return original is not None and urls.identity(original, outlet) == urls.identity(
        str(lease.hints["original_url"]), outlet
    )


def headers_of(response: Response) -> dict[str, str]:
    """Response headers by lower-case name, the last of several."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def rights_of(headers: dict[str, str]) -> dict[str, object]:
    """What response headers say of rights: X-Robots-Tag, and the two of the TDM Reservation Protocol (W3C, 2024)."""
    names = ("x-robots-tag", "tdm-reservation", "tdm-policy")
    return {name.replace("-", "_"): headers[name][:500] for name in names if headers.get(name)}
