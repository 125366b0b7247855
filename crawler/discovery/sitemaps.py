"""Sitemaps as sitemaps.org and Google News define them: urlset, index, news, plain text, gzip; read as a stream.

A file may list 50,000 URLs and be 50 MB unpacked by the protocol. Larger ones exist; they are read up to the limits
below and the rest is named as a trouble, never held in memory.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

from lxml import etree

from crawler import urls
from crawler.discovery import links, timestamps, xml
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet

MAX_BYTES = 128 * 1024 * 1024  # unpacked; a million URLs with dates are about 110 MB
MAX_URLS = 50_000  # candidates of one result (the protocol's own limit); 50,000 of them weigh about 30 MB
MAX_ELEMENTS = 2_000_000  # looked at in one file

# Child sitemaps that list no articles, as WordPress, Yoast and Rank Math name them.
_NO_ARTICLES = re.compile(
    r"(?:^|[/_-])(?:wp-sitemap-(?:taxonomies|users)[a-z_-]*|(?:post_tag|tag|category|author|page|product|video|image|attachment)"
    r"s?-sitemap|sitemap-(?:tag|category|author|page|pages|video|videos|image|images|photo|foto)s?)[\d-]*\.xml",
    re.IGNORECASE,
)
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)


def entries(outlet: Outlet) -> list[Candidate]:
    """The outlet's sitemaps."""
    return [Candidate(url, kind="sitemap", source="sitemap") for url in outlet.sitemaps]


def from_robots(text: str, outlet: Outlet) -> list[Candidate]:
    """The sitemaps a robots.txt names, those within the outlet's domains."""
    found = (
        urls.clean(match[1])
        for match in re.finditer(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    )
    kept = dict.fromkeys(url for url in found if url and outlet.owns(urls.host(url)))
    return [Candidate(url, kind="sitemap", source="robots.txt") for url in kept]


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """Articles and child sitemaps of one file within the window, at most ``MAX_URLS``; see ``stream`` for all."""
    result = ListingResult()
    for candidate in stream(page, outlet, window, result.troubles):
        if len(result.candidates) >= MAX_URLS:
            result.troubles.append(f"sitemap of more than {MAX_URLS} URLs")
            break
        result.candidates.append(candidate)
    return result


def stream(page: Page, outlet: Outlet, window: Window, troubles: list[str]) -> Iterator[Candidate]:
    """The candidates of a sitemap one by one, in constant memory; what goes wrong is appended to ``troubles``."""
    head = page.body[:1000]
    if not head.strip():
        troubles.append("empty sitemap")
        return
    if _HTML.match(head):
        troubles.append("not a sitemap")
        return
    if head[:2] != b"\x1f\x8b" and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _text(page, outlet, window, troubles)
        return
    seen = 0
    try:
        for name, fields in _elements(page.body):
            if name in ("rss", "feed", "RDF"):
                yield from _as_feed(page, outlet, window, troubles)
                return
            seen += 1
            candidate = (_url if name == "url" else _child)(fields, page, outlet, window)
            if candidate:
                yield candidate
            if seen >= MAX_ELEMENTS:
                raise xml.TooLarge
    except xml.TooLarge:
        troubles.append("sitemap too large")
    except xml.Truncated:
        troubles.append("broken gzip")
    except (etree.XMLSyntaxError, ValueError):
        troubles.append("broken XML")
        yield from _mended(page, outlet, window, skip=seen)
    else:
        if not seen:
            troubles.append("empty sitemap")


def _elements(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """The url and sitemap elements one by one, each forgotten once read; only the root's name where it is a feed."""
    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    failure = None
    for number, piece in enumerate(xml.chunks(body, MAX_BYTES)):
        if number == 0 and (root := _FEED_ROOT.match(piece)):
            yield root[1].decode(), {}
            return
        try:
            parser.feed(piece.lstrip() if number == 0 else piece)
        except etree.XMLSyntaxError as error:
            failure = error  # what came before the break can still be read
        for _, element in parser.read_events():
            yield _name(element), _fields(element)
            _forget(element)
        if failure is not None:
            raise failure
    parser.close()


_FEED_ROOT = re.compile(rb"\s*(?:<[?!][^>]{0,2000}>\s*){0,20}<(?:\w+:)?(rss|feed|RDF)[\s>]")
_CLOSED = re.compile(rb"</(url|sitemap)>")
_FIELD = re.compile(
    rb"<(?:news:)?(loc|lastmod|title|publication_date)>\s*(?:<!\[CDATA\[([^\]<]{0,2000})\]\]>|([^<]{0,2000}))\s*</"
)
_MAX_BLOCK = 64 * 1024  # bytes of one url element


def _mended(page: Page, outlet: Outlet, window: Window, skip: int) -> Iterator[Candidate]:
    """What can still be told apart in a broken file: each whole ``<url>…</url>``, after those read before the break."""
    buffer, number = b"", 0
    try:
        for piece in xml.chunks(page.body, MAX_BYTES):
            buffer, end = buffer + piece, 0
            for match in _CLOSED.finditer(buffer):
                block, end, number = buffer[end : match.start()], match.end(), number + 1
                if number <= skip:
                    continue
                block = block[block.rfind(b"<" + match[1] + b">") :]
                fields: dict[str, str] = {}
                for field in _FIELD.finditer(block):
                    text = html.unescape((field[2] or field[3] or b"").decode("utf-8", "replace"))
                    fields.setdefault(field[1].decode(), " ".join(text.split()))
                candidate = (_url if match[1] == b"url" else _child)(fields, page, outlet, window)
                if candidate:
                    yield candidate
            buffer = buffer[end:][-_MAX_BLOCK:]
    except (xml.TooLarge, xml.Truncated):
        return


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _fields(element: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for child in element.iter():
        if child is not element and child.text and (name := _name(child)) not in fields:
            # "loc" and "title" of an image or a video are not the page's own
            namespace = str(child.tag).partition("}")[0]
            if "image" in namespace or "video" in namespace:
                continue
            fields[name] = " ".join(child.text.split())
    return fields


def _url(fields: dict[str, str], page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    url = urls.clean(fields.get("loc", ""), page.url)
    if url is None or not urls.wanted(url, outlet):
        return None
    if "publication_date" not in fields and outlet.article_urls and not urls.looks_like_article(url, outlet):
        return None
    zone = outlet.timezone
    published = timestamps.parse(fields.get("publication_date"), zone)
    modified = timestamps.parse(fields.get("lastmod"), zone)
    if not window.holds(timestamps.local_day(published, zone)):
        return None
    if published is None:
        days = urls.span(url)
        # What was last changed before the window opens was published before it, too.
        if timestamps.before(modified, window.since, zone) or not links.overlaps(days, window):
            return None
        published = days[0] if days and days[0] == days[1] else None
    return Candidate(
        url, source="sitemap", title=fields.get("title", "")[:300] or None, published=published, modified=modified
    )


def _child(fields: dict[str, str], page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    url = urls.clean(fields.get("loc", ""), page.url)
    if url is None or not outlet.owns(urls.host(url)) or _NO_ARTICLES.search(url):
        return None
    level = int(page.context.get("level") or 0) + 1
    modified = timestamps.parse(fields.get("lastmod"), outlet.timezone)
    if level > 3 or url == page.url or timestamps.before(modified, window.since, outlet.timezone):
        return None
    days = urls.span(url)
    if days and window.until and days[0] > window.until + timedelta(days=1):
        return None
    if days and window.since and days[1] < window.since - timedelta(days=1):
        return None
    return Candidate(url, kind="sitemap", source="sitemap", modified=modified, context={"level": level})


def _text(page: Page, outlet: Outlet, window: Window, troubles: list[str]) -> Iterator[Candidate]:
    found = 0
    for match in re.finditer(rb"^\s*(https?://\S{1,2000})\s*$", page.body[:MAX_BYTES], re.MULTILINE):
        url = urls.clean(match[1].decode("utf-8", "replace"))
        if url and urls.looks_like_article(url, outlet):
            item = links.make(url, "", window, "sitemap")
            if item:
                found += 1
                yield item
    if not found:
        troubles.append("empty sitemap")


def _as_feed(page: Page, outlet: Outlet, window: Window, troubles: list[str]) -> Iterator[Candidate]:
    from crawler.discovery import feeds  # the protocol allows a feed in the place of a sitemap

    result = feeds.read(page, outlet, window)
    troubles += result.troubles
    yield from result.candidates
