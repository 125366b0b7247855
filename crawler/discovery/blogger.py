"""Blogger: the posts feed, with query and window; the sitemap where the feed is closed.

Parameters as documented at developers.google.com/blogger/docs/2.0/developers_guide_protocol: ``q``, ``published-min``,
``published-max`` (exclusive, RFC 3339), ``start-index`` from 1, ``max-results``, ``alt``. Answers may be shorter than
asked for, so the next page begins after what came, not after what was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from crawler import urls
from crawler.discovery import feeds, timestamps
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.discovery.wordpress import base_of
from crawler.outlets import Outlet

MAX_RESULTS = 150  # Blogger gives no more at once
MAX_JSON = 20_000_000  # bytes

_MADE = re.compile(
    rb"<meta[^>]{0,80}content=[\"']blogger[\"']|(?:href|src)=[\"']https?://www\.blogger\.com/(?:feeds/|static/|dyn-css/)"
    rb"|rel=[\"']service\.post[\"']",
    re.IGNORECASE,
)


def made(body: bytes) -> bool:
    """Whether a page was made by Blogger."""
    head = body[:500_000].lower()
    return (b"blogger" in head or b"service.post" in head) and bool(_MADE.search(head))


def entries(outlet: Outlet, window: Window, queries: Sequence[str]) -> Iterator[Candidate]:
    """The first page of the posts for each query, or of all posts of the window where there is no query."""
    for query in queries or ("",):
        yield _page(outlet, window, query, 1, 1)


def _page(outlet: Outlet, window: Window, query: str, start: int, number: int) -> Candidate:
    asked = {"alt": "json", "orderby": "published", "max-results": str(MAX_RESULTS), "start-index": str(start)}
    zone = ZoneInfo(outlet.timezone)
    if window.since:
        asked["published-min"] = datetime.combine(window.since, time(), zone).isoformat()
    if window.until:
        asked["published-max"] = datetime.combine(window.until + timedelta(days=1), time(), zone).isoformat()
    if query:
        asked["q"] = query
    url = f"{base_of(outlet)}/feeds/posts/default?{urlencode(asked)}"
    return Candidate(
        url,
        kind="blogger",
        source="blogger",
        context={"query": query, "start": f"{base_of(outlet)}/feeds {query}", "index": start, "page": number},
    )


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The posts of one page of the feed (JSON or Atom) and its next page; where it is closed, the sitemap."""
    number = int(page.context.get("page") or 1)
    if page.status >= 400:
        if number > 1:  # past the end Blogger answers 200 with an empty feed
            return ListingResult(troubles=[f"Blogger feed answered {page.status} on a later page"], unread=True)
        return ListingResult(list(fallback(outlet)), [f"Blogger feed closed ({page.status})"])
    if page.body.lstrip()[:1] != b"{":
        return _atom(page, outlet, window)
    try:
        feed = json.loads(page.body[:MAX_JSON]).get("feed")
    except (ValueError, RecursionError, AttributeError):
        feed = None
    if not isinstance(feed, dict):
        fallbacks = list(fallback(outlet)) if number == 1 else []
        return ListingResult(fallbacks, ["Blogger feed gives no JSON"], unread=number > 1)
    posts = feed.get("entry")
    posts = [post for post in posts if isinstance(post, dict)] if isinstance(posts, list) else []
    result = ListingResult()
    for post in posts:
        candidate = _post(post, page, outlet)
        if candidate and window.holds(timestamps.local_day(candidate.published, outlet.timezone)):
            result.candidates.append(candidate)
    total = _text(feed.get("openSearch$totalResults"))
    _follow(result, page, outlet, window, len(posts), int(total) if total.isdigit() else None)
    return result


def _follow(result: ListingResult, page: Page, outlet: Outlet, window: Window, came: int, total: int | None) -> None:
    query = str(page.context.get("query") or "")
    start = int(page.context.get("index") or 1) + came
    bounded = bool(query) or window.since is not None
    if came and bounded and (total is None or start <= total):
        result.candidates.append(_page(outlet, window, query, start, int(page.context.get("page") or 1) + 1))


def _atom(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    result = feeds.read(page, outlet, window)
    result.candidates = [candidate for candidate in result.candidates if candidate.kind == "article"]
    if "not a feed" in result.troubles:
        if int(page.context.get("page") or 1) == 1:
            result.candidates += fallback(outlet)
        else:
            result.unread = True
        return result
    came = len(re.findall(rb"<entry[\s>]", page.body))
    total = re.search(rb"totalResults[^>]{0,100}>(\d{1,9})<", page.body)
    _follow(result, page, outlet, window, came, int(total[1]) if total else None)
    return result


def _post(post: dict[str, object], page: Page, outlet: Outlet) -> Candidate | None:
    links = post.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "alternate" and isinstance(link.get("href"), str):
            url = urls.clean(link["href"], page.url)
            break
    else:
        return None
    if url is None or not urls.may_be_article(url, outlet):
        return None
    categories = post.get("category")
    first = categories[0] if isinstance(categories, list) and categories else None
    return Candidate(
        url,
        source="blogger",
        title=_text(post.get("title"))[:300] or None,
        published=timestamps.parse(_text(post.get("published")), outlet.timezone, page.fetched_at),
        modified=timestamps.parse(_text(post.get("updated")), outlet.timezone, page.fetched_at),
        section=str(first.get("term") or "")[:100] or None if isinstance(first, dict) else None,
    )


def _text(value: object) -> str:
    inner = value.get("$t") if isinstance(value, dict) else value
    return " ".join(inner.split()) if isinstance(inner, str) else ""


def fallback(outlet: Outlet) -> Iterator[Candidate]:
    """The sitemap that every Blogger blog has; it lists all posts."""
    yield Candidate(f"{base_of(outlet)}/sitemap.xml", kind="sitemap", source="blogger")
