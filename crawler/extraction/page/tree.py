"""Text of a page to a tree: parsed once, with libxml2's limits on size and depth left in force."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

MAX_DEPTH = 200  # levels that are walked; real pages reach 40, deeper text is read flat
# One class for every element, chosen inside of lxml: its own look-up calls Python for each (12% of a page's time).
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
MAX_ATTRIBUTES = 200  # of one element; every parser's time grows with their square: 100,000 take libxml2 20 s
MAX_ELEMENTS = 60_000  # elements that are walked; the largest real article page seen had 9,000


_ATTRIBUTE = r"""[\s/]++[^\s<>="'/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+"""
_TOO_MANY = re.compile(rf"(<[a-zA-Z][^\s<>/]*+(?:{_ATTRIBUTE}){{{MAX_ATTRIBUTES}}})(?:{_ATTRIBUTE})++")


def bounded(markup: str) -> str:
    """Markup without the attributes past ``MAX_ATTRIBUTES`` of any element (200 MB/s)."""
    return _TOO_MANY.sub(r"\1", markup)


def parse(text: str) -> HtmlElement | None:
    """The root element of a page, or None where there is no markup to speak of. Never raises."""
    if "<" not in text:
        return None
    # lxml takes bytes without complaint about declarations inside; surrogates cannot be encoded and mean nothing.
    raw = bounded(text).encode("utf-8", "ignore")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = document_fromstring(raw, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return root if isinstance(root, HtmlElement) else None


def body_of(root: HtmlElement) -> HtmlElement:
    """The ``body`` element, or the root where a page has none."""
    found = root.find("body")
    return root if found is None else found
