"""CSS selectors of outlet files, compiled once; one that does not compile selects nothing (`scrapy outlets` tells)."""

from __future__ import annotations

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
    """The elements a selector finds, in document order."""
    compiled = _compiled(selector)
    return list(compiled(tree)) if compiled is not None else []
