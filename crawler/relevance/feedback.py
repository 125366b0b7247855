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
RATE = 0.5  # step width; halved whenever a step does not lower the loss
PULL_BACK = 0.08  # strength of the pull to the old weights; smaller learns faster and forgets more
EVIDENCE = 20.0  # decisions that weigh as much as the pull back: one decision alone changes little


@dataclass(frozen=True, slots=True)
class Decision:
    """One article a person accepted as conflict coverage, or rejected."""

    title: str
    text: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Retrained:
    """The new model, and what it does to the decisions: how many it judges as the person did, before and after."""

    model: Model
    decisions: int
    agreed_before: int
    agreed_after: int
    moved: list[tuple[str, float]]  # features by how far their weights moved, farthest first


def retrain(decisions: Iterable[Decision], model: Model | None = None, *, day: date | None = None) -> Retrained:
    """The model (default: the shipped one) moved by decisions. ``day`` is written into the head (default: today)."""
    model = model or load()
    rows = [
        (reading.features(reading.read(decision.title, decision.text), model.vocabulary), decision.accepted)
        for decision in decisions
    ]
    moves = _minimise(rows, model) if rows else {}
    weights = {name: value + moves.get(name, 0.0) for name, value in model.weights.items()}
    weights.update({name: move for name, move in moves.items() if name not in weights and name})
    accepted = sum(1 for _, good in rows if good)
    head = {
        **model.head,
        "retrained": f"{(day or datetime.now(UTC).date()).isoformat()} on {len(rows)} decisions ({accepted} accepted,"
        f" {len(rows) - accepted} rejected)",
    }
    new = Model(weights, model.vocabulary, model.bias + moves.get("", 0.0), model.threshold, head)
    return Retrained(
        new,
        len(rows),
        _agreed(rows, model),
        _agreed(rows, new),
        sorted(((name or "bias", move) for name, move in moves.items()), key=lambda item: (-abs(item[1]), item[0])),
    )


def save(model: Model, path: Path) -> None:
    """Write a model file whole or not at all; ``Topic.from_seeds(..., model=path)`` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(dump(model), encoding="utf-8")
    unfinished.replace(path)


def _agreed(rows: list[tuple[dict[str, float], bool]], model: Model) -> int:
    return sum(1 for values, good in rows if (logistic(model.logit(values)) >= model.threshold) == good)


def _minimise(rows: list[tuple[dict[str, float], bool]], model: Model) -> dict[str, float]:
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
            moves, best, slopes = step, value, new_slopes
        else:
            rate /= 2
            if rate < 1e-4:
                break
    return moves
