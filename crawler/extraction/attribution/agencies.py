"""The table of agencies and outlets (``agencies.toml``) as look-ups: spelling → the name the corpus writes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"(?![\w/@]|[-.]\w)")


@dataclass(frozen=True, slots=True)
class Source:
    """One agency or outlet: the corpus' name, its kind, its domains, and the spellings that need a citing word."""

    name: str
    kind: str
    domains: tuple[str, ...]
    weak: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All sources; spellings are listed by their first word, longest first, since most words start none."""

    by_spelling: dict[str, Source]
    by_domain: dict[str, Source]
    by_first_word: dict[str, tuple[str, ...]]
    places: frozenset[str]
    two_word_places: frozenset[str]
    not_outlets: frozenset[str]

    def find(self, spelling: str) -> Source | None:
        """The source of a spelling, as written or as an address ("aljazeera.com"); None for an unknown one."""
        spelling = " ".join(spelling.split())
        return self.by_spelling.get(spelling) or self.by_spelling.get(spelling.casefold()) or self.at(spelling)

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
        source = Source(row["name"], row["kind"], tuple(row["domains"]), weak)
        for domain in source.domains:
            by_domain[domain] = source
        for spelling in dict.fromkeys((row["name"], *row["aliases"], *weak)):
            by_spelling.setdefault(spelling, source)
            if spelling not in weak:
                by_spelling.setdefault(spelling.casefold(), source)
                by_spelling.setdefault(spelling.upper(), source)
    by_first_word: dict[str, tuple[str, ...]] = {}
    for spelling in sorted(
        (name for name in by_spelling if not name.islower() or "." in name), key=lambda n: (-len(n), n)
    ):
        first = _WORD.match(spelling)
        if first:
            by_first_word[first.group(0)] = (*by_first_word.get(first.group(0), ()), spelling)
    words = data["words"]
    sets = (frozenset(words[name]) for name in ("places", "two_word_places", "not_outlets"))
    return Table(by_spelling, by_domain, by_first_word, *sets)
