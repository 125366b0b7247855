"""Numbers in Indonesian sentences, by what they amount to: "tiga" is 3, "1,2 juta" is 1,200,000, "dua puluh tiga" 23.

Digits follow Indonesian writing: a point groups thousands, a comma is the decimal sign.
"""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    word: number
    for number, word in enumerate(
        ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]
    )
} | {"seorang": 1, "sebuah": 1, "seekor": 1}
_TENS = {"belas": 10, "puluh": 10, "ratus": 100}
_SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
_WHOLE = {"seratus": 100, "seribu": 1000, "sejuta": 10**6}
# Amounts that are not one number; a change of the word is a change.
_VAGUE = frozenset({"belasan", "puluhan", "ratusan", "ribuan", "jutaan"})
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
MAX_WORDS = 12  # of one number


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
        run = _run(sentence, tokens, place)
        if run:
            written = sentence[tokens[place].start() : tokens[place + len(run) - 1].end()].casefold()
            value = _value(run)
            words.append((written if value is None else _plain(Decimal(value)), written))
        place += max(1, len(run))
    return digits + words


def _scale(sentence: str, tokens: list[re.Match[str]], place: int) -> int | None:
    if place + 1 == len(tokens) or not _joined(sentence, tokens, place):
        return None
    return _SCALES.get(tokens[place + 1][0].casefold())


def _amount(token: str, scale: int) -> str:
    if not _GROUPED.fullmatch(token):
        return token  # a date, a time, a score: itself
    return _plain(Decimal(token.replace(".", "").replace(",", ".")) * scale)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _joined(sentence: str, tokens: list[re.Match[str]], place: int) -> bool:
    return sentence[tokens[place].end() : tokens[place + 1].start()] in (" ", "-")


def _run(sentence: str, tokens: list[re.Match[str]], place: int) -> list[str]:
    """The words of a number that begins here."""
    first = tokens[place][0].casefold()
    if first in _VAGUE:
        return [first]
    if first not in _UNITS and first not in _WHOLE:
        return []
    run = [first]
    while place + 1 < len(tokens) and len(run) < MAX_WORDS and _joined(sentence, tokens, place):
        word = tokens[place + 1][0].casefold()
        follows = word in _TENS or word in _SCALES
        goes_on = run[-1] in _TENS or run[-1] in _SCALES or run[-1] in _WHOLE
        if not (follows or (goes_on and (word in _UNITS or word in _WHOLE))):
            break
        run.append(word)
        place += 1
    return run


def _value(run: list[str]) -> int | None:
    if run[0] in _VAGUE:
        return None
    total = part = unit = 0
    for word in run:
        if word in _UNITS:
            unit = _UNITS[word]
        elif word == "seratus":
            part += 100
        elif word == "belas":
            part, unit = part + 10 + unit, 0
        elif word in _TENS:
            part, unit = part + unit * _TENS[word], 0
        else:
            scale = _SCALES.get(word) or _WHOLE[word]
            total += ((part + unit) or 1) * scale
            part = unit = 0
    return total + part + unit
