"""Which articles a person should judge next: those whose labels would teach the model most.

Uncertainty sampling (Lewis and Gale 1994) with diversity: the nearer an article's score is to the threshold, the more
its label tells, and the less so the more it is like one already chosen (maximal marginal relevance, Carbonell and
Goldstein 1998). Nothing is random: the same articles give the same queue.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.relevance.seeds import dot, vector
from crawler.relevance.words import tokens

POOL = 10  # candidates compared with each other, per article asked for
MOST = 1_000  # of them at most: the comparison takes pool × queue steps
MOST_CHARACTERS = 3_000  # of a text that are compared
DIVERSITY = 2.0  # logits of distance from the threshold that likeness 1 to a chosen one is worth


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article or near miss nobody has decided on; ``score`` as it was judged (0–1)."""

    id: str
    title: str
    text: str
    score: float
    outlet: str | None = None
    url: str = ""


def queue(candidates: Iterable[Candidate], count: int, threshold: float) -> list[Candidate]:
    """The ``count`` candidates (fewer where there are fewer) to decide on, the most telling first.

    Candidates may be many: only the nearest to the threshold are held in memory.
    """
    count = max(0, count)
    middle = _logit(threshold)
    pool = heapq.nsmallest(
        min(MOST, POOL * count), candidates, key=lambda each: (abs(_logit(each.score) - middle), each.id)
    )
    vectors = [vector(tokens(f"{each.title} {each.text[:MOST_CHARACTERS]}")) for each in pool]
    distances = [abs(_logit(each.score) - middle) for each in pool]
    likeness = [0.0] * len(pool)
    left = list(range(len(pool)))
    chosen: list[Candidate] = []
    while left and len(chosen) < count:
        best = min(left, key=lambda i: (distances[i] + DIVERSITY * likeness[i], pool[i].id))
        left.remove(best)
        chosen.append(pool[best])
        for i in left:
            likeness[i] = max(likeness[i], dot(vectors[i], vectors[best]))
    return chosen


def _logit(score: float) -> float:
    bounded = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
