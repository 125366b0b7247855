"""Hiding personal data in an export: telephone numbers, e-mail addresses, NIK. The corpus itself keeps its text.

Telephone numbers are found by ``phonenumbers`` (Google's libphonenumber, which knows every country's plan); what an
Indonesian text means otherwise (amounts, years, quantities) is taken out of its findings here.

NIK is the 16-digit number of the Indonesian identity card: six digits of region, DDMMYY of birth (40 added to a
woman's day), four of sequence (https://id.wikipedia.org/wiki/Nomor_Induk_Kependudukan).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from phonenumbers import Leniency, PhoneNumberMatcher

from storage.database.tables import dump_json
from storage.export.record import LISTS

# Fields whose words are a person's; addresses, ids and evidence stay what they are.
_WORDS = ("title", "text", "section", "dateline")
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|[ ]?[(\[{][ ]?(?:at|@|et)[ ]?[)\]}][ ]?)"
    r"(?:[\w-]{1,63}(?:\.|[ ]?[(\[{][ ]?(?:dot|titik|\.)[ ]?[)\]}][ ]?)){1,8}[A-Za-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
# Sixteen digits, in any groups.
_NIK = re.compile(r"(?<![\d.,/-])(?<!\d )[1-9](?:[ .-]?\d){15}(?![\d/])(?![ .,-]\d)")
_NIK_DIGITS = re.compile(
    r"(?:1[1-9]|2[1]|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[1-2]|9[1-7])\d{4}"
    r"(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(?:0[1-9]|1[0-2])\d{2}\d{4}"
)
# A number of somebody: written with its trunk zero, a plus, or the country's code, or behind a word that says so.
_DIALLED = re.compile(r"\(?\s?(?:\+|0|62)")
_MONEY = re.compile(r"(?:Rp|IDR|USD|US\$|\$|€|nomor perkara|No\.)[ .]?$", re.IGNORECASE)
_YEARS = re.compile(r"(?:\(\d{2,5}\)[ ]?)?(?:19|20)\d\d[ -](?:19|20)\d\d")
_UNIT = re.compile(
    r"[ ]?(?:%|ton\b|kg\b|km\b|meter\b|hektar\w*|liter\b|barel\b|orang\b|jiwa\b|unit\b|warga\b|juta\b|miliar\b"
    r"|triliun\b|ribu\b|rupiah\b|dolar\b|suara\b|dosis\b|kilo\w*|ekor\b|buah\b|lembar\b|rumah\b)",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?<![\d,])[,.:]?\d")  # digits that go on behind it: a decimal, a longer number
# Characters of one place that stand for another: hyphens and spaces of every kind, full-width digits.
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_PLAIN = str.maketrans(dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_SPACES, " ") | {"\uff0b": "+", "\uff20": "@"})
_DIGITS = re.compile(r"\d[^A-Za-z]{4,}\d")
MAX_TRIES = 2000  # candidates that turn out to be no number, per text: a page of nothing but figures takes no longer


def mask(text: str) -> str:
    """The text with ``[e-mail]``, ``[NIK]`` and ``[telepon]`` in place of what looks like one."""
    plain = _plain(text)
    spans: list[tuple[int, int, str]] = []
    if "@" in plain or "at" in plain or "AT" in plain:
        spans += [(*found.span(), "[e-mail]") for found in _EMAIL.finditer(plain)]
    if _DIGITS.search(plain):
        spans += [(*found.span(), "[NIK]") for found in _NIK.finditer(plain) if _is_nik(found[0])]
        for start, end, _ in spans:  # what is hidden already is no telephone number as well
            plain = plain[:start] + "x" * (end - start) + plain[end:]
        spans += [(start, end, "[telepon]") for start, end in _telephones(plain)]
    if not spans:
        return text
    pieces: list[str] = []
    last = 0
    for start, end, word in sorted(spans):
        if start >= last:
            pieces += text[last:start], word
            last = end
    return "".join([*pieces, text[last:]])


def mask_record(values: list[Any], names: Sequence[str]) -> None:
    """The same in place, in every field of a row that holds words; JSON columns are text."""
    for place, name in enumerate(names):
        value = values[place]
        if not value:
            continue
        if name in _WORDS:
            values[place] = mask(value)
        elif (name in LISTS or name == "rights") and value not in ("[]", "{}"):
            values[place] = dump_json(_masked(json.loads(value)))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    return value


def _plain(text: str) -> str:
    """The text, character for character, with ordinary hyphens, spaces and digits."""
    text = text.translate(_PLAIN)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() and not letter.isascii() else letter for letter in text
    )


def _is_nik(found: str) -> bool:
    return _NIK_DIGITS.fullmatch(re.sub(r"\D", "", found)) is not None


def _telephones(text: str) -> list[tuple[int, int]]:
    found = []
    for match in PhoneNumberMatcher(text, "ID", leniency=Leniency.VALID, max_tries=MAX_TRIES):
        start, end, raw = match.start, match.end, match.raw_string
        before, behind = text[max(0, start - 14) : start], text[end : end + 12]
        if not _DIALLED.match(raw) or _MONEY.search(before) or _UNIT.match(behind) or _YEARS.fullmatch(raw):
            continue
        if _CUT.match(behind) or re.search(r"\d[.,-]?$", before):
            continue
        found.append((start, end))
    return found
