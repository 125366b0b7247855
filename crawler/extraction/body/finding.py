"""From a parsed page to the lines of its body: every way of finding it, in order, until one passes its checks.

1. the outlet's own selectors, on their subtree alone;
2. a known container or the densest element (``crawler.extraction.body.density``);
3. the same with fewer, then no class names believed, for pages whose names mislead;
4. the ``articleBody`` of the page's JSON-LD, for pages that are drawn by scripts;
5. trafilatura's wider search, for what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.extraction.body import blocks, density, extent, prose, second_reader, stories
from crawler.extraction.body.block import Block
from crawler.extraction.body.density import Body
from crawler.extraction.cleaning.lines import Line
from crawler.extraction.page.entities import unescaped
from crawler.extraction.page.json_ld import MAX_BLOCK
from crawler.extraction.page.mojibake import tidy
from crawler.extraction.page.tree import body_of
from crawler.outlets import Outlet

_POOR = 600  # characters of running text below which the wider views are tried as well
_SHORT = 300  # the same for text in a container that is exact
_WIDER = 2.0  # how many times the text of the narrow view a wider one must hold to be believed
# Containers that are only ever around an article's text: a short text in one of these is a short article.
_EXACT = frozenset(
    f"known:{name}" for name in ("schema.org articleBody", "blogger", "wordpress", "grid network", "indonesian cms")
)
_CARDS = 4  # cards of stories from which a page with little other text is a list of them
_CAPTIONS = 3  # captions that are sentences, from which a page can be a photo story
_MAX_CAPTIONS = 60
_MAX_REMOVED = 400  # furniture elements kept as evidence


def find(
    root: HtmlElement,
    outlet: Outlet | None,
    json_ld: Sequence[dict[str, object]],
    declared: bool,
    *,
    url: str = "",
    titles: frozenset[str] = frozenset(),
) -> Body | None:
    """The body of a page, or None where the page has no article, or several.

    ``declared``: the page calls itself an article. ``titles`` are its own, folded; ``url`` is its address.
    """
    least = density.MIN_DECLARED if declared else density.MIN_CHARS
    remove = frozenset(_select(root, outlet.selectors.remove)) if outlet else frozenset()
    if outlet and outlet.selectors.body:
        found = _by_selectors(root, outlet.selectors.body, remove)
        if found is not None and found.running >= least:
            return found
    lead = density.lead_snippet(description(root))
    page = Page(url, titles, declared)
    best = _by_density(root, "all", remove, lead, page)
    if page.several:
        return None
    views: tuple[blocks.Names, ...] = ("no wrappers", "none")
    for names in views:
        if best is not None and (best.running >= _POOR or (best.running >= _SHORT and best.method in _EXACT)):
            break
        wide = _by_density(root, names, remove, lead, page)
        if wide is not None and (best is None or wide.running > _WIDER * best.running):
            best = wide
    if best is None or best.running < _POOR:
        written = _from_json_ld(json_ld)
        if written is not None and (best is None or written.running > _WIDER * best.running):
            best = written
    if best is not None and best.running >= (density.MIN_DECLARED if best.titled else least):
        return best
    return second_reader.find(root, least) if declared else None


def _by_selectors(root: HtmlElement, selectors: Iterable[str], remove: frozenset[HtmlElement]) -> Body | None:
    for selector in selectors:
        elements = _outermost(_select(root, [selector]))
        if not elements:
            continue
        result = Body([], f"outlet:{selector}", elements[0])
        for element in elements[:50]:
            reading = blocks.read(element, "all", remove)
            result.lines += lines_of(reading.blocks)
            result.removed += reading.removed[:_MAX_REMOVED]
            result.running += int(sum(max(0.0, density.text_density_score(block)) for block in reading.blocks))
        if result.running:
            return result
    return None


@dataclass(slots=True)
class Page:
    """What is known of the page: its address, its own titles, whether it calls itself an article or is a list."""

    url: str
    titles: frozenset[str]
    declared: bool
    several: bool = False


def _by_density(
    root: HtmlElement, names: blocks.Names, remove: frozenset[HtmlElement], lead: str, page: Page
) -> Body | None:
    reading = blocks.read(body_of(root), names, remove, page.titles)
    others = stories.find_others(reading, page.titles, page.url)
    if others.several:
        if not page.declared:
            page.several = True
            return None
        others = stories.Others()  # a page that calls itself an article is believed
    cards = sum(1 for item in reading.removed if item.boxed and item.rule == "related stories")
    choice = density.choose(reading, lead, [*others.foreign, *stories.threads(reading)])
    if cards >= _CARDS and not page.declared and (choice is None or choice.running < _POOR):
        page.several = choice is None or not extent.is_titled(reading, choice, page.titles)
        if page.several:
            return None
    story = _photo_story(reading, choice)
    if story is not None:
        return story
    if choice is None:
        return None
    parts = extent.parts(reading, choice, others.foreign)
    held = [block for start, end in parts for block in reading.blocks[start:end]]
    if stories.is_list(held, page.url, page.declared):
        page.several = True
        return None
    first, last = parts[0][0], parts[-1][1]
    inside = [item for item in reading.removed if first <= item.position <= last]
    within = [item for item in inside if len(parts) > 1 or _is_within(item.element, choice.element)]
    method = choice.method if names == "all" else f"{choice.method} ({names} by name)"
    running = int(sum(max(0.0, density.text_density_score(block)) for block in held))
    return Body(
        lines_of(held),
        method,
        choice.element,
        within[:_MAX_REMOVED],
        max(choice.running, running) if len(parts) > 1 else choice.running,
        titled=extent.is_titled(reading, choice, page.titles),
    )


def _photo_story(reading: blocks.Blocks, choice: density.Choice | None) -> Body | None:
    """A story that is told by its captions: several of them are sentences, and they say more than the text does."""
    captions: dict[str, None] = {}
    for item in reading.removed:
        if item.rule == "caption" and len(captions) < _MAX_CAPTIONS:
            captions.update(
                (text, None) for text, linked, _ in prose.texts_of(item.element) if prose.is_prose(text, linked)
            )
    told = choice.running if choice is not None else 0
    if len(captions) < _CAPTIONS or sum(map(len, captions)) <= told:
        return None
    lines = lines_of(reading.blocks[choice.start : choice.end]) if choice is not None else []
    said = {line.text for line in lines}
    lines += [Line(text) for text in captions if text not in said]
    element = choice.element if choice is not None else None
    return Body(lines, "captions", element, [], told + sum(map(len, captions)))


def description(root: HtmlElement) -> str | None:
    """What the page says of its article in a line, as Open Graph or plain meta."""
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:description", "description"):
            return str(meta.get("content") or "")
    return None


def _is_within(element: HtmlElement, ancestor: HtmlElement) -> bool:
    return any(parent is ancestor for parent in element.iterancestors())


def _from_json_ld(nodes: Sequence[dict[str, object]]) -> Body | None:
    texts = [text for node in nodes if isinstance(text := node.get("articleBody"), str)]
    text = max(texts, key=len, default="")[:MAX_BLOCK]
    if len(text) < density.MIN_CHARS:
        return None
    if "&lt;" in text and "<" not in text:  # markup that was escaped once more
        text = unescaped(text)
    if "</p>" in text or "<br" in text:
        found = blocks.read(second_reader.fragment(text)).blocks
        return Body(lines_of(found), "json-ld articleBody", None, [], len(text))
    lines = [Line(line) for part in unescaped(text).splitlines() if (line := tidy(part))]
    return Body(lines, "json-ld articleBody", None, [], len(text))


def lines_of(found: Sequence[Block]) -> list[Line]:
    """Blocks as lines. Text that was only wrapped with ``<br>`` in the middle of a sentence is joined again."""
    lines: list[Line] = []
    wrapped = False
    for block in found:
        text = block.text
        if text[0] in ":：" and lines and len(lines[-1].text) <= 30:  # "Penulis" and ": Nama" in boxes of their own
            lines[-1].text = f"{lines[-1].text} {text}"
            lines[-1].links += block.links
        elif wrapped and text[:1].islower() and lines[-1].text[-1:] not in ".!?:;…”\"'’":
            last = lines[-1]
            total = len(last.text) + len(text)
            last.link_share = (last.link_share * len(last.text) + block.link_chars) / total
            last.text = f"{last.text} {text}"
            last.links += block.links
        else:
            heading = block.tag in blocks.HEADINGS or block.bold
            lines.append(Line(text, block.link_share, heading, block.links, block.tag, block.pictured))
        wrapped = block.broken
    return lines


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError:  # the outlet loader's tests name such a selector; a crawl goes on without it
        return None


def _select(root: HtmlElement, selectors: Iterable[str]) -> list[HtmlElement]:
    return [element for selector in selectors if (path := _compiled(selector)) is not None for element in path(root)]


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    chosen = set(elements)
    return [element for element in elements if not any(parent in chosen for parent in element.iterancestors())]
