"""WordPress: the REST API's posts, newest first, with search and window; the classic sources where it is closed.

API as documented at developer.wordpress.org/rest-api/reference/posts: ``search``, ``after``, ``before`` (ISO 8601, site
time), ``per_page`` up to 100, ``page``; totals in ``X-WP-Total`` and ``X-WP-TotalPages``; a page past the end is
answered 400 ``rest_post_invalid_page_number``. Only that is the end: any other error on a later page is trouble. Where
proxies lose the totals or plugins cap ``per_page``, pages are asked for until one is empty or repeats.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from crawler import urls
from crawler.discovery import templates, timestamps, xml
from crawler.discovery import troubles as troubled
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
    head = body[:500_000].lower()
    return any(name in head for name in (b"wordpress", b"api.w.org", b"/wp-includes/")) and bool(_MADE.search(head))


_LINK = re.compile(rb"<link\s[^>]{0,300}api\.w\.org/[^>]{0,300}>", re.IGNORECASE)
_HREF = re.compile(rb"""href\s{0,9}=\s{0,9}["']?([^"'\s>]{1,300})""", re.IGNORECASE)
_HEADER = re.compile(r"""<([^<>\s]{1,300})>\s{0,9};[^<,]{0,100}api\.w\.org/""", re.IGNORECASE)


def api_of(page: Page) -> str | None:
    """Where the API is, as a page or its ``Link`` header names it (``rel="https://api.w.org/"``); None if it does not.

    developer.wordpress.org/rest-api/using-the-rest-api/discovery
    """
    told = _HEADER.search(page.headers.get("link", "")[:4000])
    if told:
        return urls.clean(told[1], page.url)
    link = _LINK.search(page.body[:500_000])
    href = _HREF.search(link[0]) if link else None
    return urls.clean(html.unescape(href[1].decode("utf-8", "replace")), page.url) if href else None


def at(outlet: Outlet, api: str) -> Outlet:
    """The outlet as a WordPress whose API is there; the site is what stands before the API's own part."""
    site = re.split(r"/wp-json(?:/|$)|/(?:index\.php)?\?", api, maxsplit=1)[0]
    return outlet.model_copy(update={"platform": "wordpress", "platform_url": site, "platform_api": api})


def _posts(outlet: Outlet) -> str:
    """The address of the posts up to where the question begins."""
    api = outlet.platform_api
    if api is None:
        return f"{base_of(outlet)}/wp-json/wp/v2/posts?"
    if "rest_route=" in api:
        return f"{api.rstrip('/')}/wp/v2/posts&"
    return f"{api.rstrip('/')}/wp/v2/posts?"


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
        template = f"{_posts(outlet)}{urlencode(asked)}{search}&page={{page}}"
        yield templates.candidate(template, "wordpress", outlet, query=query)


def read(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The posts of one page of the API and its next page; where the API is closed, the sources beside it."""
    number = int(page.context.get("page") or 1)
    if page.status >= 400:
        if number > 1:
            if page.status == 400 and _code(page.body) == "rest_post_invalid_page_number":
                return ListingResult()  # past the end
            return ListingResult(troubles=[f"WordPress API answered {page.status} on a later page"], unread=True)
        if page.status == 404 and (plain := _plain(page, outlet)):
            return ListingResult([plain])
        return ListingResult(list(fallback(page, outlet, window)), [f"WordPress API closed ({page.status})"])
    rows = _json(page.body)
    if number > 1 and _code(page.body) == "rest_post_invalid_page_number":
        return ListingResult()  # past the end, said with status 200
    if not isinstance(rows, list):
        fallbacks = list(fallback(page, outlet, window)) if number == 1 else []
        return ListingResult(fallbacks, ["WordPress API gives no JSON"], unread=number > 1)
    result = ListingResult()
    unusable: list[str] = []
    for row in rows[:PER_PAGE]:
        candidate = _post(row, page, outlet) if isinstance(row, dict) else None
        if candidate is None:
            unusable.append(str(row.get("link") or "") if isinstance(row, dict) else "")
        elif window.holds(timestamps.local_day(candidate.published, outlet.timezone)):
            result.candidates.append(candidate)
    if rows and len(unusable) == len(rows[:PER_PAGE]):
        result.troubles.append(troubled.unusable(unusable, outlet))
    pages = page.headers.get("x-wp-totalpages", "").strip()
    more = number < int(pages) if pages.isdecimal() and int(pages[:9]) > 0 else True
    bounded = bool(page.context.get("query")) or window.since is not None
    if more and rows and bounded and (following := templates.following(page.context, "wordpress", outlet)):
        result.candidates.append(following)
    return result


def _json(body: bytes) -> object:
    """A JSON answer, also behind the warnings that PHP may print before it; None where there is none."""
    text = body[:MAX_JSON].removeprefix(b"\xef\xbb\xbf")
    start = re.search(rb"^\s{0,100}[\[{]", text) or re.search(rb"[\r\n>]\s{0,100}[\[{]", text[: xml.MAX_BEFORE])
    try:
        return json.loads(text[start.end() - 1 :]) if start else None
    except (ValueError, RecursionError):
        return None


def _code(body: bytes) -> object:
    said = _json(body)
    return said.get("code") if isinstance(said, dict) else None


def _post(row: dict[str, object], page: Page, outlet: Outlet) -> Candidate | None:
    link, title = row.get("link"), row.get("title")
    url = urls.clean(link, page.url) if isinstance(link, str) else None
    if url is None or not urls.may_be_article(url, outlet):
        return None
    rendered = title.get("rendered") if isinstance(title, dict) else title
    text = re.sub(r"<[^<>]{0,200}>", "", rendered) if isinstance(rendered, str) else ""
    return Candidate(
        url,
        source="wordpress",
        title=" ".join(html.unescape(text).split())[:300] or None,
        published=_time(row.get("date_gmt"), "UTC", page) or _time(row.get("date"), outlet.timezone, page),
        modified=_time(row.get("modified_gmt"), "UTC", page),
    )


def _time(value: object, zone: str, page: Page) -> datetime | date | None:
    return timestamps.parse(value, zone, page.fetched_at) if isinstance(value, str) else None


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
