"""The words of dates (``words.toml``) as look-ups, and dateparser, which reads every date that is not ISO.

It is asked here alone, and answers are kept: it needs about a millisecond a string, and days repeat from page to page.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

WEEKDAYS: dict[str, int] = _DATA["weekdays"]
AGES: dict[str, str] = _DATA["ages"]
MONTHS: dict[str, int] = _DATA["months"]  # lower case; for what names a month alone, and to find dates by
ZONES = {name: timezone(timedelta(hours=hours), name.upper()) for name, hours in _DATA["zones"].items()}
WEEKDAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")  # for verdicts in words


def _alternatives(words: list[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


# Regular expression fragments, longest spelling first, for use with re.IGNORECASE.
MONTH = f"(?:{_alternatives(list(MONTHS))})"
WEEKDAY = f"(?:jum[’'`´‘]{{1,3}}at|jum&#0?39;at|{_alternatives(list(WEEKDAYS))})"
LONG_WEEKDAY = f"(?:jum[’'`´‘]{{1,3}}at|{_alternatives([word for word in WEEKDAYS if len(word) > 3])})"
ZONE = f"(?:{_alternatives(list(ZONES))})"


def weekday(word: str) -> int | None:
    """0 for Monday … 6 for Sunday, by an Indonesian, Malay or English name; None for any other word."""
    return WEEKDAYS.get(word.lower().translate(_APOSTROPHES).replace("&#39;", "").replace("&#039;", ""))


_APOSTROPHES = {ord(mark): None for mark in "’'`´‘."}


@lru_cache(maxsize=1)
def _parser() -> Any:
    from dateparser.date import DateDataParser  # slow to import, and many pages give ISO dates alone

    settings = {
        "DATE_ORDER": "DMY",
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    return DateDataParser(languages=["id", "en", "ms"], settings=settings)


@lru_cache(maxsize=4096)
def whole(text: str) -> datetime | None:
    """A whole date string in Indonesian, English or Malay, read strictly and day first, without a zone; midnight where
    it tells no clock. None where dateparser does not find year, month and day in it.

    Only the digits 0–9 are read: Islamic sites print the lunar day in Arabic ones, and superscripts are footnotes.
    """
    if not text.isascii() and any(char.isdigit() and not char.isascii() for char in text):
        return None
    try:
        found = _parser().get_date_data(text).date_obj
    except (ValueError, OverflowError, TypeError, KeyError, RecursionError):
        return None
    return found if isinstance(found, datetime) else None


def worded(day: str, name: str, year: int) -> date | None:
    """A day by its number, the name of its month and its year; None where there is no such day."""
    name = name.lower().strip(".")
    found = whole(f"{int(day)} {_DATA['respelled'].get(name, name)} {year}")
    return found.date() if found and (found.day, found.year) == (int(day), year) else None


def numeric(day: int, month: int, year: int) -> date | None:
    """The day "day/month/year", in that order; None where there is none."""
    found = whole(f"{day}/{month}/{year}")  # which takes a month past 12 for a day
    return found.date() if found and (found.day, found.month, found.year) == (day, month, year) else None


def month(name: str) -> int | None:
    """1–12 for a month name or short form in Indonesian, English or Malay; None for any other word."""
    return MONTHS.get(name.lower().strip("."))
