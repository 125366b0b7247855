"""The one document type that flows through the whole house, from page bytes to the exported line.

``Article`` holds plain data only: it pickles, compares by value, and knows nothing of HTML, Scrapy or SQL.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

# Order of the keys in an exported line. Fixed: diffs of two exports stay readable and schemas stay valid.
JSONL_FIELDS = (
    "id", "url", "canonical_url", "outlet", "title", "text", "authors", "section", "tags", "published_at",
    "published_precision", "published_source", "modified_at", "fetched_at", "language", "language_confidence",
    "dateline", "cited_sources", "relevance", "nearest_seed", "relevance_terms", "copy_of", "copy_kind", "story_id",
    "revision", "content_hash", "word_count", "extractor_version", "archive_ref", "rights",
    "extraction_agreement",
    "published_day", "published_after", "published_before", "countries",
)  # fmt: skip


@dataclass(slots=True)
class DateCandidate:
    """One place of a page that may tell when the article was published.

    ``source`` names the place ("json-ld datePublished", "text weekday phrase", "url path", "feed" …), ``raw`` is the
    string found there, ``value`` what it was read as: an aware datetime (precision ``minute``), a date (``day``), or
    None where it could not be read. ``verdict`` says in words why it was chosen or set aside.
    """

    source: str
    raw: str
    value: datetime | date | None = None
    verdict: str = ""


@dataclass(slots=True)
class Cut:
    """A piece of the page that was taken out: which rule did it, in which layer ("dom", "line", "inline")."""

    rule: str
    text: str
    layer: str = "line"


@dataclass(slots=True)
class Link:
    """A link out of the article: ``kind`` is "related" (furniture by the text), "body" or "next" (its next page)."""

    url: str
    anchor: str = ""
    kind: str = "body"


@dataclass(frozen=True, slots=True)
class Bound:
    """Why an article without a date was not published before (``side`` "after") or not after (``side`` "before") a day.

    ``source`` names the evidence ("comment age", "day in text", "fetched", "running id", "copy" …), ``raw`` what was
    found there.
    """

    side: str
    day: date
    source: str
    raw: str = ""


@dataclass(slots=True)
class Article:
    """An article as read from one page (or from the joined pages of one story).

    Times are aware datetimes; ``published_at`` is a ``date`` when only the day is known, and None when no good
    candidate was found. ``text`` is NFC, its paragraphs separated by one blank line. Fields that a page alone cannot
    give (``id``, ``fetched_at``, ``relevance``, copies, ``revision``, ``archive_ref``) are filled in on the way.
    """

    url: str
    text: str
    title: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    published_at: datetime | date | None = None
    published_precision: str | None = None  # "minute", "day" or None
    published_source: str | None = None
    modified_at: datetime | date | None = None
    fetched_at: datetime | None = None
    language: str | None = None  # ISO 639-1, the declared language of the page is never trusted for it
    language_confidence: float | None = None
    dateline: str | None = None
    cited_sources: list[str] = field(default_factory=list)
    relevance: float | None = None
    nearest_seed: str | None = None
    relevance_terms: list[str] = field(default_factory=list)
    copy_of: str | None = None
    copy_kind: str | None = None  # "exact", "near", "rewritten", "excerpt", "expanded"
    story_id: str | None = None
    revision: int = 1
    id: str | None = None
    extractor_version: str | None = None
    archive_ref: str | None = None
    rights: dict[str, object] = field(default_factory=dict)  # robots, meta robots, TDM reservation, licence as found
    extraction_agreement: float | None = None  # 0 to 1: how far two readers agree on the text; None with one reader
    published_after: date | None = None  # where ``published_at`` is None: published on this day or later, …
    published_before: date | None = None  # … and on this day or before
    countries: list[str] = field(default_factory=list)  # ISO 3166 codes (storage.places), the most spoken of first

    # Evidence for `explain` and for discovery; stored beside the article, not part of the exported line.
    method: str | None = None  # which way of finding the body won
    date_candidates: list[DateCandidate] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)

    @property
    def published_day(self) -> date | None:
        """The day of publication at the outlet."""
        return self.published_at.date() if isinstance(self.published_at, datetime) else self.published_at

    @property
    def content_hash(self) -> str:
        """``sha256:`` and the hex digest of title and text, NFC, white space folded: equal content, equal hash."""
        folded = " ".join(unicodedata.normalize("NFC", f"{self.title or ''}\n{self.text}").split())
        return "sha256:" + hashlib.sha256(folded.encode("utf-8")).hexdigest()

    @property
    def word_count(self) -> int:
        """Number of white-space separated words of ``text``."""
        return len(self.text.split())


def between(bounds: Sequence[Bound]) -> tuple[date | None, date | None]:
    """First and last day of publication by single pieces of evidence: the latest "after" and the earliest "before".

    Evidence that contradicts other evidence proves nothing: then both are None.
    """
    after = max((bound.day for bound in bounds if bound.side == "after"), default=None)
    before = min((bound.day for bound in bounds if bound.side == "before"), default=None)
    if after is not None and before is not None and after > before:
        return None, None
    return after, before
