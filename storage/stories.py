"""Hints that articles tell of one event, kept apart from the articles.

An article's telling features are pairs of names and numbers that stand in one sentence of its title or first
sentences. Within a few days, articles that share several pairs that few others have are taken for one story, as are
copies. The story's id is the id of the article it began with.

The cost is bounded as for copies (storage.copies): a feature keeps at most ``POSTINGS`` articles.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from hashlib import blake2b
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text

from storage.copies import Match, array
from storage.fingerprints import Fingerprinted
from storage.models import articles, story_members
from storage.upsert import upsert

# Days between two articles of one story, at most: coverage of one event dies down within these.
WINDOW_DAYS = 3
POSTINGS = 24  # within the window
PAIRS = 32  # features per article
SENTENCES = 8  # news tells its event first
# Sum of 1/articles over the pairs two articles share. Three pairs that nobody else has, or many that some have.
LEAST_WEIGHT = 1.2
LEAST_PAIRS = 3

_LOOK_UP = {
    "sqlite": text(
        "SELECT f.hash, f.article_key FROM json_each(:hashes) j JOIN story_features f"
        " ON f.hash = j.value AND f.day BETWEEN :since AND :until"
    ),
    "postgresql": text(
        "SELECT hash, article_key FROM story_features"
        " WHERE hash = ANY(CAST(:hashes AS bigint[])) AND day BETWEEN :since AND :until"
    ),
}
_ADD = {
    "sqlite": text("INSERT OR IGNORE INTO story_features SELECT value, :day, :key FROM json_each(:hashes)"),
    "postgresql": text(
        "INSERT INTO story_features SELECT unnest(CAST(:hashes AS bigint[])), :day, :key ON CONFLICT DO NOTHING"
    ),
}
_REMOVE = {
    "sqlite": text(
        "DELETE FROM story_features WHERE article_key = :key AND day = :day"
        " AND hash IN (SELECT value FROM json_each(:hashes))"
    ),
    "postgresql": text(
        "DELETE FROM story_features WHERE article_key = :key AND day = :day AND hash = ANY(CAST(:hashes AS bigint[]))"
    ),
}
_STORY = select(story_members.c.story_id).where(story_members.c.article_key == bindparam("key"))
_ID = select(articles.c.id).where(articles.c.key == bindparam("key"))
_LEAVE = delete(story_members).where(story_members.c.article_key == bindparam("key"))


def pairs(title: str | None, content: Fingerprinted) -> list[str]:
    """An article's telling pairs of names and numbers."""
    heading = Fingerprinted(f"• {title}" if title else "")  # the first word of a title may be a name as well
    names = set(heading.anchors) | set(content.anchors)
    found: dict[tuple[str, str], None] = {}
    for words in [*heading.folded, *content.folded[:SENTENCES]]:
        found.update(dict.fromkeys(combinations(sorted(names.intersection(words)), 2)))
        if len(found) >= PAIRS:
            break
    return [" ".join(pair) for pair in list(found)[:PAIRS]]


def features(title: str | None, content: Fingerprinted) -> list[int]:
    """The hashes of an article's telling pairs, sorted: 63 bits, the same in every process."""
    return sorted({_hash(pair) for pair in pairs(title, content)})


def assign(
    conn: Connection, key: int, title: str | None, content: Fingerprinted, day: str | None, copy: Match | None
) -> str | None:
    """Put a new text into the story it belongs to, if any; the story's id. ``day`` is YYYY-MM-DD."""
    found: tuple[int, dict[str, Any]] | None = None
    if copy is not None:
        found = copy.original.key, {"copy": copy.kind}
    if day is not None:
        near = remember(conn, key, title, content, day)
        found = found or near
    if found is None:
        return None
    other, evidence = found
    story = conn.scalar(_STORY, {"key": other})
    if story is None:
        story = str(conn.scalar(_ID, {"key": other}))
        upsert(conn, story_members, {"article_key": other, "story_id": story, "evidence": {"first": True}})
    upsert(conn, story_members, {"article_key": key, "story_id": story, "evidence": evidence})
    return story


def remember(
    conn: Connection, key: int, title: str | None, content: Fingerprinted, day: str
) -> tuple[int, dict[str, Any]] | None:
    """Store an article's features; the article that shares the most of them, if any, and the evidence."""
    ordinal, hashes = date.fromisoformat(day).toordinal(), features(title, content)
    near, full = _nearest(conn, key, hashes, ordinal)
    own = [hash_ for hash_ in hashes if hash_ not in full]
    if own:
        conn.execute(_ADD[conn.dialect.name], {"hashes": array(conn, own), "day": ordinal, "key": key})
    return near


def _nearest(
    conn: Connection, key: int, hashes: list[int], day: int
) -> tuple[tuple[int, dict[str, Any]] | None, set[int]]:
    """The article that shares the most telling pairs, and the pairs that have articles enough in these days."""
    if not hashes:
        return None, set()
    asked = {"hashes": array(conn, hashes), "since": day - WINDOW_DAYS, "until": day + WINDOW_DAYS}
    postings: dict[int, list[int]] = defaultdict(list)
    for hash_, other in conn.execute(_LOOK_UP[conn.dialect.name], asked).all():
        if other != key:
            postings[hash_].append(other)
    full = {hash_ for hash_, keys in postings.items() if len(keys) >= POSTINGS}
    weights: dict[int, float] = defaultdict(float)
    shared: dict[int, int] = defaultdict(int)
    for keys in postings.values():
        for other in keys:
            weights[other] += 1 / len(keys)
            shared[other] += 1
    likely = (key for key, weight in weights.items() if weight >= LEAST_WEIGHT)
    enough = [(-weights[key], key) for key in likely if shared[key] >= LEAST_PAIRS]
    if not enough:
        return None, full
    weight, other = min(enough)
    return (other, {"pairs": shared[other], "weight": round(-weight, 3)}), full


def forget(conn: Connection, key: int, title: str | None, content: Fingerprinted, day: str | None) -> None:
    """Take a text that is replaced or withdrawn out of its story, with its features."""
    conn.execute(_LEAVE, {"key": key})
    hashes = features(title, content)
    if day is not None and hashes:
        ordinal = date.fromisoformat(day).toordinal()
        conn.execute(_REMOVE[conn.dialect.name], {"hashes": array(conn, hashes), "day": ordinal, "key": key})


def members(conn: Connection, story_id: str) -> list[tuple[str, str | None, str | None, dict[str, Any]]]:
    """The articles of a story in the order of publication: (id, outlet, title, why)."""
    statement = (
        select(articles.c.id, articles.c.outlet, articles.c.title, story_members.c.evidence)
        .join(story_members, story_members.c.article_key == articles.c.key)
        .where(story_members.c.story_id == story_id)
        .order_by(articles.c.sort_key, articles.c.id)
    )
    return [(row.id, row.outlet, row.title, row.evidence) for row in conn.execute(statement)]


def _hash(pair: str) -> int:
    return int.from_bytes(blake2b(pair.encode(), digest_size=8, person=b"story").digest(), "big") >> 1
