"""Train the conflict model; write crawler/relevance/data/model.tsv and its card, MODEL.md beside it.

    python -m bench.train_topic      # from the rows of features shipped in bench/data: nothing else is needed
    python -m bench.train_topic --check    # makes it and compares with the shipped one, byte by byte
    python -m bench.train_topic --read ../shared/data/relevance_dev.jsonl --more ../shared/data/other_news.jsonl

``--read`` makes the rows of third parties anew first: needed after a change of lexicon or features. Needs scikit-learn,
which the program itself does not. What keeps the model from learning one war by heart: names are lexicon groups that
count only beside acts and actors, and every article is also shown without them, cut short, and by its title alone
(``WEIGHTS``).

``--frequencies`` writes crawler/relevance/data/frequencies.tsv from the package wordfreq instead.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score

from bench.topic_rows import (
    LABELS,
    ROWS,
    WARS,
    Row,
    held_out,
    load_rows,
    read_jsonl,
    rows_of,
    vocabulary_of,
    wars,
    wars_raw,
    write_rows,
)
from crawler.relevance.features import plain
from crawler.relevance.model import RECALLS, SHIPPED, WORD, Model, dump
from crawler.relevance.topic import SIMILARITY_WEIGHT

# Chosen by whole sources and whole kinds held out; bench/RELEVANCE.md has the figures around each.
C = 2.0  # inverse strength of the L2 penalty
# Weight of each copy of an article; what is measured is the whole article alone.
WEIGHTS = {"whole": 1.0, "masked": 0.2, "30": 0.06, "30masked": 0.06, "60": 0.06, "60masked": 0.06}
WEIGHTS |= {"title": 0.05, "titlemasked": 0.05}
LABELLED, MORE_ROWS = ROWS / "labelled.tsv.xz", ROWS / "unlabelled.tsv.xz"
CARD = SHIPPED.with_name("MODEL.md")
MIN_ARTICLES, MIN_SOURCES, MOST = 15, 4, 0.5  # a word of the vocabulary: in so many articles and sources, not in half
MORE = 0.3  # weight of an unlabelled article taken as not conflict


def matrix(dicts: list[dict[str, float]], names: list[str]) -> csr_matrix:
    place = {name: i for i, name in enumerate(names)}
    cells = [(i, place[n], v) for i, row in enumerate(dicts) for n, v in row.items() if n in place]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(dicts), len(names)))


class Table:
    """Rows as one matrix, made once: a line per copy of an article (``article`` and ``copy`` say of which), and the
    unlabelled ones."""

    def __init__(self, rows: list[Row], more: list[Row]) -> None:
        self.rows = rows
        places = [(i, copy) for copy in WEIGHTS for i, row in enumerate(rows) if copy in row.copies]
        dicts = [rows[i].copies[copy] for i, copy in places]
        self.article = np.array([i for i, _ in places])
        self.copy = np.array([copy for _, copy in places])
        self.names = sorted({name for row in dicts for name in row})
        self.values = matrix(dicts, self.names)
        self.more = matrix([row.copies["whole"] for row in more], self.names) if more else None
        self.wanted = np.array([row.conflict for row in rows])[self.article]

    def fit(
        self, learn: np.ndarray, *, drop: tuple[str, ...] = (), weights: dict[str, float] | None = None
    ) -> tuple[LogisticRegression, np.ndarray]:
        """A model of the articles ``learn`` (numbers), and which features it has.

        What it is sure of among the unlabelled is learnt as not conflict. ``drop`` are prefixes of features to leave
        out (of their copies for unnamed and short texts as well), ``weights`` replaces those of the copies.
        """
        kept = np.array([not (name.startswith(drop) or plain(name).startswith(drop)) if drop else True
                         for name in self.names])  # fmt: skip
        weight = np.array([(weights or WEIGHTS)[copy] for copy in self.copy])
        used = np.isin(self.article, learn) & (weight > 0)
        x, y, w = self.values[used][:, kept], self.wanted[used], weight[used]
        model = LogisticRegression(C=C, max_iter=2000, tol=1e-4).fit(x, y, sample_weight=w)
        if self.more is not None:
            z = self.more[:, kept]
            sure = z[model.predict_proba(z)[:, 1] < 0.1]
            count = sure.shape[0]
            model.fit(
                vstack([x, sure]).tocsr(),
                np.concatenate([y, np.zeros(count, dtype=bool)]),
                sample_weight=np.concatenate([w, np.full(count, MORE)]),
            )
        return model, kept


def folds(rows: list[Row], most: int = 10) -> list[tuple[list[int], list[int]]]:
    """Learn, test: whole sources, and of our own rows whole kinds (in ``most`` groups), held out."""
    groups: dict[str, str] = {}
    for row in rows:
        kinds = sum(group.startswith("kinds") for group in groups.values())
        groups.setdefault(row.source, f"kinds {kinds % most}" if row.kind else row.source)
    found = []
    for group in sorted(set(groups.values())):
        test = [i for i, row in enumerate(rows) if groups[row.source] == group]
        found.append(([i for i, row in enumerate(rows) if groups[row.source] != group], test))
    return found


def out_of_fold(
    table: Table, drop: tuple[str, ...] = (), weights: dict[str, float] | None = None
) -> dict[str, np.ndarray]:
    """Name of copy → logit of every row by a model that never saw its source or kind (nan: no such copy)."""
    logits = {name: np.full(len(table.rows), np.nan) for name in WEIGHTS}
    for learn, test in folds(table.rows):
        model, kept = table.fit(np.array(learn), drop=drop, weights=weights)
        aside = np.flatnonzero(np.isin(table.article, test))
        for line, logit in zip(aside, model.decision_function(table.values[aside][:, kept]), strict=True):
            logits[table.copy[line]][table.article[line]] = logit
    return logits


def platt(logits: np.ndarray, y: np.ndarray, extra: np.ndarray) -> tuple[float, float]:
    """Slope and shift that turn logits into probabilities (Platt 1999) when ``extra`` is added to them (Newton)."""
    slope, shift = 1.0, 0.0
    for _ in range(50):
        p = logistic(slope * logits + shift + extra)
        gradient = np.array([((p - y) * logits).sum(), (p - y).sum()])
        w = p * (1 - p)
        curvature = np.array([[(w * logits**2).sum(), (w * logits).sum()], [(w * logits).sum(), w.sum()]])
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        slope, shift = slope - step[0], shift - step[1]
    return float(slope), float(shift)


def logistic(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-logits)))


def probabilities(rows: list[Row], logits: np.ndarray) -> np.ndarray:
    """Out-of-fold logits as the judge's scores; slope and shift of a fold come from the other folds."""
    extra = np.array([SIMILARITY_WEIGHT * row.cosine for row in rows])
    y, scores = np.array([row.conflict for row in rows]), np.zeros(len(rows))
    for learn, test in folds(rows):
        slope, shift = platt(logits[learn], y[learn], extra[learn])
        scores[test] = logistic(slope * logits[test] + shift + extra[test])
    return scores


def choose(rows: list[Row], scores: np.ndarray) -> float:
    """The threshold with the best F1 on real articles among those that keep at most one hard negative in twenty.

    F1 is averaged over five neighbours: the threshold should stand in the middle of a plateau, not on a spike. Hard
    negatives are those of the real articles and, apart, of our own of the half that is not held out.
    """
    y = np.array([row.conflict for row in rows])
    real = np.array([not row.kind for row in rows])
    hard = np.array([row.label == "hard_negative" for row in rows])
    ours = np.array([bool(row.kind) and not held_out(row.kind) for row in rows])
    grid = np.round(np.arange(0.05, 0.96, 0.01), 2)
    found = np.convolve([f1_score(y[real], scores[real] >= t) for t in grid], np.ones(5) / 5, mode="same")
    fits = [all(np.mean(scores[hard & part] >= t) <= 0.05 for part in (real, ours)) for t in grid]
    return float(max((f1, -t) for f1, t, good in zip(found[2:-2], grid[2:-2], fits[2:-2], strict=True) if good)[1] * -1)


def recall_table(rows: list[Row], scores: np.ndarray) -> str:
    """Recall on conflict → the highest score as threshold that reaches it, out of fold."""
    good = np.sort([s for row, s in zip(rows, scores, strict=True) if row.conflict])[::-1]
    return ", ".join(f"{r:g} {math.floor(good[math.ceil(r * len(good)) - 1] * 1000) / 1000:g}" for r in RECALLS)


def calibration_error(scores: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean distance of score and share of conflict over equal steps of the score."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    parts = [(place == b) for b in range(bins)]
    return float(sum(abs(scores[p].mean() - y[p].mean()) * p.sum() for p in parts if p.any()) / len(y))


def hint_model(dicts: list[dict[str, float]], wanted: list[bool]) -> dict[str, float]:
    names = sorted({name for values in dicts for name in values})
    model = LogisticRegression(C=0.5, max_iter=1000).fit(matrix(dicts, names), wanted)
    weights = {name: float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return {**weights, "hint:bias": float(model.intercept_[0])}


@dataclass
class Trained:
    """The model, and the out-of-fold scores it was calibrated and its threshold chosen by."""

    model: Model
    rows: list[Row]
    scores: np.ndarray
    borderline: list[Row]


def train(labelled: list[Row], more: list[Row], vocabulary: dict[str, float]) -> Trained:
    everything = labelled + wars(vocabulary)
    rows = [row for row in everything if row.label in LABELS]
    table = Table(rows, more)
    logits = out_of_fold(table)["whole"]
    scores, y = probabilities(rows, logits), np.array([row.conflict for row in rows])
    slope, shift = platt(logits, y, np.array([SIMILARITY_WEIGHT * row.cosine for row in rows]))
    fitted, _ = table.fit(np.arange(len(rows)))
    weights = {name: slope * float(weight) for name, weight in zip(table.names, fitted.coef_[0], strict=True)}
    titled = [row for row in rows if "hint" in row.copies]
    weights.update(hint_model([row.copies["hint"] for row in titled], [row.conflict for row in titled]))
    weights = {name: weight for name, weight in weights.items() if abs(weight) >= 5e-5}
    words = {word: idf for word, idf in vocabulary.items() if WORD + word in weights}
    threshold = choose(rows, scores)
    real = np.array([not row.kind for row in rows])
    counts = {label: sum(row.label == label for row in rows) for label in LABELS}
    head = {
        "written": f"by bench/train_topic.py from rows {fingerprint()}",
        "articles": f"{len(rows)} labelled ({counts['conflict']} conflict, {counts['hard_negative']} hard negatives,"
        f" {counts['not_conflict']} other), {real.sum()} of {len({row.source for row in rows if not row.kind})} sources"
        f" and {(~real).sum()} of our own of {len({row.kind for row in rows} - {''})} kinds; {len(more)} unlabelled",
        "cross-validated": f"whole sources and kinds held out: {figures(scores[real], y[real], threshold)} on real"
        f" articles, {figures(scores[~real], y[~real], threshold)} on our own",
        "recall": recall_table(rows, scores),
        "features": "head:GROUP, all:GROUP, pair:ROLE+ROLE, sum:NAME, a second time as unnamed: and short:; word:STEM"
        " (third column: idf); hint:GROUP of a title alone; see crawler/relevance/features.py",
    }
    model = Model(weights, words, slope * float(fitted.intercept_[0]) + shift, threshold, head)
    return Trained(model, rows, scores, [row for row in everything if row.label == "borderline"])


def figures(scores: np.ndarray, y: np.ndarray, threshold: float) -> str:
    kept = scores >= threshold
    return (
        f"F1 {f1_score(y, kept):.3f}, precision {y[kept].mean():.3f}, recall {kept[y].mean():.3f},"
        f" average precision {average_precision_score(y, scores):.3f}"
    )


def card(trained: Trained) -> str:
    """The model's card: data, folds, figures, limits."""
    rows, scores, model = trained.rows, trained.scores, trained.model
    y = np.array([row.conflict for row in rows])
    hard = np.array([row.label == "hard_negative" for row in rows])
    real = np.array([not row.kind for row in rows])
    held = np.array([bool(row.kind) and held_out(row.kind) for row in rows])
    lines = []
    for name, part in (("real articles", real), ("our own", ~real), ("of these, kinds never looked at", held)):
        kept = scores >= model.threshold
        lines.append(
            f"| {name} | {part.sum()} | {average_precision_score(y[part], scores[part]):.3f} |"
            f" {f1_score(y[part], kept[part]):.3f} | {y[part & kept].mean():.3f} | {kept[part & y].mean():.3f} |"
            f" {kept[part & hard].mean():.3f} | {calibration_error(scores[part], y[part]):.3f} |"
        )
    text = CARD.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- figures -->\n")
    _, _, tail = rest.partition("<!-- end of figures -->")
    table = (
        f"{model.head['articles']}. Threshold {model.threshold:g}; recall → threshold: {model.head['recall']}.\n\n"
        "| out of fold | articles | average precision | F1 | precision | recall | hard negatives kept | ECE |\n"
        "|---|---|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
    )
    return f"{head}<!-- figures -->\n{table}<!-- end of figures -->{tail}"


def make_rows(labelled: Path, more: Path | None) -> None:
    """Write the rows of third parties as numbers."""
    raw = [row for row in read_jsonl(labelled) if row["label"] in (*LABELS, "borderline")]
    taught = [row for row in raw + wars_raw() if row["label"] in LABELS]
    vocabulary = vocabulary_of(taught, MIN_ARTICLES, MIN_SOURCES, MOST)
    write_rows(LABELLED, rows_of(raw, vocabulary), vocabulary)
    write_rows(MORE_ROWS, rows_of(read_jsonl(more) if more else [], vocabulary, ("whole",), label="other"), vocabulary)


def fingerprint() -> str:
    """Names the rows a model was made from: first digits of a SHA-256 over the files. The same rows, the same model."""
    digest = hashlib.sha256()
    for path in (LABELLED, MORE_ROWS, *sorted(WARS.glob("*.jsonl"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def load_data() -> tuple[list[Row], list[Row], dict[str, float]]:
    labelled, vocabulary = load_rows(LABELLED)
    return labelled, load_rows(MORE_ROWS)[0], vocabulary


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
    parser.add_argument("--read", type=Path, metavar="ROWS.jsonl", help="labelled articles to make the rows anew from")
    parser.add_argument("--more", type=Path, metavar="ROWS.jsonl", help="unlabelled ones")
    parser.add_argument("--check", action="store_true", help="write nothing; is the shipped model what the rows make?")
    parser.add_argument("--frequencies", action="store_true")
    args = parser.parse_args()
    if args.frequencies:
        write_frequencies()
        return
    if args.read:
        make_rows(args.read, args.more)
    trained = train(*load_data())
    if args.check:
        same = SHIPPED.read_text(encoding="utf-8") == dump(trained.model) and CARD.read_text("utf-8") == card(trained)
        print("the shipped model and card are what these rows make" if same else "the shipped model or card differs")
        sys.exit(not same)
    SHIPPED.write_text(dump(trained.model), encoding="utf-8")
    CARD.write_text(card(trained), encoding="utf-8")
    print("\n".join(f"{key}: {value}" for key, value in trained.model.head.items()))
    print(f"threshold: {trained.model.threshold:g}")


if __name__ == "__main__":
    main()
