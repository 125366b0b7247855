"""Zones that lie: which UTC times of a page are none, and which day readers were shown.

Many systems store the local clock and spell it with "Z" or "+00:00". The clock that readers see tells, and one false
zone makes every other of its page false. Where only a day is shown, it is believed against an instant that would fall
on the next day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from crawler.extraction.dates.found import Found
from crawler.extraction.dates.parsing import ParsedDate

SLACK = timedelta(hours=2)  # clocks of servers are off by this much at most
# A false zone is off by seven to nine hours; the last save, which fills the tags, comes minutes after the shown clock.
NEAR = timedelta(minutes=60)
_FROM_OUTSIDE = frozenset({"feed", "sitemap", "index", "url"})  # written by other programs than the page
_SHOWN = frozenset({"visible", "above", "selector"})


def mend(found: list[Found], local: tzinfo, now: datetime) -> None:
    """Put false zones right and turn clocks that are none into days, in place. ``local``: the outlet's zone."""
    _false_zones(found, local, now)
    _midnights_are_days(found, local)
    _shown_days(found, local)


def _false_zones(found: list[Found], local: tzinfo, now: datetime) -> None:
    """A "Z" that is no Z: the clock of a local time elsewhere on the page (or close to the one that is shown), a
    spelling only Detik's server makes, an instant in the future that as a local clock is not, or one among such."""
    clocks, instants, shown = set(), set(), []
    for item, reading in _all(found):
        value = reading.value
        if isinstance(value, datetime) and reading.zone != "utc":
            clock = value.replace(tzinfo=None, second=0, microsecond=0)
            clocks.add(clock)
            instants.add(value.astimezone(UTC).replace(second=0, microsecond=0))
            if _is_shown(item, reading):
                shown.append(clock)
    told = [item for item in found if isinstance(item.reading.value, datetime) and item.reading.zone == "utc"]
    true = [item for item in told if _minute(item) in instants and not item.reading.doubtful]
    false_one: Found | None = None
    for item in told:
        value = item.reading.value
        assert isinstance(value, datetime)
        clock = value.replace(tzinfo=None, second=0, microsecond=0)
        if item in true:
            continue
        if clock in clocks:
            note = "its zone is false: the same clock stands elsewhere as local time"
        elif item.reading.doubtful:
            note = "its zone is false: no ISO time is spelled like this"
        elif value > now + SLACK and value.replace(tzinfo=local) <= now + SLACK:
            note = "its zone is false: as UTC it would lie in the future"
        elif not true and any(abs(clock - seen) <= NEAR for seen in shown):
            note = "its zone is false: as local time it stands beside the clock that is shown"
        else:
            continue
        _as_local(item, local, note)
        if item.family not in _FROM_OUTSIDE:
            false_one = item
    if false_one is not None and not true:
        for item in told:
            if item.reading.zone == "utc" and item.family not in _FROM_OUTSIDE:
                _as_local(item, local, f"its zone is false, as that of {false_one.source} is")


def _all(found: list[Found]) -> list[tuple[Found, ParsedDate]]:
    """All readings of all candidates: what elements carry, and what they show."""
    shown = [(item, item.shown) for item in found if item.shown is not None]
    return [*((item, item.reading) for item in found), *shown]


def _is_shown(item: Found, reading: ParsedDate) -> bool:
    if item.role != "published" or item.weight < 2.0:
        return False
    return reading is item.shown or (item.family in _SHOWN and item.shown is None)


def _minute(item: Found) -> datetime | None:
    value = item.reading.value
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else None


def _as_local(item: Found, local: tzinfo, note: str) -> None:
    value = item.reading.value
    if isinstance(value, datetime):
        item.reading = replace(item.reading, value=value.replace(tzinfo=local), zone="", note=note)


def _midnights_are_days(found: list[Found], local: tzinfo) -> None:
    """A clock of exactly 00:00:00, as written or in the outlet's zone, is a day whose clock is not known."""
    for item in found:
        value = item.reading.value
        if not isinstance(value, datetime):
            continue
        note = item.reading.note or "midnight: the day only"
        if not (value.hour or value.minute or value.second):
            item.reading = replace(item.reading, value=value.date(), note=note)
        elif item.reading.zone == "utc":
            there = value.astimezone(local)
            if not (there.hour or there.minute or there.second or there.microsecond):
                item.reading = replace(item.reading, value=there.date(), note=note)


def _shown_days(found: list[Found], local: tzinfo) -> None:
    """A UTC instant whose day in the outlet's zone readers were not shown, but whose day as written they were."""
    shown: set[date] = set()
    for item, reading in _all(found):
        value = reading.value
        if _is_shown(item, reading) and value is not None and reading.zone != "utc":
            shown.add(value.date() if isinstance(value, datetime) else value)
    for item in found:
        value = item.reading.value
        if not isinstance(value, datetime) or item.reading.zone != "utc" or item.family in _FROM_OUTSIDE:
            continue
        written, there = value.date(), value.astimezone(local).date()
        if written != there and written in shown and there not in shown:
            note = f"readers were shown this day; as an instant it would be {there} in the outlet's zone"
            item.reading = replace(item.reading, value=written, note=note)
