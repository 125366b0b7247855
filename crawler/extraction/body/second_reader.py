"""trafilatura as the second reader: of the chosen element, of the whole page where the two disagree grossly.

``deduplicate`` stays off (its memory is per thread, results would depend on the pages read before) and comments too:
readers' words are taken out by our own rule before it reads. Its caches are cleared now and then, so memory is flat.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from lxml.html import Element, HtmlElement, fragment_fromstring

from crawler.extraction.body.boilerplate import SILENT, match
from crawler.extraction.body.density import Body
from crawler.extraction.cleaning.lines import Line
from crawler.extraction.page.mojibake import tidy

MAX_NODES = 2000  # elements of a body that are read twice; larger ones are not articles and cost 50 ms and more
_MAX_PAGE = 20_000  # the same for a whole page
_RESET_AFTER = 1000  # pages after which trafilatura's caches are cleared
_read = 0


def find(root: HtmlElement, least: int, *, fast: bool = False) -> Body | None:
    """Lines of the body as trafilatura sees the page: precision first, then its usual mode; None if both see little.

    ``fast``: without its own comparison with readability and jusText, in two thirds of the time.
    """
    for precision in (True, False):
        lines = _extract(root, _MAX_PAGE, favor_precision=precision, fast=fast)
        if lines is not None and sum(map(len, lines)) >= least:
            method = f"trafilatura{' precision' if precision else ''}"
            return Body([Line(line) for line in lines], method, None, [], sum(map(len, lines)))
    return None


def read_element(element: HtmlElement) -> list[str] | None:
    """Lines that trafilatura keeps of the element alone, or None where it is too large or nothing came out."""
    page = Element("html")
    body = Element("body")
    page.append(body)
    part = deepcopy(element)
    part.tail = None
    if part.tag in ("body", "html"):
        part.tag = "div"
    body.append(part)
    for node in list(part.iterdescendants()):
        if isinstance(node.tag, str) and node.tag not in SILENT and node.getparent() is not None:
            found = match(node, by_class=False)
            if found is not None and found.rule == "comments":
                node.drop_tree()
    return _extract(page, MAX_NODES, fast=True, include_links=False)


def _extract(root: HtmlElement, most: int, **options: bool) -> list[str] | None:
    global _read
    if _is_large(root, most):
        return None
    bare_extraction = _trafilatura()
    _read += 1
    try:
        document = bare_extraction(
            deepcopy(root) if most == _MAX_PAGE else root,
            include_comments=False,
            deduplicate=False,
            with_metadata=False,
            **options,
        )
    except Exception:  # noqa: BLE001 - hostile markup reaches code that is not ours; one reader is no error
        return None
    finally:
        if _read % _RESET_AFTER == 0:
            from trafilatura.meta import reset_caches

            reset_caches()
    text = (document.text if document is not None and not isinstance(document, dict) else None) or ""
    return [line for line in map(tidy, text.splitlines()) if line] or None


def _is_large(root: HtmlElement, most: int) -> bool:
    return any(number >= most for number, _ in enumerate(root.iter()))


@cache
def _trafilatura() -> Callable[..., Any]:
    """The function, imported when first needed: it takes 0.4 s and most processes never need it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its downloader, not used here, complains about an optional proxy package
        from trafilatura import bare_extraction
    return bare_extraction


def fragment(text: str) -> HtmlElement:
    """Markup that is a piece of a page, as an element."""
    return fragment_fromstring(text, create_parent="div")
