"""Indonesian or not: Malay, English and near neighbours told apart, per article, with a confidence.

Two steps. Function words (data/language.toml) choose among whole languages; Indonesian and Malay share theirs. Between
those two decide the words that one of them prefers (data/language.tsv): "karena" against "kerana", "polisi" against
"polis". A declared language is never asked. Pure Python, read once per process.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache

from crawler.relevance.words import DATA

# How much is looked at: a long text by its beginning, middle and end, so that an English or Malay box at the top or a
# quotation does not decide. More than this changed no decision on the development texts.
SLICES = 3
SLICE = 1_200  # characters
BODY_ALONE = 200  # characters of text from which the title is not asked: mixed pages are judged on the body
FEWEST_WORDS = 4  # function words found; with fewer the language is unknown

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639 code ("id", "ms", "en", "jv", "su" …; "und" where nothing can be said) and confidence, 0–1."""

    code: str
    confidence: float


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((DATA / "language.toml").read_text(encoding="utf-8"))
    lists = {code: set(table["words"].split()) for code, table in data.items()}
    found: dict[str, list[str]] = {}
    for code, words in lists.items():
        for word in words:
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


@cache
def _preferences() -> tuple[dict[str, float], float, float]:
    """Word → how much more Malay than Indonesian uses it (log10), bias, and the scale of the sum."""
    weights: dict[str, float] = {}
    head = {"bias": 0.0, "scale": 1.0}
    for line in (DATA / "language.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon and key.strip() in head:
                head[key.strip()] = float(value)
        elif line:
            weight, _, words = line.partition("\t")
            weights.update(dict.fromkeys(words.split(), float(weight)))
    return weights, head["bias"], head["scale"]


def identify(title: str, text: str) -> Language:
    """The language of an article given as plain text."""
    words = _WORD.findall(_sample(title, text).lower())
    known = _function_words()
    counts: Counter[str] = Counter()
    for word in words:
        for code in known.get(word, ()):
            counts[code] += 1
    if not counts or counts.most_common(1)[0][1] < FEWEST_WORDS:
        code, share = ("id", 0.0) if not counts else (counts.most_common(1)[0][0], 0.3)
        if not counts:
            return Language("und", 0.0)
    else:
        code, first = counts.most_common(1)[0]
        second = max((count for other, count in counts.items() if other != code), default=0)
        share = first / (first + second)
    if code != "id":
        return Language(code, round(share, 3))
    weights, bias, scale = _preferences()
    pull = bias + scale * sum(weights.get(word, 0.0) for word in words)
    malay = 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, pull))))
    return Language("ms", round(share * malay, 3)) if malay > 0.5 else Language("id", round(share * (1 - malay), 3))


def _sample(title: str, text: str) -> str:
    if len(text) < BODY_ALONE:
        return f"{title[:500]}\n{text}"
    if len(text) <= SLICES * SLICE:
        return text
    step = (len(text) - SLICE) // (SLICES - 1)
    return " ".join(text[start : start + SLICE] for start in range(0, len(text) - SLICE + 1, step))
