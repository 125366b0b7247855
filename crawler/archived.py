"""Pages out of our own archive, ready to be read again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from crawler.extraction.hints import Hints
from crawler.fetching.archive import read_ref
from crawler.outlets import Outlet
from crawler.reading import PageJob

MAX_BYTES = 20_000_000  # of one page, unpacked: more than the crawl ever takes


def jobs(ref: str | None, folder: Path | None, outlet: Outlet | None, fetched_at: datetime | None) -> list[PageJob]:
    """The pages of one story behind an ``archive_ref``, in order; none where the archive does not hold them.

    Captures of web archives are named in an ``archive_ref`` by their URL; those are not ours, and left out.
    """
    found = []
    for part in (ref or "").split():
        capture = read_ref(folder, part, MAX_BYTES) if folder is not None and ".warc" in part else None
        if capture is not None:
            kind = capture.headers.get("content-type")
            when = fetched_at or capture.captured_at
            found.append(PageJob(capture.body, capture.url, kind, outlet, Hints(), when))
    return found
