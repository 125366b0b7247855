"""The newsroom's articles as data, and with it the truth that tests hold the crawl against.

``articles/OUTLET/SLUG.txt`` holds one article: a TOML head between two ``+++`` lines, then paragraphs with a blank
line between. ``---`` on a line of its own begins the article's next page; ``[anchor](address)`` is a link in the text.
Keys of the head:

    id         number that the outlet's addresses may carry
    title      headline
    date       local date-time with offset
    kind       conflict, hard_negative, plain, malay, english: only "conflict" belongs into the corpus
    section    rubric
    author     byline, as the page shows it
    tags       key words
    dated      where the page itself tells its date: any of "json-ld", "meta", "visible", "text"; the address may too
    dateless   true: neither the page nor a feed, a sitemap or an index tells the date
    listed     false: no feed, sitemap or index names it; only "Baca juga" boxes of the stories in its ``linked_from``
    linked_from  slugs of stories of the same outlet whose "Baca juga" box leads here
    copy_of    "OUTLET/SLUG" of the story it repeats, and copy_kind: exact, near, rewritten
    place      dateline place, as in "Kyiv, KABAR SENJA –"
    cited      sources the text names
    answers    how the server treats it: "br", "gzip", "windows-1252", "slow", "flaky"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parent / "articles"
KINDS = ("conflict", "hard_negative", "plain", "malay", "english")
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
HEAD_KEYS = {
    "id", "title", "date", "kind", "section", "author", "tags", "dated", "dateless", "listed", "linked_from",
    "copy_of", "copy_kind", "place", "cited", "answers",
}  # fmt: skip


@dataclass(slots=True)
class Story:
    """One article: what the page shows, and what a good crawl makes of it."""

    outlet: str
    slug: str
    id: int
    title: str
    pages: list[list[str]]  # paragraphs of each page, links still in brackets
    kind: str
    date: datetime
    section: str = "Berita"
    author: str | None = None
    tags: list[str] = field(default_factory=list)
    dated: list[str] = field(default_factory=lambda: ["json-ld", "meta", "visible"])
    dateless: bool = False
    hinted: bool = True  # whether feeds, sitemaps and APIs tell the date
    listed: bool = True
    linked_from: list[str] = field(default_factory=list)
    copy_of: str | None = None
    copy_kind: str | None = None
    place: str | None = None
    cited: list[str] = field(default_factory=list)
    answers: str | None = None
    url: str = ""  # known when the server is bound

    @property
    def key(self) -> str:
        """``outlet/slug``, unique in the newsroom."""
        return f"{self.outlet}/{self.slug}"

    @property
    def text(self) -> str:
        """The clean text: all paragraphs of all pages, a blank line between them."""
        return "\n\n".join(LINK.sub(r"\1", paragraph) for page in self.pages for paragraph in page)

    @property
    def kept(self) -> bool:
        """Whether the corpus should have it: Indonesian conflict news, copies included."""
        return self.kind == "conflict"

    @property
    def hint(self) -> datetime | None:
        """The date as feeds, sitemaps and APIs tell it, if they do."""
        return self.date if self.hinted and not self.dateless else None

    @property
    def published(self) -> day | None:
        """The day of publication, in the outlet's zone; None when nothing tells it."""
        return None if self.dateless else self.date.date()


def read(path: Path) -> Story:
    """One story from its file. Raises ``ValueError`` naming the file when its head or body is not as described."""
    head, body = _split(path)
    unknown = set(head) - HEAD_KEYS
    if unknown:
        raise ValueError(f"{path}: unknown keys {sorted(unknown)}")
    if head["kind"] not in KINDS:
        raise ValueError(f"{path}: unknown kind {head['kind']!r}")
    pages = [
        [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", page) if paragraph.strip()]
        for page in re.split(r"^---$", body, flags=re.MULTILINE)
    ]
    return Story(outlet=path.parent.name, slug=path.stem, pages=pages, **head)


def _split(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), body


def of_outlet(outlet: str) -> list[Story]:
    """All stories of an outlet, newest first."""
    return sorted(
        (read(path) for path in (ARTICLES / outlet).glob("*.txt")), key=lambda s: (s.date, s.id), reverse=True
    )
