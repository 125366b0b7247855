"""Text of a page to a tree: parsed once, with libxml2's limits on size and depth left in force."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

MAX_DEPTH = 200  # levels that are walked; real pages reach 40, deeper text is read flat
# One class for every element, chosen inside of lxml: its own look-up calls Python for each (12% of a page's time).
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
MAX_ELEMENTS = 60_000  # elements that are walked; the largest real article page seen had 9,000


def parse(text: str) -> HtmlElement | None:
    """The root element of a page, or None where there is no markup to speak of. Never raises."""
    if "<" not in text:
        return None
    # lxml takes bytes without complaint about declarations inside; surrogates cannot be encoded and mean nothing.
    raw = text.encode("utf-8", "ignore")
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
