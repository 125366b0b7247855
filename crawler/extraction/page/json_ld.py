"""JSON-LD blocks of a page as a flat list of nodes, from whatever the page really holds.

Sites write JSON-LD by hand: line breaks inside strings, trailing commas, HTML comments or CDATA around it, one broken
block among good ones (seen at Okezone, Viva, Tribunnews and many WordPress themes). What cannot be repaired is
salvaged field by field. Size, depth and number of nodes are bounded: pages are not to be trusted.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

MAX_BLOCK = 400_000  # characters of one script; the largest seen held a whole articleBody, 60 kB
MAX_BLOCKS = 24
MAX_NODES = 200
MAX_DEPTH = 12
_SAME_HEADLINE = 0.6  # share of a headline's words that stand in the page's own; newsrooms shorten and reword theirs

# Nodes under these keys describe other things than the page: comments under it, lists of other articles.
_NOT_THIS_PAGE = frozenset(
    {"comment", "comments", "itemlistelement", "review", "reviews", "relatedlink", "mentions", "citation",
     "significantlink", "haspart", "ispartof", "potentialaction", "breadcrumb",
     "liveblogupdate"}
)  # fmt: skip

_WRAPPERS = re.compile(
    r"<!--|-->|//\s{0,8}<!\[CDATA\[|//\s{0,8}\]\]>|/\*\s{0,8}<!\[CDATA\[\s{0,8}\*/|/\*\s{0,8}\]\]>\s{0,8}\*/|<!\[CDATA\[|\]\]>"
)
_TRAILING_COMMA = re.compile(r",(\s{0,8}[}\]])")
_MISSING_COMMA = re.compile(r'(["}\]])([ \t]{0,80}\n\s{0,8}")(?=[^"\n]{1,60}"\s{0,8}:)')
_SALVAGE = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|articleSection|inLanguage|license)"\s{0,8}:\s{0,8}"((?:[^"\\\n]|\\.){1,400})"'
)


def read_blocks(scripts: Iterable[str]) -> list[dict[str, object]]:
    """All nodes of the page's JSON-LD scripts, outermost first, nodes about other things left out.

    Each is the dictionary as written; nested nodes appear both inside their parent and on their own. Never raises.
    """
    nodes: list[dict[str, object]] = []
    for number, script in enumerate(scripts):
        if number >= MAX_BLOCKS or len(nodes) >= MAX_NODES:
            break
        _flatten(_parse(script[:MAX_BLOCK]), nodes)
    _resolve(nodes)
    return nodes


def of_this_page(nodes: list[dict[str, object]], url: str, headings: Iterable[str | None]) -> list[dict[str, object]]:
    """The nodes without articles that are other pages' (and what is nested in those).

    An article is another page's when neither its address nor its headline is that of this page; one that names no
    address, only where another one has this page's headline. ``headings`` are the page's title and headlines.
    """
    articles = [node for node in nodes if is_article(node)]
    if not articles:
        return nodes
    said = [words for heading in headings if heading and (words := _words(heading))]
    named = [bool(said) and _says(node, said) for node in articles]
    foreign: list[dict[str, object]] = []
    for node, right in zip(articles, named, strict=True):
        if right or not said or not isinstance(node.get("headline"), str):
            continue
        addresses = _addresses(node)
        here = _page(url)
        if any(_page(address) == here for address in addresses):
            continue
        if addresses or any(named):
            foreign.append(node)
    inside: set[int] = set()
    for node in foreign:
        flat: list[dict[str, object]] = []
        _flatten(node, flat)
        inside.update(map(id, flat))
    return [node for node in nodes if id(node) not in inside]


def _says(node: dict[str, object], said: list[list[str]]) -> bool:
    """Whether a node's headline is one of the page's: most of its words in order of none, suffixes of sites aside."""
    words = _words(str(node.get("headline") or node.get("name") or ""))
    if not words:
        return False
    return any(sum(word in other for word in words) >= _SAME_HEADLINE * len(words) for other in map(set, said))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", html.unescape(text[:400]).casefold())


def _addresses(node: dict[str, object]) -> list[str]:
    found = []
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and "/" in value and _page(value):
            found.append(value[:2000])
    return found


def _page(address: str) -> str:
    """The last part of an address' path, which tells pages of one site apart; "" for a front page."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    parts = [part for part in path.lower().split("/") if part not in ("", "amp", "index.html", "index.php")]
    return parts[-1].removesuffix(".html").removesuffix(".amp") if parts else ""


def _resolve(nodes: list[dict[str, object]]) -> None:
    """Puts the node that "@id" names in the place of a reference to it, for the fields that are read."""
    known = {key: node for node in nodes if isinstance(key := node.get("@id"), str) and len(node) > 2}
    if not known:
        return
    for node in nodes:
        for field in ("author", "creator", "publisher"):
            value = node.get(field)
            if isinstance(value, dict):
                node[field] = known.get(str(value.get("@id")), value) if len(value) <= 2 else value
            elif isinstance(value, list):
                node[field] = [
                    known.get(str(item.get("@id")), item) if isinstance(item, dict) and len(item) <= 2 else item
                    for item in value[:MAX_NODES]
                ]


def types_of(node: dict[str, object]) -> set[str]:
    """The node's types, lower case, without a schema.org prefix."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return {item.rsplit("/", 1)[-1].lower() for item in values if isinstance(item, str)}


def is_article(node: dict[str, object]) -> bool:
    """Whether the node is an article of some kind (NewsArticle, BlogPosting, ReportageNewsArticle …)."""
    return any(kind.endswith(("article", "posting")) or kind == "report" for kind in types_of(node))


def _parse(script: str) -> object:
    text = _WRAPPERS.sub("", script).strip().rstrip(";").strip()
    if not text:
        return None
    for attempt in (_as_written, _repaired):
        try:
            return attempt(text)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _as_written(text: str) -> object:
    return json.loads(text, strict=False)  # strict=False: line breaks and tabs inside strings


def _repaired(text: str) -> object:
    text = _MISSING_COMMA.sub(r"\1,\2", _TRAILING_COMMA.sub(r"\1", text))
    value, _ = json.JSONDecoder(strict=False).raw_decode(text)  # whatever follows the first value is dropped
    return value


def _salvaged(text: str) -> object:
    """The few fields we read, each taken by its own pattern; the first of a name wins."""
    found: dict[str, object] = {}
    for name, value in _SALVAGE.findall(text):
        found.setdefault(name, html.unescape(value.replace('\\"', '"').replace("\\/", "/")))
    if not found:
        return None
    kind = re.search(r'"@type"\s{0,8}:\s{0,8}"(\w{0,40}Article|BlogPosting)"', text)
    return {"@type": kind.group(1) if kind else "Thing", **found}


def _flatten(value: object, nodes: list[dict[str, object]]) -> None:
    queue: list[tuple[object, int]] = [(value, 0)]
    at = 0
    while at < len(queue) and len(nodes) < MAX_NODES and at < 20 * MAX_NODES:
        item, depth = queue[at]
        at += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, list):
            queue.extend((child, depth + 1) for child in item[:MAX_NODES])
        elif isinstance(item, dict):
            nodes.append(item)
            queue.extend(
                (child, depth + 1)
                for key, child in item.items()
                if isinstance(child, dict | list) and key.lower() not in _NOT_THIS_PAGE
            )
