"""Which articles a reader wants: one filter for reading, searching and exporting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.sql import ColumnElement, Select

from storage.database import tables


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions must hold; None asks nothing.

    ``since`` and ``until`` are publication days at the outlet, both included; articles without a known day match
    neither. ``copies``: "all", "none" (articles that are no copy), or "only".
    """

    since: date | None = None
    until: date | None = None
    outlets: Sequence[str] | None = None
    min_relevance: float | None = None
    copies: str = "all"
    language: str | None = None
    story: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """For a SELECT from articles with copies and story_members (outer-)joined."""
        articles = tables.articles.c
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(articles.published_day >= self.since.isoformat())
        if self.until is not None:
            found.append(articles.published_day <= self.until.isoformat())
        if self.outlets is not None:
            found.append(articles.outlet.in_(list(self.outlets)))
        if self.min_relevance is not None:
            found.append(articles.relevance >= self.min_relevance)
        if self.language is not None:
            found.append(articles.language == self.language)
        if self.story is not None:
            found.append(tables.story_members.c.story_id == self.story)
        if self.copies == "none":
            found.append(tables.copies.c.copy_of.is_(None))
        elif self.copies == "only":
            found.append(tables.copies.c.copy_of.is_not(None))
        return found

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement with the conditions added."""
        conditions = self.conditions()
        return statement.where(*conditions) if conditions else statement

    def described(self) -> dict[str, Any]:
        """What was asked, for a manifest; only what is set."""
        given = {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "outlets": list(self.outlets) if self.outlets is not None else None,
            "min_relevance": self.min_relevance,
            "copies": None if self.copies == "all" else self.copies,
            "language": self.language,
            "story": self.story,
        }
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def from_description(cls, described: dict[str, Any]) -> Filter:
        """The filter that ``described`` tells of."""
        given = dict(described)
        for name in ("since", "until"):
            if name in given:
                given[name] = date.fromisoformat(given[name])
        return cls(**given)
