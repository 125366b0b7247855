"""Archived pages made harmless, to be looked at in a frame: what was cut is coloured by its rule.

Three walls, each enough by itself: the page is rebuilt from a list of harmless elements without any address, its
answer carries a policy that lets nothing run or load (``guard.FRAME_POLICY``), and the frame is sandboxed without a
permission.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from lxml.html import HtmlElement
from markupsafe import escape

from crawler.extraction.page.decoding import decode
from crawler.extraction.page.tree import body_of, parse
from storage.article import Article

BLOCKS = frozenset(
    [
        "article",
        "section",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "hr",
        "address",
        "center",
        "details",
        "summary",
    ]
)
INLINE = frozenset(
    [
        "span",
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "small",
        "sup",
        "sub",
        "br",
        "time",
        "abbr",
        "cite",
        "q",
        "code",
        "font",
        "label",
    ]
)
SHOWN = BLOCKS | INLINE
VOID = frozenset(("br", "hr"))
DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "audio",
        "video",
        "source",
        "track",
        "canvas",
        "svg",
        "math",
        "input",
        "select",
        "textarea",
        "button",
        "option",
        "datalist",
        "head",
        "title",
        "link",
        "meta",
        "base",
        "dialog",
        "portal",
        "map",
        "area",
    ]
)
MOST_CHARACTERS = 2_000_000  # of a page that is shown
MOST_DEPTH = 200
MOST_VISITS = 500_000  # of elements, looking for what was cut: what is nested deeply is looked through many times
COLOURS = 12  # of rules; each is named beside its colour
# The colours of rules, here and in static/app.css: hues 30 degrees apart.
STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:1rem;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}
table{border-collapse:collapse}td,th{padding:2px 6px}a{color:#1d4ed8;text-decoration:underline}
.image{border:1px dashed #767676;padding:2px 6px;color:#595959;font-size:.85em}
[data-rule]{outline:2px solid;outline-offset:1px;position:relative;text-decoration:none}
[data-rule]::before{content:attr(data-rule);display:inline-block;font:600 11px/1.4 system-ui,sans-serif;color:#111;
padding:0 4px;margin-right:4px}
.kept{box-shadow:-5px 0 0 #15803d;}
""" + "".join(
    f".r{n}{{outline-color:hsl({n * 30} 70% 40%);background:hsl({n * 30} 80% 95%)}}"
    f".r{n}::before{{background:hsl({n * 30} 75% 80%)}}"
    for n in range(COLOURS)
)
_WORD = re.compile(r"\w+")


def colour(rule: str) -> int:
    """The number of a rule's colour, the same in every place."""
    return zlib.crc32(rule.encode()) % COLOURS


def folded(text: str) -> str:
    """A text by which it is found again, whatever stands between its words."""
    return " ".join(_WORD.findall(text)).casefold()


def harmless(body: bytes, content_type: str | None, article: Article | None) -> str:
    """The page as HTML of its own; ``article`` is its reading, whose cuts and paragraphs are shown in it."""
    text = decode(body, content_type)
    root = parse(text[:MOST_CHARACTERS]) if text else None
    cuts = {folded(cut.text): cut.rule for cut in reversed(article.cuts)} if article else {}
    cuts.pop("", None)
    kept = {folded(paragraph) for paragraph in article.text.split("\n\n")} - {""} if article else set()
    shown = _Page(cuts, kept).written(body_of(root)) if root is not None else ""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>-</title><style>{STYLE}</style></head><body>{shown}</body></html>"
    )


class _Page:
    def __init__(self, cuts: dict[str, str], kept: set[str]) -> None:
        self.cuts, self.kept = cuts, kept
        # Cuts of whole elements are kept up to a length: longer texts are compared by their beginnings.
        self.longest = max([0, *map(len, cuts), *map(len, kept)])
        self.beginnings = {text: rule for text, rule in cuts.items() if len(text) > 400}
        self.out: list[str] = []
        self.visits = MOST_VISITS

    def written(self, root: HtmlElement) -> str:
        self._element(root, 0, inside=False)
        return "".join(self.out)

    def _element(self, element: HtmlElement, depth: int, *, inside: bool) -> None:
        """``inside``: of a cut that is shown already."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in DROPPED:
            return
        if tag == "img":
            label = escape((element.get("alt") or "")[:200])
            self.out.append(f'<span class="image">▧ {label}</span>')
            return
        name = "div" if tag in ("form", "body", "fieldset") else tag
        shown = name in SHOWN
        if shown:
            mark = "" if inside or name in VOID else self._mark(element, name)
            inside = inside or "data-rule" in mark
            spans = "".join(
                f' {key}="{int(value)}"'
                for key in ("colspan", "rowspan")
                if (value := (element.get(key) or "")).isdecimal() and len(value) < 4
            )
            self.out.append(f"<{name}{spans}{mark}>")
        self.out.append(str(escape(element.text or "")))
        if depth < MOST_DEPTH:
            for child in element:
                self._element(child, depth + 1, inside=inside)
                self.out.append(str(escape(child.tail or "")))
        if shown and name not in VOID:
            self.out.append(f"</{name}>")

    def _mark(self, element: HtmlElement, name: str) -> str:
        """Class and rule of an element whose text was cut, the class of one that was kept."""
        if not self.longest or self.visits <= 0:
            return ""
        text = folded(self._text(element, 4 * self.longest + 2000))
        rule = self.cuts.get(text)
        if rule is None and len(text) > 400:
            rule = next((rule for start, rule in self.beginnings.items() if text.startswith(start)), None)
        if rule is not None:
            return f' class="r{colour(rule)}" data-rule="{escape(rule)}"'
        return ' class="kept"' if name in BLOCKS and text in self.kept else ""

    def _text(self, element: HtmlElement, most: int) -> str:
        """The text below an element; of long ones the beginning."""
        parts: list[str] = []
        size = 0
        for node in element.iter():
            self.visits -= 1
            if isinstance(node.tag, str) and node.tag not in DROPPED:
                parts.append(node.text or "")
                size += len(parts[-1])
            if node is not element:
                parts.append(node.tail or "")
                size += len(parts[-1])
            if size > most or self.visits <= 0:
                break
        return " ".join(parts)


def unlike(ours: Sequence[str], theirs: Sequence[str]) -> tuple[list[str], list[str]]:
    """The paragraphs that only one of two readings has, by their words."""
    mine, other = (folded(" ".join(lines)) for lines in (ours, theirs))
    return (
        [line for line in ours if folded(line) not in other],
        [line for line in theirs if folded(line) not in mine],
    )
