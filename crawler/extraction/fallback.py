"""trafilatura as the last way of finding a body: for pages whose text our own view does not tell from its frame.

``deduplicate`` stays off (its memory is per thread, results would depend on the pages read before) and comments too.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml.html import HtmlElement, fragment_fromstring

from crawler.extraction.cleaning import Line
from crawler.extraction.repair import tidy

if TYPE_CHECKING:
    from crawler.extraction.finding import Body


def find(root: HtmlElement, least: int) -> Body | None:
    """Lines of the body as trafilatura sees it, precision first, then its usual mode; None where both see little."""
    from trafilatura import bare_extraction  # 0.4 s to import; most processes never need it

    from crawler.extraction.finding import Body

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


def fragment(text: str) -> HtmlElement:
    """Markup that is a piece of a page, as an element."""
    return fragment_fromstring(text, create_parent="div")
