"""Sitemaps as sitemaps.org and Google News define them: urlset, index, news, plain text, gzip; read as a stream.

A file may list 50,000 URLs and be 50 MB unpacked by the protocol. Larger ones exist; they are read up to the limits
below and the rest is named as a trouble, never held in memory.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from urllib.parse import urlsplit

from lxml import etree

from crawler import urls
from crawler.discovery import links, timestamps, xml
from crawler.discovery import troubles as troubled
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet

MAX_BYTES = 128 * 1024 * 1024  # unpacked; a million URLs with dates are about 110 MB
MAX_URLS = 50_000  # candidates of one result (the protocol's own limit); 50,000 of them weigh about 30 MB
MAX_ELEMENTS = 2_000_000  # looked at in one file
CHUNK_OF_TEXT = 4 * xml.CHUNK  # bytes of a plain list held at once

# Child sitemaps that list no articles, as WordPress, Yoast and Rank Math name them.
_NO_ARTICLES = re.compile(
    r"(?:^|[/_-])(?:wp-sitemap-(?:taxonomies|users)[a-z_]{0,40}(?:-[a-z_]{1,40}){0,3}|(?:post_tag|tag|category|author|page|product|video|image|attachment)"
    r"s?-sitemap|sitemap-(?:tag|category|author|page|pages|video|videos|image|images|photo|foto)s?)[\d-]*\.xml",
    re.IGNORECASE,
)
# Sitemaps that list articles and nothing else, by the names systems and people give them. What these name is an
# article whatever its path looks like; a general sitemap lists tags, sections and pages too.
_ARTICLES = re.compile(
    r"(?:^|[/_.-])(?:wp-sitemap-posts-post|posts?|news|berita|artikel|articles?|google-?news)(?=[_.\d-][^/]{0,100}$|/[^/]{0,100}$|$)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"(?:\.xml(?:\.gz)?|sitemap[^/]{0,100}\.(?:txt|gz|php))$", re.IGNORECASE)


def entries(outlet: Outlet) -> list[Candidate]:
    """The outlet's sitemaps."""
    return [Candidate(url, kind="sitemap", source="sitemap") for url in outlet.sitemaps]


def from_robots(text: str, outlet: Outlet) -> list[Candidate]:
    """The sitemaps a robots.txt names, those within the outlet's domains."""
    found = (
        urls.clean(match[1])
        for match in re.finditer(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", text, re.IGNORECASE | re.MULTILINE)
    )
    kept = dict.fromkeys(url for url in found if url and outlet.owns(urls.host(url)))
    return [Candidate(url, kind="sitemap", source="robots.txt") for url in kept]


class _Feed(Exception):  # noqa: N818 - says what it is
    """A feed stands in the place of a sitemap, as the protocol allows."""


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """Articles and child sitemaps of one file within the window, at most ``MAX_URLS``; see ``stream`` for all."""
    result = ListingResult()
    try:
        for candidate in stream(page, outlet, window, result.troubles):
            if len(result.candidates) >= MAX_URLS:
                result.troubles.append(f"sitemap of more than {MAX_URLS} URLs")
                break
            result.candidates.append(candidate)
    except _Feed:
        return ListingResult(stands_for="feed")
    return result


def stream(page: Page, outlet: Outlet, window: Window, troubles: list[str]) -> Iterator[Candidate]:
    """The candidates of a sitemap one by one, in constant memory; what goes wrong is appended to ``troubles``."""
    if not page.body.strip():
        troubles.append("empty sitemap")
        return
    pieces = xml.document(page.body, MAX_BYTES, troubles)
    try:
        head = next(pieces, b"")
    except (xml.TooLarge, xml.Truncated) as error:
        troubles.append("broken gzip" if isinstance(error, xml.Truncated) else "sitemap too large")
        return
    pieces = chain([head], pieces)
    if xml.is_html(head):
        troubles.append("not a sitemap")
        return
    if not head.startswith(b"<"):
        yield from _text(pieces, page, outlet, window, troubles)
        return
    unusable: list[str] = []
    found = False
    seen = 0
    try:
        for name, fields in _elements(pieces):
            if name in ("rss", "feed", "RDF"):
                raise _Feed
            seen += 1
            candidate = _entry(name, fields, page, outlet, window, unusable)
            if candidate:
                found = True
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
        elif not found and len(unusable) == min(seen, troubled.LOOKED_AT):
            troubles.append(troubled.unusable(unusable, outlet))


def _elements(pieces: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """The url and sitemap elements one by one, each forgotten once read; only the root's name where it is a feed."""
    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    failure = None
    for number, piece in enumerate(pieces):
        if number == 0 and (root := _FEED_ROOT.match(piece)):
            yield root[1].decode(), {}
            return
        try:
            parser.feed(piece)
        except etree.XMLSyntaxError as error:
            failure = error  # what came before the break can still be read
        for _, element in parser.read_events():
            yield _name(element), _fields(element)
            _forget(element)
        if failure is not None:
            raise failure
    parser.close()


_FEED_ROOT = re.compile(rb"(?:<[?!][^<>]{0,2000}>\s{0,100}){0,20}<(?:\w{1,20}:)?(rss|feed|RDF)[\s>]")
_EDGE = re.compile(rb"</?(?:\w{1,20}:)?(url|sitemap)(?:set|index)?[\s>]")
_FIELD = re.compile(
    rb"<(?:(?:news|sm|ns\d):)?(loc|lastmod|title|publication_date)>\s{0,100}"
    rb"(?:<!\[CDATA\[([^\]<]{0,2000})\]\]>|([^<]{0,2000}))(?=<|$)"
)
_MAX_BLOCK = 64 * 1024  # bytes of one url element


def _mended(page: Page, outlet: Outlet, window: Window, skip: int) -> Iterator[Candidate]:
    """What can still be told apart in a broken file: what stands from one ``<url>`` or ``</url>`` to the next with a
    ``<loc>`` in it, closed or not, after the ``skip`` elements read before the break.
    """
    buffer, number = b"", 0
    try:
        for piece in xml.document(page.body, MAX_BYTES, []):
            buffer, end = buffer + piece, 0
            for match in _EDGE.finditer(buffer):
                block, end = buffer[end : match.start()], match.end()
                fields: dict[str, str] = {}
                for field in _FIELD.finditer(block):
                    text = html.unescape((field[2] or field[3] or b"").decode("utf-8", "replace"))
                    fields.setdefault(field[1].decode(), text.strip())
                if not fields.get("loc"):
                    continue
                number += 1
                candidate = _entry(match[1].decode(), fields, page, outlet, window, []) if number > skip else None
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
            fields[name] = child.text.strip()
    return fields


def _entry(
    name: str, fields: dict[str, str], page: Page, outlet: Outlet, window: Window, unusable: list[str]
) -> Candidate | None:
    """The candidate of one element; its address is noted in ``unusable`` where nobody may be asked for it."""
    url = urls.clean(fields.get("loc", ""), page.url)
    if url is None or not outlet.owns(urls.host(url)):
        if len(unusable) < troubled.LOOKED_AT:
            unusable.append(url or fields.get("loc", ""))
        return None
    # Some systems list their sitemaps as if they were pages; no article ends in ".xml".
    if name == "sitemap" or _SITEMAP.search(urlsplit(url).path):
        return _child(url, fields, page, outlet, window)
    return _url(url, fields, page, outlet, window)


def _url(url: str, fields: dict[str, str], page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    if "publication_date" in fields or _ARTICLES.search(urlsplit(page.url).path):
        if not urls.may_be_article(url, outlet):
            return None
    elif not _listed(url, outlet):
        return None
    zone, now = outlet.timezone, page.fetched_at
    published = timestamps.parse(fields.get("publication_date"), zone, now)
    modified = timestamps.parse(fields.get("lastmod"), zone, now)
    if not window.holds(timestamps.local_day(published, zone)):
        return None
    if published is None:
        days = timestamps.span(url, now)
        # What was last changed before the window opens was published before it, too.
        if timestamps.before(modified, window.since, zone) or not links.overlaps(days, window):
            return None
        published = days[0] if days and days[0] == days[1] else None
    title = " ".join(fields.get("title", "").split())[:300]
    return Candidate(url, source="sitemap", title=title or None, published=published, modified=modified)


def _listed(url: str, outlet: Outlet) -> bool:
    """Whether a general sitemap, which lists pages of all kinds, names an article."""
    return urls.looks_like_article(url, outlet) if outlet.article_urls else urls.wanted(url, outlet)


def _child(url: str, fields: dict[str, str], page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    if _NO_ARTICLES.search(url):
        return None
    level = int(page.context.get("level") or 0) + 1
    modified = timestamps.parse(fields.get("lastmod"), outlet.timezone, page.fetched_at)
    if level > 3 or url == page.url or timestamps.before(modified, window.since, outlet.timezone):
        return None
    days = timestamps.span(url, page.fetched_at)
    if days and window.until and days[0] > window.until + timedelta(days=1):
        return None
    if days and window.since and days[1] < window.since - timedelta(days=1):
        return None
    return Candidate(url, kind="sitemap", source="sitemap", modified=modified, context={"level": level})


def _text(
    pieces: Iterable[bytes], page: Page, outlet: Outlet, window: Window, troubles: list[str]
) -> Iterator[Candidate]:
    """A list of addresses, one a line (ended by LF, CR or both)."""
    seen, rest = 0, b""
    all_articles = bool(_ARTICLES.search(urlsplit(page.url).path))
    try:
        for piece in chain(pieces, [b"\n"]):
            *lines, rest = re.split(rb"[\r\n]+", (rest + piece)[-CHUNK_OF_TEXT:])
            for line in lines:
                address, _, _ = line.decode("utf-8", "replace").strip("\ufeff \t").partition("\t")  # a date may follow
                url = urls.clean(address)
                if url is None:
                    continue
                seen += 1
                fits = urls.may_be_article if all_articles else _listed
                item: Candidate | None = None
                if outlet.owns(urls.host(url)) and _SITEMAP.search(urlsplit(url).path):
                    item = _child(url, {}, page, outlet, window)
                elif fits(url, outlet):
                    item = links.make(url, "", window, "sitemap")
                if item:
                    yield item
    except (xml.TooLarge, xml.Truncated) as error:
        troubles.append("broken gzip" if isinstance(error, xml.Truncated) else "sitemap too large")
    if not seen:
        troubles.append("empty sitemap")
