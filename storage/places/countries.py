"""Which countries a text speaks of, by weight: where it happens before who acts."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice

from storage.places.gazetteer import WORD, Place, gazetteer

# Weights, chosen on reports of a dozen wars; tests/storage/places/cases.toml was written apart from that.
WEIGHTS = {"country": 2.0, "region": 2.5, "city": 1.5, "town": 1.5, "actor": 0.75}
LOCATED = 2.0  # "di Gaza", "wilayah Azerbaijan": times so much
IN_TITLE, IN_LEAD, LEAD = 2.0, 1.5, 2  # the title, the first sentences, so many
AGAIN = 0.5  # a name's second mention, its third a half of that, …
# Countries of less than this part of the first one's weight are mentioned, not spoken of.
LEAST_PART, MOST = 0.15, 8
CHARACTERS, NAME_LENGTH = 20_000, 80

# Words before a name that make it a place where something is.
_BEFORE = """di ke dari kota wilayah provinsi desa distrik kawasan ibu ibukota dekat menuju sekitar dalam perbatasan
pelabuhan bandara pangkalan kamp pinggiran in at"""
_AT = frozenset(_BEFORE.split())
_CAPITALISED = re.compile(r"[A-ZÀ-Þ]\w*(?:[-'’]\w+)*")
_WORD_BEFORE = re.compile(r"(\w+)[ \xa0]+$")  # in the same sentence
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
    _weigh(title or "", len(title or ""), IN_TITLE, weights, seen)
    ends = [match.end() for match in islice(_SENTENCE.finditer(text), LEAD)]
    _weigh(text, ends[-1] if len(ends) == LEAD else len(text), IN_LEAD, weights, seen)
    if not weights:
        return []
    ranked = sorted(weights, key=lambda code: (-weights[code], code))
    return [code for code in ranked if weights[code] >= LEAST_PART * weights[ranked[0]]][:MOST]


def _weigh(text: str, lead: int, in_lead: float, weights: dict[str, float], seen: dict[tuple[str, ...], int]) -> None:
    """Add what the places named weigh; those before ``lead`` times ``in_lead``."""
    known = gazetteer()
    after = 0
    for match in _CAPITALISED.finditer(text):
        longest = known.longest.get(match[0].casefold())
        start = match.start()
        if longest is None or start < after:
            continue
        words = [match]
        if longest > 1:
            words += islice(WORD.finditer(text, match.end(), start + NAME_LENGTH), longest - 1)
        name = tuple([part[0].casefold() for part in words])
        while name and name not in known.places:
            name = name[:-1]
        if not name:
            continue
        found = known.places[name]
        if not _meant(found, [part[0] for part in words[: len(name)]]):
            continue
        after = words[len(name) - 1].end()
        before = _WORD_BEFORE.search(text, max(0, start - 20), start)
        located = before is not None and before[1].casefold() in _AT
        first = before is None and len(name) == 1 and not match[0].isupper()  # any word begins a sentence so
        if found.kind == "none" or (found.kind == "town" and not located) or (found.kind == "city" and first):
            continue
        weight = WEIGHTS[found.kind] * (in_lead if start < lead else 1.0) * AGAIN ** seen[name]
        weights[found.country] += weight * (LOCATED if located and found.kind != "actor" else 1.0)
        seen[name] += 1


def _meant(found: Place, words: list[str]) -> bool:
    """Whether the words are written as a name: "AS" is a state, "As" may be a word; "Cad", "Chin" alike."""
    if found.kind == "country" and len(words) == 1 and len(words[0]) <= 3:
        return words[0].isupper()
    return words[-1][0].isupper() or len(words) > 2
