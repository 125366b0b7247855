"""Block pages and soft 404s that come with status 200: recognised, counted apart, never stored as articles."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

from crawler.processing.reasons import Cause, Reason

_HEAD = 60_000  # a challenge page is small; its marks stand near the top of larger ones too
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}>")  # not over the next "<": a page of them alone would take minutes
_HEADINGS = re.compile(r"<(title|h1)\b[^<>]{0,1000}>(.{0,500}?)</\1>", re.DOTALL | re.IGNORECASE)
# Where frameworks hang a page that is drawn in the browser (React, Vue, Next, Nuxt, Angular, Quasar, Svelte).
_MOUNT = re.compile(
    r"""<(?:div|main|body|section)\b[^<>]{0,300}?\bid\s{0,5}=\s{0,5}["']?(?:app|root|__next|__nuxt|___gatsby|ember-app|q-app|svelte|main)\b"""
    r"|<(?:app|ng|q|v)-[a-z]{1,30}[\s>]",
    re.IGNORECASE,
)
SHELL_WORDS = 30  # visible words that a page still to be drawn has at most: its title, "Memuat", a copyright line
EMPTY_WORDS = 8  # with so few no mark of a framework is needed
_PARTS = re.compile(r"\s*(?:[|–—»:!]|\s-\s)\s*|\.{2,}")  # what stands between the parts of a title


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    phrases: tuple[str, ...]
    any: tuple[str, ...]
    max_words: int

    def shows_in(self, head: str) -> bool:
        return all(phrase in head for phrase in self.phrases) and (
            not self.any or any(phrase in head for phrase in self.any)
        )


@dataclass(frozen=True, slots=True)
class _Missing:
    phrases: re.Pattern[str]
    whole_parts: frozenset[str]
    max_words: int

    def named_in(self, heading: str) -> bool:
        return bool(self.phrases.search(heading)) or not self.whole_parts.isdisjoint(_PARTS.split(heading))


@cache
def _rules() -> tuple[tuple[_Block, ...], _Missing]:
    data = tomllib.loads(Path(__file__).with_name("block_pages.toml").read_text(encoding="utf-8"))
    blocks = tuple(
        _Block(rule["name"], tuple(rule.get("all", ())), tuple(rule.get("any", ())), rule["max_words"])
        for rule in data["block"]
    )
    soft = data["soft_404"]
    phrases = "|".join(re.escape(phrase) for phrase in soft["phrases"])
    return blocks, _Missing(
        re.compile(rf"(?<!\w)(?:{phrases})(?!\w)"), frozenset(soft["whole_parts"]), soft["max_words"]
    )


def shell(body: bytes) -> Reason | None:
    """Of an HTML page in which no article was found: whether a script was to draw it, and has drawn nothing."""
    text = body[: _HEAD * 4].decode("utf-8", "replace")
    if "<script" not in text.lower():
        return None
    words = len(_TAG.sub(" ", _HIDDEN.sub(" ", text)).split())
    if words < SHELL_WORDS and (_MOUNT.search(text) or words < EMPTY_WORDS):
        return Reason.of(Cause.BLOCK_PAGE, "drawn by a script")
    return None


def diagnose(body: bytes, *, shown: int = 0) -> Reason | None:
    """What an HTML answer with status 200 really is: "block page: …", "soft 404", or None for a page like any other.

    A page with more visible words than such pages ever have is not suspected, whatever it mentions. ``shown``: so many
    visible words at least it is known to have.
    """
    blocks, soft = _rules()
    blocks = tuple(block for block in blocks if block.max_words > shown)
    if not blocks and soft.max_words <= shown:
        return None
    text = body[: _HEAD * 4].decode("utf-8", "replace")
    head = text[:_HEAD].lower()
    suspects = [block for block in blocks if block.shows_in(head)]
    headings = (" ".join(unescape(_TAG.sub(" ", match[1])).split()) for match in _HEADINGS.findall(head))
    missing = any(soft.named_in(heading) for heading in headings)
    if not suspects and not missing:
        return None
    words = len(_TAG.sub(" ", _HIDDEN.sub(" ", text)).split())
    for block in suspects:
        if words < block.max_words:
            return Reason.of(Cause.BLOCK_PAGE, block.name)
    if missing and words < soft.max_words:
        return Reason(Cause.SOFT_404)
    return None
