"""A first look at a page: its headline, description and paragraphs, before it is read as an article.

Nine of ten pages that outlets publish are about something else. What a fast parser shows of them says so at a tenth of
the cost of reading them whole. Only what the judge would turn away by far is turned away here (bench/ladder.py).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import urls
from crawler.extraction.page.decoding import decode
from crawler.extraction.page.tree import bounded
from crawler.relevance import Topic
from storage.article import Link

# A page is turned away where its beginnings of all these lengths (characters, to the end of the paragraph) score below
# the floor: what readers wrote under a short report outweighs it in the longest, a slow start in the shortest. Measured
# on 2,617 articles, as they are and with headlines and comments of others (bench/ladder.py): none of 579 that are kept
# and none of 43 near misses are lost either way; 0.25 loses the first. The longest alone loses 30.
FLOOR = 0.15
BEGINNINGS = (2_000, 500, 250, 1)
LEAST = 300  # characters of paragraphs below which nothing can be said
PARAGRAPH = 60  # characters; shorter ones are labels and captions
MOST = 6_000  # characters of paragraphs that are looked at
MAX_NODES = 400  # paragraphs and links looked at, of each
# Tags of a page that is looked at (the largest real one has 9,000 elements): lexbor's time grows with the square of
# their depth, and 100,000 levels would take it half a minute. Larger ones are read whole, by a parser with limits.
MAX_TAGS = 20_000
SAMPLED = 50  # one in so many of those turned away is read all the same, so that the loss is known
_LONGEST = 2_000  # characters of a paragraph
_MEASURED_AT = 0.75  # the topic's threshold then; where a person's own is lower, so is the floor
_LONG = 500  # characters of an address from which it is not remembered
_TEASER = re.compile(r"(?:baca|simak|lihat|tonton)\s(?:juga|pula)\b|baca:", re.IGNORECASE)
_OUTSIDE = frozenset({"nav", "header", "footer", "aside", "form", "figure", "noscript", "template"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows: its description and paragraphs; links as of an article's related ones."""

    title: str
    paragraphs: list[str]
    links: list[Link]

    @property
    def words(self) -> int:
        """How many words its paragraphs have."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs[1:])

    def beginning(self, length: int) -> str:
        """Its first paragraphs, as many as have so many characters together."""
        size = count = 0
        while count < len(self.paragraphs) and size < length:
            size += len(self.paragraphs[count]) + 2
            count += 1
        return "\n\n".join(self.paragraphs[:count])


def look(body: bytes, url: str, content_type: str | None = None, *, links: bool = True) -> Look | None:
    """The beginning of a page, with absolute ``links``; None where too little of it can be seen to say anything."""
    markup = decode(body, content_type)
    if markup is None or markup.count("<") > MAX_TAGS:
        return None
    tree = LexborHTMLParser(bounded(markup))
    title, found = _title(tree), _links(tree, url) if links else []
    described = _content(tree, "og:description") or _content(tree, "description")
    paragraphs = _paragraphs(node.text() for node in tree.css("p")[:MAX_NODES] if not _is_outside(node))
    if sum(map(len, paragraphs)) < LEAST:  # lines with breaks between them, or boxes
        tree.strip_tags([*_OUTSIDE, "script", "style"])
        paragraphs = _paragraphs(tree.body.text(separator="\n").splitlines() if tree.body is not None else ())
    if sum(map(len, paragraphs)) < LEAST:
        return None
    return Look(title, [described, *paragraphs], found)


def _paragraphs(texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    size = 0
    for text in texts:
        if len(line := " ".join(text.split())) >= PARAGRAPH and not _TEASER.match(line):
            found.append(line[:_LONGEST])
            size += len(line)
        if size >= MOST:
            break
    return found


def is_elsewhere(seen: Look, topic: Topic) -> bool:
    """Whether the topic is so far from keeping what is seen that the rest of the page will not change it."""
    if topic.mode != "conflict":  # measured for that alone
        return False
    floor = FLOOR * min(1.0, topic.threshold / _MEASURED_AT)
    return topic.is_below(floor, seen.title, [seen.beginning(length) for length in BEGINNINGS])


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
    seen: set[str] = set()
    site, folder = urljoin(url, "/"), urljoin(url, "./")
    for node in tree.css("a[href]")[:MAX_NODES]:
        given = node.attrs.get("href") or ""
        if given in seen:
            continue
        seen.add(given)
        if len(given) > _LONG or given[:1] in ("", "?", "#"):
            address = urls.clean(given, url)
        else:
            address = _address(given, site if given[0] == "/" or given.startswith(("http://", "https://")) else folder)
        if address and address != own and address not in found:
            found[address] = Link(address, " ".join(node.text().split())[:300], "related")
    return list(found.values())


@lru_cache(maxsize=30_000)  # the pages of a site share most of their links; some 10 MB
def _address(given: str, base: str) -> str | None:
    return urls.clean(given, base)
