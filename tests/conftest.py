"""Fixtures shared by all rooms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from crawler.demo import Newsroom

# The same examples in every run: what fails, fails for everybody. New ones are looked for by bench/fuzz.py.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """The demo's outlets on loopback, on a free port, for the length of a test."""
    with Newsroom() as room:
        yield room
