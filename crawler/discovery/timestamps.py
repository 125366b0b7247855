"""Times of feeds, sitemaps and APIs: ISO 8601 and RFC 822 as sites write them. Hints only, never a verdict."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.extraction.dates.words import MONTHS

# Feeds of Indonesian systems write their own month names into RFC 822 ("Sen, 09 Agu 2020").
_RFC_822 = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: _RFC_822[number - 1] for name, number in MONTHS.items()}
_ZONES = {"WIB": "+0700", "WITA": "+0800", "WIT": "+0900"}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def parse(raw: str | None, zone: str) -> datetime | date | None:
    """A time as an aware datetime, a bare day as a date, None where it cannot be read.

    Times without a zone are read in ``zone`` (an IANA name, the outlet's).
    """
    text = " ".join((raw or "").split())[:60]
    if not text:
        return None
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if text[0].isdigit() and text[:4].isdigit() and text[4:5] == "-":
            return _aware(datetime.fromisoformat(text), zone)
        words = [_MONTHS.get(word.lower(), _ZONES.get(word, word)) for word in text.split()]
        return _aware(parsedate_to_datetime(" ".join(words)), zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


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
