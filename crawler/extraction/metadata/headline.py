"""The headline of pages that use no heading for it, under a title that says the same on every page.

Sites of associations and hand-made pages of before 2012 give all their pages one title, a slogan. What shows that: none
of its words are those of the text. What shows the headline: a short line of its own, called so by its class or set in
bold, with running text right behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.metadata import titles
from crawler.extraction.page.selectors import text_of

MAX_LOOKED = 4_000  # elements
MAX_WORDS = 25
MIN_WORDS = 3
PARAGRAPH = 80  # characters from which a line is running text
SHARED = 0.34  # share of a title's longer words that the text has as well; slogans shared at most a fifth

_CALLED = re.compile(r"judul|(?<!sub)(?<!sub-)tit{1,3}le|headline|heading|\bh[1-6]\b|\bjdl\b", re.IGNORECASE)
_BOLD = frozenset(("b", "strong", "big", "font"))


def under_a_slogan(tree: HtmlElement, title: str, headings: Sequence[str] = ()) -> str | None:
    """The headline that a page shows under a title that the page's text does not bear out; None where it shows none.

    Of the page's ``headings`` the first one whose words the text has; only a page without any is searched for a line.
    """
    text = _running_text(tree)
    if not text or _bears_out(text, title):
        return None
    if headings:
        return next((line for line in headings if len(line.split()) > 1 and _bears_out(text, line)), None)
    best: tuple[int, str] | None = None
    for number, element in enumerate(tree.iter("div", "span", "p", "td", "b", "strong", "big", "font")):
        if number >= MAX_LOOKED:
            break
        called = bool(_CALLED.search(f"{element.get('class') or ''} {element.get('id') or ''}"))
        if not (called or element.tag in _BOLD) or _is_linked(element):
            continue
        line = text_of(element, 300)
        words = titles.tokens(line)
        if not MIN_WORDS <= len(words) <= MAX_WORDS or line[-1:] in ".,;:" or not _stands_above_text(element):
            continue
        rank = 2 * called + _bears_out(text, line)
        if best is None or rank > best[0]:
            best = (rank, line)
    return best[1] if best else None


def _running_text(tree: HtmlElement) -> frozenset[str]:
    """The longer words of the page's paragraphs."""
    found: set[str] = set()
    for number, element in enumerate(tree.iter("p", "td", "div")):
        if number >= MAX_LOOKED or len(found) > 2_000:
            break
        own = " ".join([element.text or "", *(child.tail or "" for child in element)])
        if len(own) >= PARAGRAPH:
            found.update(word for word in titles.tokens(own[:5_000]) if len(word) >= 5)
    return frozenset(found)


def _bears_out(text: frozenset[str], line: str) -> bool:
    words = [word for word in titles.tokens(line) if len(word) >= 5]
    return not words or sum(word in text for word in words) >= SHARED * len(words)


def _is_linked(element: HtmlElement) -> bool:
    """Whether a line leads elsewhere, as headlines of other stories do."""
    return element.find(".//a[@href]") is not None or any(
        True for _ in element.iterancestors("a", "li", "nav", "footer")
    )


def _stands_above_text(element: HtmlElement) -> bool:
    """Whether running text follows, with no more than a line or two of a date or a name in between."""
    node: HtmlElement | None = element
    for _ in range(3):
        if node is None:
            return False
        if len((node.tail or "").strip()) >= PARAGRAPH:
            return True
        for number, behind in enumerate(node.itersiblings()):
            if number >= 6:
                break
            if len(text_of(behind, 400)) >= PARAGRAPH and behind.tag in ("p", "div", "td", "span", "br", "font"):
                return True
            if len((behind.tail or "").strip()) >= PARAGRAPH:
                return True
        node = node.getparent()
    return False
