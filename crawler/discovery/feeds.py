"""RSS 0.9–2.0, RSS 1.0 (RDF) and Atom. Broken XML is read as far as it goes and named."""

from __future__ import annotations

import html
import re

from lxml import etree

from crawler import urls
from crawler.discovery import templates, timestamps, xml
from crawler.discovery import troubles as troubled
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet

MAX_FEED = 20_000_000  # bytes; full-text Blogger feeds of 150 posts reach a few MB
MAX_ITEMS = 2_000


def entries(outlet: Outlet) -> list[Candidate]:
    """The outlet's feeds."""
    return [Candidate(url, kind="feed", source="feed") for url in outlet.feeds]


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The items of a feed within the window, with title, time and first category; the next page of a paged feed."""
    result = ListingResult()
    if not page.body.strip():
        return ListingResult(troubles=["empty feed"])
    if xml.is_html(page.body[:1000]):
        return ListingResult(troubles=["not a feed"])
    root = _root(page.body, result)
    if root is None:
        return result
    if _name(root) in ("urlset", "sitemapindex"):
        return ListingResult(stands_for="sitemap")
    items = [element for element in root.iter() if _name(element) in ("item", "entry")][:MAX_ITEMS]
    oldest_in_window = False
    seen = set()
    unusable: list[str] = []
    for item in items:
        candidate = _candidate(item, page, outlet, unusable)
        if candidate is None or (key := urls.page_key(candidate.url, outlet)) in seen:
            continue
        seen.add(key)
        if window.holds(timestamps.local_day(candidate.published, outlet.timezone)):
            result.candidates.append(candidate)
        oldest_in_window = not timestamps.before(candidate.published, window.since, outlet.timezone)
    if not items and not result.troubles:
        result.troubles.append("empty feed" if page.context.get("page", 1) == 1 else "end of feed")
    if items and not seen:
        result.troubles.append(troubled.unusable(unusable, outlet))
    if items and oldest_in_window and (following := _next(root, page, outlet, window)):
        result.candidates.append(following)
    return result


def _root(body: bytes, result: ListingResult) -> etree._Element | None:
    text = bytearray()
    try:
        for piece in xml.document(body, MAX_FEED, result.troubles):
            text += piece
    except xml.TooLarge:
        result.troubles.append("feed too large")
    except xml.Truncated:
        result.troubles.append("broken gzip")
    document = bytes(text)
    for raw, recover in ((document, False), (xml.mended(document), True)):
        try:
            root = etree.fromstring(raw, xml.parser(recover=recover))
        except (etree.XMLSyntaxError, ValueError):
            root = None
        if root is not None:
            return root
        if not recover:
            result.troubles.append("broken XML")
    return None


def _candidate(item: etree._Element, page: Page, outlet: Outlet, unusable: list[str]) -> Candidate | None:
    base = urls.clean(item.base or "", page.url) or page.url  # xml:base, its own or an ancestor's
    link, guid = _links(item)
    if link and outlet.owns(link.strip().partition("/")[0]):  # "contoh.id/berita/…", without a scheme
        link = f"https://{link.strip()}"
    url = urls.clean(link, base) if link else None
    if guid and (url is None or urls.is_home(url)):
        url = urls.clean(guid) or url
    if url is None or not urls.may_be_article(url, outlet):
        unusable.append(url or link)
        return None
    zone, now = outlet.timezone, page.fetched_at
    published = _first(item, "pubDate", "published", "issued", "date", "pubdate")
    modified = _first(item, "updated", "modified")
    category = _first(item, "category", "subject")
    if category is None:
        category = next((child.get("term") for child in item if _name(child) == "category"), None)
    return Candidate(
        url,
        source="feed",
        title=_plain(_first(item, "title")),
        published=timestamps.parse(published or (modified if _name(item) == "entry" else None), zone, now),
        modified=timestamps.parse(modified, zone, now),
        section=_plain(category),
    )


_ATOM = "{http://www.w3.org/2005/Atom}"


def _links(item: etree._Element) -> tuple[str, str]:
    """The link of an item and the address its guid is, each "" where there is none."""
    guid = ""
    for child in item:
        text = xml.plain(child.text or "").strip()
        # A guid that says it is no link is worth asking only as an address, and where there is no other.
        if _name(child) in ("guid", "id") and text.startswith(("http://", "https://")):
            guid = text
            break
    origin = _first(item, "origLink")  # FeedBurner keeps the article's own address there
    if origin:
        return origin, guid
    own = [child for child in item if _name(child) == "link"]
    if _name(item) == "item":  # RSS: an atom:link beside the item's own link leads to its comments or its feed
        own.sort(key=lambda child: str(child.tag).startswith(_ATOM))
    for child in own:
        if child.get("href") and child.get("rel", "alternate") == "alternate":
            return xml.plain(child.get("href")), guid
        if child.text and child.text.strip():
            return xml.plain(child.text), guid
    return "", guid


def _next(root: etree._Element, page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    following = templates.following(page.context, "feed", outlet)
    if following or window.since is None:
        return following
    for child in root.iter():
        if _name(child) == "link" and child.get("rel") == "next" and child.get("href"):  # RFC 5005, paged feeds
            url = urls.clean(xml.plain(child.get("href")), page.url)
            if url and outlet.owns(urls.host(url)) and url != page.url:
                count = int(page.context.get("page") or 1) + 1
                return Candidate(url, kind="feed", source="feed", context={"page": count, "start": page.url})
    return None


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _first(item: etree._Element, *names: str) -> str | None:
    for name in names:
        for child in item:
            if _name(child) == name:
                text = xml.plain(" ".join("".join(child.itertext()).split()))
                if text:
                    return text
    return None


def _plain(text: str | None) -> str | None:
    if not text:
        return None
    text = re.sub(r"<[^<>]{0,200}>", "", html.unescape(text)) if "<" in text or "&" in text else text
    return " ".join(html.unescape(text).split())[:300] or None
