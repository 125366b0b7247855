"""Whether an element reads as part of an article, whatever it is called: the proof asked before a weak name cuts."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extraction.page.mojibake import tidy

PROSE = 60  # characters from which a text that ends like a sentence is a paragraph
_MAX_NODES = 600  # elements looked at; a larger box is judged by its first ones
_MAX_LINKED = 0.3  # share of a box's characters inside links from which it is a list of links
_WRAPPED = 3  # paragraphs that a box must hold when it does not stand among paragraphs itself
_WRAPPED_CHARS = 300
_SIBLINGS = 12  # siblings looked at to either side

_ENDS = re.compile(r"""[.!?…][\s"'”’»)\]*]{0,6}$""")
_QUOTED = re.compile(r"""["“][^"“”]{1,600}["”]""")
# Words with which a site speaks to its readers or of itself, outside of quotations.
_ADDRESS = re.compile(
    r"\b(?:anda|kamu|kalian|kami|berlangganan|langganan|pelanggan|newsletter|buletin|e-?mail|surel|unduh|download"
    r"|klik|follow|bagikan|share|subscribe|hak cipta|copyright|pengiklan|redaksi kami|situs ini|website ini|cookies?"
    r"|slot|togel|gacor|judi online)\b|\b\w{3,}mu\b(?<!kamu)(?<!temu)(?<!tamu)(?<!ilmu)(?<!semu)(?<!bumbu)(?<!jamu)",
    re.IGNORECASE,
)
# What is said of people who write for a site, not of those it writes about.
_BIO = re.compile(
    r"\b(?:penulis|wartawan|jurnalis|reporter|kontributor|editor|redaktur|kolumnis|fotografer|bloger|blogger"
    r"|author|writer|journalist|correspondent|columnist|contributor)\b",
    re.IGNORECASE,
)
# What a newsroom says of its own mistake belongs to the text, whatever box it stands in.
_CORRECTION = re.compile(
    r"\W{0,3}(?:ralat|koreksi|pembetulan|catatan (?:koreksi|redaksi|editor)|correction|editor.s note)\b[^\n]{40}",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "aside", "li", "ul", "ol", "dl", "dd", "dt", "blockquote", "table", "tr", "td",
     "th", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "header", "footer", "main", "pre", "center",
     "details", "summary", "form", "fieldset", "br", "hr")
)  # fmt: skip
_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "nav", "footer")
)
_TYPED = frozenset(("", "text", "email", "search", "tel", "url", "radio", "checkbox", "password", "number"))


def is_prose(text: str, linked: int = 0) -> bool:
    """Whether a text is a paragraph: long enough, ended like a sentence, not mostly link (``linked`` characters)."""
    return len(text) >= PROSE and linked <= 0.5 * len(text) and _ENDS.search(text[-12:]) is not None


def is_article_text(element: HtmlElement, rule: str) -> bool:
    """Whether an element with a weak name of ``rule`` holds text of the article all the same.

    One paragraph is enough where the element stands among paragraphs; a wrapper needs several. Boxes that speak to
    the reader, ask for something or introduce the site's own people are furniture.
    """
    texts = texts_of(element)
    if texts and _CORRECTION.match(" ".join(text for text, _, _ in texts[:2])) and not has_controls(element):
        return True
    prose = [text for text, linked, tag in texts if is_prose(text, linked) and (rule != "summary box" or tag != "li")]
    if not prose:
        return rule == "share bar" and _is_quotation(element, texts)
    total = sum(len(text) for text, _, _ in texts)
    if sum(linked for _, linked, _ in texts) > _MAX_LINKED * total or has_controls(element):
        return False
    spoken = sum(1 for text in prose if speaks_to_reader(text))
    if 2 * spoken >= len(prose) + 1 or (rule == "byline and date" and _BIO.search(prose[0])):
        return False
    if rule in ("caption", "related stories", "advert") and len(prose) < 2:
        return False
    if len(prose) >= _WRAPPED and sum(map(len, prose)) >= _WRAPPED_CHARS:
        return True
    return among_paragraphs(element)


def _is_quotation(element: HtmlElement, texts: list[tuple[str, int, str]]) -> bool:
    """Whether all that an element holds is a short sentence in quotation marks, with nothing to press beside it."""
    if len(texts) != 1 or next(element.iter("a", "button"), None) is not None:
        return False
    return _QUOTED.fullmatch(texts[0][0]) is not None and among_paragraphs(element)


def restorable(element: HtmlElement, rule: str) -> list[str]:
    """Paragraphs of an element that was cut by a weak name and that the second reader may bring back."""
    texts = texts_of(element)
    if has_controls(element) or (rule == "byline and date" and any(_BIO.search(text) for text, _, _ in texts)):
        return []
    return [text for text, linked, tag in texts if is_prose(text, linked) and (rule != "summary box" or tag != "li")]


def is_label_of_paragraph(element: HtmlElement) -> bool:
    """Whether a heading stands directly above a paragraph: "2 Mei" in a chronology, whatever its class."""
    after = element.getnext()
    return after is not None and after.tag == "p" and is_prose(_text(after))


def speaks_to_reader(text: str) -> bool:
    """Whether a text addresses its reader or speaks of the site itself, quotations aside."""
    return _ADDRESS.search(_QUOTED.sub(" ", text)) is not None


def introduces_writer(text: str) -> bool:
    """Whether a text says that somebody writes or takes photographs, as a note on a site's own people does."""
    return _BIO.search(text) is not None


def among_paragraphs(element: HtmlElement) -> bool:
    """Whether at least two siblings (of the element, or of a box around it alone) read as paragraphs."""
    for place in (element, element.getparent()):
        if place is None or place.tag in ("body", "html"):
            return False
        found = 0
        for direction in (True, False):
            for number, sibling in enumerate(place.itersiblings(preceding=direction)):
                if number >= _SIBLINGS:
                    break
                if sibling.tag in ("p", "div", "li", "blockquote") and sibling.tag != "br" and is_prose(_text(sibling)):
                    found += 1
                    if found >= 2:
                        return True
        parent = place.getparent()
        if parent is None or len(parent) > 1:
            return False
    return False


def has_controls(element: HtmlElement) -> bool:
    """Whether something can be filled in or chosen inside of an element."""
    return any(
        node.tag in ("textarea", "select") or (node.get("type") or "").lower() in _TYPED
        for node in element.iter("input", "textarea", "select")
    )


def texts_of(element: HtmlElement) -> list[tuple[str, int, str]]:
    """The texts of an element between its block-level borders: text, characters inside links, tag of the block."""
    found: list[tuple[str, int, str]] = []
    pieces: list[str] = []
    linked, budget = 0, _MAX_NODES

    def flush(tag: str) -> None:
        nonlocal linked
        if pieces and (text := tidy("".join(pieces))):
            found.append((text, min(linked, len(text)), tag))
        pieces.clear()
        linked = 0

    # Each step is an element to open, or (None) one to close: no recursion, whatever the nesting.
    stack: list[tuple[HtmlElement, bool, bool]] = [(element, False, False)]
    while stack:
        node, closing, in_link = stack.pop()
        tag = str(node.tag)
        if closing:
            if tag in _BLOCKS:
                flush(tag)
            if node is not element and node.tail:
                pieces.append(node.tail)
                linked += len(node.tail.strip()) if in_link else 0
            continue
        budget -= 1
        if budget < 0:
            break
        stack.append((node, True, in_link))
        if not isinstance(node.tag, str) or tag in _UNSEEN:
            continue
        if tag in _BLOCKS:
            flush("p")
        inside = in_link or tag == "a"
        if node.text:
            pieces.append(node.text)
            linked += len(node.text.strip()) if inside else 0
        stack.extend((child, False, inside) for child in reversed(node))
    flush("p")
    return found


def _text(element: HtmlElement) -> str:
    """The text of a small element; of a large one its beginning and a full stop's absence."""
    pieces, size = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > 3000:
            break
    return " ".join("".join(pieces).split())
