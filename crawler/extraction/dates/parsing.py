"""One isolated date string → one value: the day, the clock, the zone, and what the weekday says about them.

ISO forms and numbers of seconds are read here. All else is isolated by the patterns below and read by dateparser
(``words.whole``); zones, weekdays and the order of numbers stay here, docs/dates.md says why.

The weekday decides between day-first and month-first: "Senin (11/9/2020)" can only be Monday 9 November 2020, since
11 September 2020 was a Friday. Without a weekday the order is day first, as everywhere in Indonesia.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from crawler.extraction.dates import words
from crawler.extraction.dates.words import MONTH, WEEKDAY, ZONE

MAX_RAW = 200  # characters of a string worth reading; the longest real byline seen had 96

# No pattern meets more than MAX_RAW characters, with runs of white space folded to one blank.
_HALF = r"[ap]\.?m\b\.?"
_ISO = re.compile(
    r"(?<![0-9])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?:(\s?T|\s?[ ,|]\s?)([0-9]{1,2})([:.-])([0-9]{2})(?:[:.-]([0-9]{2}))?(?:[.,][0-9]{1,9})?\s?"
    rf"({_HALF})?\s?(Z\b|[+-][0-9]{{2}}:?[0-9]{{2}}\b|{ZONE}\b)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:T?([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_UNIX = re.compile(r"([0-9]{10})(?:[0-9]{3})?")
_DAY_MONTH_YEAR = re.compile(
    rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?[\s./-]{{0,3}}\b({MONTH})\b\.?[\s,./-]{{0,3}}"
    r"((?:19|20)[0-9]{2}|['’]?[0-9]{2}(?![0-9:.]))",
    re.IGNORECASE,
)
_MONTH_DAY_YEAR = re.compile(
    rf"\b({MONTH})\b\.?\s([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s((?:19|20)[0-9]{{2}})\b", re.IGNORECASE
)
_MIXED = re.compile(r"[0-9](?![0-9])\d|(?![0-9])\d[0-9]")  # what is left of such a number would be another day
_NUMERIC = re.compile(r"(?<![0-9/.])([0-9]{1,2})([/.-])([0-9]{1,2})\2((?:19|20)[0-9]{2}|[0-9]{2})(?![0-9/])")
_WEEKDAY = re.compile(rf"\b({WEEKDAY})\b", re.IGNORECASE)
_CLOCK = re.compile(
    rf"(?<![0-9:./])([01]?[0-9]|2[0-4])([:.])([0-5][0-9])(?:[:.]([0-5][0-9]))?(?![0-9/])\s?({_HALF})?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    rf"(?<![a-z])(?:({ZONE})(?:\s?([+-][0-9]{{1,2}})(?::?00)?)?|(?<=[0-9\s])([+-][0-9]{{2}}):?([0-9]{{2}})"
    r"|(?<=[0-9])(Z)\b)(?![a-z0-9])",
    re.IGNORECASE,
)
_AGE = re.compile(
    rf"\b([0-9]{{1,3}}|se(?=jam|menit|hari|minggu|pekan))\s?({'|'.join(words.AGES)})s?\s(?:yang\s)?(?:lalu|ago|lepas)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:baru saja|beberapa (?:detik|saat) (?:yang )?lalu|just now)\b", re.IGNORECASE)
_YESTERDAY = re.compile(r"\b(?:kemarin|yesterday|semalam)\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:hari ini|today)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """``value``: aware datetime, date or None. ``zone`` says what the string itself told: "utc", "offset", or "" when
    the value was read in the outlet's zone. ``weekday``: True agrees, False contradicts, None not given.
    ``doubtful`` marks spellings whose zone is known to lie. ``relative`` marks an age counted from the capture."""

    value: datetime | date | None = None
    zone: str = ""
    weekday: bool | None = None
    note: str = ""
    doubtful: bool = False
    relative: bool = False


def read(raw: str, local: tzinfo, now: datetime | None = None) -> ParsedDate:
    """Read one date string. ``local`` is the zone of clocks that name none; ``now`` (aware, the capture's own time)
    is what ages such as "3 jam lalu" count from; without it they are not read."""
    text = " ".join(raw[:MAX_RAW].split())
    if not re.search(r"[0-9]", text):
        return _age(text, local, now)
    if _MIXED.search(text):
        return ParsedDate(note="digits of two scripts in one number")
    try:
        for reader in (_iso, _compact, _worded, _numeric):
            found = reader(text, local)
            if found is not None:
                return found
        return _age(text, local, now) if now or _AGE.search(text) else _by_dateparser(text, local)
    except (ValueError, OverflowError) as error:
        return ParsedDate(note=f"not a date: {error}")


def _iso(text: str, local: tzinfo) -> ParsedDate | None:
    match = _ISO.search(text)
    if not match:
        return None
    year, _, month, day, behind, hour, mark, minute, second, half, zone = match.groups()
    on = date(int(year), int(month), int(day))
    if hour is None:
        return _on_day(on, text, local, after=match.end())
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return ParsedDate(on, weekday=_weekday_of(text, on), note="there is no such hour: the day only")
    clock = _zoned(on, _hour(int(hour), half), int(minute), int(second or 0), zone, local)
    # "T13-24-16Z", "2016-02-23 T16:00:20Z": no ISO writer makes them, Detik's clock is WIB
    doubtful = zone is not None and (mark == "-" or (len(behind) == 2 and behind[0].isspace() and behind[1] in "Tt"))
    return ParsedDate(clock, _zone_kind(zone), _weekday_of(text, on), doubtful=doubtful)


def _compact(text: str, local: tzinfo) -> ParsedDate | None:
    if match := _UNIX.fullmatch(text):
        when = datetime.fromtimestamp(int(match.group(1)), tz=UTC).astimezone(local)
        return ParsedDate(when, "offset", note="seconds since 1970")
    match = _COMPACT.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    on = date(int(year), int(month), int(day))
    if hour is None:
        return ParsedDate(on)
    return ParsedDate(_zoned(on, int(hour), int(minute), int(second or 0), zone, local), _zone_kind(zone))


def _worded(text: str, local: tzinfo) -> ParsedDate | None:
    """ "Selasa, 19 September 2023 | 19.05 WIB", "September 19, 2023"."""
    match = _DAY_MONTH_YEAR.search(text)
    if match:
        day, name, year = match.groups()
    else:
        match = _MONTH_DAY_YEAR.search(text)
        if not match:
            return None
        name, day, year = match.groups()
    on = words.worded(day, name, full_year(year))
    if on is None:
        return ParsedDate(note="no such day")
    return _on_day(on, text, local, after=match.end(), before=match.start())


def _numeric(text: str, local: tzinfo) -> ParsedDate | None:
    match = _NUMERIC.search(text)
    if not match:
        return None
    first, _, second, year = match.groups()
    on, agrees, note = resolve_order(int(first), int(second), full_year(year), find_weekday(text))
    if on is None:
        return ParsedDate(note=note, weekday=agrees)
    reading = _on_day(on, text, local, after=match.end(), before=match.start())
    return ParsedDate(reading.value, reading.zone, agrees, note)


def _by_dateparser(text: str, local: tzinfo) -> ParsedDate:
    """Whatever no pattern above isolates; strict, so that a clock or a number alone is never a day."""
    bare = _ZONE.sub("", _WEEKDAY.sub("", text)).strip(" ,|-–.:")
    found = words.whole(bare) if 6 <= len(bare) <= 60 else None
    if found is None:
        return ParsedDate(note="not a date")
    on = found.date()
    if not (found.hour or found.minute):
        return ParsedDate(on, weekday=_weekday_of(text, on))
    zone = _zone_in(text)
    clock = _at(on, found.hour, found.minute, found.second, zone or local)
    return ParsedDate(clock, "offset" if zone else "", _weekday_of(text, on))


def _age(text: str, local: tzinfo, now: datetime | None) -> ParsedDate:
    """An age counted from ``now``; hours and days only tell the day, and anything longer is too coarse to date by."""
    if match := _AGE.search(text):
        count = 1 if match.group(1).lower() == "se" else int(match.group(1))
        unit = words.AGES[match.group(2).lower()]
    elif _NOW.search(text):
        count, unit = 0, "minute"
    elif named := _YESTERDAY.search(text) or _TODAY.search(text):
        count, unit = int(_YESTERDAY.search(text) is not None), "day"
        if now is not None and _CLOCK.search(text, named.end()):
            on = now.astimezone(local).date() - timedelta(days=count)
            return replace(_on_day(on, text, local, after=named.end()), note="counted from the capture", relative=True)
    else:
        return ParsedDate(note="not a date")
    if unit in ("week", "month", "year"):
        return ParsedDate(note="an age in weeks or longer does not tell the day", relative=True)
    if now is None:
        return ParsedDate(note="an age, and the capture's time is not known", relative=True)
    when = now.astimezone(local) - timedelta(**{f"{unit}s": count})
    if unit in ("second", "minute"):
        return ParsedDate(
            when.replace(second=0, microsecond=0), "offset", note="counted from the capture", relative=True
        )
    return ParsedDate(when.date(), note="counted from the capture", relative=True)


def resolve_order(first: int, second: int, year: int, weekday: int | None) -> tuple[date | None, bool | None, str]:
    """(day, whether the weekday agrees, why) for "first/second/year"; a weekday of 0–6 settles the order."""
    day_first = words.numeric(first, second, year)
    month_first = words.numeric(second, first, year)
    if weekday is not None:
        name = words.WEEKDAY_NAMES[weekday]
        if day_first and day_first.weekday() == weekday:
            return day_first, True, f"day first; it was a {name}"
        if month_first and month_first.weekday() == weekday:
            return month_first, True, f"month first, since only so it was a {name}"
        return day_first or month_first, False, f"neither order gives a {name}"
    if day_first:
        return day_first, None, "day first, no weekday to check it"
    if month_first:
        return month_first, None, "month first, there is no such month"
    return None, None, "no such day"


def full_year(text: str) -> int:
    """A year of two or four digits; two digits below 70 are of this century."""
    number = int(text.strip("'’"))
    if number >= 100:
        return number
    return number + (2000 if number < 70 else 1900)


def find_weekday(text: str) -> int | None:
    """The first weekday named in a short string."""
    match = _WEEKDAY.search(text)
    return words.weekday(match.group(1)) if match else None


def _weekday_of(text: str, on: date) -> bool | None:
    named = find_weekday(text)
    return None if named is None else named == on.weekday()


def _on_day(on: date, text: str, local: tzinfo, *, after: int, before: int = 0) -> ParsedDate:
    """The day with the clock that stands behind it (or in front of it), if any."""
    agrees = _weekday_of(text, on)
    note = "" if agrees is not False else f"it was a {words.WEEKDAY_NAMES[on.weekday()]}, not as written"
    match = _CLOCK.search(text, after) or (_CLOCK.search(text[:before]) if before else None)
    if not match:
        return ParsedDate(on, weekday=agrees, note=note)
    hour, minute, second = int(match.group(1)), int(match.group(3)), int(match.group(4) or 0)
    hour = _hour(hour, match.group(5))
    zone = _zone_in(text[match.end(3) :])
    kind = ("utc" if zone.utcoffset(None) == timedelta(0) else "offset") if zone else ""
    return ParsedDate(_at(on, hour, minute, second, zone or local), kind, agrees, note)


def _hour(hour: int, half: str | None) -> int:
    """An hour of 0–24, told with or without "am" or "p.m."; where the half contradicts the hour, the hour counts."""
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone_in(text: str) -> tzinfo | None:
    match = _ZONE.search(text)
    if not match:
        return None
    name, shift, hours, minutes, zulu = match.groups()
    if zulu:
        return UTC
    if name:
        if shift and name.lower() in ("utc", "gmt"):
            return timezone(timedelta(hours=int(shift)))
        return words.ZONES[name.lower()]
    return _offset(f"{hours}{minutes}")


def _offset(text: str) -> timezone:
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)))


def _zoned(on: date, hour: int, minute: int, second: int, zone: str | None, local: tzinfo) -> datetime:
    if zone is None:
        return _at(on, hour, minute, second, local)
    if zone[0] in "+-":
        return _at(on, hour, minute, second, _offset(zone))
    return _at(on, hour, minute, second, words.ZONES.get(zone.lower(), UTC))


def _at(on: date, hour: int, minute: int, second: int, zone: tzinfo) -> datetime:
    if hour == 24:  # "24.00 WIB" is midnight at the end of the day; its day is what readers were told
        hour, minute, second = 23, 59, 59
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=zone)


def _zone_kind(zone: str | None) -> str:
    if zone is None:
        return ""
    return "utc" if zone.upper() in ("Z", "UTC", "GMT", "+00:00", "+0000", "-00:00", "-0000") else "offset"
