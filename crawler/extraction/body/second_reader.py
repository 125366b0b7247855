"""trafilatura as the last way of finding a body: for pages whose text our own view does not tell from its frame.

``deduplicate`` stays off (its memory is per thread, results would depend on the pages read before) and comments too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from lxml.html import HtmlElement, fragment_fromstring

from crawler.extraction.body.density import Body
from crawler.extraction.cleaning.lines import Line
from crawler.extraction.page.mojibake import tidy


def find(root: HtmlElement, least: int) -> Body | None:
    """Lines of the body as trafilatura sees it, precision first, then its usual mode; None where both see little."""
    bare_extraction = _trafilatura()

    for precision in (True, False):
        try:
            document = bare_extraction(
                deepcopy(root),
                include_comments=False,
                deduplicate=False,
                with_metadata=False,
                favor_precision=precision,
            )
        except Exception:  # noqa: BLE001 - hostile markup reaches code that is not ours; a page without a body is no error
            return None
        text = (document.text if document is not None and not isinstance(document, dict) else None) or ""
        if len(text) >= least:
            lines = [Line(line) for line in map(tidy, text.splitlines()) if line]
            return Body(lines, f"trafilatura{' precision' if precision else ''}", None, [], len(text))
    return None


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
