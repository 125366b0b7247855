"""The query language in front of both full-text indexes.

``words "a phrase" beg* -without this OR that``: all must hold, OR binds the two terms beside it. What is written in
another index's language (parentheses, ``title:``, NEAR, a star inside a word) is read as words, and told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from storage.database.fulltext import folded
from storage.errors import ConfigurationError

_PART = re.compile(r'(-?)(?:"([^"]*)("?)(\*?)|(\S+))')
_STAR_INSIDE = re.compile(r"\*+(?=\w)")
_FIELD = re.compile(r"(\w{1,20}):(?=\S)")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that is asked for: ``words`` follow each other, the last may be a beginning only."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False

    def stands_in(self, text: str) -> bool:
        """Whether a ``folded`` text has it."""
        return f" {' '.join(self.words)}{'' if self.prefix else ' '}" in f" {text} "


@dataclass(slots=True)
class Query:
    """What is asked for: of each of ``groups`` one term must be there, none of ``without``.

    ``unread`` are sentences on what could not be read as it may have been meant.
    """

    groups: list[list[Term]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> list[Term]:
        """All terms that may match, in the order asked."""
        return [term for group in self.groups for term in group]

    @property
    def is_loose(self) -> bool:
        """Whether words must stand one after the other, which not every index can tell by itself."""
        return any(len(term.words) > 1 for term in self.wanted)

    def stands_in(self, text: str) -> bool:
        """Whether a ``folded`` text has what is asked for, as the indexes would find it."""
        return all(any(term.stands_in(text) for term in group) for group in self.groups) and not any(
            term.stands_in(text) for term in self.without
        )


def parse(query: str) -> Query:
    """The query. Raises ``ConfigurationError`` where nothing is left to look for."""
    read = Query()
    either = False  # the last word was an OR
    for minus, phrase, closed, star, word in _PART.findall(query):
        if word in ("OR", "AND", "NOT", "NEAR") and not minus:
            either |= _operator(read, word, either)
            continue
        words = tuple(folded(phrase or word).split())
        _tell(read, word, unclosed=not word and not closed, star=bool(star))
        if not words:
            if minus or word or phrase:
                read.unread.append(f"{minus + (word or phrase)!r} has no letters or digits and is left out")
            continue
        term = Term(words, prefix=word.endswith("*"), excluded=minus == "-")
        if term.excluded:
            if either:
                read.unread.append(f"OR before -{word or phrase}: what is left out is left out always")
            read.without.append(term)
        elif either and read.groups:
            read.groups[-1].append(term)
        else:
            read.groups.append([term])
        either = False
    if either:
        read.unread.append("OR has nothing on its right")
    if not read.groups:
        raise ConfigurationError('nothing to search for: give words, a "phrase in quotes" or the beg* of a word')
    return read


def _operator(read: Query, word: str, either: bool) -> bool:
    """Whether the operator makes alternatives of its neighbours."""
    if word == "OR":
        if either:
            read.unread.append("OR stands twice")
        elif not read.groups:
            read.unread.append("OR has nothing on its left")
        return bool(read.groups)
    if word == "NOT":
        read.unread.append("NOT is not read: write -word for what must not be there")
    elif word == "NEAR":
        read.unread.append('NEAR is not read: all words must be there, "words in quotes" one after the other')
    return False


def _tell(read: Query, word: str, *, unclosed: bool, star: bool) -> None:
    if unclosed:
        read.unread.append("a quote is not closed: everything behind it is one phrase")
    if star:
        read.unread.append("a star behind a phrase is not read: only a single word can be a beginning")
    if re.search(r"[()]", word):
        read.unread.append(f"parentheses are not read: {word}")
    if _STAR_INSIDE.search(word):
        read.unread.append(f"a star is read at the end of a word only: {word}")
    if found := _FIELD.match(word):
        read.unread.append(f"{found[1]}: is read as a word; there are options such as --outlet and --since")
    if "|" in word:
        read.unread.append(f"| is not read: write OR ({word})")


def sqlite_query(query: Query) -> str:
    """For MATCH of FTS5; only letters and digits come from the user."""
    wanted = " AND ".join(f"({' OR '.join(map(_sqlite_term, group))})" for group in query.groups)
    without = "".join(f" NOT {_sqlite_term(term)}" for term in query.without)
    return f"({wanted}){without}"


def _sqlite_term(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.prefix else "")


def postgresql_query(query: Query, *, loose: bool = False) -> str:
    """For to_tsquery('simple', …); only letters and digits come from the user.

    ``loose``: the words of a phrase stand anywhere, and nothing is left out; that the index tells by itself.
    """
    parts = [f"({' | '.join(_postgresql_term(term, loose=loose) for term in group)})" for group in query.groups]
    without = [] if loose else [f"!{_postgresql_term(term)}" for term in query.without]
    return " & ".join([*parts, *without])


def _postgresql_term(term: Term, *, loose: bool = False) -> str:
    *others, last = term.words
    return f"({(' & ' if loose else ' <-> ').join([*others, f'{last}:*' if term.prefix else last])})"
