"""Links as a source: those of a listing page, and those inside and around an article ("Baca juga" is gold here).

Articles are told from menus by the shape of their URL (``urls.looks_like_article``); the anchor's text, or the heading
of the card the link covers, is the title hint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml import etree

from crawler import urls
from crawler.discovery import templates, timestamps
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.extraction.page.decoding import declared_charset
from crawler.extraction.page.tree import bounded
from crawler.outlets import Outlet
from storage.article import Link

MAX_HTML = 5_000_000  # bytes read of a listing page; the largest real front page seen has 1.2 MB
MAX_LINKS = 2_000  # anchors looked at on one page
MAX_SECTIONS = 40  # section pages taken from a front page
MAX_DEPTH = 50  # "next page" links followed in a row, when no template bounds them

_NEXT_WORDS = re.compile(
    r"(?:halaman\s{1,5})?(?:selanjutnya|berikutnya|lanjut|next(?:\s{1,5}page)?|older(?:\s{1,5}posts?)?|posting(?:an)?\s{1,5}lama"
    r"|muat\s{1,5}lainnya|load\s{1,5}more)?\s{0,5}[›»>→]{0,5}",
    re.IGNORECASE,
)
_STATE_URL = re.compile(rb'"(https?:(?:\\?/){2}[^"\s<>]{8,300})"')


def parse(page: Page) -> lxml.html.HtmlElement | None:
    """The tree of an HTML answer; None where there is nothing to parse."""
    body = bounded(page.body[:MAX_HTML].decode("latin-1")).encode(
        "latin-1"
    )  # whatever its charset: any byte has a place
    if not body.strip(b"\x00 \t\r\n"):
        return None
    charset = declared_charset(body, page.headers.get("content-type")) or "utf-8"
    parser = lxml.html.HTMLParser(encoding=charset, huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return tree


def anchors(tree: lxml.html.HtmlElement, page_url: str) -> dict[str, str]:
    """Every address a page links to, as asked for, with the best text given to it, in the order of the page."""
    base = next((href for href in tree.xpath("//base/@href")), None)
    base = urls.clean(base, page_url) if base else None
    found: dict[str, str] = {}
    for anchor in tree.iter("a"):
        href = anchor.get("href")
        url = urls.clean(href, base or page_url) if href else None
        if url is None:
            continue
        text = _text(anchor)
        if len(text) > len(found.get(url, "")) or url not in found:
            found[url] = text
        if len(found) >= MAX_LINKS:
            break
    return found


def _text(anchor: lxml.html.HtmlElement) -> str:
    text = " ".join(anchor.text_content().split())
    titled = " ".join((anchor.get("title") or anchor.get("aria-label") or "").split())
    headings = anchor.xpath("(.//h1|.//h2|.//h3|.//h4)[1]")
    if headings and (heading := " ".join(headings[0].text_content().split())):
        return heading[:300]  # without the section and the time that stand beside it in the same link
    if len(titled) > 15 and titled in text:
        return titled[:300]
    if not text:
        text = titled
    if not text:
        text = " ".join(next(iter(anchor.xpath(".//img/@alt")), "").split())
    if not text:  # a link stretched over its card: the card's heading names it
        card = anchor.getparent()
        for _ in range(3):
            if card is None:
                break
            headings = card.xpath(".//h1|.//h2|.//h3|.//h4")
            if headings:
                return " ".join(headings[0].text_content().split())[:300] if len(headings) == 1 else ""
            card = card.getparent()
    return text[:300]


def articles(page: Page, linked: dict[str, str], outlet: Outlet, window: Window, source: str) -> list[Candidate]:
    """The articles among a listing page's links within the window, each once, with title and the day a URL tells."""
    found: dict[str, Candidate] = {}
    listed = page.context.get("date")
    context: dict[str, str | int | float | bool | None] = {"listed": listed} if isinstance(listed, str) else {}
    for url, text in linked.items():
        if urls.looks_like_article(url, outlet) and (item := make(url, text, window, source, context)):
            found.setdefault(urls.page_key(url, outlet), item)
    if not found and outlet.article_urls:  # pages drawn by scripts keep their list as JSON in the page
        for match in _STATE_URL.finditer(page.body[:MAX_HTML]):
            state_url = urls.clean(match[1].replace(rb"\/", rb"/").decode("utf-8", "replace"))
            if state_url and urls.looks_like_article(state_url, outlet):
                item = make(state_url, "", window, source, context)
                if item:
                    found.setdefault(urls.page_key(state_url, outlet), item)
            if len(found) >= MAX_LINKS:
                break
    return list(found.values())


def make(
    url: str,
    title: str,
    window: Window,
    source: str,
    context: dict[str, str | int | float | bool | None] | None = None,
) -> Candidate | None:
    """An article candidate; None where its URL names a time outside the window.

    On the list of one day a month in the URL is no bar: the list says more exactly when the article came out.
    """
    days = timestamps.span(url)
    if not overlaps(days, window) and not (context and context.get("listed") and days and days[0] != days[1]):
        return None
    day = days[0] if days and days[0] == days[1] else None
    return Candidate(url, source=source, title=title or None, published=day, context=dict(context or {}))


def overlaps(days: tuple[date, date] | None, window: Window) -> bool:
    """Whether a span of days read from a URL meets the window, give or take a day for time zones."""
    if days is None:
        return True
    slack = timedelta(days=1)
    return (window.since is None or days[1] >= window.since - slack) and (
        window.until is None or days[0] <= window.until + slack
    )


def next_link(page: Page, tree: lxml.html.HtmlElement, outlet: Outlet, kind: str) -> Candidate | None:
    """The next page a listing itself names (``rel=next``, "Selanjutnya", Blogger's older-posts link)."""
    depth = int(page.context.get("depth") or 0)
    if depth >= MAX_DEPTH:
        return None
    marked = tree.xpath(
        "//link[@rel='next']/@href | //a[@rel='next']/@href | //a[contains(@class,'blog-pager-older-link')]/@href"
        " | //a[contains(concat(' ',@class,' '),' next ')]/@href"
    )
    worded = [
        anchor.get("href")
        for anchor in tree.iter("a")
        if (text := " ".join(anchor.text_content().split())) and len(text) < 30 and _NEXT_WORDS.fullmatch(text)
    ]
    for href in [*marked, *worded]:
        url = urls.clean(href, page.url) if href else None
        if url is None or url == urls.clean(page.url) or not outlet.owns(urlsplit(url).hostname):
            continue
        if outlet.article_urls and urls.looks_like_article(url, outlet):
            continue
        context: dict[str, str | int | float | bool | None] = {**page.context, "depth": depth + 1}
        context["page"] = int(page.context.get("page") or 1) + 1
        context.setdefault("start", page.url)
        return Candidate(url, kind=kind, source=f"{kind} next page", context=context)
    return None


def sections(found: dict[str, str], outlet: Outlet) -> list[Candidate]:
    """Section pages linked from a front page: short paths of words, no articles, at most ``MAX_SECTIONS``."""
    taken: dict[str, Candidate] = {}
    for url in found:
        parts = urlsplit(url)
        segments = [segment for segment in unquote(parts.path).split("/") if segment]
        if not outlet.owns(parts.hostname) or parts.query or len(segments) > 2 or not urls.wanted(url, outlet):
            continue
        if not all(re.fullmatch(r"[a-z][a-z-]{2,24}", segment) for segment in segments):
            continue
        if urls.looks_like_article(url, outlet):
            continue
        taken.setdefault(urls.page_key(url), Candidate(url, kind="index", source="front page", context={"depth": 1}))
    return list(taken.values())[:MAX_SECTIONS]


def links_from_article(article_links: Sequence[Link], outlet: Outlet) -> list[Candidate]:
    """Candidates from the links of an extracted article: related boxes first, then links in its text; no next pages."""
    found: dict[str, Candidate] = {}
    for kind in ("related", "body"):
        for link in article_links:
            url = urls.clean(link.url) if link.kind == kind else None
            if url and urls.looks_like_article(url, outlet):
                item = make(url, " ".join(link.anchor.split())[:300], Window(), f"link {kind}")
                if item:
                    found.setdefault(urls.page_key(url, outlet), item)
    return list(found.values())


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """Any page as a source of links: its articles, nothing to go on with."""
    tree = parse(page)
    if tree is None:
        return ListingResult(troubles=["empty page"])
    return ListingResult(articles(page, anchors(tree, page.url), outlet, window, "link"))


def listing(page: Page, outlet: Outlet, window: Window, kind: str) -> ListingResult:
    """A page of an index or a search: its articles and its next page (by template, else as the page names it)."""
    tree = parse(page)
    if tree is None:
        return ListingResult(troubles=["empty page"])
    linked = anchors(tree, page.url)
    result = ListingResult(articles(page, linked, outlet, window, kind))
    outside = [] if result.candidates else [url for url in linked if urls.looks_like_article(url, outlet)]
    first = kind == "index" and not page.context.get("date") and int(page.context.get("page") or 1) == 1
    if first and not (result.candidates or outside) and not page.context.get("depth"):
        result.troubles.append(f"no article among {len(linked)} links")
    if page.context.get("front"):
        result.candidates += sections(linked, outlet)
    if not (result.candidates or outside) or _before(outside, page, window):
        return result
    template = page.context.get("template")
    if kind == "search" and isinstance(template, str) and not templates.paged(template):
        return result
    if following := templates.following(page.context, kind, outlet) or next_link(page, tree, outlet, kind):
        result.candidates.append(following)
    return result


def _before(outside: list[str], page: Page, window: Window) -> bool:
    """Whether a page not bound to a day has dated articles, all of them before the window: only older pages follow."""
    if window.since is None or page.context.get("date"):
        return False
    days = [span for url in outside if (span := timestamps.span(url))]
    return bool(days) and all(last < window.since for _, last in days)
