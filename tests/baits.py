"""Every regular expression of some packages, and strings made from each that keep a careless one busy.

A pattern is dear where it can match the same characters in many ways: runs of white space that two parts may take,
optional groups inside of repeated ones, a beginning that is found everywhere and an end that never comes. Baits are
made from the pattern's own parts: its shortest match, each of its repeated pieces and each of its literals, over and
over, behind the shortest way to them, with an end that fits nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as codes
import re._parser as sre
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from types import FrameType, ModuleType

PACKAGES = ("crawler.extraction", "crawler.urls", "crawler.discovery", "crawler.outlets")
SIZE = 100_000  # characters of one bait
LIMIT = 2.0  # seconds of processor time, ten times what bench/patterns.py allows: a machine's load does not count
END = "\x01"  # fits no pattern's end
MOST = 24  # baits of one pattern
SPACES = (" ", "\n", " \n", "\t ", "a ", "A", "1", "a.", "-", "Aa ")


class TooLongError(Exception):
    """What was stopped."""


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Stops what takes more processor time; a search lets the signal in every few thousand steps."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def is_stopped(pattern: re.Pattern, bait: str | bytes, limit: float = LIMIT) -> bool:
    """Whether a search takes longer than the limit, in seconds of processor time.

    A fifth of the bait is tried first. Who is done with that in 1/125 of the time is not stopped by the whole
    of it, even if its time grows with the cube of the length; that of most grows with the length itself.
    """
    short = bait[: len(bait) // 5] + bait[-1:]
    return _takes_longer(pattern, short, limit / 125) and _takes_longer(pattern, bait, limit)


def _takes_longer(pattern: re.Pattern, bait: str | bytes, limit: float) -> bool:
    start = time.process_time()
    try:
        with ends_within(limit):
            pattern.search(bait)
    except TooLongError:
        return True
    return time.process_time() - start > limit  # the signal comes with the next tick of the system's clock


def patterns(packages: tuple[str, ...] = PACKAGES) -> Iterator[tuple[str, re.Pattern]]:
    """(where it stands, pattern) of each compiled pattern that modules of the packages hold, each once."""
    seen: set[tuple[str | bytes, int]] = set()
    for name in packages:
        package = importlib.import_module(name)
        modules = [package] + [
            importlib.import_module(found.name) for found in pkgutil.walk_packages(package.__path__, f"{name}.")
        ]
        for module in modules:
            for where, pattern in _held_by(module):
                if (pattern.pattern, pattern.flags) not in seen:
                    seen.add((pattern.pattern, pattern.flags))
                    yield where, pattern


def _held_by(module: ModuleType) -> Iterator[tuple[str, re.Pattern]]:
    for name, value in vars(module).items():
        if not name.startswith("__"):
            yield from _inside(f"{module.__name__}.{name}", value, 4)


def _inside(where: str, value: object, depth: int) -> Iterator[tuple[str, re.Pattern]]:
    if isinstance(value, re.Pattern):
        yield where, value
    elif depth and isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(f"{where}[{str(key)[:40]}]", item, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for number, item in enumerate(value):
            yield from _inside(f"{where}[{number}]", item, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from _inside(f"{where}.{item.name}", getattr(value, item.name), depth - 1)


def baits(pattern: re.Pattern) -> list[str | bytes]:
    """Strings of ``SIZE`` characters made from a pattern, at most ``MOST``."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = sre.parse(source, pattern.flags & ~(re.UNICODE if isinstance(pattern.pattern, bytes) else 0))
    shortest = _sample(tree)
    pieces: list[tuple[str, str]] = [("", shortest), ("", shortest + " "), ("", shortest + "\n")]
    pieces += list(_repeated(tree, ""))
    pieces += [("", piece) for piece in SPACES]
    pieces += [
        (shortest, " "),
        (shortest, "a"),
        (shortest[: len(shortest) // 2], shortest[len(shortest) // 2 :] or "a"),
    ]
    made: dict[str, None] = {}
    for before, piece in pieces:
        if piece:
            made.setdefault((before + piece * (SIZE // len(piece)))[:SIZE] + END)
        if len(made) >= MOST:
            break
    if isinstance(pattern.pattern, bytes):
        return [text.encode("latin-1", "replace") for text in made]
    return list(made)


def _repeated(tree: sre.SubPattern, before: str) -> Iterator[tuple[str, str]]:
    """(the shortest way to it, what it repeats) for each repeated part of a pattern."""
    for op, value in tree:
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, inner = value
            if most > 3:
                yield before, _sample(inner)
                yield before, _sample(inner, optional=True)
            yield from _repeated(inner, before)
        elif op is codes.SUBPATTERN:
            yield from _repeated(value[3], before)
        elif op is codes.BRANCH:
            for branch in value[1]:
                yield from _repeated(branch, before)
        elif op is codes.ATOMIC_GROUP:
            yield from _repeated(value, before)
        before += _sample([(op, value)])


def _sample(tree: object, *, optional: bool = False) -> str:
    """A short string that a pattern matches; with ``optional``, one that takes its optional parts as well."""
    made = ""
    for op, value in tree:  # type: ignore[attr-defined]
        if op is codes.LITERAL:
            made += chr(value)
        elif op is codes.NOT_LITERAL:
            made += "b" if value == ord("a") else "a"
        elif op is codes.ANY:
            made += "a"
        elif op is codes.IN:
            made += _member(value)
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = value
            made += _sample(inner, optional=optional) * (max(least, min(1, most)) if optional else least)
        elif op is codes.SUBPATTERN:
            made += _sample(value[3], optional=optional)
        elif op is codes.ATOMIC_GROUP:
            made += _sample(value, optional=optional)
        elif op is codes.BRANCH:
            made += _sample(value[1][0], optional=optional)
    return made


_CATEGORIES = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_NOT_WORD: " ",
}  # fmt: skip


def _member(choices: list[tuple[object, object]]) -> str:
    if choices[0][0] is codes.NEGATE:
        excluded = re.compile("[" + "".join(_written(item) for item in choices[1:]) + "]")
        return next((char for char in "a1 -/Z\n" if not excluded.match(char)), "\u00e9")
    op, value = choices[0]
    if op is codes.LITERAL:
        return chr(value)  # type: ignore[arg-type]
    if op is codes.RANGE:
        return chr(value[0])  # type: ignore[index]
    return _CATEGORIES.get(value, "a")


def _written(item: tuple[object, object]) -> str:
    op, value = item
    if op is codes.LITERAL:
        return re.escape(chr(value))  # type: ignore[arg-type]
    if op is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"  # type: ignore[index]
    letters = {"1": r"\d", " ": r"\s", "a": r"\w"}
    return letters.get(_CATEGORIES.get(value, "a"), "")
