"""What every source yields: candidate URLs with the hints that came with them, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """Publication days wanted, both ends included; None leaves an end open."""

    since: date | None = None
    until: date | None = None

    def __str__(self) -> str:
        return f"{self.since or ''}..{self.until or ''}"

    def holds(self, day: datetime | date | None) -> bool:
        """Whether a day lies in the window; an unknown day does."""
        if day is None:
            return True
        day = day.date() if isinstance(day, datetime) else day
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL worth asking for, and what is known of it before it is fetched.

    ``kind`` says how its answer is read: "article" by extraction, all others by the reader of that name in
    ``crawler.discovery`` ("feed", "sitemap", "index", "search", "wordpress", "blogger", "wayback", "commoncrawl").
    ``source`` says how it was found. For captures of a web archive ``original_url`` is the page's own URL and
    ``captured_at`` the capture's time; ``context`` carries what a reader needs to go on (small JSON values only).
    """

    url: str
    kind: str = "article"
    source: str = ""
    title: str | None = None
    published: datetime | date | None = None
    modified: datetime | date | None = None
    section: str | None = None
    original_url: str | None = None
    captured_at: datetime | None = None
    context: dict[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched answer as a reader sees it: decompressed body, lower-cased header names.

    ``fetched_at`` (aware) is what "today" means to its reader; None: this moment.
    """

    url: str
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    context: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    fetched_at: datetime | None = None


@dataclass(slots=True)
class ListingResult:
    """What one such answer held: candidates (articles and further pages alike) and troubles to be counted by name.

    ``unread`` is set where the answer was no answer to the question (an error on a later page): it is not the end of
    the list, and the page is to be asked for again. ``stands_for`` names the kind of source the answer really is, where
    a feed and a sitemap stand in for each other: nothing was read yet.
    """

    candidates: list[Candidate] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)  # "broken XML", "too large", "repeats itself" …
    unread: bool = False
    stands_for: str | None = None


def pack(candidate: Candidate) -> dict[str, Any]:
    """A candidate's hints as small JSON values; ``unpack`` reverses it."""
    packed: dict[str, Any] = {}
    for name in ("title", "section", "original_url"):
        if getattr(candidate, name):
            packed[name] = str(getattr(candidate, name))[:1000]
    for name in ("published", "modified", "captured_at"):
        if getattr(candidate, name) is not None:
            packed[name] = getattr(candidate, name).isoformat()
    if candidate.context:
        packed["context"] = candidate.context
    return packed


def when(value: object) -> datetime | date | None:
    """A packed time: an aware datetime or a date; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None
