"""Hints that articles tell of one event, kept apart from the articles.

An article's telling features are pairs of names and numbers that stand in one sentence of its title or first
sentences. Within a few days, articles that share several pairs that few others have are taken for one story, as are
copies. The story's id is the id of the article it began with.

The cost is bounded as for copies (storage.copies): a feature keeps at most ``POSTINGS`` articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container
from datetime import date
from hashlib import blake2b
from itertools import combinations, islice, product
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text

from storage.copies.fingerprints import Fingerprinted
from storage.copies.linking import UNIT, Match, array
from storage.database.tables import articles, story_members
from storage.database.upsert import upsert

# Days between two articles of one story, at most: coverage of one event dies down within these.
WINDOW_DAYS = 3  # a window touches two weeks of the table
POSTINGS = 24  # within the window
PAIRS = 32  # features per article
SENTENCES = 8  # news tells its event first
# Sum of 1/articles over the pairs two articles share, and the different names these pairs are of.
LEAST_WEIGHT = 1.2
LEAST_NAMES = 4

_CALENDAR = frozenset(
    {"senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu", "wib", "wita", "wit", "januari", "februari"}
    | {"maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember"}
)
_DATE = re.compile(r"\d{1,2}[/.:-]\d{1,2}(?:[/.:-]\d{2,4})?|(?:19|20)\d\d|[0-3]?\d")

# By week first: what is written and asked for together stands together, whatever the size of the table. (CROSS JOIN is
# how SQLite is told to begin with the hashes; beginning with the table it reads the whole week.)
_LOOK_UP = {
    "sqlite": text(
        "SELECT f.hash, f.article_key FROM json_each(:hashes) j CROSS JOIN story_features f"
        " ON f.week IN (:since / 7, :until / 7) AND f.hash = j.value AND f.day BETWEEN :since AND :until"
    ),
    "postgresql": text(
        "SELECT hash, article_key FROM story_features WHERE week IN (:since / 7, :until / 7)"
        " AND hash = ANY(CAST(:hashes AS bigint[])) AND day BETWEEN :since AND :until"
    ),
}
_ADD = {
    "sqlite": text("INSERT OR IGNORE INTO story_features SELECT :day / 7, value, :key, :day FROM json_each(:hashes)"),
    "postgresql": text(
        "INSERT INTO story_features SELECT :day / 7, unnest(CAST(:hashes AS bigint[])), :key, :day"
        " ON CONFLICT DO NOTHING"
    ),
}
_REMOVE = {
    "sqlite": text(
        "DELETE FROM story_features WHERE week = :day / 7 AND article_key = :key"
        " AND hash IN (SELECT value FROM json_each(:hashes))"
    ),
    "postgresql": text(
        "DELETE FROM story_features WHERE week = :day / 7 AND article_key = :key"
        " AND hash = ANY(CAST(:hashes AS bigint[]))"
    ),
}
_STORY = select(story_members.c.story_id).where(story_members.c.article_key == bindparam("key"))
_ID = select(articles.c.id).where(articles.c.key == bindparam("key"))
_LEAVE = delete(story_members).where(story_members.c.article_key == bindparam("key"))


def names(words: list[str], among: Container[str] | None = None) -> list[tuple[str, ...]]:
    """The names and numbers of a sentence in their order, each as its case-folded words.

    Capitalised words that follow each other are one name ("Vagif Dargahli"). The first word of a sentence is none.
    In a heading, whose words may all be capitalised, those are names that the text uses as such: ``among``.
    Days, months, dates and times of day are none: all news of a day shares them.
    """
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for place, word in enumerate(words):
        folded = word.casefold()
        known = place > 0 if among is None else folded in among
        if known and word[0].isupper() and len(word) > 1 and folded not in _CALENDAR:
            run.append(folded)
            continue
        if run:
            found.append(tuple(run))
            run = []
        if word[0].isdigit() and not _DATE.fullmatch(word):
            found.append((folded,))
    return [*found, tuple(run)] if run else found


def pairs(title: str | None, content: Fingerprinted) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """An article's telling pairs: two words of different names of one sentence, and the names they stand for."""
    body = [names(words) for words in content.sentences[:SENTENCES]]
    known = {word for sentence in body for name in sentence for word in name}
    heading = [names(words, known) for words in Fingerprinted(title or "").sentences]
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for here in [*heading, *body]:
        for one, other in combinations(dict.fromkeys(here), 2):
            for pair in product(one, other):
                if pair[0] != pair[1]:
                    found.setdefault(" ".join(sorted(pair)), (one, other))
        if len(found) >= PAIRS:
            break
    return dict(islice(found.items(), PAIRS))


def features(title: str | None, content: Fingerprinted) -> list[int]:
    """The hashes of an article's telling pairs, sorted: 63 bits, the same in every process."""
    return sorted(map(_hash, pairs(title, content)))


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
    telling = {_hash(pair): both for pair, both in pairs(title, content).items()}
    if not telling:
        return None
    ordinal, hashes = date.fromisoformat(day).toordinal(), sorted(telling)
    asked = {"hashes": array(conn, hashes), "since": ordinal - WINDOW_DAYS, "until": ordinal + WINDOW_DAYS}
    postings: dict[int, list[int]] = defaultdict(list)
    for hash_, other in conn.execute(_LOOK_UP[conn.dialect.name], asked).all():
        if other != key:
            postings[hash_].append(other)
    own = [hash_ for hash_ in hashes if len(postings.get(hash_, ())) < POSTINGS]
    if own:
        conn.execute(_ADD[conn.dialect.name], {"hashes": array(conn, own), "day": ordinal, "key": key})
    return _nearest(postings, telling)


def _nearest(
    postings: dict[int, list[int]], telling: dict[int, tuple[tuple[str, ...], tuple[str, ...]]]
) -> tuple[int, dict[str, Any]] | None:
    weights: dict[int, int] = defaultdict(int)
    shared: dict[int, list[int]] = defaultdict(list)
    for hash_, keys in postings.items():
        for key in keys:
            weights[key] += UNIT // len(keys)
            shared[key].append(hash_)
    likely = sorted((-weight, key) for key, weight in weights.items() if weight >= LEAST_WEIGHT * UNIT)
    for weight, key in likely:
        covered = {name for hash_ in shared[key] for name in telling[hash_]}
        if len(covered) >= LEAST_NAMES:
            return key, {"names": [" ".join(name) for name in sorted(covered)], "weight": round(-weight / UNIT, 3)}
    return None


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
