"""A first look at a page: its headline, description and first paragraphs, before all of it is read.

Nine of ten pages that outlets publish are about something else. What stands at their beginning says so at a tenth of
the cost of reading them whole. Only what the judge would turn away by far is turned away here (bench/ladder.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import urls
from crawler.extraction.page.decoding import decode
from crawler.extraction.page.tree import bounded
from crawler.relevance import Topic
from storage.article import Link

# Measured on 2,617 articles judged whole and by their beginnings (bench/ladder.py): 1 of 579 that are kept and none of
# 43 near misses are below, and 1,673 of 1,995 others.
FLOOR = 0.03
LEAST = 300  # characters of paragraphs below which nothing can be said
MOST = 2_000  # characters judged
PARAGRAPH = 60  # characters; shorter ones are labels and captions
FIRST = 6  # paragraphs
MAX_NODES = 400  # paragraphs and links looked at, of each
# Tags of a page that is looked at (the largest real one has 9,000 elements): lexbor's time grows with the square of
# their depth, and 100,000 levels would take it half a minute. Larger ones are read whole, by a parser with limits.
MAX_TAGS = 20_000
SAMPLED = 25  # one in so many of those turned away is read all the same, so that the loss is known
_OUTSIDE = frozenset({"nav", "header", "footer", "aside", "form", "figure", "noscript", "template"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows at first: ``text`` holds paragraphs; links as of an article's related ones."""

    title: str
    text: str
    links: list[Link]


def look(body: bytes, url: str, content_type: str | None = None, *, links: bool = True) -> Look | None:
    """The beginning of a page, with absolute ``links``; None where too little of it can be seen to say anything."""
    markup = decode(body, content_type)
    if markup is None or markup.count("<") > MAX_TAGS:
        return None
    tree = LexborHTMLParser(bounded(markup))
    title, found = _title(tree), _links(tree, url) if links else []
    described = _content(tree, "og:description") or _content(tree, "description")
    paragraphs = _first(node.text() for node in tree.css("p")[:MAX_NODES] if not _is_outside(node))
    if sum(map(len, paragraphs)) < LEAST:  # lines with breaks between them, or boxes
        tree.strip_tags([*_OUTSIDE, "script", "style"])
        paragraphs = _first(tree.body.text(separator="\n").splitlines() if tree.body is not None else ())
    if sum(map(len, paragraphs)) < LEAST:
        return None
    return Look(title, "\n\n".join([described, *paragraphs])[:MOST], found)


def _first(texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        if len(line := " ".join(text.split())) >= PARAGRAPH:
            found.append(line[:MOST])
        if len(found) >= FIRST or sum(map(len, found)) >= MOST:
            break
    return found


def is_elsewhere(seen: Look, topic: Topic) -> bool:
    """Whether the topic is so far from keeping what is seen that the rest of the page will not change it."""
    if topic.mode != "conflict":  # measured for that alone
        return False
    judgement = topic.judge(seen.title, seen.text)
    return judgement.rule != "language" and judgement.score < min(FLOOR, topic.threshold / 10)


def is_sampled(url: str) -> bool:
    """Whether a page that is turned away is read all the same: the same ones in each run."""
    return zlib.crc32(url.encode()) % SAMPLED == 0


def _title(tree: LexborHTMLParser) -> str:
    heading = tree.css_first("h1")
    shown = " ".join(heading.text().split()) if heading is not None else ""
    return (_content(tree, "og:title") or shown or " ".join((_text_of(tree, "title")).split()))[:500]


def _text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return node.text() if node is not None else ""


def _content(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f"meta[property='{name}'], meta[name='{name}']")
    return " ".join((node.attributes.get("content") or "").split())[:1000] if node is not None else ""


def _is_outside(node: LexborNode) -> bool:
    parent, steps = node.parent, 0
    while parent is not None and steps < 40:
        if parent.tag in _OUTSIDE:
            return True
        parent, steps = parent.parent, steps + 1
    return False


def _links(tree: LexborHTMLParser, url: str) -> list[Link]:
    found: dict[str, Link] = {}
    own = urls.clean(url)
    for node in tree.css("a[href]")[:MAX_NODES]:
        address = urls.clean(node.attributes.get("href") or "", url)
        if address and address != own and address not in found:
            found[address] = Link(address, " ".join(node.text().split())[:300], "related")
    return list(found.values())
