"""Hints that articles tell of one event, kept apart from the articles.

An article's telling features are pairs of its own names: those of its title and first sentences that news of many
events does not have (``common_names.toml``). Within a few days, articles that share three such names or more, as the
place, the building and the official, are taken for one story, as are copies. Pairs that several stories have tell
less. The story's id is the id of the article it began with.

The cost is bounded as for copies (storage.copies): a feature keeps at most ``POSTINGS`` articles.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Container
from datetime import date
from functools import cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text

from storage.copies.facts import NO_NAMES
from storage.copies.fingerprints import Fingerprinted
from storage.copies.linking import UNIT, Match, array
from storage.database.tables import articles, revisions, story_members
from storage.database.upsert import upsert

# Days between two articles of one story, at most: coverage of one event dies down within these.
WINDOW_DAYS = 3  # a window touches two weeks of the table
POSTINGS = 24  # within the window
NAMES, PAIRS = 9, 36  # an article's own names, and the features made of them
SENTENCES = 12  # news tells its event first
CHARACTERS = 4000  # of a text that is read for these
# Sum of 1/stories over the pairs two articles share, and the different names these pairs are of.
LEAST_WEIGHT = 2.0
LEAST_NAMES = 3
# What has so much in common is read, the best of it; then the names in common must be so many of those that the one
# with fewer has, and each title must name something that the other tells of.
READ, LEAST_SHARE = 3, 0.4
FIGURE = 13  # smaller numbers are those of many events

COMMON = Path(__file__).with_name("common_names.toml")
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
_STORIES = select(story_members.c.article_key, story_members.c.story_id).where(
    story_members.c.article_key.in_(bindparam("keys", expanding=True))
)
_TEXTS = (
    select(articles.c.key, articles.c.title, revisions.c.text)
    .join(revisions, revisions.c.key == articles.c.text_key)
    .where(articles.c.key.in_(bindparam("keys", expanding=True)))
)
_LEAVE = delete(story_members).where(story_members.c.article_key == bindparam("key"))


@cache
def common_names() -> frozenset[str]:
    """Words that are of no event's own names: those of ``common_names.toml``, of the calendar, titles."""
    groups: dict[str, str] = tomllib.loads(COMMON.read_text(encoding="utf-8"))
    return frozenset(word for group in groups.values() for word in group.split()) | _CALENDAR | NO_NAMES


def names(words: list[str], among: Container[str] | None = None) -> list[tuple[str, ...]]:
    """The names and numbers of a sentence that are of few events, in their order, each as its case-folded words.

    Capitalised words that follow each other are one name ("Vagif Dargahli"), but words that stand in news of many
    events end it. The first word of a sentence is none unless it is one elsewhere, or another follows. In a heading,
    whose words may all be capitalised, those are names that the text uses as such: ``among``. Days, months, dates,
    times of day and small numbers are none: all news of a day shares them.
    """
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    common = common_names()
    for word in words:
        if word[0].isupper() and len(word) > 1:
            folded = word.casefold()
            if folded not in common and (among is None or folded in among):
                run.append(folded)
                continue
        if run:
            found.append(tuple(run))
            run = []
        if word.isdecimal() and int(word) >= FIGURE and not _DATE.fullmatch(word):
            found.append((word,))
    return [*found, tuple(run)] if run else found


def own_names(title: str | None, content: Fingerprinted) -> tuple[list[tuple[str, ...]], int]:
    """An article's own names, those of the title first, and how many these are; of each at most its last two words."""
    sentences = content.sentences[:SENTENCES]
    known = {word.casefold() for words in sentences for word in words[1:] if word[0].isupper()}
    body = [name[-2:] for words in sentences for name in names(words, known)]
    inside = {word for name in body for word in name}
    heading = [name[-2:] for words in Fingerprinted(title or "").sentences for name in names(words, inside)]
    heading = list(dict.fromkeys(heading))[:NAMES]
    return list(dict.fromkeys([*heading, *body]))[:NAMES], len(heading)


def pairs(names_: list[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """An article's telling pairs: two of its own names, and the names they stand for."""
    found = {" ".join(sorted(("-".join(one), "-".join(other)))): (one, other) for one, other in combinations(names_, 2)}
    return dict(islice(found.items(), PAIRS))


def features(title: str | None, content: Fingerprinted) -> list[int]:
    """The hashes of an article's telling pairs, sorted: 63 bits, the same in every process."""
    return sorted(map(_hash, pairs(own_names(title, content)[0])))


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
    mine = own_names(title, content)
    telling = {_hash(pair): both for pair, both in pairs(mine[0]).items()}
    if not telling:
        return None
    ordinal, hashes = date.fromisoformat(day).toordinal(), sorted(telling)
    postings = _look_up(conn, key, hashes, ordinal - WINDOW_DAYS, ordinal + WINDOW_DAYS)
    own = [hash_ for hash_ in hashes if len(postings.get(hash_, ())) < POSTINGS]
    if own:
        conn.execute(_ADD[conn.dialect.name], {"hashes": array(conn, own), "day": ordinal, "key": key})
    return _nearest(conn, postings, telling, mine)


def find(
    conn: Connection, key: int, title: str | None, content: Fingerprinted, since: date, until: date
) -> tuple[int, dict[str, Any]] | None:
    """As ``remember`` for an article without a day, among those of the days from ``since`` to ``until``."""
    mine = own_names(title, content)
    telling = {_hash(pair): both for pair, both in pairs(mine[0]).items()}
    postings: dict[int, list[int]] = defaultdict(list)
    last = until.toordinal()
    for start in range(since.toordinal(), last + 1, 7) if telling else ():
        for hash_, keys in _look_up(conn, key, sorted(telling), start, min(start + 6, last)).items():
            postings[hash_] += keys
    return _nearest(conn, postings, telling, mine)


def _look_up(conn: Connection, key: int, hashes: list[int], since: int, until: int) -> dict[int, list[int]]:
    """The other articles that have each feature, of days (as ordinals) that are in two weeks of the table at most."""
    asked = {"hashes": array(conn, hashes), "since": since, "until": until}
    postings: dict[int, list[int]] = defaultdict(list)
    for hash_, other in conn.execute(_LOOK_UP[conn.dialect.name], asked).all():
        if other != key:
            postings[hash_].append(other)
    return postings


def _nearest(
    conn: Connection,
    postings: dict[int, list[int]],
    telling: dict[int, tuple[tuple[str, ...], tuple[str, ...]]],
    mine: tuple[list[tuple[str, ...]], int],
) -> tuple[int, dict[str, Any]] | None:
    shared: dict[int, list[int]] = defaultdict(list)
    for hash_, keys in postings.items():
        for key in keys:
            shared[key].append(hash_)
    told = {
        key: {name for hash_ in hashes for name in telling[hash_]}
        for key, hashes in shared.items()
        if len(hashes) >= LEAST_NAMES  # three names are three pairs
    }
    likely = [key for key, names_ in told.items() if len(names_) >= LEAST_NAMES]
    if not likely:
        return None
    every = sorted({key for keys in postings.values() for key in keys})
    story: dict[int, str | int] = {key: key for key in every}
    story |= {row.article_key: row.story_id for row in conn.execute(_STORIES, {"keys": every})}
    spread = {hash_: len({story[key] for key in keys}) for hash_, keys in postings.items()}
    weights = {key: sum(UNIT // spread[hash_] for hash_ in shared[key]) for key in likely}
    best = nsmallest(READ, ((-weight, key) for key, weight in weights.items() if weight >= LEAST_WEIGHT * UNIT))
    if not best:
        return None
    texts = {row.key: row for row in conn.execute(_TEXTS, {"keys": [key for _, key in best]})}
    for weight, key in best:
        row = texts.get(key)
        if row and _one_event(mine, own_names(row.title, Fingerprinted(row.text[:CHARACTERS]))):
            return key, {"names": [" ".join(name) for name in sorted(told[key])], "weight": round(-weight / UNIT, 3)}
    return None


def _one_event(mine: tuple[list[tuple[str, ...]], int], others: tuple[list[tuple[str, ...]], int]) -> bool:
    (names_, titled), (known, entitled) = mine, others
    common = [name for name in names_ if name in known]
    if len(common) < LEAST_SHARE * min(len(names_), len(known)):
        return False
    return all(
        not title or any(name in rest for name in title)
        for title, rest in (
            (names_[:titled], known),
            (known[:entitled], names_),
        )
    )


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
