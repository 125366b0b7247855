"""Entities that were escaped more than once and so stand in the text as they are written ("&quot;", "&amp;mdash;")."""

from __future__ import annotations

import html
import re
from html.entities import html5

_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|([A-Za-z]{2,8}\d{0,2}));")
_ROUNDS = 4


def unescaped(text: str) -> str:
    """The text with known entities read, however often they were escaped; "&" in other places stays."""
    if "&" not in text or ";" not in text:
        return text
    return _ENTITY.sub(_read, text)


def _read(match: re.Match[str]) -> str:
    name = match.group(1)
    if name and f"{name};" not in html5:
        return match.group()
    text = match.group()
    for _ in range(_ROUNDS):
        text = html.unescape(text)
    return text
