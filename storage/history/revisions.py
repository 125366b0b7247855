"""What changed between two readings of an article: by sentence, with the numbers that were changed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select

from storage.corpus import Corpus
from storage.database.tables import addresses, articles, revisions
from storage.history.numbers import numbers
from storage.identity import article_key, id_of, is_id

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9À-Þ])|\n+")
# Two sentences are versions of one from this likeness of their words on.
ALIKE = 0.5
# Longer texts are compared as whole paragraphs would be: the quadratic part stays small.
MAX_SENTENCES = 2000


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored reading. Times are ISO 8601."""

    number: int
    title: str | None
    text: str
    content_hash: str
    fetched_at: str | None
    extractor_version: str | None
    archive_ref: str | None
    stored_at: str


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that came (``old`` is None), went (``new`` is None) or was changed, and the numbers in that."""

    old: str | None
    new: str | None
    numbers_gone: tuple[str, ...] = ()
    numbers_come: tuple[str, ...] = ()


def history(corpus: Corpus, id_or_url: str) -> list[Revision]:
    """All readings of an article with different content, oldest first; empty where there is no such article."""
    id_ = id_or_url if is_id(id_or_url) else id_of(article_key(id_or_url))
    table = revisions.c
    statement = (
        select(*(table[name] for name in Revision.__dataclass_fields__))
        .join(articles, articles.c.key == table.article_key)
        .join(addresses, addresses.c.article_key == articles.c.key)
        .where(addresses.c.id == id_)
        .order_by(table.number)
    )
    with corpus.db.read() as conn:
        return [Revision(**row) for row in conn.execute(statement).mappings()]


def sentences(text: str) -> list[str]:
    """The sentences of a text, without empty ones."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()][:MAX_SENTENCES]


def diff(old: str, new: str) -> list[Change]:
    """The changes from one text to the other, in the order of the texts; equal sentences are left out."""
    before, after = sentences(old), sentences(new)
    changes: list[Change] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            changes += _paired(before[a:b], after[c:d])
    return changes


def _paired(gone: list[str], come: list[str]) -> list[Change]:
    """Sentences of a replaced stretch, those that are versions of each other together."""
    changes: list[Change] = []
    left = list(come)
    for old in gone:
        best = max(left, key=lambda new: _likeness(old, new), default=None)
        if best is None or _likeness(old, best) < ALIKE:
            changes.append(_change(old, None))
            continue
        place = left.index(best)
        changes += [_change(None, new) for new in left[:place]]
        changes.append(_change(old, best))
        left = left[place + 1 :]
    return changes + [_change(None, new) for new in left]


def _likeness(old: str, new: str) -> float:
    a, b = Counter(re.findall(r"\w+", old.casefold())), Counter(re.findall(r"\w+", new.casefold()))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _change(old: str | None, new: str | None) -> Change:
    before, after = numbers(old or ""), numbers(new or "")
    return Change(old, new, _without(before, after), _without(after, before))


def _without(some: list[tuple[str, str]], others: list[tuple[str, str]]) -> tuple[str, ...]:
    """Numbers as they are written, but those that amount to one of the others: "tiga" is 3."""
    left = Counter(value for value, _ in others)
    kept = []
    for value, written in some:
        if left[value]:
            left[value] -= 1
        else:
            kept.append(written)
    return tuple(kept)


def described(changes: list[Change]) -> str:
    """Lines for a terminal or a log: − gone, + come, and a line for changed numbers."""
    lines = []
    for change in changes:
        if change.old is not None:
            lines.append(f"- {change.old}")
        if change.new is not None:
            lines.append(f"+ {change.new}")
        if change.old is not None and change.new is not None and (change.numbers_gone or change.numbers_come):
            lines.append(
                f"  numbers: {', '.join(change.numbers_gone) or '–'} → {', '.join(change.numbers_come) or '–'}"
            )
    return "\n".join(lines)
