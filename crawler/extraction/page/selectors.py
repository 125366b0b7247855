"""Elements by CSS selectors of outlet files, and the text of an element, both safe on hostile pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, XPathError, ValueError):
        return None


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements a selector finds, in document order; none for a selector that does not compile."""
    compiled = _compiled(selector)
    return list(compiled(tree)) if compiled is not None else []


def text_of(element: HtmlElement | None, limit: int = 800) -> str:
    """An element's text on one line, cut off soon after ``limit`` characters: a heading that is never closed holds the
    whole page."""
    if element is None:
        return ""
    pieces = []
    size = 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            break
    return " ".join(" ".join(pieces).split())


MAX_TAGS = 40
MAX_VALUE = 600  # characters of one value


def selected_text(tree: HtmlElement, selectors: Iterable[str]) -> list[str]:
    """Texts of the elements that the first matching CSS selector finds; a selector that does not compile finds none."""
    for selector in selectors:
        found = select(tree, selector)[:MAX_TAGS]
        texts = [(item.get("content") or text_of(item, MAX_VALUE))[:MAX_VALUE].strip() for item in found]
        if any(texts):
            return [text for text in texts if text]
    return []
