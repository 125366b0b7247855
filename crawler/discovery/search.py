"""Site search: the registry's ``search`` templates, asked with the queries made from the seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.discovery import links, templates
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet


def entries(outlet: Outlet, queries: Sequence[str]) -> Iterator[Candidate]:
    """The first page of every search template for every query."""
    for query in queries:
        for template in outlet.search:
            yield templates.candidate(template, "search", outlet, query=query)


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The articles of a result page and, where the template has pages, the next one."""
    return links.listing(page, outlet, window, "search")
