"""Finding the copies of an article among all that were stored before, in the transaction that stores it.

Candidates share fingerprints (storage.fingerprints); what they are is decided on their texts (storage.comparison),
who came first by storage.precedence. The cost is bounded whatever the size of the corpus: a hash keeps at most
``POSTINGS`` articles and then tells little, and at most ``CANDIDATES`` texts are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import chain as chained
from math import lcm
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select, text, update

from storage.copies.comparison import EXACT_WORDS, FEW_WORDS, Likeness, compare
from storage.copies.facts import agreed, facts_of
from storage.copies.fingerprints import Fingerprinted
from storage.copies.origin import Provenance, first
from storage.database.rows import UNDATED
from storage.database.tables import articles, copies, revisions
from storage.database.upsert import upsert

# Articles kept per hash. A hash that many articles have is an agency's stock phrase; the first ones are enough to find
# the origin of a story that a hundred sites carry.
POSTINGS = 32
# Texts compared per article, best first, and articles looked at before their texts are read.
CANDIDATES, CONSIDERED = 12, 12
# Shared hashes weigh by rarity, 1/articles that have them, in whole numbers: sums are the same in any order of rows.
UNIT = lcm(*range(1, POSTINGS + 1))
# An article is worth reading that shares as much as a hash four have (1/TELLING), or most of the sketch, …
TELLING = 4
# … or this part of the hashes that the shorter text has. Of rewritten copies 92% do, of near ones and excerpts all.
LEAST_SHARE = 0.2
# So much is never chance (exact, near, excerpt): some of these are read whatever else there is.
CERTAIN_SHARE, CERTAIN = 0.4, 2
# A later text that holds this part of an earlier, shorter one took it in and added its own: it expands it.
TAKEN_IN = 0.85
# A story is rewritten while it is news. Exact copies are copies however late; near ones and excerpts that are this many
# days apart only where they are the same to the figure: the day after next a template has new ones.
REWRITTEN_DAYS, ALTERED_DAYS = 30, 7

# One row per hash with all its articles: a row per article takes the driver longer than the look-up itself.
_LOOK_UP = {
    "sqlite": text(
        "SELECT hash, keys FROM (SELECT value AS hash, (SELECT group_concat(article_key) FROM fingerprints f"
        " WHERE f.hash = value) AS keys FROM json_each(:hashes)) WHERE keys IS NOT NULL"
    ),
    "postgresql": text(
        "SELECT hash, string_agg(article_key::text, ',') AS keys FROM fingerprints"
        " WHERE hash = ANY(CAST(:hashes AS bigint[])) GROUP BY hash"
    ),
}
_ADD = {
    "sqlite": text("INSERT OR IGNORE INTO fingerprints SELECT value, :key FROM json_each(:hashes)"),
    "postgresql": text(
        "INSERT INTO fingerprints SELECT unnest(CAST(:hashes AS bigint[])), :key ON CONFLICT DO NOTHING"
    ),
}
_REMOVE = {
    "sqlite": text(
        "DELETE FROM fingerprints WHERE article_key = :key AND hash IN (SELECT value FROM json_each(:hashes))"
    ),
    "postgresql": text("DELETE FROM fingerprints WHERE article_key = :key AND hash = ANY(CAST(:hashes AS bigint[]))"),
}
_FORGET = delete(copies).where(copies.c.article_key == bindparam("key"))
_PLACE = select(copies.c.chain, copies.c.grown).where(copies.c.article_key == bindparam("key"))
_SET_PLACE = (
    update(copies)
    .where(copies.c.article_key == bindparam("key"))
    .values(chain=bindparam("to_chain"), grown=bindparam("to_grown"))
)
_COPIES_OF = (
    select(copies.c.article_key, copies.c.kind, copies.c.chain, copies.c.grown, articles.c.id)
    .join(articles, articles.c.key == copies.c.article_key)
    .where(copies.c.copy_of == bindparam("id"))
)
_LENGTHS = select(articles.c.key, articles.c.word_count).where(articles.c.key.in_(bindparam("keys", expanding=True)))
_CANDIDATES = (
    select(
        articles.c.key,
        articles.c.id,
        articles.c.url,
        articles.c.outlet,
        articles.c.sort_key,
        articles.c.published_precision,
        articles.c.published_day,
        articles.c.dateline,
        articles.c.cited_sources,
        revisions.c.text,
    )
    .join(revisions, revisions.c.key == articles.c.text_key)
    .where(articles.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(articles.c.sort_key, articles.c.key)
)


@dataclass(frozen=True, slots=True)
class Subject:
    """An article as the search for copies sees it."""

    key: int
    id: str
    content: Fingerprinted
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Match:
    """A copy found: ``copy`` is one of ``original``."""

    copy: Subject
    original: Subject
    kind: str
    likeness: Likeness
    reason: str


def subject(row: Any) -> Subject:
    """From a row with key, id and the columns that Provenance needs."""
    published = None if row.sort_key == UNDATED else row.sort_key
    provenance = Provenance(
        row.url,
        row.outlet,
        row.text,
        row.dateline,
        row.cited_sources or (),
        published,
        row.published_precision,
        row.published_day,
    )
    return Subject(row.key, row.id, Fingerprinted(row.text), provenance)


def find(conn: Connection, new: Subject) -> tuple[list[Match], list[int]]:
    """Copies among what is stored, strongest first, and the hashes under which ``new`` may be stored itself."""
    if len(new.content.words) < EXACT_WORDS:
        return [], []
    hashes = new.content.hashes
    postings, full = _look_up(conn, hashes)
    candidates = _worth_reading(conn, new, postings, full) if postings else []
    matches = list(_verified(conn, new, candidates)) if candidates else []
    matches.sort(key=lambda match: match.likeness.strength, reverse=True)
    return matches, [hash_ for hash_ in hashes if hash_ not in full]


def _look_up(conn: Connection, hashes: list[int]) -> tuple[dict[int, list[str]], set[int]]:
    """The keys of the articles that have each hash, and the hashes that take no more of them.

    Keys stay the text they come as: most are only counted.
    """
    rows = conn.execute(_LOOK_UP[conn.dialect.name], {"hashes": array(conn, hashes)}).all()
    postings: dict[int, list[str]] = {hash_: keys.split(",") for hash_, keys in rows}
    return postings, {hash_ for hash_, keys in postings.items() if len(keys) >= POSTINGS}


def array(conn: Connection, hashes: list[int]) -> str | list[int]:
    """Hashes as a parameter of statements like those above."""
    return orjson.dumps(hashes).decode() if conn.dialect.name == "sqlite" else hashes


def _worth_reading(conn: Connection, new: Subject, postings: dict[int, list[str]], full: set[int]) -> list[int]:
    """The articles whose texts are to be compared: first what shares so much that it must be a copy."""
    shares = _shares(conn, new, postings)
    certain = [key for key, share in shares.items() if share >= CERTAIN_SHARE][:CERTAIN]
    return list(dict.fromkeys([*certain, *_telling(new, postings, full), *shares]))[:CANDIDATES]


def _telling(new: Subject, postings: dict[int, list[str]], full: set[int]) -> list[int]:
    """The articles that share hashes few others have: best first, half of them by their sketch.

    Articles that have a paragraph or two in common share what stands in these; sketches are of whole articles.
    """
    weights: dict[str, int] = defaultdict(int)
    sketched: dict[str, int] = defaultdict(int)
    for hash_, keys in postings.items():
        weight = 0 if hash_ in full else UNIT // len(keys)
        whole = hash_ in new.content.sketch
        for key in keys if weight or whole else ():
            weights[key] += weight
            if whole:
                sketched[key] += UNIT
    best = [(-weight, int(key)) for key, weight in weights.items() if weight * TELLING >= UNIT]
    alike = [(-number - weights[key], int(key)) for key, number in sketched.items()]
    found = [nsmallest(CANDIDATES // 2, ranked) for ranked in (best, alike)]
    return [key for ranked in found for _, key in ranked]


def _shares(conn: Connection, new: Subject, postings: dict[int, list[str]]) -> dict[int, float]:
    """The articles that share many hashes, however many others have them, most first, and which part.

    A story that very many sites carry has no hash left that few have.
    """
    content = new.content
    density = len(content.hashes) / len(content.words)
    counts = Counter(chained.from_iterable(postings.values()))
    least = LEAST_SHARE * density * min(len(content.words), FEW_WORDS)
    enough = ((-count, int(key)) for key, count in counts.items() if count >= least)
    considered = {key: -count for count, key in nsmallest(CONSIDERED, enough)}
    if not considered:
        return {}
    lengths = {row.key: row.word_count for row in conn.execute(_LENGTHS, {"keys": list(considered)})}
    expected = {key: density * min(len(content.words), lengths[key]) for key in considered if lengths.get(key)}
    shares = {key: considered[key] / most for key, most in expected.items()}
    return {key: share for key, share in shares.items() if share >= LEAST_SHARE}


def link(conn: Connection, new: Subject, *, revised: bool = False) -> Match | None:
    """Store the fingerprints of a new text and link it with its copies; the match that ``new`` is the copy of.

    ``revised`` says that the article was there before: others may be copies of it.
    """
    matches, hashes = find(conn, new)
    if hashes:
        conn.execute(_ADD[conn.dialect.name], {"hashes": array(conn, hashes), "key": new.key})
    own = next(
        (match for match in matches if match.copy is new and not _leads_to(conn, match.original.id, new.id)), None
    )
    if own is not None:
        _store(conn, own, alone=not revised)
    elif revised:
        _hand_down(conn, new.id, new.id, grown=False)
    for match in matches:
        if match.original is new:
            _relink(conn, match)
    return own


def remember(conn: Connection, key: int, content: Fingerprinted) -> None:
    """Store the fingerprints of a text without looking for copies: for making the table anew."""
    hashes = content.hashes if len(content.words) >= EXACT_WORDS else []
    _, full = _look_up(conn, hashes)
    own = [hash_ for hash_ in hashes if hash_ not in full]
    if own:
        conn.execute(_ADD[conn.dialect.name], {"hashes": array(conn, own), "key": key})


def unlink(conn: Connection, key: int, content: Fingerprinted) -> None:
    """Forget the fingerprints and the link of a text that is replaced or withdrawn."""
    conn.execute(_FORGET, {"key": key})
    if content.hashes:
        conn.execute(_REMOVE[conn.dialect.name], {"hashes": array(conn, content.hashes), "key": key})


def chain(conn: Connection, id_: str) -> list[tuple[str, str, str]]:
    """From an article up to the origin of its story, in one query: (id, copy of, kind), the article itself first."""
    rows = conn.execute(_CHAIN, {"id": id_})
    return [(row.id, row.copy_of, row.kind) for row in rows]


def _verified(conn: Connection, new: Subject, keys: list[int]) -> Iterator[Match]:
    for row in conn.execute(_CANDIDATES, {"keys": keys}).all():
        if row.key == new.key:
            continue
        old = subject(row)
        likeness = compare(new.content, old.content)
        if likeness.kind is None:
            continue
        if _too_late(likeness, _days_apart(new.provenance, old.provenance)):
            continue
        yield _directed(new, old, likeness)


def _too_late(likeness: Likeness, days: int) -> bool:
    if likeness.kind == "rewritten":
        return days > REWRITTEN_DAYS
    facts = likeness.facts
    return facts is not None and days > ALTERED_DAYS and facts.numbers[1] + facts.days[1] > 0


def _directed(new: Subject, old: Subject, likeness: Likeness) -> Match:
    order, reason = first(new.provenance, old.provenance)
    kind = str(likeness.kind)
    if kind == "excerpt":
        new_is_shorter = len(new.content.words) <= len(old.content.words)
        shorter, longer = (new, old) if new_is_shorter else (old, new)
        shorter_first = order == (-1 if new_is_shorter else 1)
        if shorter_first and likeness.shingles >= TAKEN_IN:
            return Match(longer, shorter, "expanded", likeness, reason)
        return Match(shorter, longer, "excerpt", likeness, reason if order else "the longer text")
    if order < 0:
        return Match(old, new, kind, likeness, reason)
    return Match(new, old, kind, likeness, reason)


def _days_apart(one: Provenance, other: Provenance) -> int:
    if not one.published or not other.published:
        return 0
    return abs((date.fromisoformat(one.published[:10]) - date.fromisoformat(other.published[:10])).days)


def _relink(conn: Connection, match: Match) -> None:
    """An older text than those known has come: what had no original, or a weaker one, gets this."""
    known = conn.execute(select(copies).where(copies.c.article_key == match.copy.key)).first()
    if known is not None and known.evidence["strength"] >= _strength(match):
        return
    if not _leads_to(conn, match.original.id, match.copy.id):
        _store(conn, match)


def _store(conn: Connection, match: Match, *, alone: bool = False) -> None:
    """Store a link; ``alone`` says that the copy has no copies itself."""
    likeness, copy, original = match.likeness, match.copy, match.original
    evidence = {
        "shingles": round(likeness.shingles, 3),
        "sentences": round(likeness.sentences, 3),
        "anchors": round(likeness.anchors, 3),
        "strength": _strength(match),
        "first": match.reason,
    }
    if likeness.facts is not None:
        evidence |= agreed(facts_of(copy.content), facts_of(original.content))
    parent = conn.execute(_PLACE, {"key": original.key}).first()
    chain_id, above = (parent.chain, parent.grown) if parent else (original.id, False)
    grown = grows(match.kind, above)
    link_ = {"article_key": copy.key, "copy_of": original.id, "kind": match.kind, "evidence": evidence}
    upsert(conn, copies, link_ | {"chain": chain_id, "grown": grown})
    if not alone:
        _hand_down(conn, copy.id, chain_id, grown=grown)


def grows(kind: str, above: bool) -> bool:
    """Whether a copy has what a text that expands its origin added; ``above`` says so of what it is a copy of."""
    return kind == "expanded" or (above and kind != "excerpt")


def _hand_down(conn: Connection, id_: str, chain_id: str, *, grown: bool) -> None:
    """Tell the copies of an article, and theirs, which chain they are in."""
    waiting = [(id_, grown)]
    while waiting:
        above_id, above = waiting.pop()
        for row in conn.execute(_COPIES_OF, {"id": above_id}).all():
            own = grows(row.kind, above)
            if (row.chain, row.grown) != (chain_id, own):
                conn.execute(_SET_PLACE, {"key": row.article_key, "to_chain": chain_id, "to_grown": own})
                waiting.append((row.id, own))


def _strength(match: Match) -> float:
    kind, share = match.likeness.strength
    return round(kind + share / 10, 4)


_CHAIN = text("""
    WITH RECURSIVE up(id, copy_of, kind, depth) AS (
        SELECT a.id, c.copy_of, c.kind, 1 FROM articles a JOIN copies c ON c.article_key = a.key WHERE a.id = :id
        UNION ALL
        SELECT a.id, c.copy_of, c.kind, up.depth + 1
        FROM up JOIN articles a ON a.id = up.copy_of JOIN copies c ON c.article_key = a.key WHERE up.depth < 100
    )
    SELECT id, copy_of, kind FROM up ORDER BY depth
""")


def _leads_to(conn: Connection, start: str, end: str) -> bool:
    return start == end or any(copy_of == end for _, copy_of, _ in chain(conn, start))
