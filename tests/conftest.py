"""Fixtures shared by all rooms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.newsroom import Newsroom


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """The demo's outlets on loopback, on a free port, for the length of a test."""
    with Newsroom() as room:
        yield room
