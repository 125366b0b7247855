"""Web archives: captures of pages that are gone or older than any index.

* Wayback Machine: the CDX server (github.com/internetarchive/wayback/tree/master/wayback-cdx-server), read with resume
  keys; a capture's bytes as they were are at ``/web/<timestamp>id_/<url>``.
* Common Crawl: ``collinfo.json`` names the crawls, each crawl's index answers in JSON lines, and a capture is one gzip
  member of a WARC file, asked for with a Range header (commoncrawl.org/the-data/get-started).

The capture keeps its page's own URL and the time it was taken; ``read_capture`` gives both back with the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.discovery import commoncrawl, wayback
from crawler.discovery.candidates import Candidate, Window
from crawler.discovery.captures import read_capture
from crawler.outlets import Outlet
from storage.errors import ConfigurationError

__all__ = ["Services", "entries", "read_capture"]


@dataclass(frozen=True, slots=True)
class Services:
    """Where the archives are; tests point them at stand-ins on loopback."""

    wayback: str = "https://web.archive.org"
    commoncrawl_index: str = "https://index.commoncrawl.org"
    commoncrawl_data: str = "https://data.commoncrawl.org"


def entries(
    outlet: Outlet, window: Window, queries: Sequence[str], names: Sequence[str], services: Services
) -> Iterator[Candidate]:
    """The first question to each archive named ("wayback", "cc") for each of the outlet's domains.

    With queries only captures whose URL holds one of their words are asked for: whole sites are millions.
    """
    unknown = [name for name in names if name not in ("wayback", "cc")]
    if unknown:
        raise ConfigurationError(f"unknown archive {', '.join(map(repr, unknown))}: known are 'wayback' and 'cc'")
    words = _words(queries)
    if "wayback" in names:
        for domain in outlet.domains:
            yield wayback.question(services.wayback, domain, window, words)
    if "cc" in names:
        for domain in outlet.domains:
            yield commoncrawl.question(services.commoncrawl_index, services.commoncrawl_data, domain, words)


def _words(queries: Sequence[str]) -> str:
    """The words of the queries as alternatives of a regular expression, for slugs: lower case, ASCII letters only."""
    found = {word for query in queries for word in re.findall(r"[a-z]{4,}", query.lower())}
    return "|".join(sorted(found))
