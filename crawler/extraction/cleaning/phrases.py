"""The phrases of ``phrases.toml``, compiled: rules on single lines of text, each with its name and strength."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
_OUTER = " .,:;!?…*•·|»«>–—-'\"“”‘’"  # brackets stay: "(Redaksi)" is a mark, "Redaksi" a byline
_NEVER = re.compile(r"(?!)")
TAIL = 400  # characters; the longest end mark takes 250


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases of one rule and strength: whole lines (``texts``) and one compiled pattern, and where they may act."""

    name: str
    pattern: re.Pattern[str]
    texts: frozenset[str] = frozenset()  # as ``bare`` gives them
    strength: str = "strong"  # or "weak": cuts only with a proof
    max_chars: int = 1_000_000
    place: str = "any"  # "any", "head", "tail", "edge"
    plain: bool = False  # only on lines that do not end like a sentence
    evidence: bool = False  # cut lines are handed to the reader of sources and authors
    anywhere: bool = False  # end marks: on every line, not only on the last
    needs: tuple[str, ...] = ()  # lower case; a line without any of these cannot match and is not looked at

    def may_match(self, lowered: str) -> bool:
        """Whether a line, in lower case, holds what the pattern needs."""
        return not self.needs or any(need in lowered for need in self.needs)

    def at_end(self, text: str) -> re.Match[str] | None:
        """What an end mark's pattern finds at the end of a line, whose last characters alone are looked at."""
        return self.pattern.search(text, max(0, len(text) - TAIL))


def bare(text: str) -> str:
    """A line as whole-line phrases are compared: lower case, without the punctuation around it."""
    return text.casefold().strip(_OUTER)


def _of(kind: str) -> Iterator[dict[str, Any]]:
    """The phrases of one kind with what their rule sets, in the order of the rules."""
    for rule in _DATA["rule"]:
        if rule.get("kind", "line") == kind:
            named = (entry for entry in _DATA["phrase"] if entry["rule"] == rule["name"])
            yield from ({**rule, **entry} for entry in named if entry.get("kind", "line") == kind)


def _rules(kind: str) -> list[Rule]:
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for entry in _of(kind):
        key = (
            entry["rule"],
            entry["strength"],
            entry.get("max", 1_000_000),
            entry.get("place", "any"),
            entry.get("plain", False),
            entry.get("evidence", False),
            entry.get("anywhere", False),
            entry.get("case", False),
            tuple(entry.get("needs", ())),
        )
        groups.setdefault(key, []).append(entry)
    rules = []
    for (name, strength, most, place, plain, evidence, anywhere, case, needs), entries in groups.items():
        patterns = [entry["regex"] for entry in entries if "regex" in entry]
        pattern = re.compile("|".join(patterns), 0 if case else re.IGNORECASE) if patterns else _NEVER
        texts = frozenset(bare(entry["text"]) for entry in entries if "text" in entry)
        rules.append(Rule(name, pattern, texts, strength, most, place, plain, evidence, anywhere, needs))  # type: ignore[arg-type]
    return rules


def _patterns(kind: str, strength: str) -> list[re.Pattern[str]]:
    return [re.compile(entry["regex"], re.IGNORECASE) for entry in _of(kind) if entry["strength"] == strength]


LINE = _rules("line")
INLINE = _rules("inline")
END = _rules("end")
COMMENTS = _rules("comments")
GAMBLING_STRONG = _patterns("gambling", "strong")
GAMBLING_WEAK = _patterns("gambling", "weak")
# Most lines hold none of these words: one look instead of fifty.
GAMBLING_ANY = re.compile("|".join(entry["regex"] for entry in _of("gambling")), re.IGNORECASE)
EVIDENCE = frozenset(rule.name for rule in [*LINE, *END] if rule.evidence)
