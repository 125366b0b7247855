"""Which articles a reader wants: one filter for reading, searching and exporting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, and_, case, false, func, not_, or_, select, tuple_, type_coerce
from sqlalchemy.sql import ColumnElement, FromClause, Select

from storage.database import tables

Columns = Any  # of a table or of its alias
# The order in which copies stand for their chain: what expands its origin, copies of that, others.
_EXPANDS, _COPY_OF_THAT, _NOT_GROWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions must hold; None asks nothing.

    ``since`` and ``until`` are publication days at the outlet, both included; articles without a known day match
    neither. ``countries`` are ISO 3166 codes, of which an article must speak of one. ``copies``: "all", "only", or
    "none": one article of each chain of copies, chosen among those that meet the other conditions. That is the longest
    that expands the chain's origin (``expanded``), else the origin, else the ``representative``: the "earliest", or
    the "fullest" of the others. ``ids`` are articles that were picked (some thousands at most).
    """

    since: date | None = None
    until: date | None = None
    outlets: Sequence[str] | None = None
    min_relevance: float | None = None
    copies: str = "all"
    language: str | None = None
    story: str | None = None
    countries: Sequence[str] | None = None
    representative: str = "earliest"
    ids: Sequence[str] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """For a SELECT from articles with copies and story_members (outer-)joined."""
        found = self._of_one(tables.articles.c, tables.story_members.c)
        if self.copies == "none":
            found += [not_(better) for better in self._better_ones()]
        elif self.copies == "only":
            found.append(tables.copies.c.copy_of.is_not(None))
        return found

    def _of_one(self, articles: Columns, story_members: Columns) -> list[ColumnElement[bool]]:
        """What can be said of an article without regard to others."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(articles.published_day >= self.since.isoformat())
        if self.until is not None:
            found.append(articles.published_day <= self.until.isoformat())
        if self.ids is not None:
            found.append(articles.id.in_(list(self.ids)))
        if self.outlets is not None:
            found.append(articles.outlet.in_(list(self.outlets)))
        if self.min_relevance is not None:
            found.append(articles.relevance >= self.min_relevance)
        if self.language is not None:
            found.append(articles.language == self.language)
        if self.story is not None:
            found.append(story_members.story_id == self.story)
        if self.countries is not None:
            text = type_coerce(articles.countries, Text)  # a JSON list of codes
            found.append(or_(false(), *(text.contains(f'"{code}"', autoescape=True) for code in self.countries)))
        return found

    def _better_ones(self) -> list[ColumnElement[bool]]:
        """Whether an article's chain has one among what is asked for that stands for it rather: copies, the origin.

        Each is a look-up in an index; most articles have no copies and no chain to look through.
        """
        mine, own = tables.articles.c, tables.copies.c
        other, others = tables.articles.alias("other"), tables.copies.alias("other_copies")
        story = tables.story_members.alias("other_story")
        wanted = self._of_one(other.c, story.c)
        joined = other.join(others, others.c.article_key == other.c.key)
        origin: FromClause = other
        if self.story is not None:
            joined = joined.outerjoin(story, story.c.article_key == other.c.key)
            origin = other.outerjoin(story, story.c.article_key == other.c.key)
        rank, own_rank = _rank(others.c), _rank(own)
        earlier = tuple_(other.c.sort_key, other.c.id) < tuple_(mine.sort_key, mine.id)
        longer = or_(
            other.c.word_count > mine.word_count,
            and_(other.c.word_count == mine.word_count, earlier),
        )
        first = longer if self.representative == "fullest" else earlier
        before = case((rank < _NOT_GROWN, longer), else_=first)
        better = or_(rank < own_rank, and_(own.chain.is_not(None), rank == own_rank, before))
        copy = (
            select(1)
            .select_from(joined)
            .where(others.c.chain == func.coalesce(own.chain, mine.id), other.c.key != mine.key, *wanted, better)
        )
        began = select(1).select_from(origin).where(other.c.id == own.chain, other.c.key != mine.key, *wanted)
        outer = (tables.articles, tables.copies)
        return [
            copy.correlate(*outer).exists(),
            and_(own.chain.is_not(None), own_rank == _NOT_GROWN, began.correlate(*outer).exists()),
        ]

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
            "countries": list(self.countries) if self.countries is not None else None,
            "representative": None if self.representative == "earliest" else self.representative,
            "ids": list(self.ids) if self.ids is not None else None,
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


def _rank(copies: Columns) -> ColumnElement[int]:
    return case(
        (and_(copies.grown, copies.kind == "expanded"), _EXPANDS), (copies.grown, _COPY_OF_THAT), else_=_NOT_GROWN
    )
