"""What a page says of a paywall around its article, and how it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extraction.cleaning import paywall
from crawler.extraction.page import json_ld as ld
from crawler.extraction.page.selectors import text_of

MAX_GATES = 20  # elements named like a paywall that are looked at
_GATE_TEXT = 600  # characters of a gate: what holds more is the article behind one that is open
_NAMES = "concat(' ', translate(concat(@class, ' ', @id), 'PAYWLREGU', 'paywlregu'), ' ')"
_GATES = f"//*[contains({_NAMES}, 'paywall') or contains({_NAMES}, 'pay-wall') or contains({_NAMES}, 'regwall')]"
# Whether there is any is asked of all names at once: a tenth of the time that asking every element takes.
_ALL_NAMES = XPath("//@class | //@id", smart_strings=False)
_NAMED = re.compile(r"pay-?wall|regwall", re.IGNORECASE)
_NOT_FREE = frozenset({"false", "0", "no", "http://schema.org/false", "https://schema.org/false"})
_FREE = frozenset({"true", "1", "yes", "http://schema.org/true", "https://schema.org/true"})
_LOCKED = re.compile(r"locked|metered", re.IGNORECASE)  # article:content_tier, of Facebook's; the third is "free"


def evidence(tree: HtmlElement, nodes: Iterable[dict[str, object]]) -> list[str]:
    """Marks of a paywall on a page, in this order: ``isAccessibleForFree`` (JSON-LD, also of a part of the article),
    ``article:content_tier``, ``.paywall`` (an element of such a name that asks for money or a log-in).
    """
    found, said = [], [node for node in nodes if ld.is_article(node)]
    if any(_is_paid(node) for node in said):
        found.append("isAccessibleForFree")
    tiers = tree.xpath("//meta[@property='article:content_tier']/@content")
    if isinstance(tiers, list) and any(_LOCKED.fullmatch(str(tier).strip()) for tier in tiers[:MAX_GATES]):
        found.append("article:content_tier")
    if any(str(node.get("isAccessibleForFree")).lower() in _FREE for node in said):
        return found  # a gate that is in the page of every article
    if not any(map(_NAMED.search, _ALL_NAMES(tree))):
        return found
    gates = tree.xpath(_GATES)
    if isinstance(gates, list) and any(
        isinstance(gate, HtmlElement) and not _is_hidden(gate) and _asks(text_of(gate, _GATE_TEXT + 1))
        for gate in gates[:MAX_GATES]
    ):
        found.append(".paywall")
    return found


def _is_hidden(gate: HtmlElement) -> bool:
    return (
        gate.get("hidden") is not None
        or "none" in (gate.get("style") or "")[:200].replace(" ", "").partition("display:")[2].partition(";")[0]
    )


def _is_paid(node: dict[str, object]) -> bool:
    parts = node.get("hasPart")
    said = [node, *(parts if isinstance(parts, list) else [parts])[:MAX_GATES]]
    return any(isinstance(part, dict) and str(part.get("isAccessibleForFree")).lower() in _NOT_FREE for part in said)


def _asks(text: str) -> bool:
    text = " ".join(text.split())
    return len(text) <= _GATE_TEXT and paywall.talks(text)
