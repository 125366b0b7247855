"""Where the article begins and ends around the chosen element: parts in siblings, a lead above, other stories out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.body.block import Block
from crawler.extraction.body.blocks import HEADINGS, Blocks
from crawler.extraction.body.density import Choice, ElementRange, text_density_score
from crawler.extraction.body.prose import is_prose
from crawler.extraction.cleaning.lines import fold

Part = tuple[int, int]  # first block, block behind the last
_GAP = 12  # blocks that may stand between two parts of one article: an advertisement, a list of links
_LEADS = 3  # paragraphs above the container that may be the article's
_ABOVE = 10  # blocks above the text in which its headline stands
_DATELINE = re.compile(r"^[A-ZÀ-Þ][\w À-Þ.,'’()/:|]{1,60}\s?[-–—]{1,2}\s|^[A-ZÀ-Þ ,.]{4,40}(?:,|:)\s")
_DAY = re.compile(r"\b\d{1,2}[ /.-](?:\d{1,2}|[A-Za-z]{3,9})[ /.-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b")


def parts(reading: Blocks, choice: Choice, foreign: Sequence[Part]) -> list[Part]:
    """The slices of blocks that make the article, in order: the chosen one, its siblings of one name, its lead."""
    found = sorted([(choice.start, choice.end), *_siblings(reading, choice, foreign)])
    start = _lead(reading, found[0][0])
    found[0] = (start, found[0][1])
    result: list[Part] = []
    for at, end in found:
        for other, behind in foreign:
            if at <= other < end:
                if other > at:
                    result.append((at, other))
                at = min(behind, end)
        if at < end:
            result.append((at, end))
    return result or [(choice.start, choice.end)]


def is_titled(reading: Blocks, choice: Choice, titles: frozenset[str]) -> bool:
    """Whether the page's own headline stands right above the text, and a day between them or beside it."""
    above = reading.blocks[max(0, choice.start - _ABOVE) : choice.end][: _ABOVE + 4]
    headed = any(block.tag in ("h1", "h2", "h3") and any(fold(block.text) in title for title in titles if title)
                 for block in above)  # fmt: skip
    return headed and any(len(block.text) <= 120 and _DAY.search(block.text) for block in above)


def _siblings(reading: Blocks, choice: Choice, foreign: Sequence[Part]) -> list[Part]:
    """Slices of elements with the same tag and names that share a parent or grandparent with the chosen one."""
    name = _name(choice.element)
    if name is None:
        return []
    family = _family(choice.element)
    found: list[ElementRange] = []
    for candidate in reading.ranges:
        element, start, end, _ = candidate
        if (
            start < end
            and (end <= choice.start or start >= choice.end)
            and element.tag == name[0]
            and _name(element) == name
            and family & _family(element)
            and not any(at <= start < behind for at, behind in foreign)
            and sum(text_density_score(block) for block in reading.blocks[start:end]) > 0
            and any(is_prose(block.text, block.link_chars) for block in reading.blocks[start:end])
        ):
            found.append(candidate)
    result: list[Part] = []
    at, end = choice.start, choice.end
    for _, start, behind, _ in sorted((c for c in found if c[1] >= choice.end), key=lambda c: c[1]):
        if start - end > _GAP or _another_begins(reading, end, behind) or _is_headed(reading.blocks[end:start]):
            break
        result.append((start, behind))
        end = behind
    for _, start, behind, _ in sorted((c for c in found if c[2] <= choice.start), key=lambda c: -c[1]):
        if at - behind > _GAP or _another_begins(reading, start, at) or _is_headed(reading.blocks[behind:at]):
            break
        result.append((start, behind))
        at = start
    return result


def _another_begins(reading: Blocks, start: int, end: int) -> bool:
    """Whether a headline stands in a slice: a linked one, or one of the first rank."""
    return any(
        block.tag == "h1" or (block.tag in HEADINGS and block.link_share >= 0.9) for block in reading.blocks[start:end]
    )


def _is_headed(between: Sequence[Block]) -> bool:
    """Whether a headline and a day stand between two parts: what follows is a story of its own."""
    headed = [at for at, block in enumerate(between) if block.tag in HEADINGS and len(block.text.split()) >= 3]
    return bool(headed) and any(
        len(block.text) <= 80 and _DAY.search(block.text) for block in between[max(0, headed[0] - 1) :]
    )


def _lead(reading: Blocks, start: int) -> int:
    """Where the text begins when its lead stands in a box of its own above it: in bold or with a dateline."""
    blocks = reading.blocks
    at = start
    headed = any(block.tag in ("h1", "h2") for block in blocks[max(0, start - _ABOVE) : start])
    while headed and at and start - at < _LEADS:
        block = blocks[at - 1]
        if not is_prose(block.text, block.link_chars) or block.tag in HEADINGS or block.pictured:
            break
        if not (block.bold or _DATELINE.match(block.text)) or any(
            block.text == b.text for b in blocks[start : start + 8]
        ):
            break
        at -= 1
    return at


def _name(element: HtmlElement) -> tuple[str, str, str] | None:
    classes = " ".join(sorted((element.get("class") or "").split()))
    itemprop = element.get("itemprop") or ""
    return (str(element.tag), classes, itemprop) if classes or itemprop else None


def _family(element: HtmlElement) -> set[HtmlElement]:
    parent = element.getparent()
    if parent is None or parent.tag in ("body", "html"):
        return {parent} if parent is not None else set()
    above = parent.getparent()
    return {parent} if above is None or above.tag in ("body", "html") else {parent, above}
