"""From candidates to one verdict: days are scored by who names them; the best day gives the value, or none does.

1. What cannot be is set aside: the future, the time before Indonesian news was on the web, the moment of the capture,
   a publication overwritten by a change. Zones are mended first (``zones.py``).
2. Every candidate votes for its day in the outlet's zone, each family of places once, with the weight of its best.
3. A day before what the text reports as past loses; but a day of the text never wins against one declared elsewhere.
4. The best day wins if it reaches ``ACCEPT``; its most precise, most trusted candidate gives the value.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo

from crawler.extraction.dates import zones
from crawler.extraction.dates.found import Found
from crawler.extraction.dates.parsing import ParsedDate
from crawler.urls.days import EARLIEST
from storage.article import DateCandidate

ACCEPT = (
    2.0  # below: a stray time element, URL digits, a creation time. A text phrase (2.5) or a caption (2.0) reaches it.
)
NEIGHBOUR = 0.3  # share of its weight a candidate gives to the day before and after: drafts, midnights, zones
CONTRADICTED = 5.0  # taken from a day that lies before what the text reports as past
CAPTURE = timedelta(minutes=2)  # a page "published" this near to its capture was likely stamped while it was made
MAX_CANDIDATES = 40


@dataclass(slots=True)
class DateVerdict:
    """``value``: an aware datetime (``precision`` "minute"), a date ("day"), or None. ``source`` names the place that
    won. ``modified_at``: the page's own word on its last change. ``candidates``: all evidence, with a verdict each."""

    value: datetime | date | None = None
    precision: str | None = None
    source: str | None = None
    modified_at: datetime | date | None = None
    candidates: list[DateCandidate] = field(default_factory=list)


def day_of(value: datetime | date, local: tzinfo) -> date:
    """The calendar day of a value; of an instant, the day readers of the outlet saw."""
    return value.astimezone(local).date() if isinstance(value, datetime) else value


def is_future(value: datetime | date, now: datetime, local: tzinfo) -> bool:
    """Whether a value lies after ``now`` by more than servers' clocks can be off."""
    if isinstance(value, datetime):
        return value > now + zones.SLACK
    return value > now.astimezone(local).date()


def decide(found: list[Found], local: tzinfo, now: datetime, captured: datetime | None) -> DateVerdict:
    """Weigh all candidates. ``now``: the latest possible time; ``captured``: when the page was fetched, if known."""
    zones.mend(found, local, now)
    for item in found:
        _set_aside(item, local, now)
    _stamped(found, captured, local)
    _overwritten(found, local)
    published = [
        item for item in found if item.role == "published" and item.weight > 0 and item.reading.value is not None
    ]
    scores = _scores(published, [item for item in found if item.role == "support"], local)
    told = [item for item in published if item.family == "text"]
    for day in scores:
        if any(day_of(item.reading.value, local) - day > timedelta(days=1) for item in told if item.reading.value):
            scores[day] -= CONTRADICTED
    _never_the_text_alone(scores, published, local)
    verdict = DateVerdict()
    best = max(scores, key=lambda day: (scores[day], day), default=None)
    winner: Found | None = None
    if best is not None and scores[best] >= ACCEPT:
        of_day = [item for item in published if item.reading.value and day_of(item.reading.value, local) == best]
        winner = max(
            of_day, key=lambda item: (_precision(item) == "minute", item.weight, item.reading.zone == "offset")
        )
        verdict.value = _localised(_best_spelling(winner, of_day), local)
        verdict.precision, verdict.source = _precision(winner), winner.source
    verdict.modified_at = _modified(found, verdict.value, local)
    for item in found[:MAX_CANDIDATES]:
        verdict.candidates.append(
            DateCandidate(item.source, item.raw[:200], item.reading.value, _in_words(item, winner, best, local))
        )
    return verdict


def _set_aside(item: Found, local: tzinfo, now: datetime) -> None:
    value = item.reading.value
    if value is None:
        item.weight, item.why = 0.0, item.reading.note or item.why or "not a date"
    elif is_future(value, now, local):
        item.weight, item.why = 0.0, "in the future"
    elif day_of(value, local) < EARLIEST:
        item.weight, item.why = 0.0, "before Indonesian news was on the web"
    elif item.reading.weekday is False and item.family in ("visible", "time"):
        item.weight *= 0.5
        item.why = item.why or item.reading.note


def _stamped(found: list[Found], captured: datetime | None, local: tzinfo) -> None:
    """Times stamped while the page was made: the capture's own minute, where the page names another day as well."""
    if captured is None:
        return
    today = captured.astimezone(local).date()
    others = any(
        item.weight >= ACCEPT and item.role == "published" and item.reading.value is not None
        and day_of(item.reading.value, local) < today
        for item in found
    )  # fmt: skip
    for item in found:
        value = item.reading.value
        if others and isinstance(value, datetime) and not item.reading.relative and abs(value - captured) <= CAPTURE:
            item.weight, item.why = 0.0, "the moment the page was fetched"


def _overwritten(found: list[Found], local: tzinfo) -> None:
    """Publications that a change has overwritten: they stand days after what two other places agree on, and equal the
    page's own last change, or are contradicted by what readers see and by the address alike."""
    changes = [item.reading.value for item in found if item.role == "modified" and item.reading.value is not None]
    witnesses: dict[date, set[str]] = defaultdict(set)
    for item in found:
        value = item.reading.value
        if value is not None and item.role == "published" and item.weight >= ACCEPT and item.family in _WITNESSES:
            witnesses[day_of(value, local)].add(item.family)
    for day in list(witnesses):
        if "text" in witnesses.get(day - timedelta(days=1), ()):  # a story is told on its day or on the next
            witnesses[day].add("text")
    for item in found:
        value = item.reading.value
        if value is None or item.role != "published" or item.family not in ("json-ld", "meta"):
            continue
        for day, families in witnesses.items():
            if len(families) < 2 or day_of(value, local) - day <= timedelta(days=1):
                continue
            if any(_same(value, change) for change in changes) or {"url", "visible"} <= families:
                item.weight, item.why = 0.0, f"overwritten by a change: {_listed(families)} agree on {day}"
                break


# What a change does not touch.
_WITNESSES = {
    "url": "the address", "visible": "the byline", "text": "the text", "selector": "the outlet's own place",
    "feed": "the feed", "index": "the index", "sitemap": "the sitemap",
}  # fmt: skip


def _listed(families: set[str]) -> str:
    return " and ".join(name for family, name in _WITNESSES.items() if family in families)


def _same(one: datetime | date, other: datetime | date) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) < timedelta(minutes=1)
    return not isinstance(one, datetime) and not isinstance(other, datetime) and one == other


def _never_the_text_alone(scores: dict[date, float], published: list[Found], local: tzinfo) -> None:
    """Take out the days that the story's words alone name, where the page declares any other: a later day in the text
    may annul a declared one (``CONTRADICTED``), never beat it."""
    declared = any(item.family in _DECLARED for item in published)
    if declared:
        named = {
            day_of(item.reading.value, local) for item in published
            if item.reading.value is not None and item.family not in _WORDS
        }  # fmt: skip
        for day in set(scores) - named:
            del scores[day]


_WORDS = frozenset({"text", "caption"})
_DECLARED = frozenset({"json-ld", "meta", "visible", "selector", "feed"})  # not microdata: a template's leftover


def _scores(published: list[Found], support: list[Found], local: tzinfo) -> dict[date, float]:
    by_day: dict[date, dict[str, float]] = defaultdict(dict)
    for item in published:
        if item.reading.value is not None:
            families = by_day[day_of(item.reading.value, local)]
            families[item.family] = max(families.get(item.family, 0.0), item.weight)
    scores = {day: sum(families.values()) for day, families in by_day.items()}
    for day, families in by_day.items():
        for other in (day - timedelta(days=1), day + timedelta(days=1)):
            if other in by_day:
                for family, weight in families.items():
                    if family not in by_day[other]:
                        next_day = family == "text" and other > day  # a story is told on its day or on the next
                        scores[other] += weight * (1.0 if next_day else NEIGHBOUR)
    for item in support:
        if isinstance(item.reading.value, date):
            for day in scores:
                if (day.year, day.month) == (item.reading.value.year, item.reading.value.month):
                    scores[day] += item.weight
    return scores


def _precision(item: Found) -> str:
    return "minute" if isinstance(item.reading.value, datetime) else "day"


def _best_spelling(winner: Found, of_day: list[Found]) -> datetime | date:
    """The winner's instant, as a candidate with a real local offset spells it where one names the same instant."""
    value = winner.reading.value
    assert value is not None
    if isinstance(value, datetime) and winner.reading.zone == "utc":
        for item in of_day:
            other = item.reading.value
            if (
                isinstance(other, datetime)
                and item.reading.zone == "offset"
                and abs(other - value) < timedelta(minutes=1)
            ):
                return value.astimezone(other.tzinfo)
    return value


def _localised(value: datetime | date, local: tzinfo) -> datetime | date:
    """An instant with a plain offset: its own, or the outlet's where it was given in UTC."""
    if not isinstance(value, datetime):
        return value
    if value.utcoffset() == timedelta(0):
        value = value.astimezone(local)
    return value.astimezone(timezone(value.utcoffset() or timedelta(0)))


def _modified(found: list[Found], published: datetime | date | None, local: tzinfo) -> datetime | date | None:
    """The first usable word on the last change, strongest place first; never before the publication."""
    best: Found | None = None
    for item in found:
        value = item.reading.value
        if item.role != "modified" or item.weight <= 0 or value is None:
            continue
        if published is not None:
            if isinstance(value, datetime) and isinstance(published, datetime):
                early = value < published - timedelta(minutes=1)
            else:
                early = day_of(value, local) < day_of(published, local)
            if early:
                item.why = "before the publication"
                continue
        if best is None or item.weight > best.weight:
            best = item
    return _localised(best.reading.value, local) if best and best.reading.value else None


def _in_words(item: Found, winner: Found | None, best: date | None, local: tzinfo) -> str:
    note = item.reading.note
    if item is winner:
        return "chosen" + (f"; {note}" if note else "")
    if item.role == "modified" and not item.why:
        return "the last change" + (f"; {note}" if note else "")
    if item.weight <= 0 or item.role == "support":
        return f"set aside: {item.why or note or 'not of this article'}"
    if best is not None and winner is not None and item.reading.value is not None:
        if day_of(item.reading.value, local) == best:
            return "agrees" + (f"; {note}" if note else "")
        return f"set aside: another day is better supported{f' ({item.why})' if item.why else ''}"
    return f"set aside: too weak alone{f' ({item.why})' if item.why else ''}"


def hint(source: str, published: datetime | date, local: tzinfo, weight: float) -> Found:
    """A date known from outside of the page as a candidate."""
    zone = ""
    if isinstance(published, datetime):
        if published.tzinfo is None:
            published = published.replace(tzinfo=local)
        zone = "utc" if published.utcoffset() == timedelta(0) else "offset"
    return Found(source, source, published.isoformat(), ParsedDate(published, zone), weight)
