"""What travels from the spider through the pipelines: one fetched page of an article, with its lease."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crawler.fetching.archive import RawResponse
from crawler.outlets import Outlet
from crawler.reading import PageReading
from storage.frontier import Lease


@dataclass(slots=True)
class FetchedPage:
    """An article page that was answered with 200. Pipelines fill in ``reading`` and ``archive_refs``.

    ``url`` is the page's own URL (of the original, for a capture out of a web archive), ``asked`` the URL that was
    requested. ``raw`` holds the pages of the story in order, each with the URL it came from.
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
