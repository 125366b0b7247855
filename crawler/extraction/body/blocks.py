"""A page as a list of text blocks in reading order, made in one walk; nothing in the tree is changed.

A block is what a reader sees as one line or paragraph: the text between two block-level borders or line breaks. Every
block-level element remembers which blocks lie inside of it, so that choosing the body means choosing an element and
taking its slice of the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml.html import HtmlElement

from crawler.extraction.body import boxes, prose
from crawler.extraction.body.block import Block
from crawler.extraction.body.boilerplate import NEVER_WRAPPERS, SILENT, Match, match, rule_of
from crawler.extraction.page.entities import unescaped
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
_LABEL = 60  # characters of the longest label above a list of other stories
_WRAPPER_CHARS = 100
_WRAPPER_SHARE = 0.5  # share of the page's running text from which a named element is a wrapper, not furniture
_SIGNED = re.compile(
    r"^\W{0,4}(?:lihat (?:postingan|kiriman)|view this post|a post shared|sebuah kiriman)\b", re.IGNORECASE
)
_MAX_CUT = 2000  # characters of a cut element's text kept as evidence


@dataclass(slots=True)
class Removed:
    """A furniture element that was skipped: before which block it stood, and by which rule."""

    position: int
    rule: str
    element: HtmlElement
    weak: bool = False  # by a name that is not believed without question
    boxed: bool = False  # by what the box holds, whatever its name


@dataclass(slots=True)
class Blocks:
    """All blocks of a page, the furniture skipped, and per block-level element the slice of blocks it holds."""

    blocks: list[Block] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    ranges: list[tuple[HtmlElement, int, int, int]] = field(default_factory=list)  # element, start, end, depth


class _Walker:
    def __init__(self, furniture: Callable[[HtmlElement], Match | None], own: frozenset[str]) -> None:
        self.out = Blocks()
        self.furniture = furniture
        self.own = own
        self.pieces: list[str] = []
        self.links: list[tuple[str, int]] = []  # address and piece at which it began, of the links still open
        self.done: list[tuple[str, str]] = []
        self.link_chars = 0
        self.bold_chars = 0
        self.bold = 0
        self.seen = 0
        self.pictures = 0
        self.pictured = False

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
        text = tidy(unescaped("".join(self.pieces)))
        for address, start in self.links:  # a link around several blocks belongs to each of them
            self.done.append((address, tidy("".join(self.pieces[start:]))))
        self.links = [(address, 0) for address, _ in self.links]
        if text:
            bold = self.bold_chars >= 0.9 * len(text) - 2
            self.out.blocks.append(Block(text, tag, self.link_chars, self.done, bold, broken, self.pictured))
            self.pictured = False
        elif broken and self.out.blocks:
            self.out.blocks[-1].broken = False
        self.pieces, self.done, self.link_chars, self.bold_chars = [], [], 0, 0

    def walk(self, element: HtmlElement, tag: str, depth: int) -> None:
        """Reads what is inside of an element; ``tag`` is that of the nearest block-level element."""
        self.text(element.text)
        before: HtmlElement | None = None  # an inline element with nothing behind it
        for child in element:
            name = child.tag
            self.seen += 1
            if self.seen > MAX_ELEMENTS:
                return
            if not isinstance(name, str) or name in SILENT:
                if name in ("iframe", "video", "object", "img", "picture"):
                    self.pieces.append(" ")
                    if name in ("img", "picture") and boxes.is_picture(child):
                        self.pictures += 1
                        self.pictured = True
            elif name == "br":
                self.flush(tag, broken=True)
            elif (found := self.furniture(child)) and not (
                name in _INLINE and found.by == "name" and self.amid_text(child)
            ):
                if name not in _INLINE:
                    self.flush(tag)
                self.out.removed.append(Removed(len(self.out.blocks), found.rule, child, found.weak))
                if found.rule == "embedded post" and found.weak:
                    self.post(child)
            elif depth >= MAX_DEPTH:
                self.text(str(child.text_content()))
            elif name in _INLINE:
                if before is not None:
                    self.part(before, child)
                self.inline(child, tag, depth)
                before = child
            elif name in _CELLS and _is_short(child):
                self.pieces.append(" ")
                self.inline(child, tag, depth)
            else:
                self.block(child, depth)
            self.text(child.tail)
            if child.tail:
                before = None

    def amid_text(self, element: HtmlElement) -> bool:
        """Whether an inline element stands inside of a sentence: then its class says how it looks, not what it is."""
        after, here = (element.tail or "").strip(), "".join(self.pieces[-8:]).strip()
        if element.tag in _WORDS:
            return bool(after or here)
        if any(char.isalnum() for char in after):
            return _has_text(element.getparent(), _LONG)
        return len(here) >= _LONG and here[-1] not in '.!?:|”"'

    def part(self, before: HtmlElement, after: HtmlElement) -> None:
        """Puts a space between two inline elements that a style sheet sets apart ("Tewas", "11" in boxes of a row)."""
        if not self.pieces or not self.pieces[-1]:
            return
        left, right = self.pieces[-1][-1], next((text[0] for text in after.itertext() if text), " ")
        if not (left.isalnum() and right.isalnum()):
            return
        if before.tag == after.tag == "a":
            self.pieces.append(" ")
        elif {str(before.tag), str(after.tag)} <= {"a", "span", "time", "small"}:
            changes = (left.islower() and right.isupper()) or left.isdigit() != right.isdigit()
            if changes and len(self.pieces[-1].strip()) > 1:
                self.pieces.append(" ")

    def post(self, element: HtmlElement) -> None:
        """The words of an embedded post of a social network, which are what the article quotes; its frame goes."""
        if not prose.among_paragraphs(element):
            return
        for text, linked, tag in prose.texts_of(element):
            if tag == "p" and len(text) >= _LONG and linked <= 0.5 * len(text) and not _SIGNED.match(text):
                self.out.blocks.append(Block(text, "p", linked))

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
        start, pictures = len(self.out.blocks), self.pictures
        spans, removed = len(self.out.ranges), len(self.out.removed)
        heading = tag in HEADINGS
        self.bold += heading
        self.walk(element, tag, depth + 1)
        self.flush(tag)
        self.bold -= heading
        held = len(self.out.blocks) - start
        rule = None
        if 0 < held <= boxes.MAX_BLOCKS:
            rule = boxes.rule_of_box(element, self.out.blocks[start:], self.own, self.pictures - pictures)
        if rule is None and held == 1 and self.is_label(start, self.out.removed[removed:]):
            rule = "related stories"
        if rule is not None:
            # What was noted of elements and furniture inside points to the blocks that go: it goes with them.
            del self.out.blocks[start:], self.out.ranges[spans:], self.out.removed[removed:]
            self.out.removed.append(Removed(start, rule, element, boxed=True))
        self.out.ranges.append((element, start, len(self.out.blocks), depth))

    def is_label(self, at: int, removed: Sequence[Removed]) -> bool:
        """Whether all that is left of a box is the label above a list of other stories, which is no headline."""
        label = self.out.blocks[at]
        listed = any(item.rule == "related stories" and item.boxed and item.position > at for item in removed)
        return listed and len(label.text) <= _LABEL and label.tag != "h1" and label.text[-1] not in '.!?”"'


def _has_text(element: HtmlElement | None, least: int) -> bool:
    size = 0
    for piece in element.itertext() if element is not None else ():
        size += len(piece.strip())
        if size >= least:
            return True
    return False


def _is_short(cell: HtmlElement) -> bool:
    """Whether a table cell holds a few words only; cells with blocks inside are layout, not data."""
    if any(child.tag not in _INLINE for child in cell):
        return False
    return len(str(cell.text_content())) <= 80


# How far class and id names are believed: all of them; not those of elements that hold half of the page's running
# text ("sidebar-layout", "date-outer", "content-text-editor" wrap whole articles at Modern Farmer, Blogger, tirto.id);
# none of them.
Names = Literal["all", "no wrappers", "none"]


def read(
    body: HtmlElement,
    names: Names = "all",
    remove: frozenset[HtmlElement] = frozenset(),
    own: frozenset[str] = frozenset(),
) -> Blocks:
    """Walks ``body`` once. ``remove`` are elements an outlet's file names as furniture, ``own`` the page's titles."""
    total: list[int] = []

    def furniture(element: HtmlElement) -> Match | None:
        if element in remove:
            return Match("outlet selector", "selector")
        found = match(element, names != "none")
        if found is None:
            return None
        if found.weak and element.tag not in _INLINE and _holds_article(element, found.rule):
            return None
        if names != "no wrappers" or found.rule in NEVER_WRAPPERS or len(element) == 0:
            return found
        held = running_text(element)
        if held < _WRAPPER_CHARS:
            return found
        if not total:
            total.append(running_text(body))
        return None if held > _WRAPPER_SHARE * total[0] else found

    walker = _Walker(furniture, own)
    walker.block(body, 0)
    return walker.out


def _holds_article(element: HtmlElement, rule: str) -> bool:
    if rule == "embedded post":
        return False
    if element.tag in HEADINGS:
        return rule in ("byline and date", "tags and topics") and prose.is_label_of_paragraph(element)
    return prose.is_article_text(element, rule)


def running_text(element: HtmlElement) -> int:
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
