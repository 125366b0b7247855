"""Which element of a page holds the article: chosen by the running text it holds and the link lists it does not.

Every block of the page is worth its characters when it reads as running text, and costs its characters when it is
links or labels; an element is worth the sum of its blocks. The best element is the one whose sum is the greatest (the
idea of maximum subsequence segmentation, Pasternack and Roth 2009, on elements in place of tokens): around it come only
menus and lists, which cost. Where the article shares one element with long lists of other stories, no element fits:
then the best run of blocks is taken. A container known from its content management system is taken instead of either
when it holds nearly as much, because its borders are exact.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from lxml.html import HtmlElement

from crawler.extraction.body.block import Block
from crawler.extraction.body.blocks import HEADINGS, Blocks, Removed
from crawler.extraction.cleaning.lines import Line, fold

# Tuned on the 11 saved pages of bench/extraction.py.
_LINK_COST = 1.5  # per character of a block that is mostly link
_LABEL_COST = 0.5  # per character of a short block without a sentence
_RUNNING = 40  # characters from which a block counts as running text without a full stop
_TEASER = 300  # characters up to which a paragraph between two links is the teaser of a list
_ANCHORS = 3  # blocks with the description's words that are tried: the text itself, a teaser, a share box
_WHOLE = 500  # characters (in three blocks or more) that may be a whole article; a lead in a box of its own is not
_NEIGHBOUR = 2.0  # times the text around the description from which a neighbour is something else: a glossary, a law
_LEAD_WORDS = 6  # words of the page's description looked for in its blocks; descriptions are cut or reworded later on
_MARGIN = 0.03  # a smaller element wins when it holds all but this share of the best sum
_LOOSE = 2.0  # times the best element's sum from which a run of blocks shows that no element fits the article
_LOOSE_SINGLE = 1.2  # the same where the best element is one paragraph
_VALLEY = 400  # cost of links within a run of blocks that ends it: three boxed headlines cost 300, a side column 900
_KNOWN = 0.7  # share of the best sum that a known container must hold
MIN_CHARS = 200  # an article has at least this many characters of running text; the shortest seen has 700
MIN_DECLARED = 90  # the same where the page declares itself an article

_DATA = tomllib.loads(Path(__file__).with_name("containers.toml").read_text(encoding="utf-8"))["container"]
_BY_TOKEN = {token: number for number, entry in enumerate(_DATA) for token in entry.get("match", [])}
_BY_ITEMPROP = {entry["itemprop"]: number for number, entry in enumerate(_DATA) if "itemprop" in entry}
_BY_TAG = {entry["tag"]: number for number, entry in enumerate(_DATA) if "tag" in entry}
_DATE_LIKE = re.compile(
    r"^[\w ,]{0,25}\d{1,4}[/: .-]\w{1,9}[/: .-]\d{1,4}[\d:. |WIBTA,-]{0,20}$|^\d+ \w+ (?:lalu|ago)$"
)
_SENTENCE = re.compile(r"""[.!?…]["'”’»)\]]{0,12}$|[.!?]["”']?\s{1,8}["“'(]?[A-ZÀ-Þ0-9]""")


ElementRange = tuple[HtmlElement, int, int, int]  # element, first block, block behind the last, depth


@dataclass(slots=True)
class Choice:
    """The chosen slice of blocks, the element it belongs to, and how it was found ("known:…" or "density")."""

    element: HtmlElement
    start: int
    end: int
    method: str
    score: float
    running: int  # characters of running text in it


@dataclass(slots=True)
class Body:
    """The lines of a body before cleaning, the element they came from (if one), and the furniture skipped in it."""

    lines: list[Line]
    method: str
    element: HtmlElement | None = None
    removed: list[Removed] = field(default_factory=list)
    running: int = 0
    titled: bool = False  # the page's own headline and a day stand right above it


def text_density_score(block: Block) -> float:
    """What a block adds to the element it is in: its running text, or minus its links and labels."""
    size = len(block.text)
    if block.link_chars > 0.5 * size:
        return -_LINK_COST * min(size, 120)
    if size >= _RUNNING or _SENTENCE.search(block.text):
        return size - 1.0 * block.link_chars
    if block.bold or block.tag in HEADINGS:
        return 0.0
    return -_LABEL_COST * size


def choose(reading: Blocks, lead: str = "", foreign: Sequence[tuple[int, int]] = ()) -> Choice | None:
    """The element that holds the article, or None on a page without running text.

    ``lead`` is the page's own description of the article: where a block of the page says the same words, the
    article is looked for around it. Long glossaries and legal notes beside a short article lose by it. ``foreign`` are
    slices of other stories; they cost like links.
    """
    scores = _scores(reading.blocks)
    for start, end in foreign:
        for index in range(start, end):
            scores[index] = -_LINK_COST * min(len(reading.blocks[index].text), 120)
    sums = list(accumulate(scores, initial=0.0))
    running = list(accumulate((max(0.0, value) for value in scores), initial=0.0))
    known: dict[int, list[tuple[float, HtmlElement, int, int]]] = {}
    for element, start, end, _ in reading.ranges:
        value = sums[end] - sums[start]
        if value > 0 and (number := _known(element)) is not None:
            known.setdefault(number, []).append((value, element, start, end))
    elsewhere = {index for start, end in foreign for index in range(start, end)}
    anchors = [
        index for index, block in enumerate(reading.blocks) if lead and index not in elsewhere and _keeps(block, lead)
    ]
    found = [_around(anchor, reading.ranges, sums) for anchor in anchors[:_ANCHORS]] or [
        _greatest(reading.ranges, sums)
    ]
    best_sum, best = max(found, key=lambda item: item[0])
    for number in sorted(known):
        value, element, start, end = max(known[number], key=lambda item: item[0])
        if value >= _KNOWN * best_sum:
            return Choice(
                element, start, end, f"known:{_DATA[number]['name']}", value, int(running[end] - running[start])
            )
    method = "density"
    single = best is not None and best[2] - best[1] == 1  # one paragraph: its box is no container
    if not anchors or best_sum < _WHOLE or single:
        run_sum, run = _densest_run(reading.ranges, sums, anchors[:1])
        if run is not None and run_sum > max((_LOOSE_SINGLE if single else _LOOSE) * best_sum, 0.0):
            best_sum, best, method = run_sum, run, "density of a run"
    if best is None or best_sum <= 0:
        return None
    return Choice(best[0], best[1], best[2], method, best_sum, int(running[best[2]] - running[best[1]]))


def _greatest(ranges: list[ElementRange], sums: list[float]) -> tuple[float, ElementRange | None]:
    """The element with the greatest sum; of one inside the other, the inner unless the outer adds a real share."""
    best, best_sum = None, 0.0
    for candidate in ranges:  # children come before their parents
        value = sums[candidate[2]] - sums[candidate[1]]
        if best is None or value > best_sum * (1 + _MARGIN) or (value > best_sum and not _inside(best, candidate)):
            best, best_sum = candidate, value
    return best_sum, best


def _around(anchor: int, ranges: list[ElementRange], sums: list[float]) -> tuple[float, ElementRange | None]:
    """The same among the elements around one block, never taking in a neighbour twice as great as all before."""
    best, best_sum = None, 0.0
    for candidate in ranges:
        _, start, end, _ = candidate
        if not start <= anchor < end:
            continue
        value = sums[end] - sums[start]
        if best is not None and best_sum >= _WHOLE and best[2] - best[1] >= 3 and value > _NEIGHBOUR * best_sum:
            beside = (s for s in ranges if start <= s[1] and s[2] <= end and not s[1] <= anchor < s[2])
            if max((sums[s[2]] - sums[s[1]] for s in beside), default=0.0) > _NEIGHBOUR * best_sum:
                break
        if best is None or value > best_sum * (1 + _MARGIN):
            best, best_sum = candidate, value
    return best_sum, best


def _densest_run(
    ranges: list[ElementRange], sums: list[float], anchors: list[int]
) -> tuple[float, ElementRange | None]:
    """The run of blocks with the greatest sum, around the first of ``anchors`` if any, in the smallest element that
    holds it. A run ends where a list of links costs more than a box between paragraphs would."""
    best, at, until = 0.0, 0, 0
    start, peak, end = 0, 0.0, 0
    for stop in range(1, len(sums) + 1):
        value = sums[stop] - sums[start] if stop < len(sums) else 0.0
        if value > peak:
            peak, end = value, stop
        if value <= 0 or peak - value > _VALLEY:
            if peak > best and (not anchors or start <= anchors[0] < end):
                best, at, until = peak, start, end
            start, peak, end = stop, 0.0, stop
    around = [candidate for candidate in ranges if candidate[1] <= at and until <= candidate[2]]
    if not around or until <= at:
        return 0.0, None
    element, _, _, depth = max(around, key=lambda candidate: candidate[3])
    return best, (element, at, until, depth)


def _keeps(block: Block, lead: str) -> bool:
    return len(block.text) >= _RUNNING and block.link_share < 0.5 and lead in fold(block.text)


def lead_snippet(description: str | None) -> str:
    """The words of a description that its article is expected to say as well: the first few, folded; "" for none."""
    words = fold(description or "").split()
    return (
        " ".join(words[1 : _LEAD_WORDS + 1]) if len(words) > _LEAD_WORDS else ""
    )  # the first word may be a cut dateline


def _scores(found: list[Block]) -> list[float]:
    """The worth of every block; paragraphs that alternate with headlines-as-links are teasers and cost, too."""
    scores = [text_density_score(block) for block in found]
    rows = [(index, block) for index, block in enumerate(found) if not _DATE_LIKE.match(block.text)]
    for position, (index, block) in enumerate(rows):
        if 0 < scores[index] <= _TEASER and block.link_share < 0.3 and position and _is_headline(rows[position - 1][1]):
            after = rows[position + 1][1] if position + 1 < len(rows) else None
            if after is None or after.link_share >= 0.9:  # the next headline, or "Selengkapnya"
                scores[index] = -_LABEL_COST * scores[index]
    return scores


def _is_headline(block: Block) -> bool:
    return block.link_share >= 0.9 and len(block.text) >= 20


def _inside(inner: ElementRange, outer: ElementRange) -> bool:
    return outer[1] <= inner[1] and inner[2] <= outer[2]


def _known(element: HtmlElement) -> int | None:
    attributes = element.attrib
    if not attributes:
        return _BY_TAG.get(element.tag)
    if (itemprop := attributes.get("itemprop")) in _BY_ITEMPROP:
        return _BY_ITEMPROP[itemprop]
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    number = _known_names(names[:400]) if len(names) > 1 else None
    return _BY_TAG.get(element.tag) if number is None else number


@lru_cache(maxsize=4096)
def _known_names(names: str) -> int | None:
    numbers = [_BY_TOKEN[token] for token in names.lower().split() if token in _BY_TOKEN]
    return min(numbers, default=None)
