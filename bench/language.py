"""Measure the language identifier, beside lingua, pycld2 and py3langid, and write its word preferences.

    python bench/language.py ../shared/data/language_dev.jsonl            # figures for bench/LANGUAGE.md
    python bench/language.py ../shared/data/language_dev.jsonl --write ../shared/data/other_news.jsonl \\
        ../shared/data/relevance_dev.jsonl                                # crawler/relevance/data/language.tsv

The preferences are the differences of Zipf frequencies between Malay and Indonesian in the package wordfreq; only bias
and scale of their sum are fitted, to slices of 150 to 800 characters of the Malay texts and of Indonesian news. 91 of
the texts labelled Malay are Indonesian (they name Indonesian papers, ministries and towns):
bench/language_relabelled.txt lists the first 12 hex digits of their SHA-256. Figures are given for both: labels as
they came, and with these put right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.relevance import language  # noqa: E402
from crawler.relevance.words import DATA  # noqa: E402

RELABELLED = Path(__file__).with_name("language_relabelled.txt")
LEAST_ZIPF = 3.4  # of a word in either language; rarer ones differ by chance
LEAST_DIFFERENCE = 0.3
MOST_DIFFERENCE = 1.5


def load(path: Path) -> list[dict[str, Any]]:
    relabelled = set(RELABELLED.read_text(encoding="utf-8").split())
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        digest = hashlib.sha256(row["text"].encode()).hexdigest()[:12]
        row["true"] = "id" if digest in relabelled else row["lang"]
    return rows


def preferences() -> dict[str, float]:
    import wordfreq

    tables = [wordfreq.get_frequency_dict(code) for code in ("ms", "id")]
    found: dict[str, float] = {}
    for word in set(tables[0]) | set(tables[1]):
        malay, indonesian = (math.log10(t[word]) + 9 if word in t else 2.7 for t in tables)
        difference = max(-MOST_DIFFERENCE, min(MOST_DIFFERENCE, malay - indonesian))
        if max(malay, indonesian) < LEAST_ZIPF or abs(difference) < LEAST_DIFFERENCE:
            continue
        if re.fullmatch(r"[^\W\d_]{2,30}", word):
            found[word] = round(difference, 1)
    return found


def slices(texts: list[str], each: int, random: Random) -> list[str]:
    """Pieces of 150 to 800 characters: what short texts look like."""
    cut: list[str] = []
    for text in texts:
        for size in (150, 250, 400, 800) * each:
            start = random.randrange(max(1, len(text) - size))
            cut.append(text[start : start + size])
    return cut


def write(rows: list[dict[str, Any]], indonesian: list[str]) -> None:
    weights, random = preferences(), Random(5)
    texts = [text for row in rows if row["true"] == "ms" for text in (row["text"], row["body"]) if text]
    malay = texts + slices(texts, 3, random)
    pieces = malay + slices(indonesian, 1, random)
    sums = np.array([[language.preference(language.words("", text), weights)] for text in pieces])
    labels = np.arange(len(pieces)) < len(malay)
    model = LogisticRegression(class_weight="balanced", C=100).fit(sums, labels)
    scores = model.predict_proba(sums)[:, 1]
    for least, most in ((0, 200), (200, 500), (500, 10_000)):
        sized = np.array([least <= len(piece) < most for piece in pieces])
        print(f"{least}-{most} characters: Indonesian called Malay {np.mean(scores[sized & ~labels] > 0.5):.4f},"
              f" Malay called Indonesian {np.mean(scores[sized & labels] <= 0.5):.4f}")  # fmt: skip
    by_weight: dict[float, list[str]] = defaultdict(list)
    for word, weight in weights.items():
        by_weight[weight].append(word)
    lines = [
        "# How much more Malay than Indonesian uses a word (log10 of the ratio), and the words.",
        "# From wordfreq 3.1 (Robyn Speer, 2022, doi:10.5281/zenodo.7199437), lists 'small_ms' and 'small_id'.",
        "# Licence of this file: CC BY-SA 4.0, as the word lists it comes from. Written by bench/language.py --write.",
        f"# bias: {model.intercept_[0]:.3f}",
        f"# scale: {model.coef_[0, 0]:.3f}",
    ]
    lines += [f"{weight:.1f}\t{' '.join(sorted(by_weight[weight]))}" for weight in sorted(by_weight)]
    (DATA / "language.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def cross_validated(rows: list[dict[str, Any]]) -> float:
    """Accuracy on short texts with bias and scale fitted on other rows (the preferences see no labels at all)."""
    weights = preferences()
    sums = np.array([[language.preference(language.words("", row["text"]), weights)] for row in rows])
    malay = np.array([row["true"] == "ms" for row in rows])
    right = 0
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(sums, malay):
        model = LogisticRegression(class_weight="balanced").fit(sums[train], malay[train])
        right += int((model.predict(sums[test]) == malay[test]).sum())
    return right / len(rows)


def others() -> dict[str, Callable[[str], str]]:
    import lingua
    import py3langid
    import pycld2

    codes = lingua.Language
    detector = lingua.LanguageDetectorBuilder.from_languages(
        codes.INDONESIAN, codes.MALAY, codes.ENGLISH, codes.TAGALOG
    ).build()
    py3langid.set_languages(["id", "ms", "en", "jv"])

    def cld(text: str) -> str:
        try:
            return str(pycld2.detect(text)[2][0][1])
        except pycld2.error:
            return "und"

    def by_lingua(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return {
        "lingua (4 languages)": by_lingua,
        "pycld2": cld,
        "py3langid (4 languages)": lambda text: str(py3langid.classify(text)[0]),
    }


def measure(name: str, identify: Callable[[str], str], rows: list[dict[str, Any]]) -> str:
    identify(rows[0]["text"])
    start = time.perf_counter()
    short = [identify(row["text"]) for row in rows]
    each = (time.perf_counter() - start) / len(rows) * 1e3
    bodies = [(identify(row["body"]), row["true"]) for row in rows if row["body"]]
    given = np.mean([code == row["lang"] for code, row in zip(short, rows, strict=True)])
    true = np.mean([code == row["true"] for code, row in zip(short, rows, strict=True)])
    indonesian = np.mean([c == "id" for c, row in zip(short, rows, strict=True) if row["true"] == "id"])
    body = np.mean([code == wanted for code, wanted in bodies])
    return f"| {name} | {body:.3f} | {given:.3f} | {true:.3f} | {indonesian:.3f} | {each:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--write", nargs="+", type=Path, metavar="INDONESIAN.jsonl")
    args = parser.parse_args()
    rows = load(args.rows)
    if args.write:
        lines = [line for path in args.write for line in path.read_text(encoding="utf-8").splitlines()]
        write(rows, [json.loads(line)["text"] for line in lines])
        return
    bodies, relabelled = sum(bool(row["body"]) for row in rows), sum(row["true"] != row["lang"] for row in rows)
    print(f"{len(rows)} texts, {bodies} bodies, {relabelled} relabelled")
    print("| identifier | bodies | short texts, labels as given | labels put right | Indonesian kept | ms a text |")
    print("|---|---|---|---|---|---|")
    print(measure("this project's", lambda text: language.identify("", text).code, rows))
    for name, identify in others().items():
        print(measure(name, identify, rows))
    print(f"short texts, bias and scale from other folds, labels put right: {cross_validated(rows):.3f}")


if __name__ == "__main__":
    main()
