"""A page's bytes to an article: decoding, metadata, body, cleaning, dates, attribution.

``extract`` is a pure function and gives plain data back: the same code serves the live crawl, WARC files and
re-extraction, in any process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extraction import agreement, dates, paywalls
from crawler.extraction.attribution.agencies import table
from crawler.extraction.attribution.verdict import attribute
from crawler.extraction.body import blocks, finding, prose, second_reader
from crawler.extraction.body.density import Body
from crawler.extraction.cleaning import lines as cleaning
from crawler.extraction.cleaning.lines import clean_text
from crawler.extraction.hints import Hints
from crawler.extraction.metadata.authors import clean_names
from crawler.extraction.metadata.fields import Metadata, read_metadata
from crawler.extraction.page import json_ld as ld
from crawler.extraction.page.decoding import decode
from crawler.extraction.page.mojibake import mojibake, tidy
from crawler.extraction.page.tree import body_of, parse
from crawler.extraction.pagination import join, next_pages
from crawler.outlets import Outlet
from storage.article import Article, Cut, Link, between

__all__ = ["EXTRACTOR_VERSION", "Hints", "clean_text", "extract", "join"]

EXTRACTOR_VERSION = "3"  # raised with every change that can alter a record; `reextract` compares by it
_MIN_TEXT = 80  # characters of clean text below which a page has no article
_KEPT = 0.4  # share of a body's running text that cleaning leaves at least, or another way of finding it is tried
_MAX_LINKS = 300


def extract(
    body: bytes,
    url: str,
    content_type: str | None = None,
    *,
    outlet: Outlet | None = None,
    hints: Hints | None = None,
    fetched_at: datetime | None = None,
    reread: Callable[[str, str], bool] | None = None,
) -> Article | None:
    """The article of one page, or None where the bytes hold none (another file type, an index, an error page).

    ``content_type`` is the header as sent. ``outlet`` adds its selectors and time zone, ``hints`` what the feed or
    sitemap said, ``fetched_at`` (aware) resolves relative times and rules out later dates. Never raises on content.
    """
    text = decode(body, content_type)
    root = parse(mojibake(text)) if text is not None else None
    if root is None:
        return None
    meta = read_metadata(root, url, outlet)
    declared = _is_declared(root, meta.json_ld)
    titles = _titles(root, meta.title)
    paid = paywalls.evidence(root, meta.json_ld)  # now: a gate is cut out of the page with other furniture
    found = finding.find(root, outlet, meta.json_ld, declared, url=url, titles=titles)
    if found is None:
        return None
    hints = hints or Hints()
    title = _without_source(tidy(meta.title or hints.title or "")) or None
    known = hints.known_titles | _teasers(root, found.lines, url)
    site_name = outlet.name if outlet else meta.site_name
    clean = cleaning.clean_lines(
        found.lines, title=title, known_titles=known, outlet_name=site_name, own_names=meta.own_names
    )
    talk = sum(len(cut.text) for cut in clean.cuts if cut.rule == "comment section")
    if declared and _size(clean) < _KEPT * (
        found.running - talk
    ):  # more furniture than article: the body was the wrong one
        other = second_reader.find(root, _MIN_TEXT)
        if other is not None:
            second = cleaning.clean_lines(
                other.lines, title=title, known_titles=known, outlet_name=site_name, own_names=meta.own_names
            )
            if _size(second) > _size(clean):
                found, clean = other, second
    joined = "\n\n".join(clean.paragraphs)
    if len(joined) < _MIN_TEXT:
        return None
    both = None
    if reread is None or reread(title or "", joined):
        own = partial(
            cleaning.clean_lines, title=title, known_titles=known, outlet_name=site_name, own_names=meta.own_names
        )
        both = _read_twice(root, found, clean, meta, own)
        joined = "\n\n".join(both.paragraphs)
    links = _links(url, clean, [item.element for item in found.removed if item.rule == "related stories"])
    dom = [Cut(item.rule, shown, "dom") for item in found.removed if (shown := blocks.evidence(item.element))]
    when = dates.published(
        root,
        meta.json_ld,
        url,
        joined,
        body=found.element,
        outlet=outlet,
        hints=hints,
        fetched_at=fetched_at,
        title=title,
    )
    bounds = [] if when.value else dates.bounds(root, joined, outlet=outlet, hints=hints, fetched_at=fetched_at)
    after, before = between(bounds)
    site = [name for name in (meta.site_name, urlsplit(url).hostname) if name]
    cut_lines = [*clean.evidence, *(cut.text for cut in clean.cuts if cut.text.endswith(("-", "–", "—")))]  # datelines
    whose = attribute(title, joined, cut_lines=cut_lines, links=links, outlet=outlet, own_names=site)
    return Article(
        url=url,
        text=joined,
        title=title,
        canonical_url=meta.canonical_url,
        outlet=outlet.id if outlet else None,
        authors=[tidy(author) for author in meta.authors] or _bylines(clean),
        section=meta.section or hints.section,
        tags=meta.tags,
        published_at=when.value,
        published_precision=when.precision,
        published_source=when.source,
        modified_at=when.modified_at,
        date_candidates=when.candidates,
        fetched_at=fetched_at,
        extractor_version=EXTRACTOR_VERSION,
        rights={**meta.rights, **_access([*paid, *(["pitch below the text"] if clean.teaser else [])])},
        dateline=whose.dateline,
        cited_sources=whose.cited_sources,
        extraction_agreement=both.agreement if both is not None else None,
        method=found.method if both is None or both.decided == "first reader" else f"{found.method}; {both.decided}",
        cuts=dom + clean.cuts + ((both.cuts or []) if both is not None else []),
        links=links + next_pages(root, url, outlet),
        published_after=after,
        published_before=before,
        bounds=bounds,
    )


def _read_twice(
    root: HtmlElement,
    found: Body,
    clean: cleaning.Cleaned,
    meta: Metadata,
    own: Callable[[list[cleaning.Line]], cleaning.Cleaned],
) -> agreement.Joined:
    """Our reading joined with the second reader's of the same element; ours alone where it cannot read that."""
    if found.element is None or found.method == "captions":
        return agreement.Joined(clean.paragraphs)
    second = second_reader.read_element(found.element)
    if second is None:
        return agreement.Joined(clean.paragraphs)
    weak = [line.text for line in clean.weak if line.link_share < 0.5]
    weak += [text for item in found.removed if item.weak for text in prose.restorable(item.element, item.rule)]
    written = max((str(node.get("articleBody") or "") for node in meta.json_ld), key=len, default="")
    evidence = agreement.Evidence(meta.title or "", finding.description(root) or "", written[:50_000])

    def page() -> list[str]:
        other = second_reader.find(root, _MIN_TEXT, fast=True)
        return own(other.lines).paragraphs if other is not None else []

    def held() -> int:
        return blocks.running_text(body_of(root))

    lines = own([cleaning.Line(line) for line in second]).paragraphs
    return agreement.join(clean, lines, weak, evidence, agreement.Page(page, held))


def _titles(root: HtmlElement, title: str | None) -> frozenset[str]:
    """The page's own titles, folded: the one that was read, Open Graph's and the one of the browser's window."""
    said = [title, root.findtext(".//title")]
    said += [meta.get("content") for meta in root.iterfind(".//meta[@property='og:title']")]
    return frozenset(folded for text in said if text and (folded := cleaning.fold(text[:400])))


def _size(clean: cleaning.Cleaned) -> int:
    return sum(map(len, clean.paragraphs))


def _without_source(title: str) -> str:
    """A headline without the name of the newsroom it was taken from ("… Nagorno-Karabakh : NPR")."""
    for mark in (" : ", " | ", " - ", " – ", " — "):
        head, _, tail = title.rpartition(mark)
        if head and table().find(tail) is not None and len(head.split()) >= 2:
            return head.rstrip()
    return title


def _bylines(clean: cleaning.Cleaned) -> list[str]:
    """Authors named in a byline that was cut from the text, for pages that name them nowhere else."""
    names = [name for cut in clean.cuts if cut.rule == "byline" and ":" in cut.text for name in clean_names(cut.text)]
    return list(dict.fromkeys(names))[:5]


def _is_declared(root: HtmlElement, nodes: Iterable[dict[str, object]]) -> bool:
    """Whether the page calls itself an article, in JSON-LD or Open Graph."""
    if any(ld.is_article(node) for node in nodes):
        return True
    return any(
        (meta.get("content") or "").strip().lower() == "article"
        for meta in root.iterfind(".//meta[@property='og:type']")
    )


def _access(evidence: list[str]) -> dict[str, object]:
    """What the rights ledger says of a paywall, by the marks of one that were seen."""
    return {"access": "subscription", "access_evidence": evidence} if evidence else {}


def _teasers(root: HtmlElement, lines: list[cleaning.Line], url: str) -> frozenset[str]:
    """Lines that stand elsewhere on the page as links to other pages: headlines of other stories.

    Only lines that could be headlines are looked up, so most pages cost nothing.
    """
    candidates = {
        cleaning.fold(line.text)
        for line in lines
        if 25 <= len(line.text) <= 200 and not cleaning.is_paragraph(line.text) and len(line.text.split()) >= 4
    }
    if not candidates:
        return frozenset()
    path = urlsplit(url).path.rstrip("/")
    found = set()
    for link in root.iter("a"):
        address = link.get("href") or ""
        if address.startswith(("#", "javascript:")) or not address or (len(path) > 1 and path in address):
            continue
        text = link.text if len(link) == 0 else str(link.text_content())
        if text and 25 <= len(text) <= 400 and (anchor := cleaning.fold(text)) in candidates:
            found.add(anchor)
    return frozenset(found)


def _links(url: str, clean: cleaning.Cleaned, related: list[HtmlElement]) -> list[Link]:
    """Links out of the article, absolute, each once; links of furniture are "related"."""
    pairs = [(address, anchor, "body") for address, anchor in clean.inner]
    pairs += [(address, anchor, "related") for address, anchor in clean.related]
    for element in related:
        pairs += [(link.get("href") or "", str(link.text_content()), "related") for link in element.iter("a")]
        if len(pairs) > _MAX_LINKS:
            break
    result: dict[str, Link] = {}
    for address, anchor, kind in pairs[:_MAX_LINKS]:
        try:
            absolute = urljoin(url, address.strip())
        except ValueError:
            continue
        if absolute.startswith(("http://", "https://")) and absolute not in result:
            result[absolute] = Link(absolute, tidy(anchor)[:300], kind)
    return list(result.values())
