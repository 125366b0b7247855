"""What a person should look at next: queues that an index leads to, at any size of the corpus.

Nothing in them has been decided on (``Corpus.decide``). Each gives at most ``limit`` entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.sql import Select

from storage.corpus.corpus import Corpus
from storage.database.rows import UNDATED
from storage.database.tables import articles, decisions, rejected, revisions

MOST_DRAWN = 500  # of a random sample
TOPICAL = ("threshold", "guard")  # reasons of near misses that a decision can teach something on


@dataclass(frozen=True, slots=True)
class Entry:
    """An article, or a near miss (``kept`` is false). ``measure`` is what it is in the queue for, where that counts."""

    id: str
    kept: bool
    title: str | None
    url: str
    outlet: str | None
    score: float | None
    measure: float | None = None
    text: str = ""


def near(corpus: Corpus, threshold: float, limit: int, *, texts: bool = False) -> list[Entry]:
    """The articles and near misses whose scores are nearest to the threshold, ``limit`` on each side and of each kind.

    ``texts`` gives what they say as well. Near misses without a text or of another language are left out.
    """
    found: list[Entry] = []
    table = articles.c
    kept = _undecided(_columns(text=texts), table.id).where(table.relevance.is_not(None))
    missed = select(rejected).outerjoin(decisions, decisions.c.id == rejected.c.id)
    missed = missed.where(decisions.c.id.is_(None), rejected.c.score.is_not(None), rejected.c.text != "")
    missed = missed.where(or_(*(rejected.c.reason.startswith(reason) for reason in TOPICAL)))
    with corpus.db.read() as conn:
        for side, order in ((table.relevance >= threshold, "asc"), (table.relevance < threshold, "desc")):
            by = getattr(table.relevance, order)()
            rows = conn.execute(kept.where(side).order_by(by, table.id).limit(limit))
            found += [_entry(row, row.relevance, texts=texts) for row in rows]
        score = rejected.c.score
        for side, order in ((score >= threshold, "asc"), (score < threshold, "desc")):
            rows = conn.execute(missed.where(side).order_by(getattr(score, order)(), rejected.c.id).limit(limit))
            found += [
                Entry(row.id, False, row.title, row.url, row.outlet, row.score, row.score, row.text if texts else "")
                for row in rows
            ]
    return found


def disagreed(corpus: Corpus, limit: int) -> list[Entry]:
    """The articles on whose text the two readers of the page agree least, the worst first."""
    agreement = articles.c.extraction_agreement
    found = _undecided(_columns(), articles.c.id).where(agreement.is_not(None)).order_by(agreement, articles.c.id)
    return _read(corpus, found.limit(limit), "extraction_agreement")


def undated(corpus: Corpus, limit: int) -> list[Entry]:
    """Articles of which no day of publication is known."""
    found = _undecided(_columns(), articles.c.id).where(articles.c.sort_key >= UNDATED)
    return _read(corpus, found.order_by(articles.c.sort_key, articles.c.id).limit(limit))


def of_outlets(corpus: Corpus, outlets: Sequence[str], limit: int) -> list[Entry]:
    """The newest articles of some outlets, ``limit`` of each."""
    found: list[Entry] = []
    for outlet in outlets:
        newest = _undecided(_columns(), articles.c.id).where(
            articles.c.outlet == outlet, articles.c.published_day.is_not(None)
        )
        found += _read(corpus, newest.order_by(articles.c.published_day.desc()).limit(limit))
    return found


def drawn(corpus: Corpus, seed: int, limit: int) -> list[Entry]:
    """A random sample, the same for the same seed and corpus: ids are hashes, so the next one after a random number is
    a random article. It is drawn with no regard to what was decided, so that it stays the same."""
    found: dict[str, Entry] = {}
    with corpus.db.read() as conn:
        for number in range(min(limit, MOST_DRAWN)):
            start = hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:16]
            after = _columns().where(articles.c.id >= start, articles.c.id.not_in(list(found)))
            row = conn.execute(after.order_by(articles.c.id).limit(1)).first()
            if row is not None:
                found[row.id] = _entry(row, None)
    return list(found.values())


def _columns(*, text: bool = False) -> Select[Any]:
    names = ("id", "title", "url", "outlet", "relevance", "extraction_agreement")
    columns: list[Any] = [articles.c[name] for name in names]
    if not text:
        return select(*columns)
    return select(*columns, revisions.c.text).join(revisions, revisions.c.key == articles.c.text_key)


def _undecided(statement: Select[Any], id_: Any) -> Select[Any]:
    return statement.outerjoin(decisions, decisions.c.id == id_).where(decisions.c.id.is_(None))


def _read(corpus: Corpus, statement: Select[Any], measure: str | None = None) -> list[Entry]:
    with corpus.db.read() as conn:
        return [_entry(row, getattr(row, measure) if measure else None) for row in conn.execute(statement)]


def _entry(row: Any, measure: float | None, *, texts: bool = False) -> Entry:
    body = row.text if texts else ""
    return Entry(row.id, True, row.title, row.url, row.outlet, row.relevance, measure, body)
