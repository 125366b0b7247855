"""WordPress: the REST API's posts, newest first, with search and window; the classic sources where it is closed.

API as documented at developer.wordpress.org/rest-api/reference/posts: ``search``, ``after``, ``before`` (ISO 8601, site
time), ``per_page`` up to 100, ``page``; totals in ``X-WP-Total`` and ``X-WP-TotalPages``; a page past the end is
answered 400 ``rest_post_invalid_page_number``.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from crawler import urls
from crawler.discovery import templates, timestamps
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.outlets import Outlet

PER_PAGE = 100  # the API's maximum
MAX_JSON = 20_000_000  # bytes; with _fields a page of 100 posts has about 40 kB

_MADE = re.compile(
    rb"<meta[^>]{0,80}generator[^>]{0,40}WordPress|rel=[\"']https://api\.w\.org/|(?:href|src)=[\"'][^\"']{0,200}/wp-includes/",
    re.IGNORECASE,
)


def made(body: bytes) -> bool:
    """Whether a page was made by WordPress."""
    return bool(_MADE.search(body[:500_000]))


def base_of(outlet: Outlet) -> str:
    """Where the platform lives, without a trailing slash."""
    return (outlet.platform_url or f"https://{outlet.domains[0]}").rstrip("/")


def entries(outlet: Outlet, window: Window, queries: Sequence[str]) -> Iterator[Candidate]:
    """The first page of the posts for each query, or of all posts of the window where there is no query."""
    for query in queries or ("",):
        # Filters in the order of the documentation; only what discovery needs is asked for.
        asked = {"per_page": str(PER_PAGE), "orderby": "date", "order": "desc"}
        if window.since:
            asked["after"] = f"{window.since - timedelta(days=1)}T23:59:59"
        if window.until:
            asked["before"] = f"{window.until + timedelta(days=1)}T00:00:00"
        asked["_fields"] = "link,date,date_gmt,modified_gmt,title"
        search = "&search={query}" if query else ""
        template = f"{base_of(outlet)}/wp-json/wp/v2/posts?{urlencode(asked)}{search}&page={{page}}"
        yield templates.candidate(template, "wordpress", outlet, query=query)


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The posts of one page of the API and its next page; where the API is closed, the sources beside it."""
    number = int(page.context.get("page") or 1)
    if page.status >= 400:
        if number > 1:
            return ListingResult()  # past the end
        if page.status == 404 and (plain := _plain(page, outlet)):
            return ListingResult([plain])
        return ListingResult(list(fallback(page, outlet, window)), [f"WordPress API closed ({page.status})"])
    try:
        rows = json.loads(page.body[:MAX_JSON])
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        fallbacks = list(fallback(page, outlet, window)) if number == 1 else []
        return ListingResult(fallbacks, ["WordPress API gives no JSON"])
    result = ListingResult()
    for row in rows[:PER_PAGE]:
        candidate = _post(row, page, outlet) if isinstance(row, dict) else None
        if candidate and window.holds(timestamps.local_day(candidate.published, outlet.timezone)):
            result.candidates.append(candidate)
    pages = page.headers.get("x-wp-totalpages", "")
    more = number < int(pages) if pages.isdigit() else len(rows) == PER_PAGE
    bounded = bool(page.context.get("query")) or window.since is not None
    if more and rows and bounded and (following := templates.following(page.context, "wordpress", outlet)):
        result.candidates.append(following)
    return result


def _post(row: dict[str, object], page: Page, outlet: Outlet) -> Candidate | None:
    link, title = row.get("link"), row.get("title")
    url = urls.clean(link, page.url) if isinstance(link, str) else None
    if url is None or not urls.wanted(url, outlet):
        return None
    rendered = title.get("rendered") if isinstance(title, dict) else title
    text = re.sub(r"<[^<>]{0,200}>", "", rendered) if isinstance(rendered, str) else ""
    return Candidate(
        url,
        source="wordpress",
        title=" ".join(html.unescape(text).split())[:300] or None,
        published=_time(row.get("date_gmt"), "UTC") or _time(row.get("date"), outlet.timezone),
        modified=_time(row.get("modified_gmt"), "UTC"),
    )


def _time(value: object, zone: str) -> datetime | date | None:
    return timestamps.parse(value, zone) if isinstance(value, str) and not value.startswith("0000") else None


def _plain(page: Page, outlet: Outlet) -> Candidate | None:
    """The same question where permalinks are plain and ``/wp-json/`` does not exist; None if it was that already."""
    template, query = str(page.context.get("template") or ""), str(page.context.get("query") or "")
    if "/wp-json/wp/v2/posts?" not in template:
        return None
    template = template.replace("/wp-json/wp/v2/posts?", "/?rest_route=/wp/v2/posts&", 1)
    return templates.candidate(template, "wordpress", outlet, query=query)


def fallback(page: Page, outlet: Outlet, window: Window) -> Iterator[Candidate]:
    """Sources that every WordPress has had for years: search pages, the paged feed, the sitemap (since 5.5)."""
    base, query = base_of(outlet), page.context.get("query")
    if isinstance(query, str) and query:
        for path, kind in (("/", "search"), ("/feed/", "feed")):
            template = f"{base}{path}?s={{query}}&paged={{page}}"
            yield templates.candidate(template, kind, outlet, query=query, source="wordpress")
    if not query or window.since is not None:
        yield templates.candidate(f"{base}/feed/?paged={{page}}", "feed", outlet, source="wordpress")
    yield Candidate(f"{base}/wp-sitemap.xml", kind="sitemap", source="wordpress")
