"""Search queries from example articles: the rare names they share, as a person would type them into a search box.

A name is a run of capitalised words in the middle of a sentence. It counts by the number of articles that hold it and
by how rare its words are in Indonesian (Zipf scale: 7 is "yang", 3 a word in a million). Whatever the folder
is about, its own names come out; nothing here knows of any war.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

from crawler.relevance.words import zipf
from storage.errors import SeedsError

COMMON = 5.2  # Zipf; names as frequent as "Indonesia" (6.1), "Jakarta" (5.6) or "Selasa" (5.3) find too much
UNKNOWN = 2.5  # Zipf; the frequency table ends at 3, so all names outside of it are equally rare
MAX_TEXT = 1_000_000  # characters read of one example

_NAME = re.compile(r"[^\W\d_a-z][\w'’]+(?:[ -][^\W\d_a-z][\w'’]+)*")
# A capital letter here says nothing: the start of a sentence, a line or a quotation.
_START = re.compile(r"(?:^|[.!?:;\"“”'‘’(\[–—-]|\n)\s{0,3}$")

# Those who report and when, not what is reported; kept short, the weights do the rest.
_SOURCES = re.compile(
    r"\b(?:kompas|tribun|tribunnews|detik|antara|afp|reuters|agency|news|comments|com|senin|selasa|rabu|kamis|jumat|sabtu"
    r"|minggu|januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember)\b",
    re.IGNORECASE,
)


def from_seeds(folder: Path | str, limit: int = 8) -> list[str]:
    """At most ``limit`` queries of one to three words, the most telling first: ``["Nagorno Karabakh", …]``.

    Reads the ``.txt`` files of the folder. Raises ``SeedsError`` where there are none or one is not UTF-8.
    """
    texts = []
    for path in sorted(Path(folder).glob("*.txt")):
        try:
            texts.append(path.read_text(encoding="utf-8")[:MAX_TEXT])
        except (UnicodeDecodeError, OSError) as error:
            raise SeedsError(f"seeds folder {folder}: {path.name} cannot be read as UTF-8: {error}") from error
    if not texts:
        raise SeedsError(f"seeds folder {folder}: holds no .txt file")
    return from_texts(texts, limit)


def from_texts(texts: list[str], limit: int = 8) -> list[str]:
    """The same for texts at hand."""
    held = Counter(name for text in texts for name in set(_names(text)))
    # Shared by at least two articles and more than a quarter of them; one example alone shares with itself.
    least = min(len(texts), max(2, -(-len(texts) // 4)))
    weight = {
        name: (count / len(texts)) ** 2 * _rarity(name)
        for name, count in held.items()
        if count >= least and _rarity(name) > 0 and not _SOURCES.search(name)
    }
    ranked = sorted(weight, key=lambda name: (-weight[name], name))
    phrases = [name for name in ranked if " " in name]
    singles = [name for name in ranked if " " not in name and not any(name in p.split() for p in phrases[:3])]
    joint = {
        (first, second): sum(first in text and second in text for text in texts)
        for first, second in combinations(singles[:6], 2)
    }
    pairs = sorted((pair for pair in joint if joint[pair] >= least), key=lambda p: (-joint[p], -weight[p[0]], p))
    queries: dict[str, None] = {}
    joined = [" ".join(pair) for pair in pairs]
    for query in [*phrases[:1], *joined[:1], *singles[:2], *joined[1:3], *phrases[1:3], *_topics(texts), *singles[2:]]:
        words = set(query.casefold().split())
        if not any(words == set(other.casefold().split()) for other in queries):
            queries[query] = None
    return list(queries)[:limit]


def _topics(texts: list[str]) -> list[str]:
    """Up to four rare words that most examples share though they are no names: "banjir" of a folder about floods."""
    held = Counter(word for text in texts for word in set(re.findall(r"\b[a-z]{5,}\b", text)))
    weight = {
        word: count / len(texts) * (COMMON - zipf(word))
        for word, count in held.items()
        if count >= max(2, 0.7 * len(texts)) and 3 < zipf(word) < COMMON
    }
    return sorted(weight, key=lambda word: (-weight[word], word))[:4]


def _names(text: str) -> list[str]:
    found = []
    for match in _NAME.finditer(text):
        words = re.split(r"[ -]", match[0])
        if _START.search(text, max(0, match.start() - 3), match.start()):
            words = words[1:]  # "Kedua negara": only what follows is known to be a name
        if words and len(words) <= 3 and all(len(word) > 2 for word in words):
            found.append(" ".join(words))
    return found


def _rarity(name: str) -> float:
    """How much rarer than ``COMMON`` the rarest word of a name is."""
    rarest = min(zipf(word.lower()) for word in name.split())
    return max(0.0, COMMON - max(rarest, UNKNOWN))
