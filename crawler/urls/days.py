"""Days that an address names: the one reader of them.

A day or a month is read from whole segments of the path only. In "/konflik-2019-12-tentara-tewas" and in
"/2021/01/11-peserta-ikut-lomba" the numbers belong to the headline, whatever they look like.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from urllib.parse import urlsplit

EARLIEST = date(1995, 1, 1)  # Republika Online, the first Indonesian news site, opened in August 1995
MAX_SEGMENTS = 40

Kind = Literal["day", "compact", "short", "draft", "unix", "month"]

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"0[1-9]|1[0-2]")
_NUMBER = re.compile(r"[0-9]{1,2}")
_STEM = re.compile(r"([0-9]{1,2})(?:\.[a-z]{2,5})?")  # "09" and "09.html"
# "2020-11-09-judul" begins with a day; "2020-11" alone is a month, or a day with the next segment ("/2020-11/09/").
_DASHED = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])(?=[-._]|$)")
_YEAR_MONTH = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")
_SIX = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
_EIGHT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DRAFT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{6}-[0-9]{1,12}-[0-9]{1,12}")
_UNIX = re.compile(r"-(1[0-9]{9})$")
# Files that list others carry their day or month inside of their name: "sitemap-2020-11.xml", "sitemap202011.xml.gz".
_LIST = re.compile(r"sitemap|\.(?:xml|txt|gz|rss)$", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[._-]?(0[1-9]|1[0-2])(?:[._-]?(0[1-9]|[12][0-9]|3[01]))?(?![0-9])")
_LIST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class UrlDays:
    """The days an address names: ``first`` to ``last``, as ``raw`` spells them.

    ``kind``: "day" and "month" are told plainly; "compact" ("/20201109/") and "short" ("/17/02/17/") may be numbers of
    something else; "draft" is the time an article was begun (CNN and CNBC Indonesia); "unix" is a time at the slug's
    end (Sindonews), of which ``instant`` is the moment in UTC.
    """

    first: date
    last: date
    kind: Kind
    raw: str
    instant: datetime | None = None


def span(url: str) -> tuple[date, date] | None:
    """First and last day a URL's path names ("/2020/11/09/", "/2020/11/", "sitemap-2020-11.xml"), or None.

    Only what is told plainly is read: this decides what is left out of a window.
    """
    found = days_in(url)
    return (found.first, found.last) if found and found.kind in ("day", "month") else None


def days_in(url: str) -> UrlDays | None:
    """The day, instant or month in a URL's path, with how far it can be trusted; None where it names none."""
    try:
        path = urlsplit(url).path if "://" in url else url
    except ValueError:
        return None
    segments = [segment for segment in path.split("/", MAX_SEGMENTS + 1) if segment][:MAX_SEGMENTS]
    month: UrlDays | None = None
    weaker: UrlDays | None = None
    for at, segment in enumerate(segments):
        if (match := _DASHED.match(segment)) and (found := _day(match[1], match[2], match[3], raw=match[0])):
            return found
        if match := _YEAR_MONTH.fullmatch(segment) or (_SIX.fullmatch(segment) if at == 0 else None):
            behind = _STEM.fullmatch(segments[at + 1]) if at + 1 < len(segments) else None
            if (
                behind
                and "-" in segment
                and (found := _day(match[1], match[2], behind[1], raw=f"{segment}/{behind[1]}"))
            ):
                return found
            month = month or _month(match[1], match[2], raw=segment)
        elif _YEAR.fullmatch(segment) and at + 1 < len(segments) and _NUMBER.fullmatch(segments[at + 1]):
            behind = _STEM.fullmatch(segments[at + 2]) if at + 2 < len(segments) else None
            if behind:
                named = (segment, segments[at + 1], behind[1])
                return _day(*named, raw="/".join(named))  # a day that there is not is no month either
            if _MONTH.fullmatch(segments[at + 1]):
                month = month or _month(segment, segments[at + 1], raw=f"{segment}/{segments[at + 1]}")
        weaker = weaker or _weaker(segments, at)
    if weaker is None and segments and (match := _UNIX.search(segments[-1])):
        instant = datetime.fromtimestamp(int(match[1]), tz=UTC)
        weaker = UrlDays(instant.date(), instant.date(), "unix", match[1], instant)
    if month is None and weaker is None and segments and _LIST.search(segments[-1]):
        return _in_name(segments[-1][:_LIST_NAME])
    return weaker or month


def _weaker(segments: list[str], at: int) -> UrlDays | None:
    """Digits that are mostly a day: "20201109", "17/02/17", CNN's "20201109123456-4-99"."""
    if match := _EIGHT.fullmatch(segments[at]):
        return _day(match[1], match[2], match[3], kind="compact", raw=segments[at])
    if match := _DRAFT.fullmatch(segments[at]):
        return _day(match[1], match[2], match[3], kind="draft", raw=segments[at])
    three = segments[at : at + 3]
    # Something has to follow: three numbers at the end may count anything.
    if len(three) == 3 and at + 3 < len(segments) and all(len(part) == 2 and part.isdecimal() for part in three):
        return _day(f"20{three[0]}", three[1], three[2], kind="short", raw="/".join(three))
    return None


def _in_name(name: str) -> UrlDays | None:
    match = _IN_NAME.search(name)
    if match is None:
        return None
    if match[3]:
        return _day(match[1], match[2], match[3], raw=match[0])
    return _month(match[1], match[2], raw=match[0])


def _day(year: str, month: str, day: str, *, raw: str, kind: Kind = "day") -> UrlDays | None:
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return UrlDays(on, on, kind, raw)


def _month(year: str, month: str, *, raw: str) -> UrlDays:
    first = date(int(year), int(month), 1)
    return UrlDays(first, first.replace(day=monthrange(first.year, first.month)[1]), "month", raw)
