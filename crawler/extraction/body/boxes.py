"""Boxes inside of an article that are not its text, known by what they hold, not by a name.

A card of another story (a linked headline and a line or two), a form, a row of buttons for sharing, a caption.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.body import prose
from crawler.extraction.body.block import Block
from crawler.extraction.cleaning.lines import fold

_BOXES = frozenset(("div", "article", "section", "li", "aside", "form", "fieldset", "table", "dl", "blockquote", "ul"))
_PICTURE_BOXES = frozenset(("div", "table", "td", "center", "dl", "dd"))
_CAPTION_CHARS = 200  # characters of text beside a picture that make its box a caption; captions seen have 20 to 180
_CARD_CHARS = 350  # characters beside the headline of a card; excerpts seen have 60 to 250
_CARD_BLOCKS = 4
MAX_BLOCKS = 8  # of a box that is looked at
_HEADLINE = 15  # characters of the shortest headline of a card
_FORM_CHARS = 400  # characters of a box with fields to fill in; sites of 2005 wrap whole pages in one form
_ROW_CHARS = 200
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NUMBERED = re.compile(r"^\W{0,3}\d{1,2}[.):]\s")  # a list's own subheadings, linked to their separate stories
_SHARE = re.compile(
    r"//(?:[\w-]{1,20}\.){0,3}(?:facebook\.com/(?:sharer|dialog|share)|twitter\.com/(?:intent|share|home\?status)"
    r"|x\.com/(?:intent|share)|wa\.me/\?|whatsapp\.com/send|t\.me/share|telegram\.me/share|linkedin\.com/(?:share|sharing)"
    r"|pinterest\.[\w.]{2,6}/pin|line\.me/R|threads\.net/intent|social-plugins\.line\.me)|^(?:whatsapp|fb-messenger)://"
    r"|^mailto:\?|^https?://wa\.me/?$|^https?://(?:www\.)?(?:facebook|twitter|x)\.com/?$",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"(?:[(/]\s?|\b(?:foto|photo|dok|credit|kredit|sumber)\s?[:.]?\s?)(?:ist(?:imewa)?|net|reuters|afp|ap"
    r"|antara(?: foto)?"
    r"|epa|xinhua|anadolu(?: agency)?|getty(?: images)?|dok)\b|\b(?:foto|photo|image|credit|kredit)\s?:",
    re.IGNORECASE,
)
PIXEL = 3  # width or height up to which a picture is none


def is_picture(element: HtmlElement) -> bool:
    """Whether an image is more than a tracking pixel."""
    for side in ("width", "height"):
        value = (element.get(side) or "").strip().removesuffix("px")
        if value.isdigit() and int(value) <= PIXEL:
            return False
    style = element.get("style") or ""
    return not re.search(r"display\s{0,8}:\s{0,8}none", style)


def rule_of_box(element: HtmlElement, held: Sequence[Block], own: frozenset[str], pictures: int) -> str | None:
    """The rule by which all that a box holds is not the article's, or None.

    ``held`` are the blocks read inside of it, ``own`` the folded titles of the page, ``pictures`` how many were seen.
    """
    tag = element.tag
    if pictures and tag in _PICTURE_BOXES and is_caption(element, held):
        return "caption"
    if tag not in _BOXES:
        return None
    size = sum(len(block.text) for block in held)
    if size <= _ROW_CHARS and sum(1 for block in held for address, _ in block.links if _SHARE.search(address)) >= 2:
        return "share bar"
    if len(held) <= _CARD_BLOCKS + 1 and _is_card(held, own, pictures):
        return "related stories"
    if size <= _FORM_CHARS and _asks(element, held):
        return "form"
    return None


def is_caption(element: HtmlElement, held: Sequence[Block]) -> bool:
    """Whether all that a box with a picture holds is a line or two below it."""
    if len(held) > 2 or sum(len(block.text) for block in held) > _CAPTION_CHARS:
        return False
    if any(block.tag in _HEADINGS or block.tag in ("p", "li") or block.link_share > 0.5 for block in held):
        return False
    text = held[0].text
    # A lead in the box of its picture, on a page whose paragraphs are boxes.
    return not (prose.is_prose(text) and not CREDIT.search(text) and prose.among_paragraphs(element))


def _is_card(held: Sequence[Block], own: frozenset[str], pictures: int) -> bool:
    first = next((at for at, block in enumerate(held) if len(block.text) >= _HEADLINE), None)
    if first is None or first > 1:
        return False
    head = held[first]
    beside = len(head.text) - head.link_chars  # a day may stand beside the headline
    if (
        head.link_share < (0.6 if beside <= 30 and any(char.isdigit() for char in head.text) else 0.9)
        or head.tag == "h1"
        or not head.links
        or len(head.text) > 200
    ):
        return False
    if head.links[0][0].startswith(("#", "javascript:")) or _NUMBERED.match(head.text):
        return False
    if (prose.is_prose(head.text) and head.text.endswith(".")) or fold(head.text) in own:
        return False
    rest = [block for at, block in enumerate(held) if at != first]
    chars = sum(len(block.text) for block in rest)
    return (chars >= 30 or (pictures > 0 and bool(rest))) and chars <= _CARD_CHARS


def _asks(element: HtmlElement, held: Sequence[Block]) -> bool:
    """Whether a box with fields asks its reader for something; a lead above a search field does not."""
    if not prose.has_controls(element):
        return False
    return not any(prose.is_prose(block.text) and not prose.speaks_to_reader(block.text) for block in held) or any(
        node.get("type") in ("email", "radio") for node in element.iter("input")
    )
