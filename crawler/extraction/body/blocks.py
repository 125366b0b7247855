"""A page as a list of text blocks in reading order, made in one walk; nothing in the tree is changed.

A block is what a reader sees as one line or paragraph: the text between two block-level borders or line breaks. Every
block-level element remembers which blocks lie inside of it, so that choosing the body means choosing an element and
taking its slice of the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from lxml.html import HtmlElement

from crawler.extraction.body.boilerplate import NEVER_WRAPPERS, SILENT, rule_of
from crawler.extraction.page.mojibake import tidy
from crawler.extraction.page.tree import MAX_DEPTH, MAX_ELEMENTS

_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
     "sup", "time", "tt", "u", "var", "wbr")
)  # fmt: skip
_CELLS = frozenset(("td", "th", "dt", "dd"))  # "Penulis | : Nama": the cells of one row make one line
_WORDS = frozenset(("a", "b", "strong", "em", "i", "u", "mark"))
_BOLD = frozenset(("b", "strong"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONG = 40  # characters from which a piece of text counts as running text in the quick estimate
_WRAPPER_CHARS = 100
_WRAPPER_SHARE = 0.5  # share of the page's running text from which a named element is a wrapper, not furniture
_PICTURE_BOXES = frozenset(("div", "table", "td", "center", "dl", "dd"))
_CAPTION_CHARS = 200  # characters of text beside a picture that make its box a caption; captions seen have 20 to 180
_MAX_CUT = 2000  # characters of a cut element's text kept as evidence


@dataclass(slots=True)
class Block:
    """One line or paragraph. ``link_chars`` counts characters inside links, ``links`` are (address, anchor)."""

    text: str
    tag: str = "p"
    link_chars: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    bold: bool = False
    broken: bool = False  # ended by a <br>, not by the border of an element

    @property
    def link_share(self) -> float:
        """Share of the block's characters that are link text, 0 to 1."""
        return min(1.0, self.link_chars / len(self.text)) if self.text else 0.0


@dataclass(slots=True)
class Removed:
    """A furniture element that was skipped: before which block it stood, and by which rule."""

    position: int
    rule: str
    element: HtmlElement


@dataclass(slots=True)
class Blocks:
    """All blocks of a page, the furniture skipped, and per block-level element the slice of blocks it holds."""

    blocks: list[Block] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    ranges: list[tuple[HtmlElement, int, int, int]] = field(default_factory=list)  # element, start, end, depth


class _Walker:
    def __init__(self, furniture: Callable[[HtmlElement], str | None]) -> None:
        self.out = Blocks()
        self.furniture = furniture
        self.pieces: list[str] = []
        self.links: list[tuple[str, int]] = []  # address and piece at which it began, of the links still open
        self.done: list[tuple[str, str]] = []
        self.link_chars = 0
        self.bold_chars = 0
        self.bold = 0
        self.seen = 0
        self.images = 0

    def text(self, text: str | None) -> None:
        if not text:
            return
        self.pieces.append(text)
        if self.links or self.bold:
            size = len(text.strip())
            if self.links:
                self.link_chars += size
            if self.bold:
                self.bold_chars += size

    def flush(self, tag: str, broken: bool = False) -> None:
        if not self.pieces:
            if broken and self.out.blocks:
                self.out.blocks[-1].broken = False  # a second <br> in a row: a paragraph ends here
            return
        text = tidy("".join(self.pieces))
        for address, start in self.links:  # a link around several blocks belongs to each of them
            self.done.append((address, tidy("".join(self.pieces[start:]))))
        self.links = [(address, 0) for address, _ in self.links]
        if text:
            bold = self.bold_chars >= 0.9 * len(text) - 2
            self.out.blocks.append(Block(text, tag, self.link_chars, self.done, bold, broken))
        elif broken and self.out.blocks:
            self.out.blocks[-1].broken = False
        self.pieces, self.done, self.link_chars, self.bold_chars = [], [], 0, 0

    def walk(self, element: HtmlElement, tag: str, depth: int) -> None:
        """Reads what is inside of an element; ``tag`` is that of the nearest block-level element."""
        self.text(element.text)
        for child in element:
            name = child.tag
            self.seen += 1
            if self.seen > MAX_ELEMENTS:
                return
            if not isinstance(name, str) or name in SILENT:
                if name in ("iframe", "video", "object", "img", "picture"):
                    self.pieces.append(" ")
                    self.images += name in ("img", "picture")
            elif name == "br":
                self.flush(tag, broken=True)
            elif (rule := self.furniture(child)) and not (name in _WORDS and self.amid_text(child)):
                if name not in _INLINE:
                    self.flush(tag)
                self.out.removed.append(Removed(len(self.out.blocks), rule, child))
            elif depth >= MAX_DEPTH:
                self.text(str(child.text_content()))
            elif name in _INLINE:
                self.inline(child, tag, depth)
            elif name in _CELLS and _is_short(child):
                self.pieces.append(" ")
                self.inline(child, tag, depth)
            else:
                self.block(child, depth)
            self.text(child.tail)

    def amid_text(self, element: HtmlElement) -> bool:
        """Whether a link or emphasis stands inside of a sentence: then its class says how it looks, not what it is."""
        return bool((element.tail or "").strip() or "".join(self.pieces).strip())

    def inline(self, element: HtmlElement, tag: str, depth: int) -> None:
        link = element.get("href") if element.tag == "a" else None
        bold = element.tag in _BOLD
        if link is not None:
            self.links.append((link, len(self.pieces)))
        self.bold += bold
        self.walk(element, tag, depth + 1)
        self.bold -= bold
        if link is not None and self.links:
            address, start = self.links.pop()
            self.done.append((address, tidy("".join(self.pieces[start:]))))

    def block(self, element: HtmlElement, depth: int) -> None:
        tag = element.tag
        self.flush("p")
        start, images = len(self.out.blocks), self.images
        spans, removed = len(self.out.ranges), len(self.out.removed)
        heading = tag in HEADINGS
        self.bold += heading
        self.walk(element, tag, depth + 1)
        self.flush(tag)
        self.bold -= heading
        if self.images > images and tag in _PICTURE_BOXES and self.is_caption(self.out.blocks[start:]):
            # What was noted of elements and furniture inside points to the blocks that go: it goes with them.
            del self.out.blocks[start:], self.out.ranges[spans:], self.out.removed[removed:]
            self.out.removed.append(Removed(start, "caption", element))
        self.out.ranges.append((element, start, len(self.out.blocks), depth))

    @staticmethod
    def is_caption(held: list[Block]) -> bool:
        """Whether all that a box with a picture holds is a line or two below it."""
        return (
            0 < len(held) <= 2
            and sum(len(block.text) for block in held) <= _CAPTION_CHARS
            and not any(block.tag in HEADINGS or block.tag in ("p", "li") or block.link_share > 0.5 for block in held)
        )


def _is_short(cell: HtmlElement) -> bool:
    """Whether a table cell holds a few words only; cells with blocks inside are layout, not data."""
    if any(child.tag not in _INLINE for child in cell):
        return False
    return len(str(cell.text_content())) <= 80


# How far class and id names are believed: all of them; not those of elements that hold half of the page's running
# text ("sidebar-layout", "date-outer", "content-text-editor" wrap whole articles at Modern Farmer, Blogger, tirto.id);
# none of them.
Names = Literal["all", "no wrappers", "none"]


def read(body: HtmlElement, names: Names = "all", remove: frozenset[HtmlElement] = frozenset()) -> Blocks:
    """Walks ``body`` once. ``remove`` are elements an outlet's file names as furniture."""
    total: list[int] = []

    def furniture(element: HtmlElement) -> str | None:
        if element in remove:
            return "outlet selector"
        rule = rule_of(element, names != "none")
        if rule is None or names != "no wrappers" or rule in NEVER_WRAPPERS or len(element) == 0:
            return rule
        held = _running(element)
        if held < _WRAPPER_CHARS:
            return rule
        if not total:
            total.append(_running(body))
        return None if held > _WRAPPER_SHARE * total[0] else rule

    walker = _Walker(furniture)
    walker.block(body, 0)
    return walker.out


def _running(element: HtmlElement) -> int:
    """Characters of running text in an element, readers' comments and the site's frame left out; a quick estimate."""
    size, stack = 0, [element]
    while stack:
        node = stack.pop()
        if node.text and len(node.text) > _LONG and node.tag != "a":
            size += len(node.text)
        for child in node:
            if child.tail and len(child.tail) > _LONG:
                size += len(child.tail)
            if isinstance(child.tag, str) and child.tag not in SILENT and rule_of(child, by_class=False) is None:
                stack.append(child)
    return size


def evidence(element: HtmlElement) -> str:
    """Text of a skipped element, one line, cut to what an audit needs."""
    parts: list[str] = []
    size = 0
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag not in SILENT:
            parts.append(node.text or "")
            size += len(parts[-1])
        if node is not element:
            parts.append(node.tail or "")
            size += len(parts[-1])
        if size > 2 * _MAX_CUT:
            break
    return tidy(" ".join(parts))[:_MAX_CUT]
