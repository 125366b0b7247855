"""Which countries a text speaks of, by weight: where it happens before who acts."""

from __future__ import annotations

import re
from collections import defaultdict

from storage.places.gazetteer import LONGEST, WORD, Place, gazetteer

# Weights, chosen on reports of a dozen wars; tests/storage/places/cases.toml was written apart from that.
WEIGHTS = {"country": 2.0, "region": 2.5, "city": 1.5, "town": 1.5, "actor": 0.75}
LOCATED = 2.0  # "di Gaza", "wilayah Azerbaijan": times so much
IN_TITLE, IN_LEAD = 2.0, 1.5  # the title, the first two sentences
AGAIN = 0.5  # a name's second mention, its third a half of that, …
# Countries of less than this part of the first one's weight are mentioned, not spoken of.
LEAST_PART, MOST = 0.15, 8
CHARACTERS = 20_000

# Words before a name that make it a place where something is.
_BEFORE = """di ke dari kota wilayah provinsi desa distrik kawasan ibu ibukota dekat menuju sekitar dalam perbatasan
pelabuhan bandara pangkalan kamp pinggiran in at"""
_AT = frozenset(_BEFORE.split())
_SENTENCE = re.compile(r"[.!?…]+[\"”’)]*\s+|\n+")
# The place an outlet's desk reports from: "Jakarta, CNN Indonesia --", "JAKARTA, KOMPAS.com –", "Jakarta (ANTARA) -".
_DATELINE = re.compile(r"^\s*([A-Z][^\n]{1,70}?)\s*(?:--|[–—-])\s")
_DESKS = frozenset(
    {"jakarta", "bandung", "surabaya", "bogor", "medan", "yogyakarta", "tangerang", "semarang", "makassar"}
)


def countries(title: str | None, text: str) -> list[str]:
    """ISO 3166 codes (alpha-2) of the countries a text speaks of, the one it tells most of first; may be empty."""
    text = text[:CHARACTERS]
    dateline = _DATELINE.match(text)
    if dateline and any(word.casefold() in _DESKS for word in WORD.findall(dateline[1])):
        text = text[dateline.end() :]
    weights: dict[str, float] = defaultdict(float)
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    for number, part in enumerate([title or "", *_SENTENCE.split(text)]):
        factor = IN_TITLE if number == 0 else IN_LEAD if number <= 2 else 1.0
        _weigh(part, factor, weights, seen)
    if not weights:
        return []
    ranked = sorted(weights, key=lambda code: (-weights[code], code))
    return [code for code in ranked if weights[code] >= LEAST_PART * weights[ranked[0]]][:MOST]


def _weigh(part: str, factor: float, weights: dict[str, float], seen: dict[tuple[str, ...], int]) -> None:
    known = gazetteer()
    words = WORD.findall(part)
    after = 0
    for place, word in enumerate(words):
        if place < after or not word[0].isupper() or (group := known.get(word.casefold())) is None:
            continue
        folded = tuple(part.casefold() for part in words[place : place + LONGEST])
        name = next((name for name in group if folded[: len(name)] == name), None)
        if name is None or not _meant(group[name], words[place : place + len(name)]):
            continue
        found, after = group[name], place + len(name)
        located = place > 0 and words[place - 1].casefold() in _AT
        first = place == 0 and len(name) == 1 and not word.isupper()  # any word begins a sentence with a capital
        if found.kind == "none" or (found.kind == "town" and not located) or (found.kind == "city" and first):
            continue
        weight = WEIGHTS[found.kind] * factor * AGAIN ** seen[name]
        weights[found.country] += weight * (LOCATED if located and found.kind != "actor" else 1.0)
        seen[name] += 1


def _meant(found: Place, words: list[str]) -> bool:
    """Whether the words are written as a name: "AS" is a state, "As" may be a word; "Cad", "Chin" alike."""
    if found.kind == "country" and len(words) == 1 and len(words[0]) <= 3:
        return words[0].isupper()
    return words[-1][0].isupper() or len(words) > 2
