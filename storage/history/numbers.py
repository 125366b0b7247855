"""Numbers in Indonesian sentences, by what they amount to: "tiga" is 3, "1,2 juta" is 1,200,000, "dua puluh tiga" 23.

Digits follow Indonesian writing: a point groups thousands, a comma is the decimal sign.
"""

from __future__ import annotations

import re
from decimal import Decimal

from storage.copies import numerals

_ONE = frozenset({"seorang", "sebuah", "seekor"})
# Amounts that are not one number; a change of the word is a change.
_VAGUE = frozenset({"belasan", "puluhan", "ratusan", "ribuan", "jutaan"})
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")


def numbers(sentence: str) -> list[tuple[str, str]]:
    """Each number as what it amounts to and as it is written; in digits first, then in words."""
    digits: list[tuple[str, str]] = []
    words: list[tuple[str, str]] = []
    tokens = list(_TOKEN.finditer(sentence))
    place = 0
    while place < len(tokens):
        token = tokens[place][0]
        if token[0].isdigit():
            scale = _scale(sentence, tokens, place)
            written = sentence[tokens[place].start() : tokens[place + (scale is not None)].end()]
            digits.append((_amount(token, scale or 1), written))
            place += 1 + (scale is not None)
            continue
        value, used = _in_words(sentence, tokens, place)
        if used:
            written = sentence[tokens[place].start() : tokens[place + used - 1].end()].casefold()
            words.append((written if value is None else str(value), written))
        place += max(1, used)
    return digits + words


def _scale(sentence: str, tokens: list[re.Match[str]], place: int) -> int | None:
    if place + 1 == len(tokens) or not _joined(sentence, tokens, place):
        return None
    return numerals.SCALES.get(tokens[place + 1][0].casefold())


def _amount(token: str, scale: int) -> str:
    if not _GROUPED.fullmatch(token):
        return token  # a date, a time, a score: itself
    return _plain(Decimal(token.replace(".", "").replace(",", ".")) * scale)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _joined(sentence: str, tokens: list[re.Match[str]], place: int) -> bool:
    return sentence[tokens[place].end() : tokens[place + 1].start()] in (" ", "-")


def _in_words(sentence: str, tokens: list[re.Match[str]], place: int) -> tuple[int | None, int]:
    """The number in words that begins here, None for a vague one, and of how many words it is."""
    first = tokens[place][0].casefold()
    if first in _VAGUE or first in _ONE:
        return (1 if first in _ONE else None), 1
    words = [first]
    while place + 1 < len(tokens) and len(words) < numerals.MAX_WORDS and _joined(sentence, tokens, place):
        place += 1
        words.append(tokens[place][0].casefold())
    return numerals.read(words)
