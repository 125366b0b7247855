"""Hiding personal data in an export: telephone numbers, e-mail addresses, NIK. The corpus itself keeps its text.

NIK is the 16-digit number of the Indonesian identity card: six digits of region, DDMMYY of birth (40 added to a
woman's day), four of sequence (https://id.wikipedia.org/wiki/Nomor_Induk_Kependudukan).
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_NIK = re.compile(r"(?<!\d)[1-9]\d{5}[ .-]?(?:0[1-9]|[1256]\d|[37][01]|4[1-9])(?:0[1-9]|1[0-2])\d{2}[ .-]?\d{4}(?!\d)")
# Indonesian mobile numbers (+62 8xx, 08xx) and landlines in the form (021) 123-4567, with the usual separators;
# other countries' numbers where the plus sign says that they are one.
_PHONE = re.compile(
    r"(?<![\w.,/-])(?<!Rp )(?:"
    r"(?:\+62|62|0)[ .-]?8\d{1,2}(?:[ .-]?\d{2,5}){2,3}"
    r"|\(0\d{2,3}\)[ ]?\d{3,4}[ .-]?\d{3,4}"
    r"|\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"
    r")(?![\w/])(?![.,-]\d)"
)


def mask(text: str) -> str:
    """The text with ``[e-mail]``, ``[NIK]`` and ``[telepon]`` in place of what looks like one."""
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    text = _NIK.sub("[NIK]", text)
    return _PHONE.sub("[telepon]", text)
