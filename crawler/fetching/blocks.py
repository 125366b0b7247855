"""Block pages and soft 404s that come with status 200: recognised, counted apart, never stored as articles."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

_HEAD = 60_000  # a challenge page is small; its marks stand near the top of larger ones too
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,5000}>")
_HEADINGS = re.compile(r"<(title|h1)\b[^>]{0,1000}>(.{0,500}?)</\1>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    phrases: tuple[str, ...]
    max_words: int


@cache
def _rules() -> tuple[tuple[_Block, ...], tuple[re.Pattern[str], int]]:
    data = tomllib.loads(Path(__file__).with_name("blocks.toml").read_text(encoding="utf-8"))
    blocks = tuple(_Block(rule["name"], tuple(rule["all"]), rule["max_words"]) for rule in data["block"])
    soft = data["soft_404"]
    phrases = "|".join(re.escape(phrase) for phrase in soft["phrases"])
    return blocks, (re.compile(rf"(?<!\w)(?:{phrases})(?!\w)"), soft["max_words"])


def diagnose(body: bytes) -> str | None:
    """What an HTML answer with status 200 really is: "block page: …", "soft 404", or None for a page like any other.

    A page with more visible words than such pages ever have is not suspected, whatever it mentions.
    """
    text = body[: _HEAD * 4].decode("utf-8", "replace")
    head = text[:_HEAD].lower()
    blocks, (soft, soft_words) = _rules()
    suspects = [block for block in blocks if all(phrase in head for phrase in block.phrases)]
    headings = " | ".join(unescape(_TAG.sub(" ", match[1])) for match in _HEADINGS.findall(head))
    missing = soft.search(headings)
    if not suspects and not missing:
        return None
    words = len(_TAG.sub(" ", _HIDDEN.sub(" ", text)).split())
    for block in suspects:
        if words < block.max_words:
            return f"block page: {block.name}"
    if missing and words < soft_words:
        return "soft 404"
    return None
