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
FEWEST = 3  # words that must speak for a language; with fewer it is unknown
FOREIGN = 0.08  # share of all words that must be function words of a language before it is called that language
# Malay beyond doubt holds so many different words that Malay uses ten times as often, written without a capital:
# invented and foreign names look Malay and say nothing. Of 305 Malay texts of 200 characters and more 294 do, of 685
# Indonesian ones on wars that no list names 39.
MARKED, MARKERS, UNSURE = 1.0, 2, 0.6
SMALL = 0.5  # share of words without a capital from which capitals mark names

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639 code ("id", "ms", "en", "jv", "su" …; "und" where nothing can be said) and confidence, 0–1."""

    code: str
    confidence: float


@cache
def _function_words() -> dict[str, tuple[str, float]]:
    """Word → its language and how many words of that language it stands for. What Indonesian has is Indonesian."""
    data = tomllib.loads((DATA / "language.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, float]] = {}
    shared: set[str] = set()
    for code, table in data.items():  # Indonesian stands first in the file
        for word in table["words"].split():
            if word in found:
                shared.add(word)
            found.setdefault(word, (code, 1.0 / table["share"]))
    return {word: entry for word, entry in found.items() if word not in shared or entry[0] == "id"}


@cache
def _preferences() -> tuple[dict[str, float], float, float]:
    """Word → how much more Malay than Indonesian uses it (log10 of the ratio), then bias and scale of their sum."""
    weights: dict[str, float] = {}
    head = {"bias": 0.0, "scale": 1.0}
    for line in (DATA / "language.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon and key.strip() in head:
                head[key.strip()] = float(value)
        elif line:
            weight, _, members = line.partition("\t")
            weights.update(dict.fromkeys(members.split(), float(weight)))
    return weights, head["bias"], head["scale"]


def identify(title: str, text: str) -> Language:
    """The language of an article given as plain text."""
    found = words(title, text)
    known = _function_words()
    counts: Counter[str] = Counter()
    amounts: dict[str, float] = {"id": 0.0}  # language → how many words of the text it accounts for
    for word in found:
        if word in known:
            code, amount = known[word]
            counts[code] += 1
            amounts[code] = amounts.get(code, 0.0) + amount
    code = max(amounts, key=lambda each: amounts[each])
    if code != "id":
        if counts[code] < max(FEWEST, FOREIGN * len(found)):
            return Language("und", 0.3)  # a list of names, a table, page dirt
        return Language(code, round(amounts[code] / sum(amounts.values()), 3))
    weights, bias, scale = _preferences()
    if not counts and sum(1 for word in found if word in weights) < FEWEST:
        return Language("und", 0.0)
    share = amounts["id"] / sum(amounts.values()) if counts else 0.5
    pull = bias + scale * preference(found, weights)
    malay = 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, pull))))
    if malay <= 0.5:
        return Language("id", round(share * (1 - malay), 3))
    sure = sum(1 for word in set(common_words(title, text)) if weights.get(word, 0.0) >= MARKED) >= MARKERS
    return Language("ms", round(share * malay if sure else min(share * malay, UNSURE), 3))


def preference(found: list[str], weights: dict[str, float]) -> float:
    """Malay (above 0) or Indonesian (below): the sum of what the words prefer, repetitions damped."""
    return sum(weights.get(word, 0.0) * math.log1p(count) for word, count in Counter(found).items())


def words(title: str, text: str) -> list[str]:
    """The lower-case words that are looked at."""
    return _WORD.findall(_sample(title, text).lower())


def common_words(title: str, text: str) -> list[str]:
    """Those of them that are no names: without a capital, unless a headline or a shouting page writes everything so."""
    found = _WORD.findall(_sample(title, text))
    small = [word for word in found if word[0].islower()]
    return small if len(small) >= SMALL * len(found) else [word.lower() for word in found]


def _sample(title: str, text: str) -> str:
    if len(text) < BODY_ALONE:
        return f"{title[:500]}\n{text}"
    if len(text) <= SLICES * SLICE:
        return text
    step = (len(text) - SLICE) // (SLICES - 1)
    return " ".join(text[start : start + SLICE] for start in range(0, len(text) - SLICE + 1, step))
