"""Not before, not after: what a page without a date tells of when it was published.

It was there before its first comment was written, on the day it was fetched, and on the day its own header shows; it
came after the days that its text reports on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from lxml.html import HtmlElement

from crawler.extraction.dates import phrases
from crawler.extraction.dates.parsing import read
from storage.article import Bound

_COMMENTS = re.compile(r"comment|komentar|wpd-|disqus", re.IGNORECASE)
_HEADER = re.compile(r"header[-_]?date|current[-_]?date|date[-_]?today|tanggal[-_]?hari", re.IGNORECASE)
# Days of a unit. Ages are rounded, by WordPress to the nearest: "3 years" is two and a half at least.
_UNITS = {
    "day hari": 1.0, "week minggu pekan": 7.0, "month bulan": 30.0, "year tahun": 365.0,
}  # fmt: skip
_DAYS = {word: days for words, days in _UNITS.items() for word in words.split()}
_AGE = re.compile(rf"\b([0-9]{{1,3}}|an?|se)\s*({'|'.join(_DAYS)})s?\s+(?:yang\s+)?(?:lalu|ago)\b", re.IGNORECASE)
# Since a year, or of a model of it, which is sold from the year before on. Other years may be to come.
_YEAR = re.compile(r"\b(sejak|model|buatan|keluaran)\s+(?:tahun\s+)?((?:19|20)[0-9]{2})\b", re.IGNORECASE)
MOST_COMMENTS = 400  # times looked at
SCHEDULED = timedelta(days=7)  # an article may be written, and changed last, so long before its publication is due
OTHER_ZONE = timedelta(days=1)  # a comment's clock may be of another zone than the outlet's


def bounds(root: HtmlElement, text: str, *, local: tzinfo, fetched_at: datetime | None = None) -> list[Bound]:
    """The evidence of one page; its days are those at the outlet, whose zone is ``local``."""
    found: list[Bound] = []
    today = fetched_at.astimezone(local).date() if fetched_at else None
    if today is not None and fetched_at is not None:
        found.append(Bound("before", today, "fetched", fetched_at.astimezone(UTC).isoformat(timespec="seconds")))
    shown = _header_day(root, local)
    if shown is not None and (today is None or shown.day <= today + OTHER_ZONE):
        found.append(shown)
        today = min(today, shown.day) if today else shown.day
    comments = sorted(_comments(root, local, today), key=lambda bound: bound.day)
    found += comments[:1]
    last = min((bound.day for bound in found), default=None)
    reported = [
        phrase for phrase in phrases.find(text) if _reported(phrase) and (last is None or (phrase.day or last) <= last)
    ]
    if reported:
        newest = max(reported, key=lambda phrase: phrase.day or date.min)
        found.append(Bound("after", newest.day or date.min, "day in text", newest.raw))
    years = [(date(int(match[2]) - (match[1].casefold() != "sejak"), 1, 1), match[0]) for match in _YEAR.finditer(text)]
    if past := [item for item in years if last is None or item[0] <= last]:
        day, raw = max(past)
        found.append(Bound("after", day, "year in text", raw))
    return found


def there_by(modified: datetime | date | None, captured: datetime | date | None, local: tzinfo) -> Iterator[Bound]:
    """What sitemaps and web archives tell: when the page was changed last, and when it was captured."""
    if modified is not None:
        yield Bound("before", _day(modified, local) + SCHEDULED, "changed, by the sitemap", modified.isoformat())
    if captured is not None:
        yield Bound("before", _day(captured, local), "captured by a web archive", captured.isoformat())


def _reported(phrase: phrases.Phrase) -> bool:
    """Whether a day is told of as news: with its weekday or in brackets, and not as a plan."""
    return phrase.news_style and phrase.weekday is not False and not phrase.planned


def _header_day(root: HtmlElement, local: tzinfo) -> Bound | None:
    for element in root.iter("div", "span", "time", "p", "li"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _HEADER.search(names):
            raw = " ".join(element.text_content().split())[:80]
            value = read(raw, local).value
            if value is not None:
                return Bound("before", _day(value, local), "date in the page's header", raw)
    return None


def _comments(root: HtmlElement, local: tzinfo, today: date | None) -> Iterator[Bound]:
    for number, (raw, absolute) in enumerate(_comment_times(root)):
        if number == MOST_COMMENTS:
            return
        if not absolute:
            match = _AGE.search(raw)
            if match and today is not None:
                count = int(match[1]) if match[1].isdecimal() else 1
                least = max(0.0, count - 0.5) * _DAYS[match[2].casefold()]
                yield Bound("before", today - timedelta(days=int(least)), "comment age", match[0])
        elif (value := read(raw, local).value) is not None:
            yield Bound("before", _day(value, local) + OTHER_ZONE, "comment time", raw)


def _comment_times(root: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Times and ages in blocks of comments: (as written, whether it is a time)."""
    for element in root.iter("div", "span", "time", "a", "p", "small", "abbr"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        parent = element.getparent()
        if parent is not None:
            names += f" {parent.get('class', '')} {parent.get('id', '')}"
        if not _COMMENTS.search(names):
            continue
        for raw in (element.get("datetime"), element.get("title")):
            if raw and 6 <= len(raw) <= 60 and re.search(r"\d{4}", raw):
                yield raw, True
        if len(element) <= 2 and (own := " ".join(element.text_content().split())) and len(own) <= 60:
            yield own, False


def _day(value: datetime | date, local: tzinfo) -> date:
    return value.astimezone(local).date() if isinstance(value, datetime) else value
