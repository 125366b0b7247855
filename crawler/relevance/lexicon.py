"""The lexicon of armed conflict (data/lexicon.toml) and of its neighbours (data/guards.toml), found in a text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.relevance.words import DATA, stem, tokens

LEXICON = DATA / "lexicon.toml"
GUARDS = DATA / "guards.toml"


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: its group, the entry as the lexicon writes it, and where it begins and ends (in words)."""

    group: str
    entry: str
    start: int
    end: int


class Lexicon:
    """Groups of words and phrases. The longest entry wins and uses its words up."""

    def __init__(self, groups: dict[str, list[str]]) -> None:
        self.groups = list(groups)
        # first stem → (length, stems, exact forms or "" for each word, group, entry), longest first
        self._by_first: dict[str, list[tuple[int, tuple[str, ...], tuple[str, ...], str, str]]] = {}
        for group, entries in groups.items():
            for entry in entries:
                exact = entry.startswith("=")
                words = tokens(entry)
                stems = tuple(stem(word) for word in words)
                forms = tuple(words) if exact else ("",) * len(words)
                self._by_first.setdefault(stems[0], []).append((len(stems), stems, forms, group, entry.lstrip("=")))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -candidate[0])

    def find(self, words: Sequence[str], stems: Sequence[str]) -> list[Hit]:
        """All entries in a text given as words and their stems, from left to right, never overlapping."""
        hits: list[Hit] = []
        by_first, place, count = self._by_first, 0, len(stems)
        while place < count:
            step = 1
            for length, wanted, forms, group, entry in by_first.get(stems[place], ()):
                end = place + length
                if length > 1 and (end > count or tuple(stems[place:end]) != wanted):
                    continue
                if forms[0] and tuple(words[place:end]) != forms:
                    continue
                hits.append(Hit(group, entry, place, end))
                step = length
                break
            place += step
        return hits


def groups(path: Path) -> dict[str, list[str]]:
    """Group → entries of a lexicon file: one TOML table per group, with ``words``."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {group: table["words"] for group, table in data.items()}


@cache
def shipped() -> Lexicon:
    """The lexicon and the guards this program comes with as one, read once per process."""
    return Lexicon({**groups(LEXICON), **groups(GUARDS)})


@cache
def guard_groups() -> frozenset[str]:
    """Names of the groups that speak against armed conflict."""
    return frozenset(groups(GUARDS))
