"""Samples for annotation: the same seed gives the same articles on both databases, however they were stored."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.corpus.corpus import Corpus
from storage.database import Filter
from storage.database.tables import articles, copies, story_members
from storage.errors import ConfigurationError

# By what a sample can be spread, and how that is read off a row.
STRATA = ("outlet", "day", "month", "year", "language", "section", "copy_kind")


@dataclass(frozen=True, slots=True)
class Drawn:
    """An article drawn. ``weight`` is how many of its stratum it stands for: articles there / drawn there."""

    id: str
    stratum: tuple[str, ...]
    weight: float


def sample(
    corpus: Corpus,
    size: int,
    seed: int,
    by: Sequence[str] = (),
    where: Filter | None = None,
    *,
    equal: bool = False,
) -> list[Drawn]:
    """``size`` articles of those a filter wants, spread over strata in proportion to their size (``equal``: evenly).

    Every stratum gets one while there are enough to go round, the largest first. Without replacement. Raises
    ``ConfigurationError`` for an unknown stratum or a size below 1.
    """
    if size < 1:
        raise ConfigurationError("a sample needs at least one article")
    if unknown := [name for name in by if name not in STRATA]:
        raise ConfigurationError(f"cannot sample by {unknown[0]}: there are {', '.join(STRATA)}")
    strata: dict[tuple[str, ...], list[str]] = defaultdict(list)
    statement = (where or Filter()).apply(
        select(
            articles.c.id, articles.c.outlet, articles.c.published_day, articles.c.language, articles.c.section,
            copies.c.kind,
        ).select_from(
            articles.outerjoin(copies, copies.c.article_key == articles.c.key).outerjoin(
                story_members, story_members.c.article_key == articles.c.key
            )
        )
    )  # fmt: skip
    with corpus.db.read() as conn:
        for id_, outlet, day, language, section, kind in conn.execute(statement):
            values = {
                "outlet": outlet,
                "day": day,
                "month": day and day[:7],
                "year": day and day[:4],
                "language": language,
                "section": section,
                "copy_kind": kind or "none",
            }
            strata[tuple(values[name] or "unknown" for name in by)].append(id_)
    shares = _allot({name: len(ids) for name, ids in strata.items()}, size, equal=equal)
    drawn = []
    for name in sorted(strata):
        ids = sorted(strata[name], key=lambda id_: hashlib.sha256(f"{seed} {id_}".encode()).digest())
        drawn += [Drawn(id_, name, round(len(ids) / shares[name], 6)) for id_ in ids[: shares[name]]]
    return drawn


def _allot(sizes: dict[tuple[str, ...], int], size: int, *, equal: bool) -> dict[tuple[str, ...], int]:
    """How many of each stratum: one each, then by what it lacks most of its share (Sainte-Laguë's method)."""
    given = dict.fromkeys(sizes, 0)
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    for name in order[: min(size, len(order))]:
        given[name] = 1
    left = min(size, sum(sizes.values())) - sum(given.values())
    for _ in range(left):
        open_ = [name for name in order if given[name] < sizes[name]]
        best = max(open_, key=lambda name: (1 if equal else sizes[name]) / (2 * given[name] + 1))
        given[best] += 1
    return given
