"""Articles that are spread over several pages: which pages come next, and how they become one article again.

Outlets either have a switch that shows the whole article (``?page=all`` at Kompas and Grid, ``?single=1`` at detik,
``?showpage=all`` at SINDOnews), or number their pages (``?page=2``, ``/2``, ``/page/2``). Where a page offers both, the
switch is asked for. A "next" that leads to another article (old WordPress themes' ``rel=next``) is not one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.extraction.cleaning.lines import fold
from crawler.outlets import Outlet
from storage.article import Article, Cut, Link

MAX_PAGES = 30  # pages of one article that are followed; the longest seen has 12
_SWITCHES = {("page", "all"), ("single", "1"), ("showpage", "all"), ("p", "all"), ("halaman", "all"), ("print", "1")}
_PAGE_KEYS = ("page", "p", "halaman", "hal", "paged", "pages")
_PATH_NUMBER = re.compile(r"^(?P<base>.*?[^/])(?:/page)?/(?P<number>\d{1,2})/?$")


def next_pages(root: HtmlElement, url: str, outlet: Outlet | None = None) -> list[Link]:
    """What to fetch to have the whole article: the page that shows it whole, or the next numbered page; else nothing.

    ``outlet.single_page`` (as "page=all") is used once the page shows that it has more than one page.
    """
    found = list(_same_article(root, url))
    if any(pair in _SWITCHES for pair in parse_qsl(urlsplit(url).query)):
        return []
    here = _number(url, url)
    whole = [link for link in found if any(pair in _SWITCHES for pair in parse_qsl(urlsplit(link).query))]
    numbered = sorted({(number, link) for link in found if (number := _number(link, url)) > here})
    if outlet and outlet.single_page and (numbered or whole) and here == 1:
        return [Link(_with_query(url, outlet.single_page), "single page", "next")]
    if whole and here == 1:
        return [Link(whole[0], "single page", "next")]
    if numbered and numbered[0][0] == here + 1 <= MAX_PAGES:
        return [Link(numbered[0][1], f"page {here + 1}", "next")]
    return []


def _same_article(root: HtmlElement, url: str) -> Iterable[str]:
    """Absolute addresses on the page that differ from its own only by a page number or switch."""
    base = _base(url)
    slug = base[1].rsplit("/", 1)[-1]
    for element in root.iter("a", "link"):
        if element.tag == "link" and "next" not in (element.get("rel") or "").lower().split():
            continue
        href = (element.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:")):
            continue
        if not href.startswith("?") and slug not in href and not href.isdigit():
            continue  # most links of a page: cheap to pass over
        if not (href[-1:].isdigit() or href[-2:-1].isdigit() or "=all" in href or "=1" in href):
            continue
        try:
            link = urljoin(url, href).split("#")[0]
            if _base(link) == base and link != url:
                yield link
        except ValueError:
            continue


def _base(url: str) -> tuple[str, str]:
    """Host and path without a page number: the same for all pages of one article."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    # A number at the end is a page only behind a slug: "/berita-d-123/2", but not "/read/412427301".
    if (found := _PATH_NUMBER.match(path)) and re.search(r"[a-z]-[a-z0-9]|\.html?$", found["base"].rsplit("/", 1)[-1]):
        path = found["base"]
    return (parts.hostname or "").removeprefix("www.").removeprefix("m."), path


def first_page(url: str) -> str:
    """The URL without the number of a page and without the switch that shows all pages; else the URL itself."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url
    kept = [pair for pair in pairs if pair not in _SWITCHES and not _is_page_number(*pair)]
    query = parts.query if kept == pairs else urlencode(kept)
    path = parts.path
    if (base := _base(url)[1]) != path.rstrip("/"):
        path = base
    return urlunsplit(parts._replace(path=path, query=query)) if path.strip("/") else url


def _is_page_number(key: str, value: str) -> bool:
    return key.lower() in _PAGE_KEYS and value.isdigit() and len(value) <= 2


def _number(link: str, url: str) -> int:
    """Number of the page of an article that a link leads to: 1 where none is written."""
    parts = urlsplit(link)
    for key, value in parse_qsl(parts.query):
        if _is_page_number(key, value):
            return int(value)
    found = _PATH_NUMBER.match(parts.path)
    if found and _base(link) == _base(url) and parts.path.rstrip("/") != _base(url)[1]:
        return int(found["number"])
    return 1


def _with_query(url: str, switch: str) -> str:
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] not in _PAGE_KEYS] + parse_qsl(switch)
    return urlunsplit(parts._replace(query=urlencode(pairs), fragment=""))


def join(articles: Sequence[Article]) -> Article:
    """One article from its pages in order; lines a later page repeats at its head are dropped and noted as cuts.

    What describes the article comes from the first page that knows it. Raises ``ValueError`` on no pages at all.
    """
    if not articles:
        raise ValueError("no pages to join")
    first = articles[0]
    if len(articles) == 1:
        return first
    paragraphs = first.text.split("\n\n")
    seen = {fold(paragraph) for paragraph in paragraphs}
    cuts = list(first.cuts)
    for article in articles[1:]:
        own = article.text.split("\n\n")
        while own and fold(own[0]) in seen:
            cuts.append(Cut("repeated lead of a page", own.pop(0)))
        paragraphs += own
        seen.update(map(fold, own))
        cuts += article.cuts
    links = {link.url: link for article in articles for link in article.links if link.kind != "next"}
    return replace(
        first,
        text="\n\n".join(paragraphs),
        title=_first(articles, "title"),
        authors=_union(article.authors for article in articles),
        section=_first(articles, "section"),
        tags=_union(article.tags for article in articles),
        published_at=_dated(articles).published_at,
        published_precision=_dated(articles).published_precision,
        published_source=_dated(articles).published_source,
        dateline=_first(articles, "dateline"),
        cited_sources=_union(article.cited_sources for article in articles),
        extraction_agreement=_mean([article.extraction_agreement for article in articles]),
        method=f"{first.method}; {len(articles)} pages joined",
        cuts=cuts,
        links=list(links.values()),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else None


def _first(articles: Sequence[Article], name: str) -> str | None:
    return next((value for article in articles if (value := getattr(article, name))), None)


def _dated(articles: Sequence[Article]) -> Article:
    return next((article for article in articles if article.published_at is not None), articles[0])


def _union(lists: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(value for values in lists for value in values))
