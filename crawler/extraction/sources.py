"""The table of agencies and outlets (``agencies.toml``) as look-ups: spelling → the name the corpus writes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Source:
    """One agency or outlet: the corpus' name, its kind, its domains, and the spellings that need a citing word."""

    name: str
    kind: str
    domains: tuple[str, ...]
    weak: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All sources. ``names`` matches any spelling, longest first, as a whole word."""

    by_spelling: dict[str, Source]
    by_domain: dict[str, Source]
    names: re.Pattern[str]
    places: frozenset[str]
    not_outlets: frozenset[str]

    def find(self, spelling: str) -> Source | None:
        """The source of a spelling, as written or as an address ("aljazeera.com"); None for an unknown one."""
        spelling = " ".join(spelling.split())
        return self.by_spelling.get(spelling) or self.by_spelling.get(spelling.casefold()) or self.at(spelling)

    def at(self, address: str) -> Source | None:
        """The source whose domain a URL or host name belongs to."""
        host = (urlsplit(address if "//" in address else f"//{address}").hostname or "") if "." in address else ""
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
    spellings = sorted((name for name in by_spelling if not name.islower() or "." in name), key=lambda n: (-len(n), n))
    names = re.compile(r"(?<![\w@/.-])(?:" + "|".join(map(re.escape, spellings)) + r")(?![\w/@]|[-.]\w)")
    words = data["words"]
    return Table(by_spelling, by_domain, names, frozenset(words["places"]), frozenset(words["not_outlets"]))
