"""Train the conflict model and write crawler/relevance/data/model.tsv with its card.

    python bench/train_topic.py                 # from the rows of features shipped in bench/data: nothing else needed
    python bench/train_topic.py --read ../shared/data/relevance_dev.jsonl --more ../shared/data/other_news.jsonl

``--read`` makes the rows anew first (after a change of lexicon or features). Needs scikit-learn, which the program itself
does not. What keeps the model from learning one war by heart: names are lexicon groups that count only beside acts and
actors, and every article is also shown without them, cut short, and by its title alone (``WEIGHTS``).

``--frequencies`` writes crawler/relevance/data/frequencies.tsv from the package wordfreq instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from topic_rows import LABELS, Row

from crawler.relevance.model import WORD

# Chosen by whole sources and whole kinds held out; bench/RELEVANCE.md has the figures around each.
C = 1.0  # inverse strength of the L2 penalty
WORD_SCALE = 0.7  # words against lexicon groups: the larger, the less words are held back by the penalty
WEIGHTS = {
    "whole": 1.0,
    "masked": 0.4,
    "30": 0.15,
    "30masked": 0.15,
    "60": 0.15,
    "60masked": 0.15,
    "title": 0.1,
    "titlemasked": 0.1,
}
WARS_WEIGHT = 1.0
BALANCE = 0.0  # 1: both classes weigh alike; 0: as many as there are
MORE = 0.3  # weight of an unlabelled article taken as not conflict


@dataclass
class Fitted:
    """Weights by feature on unscaled values."""

    weights: dict[str, float]
    bias: float

    def logit(self, values: dict[str, float]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in values.items())


def scale_of(name: str) -> float:
    return WORD_SCALE if name.startswith(WORD) else 1.0


def matrix(dicts: list[dict[str, float]], names: list[str]) -> csr_matrix:
    place = {name: i for i, name in enumerate(names)}
    cells = [(i, place[n], v * scale_of(n)) for i, row in enumerate(dicts) for n, v in row.items() if n in place]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(dicts), len(names)))


def fit(rows: list[Row], more: list[Row], *, drop: tuple[str, ...] = (), c: float | None = None) -> Fitted:
    """A model of labelled rows; ``more`` are unlabelled, ``drop`` prefixes of features to leave out."""
    taken = [row for row in rows if row.label in LABELS]
    dicts, wanted, weight = [], [], []
    for theirs in (False, True):
        group = [row for row in taken if bool(row.kind) == theirs]
        for copy, share in WEIGHTS.items():
            part = [row for row in group if copy in row.copies]
            good = sum(row.conflict for row in part)
            for row in part:
                dicts.append(row.copies[copy])
                wanted.append(row.conflict)
                even = len(part) / 2 / (good if row.conflict else len(part) - good)
                weight.append(share * (WARS_WEIGHT if theirs else 1.0) * even**BALANCE)
    if drop:
        dicts = [{n: v for n, v in row.items() if not n.startswith(drop)} for row in dicts]
    names = sorted({name for row in dicts for name in row})
    x, y, w = matrix(dicts, names), np.array(wanted), np.array(weight)
    model = LogisticRegression(C=c or C, max_iter=2000, tol=1e-4)
    model.fit(x, y, sample_weight=w)
    if more:
        others = [row.copies["whole"] for row in more]
        z = matrix(others, names)
        sure = model.predict_proba(z)[:, 1] < 0.1
        from scipy.sparse import vstack

        model.fit(
            vstack([x, z[sure]]).tocsr(),
            np.concatenate([y, np.zeros(sure.sum(), dtype=bool)]),
            sample_weight=np.concatenate([w, np.full(sure.sum(), MORE)]),
        )
    weights = {name: float(v) * scale_of(name) for name, v in zip(names, model.coef_[0], strict=True)}
    return Fitted(weights, float(model.intercept_[0]))


def folds(rows: list[Row], most: int = 12) -> list[tuple[list[int], list[int]]]:
    """Learn, test: whole sources, and of our own rows whole kinds (in ``most`` groups), held out."""
    groups: dict[str, int] = {}
    for row in rows:
        if row.source not in groups:
            groups[row.source] = (
                sum(1 for name in groups if (":" in name) == bool(row.kind)) % most if row.kind else 1000 + len(groups)
            )
    found = []
    for group in sorted(set(groups.values())):
        test = [i for i, row in enumerate(rows) if groups[row.source] == group]
        found.append(([i for i, row in enumerate(rows) if groups[row.source] != group], test))
    return found


def out_of_fold(
    rows: list[Row], more: list[Row], copy: Iterable[str] = ("whole",), **options: object
) -> dict[str, np.ndarray]:
    """Name of copy → logit of every row by a model that never saw its source or kind (nan: no such copy)."""
    logits = {name: np.full(len(rows), np.nan) for name in copy}
    for learn, test in folds(rows):
        model = fit([rows[i] for i in learn], more, **options)  # type: ignore[arg-type]
        for name, values in logits.items():
            for i in test:
                if name in rows[i].copies:
                    values[i] = model.logit(rows[i].copies[name])
    return logits
