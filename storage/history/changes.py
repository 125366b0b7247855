"""What was changed after publication, over the whole corpus: every revision against the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from storage.corpus import Corpus
from storage.database import Filter
from storage.database.tables import articles, copies, revisions, story_members
from storage.history.revisions import Change, diff


@dataclass(frozen=True, slots=True)
class Changed:
    """One step of an article, from revision ``number - 1`` to ``number``. Times are ISO 8601."""

    id: str
    url: str
    outlet: str | None
    number: int
    title_before: str | None
    title: str | None
    fetched_before: str | None
    fetched_at: str | None
    changes: tuple[Change, ...]

    @property
    def figures(self) -> tuple[Change, ...]:
        """The changes in which a number came, went or became another; sentences of which there is one side only (a
        paragraph added) are no change of a figure."""
        return tuple(
            change
            for change in self.changes
            if change.old is not None and change.new is not None and (change.numbers_gone or change.numbers_come)
        )


def changes(corpus: Corpus, where: Filter | None = None, *, numbers: bool = False) -> Iterator[Changed]:
    """Every step of the articles a filter wants, in the order of exports; with ``numbers`` those with a figure changed.

    A title is compared as a sentence of its own.
    """
    asked = (where or Filter()).apply(
        select(articles.c.key, articles.c.id, articles.c.url, articles.c.outlet)
        .select_from(
            articles.outerjoin(copies, copies.c.article_key == articles.c.key).outerjoin(
                story_members, story_members.c.article_key == articles.c.key
            )
        )
        .where(articles.c.revision > 1)
    )
    with corpus.db.read() as conn:
        for key, id_, url, outlet in conn.execute(asked.order_by(articles.c.sort_key, articles.c.id)).all():
            rows = conn.execute(select(revisions).where(revisions.c.article_key == key).order_by(revisions.c.number))
            steps = list(rows)
            for before, after in pairwise(steps):
                found = [*diff(before.title or "", after.title or ""), *diff(before.text, after.text)]
                step = Changed(
                    id_,
                    url,
                    outlet,
                    after.number,
                    before.title,
                    after.title,
                    before.fetched_at,
                    after.fetched_at,
                    tuple(found),
                )
                if not numbers or step.figures:
                    yield step
