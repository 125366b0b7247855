"""A guard against walks that never end: an index that repeats page 1 for ever, a calendar without a last page.

Remembers, per template, which article links its pages held. A page whose links were all seen on earlier pages of the
same template, or that lies past the template's bound, ends that walk; its articles are kept, its next page is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from crawler import urls
from crawler.discovery.candidates import ListingResult

MAX_PAGES = 200  # of one template (per day and query); the largest day index seen has about 60 pages (detik)
MAX_REMEMBERED = 100_000  # links over all templates; 8 bytes each. Past it the oldest template is forgotten.


def key(url: str, context: Mapping[str, str | int | float | bool | None]) -> str:
    """What counts as one walk: a template with its day and query; without a template the listing it began from."""
    template = context.get("template")
    if isinstance(template, str):
        return f"{template} {context.get('date') or ''} {context.get('query') or ''}".rstrip()
    start = context.get("start")
    return start if isinstance(start, str) else url


REPEATS = "repeats itself"  # the trouble of a list past its end


class PaginationGuard:
    """In-memory memory of one run; one instance per process is enough, a resumed run begins anew."""

    def __init__(self, max_pages: int = MAX_PAGES, max_remembered: int = MAX_REMEMBERED) -> None:
        self._max_pages, self._max_remembered = max_pages, max_remembered
        self._seen: dict[str, set[bytes]] = {}
        self._pages: dict[str, int] = {}

    def accept(self, template_key: str, page_number: int, result: ListingResult, new: int | None = None) -> bool:
        """Whether to go on to the next page of this template; if not, the reason is added to ``result.troubles``.

        ``new`` is how many of the result's articles the frontier did not know yet, where the caller knows it: a later
        page without one ends a walk in the present (a back-fill leaves it None, so that a resumed one goes on).
        """
        articles = [candidate for candidate in result.candidates if candidate.kind == "article"]
        if len(articles) == len(result.candidates) and template_key not in self._seen:
            return True  # leads nowhere and follows nothing: a feed, a sitemap of 50,000
        marks = {blake2b(urls.page_key(c.url).encode(), digest_size=8).digest() for c in articles}
        seen = self._seen.pop(template_key, set())
        repeats = page_number > 1 and bool(marks) and marks <= seen
        seen |= marks
        self._seen[template_key] = seen
        self._pages[template_key] = self._pages.get(template_key, 0) + 1
        while sum(map(len, self._seen.values())) > self._max_remembered and len(self._seen) > 1:
            self._seen.pop(next(iter(self._seen)))
        if repeats:
            result.troubles.append(REPEATS)
            return False
        if max(page_number, self._pages[template_key]) >= self._max_pages:
            result.troubles.append("too many pages")
            return False
        return not (new == 0 and page_number > 1)
