"""From single pieces of evidence to the days between which an undated article was published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.article import Bound


def combine(bounds: Sequence[Bound]) -> tuple[date | None, date | None]:
    """The latest "after" and the earliest "before". Evidence that contradicts other evidence proves nothing: then both
    are None."""
    after = max((bound.day for bound in bounds if bound.side == "after"), default=None)
    before = min((bound.day for bound in bounds if bound.side == "before"), default=None)
    if after is not None and before is not None and after > before:
        return None, None
    return after, before
