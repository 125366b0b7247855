"""No regular expression can be kept busy by a page: each is tried on 100 kB of bait made from itself."""

from __future__ import annotations

import re

import pytest

from tests.baits import PACKAGES, SIZE, baits, is_stopped, patterns


@pytest.mark.parametrize("package", PACKAGES)
def test_no_pattern_is_kept_busy_by_its_own_bait(package):
    dear = [
        where for where, pattern in patterns((package,)) if any(is_stopped(pattern, bait) for bait in baits(pattern))
    ]
    assert dear == []


def test_the_walk_finds_patterns_in_tables_and_records_too():
    found = dict(patterns())
    assert len(found) > 200
    assert any("[" in where for where in found)  # in a tuple or a dictionary
    assert any(where.endswith(".pattern") for where in found)  # in a dataclass


@pytest.mark.parametrize("careless", [r"\s*,?\s*x", r"(?:a+)+b", r"(?:\w+\s?)*:", r"\w+ \w*z", r"(?:x\s*)?\d+\s*-"])
def test_the_baits_catch_careless_patterns(careless):
    pattern = re.compile(careless)
    assert any(is_stopped(pattern, bait, limit=0.3) for bait in baits(pattern))


def test_baits_are_as_long_as_they_say():
    assert {len(bait) for bait in baits(re.compile(r"(?:dan|atau)\s+(\d+)[^.]*$"))} <= set(range(SIZE - 20, SIZE + 2))
