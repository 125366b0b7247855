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
        # an entry's words or stems → (group, entry as written): "=" entries are found by words, others by stems
        self._words: dict[str, tuple[str, str]] = {}
        self._stems: dict[str, tuple[str, str]] = {}
        lengths: dict[str, set[int]] = {}
        for group, entries in groups.items():
            for entry in entries:
                words = tokens(entry)
                stems = [stem(word) for word in words]
                table, key = (self._words, words) if entry.startswith("=") else (self._stems, stems)
                table.setdefault(" ".join(key), (group, entry.lstrip("=")))
                if len(stems) > 1:
                    lengths.setdefault(stems[0], set()).add(len(stems))
        # first stem → lengths of the phrases that begin with it, longest first
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, words: Sequence[str], stems: Sequence[str]) -> list[Hit]:
        """All entries in a text given as words and their stems, from left to right, never overlapping."""
        by_words, by_stems, lengths = self._words, self._stems, self._lengths
        hits: list[Hit] = []
        done = 0
        for place, (word, root) in enumerate(zip(words, stems, strict=True)):
            if place < done:
                continue
            if root in lengths:
                for length in lengths[root]:
                    done = place + length
                    found = by_words.get(" ".join(words[place:done])) or by_stems.get(" ".join(stems[place:done]))
                    if found:
                        break
                else:
                    found, done = by_words.get(word) or by_stems.get(root), place + 1
            else:
                found, done = by_words.get(word) or by_stems.get(root), place + 1
            if found:
                hits.append(Hit(*found, place, done))
        return hits


@dataclass(frozen=True, slots=True)
class Group:
    """What a lexicon file says of a group besides its entries.

    ``role`` is what they are in a report of war (actor, act, weapon, harm, flight, truce, front, war, place), "" for a
    guard; ``names`` marks names of places and parties, ``weak`` words that other pages use as well.
    """

    role: str
    names: bool
    weak: bool


def groups(path: Path) -> dict[str, list[str]]:
    """Group → entries of a lexicon file: one TOML table per group, with ``words``."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {group: table["words"] for group, table in data.items()}


@cache
def kinds() -> dict[str, Group]:
    """Group → its role and marks, of the lexicon and the guards."""
    data = {**tomllib.loads(LEXICON.read_text(encoding="utf-8")), **tomllib.loads(GUARDS.read_text(encoding="utf-8"))}
    return {
        group: Group(table.get("role", ""), table.get("names", False), table.get("weak", False))
        for group, table in data.items()
    }


@cache
def shipped() -> Lexicon:
    """The lexicon and the guards this program comes with as one, read once per process."""
    return Lexicon({**groups(LEXICON), **groups(GUARDS)})


@cache
def guard_groups() -> frozenset[str]:
    """Names of the groups that speak against armed conflict."""
    return frozenset(groups(GUARDS))


@cache
def name_groups() -> frozenset[str]:
    """Names of the groups that hold names of places and parties."""
    return frozenset(group for group, kind in kinds().items() if kind.names)
