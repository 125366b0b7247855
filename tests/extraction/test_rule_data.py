"""The data people edit: every phrase and name stands once, sorted, sourced, with a rule and a strength."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.body import boilerplate
from crawler.extraction.cleaning import phrases

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
