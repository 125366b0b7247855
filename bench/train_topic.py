"""Train the conflict model from labelled articles and write crawler/relevance/data/model.tsv.

    python bench/train_topic.py ../shared/data/relevance_dev.jsonl

Needs scikit-learn, which the program itself does not. Rows: title, text, label (conflict, not_conflict, hard_negative;
others are left out), source (the part before the first ":" is what a fold holds out).
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.relevance.features import features, read  # noqa: E402
from crawler.relevance.lexicon import shipped  # noqa: E402
from crawler.relevance.model import BIAS, SHIPPED, Model, dump  # noqa: E402
from crawler.relevance.words import stem, tokens  # noqa: E402

C = 1.0  # inverse strength of the L2 penalty; bench/RELEVANCE.md has the curve


def load_rows(path: Path) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["label"] in ("conflict", "not_conflict", "hard_negative")]


def hint_features(title: str) -> dict[str, float]:
    words = tokens(title[:300])
    values: dict[str, float] = {}
    for hit in shipped().find(words, [stem(word) for word in words]):
        values[f"hint:{hit.group}"] = values.get(f"hint:{hit.group}", 0.0) + 1.0
    return values


def matrix(dicts: list[dict[str, float]], names: list[str]) -> np.ndarray:
    place = {name: i for i, name in enumerate(names)}
    out = np.zeros((len(dicts), len(names)))
    for i, values in enumerate(dicts):
        for name, value in values.items():
            if name in place:
                out[i, place[name]] = value
    return out


def fit(x: np.ndarray, y: np.ndarray, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, class_weight="balanced", max_iter=5000).fit(x, y)


def out_of_fold(x: np.ndarray, y: np.ndarray, sources: np.ndarray, c: float) -> np.ndarray:
    """Logit of every row by a model that never saw its source."""
    logits = np.zeros(len(y))
    for source in np.unique(sources):
        test = sources == source
        logits[test] = fit(x[~test], y[~test], c).decision_function(x[test])
    return logits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    args = parser.parse_args()
    rows = load_rows(args.rows)
    y = np.array([row["label"] == "conflict" for row in rows])
    sources = np.array([row["source"].split(":")[0] for row in rows])
    dicts = [features(read(row["title"], row["text"])) for row in rows]
    names = sorted({name for values in dicts for name in values})
    x = matrix(dicts, names)
    logits = out_of_fold(x, y, sources, C)
    platt = LogisticRegression(C=1e6).fit(logits[:, None], y)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    scores = 1 / (1 + np.exp(-(slope * logits + shift)))
    grid = np.arange(0.05, 0.96, 0.01)
    f1 = [f1_score(y, scores >= t) for t in grid]
    threshold = float(grid[int(np.argmax(f1))])
    model = fit(x, y, C)
    weights = {name: slope * float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    titled = [i for i, row in enumerate(rows) if row["title"]]
    hints = [hint_features(rows[i]["title"]) for i in titled]
    hint_names = sorted({name for values in hints for name in values})
    hint_model = LogisticRegression(C=0.5, max_iter=5000).fit(matrix(hints, hint_names), y[titled])
    weights.update({name: float(w) for name, w in zip(hint_names, hint_model.coef_[0], strict=True)})
    weights["hint:bias"] = float(hint_model.intercept_[0])
    head = {
        "written": f"{date.today().isoformat()} by bench/train_topic.py",
        "articles": f"{len(rows)} ({int(y.sum())} conflict, {len(rows) - int(y.sum())} not) of {len(set(sources))} sources",
        "cross-validated": f"whole sources held out: F1 {max(f1):.3f}, average precision {average_precision_score(y, scores):.3f}",
        "features": "head:GROUP and all:GROUP are damped counts of a lexicon group in title and lead, and in the whole; hint:GROUP in a title alone",
    }
    SHIPPED.write_text(dump(Model(weights, slope * float(model.intercept_[0]) + shift, round(threshold, 2), head)), encoding="utf-8")
    print(head)


if __name__ == "__main__":
    main()
