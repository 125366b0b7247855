"""Pages out of our own archive, ready to be read again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from crawler import urls
from crawler.archive.reader import read_ref
from crawler.discovery.candidates import when
from crawler.extraction import Hints
from crawler.outlets import Outlet
from crawler.processing.page import PageJob
from storage.frontier import Frontier

MAX_BYTES = 20_000_000  # of one page, unpacked: more than the crawl ever takes


def jobs(
    ref: str | None,
    folder: Path | None,
    outlet: Outlet | None,
    fetched_at: datetime | None,
    hints: Hints = Hints(),  # noqa: B008 - frozen
) -> list[PageJob]:
    """The pages of one story behind an ``archive_ref``, in order; none where the archive does not hold them.

    ``hints`` are those of its first page. Captures of web archives are named in an ``archive_ref`` by their URL; those
    are not ours, and left out.
    """
    found: list[PageJob] = []
    for part in (ref or "").split():
        capture = read_ref(folder, part, MAX_BYTES) if folder is not None and ".warc" in part else None
        if capture is not None:
            kind = capture.headers.get("content-type")
            taken = fetched_at or capture.captured_at
            found.append(PageJob(capture.body, capture.url, kind, outlet, None if found else hints, taken))
    return found


def hints_of(frontier: Frontier, conn: Connection, url: str, outlet: Outlet | None) -> Hints:
    """What the crawl knew of a page before it was fetched, from the frontier."""
    key = urls.page_key(url, outlet)
    source, packed = frontier.hints(conn, key)
    _, capture = frontier.hints(conn, f"capture {key}")
    return Hints(
        packed.get("title"),
        when(packed.get("published")),
        source or None,
        packed.get("section"),
        modified=when(packed.get("modified")),
        captured=when(capture.get("captured_at")),
    )
