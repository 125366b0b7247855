"""The words of dates (``words.toml``) as look-ups, and dateparser for whole dates no pattern of ours reads."""

from __future__ import annotations

import tomllib
from datetime import timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

WEEKDAYS: dict[str, int] = _DATA["weekdays"]
AGES: dict[str, str] = _DATA["ages"]
ZONES = {name: timezone(timedelta(hours=hours), name.upper()) for name, hours in _DATA["zones"].items()}
WEEKDAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")  # for verdicts in words

# Here, not asked of dateparser: its import takes longer than reading a page, and nearly every page names a month.
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb", "maret march mar", "april apr", "mei may", "juni june",
         "juli july jul", "agustus august aug", "september sept sep", "oktober october oct", "november",
         "desember december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def _alternatives(words: list[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


# Regular expression fragments, longest spelling first, for use with re.IGNORECASE.
MONTH = f"(?:{_alternatives([*_MONTHS, *_DATA['months']])})"
WEEKDAY = f"(?:jum[’'`´‘]+at|jum&#0?39;at|{_alternatives(list(WEEKDAYS))})"
LONG_WEEKDAY = f"(?:jum[’'`´‘]+at|{_alternatives([word for word in WEEKDAYS if len(word) > 3])})"
ZONE = f"(?:{_alternatives(list(ZONES))})"


def weekday(word: str) -> int | None:
    """0 for Monday … 6 for Sunday, by an Indonesian, Malay or English name; None for any other word."""
    return WEEKDAYS.get(word.lower().translate(_APOSTROPHES).replace("&#39;", "").replace("&#039;", ""))


_APOSTROPHES = {ord(mark): None for mark in "’'`´‘."}


@lru_cache(maxsize=1)
def _parser() -> Any:
    from dateparser.date import DateDataParser  # slow to import, and most pages give ISO dates

    settings = {
        "DATE_ORDER": "DMY",
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    return DateDataParser(languages=["id", "en"], settings=settings)


def month(word: str) -> int | None:
    """1–12 for a month name or short form in Indonesian, English or Malay; None for any other word."""
    name = word.lower().strip(".")
    return _MONTHS.get(_DATA["months"].get(name, name))


@lru_cache(maxsize=2048)
def whole(text: str) -> tuple[int, int, int, int | None, int | None] | None:
    """(year, month, day, hour, minute) of a whole date string in Indonesian or English, strictly; None where dateparser
    does not find year, month and day in it. Hour and minute are None where the string has none."""
    try:
        found = _parser().get_date_data(text)
    except (ValueError, OverflowError, TypeError, KeyError, RecursionError):
        return None
    when = found.date_obj
    if when is None:
        return None
    clock = when.hour or when.minute
    return when.year, when.month, when.day, when.hour if clock else None, when.minute if clock else None
