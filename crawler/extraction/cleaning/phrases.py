"""The phrases of ``phrases.toml``, compiled: rules on single lines of text, each with its name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: one compiled pattern, and where and on which lines it may act."""

    name: str
    pattern: re.Pattern[str]
    max_chars: int = 1_000_000
    place: str = "any"  # "any", "head", "tail", "edge"
    plain: bool = False  # only on lines that do not end like a sentence
    evidence: bool = False  # cut lines are handed to the reader of sources and authors
    anywhere: bool = False  # end marks: on every line, not only on the last
    needs: tuple[str, ...] = ()  # lower case; a line without any of these cannot match and is not looked at

    def may_match(self, lowered: str) -> bool:
        """Whether a line, in lower case, holds what the pattern needs."""
        return not self.needs or any(need in lowered for need in self.needs)


def _rules(kind: str) -> list[Rule]:
    return [
        Rule(
            entry["rule"],
            re.compile("|".join(entry["match"]), 0 if entry.get("case") else re.IGNORECASE),
            entry.get("max", 1_000_000),
            entry.get("place", "any"),
            entry.get("plain", False),
            entry.get("evidence", False),
            entry.get("anywhere", False),
            tuple(entry.get("needs", ())),
        )
        for entry in _DATA[kind]
    ]


LINE = _rules("line")
INLINE = _rules("inline")
END = _rules("end")
COMMENTS = re.compile("|".join(_DATA["comment"][0]["strong"]), re.IGNORECASE)
GAMBLING_STRONG = [re.compile(pattern, re.IGNORECASE) for pattern in _DATA["gambling"]["strong"]]
GAMBLING_WEAK = [re.compile(pattern, re.IGNORECASE) for pattern in _DATA["gambling"]["weak"]]
# Most lines hold none of these words: one look instead of fifty.
GAMBLING_ANY = re.compile("|".join(_DATA["gambling"]["strong"] + _DATA["gambling"]["weak"]), re.IGNORECASE)
EVIDENCE = frozenset(rule.name for rule in [*LINE, *END] if rule.evidence)
