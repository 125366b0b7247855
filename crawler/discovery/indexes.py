"""Index pages: the registry's ``indexes``, one per day of the window or page by page.

A template with ``{date:…}`` is asked for each day, newest first; one with only ``{page}`` or ``{offset}`` from its
first page on, until a page has no articles, lies before the window, or ``PaginationGuard`` sees that it repeats itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from crawler.discovery import links, templates
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet
from crawler.urls.days import EARLIEST


def days(window: Window, today: date) -> Iterator[date]:
    """The days to ask for, newest first: the window's, or today and yesterday where there is none."""
    last = min(window.until or today, today)
    if window.since is None and window.until is None:
        first = today - timedelta(days=1)
    elif window.since is None:
        first = last
    else:
        first = max(window.since, EARLIEST)
    for back in range((last - first).days + 1):
        yield last - timedelta(days=back)


def entries(outlet: Outlet, window: Window, today: date) -> Iterator[Candidate]:
    """The first pages of the outlet's index templates: of all templates for one day before the day before it."""
    dated = [template for template in outlet.indexes if templates.has(template, "date")]
    for template in outlet.indexes:
        if template not in dated:
            yield templates.candidate(template, "index", outlet)
    if dated:
        last: dict[str, str] = {}  # a template by month or year names one page for many days
        for day in days(window, today):
            for template in dated:
                candidate = templates.candidate(template, "index", outlet, day=day)
                if last.get(template) != candidate.url:
                    last[template] = candidate.url
                    yield candidate


def front_page(outlet: Outlet) -> Candidate:
    """The outlet's front page, the source of last resort; its section pages follow from it."""
    url = outlet.platform_url or f"https://{outlet.domains[0]}/"
    return Candidate(url, kind="index", source="front page", context={"front": True})


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The articles of an index page and its next page."""
    return links.listing(page, outlet, window, "index")
