"""The linear conflict model: a readable file of weights, and the sum over them.

The file (data/model.tsv) is one ``feature<TAB>weight`` per line (words have a third column, their idf) under a head of
``# key: value`` lines: date, data counts, cross-validated figures and the threshold that was chosen on them. The
logistic function of bias plus the sum of weight × value is the calibrated probability that an article covers armed
conflict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from crawler.relevance.words import DATA
from storage.errors import ConfigurationError

SHIPPED = DATA / "model.tsv"
BIAS = "bias"
WORD = "word:"
RECALLS = (0.99, 0.98, 0.97, 0.95, 0.93, 0.9, 0.85, 0.8, 0.7)  # for which the head gives a threshold


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, idf by word of the vocabulary, the bias, the chosen threshold and the head of the file."""

    weights: dict[str, float]
    vocabulary: dict[str, float]
    bias: float
    threshold: float
    head: dict[str, str] = field(default_factory=dict)

    def logit(self, values: dict[str, float]) -> float:
        """Bias plus the weighted sum of features."""
        weights = self.weights
        return self.bias + sum(weights.get(name, 0.0) * value for name, value in values.items())


def threshold_for(model: Model, recall: float) -> float:
    """The threshold that keeps this share of conflict coverage (0–1), by the table in the model's head.

    The table was measured on articles the model had not seen; between its lines the threshold is interpolated, below
    its last line that line holds. Raises ``ConfigurationError`` where the model has no table.
    """
    try:
        lines = [tuple(map(float, line.split())) for line in model.head["recall"].split(",")]
        table = sorted((each, threshold) for each, threshold in lines)
    except (KeyError, ValueError):
        raise ConfigurationError(
            "the model's head holds no '# recall:' table; it was made by an older version"
        ) from None
    if not table[0][0] <= recall:
        return table[0][1]
    for (low, high_threshold), (high, low_threshold) in pairwise(table):
        if recall <= high:
            return high_threshold + (low_threshold - high_threshold) * (recall - low) / (high - low)
    return table[-1][1] * (1.0 - recall) / (1.0 - table[-1][0]) if recall < 1 else 0.0


def logistic(value: float) -> float:
    """1 / (1 + e^-value), for any value."""
    if value < -40.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-value))


@lru_cache(maxsize=8)
def load(path: Path = SHIPPED) -> Model:
    """The model of a file. Raises ``ConfigurationError`` naming file and line."""
    head: dict[str, str] = {}
    weights: dict[str, float] = {}
    vocabulary: dict[str, float] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"model file {path}: cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon:
                head[key.strip()] = value.strip()
        elif line.strip():
            try:
                name, *numbers = line.split("\t")
                weights[name], *idf = map(float, numbers)
                if name.startswith(WORD):
                    (vocabulary[name.removeprefix(WORD)],) = idf
                if not all(map(math.isfinite, (weights[name], *idf))):
                    raise ValueError
            except ValueError:
                raise ConfigurationError(
                    f"model file {path}, line {number}: expected feature, tab, number (and the idf of a word);"
                    f" found {line[:60]!r}"
                ) from None
    try:
        threshold = float(head["threshold"])
    except (KeyError, ValueError):
        raise ConfigurationError(f"model file {path}: its head holds no '# threshold: NUMBER'") from None
    return Model(weights, vocabulary, weights.pop(BIAS, 0.0), threshold, head)


def dump(model: Model) -> str:
    """The text of a model file: head, bias, then features from the heaviest to the lightest."""
    lines = [f"# {key}: {value}" for key, value in {**model.head, "threshold": f"{model.threshold:g}"}.items()]
    lines.append(f"{BIAS}\t{model.bias:.4f}")
    ordered = sorted(model.weights.items(), key=lambda item: (-abs(item[1]), item[0]))
    for name, weight in ordered:
        idf = f"\t{model.vocabulary[name.removeprefix(WORD)]:.3f}" if name.startswith(WORD) else ""
        lines.append(f"{name}\t{weight:.4f}{idf}")
    return "\n".join(lines) + "\n"
