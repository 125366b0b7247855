"""The table of agencies and outlets (``agencies.toml``) as look-ups: spelling → the name the corpus writes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

MAX_NAME = 60  # characters
MIN_KEY = 4  # letters; shorter names are initials of people as often

_WORD = re.compile(r"\w{1,60}")
_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?")
_SUFFIX = re.compile(r"\.(?:com?|net|org|id|tv|news|info)\b")
_BEHIND = re.compile(r"(?:news|online|com)$")
_ENDS = re.compile(r"(?![\w/@]|[-.]\w)")


def key_of(name: str) -> str:
    """What two spellings of one outlet have in common: its letters in lower case, without the ending of its domain."""
    name = _SUFFIX.sub("", _ADDRESS.sub("", name.casefold(), count=1))
    return "".join(_WORD.findall(name)).replace("_", "")


@dataclass(frozen=True, slots=True)
class Source:
    """One agency or outlet: the corpus' name, its kind, its domains, and the spellings that need a citing word."""

    name: str
    kind: str
    domains: tuple[str, ...]
    weak: frozenset[str]
    initials: frozenset[str] = frozenset()  # lower case, as in marks: "(ant/rin)"


@dataclass(frozen=True, slots=True)
class Table:
    """All sources; spellings are listed by their first word, longest first, since most words start none."""

    by_spelling: dict[str, Source]
    by_key: dict[str, Source]
    by_initials: dict[str, Source]
    by_domain: dict[str, Source]
    by_first_word: dict[str, tuple[str, ...]]
    places: frozenset[str]
    two_word_places: frozenset[str]
    not_outlets: frozenset[str]
    not_places: frozenset[str]
    parties: frozenset[str]
    office: re.Pattern[str]

    def find(self, spelling: str) -> Source | None:
        """The source of a whole name: as written, as an address ("aljazeera.com"), or as it reads without case, marks,
        domain and a word such as "news" behind it ("Detiknews.com"); None for an unknown one."""
        spelling = " ".join(spelling.split())
        found = self.by_spelling.get(spelling) or self.by_spelling.get(spelling.casefold()) or self.at(spelling)
        if found or len(spelling) > MAX_NAME:
            return found
        key = key_of(spelling)
        return self.by_key.get(key) or self.by_key.get(_BEHIND.sub("", key))

    def is_office(self, name: str) -> bool:
        """Whether a name is that of an office, an institution or a person in office: it tells of itself, no outlet."""
        first = _WORD.match(name)
        return first is not None and (first.group(0) in self.not_outlets or self.office.match(name) is not None)

    def may_be_place(self, name: str) -> bool:
        """Whether a name in front of a dash can be where a report is from: no label, role, party or office."""
        words = _WORD.findall(name)
        if not words:
            return False
        first = words[0]
        office = self.office.match(name if not name.isupper() else first.capitalize()) is not None
        return not office and not any(
            spelling in self.not_places
            for spelling in (name, name.capitalize(), name.upper(), first, first.capitalize())
        )

    def is_party(self, name: str) -> bool:
        """Whether a name is that of a country or an organisation, two of which may stand around a dash."""
        return name in self.places or name in self.parties

    def name_at(self, text: str, at: int) -> str | None:
        """The longest spelling that stands at a position as whole words; weak spellings included."""
        word = _WORD.match(text, at)
        if not word or (at and (text[at - 1].isalnum() or text[at - 1] in "@/.-_")):
            return None
        for spelling in self.by_first_word.get(word.group(0), ()):
            if text.startswith(spelling, at) and _ENDS.match(text, at + len(spelling)):
                return spelling
        return None

    def at(self, address: str) -> Source | None:
        """The source whose domain a URL or host name belongs to."""
        try:
            host = (urlsplit(address if "//" in address else f"//{address}").hostname or "") if "." in address else ""
        except ValueError:
            return None
        while host.count("."):
            if host in self.by_domain:
                return self.by_domain[host]
            host = host.partition(".")[2]
        return None


@lru_cache(maxsize=1)
def table() -> Table:
    """The table as shipped, read once."""
    data = tomllib.loads((Path(__file__).parent / "agencies.toml").read_text(encoding="utf-8"))
    by_spelling: dict[str, Source] = {}
    by_domain: dict[str, Source] = {}
    for row in data["source"]:
        weak = frozenset(row.get("weak", ()))
        initials = frozenset(row.get("initials", ()))
        source = Source(row["name"], row["kind"], tuple(row["domains"]), weak, initials)
        for domain in source.domains:
            by_domain[domain] = source
        for spelling in dict.fromkeys((row["name"], *row["aliases"], *weak)):
            by_spelling.setdefault(spelling, source)
            if spelling not in weak:
                by_spelling.setdefault(spelling.casefold(), source)
                by_spelling.setdefault(spelling.upper(), source)
    by_key: dict[str, Source] = {}
    by_initials: dict[str, Source] = {}
    for spelling, source in by_spelling.items():
        if len(key := key_of(spelling)) >= MIN_KEY:
            by_key.setdefault(key, source)
    for source in by_spelling.values():
        by_initials.update(dict.fromkeys(source.initials, source))
    by_first_word: dict[str, tuple[str, ...]] = {}
    for spelling in sorted(
        (name for name in by_spelling if not name.islower() or "." in name), key=lambda n: (-len(n), n)
    ):
        first = _WORD.match(spelling)
        if first:
            by_first_word[first.group(0)] = (*by_first_word.get(first.group(0), ()), spelling)
    words = data["words"]
    names = ("places", "two_word_places", "not_outlets")
    places, two_word_places, not_outlets = (frozenset(words[name]) for name in names)
    parties = frozenset(words["parties"])
    not_places = (
        parties | frozenset(words["not_places"]) | {word for word in not_outlets if word not in words["also_places"]}
    )
    office = re.compile(rf"(?:{'|'.join(words['offices'])})")
    return Table(
        by_spelling, by_key, by_initials, by_domain, by_first_word, places, two_word_places, not_outlets, not_places,
        parties, office,
    )  # fmt: skip
