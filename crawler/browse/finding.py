"""The search page: what its address asks for, what is found, and the addresses that ask for more or less.

Everything that is asked for stands in the query string, so that an address can be kept and sent to a colleague.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from storage.corpus import Corpus
from storage.database import Filter
from storage.errors import ConfigurationError
from storage.search import Asked, Listing, listing, missed
from storage.search.results import ORDERS, ORIGINAL, MissListing

PAGE = 20  # hits
MOST_PAGES = 500
MOST_WORDS = 300  # characters
KINDS = (ORIGINAL, "exact", "near", "rewritten", "excerpt", "expanded")
SHOWN = 12  # values of a facet
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_ID = re.compile(r"[\w.-]{1,100}")


class Unreadable(ValueError):  # noqa: N818 - reads as what is wrong
    """A part of the address that cannot be what it should."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for; empty strings ask for nothing. ``state`` is "kept" or "missed"."""

    q: str = ""
    outlet: str = ""
    month: str = ""  # YYYY-MM
    since: str = ""
    until: str = ""
    country: str = ""
    language: str = ""
    copy: str = ""
    story: str = ""
    state: str = "kept"
    sort: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Question:
        """The question of a query string. Raises ``Unreadable``."""
        values = {field.name: given.get(field.name, "").strip() for field in fields(cls)}
        number = values.pop("page") or "1"
        if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:6]) <= MOST_PAGES:
            raise Unreadable(f"page {number[:20]!r}")
        question = cls(**values, page=int(number))
        if len(question.q) > MOST_WORDS:
            raise Unreadable(f"more than {MOST_WORDS} characters")
        for name, pattern in (("outlet", _ID), ("language", _ID), ("story", _ID), ("month", _MONTH)):
            value = getattr(question, name)
            if value and not pattern.fullmatch(value):
                raise Unreadable(f"{name} {value[:40]!r}")
        if question.country and not re.fullmatch("[A-Z]{2}", question.country):
            raise Unreadable(f"country {question.country[:40]!r}")
        if question.copy and question.copy not in KINDS:
            raise Unreadable(f"copy {question.copy[:40]!r}")
        if question.sort and question.sort not in ORDERS:
            raise Unreadable(f"sort {question.sort[:40]!r}")
        if question.state not in ("kept", "missed", ""):
            raise Unreadable(f"state {question.state[:40]!r}")
        for name in ("since", "until"):
            _day(getattr(question, name))
        return replace(question, state=question.state or "kept")

    @property
    def order(self) -> str:
        """As asked for; best first where there are words, else newest first."""
        return self.sort or ("best" if self.q else "newest")

    @property
    def where(self) -> Filter:
        """The filter that exports know, too."""
        since, until = _day(self.since), _day(self.until)
        if self.month:
            first = date.fromisoformat(f"{self.month}-01")
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            since, until = max(since or first, first), min(until or last, last)
        return Filter(
            since=since,
            until=until,
            outlets=[self.outlet] if self.outlet else None,
            language=self.language or None,
            story=self.story or None,
            countries=[self.country] if self.country else None,
        )

    @property
    def asked(self) -> Asked:
        """For ``listing``."""
        return Asked(self.q, self.where, (self.copy,) if self.copy else (), self.order)

    def address(self, path: str = "/", **other: str | int) -> str:
        """The address that asks the same with something else; the first page, unless that is asked for."""
        asked = replace(self, **({"page": 1} | other))  # type: ignore[arg-type]
        values = {field.name: getattr(asked, field.name) for field in fields(asked)}
        if values["state"] == "kept":
            values.pop("state")
        if values["page"] == 1:
            values.pop("page")
        query = urlencode({name: value for name, value in values.items() if value != ""})
        return f"{path}?{query}" if query else path

    @property
    def chosen(self) -> list[str]:
        """The names of the conditions that are set."""
        names = ("outlet", "month", "since", "until", "country", "language", "copy", "story")
        return [name for name in names if getattr(self, name)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(f"day {text[:40]!r}") from None


@dataclass(slots=True)
class Answer:
    """What was found: of articles or of near misses; ``trouble`` where the words are none."""

    articles: Listing | None = None
    misses: MissListing | None = None
    trouble: str = ""

    @property
    def found(self) -> Listing | MissListing:
        """Whichever it is."""
        return self.articles or self.misses or Listing()


def answer(corpus: Corpus, question: Question) -> Answer:
    """One page of what is asked for."""
    offset = (question.page - 1) * PAGE
    try:
        if question.state == "missed":
            outlet, language = question.outlet or None, question.language or None
            return Answer(
                misses=missed(corpus, question.q, outlet=outlet, language=language, limit=PAGE, offset=offset)
            )
        return Answer(articles=listing(corpus, question.asked, limit=PAGE, offset=offset))
    except ConfigurationError as error:  # words that are no words
        return Answer(Listing(), trouble=str(error))


def exported(corpus: Corpus, question: Question) -> Filter:
    """The filter that exports what is seen: the same conditions, or, where words or kinds of copies are asked for that
    a filter does not know, the very articles that were found."""
    if not question.q and not question.copy:
        return question.where
    return Filter(ids=listing(corpus, question.asked, limit=0).ids)
