"""What travels from the spider through the pipelines: one fetched page of an article, with its lease."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.fetching.raw_responses import RawResponse
from crawler.outlets import Outlet
from crawler.processing.page import ProcessedPage
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
    reading: ProcessedPage | None = None
    archive_refs: list[str] = field(default_factory=list)
    suspect: bool = False  # it may be torn: a body without a length that stops before its document does
    notes: dict[str, Any] = field(default_factory=dict)  # to be kept with its URL's hints
    refused: bool = False  # it was withdrawn

    def __repr__(self) -> str:
        """Short: Scrapy writes it into the log when a pipeline fails, and a page has up to 8 MB."""
        return f"<FetchedPage {self.asked}>"
