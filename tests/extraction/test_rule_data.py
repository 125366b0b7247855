"""The data people edit: every phrase and name stands once, sorted, sourced, with a rule and a strength."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction import body, cleaning, page
from crawler.extraction.body import boilerplate
from crawler.extraction.cleaning import phrases
from tests.baits import is_stopped

EXTRACTION = Path(boilerplate.__file__).parents[1]
TABLES = [("cleaning/phrases.toml", "phrase"), ("body/furniture.toml", "token")]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((EXTRACTION / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_every_entry_says_what_it_is_and_where_it_was_seen(name: str, table: str):
    data = _read(name)
    rules = {(rule["name"], rule.get("kind", "line")) for rule in data["rule"]}
    for entry in data[table]:
        assert ("text" in entry) != ("regex" in entry), entry
        assert entry["strength"] in ("weak", "strong"), entry
        assert (entry["rule"], entry.get("kind", "line")) in rules, entry
        assert entry["seen"].strip(), entry


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_entries_are_sorted_by_rule_and_text_and_none_stands_twice(name: str, table: str):
    data = _read(name)
    order = [(rule["name"], rule.get("kind", "line")) for rule in data["rule"]]
    keys = [
        (order.index((entry["rule"], entry.get("kind", "line"))), _said(entry).casefold(), _said(entry))
        for entry in data[table]
    ]
    assert [entry for entry, count in Counter(keys).items() if count > 1] == []
    assert [(a, b) for a, b in zip(keys, sorted(keys), strict=True) if a != b][:1] == []


def _said(entry: dict[str, str]) -> str:
    return entry.get("text") or entry["regex"]


def test_plain_text_is_compared_without_case_and_the_punctuation_around_it():
    rule = next(rule for rule in phrases.LINE if "lihat foto" in rule.texts)
    assert phrases.bare("  LIHAT Foto! ".strip()) in rule.texts


LENGTH = 100_000
PIECES = ["a", "a ", "A ", "Aa ", "1 ", "(", "[", '"', "“", ".", "! ", ": ", "/", " ", "\t", "*", "#a ", "&amp;", "A/"]


def _patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the rooms that cleaning and body are made of, by module and name, and every phrase's own."""
    found = {}
    for room in (body, cleaning, page):
        for module in pkgutil.iter_modules(room.__path__):
            named = vars(importlib.import_module(f"{room.__name__}.{module.name}"))
            found |= {
                f"{module.name}.{name}": value
                for name, value in named.items()
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
            }
    for entry in _read("cleaning/phrases.toml")["phrase"]:
        if "regex" in entry:
            found[f"{entry['rule']}: {entry['regex'][:60]}"] = re.compile(entry["regex"], re.IGNORECASE)
    return found


def test_no_pattern_is_kept_busy_by_pieces_and_its_own_words():
    """On pieces repeated and on the pattern's own words repeated."""
    slow = []
    for name, pattern in _patterns().items():
        words = re.findall(r"[a-z]{4,}", pattern.pattern)[:3]
        for piece in [*PIECES, *(f"{word} " for word in words)]:
            bait = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
            if is_stopped(pattern, bait):
                slow.append((name, piece))
                break
    assert slow == []
