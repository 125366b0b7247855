"""Bounds that the corpus gives an undated article: the days of its original, its story, its neighbours by number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, select, update

from storage.article import Bound, between
from storage.copies import stories
from storage.copies.fingerprints import Fingerprinted
from storage.copies.linking import Match
from storage.database import tables
from storage.identity import article_number

# Neighbours on each side; all those below must be older than all those above, or the numbers do not run with time.
NEIGHBOURS = 3
NEWEST = 5000  # articles of the outlet looked through, those stored last
# A story found so many days around has an undated report within this many; coverage of one event ends before.
LOOK_BACK, AROUND = 60, 7

_DATED = (
    select(tables.articles.c.url, tables.articles.c.published_day)
    .where(tables.articles.c.outlet == bindparam("outlet"), tables.articles.c.published_day.is_not(None))
    .order_by(tables.articles.c.key.desc())
    .limit(NEWEST)
)
_DAY_OF = select(tables.articles.c.published_day).where(tables.articles.c.key == bindparam("key"))


def bound(conn: Connection, key: int, row: dict[str, Any], own: list[Bound], copy: Match | None) -> None:
    """Store the bounds of an undated article: those of its page, ``own``, and what the corpus adds."""
    found = [*own, *_by_copy(conn, copy), *_by_number(conn, row["url"], row["outlet"])]
    after, before = between(found)
    if before is not None:
        found += _by_story(conn, key, row, after, before)
        after, before = between(found)
    conn.execute(
        update(tables.articles).where(tables.articles.c.key == key),
        {"published_after": after and after.isoformat(), "published_before": before and before.isoformat()},
    )
    told = [[item.side, item.day.isoformat(), item.source, item.raw] for item in found]
    conn.execute(update(tables.evidence).where(tables.evidence.c.article_key == key), {"bounds": told})


def _by_copy(conn: Connection, copy: Match | None) -> Iterator[Bound]:
    """A copy that names its source came after it."""
    if copy is not None and copy.reason.startswith("the copy names"):
        day = conn.scalar(_DAY_OF, {"key": copy.original.key})
        if day is not None:
            yield Bound("after", date.fromisoformat(day), "copy", copy.original.id)


def _by_number(conn: Connection, url: str, outlet: str | None) -> list[Bound]:
    """Articles of the outlet whose addresses have the next smaller and larger numbers."""
    number = running_number(url)
    if number is None or outlet is None:
        return []
    shape = _shape(url)
    days = sorted(
        (other, row.published_day)
        for row in conn.execute(_DATED, {"outlet": outlet})
        if _shape(row.url) == shape and (other := running_number(row.url)) is not None and other != number
    )
    below = [item for item in days if item[0] < number][-NEIGHBOURS:]
    above = [item for item in days if item[0] > number][:NEIGHBOURS]
    if below and above and max(day for _, day in below) > min(day for _, day in above):
        return []
    found = []
    if len(below) == NEIGHBOURS:
        other, day = min(below, key=lambda item: item[1])
        found.append(Bound("after", date.fromisoformat(day), "running number", f"{other} < {number}"))
    if len(above) == NEIGHBOURS:
        other, day = max(above, key=lambda item: item[1])
        found.append(Bound("before", date.fromisoformat(day), "running number", f"{other} > {number}"))
    return found if len(found) == 2 else []  # one side alone does not show that the numbers run


def running_number(url: str) -> int | None:
    """The number an outlet's address gives an article, where it runs on over days (``/d-5210431/``, ``?p=41822``)."""
    number = article_number(url)
    return int(number) if number is not None and number.isdecimal() else None


def _shape(url: str) -> tuple[str | None, int, int]:
    parts = urlsplit(url)
    number = running_number(url)
    return parts.hostname, parts.path.strip("/").count("/"), len(str(number))


def _by_story(conn: Connection, key: int, row: dict[str, Any], after: date | None, before: date) -> list[Bound]:
    """The days around a dated report of the same event, looked for in the weeks before it was there."""
    since = max(after or date.min, before - timedelta(days=LOOK_BACK))
    near = stories.find(conn, key, row["title"], Fingerprinted(row["text"]), since, before)
    day = conn.scalar(_DAY_OF, {"key": near[0]}) if near is not None else None
    if near is None or day is None:
        return []
    told = date.fromisoformat(day)
    raw = f"{day}, {', '.join(near[1]['names'])}"
    found = [Bound("after", told - timedelta(days=AROUND), "story", raw)]
    if told + timedelta(days=AROUND) < before:
        found.append(Bound("before", told + timedelta(days=AROUND), "story", raw))
    return found
