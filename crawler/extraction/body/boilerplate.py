"""Which elements of a page are furniture, by tag, class, id, role and style: the first of the two cleaning layers."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml.html import HtmlElement

_DATA = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text(encoding="utf-8"))
_TAGS: dict[str, str] = {tag: rule["name"] for rule in _DATA["rule"] for tag in rule.get("tags", [])}
_WEAK_TAGS: dict[str, str] = {tag: rule["name"] for rule in _DATA["rule"] for tag in rule.get("weak_tags", [])}


def _pattern(rule: str, strength: str) -> re.Pattern[str]:
    """All names of a rule and strength as one pattern; one that matches nothing where there are none."""
    found = [
        token.get("regex") or re.escape(token["text"])
        for token in _DATA["token"]
        if token["rule"] == rule and token["strength"] == strength
    ]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(found)})" if found else r"(?!)")


# Per rule the pattern of its strong names and that of its weak ones.
_RULES: list[tuple[str, re.Pattern[str], re.Pattern[str]]] = [
    (rule["name"], _pattern(rule["name"], "strong"), _pattern(rule["name"], "weak")) for rule in _DATA["rule"]
]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Tokens that WordPress and Blogger put on the element around the whole post, next to descriptive ones ("tag-perang",
# "category-related"); and words that say "there is", not "this is".
_POST_WRAPPER = re.compile(
    r"(?:^|\s)(?:hentry|h-entry|type-post|status-publish|single-post|post-outer|post-\d{1,12}|widget\s{1,8}blog)(?:\s|$)"
)
_STATE = re.compile(
    r"^(?:has|no|with|without|is|tag|category|postid|format|js|et|vc|col|row|wp-block-(?:group|columns?))[-_]"
)
_BUILDER = re.compile(
    r"^elementor-(?:widget-container$|widget$|widget-(?!container)|element-)?"
)  # Elementor: keep what follows
_WRAPPERS = frozenset(("html", "body", "main", "article"))
_ROLES = {"navigation": "site frame", "banner": "site frame", "contentinfo": "site frame",
          "complementary": "site frame", "search": "site frame",
          "dialog": "site frame", "alert": "site frame"}  # fmt: skip
_NOT_SHOWN = re.compile(
    r"display\s{0,8}:\s{0,8}none|visibility\s{0,8}:\s{0,8}hidden|font-size\s{0,8}:\s{0,8}0(?![.\d])|opacity\s{0,8}:\s{0,8}0(?![.\d])"
)
_LATER_PAGE = re.compile(
    r"(?:^|[\s_-])(?:page|halaman|part|hal)[_-]?\d", re.IGNORECASE
)  # shown by a script on "next page"
_CLIPPED = re.compile(r"\bclip\s{0,8}:\s{0,8}rect\(\s{0,8}(?:0|1px)|clip-path\s{0,8}:\s{0,8}inset\(\s{0,8}(?:50|100)%")
_SLUG = re.compile(r"[a-z0-9]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_OFF_SCREEN = re.compile(r"(?:left|top|text-indent|right)\s{0,8}:\s{0,8}-\d{3,9}(?:px|em|rem|pt)")

# Rules whose elements may hold any amount of running text: threads of readers, lists of other stories' full texts.
NEVER_WRAPPERS = frozenset(("comments", "related stories", "embedded post"))
SILENT = frozenset(
    ("script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed", "applet", "video",
     "audio", "source", "track", "map", "area", "button", "input", "select", "option", "textarea", "datalist",
     "progress", "meter", "head", "title", "link", "meta", "base", "picture", "img", "frameset", "frame", "marquee")
)  # fmt: skip


class Match(NamedTuple):
    """Why an element is furniture: the rule, what told it ("tag", "role", "style", "name"), how far to believe it."""

    rule: str
    by: str
    weak: bool = False


def match(element: HtmlElement, by_class: bool = True) -> Match | None:
    """What makes an element furniture, or None.

    ``by_class=False`` leaves only tags, roles and comment blocks: the wider view for pages whose names mislead.
    """
    tag = str(element.tag)
    if tag in _TAGS:
        return Match(_TAGS[tag], "tag")
    if tag in _WEAK_TAGS:
        return Match(_WEAK_TAGS[tag], "tag", weak=True)
    attributes = element.attrib
    if not attributes or tag in _WRAPPERS:
        return None
    role = attributes.get("role")
    if role in _ROLES:
        return Match(_ROLES[role], "role", weak=role == "complementary")
    if style := attributes.get("style"):
        if _OFF_SCREEN.search(style) or _CLIPPED.search(style):
            return Match("hidden text", "style")
        if _NOT_SHOWN.search(style) and not _LATER_PAGE.search(
            f"{attributes.get('class', '')} {attributes.get('id', '')}"
        ):
            return Match("hidden text", "style", weak="display" not in style)
    if ("hidden" in attributes and tag != "div") or "fallback" in attributes or "placeholder" in attributes:
        return Match("hidden text", "style")
    names = attributes.get("class", ""), attributes.get("id", "")
    if not any(names) or attributes.get("itemprop") == "articleBody":
        return None
    found = _by_names(names[0][:400], names[1][:100])
    if found is None or not (by_class or found.rule == "comments"):
        return None
    if names[1] and _is_slug_of_heading(names[1], element):
        found = _by_names(names[0][:400], "")
    return found


def rule_of(element: HtmlElement, by_class: bool = True) -> str | None:
    """Name of the rule that makes an element furniture, or None; see ``match``."""
    found = match(element, by_class)
    return found.rule if found is not None else None


@lru_cache(maxsize=8192)  # class names repeat within and across pages of an outlet; bounded, so memory stays flat
def _by_names(classes: str, identifier: str) -> Match | None:
    if _POST_WRAPPER.search(classes.lower()):
        return None
    tokens = [_CAMEL.sub("-", token).lower() for token in [*classes.split(), identifier] if token]
    tokens = [_BUILDER.sub("", token) for token in tokens if not _STATE.match(token)]
    for rule, strong, weak in _RULES:
        if any(strong.search(token) for token in tokens):
            return Match(rule, "name")
        if any(weak.search(token) for token in tokens):
            return Match(rule, "name", weak=True)
    return None


def _is_slug_of_heading(identifier: str, element: HtmlElement) -> bool:
    """Whether an id was made from the words of the element's own heading ("komentar-dari-perbatasan")."""
    words = _SLUG.findall(identifier.lower())
    if len(words) < 2:
        return False
    heading = element if element.tag in _HEADINGS else next((n for n in element[:3] if n.tag in _HEADINGS), None)
    if heading is None:
        return False
    said = set(_SLUG.findall(str(heading.text_content())[:400].lower()))
    return all(word in said for word in words if not word.isdigit())
