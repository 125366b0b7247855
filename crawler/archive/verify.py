"""Whether a reference into the archive can be read, and is of the page it is said to be of."""

from __future__ import annotations

from pathlib import Path

from crawler.archive.reader import read_ref
from crawler.extraction.pagination import first_page
from crawler.urls import page_key
from storage.identity import article_key, id_of

MAX_PAGE = 52_000_000  # bytes unpacked, as much as the crawl ever takes in


def check_ref(folder: Path | None, ref: str, addresses: frozenset[str], url: str) -> str | None:
    """What is wrong with a reference of the article (or near miss) of ``url``; None if nothing is."""
    if folder is None:
        return "there is no archive (ARCHIVE_DIR is empty)"
    name = ref.partition("#")[0]
    if not (folder / name).is_file():
        return f"there is no file {name} in the archive"
    capture = read_ref(folder, ref, MAX_PAGE)
    if capture is None:
        return "no page can be read there"
    same = {id_of(article_key(one)) for one in (capture.url, first_page(capture.url))} & addresses
    if same or page_key(first_page(capture.url), None) == page_key(first_page(url), None):
        return None
    return f"holds the page {capture.url}"
