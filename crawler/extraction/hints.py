"""What is already known of a page before it is read: from the feed, sitemap or index it was found in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Hints:
    """Facts from outside the page. They break ties and fill gaps; what the page itself says clearly comes first.

    ``source`` names where they come from ("feed", "sitemap", "index" …). ``known_titles`` are titles of the outlet's
    other stories: a line of the text that equals one of them is a teaser, not a paragraph. ``modified`` is when a
    sitemap says the page was changed last, ``captured`` when a web archive first had it: it was there by then.
    """

    title: str | None = None
    published: datetime | date | None = None
    source: str | None = None
    section: str | None = None
    known_titles: frozenset[str] = field(default_factory=frozenset)
    modified: datetime | date | None = None
    captured: datetime | date | None = None
