"""Train the conflict model from labelled articles and write crawler/relevance/data/model.tsv.

    python bench/train_topic.py ../shared/data/relevance_dev.jsonl [--more ../shared/data/other_news.jsonl]

Needs scikit-learn, which the program itself does not. Rows have title, text, label (conflict, not_conflict or
hard_negative; others are left out) and source (the part before the first ":" is what a fold holds out).

Three things keep the model from learning one war by heart. Names of places and powers are lexicon groups, never single
features, and words that are mostly written with a capital are not in the vocabulary. Every article is also shown with
its places unknown (``MASKED``), so that a war in a country of no list is still one. Ordinary news of other years
(``--more``, unlabelled: what the model is sure of is taken as not conflict) shows what else a front page holds.

``--frequencies`` writes crawler/relevance/data/frequencies.tsv from the package wordfreq instead.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.relevance.features import Document, features, hint_features, phrases, read  # noqa: E402
from crawler.relevance.model import SHIPPED, WORD, Model, dump  # noqa: E402
from crawler.relevance.seeds import Likenesses, read_folder  # noqa: E402
from crawler.relevance.topic import SIMILARITY_WEIGHT  # noqa: E402

# Chosen by whole sources held out; bench/RELEVANCE.md has the figures around each.
C = 1.0  # inverse strength of the L2 penalty
WORD_SCALE = 0.7  # words against lexicon groups: the larger, the less words are held back by the penalty
MASKED = 0.1  # weight of each article's copy without places
MORE = 0.3  # weight of an unlabelled article taken as not conflict
MIN_ARTICLES, MIN_SOURCES, MOST = 15, 4, 0.5  # a word of the vocabulary: in so many articles and sources, not in half
PLACES = ("warzones", "powers")


@dataclass
class Data:
    """Labelled rows as documents; ``more`` are unlabelled ones."""

    rows: list[dict[str, Any]]
    documents: list[Document]
    y: np.ndarray
    sources: np.ndarray
    names: set[str]
    more: list[Document]


def load_data(path: Path, more: Path | None) -> Data:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["label"] in ("conflict", "not_conflict", "hard_negative")]
    others = [json.loads(line) for line in more.read_text(encoding="utf-8").splitlines()] if more else []
    return Data(
        rows,
        [read(row["title"], row["text"]) for row in rows],
        np.array([row["label"] == "conflict" for row in rows]),
        np.array([row["source"].split(":")[0] for row in rows]),
        capitalised([row["text"] for row in rows + others]),
        [read(row["title"], row["text"]) for row in others],
    )


def capitalised(texts: list[str]) -> set[str]:
    """Words that stand with a capital more often than not in the middle of sentences: names."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts:
        for word in re.findall(r"(?<=[a-z,] )[^\W\d_]+", text):
            total[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    return {word for word in total if capital[word] > total[word] / 2}


def vocabulary(data: Data, chosen: np.ndarray) -> dict[str, float]:
    """Word or phrase → idf, from the chosen articles alone."""
    articles: Counter[str] = Counter()
    sources: dict[str, set[str]] = defaultdict(set)
    unfit = {stem for document in data.documents for stem, word in zip(document.stems, document.words, strict=True)
             if len(stem) < 3 or word in data.names or word == "#"}  # fmt: skip
    for i in chosen:
        for word in set(phrases(data.documents[i].stems)):
            articles[word] += 1
            sources[word].add(data.sources[i])
    return {
        word: round(math.log(len(chosen) / count), 3)
        for word, count in articles.items()
        if MIN_ARTICLES <= count < MOST * len(chosen)
        and len(sources[word]) >= MIN_SOURCES
        and not any(stem in unfit for stem in word.split())
    }


def matrix(dicts: list[dict[str, float]], names: list[str]) -> csr_matrix:
    place = {name: i for i, name in enumerate(names)}
    cells = [(i, place[name], value) for i, row in enumerate(dicts) for name, value in row.items() if name in place]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(dicts), len(names)))


def scaled(values: dict[str, float]) -> dict[str, float]:
    return {name: value * WORD_SCALE if name.startswith(WORD) else value for name, value in values.items()}


def masked(values: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name.partition(":")[2] not in PLACES}


@dataclass
class Fitted:
    """Weights by feature on unscaled values."""

    weights: dict[str, float]
    bias: float
    vocabulary: dict[str, float]

    def logit(self, values: dict[str, float]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in values.items())


def fit(data: Data, chosen: np.ndarray, *, drop: tuple[str, ...] = (), c: float = C) -> Fitted:
    """A model of the chosen articles; ``drop`` are prefixes of features to leave out ("word:", "all:economy" …)."""
    words = {} if "word:" in drop else vocabulary(data, chosen)
    first = [_without(features(data.documents[i], words), drop) for i in chosen]
    more = [_without(features(document, words), drop) for document in data.more]
    names = sorted({name for values in first for name in values})
    y = data.y[chosen]
    balance = np.where(y, len(y) / 2 / y.sum(), len(y) / 2 / (len(y) - y.sum()))
    x = [matrix([scaled(v) for v in first], names), matrix([scaled(masked(v)) for v in first], names)]
    wanted, weight = [y, y], [balance, balance * MASKED]
    if more:
        plain = LogisticRegression(C=c, max_iter=300).fit(x[0], y, sample_weight=balance)
        other = matrix([scaled(v) for v in more], names)
        sure = plain.predict_proba(other)[:, 1] < 0.1
        x, wanted, weight = [*x, other[sure]], [*wanted, np.zeros(sure.sum())], [*weight, np.full(sure.sum(), MORE)]
    model = LogisticRegression(C=c, max_iter=1000, tol=1e-4)
    model.fit(vstack(x).tocsr(), np.concatenate(wanted), sample_weight=np.concatenate(weight))
    scale = {name: WORD_SCALE if name.startswith(WORD) else 1.0 for name in names}
    weights = {name: float(w) * scale[name] for name, w in zip(names, model.coef_[0], strict=True)}
    return Fitted(weights, float(model.intercept_[0]), words)


def _without(values: dict[str, float], drop: tuple[str, ...]) -> dict[str, float]:
    return {name: value for name, value in values.items() if not name.startswith(drop)} if drop else values


def out_of_fold(data: Data, *, drop: tuple[str, ...] = (), mask: bool = False, c: float = C) -> np.ndarray:
    """Logit of every article by a model that never saw its source."""
    logits = np.zeros(len(data.y))
    for source in np.unique(data.sources):
        model = fit(data, np.flatnonzero(data.sources != source), drop=drop, c=c)
        for i in np.flatnonzero(data.sources == source):
            values = features(data.documents[i], model.vocabulary)
            logits[i] = model.logit(masked(values) if mask else values)
    return logits


def calibrate(logits: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and shift that turn logits into probabilities (Platt 1999)."""
    platt = LogisticRegression(C=1e6).fit(logits[:, None], y)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def logistic(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def curve(scores: np.ndarray, y: np.ndarray) -> list[tuple[float, float]]:
    return [(round(t, 2), f1_score(y, scores >= t)) for t in np.arange(0.05, 0.96, 0.01)]


def choose(scores: np.ndarray, y: np.ndarray, hard: np.ndarray) -> tuple[float, float]:
    """The threshold with the best F1 among those that keep at most one hard negative in twenty, and that F1.

    F1 is averaged over five neighbours: the threshold should stand in the middle of a plateau, not on a spike.
    """
    points = curve(scores, y)
    smooth = np.convolve([f1 for _, f1 in points], np.ones(5) / 5, mode="same")
    _, place = max(
        (smooth[i], -i)
        for i, (t, _) in enumerate(points)
        if np.mean(scores[hard] >= t) <= 0.05 and 2 <= i < len(points) - 2
    )
    return points[-place]


def hint_weights(data: Data) -> dict[str, float]:
    titled = [i for i, row in enumerate(data.rows) if row["title"]]
    dicts = [hint_features(data.rows[i]["title"]) for i in titled]
    names = sorted({name for values in dicts for name in values})
    model = LogisticRegression(C=0.5, max_iter=1000).fit(matrix(dicts, names), data.y[titled])
    weights = {name: float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return {**weights, "hint:bias": float(model.intercept_[0])}


def write_frequencies() -> None:
    import wordfreq

    by_value: dict[float, list[str]] = defaultdict(list)
    for word, frequency in wordfreq.get_frequency_dict("id").items():
        if re.fullmatch(r"[^\W\d_]{2,30}", word):
            by_value[round(math.log10(frequency) + 9, 1)].append(word)
    path = SHIPPED.parent / "frequencies.tsv"
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [f"{value:.1f}\t{' '.join(sorted(by_value[value]))}" for value in sorted(by_value, reverse=True)]
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, nargs="?")
    parser.add_argument("--more", type=Path)
    parser.add_argument("--frequencies", action="store_true")
    args = parser.parse_args()
    if args.frequencies:
        write_frequencies()
        return
    data = load_data(args.rows, args.more)
    logits = out_of_fold(data)
    slope, shift = calibrate(logits, data.y)
    likenesses = Likenesses(read_folder(ROOT / "seeds"))
    cosines = np.array([likenesses.of(document.words).cosine for document in data.documents])
    scores = logistic(slope * logits + shift + SIMILARITY_WEIGHT * cosines)
    hard = np.array([row["label"] == "hard_negative" for row in data.rows])
    threshold, f1 = choose(scores, data.y, hard)
    model = fit(data, np.arange(len(data.y)))
    weights = {name: slope * weight for name, weight in model.weights.items()}
    weights = {name: weight for name, weight in weights.items() if abs(weight) >= 5e-5}
    weights.update(hint_weights(data))
    head = {
        "written": f"{date.today().isoformat()} by bench/train_topic.py",
        "articles": f"{len(data.y)} labelled ({data.y.sum()} conflict, {hard.sum()} hard negatives,"
        f" {len(data.y) - data.y.sum() - hard.sum()} other) of {len(set(data.sources))} sources;"
        f" {len(data.more)} unlabelled",
        "cross-validated": f"whole sources held out: F1 {f1:.3f} at the threshold, average precision"
        f" {average_precision_score(data.y, scores):.3f}, hard negatives kept"
        f" {np.mean(scores[hard] >= threshold):.3f}",
        "features": "head:GROUP and all:GROUP are damped counts of a lexicon group in title and lead, and in the whole;"
        " word:STEM the tf-idf of a word or phrase (third column: idf); hint:GROUP counts in a title alone",
    }
    bias = slope * model.bias + shift
    words = {word: idf for word, idf in model.vocabulary.items() if WORD + word in weights}
    SHIPPED.write_text(dump(Model(weights, words, bias, threshold, head)), encoding="utf-8")
    print("\n".join(f"{key}: {value}" for key, value in head.items()), f"threshold: {threshold}", sep="\n")


if __name__ == "__main__":
    main()
