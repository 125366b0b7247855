"""Boxes inside of an article that are not its text, known by what they hold, not by a name.

A card of another story (a linked headline and a line or two), a form, a row of buttons for sharing, a caption.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.extraction.body import prose
from crawler.extraction.body.block import Block
from crawler.extraction.cleaning.bylines import is_person
from crawler.extraction.cleaning.lines import fold

_BOXES = frozenset(("div", "article", "section", "li", "aside", "form", "fieldset", "table", "dl", "blockquote", "ul"))
_PICTURE_BOXES = frozenset(("div", "table", "td", "center", "dl", "dd"))
_CAPTION_CHARS = 200  # characters of text beside a picture that make its box a caption; captions seen have 20 to 180
_CARD_CHARS = 350  # characters beside the headline of a card; excerpts seen have 60 to 250
_CARD_BLOCKS = 4
MAX_BLOCKS = 8  # of a box that is looked at
_HEADLINE = 15  # characters of the shortest headline of a card
_BIO_CHARS = 600  # characters said of a writer; notes seen have 60 to 450
# The link from an excerpt to its story.
MORE = re.compile(
    r"^\W{0,3}(?:baca |lihat |simak )?(?:selengkapnya|selanjutnya|lebih lanjut|lanjut(?:kan)?(?: membaca)?"
    r"|read more|continue reading"
    r"|more|detail|lanjutkan membaca|baca|baca artikel|baca berita|full story|view more|lihat detail)\W{0,6}$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W{0,3}(?:tentang (?:kami|penulis|blog|situs|media)|about(?: us| the author| me)?|hubungi kami|kontak(?: kami)?"
    r"|contact(?: us)?|redaksi kami|profil (?:kami|penulis)|penulis|author)\W{0,3}$",
    re.IGNORECASE,
)
_FOOT_CHARS = 1000  # characters of a page's foot; those seen have 100 to 700
_IMPRINT = re.compile(
    r"^\W{0,3}(?:tentang(?: kami)?|(?:susunan |tim |dewan )?redaksi|pedoman(?: media| pemberitaan){0,2}(?: siber)?"
    r"|kontak(?: kami)?|hubungi(?: kami)?|kebijakan (?:privasi|data)|privacy(?: policy)?|disclaimer|kode etik"
    r"|syarat (?:dan|&) ketentuan|karir|karier|info iklan|(?:pasang )?iklan|media kit|sitemap|peta situs|indeks"
    r"|terms(?: of (?:use|service))?|about(?: us)?|contact(?: us)?|advertise|careers?)\W{0,3}$",
    re.IGNORECASE,
)
_PRAYERS = re.compile(r"^\W{0,3}(?:jadwal|waktu) (?:sa?lat|sholat|shalat|solat|imsak\w{0,3})\b", re.IGNORECASE)
_TIMED = re.compile(r"^[\w' -]{3,20}\W{0,3}\d\d[:.]\d\d(?: WIB| WITA| WIT)?$")
_HIS_TEXTS = re.compile(
    r"^\W{0,3}(?:lihat|baca|view|see|read)? ?(?:semua|seluruh|all|more)"
    r" (?:tulisan|artikel|berita|posts?|articles|stories)"
    r"(?: (?:oleh|dari|by|from)\b.{0,60})?\W{0,3}$|^(?:artikel|tulisan|berita) lain(?:nya)? (?:oleh|dari)\b.{0,60}$",
    re.IGNORECASE,
)
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
    if len(held) <= _CARD_BLOCKS + 1 and (_is_card(held, own, pictures) or _is_teaser(held, own)):
        return "related stories"
    if _is_about(held, pictures) or _is_imprint(held, own):
        return "site frame"
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


def _is_teaser(held: Sequence[Block], own: frozenset[str]) -> bool:
    """Whether a box is a headline without a link, an excerpt, and the link to the rest ("Selengkapnya")."""
    last = held[-1]
    if len(held) < 2 or held[0].tag not in _HEADINGS or held[0].tag == "h1" or fold(held[0].text) in own:
        return False
    if last.link_share < 0.9 or not last.links or last.links[0][0].startswith(("#", "javascript:")):
        return False
    return bool(MORE.match(last.text)) and sum(len(block.text) for block in held[1:-1]) <= _CARD_CHARS


def _is_about(held: Sequence[Block], pictures: int) -> bool:
    """Whether a box says what the site is, or who wrote for it: a heading that tells so, or a name beside a picture."""
    first = held[0]
    headed = first.tag in _HEADINGS or first.bold or first.link_share >= 0.9
    if len(held) < 2 or not headed or len(first.text) > 60:
        return False
    if _ABOUT.match(first.text):
        return True
    told = held[1:]
    if not is_person(first.text) or sum(len(block.text) for block in told) > _BIO_CHARS:
        return False
    return any(_HIS_TEXTS.match(block.text) for block in told) or (
        pictures > 0 and prose.introduces_writer(told[0].text)
    )


def _is_imprint(held: Sequence[Block], own: frozenset[str]) -> bool:
    """Whether a box is the page's foot (two links or more to what every site has) or a timetable of prayers."""
    if any(block.tag == "h1" or fold(block.text) in own for block in held):
        return False
    if sum(len(block.text) for block in held) > _FOOT_CHARS:
        return False
    if len({anchor.casefold() for block in held for _, anchor in block.links if _IMPRINT.match(anchor)}) >= 2:
        return True
    timed = sum(1 for block in held[1:] if _TIMED.match(block.text))
    return len(held) > 2 and timed >= len(held) - 2 and _PRAYERS.match(held[0].text) is not None


def _asks(element: HtmlElement, held: Sequence[Block]) -> bool:
    """Whether a box with fields asks its reader for something; a lead above a search field does not."""
    if not prose.has_controls(element):
        return False
    return not any(prose.is_prose(block.text) and not prose.speaks_to_reader(block.text) for block in held) or any(
        node.get("type") in ("email", "radio") for node in element.iter("input")
    )
