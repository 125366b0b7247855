"""Which of two copies came first: who names whom, then the times of publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

# Parts of host names that name no outlet.
_GENERIC = frozenset(
    {"www", "m", "amp", "mobile", "com", "co", "id", "net", "org", "info", "news", "web", "blogspot", "wordpress"}
    | {"go", "or", "ac", "sch", "my", "tv", "biz", "xyz", "online", "site"}
)
# Zones a bare day may be of, in hours from UTC: outlets' from Azerbaijan's to Papua's, and servers that give UTC.
EARLIEST_ZONE, LATEST_ZONE = 0, 9
_HEAD = 160  # characters of the text in which a dateline may stand: "Baku, KOMPAS.com – …"
_DATELINE = re.compile(r"^(.{2,120}?)\s*(?:--|[-–—])\s", re.DOTALL)
_SUFFIXES = ("com", "co", "id", "news", "online", "co id")
_MIN_NAME = 2  # DW


@dataclass(frozen=True)
class Provenance:
    """What an article tells of its origin. ``published`` is its sort key, ``precision`` minute, day or None."""

    url: str
    outlet: str | None
    text: str
    dateline: str | None
    cited_sources: Sequence[str]
    published: str | None
    precision: str | None
    day: str | None = None  # at the outlet; without it the day of ``published``

    @cached_property
    def names(self) -> set[str]:
        """How others may call its outlet, folded."""
        host = urlsplit(self.url).hostname or "" if "://" in self.url else ""
        labels = [label for label in host.split(".") if label and label not in _GENERIC]
        names = {name for label in labels for name in _folded(label)} | _folded(".".join(host.split(".")[-2:]))
        return (names | _folded(self.outlet or "")) - {""}

    @cached_property
    def cited(self) -> set[str]:
        """The outlets and agencies it names as its source, in the dateline or in words, folded."""
        mentioned = [*self.cited_sources, self.dateline or ""]
        match = _DATELINE.match(self.text[:_HEAD])
        if match:
            mentioned.append(match[1])
        return {name for text in mentioned for part in re.split(r"[,;/()|]", text) for name in _folded(part)} - {""}


def _folded(name: str) -> set[str]:
    """Letters and digits only, with and without the endings of host names: "KOMPAS.com" is also "kompas"."""
    words = re.findall(r"\w+", name.casefold())
    whole = "".join(words)
    found = {whole}
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
        found.add("".join(words))
    for suffix in ("news", "com", "online"):
        if whole.endswith(suffix) and len(whole) > len(suffix) + 3:
            found.add(whole.removesuffix(suffix))
    return {name for name in found if len(name) >= _MIN_NAME and name not in _GENERIC}


def first(one: Provenance, other: Provenance) -> tuple[int, str]:
    """-1 where ``one`` came first, 1 where ``other`` did, 0 where nothing tells; and why, in words."""
    one_cites, other_cites = one.cited & (other.names - one.names), other.cited & (one.names - other.names)
    if one_cites and not other_cites:
        return 1, f"the copy names {min(one_cites)}"
    if other_cites and not one_cites:
        return -1, f"the copy names {min(other_cites)}"
    if one.published and other.published:
        a, b = one.published, other.published
        if not one.precision == other.precision == "minute":
            a, b = one.day or a[:10], other.day or b[:10]
            if one.precision != other.precision and _perhaps_one_day(one, other):
                return 0, "stored first"
        if a < b:
            return -1, f"published {a}, the copy {b}"
        if b < a:
            return 1, f"published {b}, the copy {a}"
    return 0, "stored first"


def _perhaps_one_day(one: Provenance, other: Provenance) -> bool:
    """Whether a time may lie on the other's bare day in one of the zones the bare day may be of.

    The time's own zone need not be the one that the bare day was written in: the day begins and ends a few hours
    before or after it does at the other outlet.
    """
    timed, bare = (one, other) if one.precision == "minute" else (other, one)
    if not timed.published or timed.precision != "minute":
        return False
    moment = datetime.fromisoformat(timed.published)
    day = bare.day or (bare.published or "")[:10]
    offsets = (hours for hours in range(EARLIEST_ZONE, LATEST_ZONE + 1))
    return any((moment + timedelta(hours=hours)).date().isoformat() == day for hours in offsets)
