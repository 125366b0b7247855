"""Learning from decisions: what people accepted and rejected moves the conflict model, within bounds.

The decisions do not train a model of their own: a few dozen cannot. They move the weights in use (the shipped ones, or
those of an earlier round) as little as the decisions ask for: logistic loss over the decisions plus a quadratic pull
back to the weights of before, minimised by gradient descent on the features that occur. No scikit-learn, no randomness:
the same decisions give the same file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from crawler.relevance import features as reading
from crawler.relevance.model import Model, dump, load, logistic

STEPS = 300
SETTLED = 1e-6  # a step that lowers the loss by less ends the search
RATE = 0.5  # step width; halved whenever a step does not lower the loss
PULL_BACK = 0.08  # strength of the pull to the old weights; smaller learns faster and forgets more
EVIDENCE = 20.0  # decisions that weigh as much as the pull back: one decision alone changes little
FOLDS = 5  # parts of the decisions that are kept aside in turn

_Row = tuple[dict[str, float], bool]  # features of an article, and whether it was accepted


@dataclass(frozen=True, slots=True)
class Decision:
    """One article a person accepted as conflict coverage, or rejected."""

    title: str
    text: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Retrained:
    """The new model, and what it does to the decisions: how many it judges as the person did, before and after.

    ``agreed_held_out`` counts the same on decisions kept aside: each is judged by a model that learned from the others
    alone. That number tells whether learning helps; ``agreed_after`` flatters. ``worse`` says that it harms, by
    more than chance explains.
    """

    model: Model
    decisions: int
    agreed_before: int
    agreed_after: int
    agreed_held_out: int
    worse: bool
    moved: list[tuple[str, float]]  # features by how far their weights moved, farthest first


def retrain(decisions: Iterable[Decision], model: Model | None = None, *, day: date | None = None) -> Retrained:
    """The model (default: the shipped one) moved by decisions. ``day`` is written into the head (default: today)."""
    model = model or load()
    rows = [
        (reading.features(reading.read(decision.title, decision.text), model.vocabulary), decision.accepted)
        for decision in decisions
    ]
    moves = _minimise(rows, model) if rows else {}
    accepted = sum(1 for _, good in rows if good)
    head = {
        **model.head,
        "retrained": f"{(day or datetime.now(UTC).date()).isoformat()} on {len(rows)} decisions ({accepted} accepted,"
        f" {len(rows) - accepted} rejected)",
    }
    new = _moved(model, moves, head)
    before, aside = [_agrees(row, model) for row in rows], _held_out(rows, model)
    lost = sum(1 for old, other in zip(before, aside, strict=True) if old > other)
    gained = sum(1 for old, other in zip(before, aside, strict=True) if old < other)
    return Retrained(
        new,
        len(rows),
        sum(before),
        sum(_agrees(row, new) for row in rows),
        sum(aside),
        lost - gained > math.sqrt(lost + gained),  # one standard deviation of the difference (McNemar 1947)
        sorted(((name or "bias", move) for name, move in moves.items()), key=lambda item: (-abs(item[1]), item[0])),
    )


def save(model: Model, path: Path) -> None:
    """Write a model file whole or not at all; ``Topic.from_seeds(..., model=path)`` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(dump(model), encoding="utf-8")
    unfinished.replace(path)


def _moved(model: Model, moves: dict[str, float], head: dict[str, str]) -> Model:
    weights = {name: value + moves.get(name, 0.0) for name, value in model.weights.items()}
    weights.update({name: move for name, move in moves.items() if name not in weights and name})
    return Model(weights, model.vocabulary, model.bias + moves.get("", 0.0), model.threshold, head)


def _held_out(rows: list[_Row], model: Model) -> list[bool]:
    """Whether each decision is judged as the person did by a model that learned from the other folds alone."""
    order = sorted(range(len(rows)), key=lambda i: rows[i][1])  # both answers spread over the folds
    agreed = [False] * len(rows)
    for fold in range(FOLDS):
        aside = order[fold::FOLDS]
        rest = [rows[i] for place, i in enumerate(order) if place % FOLDS != fold]
        learned = _moved(model, _minimise(rest, model), model.head) if aside and rest else model
        for i in aside:
            agreed[i] = _agrees(rows[i], learned)
    return agreed


def _agrees(row: _Row, model: Model) -> bool:
    values, good = row
    return (logistic(model.logit(values)) >= model.threshold) == good


def _minimise(rows: list[_Row], model: Model) -> dict[str, float]:
    """Feature → how far its weight moves; "" is the bias. Both classes weigh alike however many each has.

    The loss asks for probabilities beyond the threshold's logit, not beyond 0.5: that is where kept begins.
    """
    margin = math.log(model.threshold / (1.0 - model.threshold)) if 0.0 < model.threshold < 1.0 else 0.0
    start = [model.logit(values) - margin for values, _ in rows]
    counts = {good: sum(1 for _, other in rows if other == good) for good in (True, False)}
    strength = len(rows) / (len(rows) + EVIDENCE)
    weight = [strength / (counts[good] * sum(1 for count in counts.values() if count)) for _, good in rows]
    columns: dict[str, list[tuple[int, float]]] = {"": [(i, 1.0) for i in range(len(rows))]}
    for i, (values, _) in enumerate(rows):
        for name, value in values.items():
            columns.setdefault(name, []).append((i, value))

    def loss(moves: dict[str, float]) -> tuple[float, list[float]]:
        logits = list(start)
        for name, move in moves.items():
            for i, value in columns[name]:
                logits[i] += move * value
        total = PULL_BACK / 2 * sum(move * move for move in moves.values())
        slopes = []
        for logit, share, (_, good) in zip(logits, weight, rows, strict=True):
            signed = logit if good else -logit
            total += share * (math.log1p(math.exp(-signed)) if signed > -30 else -signed)
            slopes.append(share * (logistic(logit) - good))
        return total, slopes

    moves = dict.fromkeys(columns, 0.0)
    rate, (best, slopes) = RATE, loss(moves)
    for _ in range(STEPS):
        step = {
            name: move - rate * (sum(slopes[i] * value for i, value in columns[name]) + PULL_BACK * move)
            for name, move in moves.items()
        }
        value, new_slopes = loss(step)
        if value < best:
            gain, moves, best, slopes = best - value, step, value, new_slopes
            if gain < SETTLED:
                break
        else:
            rate /= 2
            if rate < 1e-4:
                break
    return moves
