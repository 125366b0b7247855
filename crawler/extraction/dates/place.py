"""Where on a page the article speaks: the headline, the text pieces around it, and what stands elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.metadata import titles
from crawler.extraction.page.selectors import text_of

AFTER_TITLE = 45  # text pieces after the headline looked at; 38 in the busiest header seen (share bars in between)
INTO_BODY = 6  # pieces of the body itself: some containers begin with the byline (WordPress, Blogger)
BEFORE_TITLE = 8

_ELSEWHERE = re.compile(
    r"comment|komentar|disqus|respond|wpd-|wpdiscuz|related|terkait|relate|sidebar|side-bar|widget|(?<!post-)(?<!entry-)footer|popular|populer|"
    r"trending|recent|terbaru|terkini|latest|most-?read|headline-list|rekomendasi|recommend|sosmed|embed|baca-?juga|"
    r"also-?read|inline-post|prev-?next|post-?nav|carousel|slider|ticker|breaking|jadwal|weather|cuaca|kurs|prayer|sholat",
    re.IGNORECASE,
)
_TODAY_WIDGET = re.compile(
    r"today|current-?date|date-?today|tanggal-?hari|top-?bar|topbar|data_time|masthead|navbar|clock|jam-?digital|calendar|kalender",
    re.IGNORECASE,
)
_STORY_TYPE = re.compile(r"schema\.org/(?:\w{0,20}Article|\w{0,20}Posting|Report)\b")
MAX_STORIES = 30  # items of microdata that are looked at
_SCOPES = etree.XPath(f"(/descendant::*[@itemscope])[position() <= {MAX_STORIES}]")
_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "option", "button", "iframe", "form"}
)


def aside(element: HtmlElement) -> str:
    """Why an element cannot speak for the article, judged by where it stands; empty if it can."""
    for depth, up in enumerate((element, *element.iterancestors())):
        if up.tag in ("body", "html", "main") or depth > 13:
            break
        if up.tag in ("footer", "aside", "nav", "blockquote"):
            return f"inside <{up.tag}>"
        names = f"{up.get('class') or ''} {up.get('id') or ''}"
        if names != " ":
            if match := _ELSEWHERE.search(names):
                return f"inside an element called “{match.group(0)}”"
            if match := _TODAY_WIDGET.search(names):
                return f"a widget (“{match.group(0)}”)"
    return ""


def in_other_story(element: HtmlElement) -> bool:
    """Whether microdata stands in the scope of another article than the page's own: that is the first one on the page,
    or the first that holds the page's h1."""
    scope = next((up for up in element.iterancestors() if _is_story(up)), None)
    if scope is None:
        return False
    stories = [found for found in _SCOPES(element) if _is_story(found)]
    own = next((story for story in stories if story.find(".//h1") is not None), stories[0] if stories else scope)
    return scope is not own


def _is_story(element: HtmlElement) -> bool:
    return element.get("itemscope") is not None and bool(_STORY_TYPE.search(element.get("itemtype") or ""))


def find_heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The element that shows the headline: the heading with the title's words, else another element with just these
    (Republika, 2017), else a heading much like it, else the first h1 of some length. "3 tanggapan untuk “…”" is much
    like the headline and stands above the readers' days."""
    wanted = titles.tokens(title or "")
    lone: HtmlElement | None = None
    alike: HtmlElement | None = None
    for number, element in enumerate(tree.iter("h1", "h2", "h3")):
        if number >= 60:
            break
        words = titles.tokens(text_of(element)[:600])
        if wanted and words == wanted:
            return element
        if alike is None and wanted and len(words) > 3 and _alike(words, wanted):
            alike = element
        if element.tag == "h1" and len(words) > 3 and lone is None:
            lone = element
    shown = titles.showing(tree, wanted) if len(wanted) > 1 and (alike is None or alike.tag != "h1") else None
    if shown is not None and (lone is None or alike is not None or len(wanted) > 3):
        return shown
    return alike if alike is not None else lone


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) >= 0.7


def around(heading: HtmlElement, body: HtmlElement | None) -> Iterator[tuple[HtmlElement, str, str]]:
    """(element, its text, "before" or "after") for the text pieces next to the headline: those after it up to the
    first few of the body, then those in front of it within the same block."""
    left = AFTER_TITLE
    for element, text in _following(heading):
        if element is body:
            left = min(left, INTO_BODY)
        elif text:
            yield element, text, "after"
            left -= 1
        if left <= 0:
            break
    left = BEFORE_TITLE
    node = heading
    for _ in range(3):
        for sibling in node.itersiblings(preceding=True):
            for element in sibling.iter():
                if isinstance(element.tag, str) and element.tag not in _SKIPPED_TAGS:
                    text = " ".join((element.text or "").split())
                    if text:
                        left -= 1
                        yield element, text, "before"
            if left <= 0:
                return
        parent = node.getparent()
        if parent is None or parent.tag == "body":
            return
        node = parent


def _following(heading: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """All elements after an element with their own texts ("" for none), nearly in document order (a tail comes with
    its element's start, as a text of its parent)."""
    node: HtmlElement = heading
    for _ in range(12):
        parent = node.getparent()
        if parent is None or node.tag == "body":
            return
        if node.tail and not node.tail.isspace():
            yield parent, " ".join(node.tail.split())
        for sibling in node.itersiblings():
            for element in sibling.iter():
                if element.tag not in _SKIPPED_TAGS and isinstance(element.tag, str):
                    text = element.text
                    yield element, " ".join(text.split()) if text else ""
                tail = element.tail
                if tail and not tail.isspace():
                    yield element.getparent(), " ".join(tail.split())
        node = parent
