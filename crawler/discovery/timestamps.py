"""Times of feeds, sitemaps and APIs: ISO 8601 and RFC 822 as sites write them. Hints only, never a verdict.

A hint that cannot be true is no hint: the zero dates of databases (0001, -0001, 1900, 1970) and days after tomorrow
are answered with None, so they neither date an article nor put it outside a window.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler import urls
from crawler.extraction.dates.words import MONTHS
from crawler.urls.days import EARLIEST

AHEAD = timedelta(days=1)  # clocks and time zones differ; nothing is published later than tomorrow

# Feeds of Indonesian systems write their own month names into RFC 822 ("Sen, 09 Agu 2020").
_RFC_822 = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: _RFC_822[number - 1] for name, number in MONTHS.items()}
_ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900"}
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")  # digits are 0–9 (docs/dates.md)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# The year of an RFC 822 date. Two digits are a year (RFC 822, 5.1); "0001" and "-0001" are not, whatever the standard
# library makes of them (2001 and 2000).
_YEAR = re.compile(r"\b\d{1,2}[ -][A-Za-z]{3,12}[ -](-?\d{1,6})\b")


def parse(raw: str | None, zone: str, now: datetime | None = None) -> datetime | date | None:
    """A time as an aware datetime, a bare day as a date, None where it cannot be read or cannot be true.

    Times without a zone are read in ``zone`` (an IANA name, the outlet's). ``now`` is when the answer came (aware;
    None: this moment).
    """
    text = " ".join((raw or "").split())[:60]
    if not text or text[0] == "-" or _OTHER_DIGIT.search(text):
        return None
    try:
        if _ISO_DAY.fullmatch(text):
            return _believed(date.fromisoformat(text), now)
        if text[0].isdigit() and text[:4].isdigit() and text[4:5] == "-":
            return _believed(_aware(datetime.fromisoformat(text), zone), now)
        words = " ".join(_MONTHS.get(word.lower(), _ZONES.get(word, word)) for word in text.split())
        year = _YEAR.search(words)
        if year and not (len(year[1]) == 2 or 1000 <= int(year[1]) <= 9999):
            return None
        return _believed(_aware(parsedate_to_datetime(words), zone), now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def possible(day: date, now: datetime | None = None) -> bool:
    """Whether anything can have been published on a day: not before the first news sites, not after tomorrow."""
    return EARLIEST <= day <= (now or datetime.now(UTC)).date() + AHEAD


def span(url: str, now: datetime | None = None) -> tuple[date, date] | None:
    """The days a URL's path names, as ``urls.span``; None where they cannot be true ("/1970/01/01/", "/2999/")."""
    days = urls.span(url)
    if days is None or days[1] < EARLIEST or days[0] > (now or datetime.now(UTC)).date() + AHEAD:
        return None
    return days


def _believed(value: datetime | date, now: datetime | None) -> datetime | date | None:
    day = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    return value if possible(day, now) else None


def _aware(value: datetime, zone: str) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))


def local_day(value: datetime | date | None, zone: str) -> date | None:
    """The calendar day of a time in the outlet's own zone."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).date()
    return value


def before(value: datetime | date | None, since: date | None, zone: str) -> bool:
    """Whether a known time lies before a day, give or take a day for time zones."""
    day = local_day(value, zone)
    return day is not None and since is not None and day < since - timedelta(days=1)
