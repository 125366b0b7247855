"""Common Crawl as a source: its list of crawls, each crawl's index, and where a capture lies."""

from __future__ import annotations

import io
import json
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from crawler import urls
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.discovery.captures import LAG, MAX_CAPTURE, MAX_INDEX, Context, capture_of, timestamp
from crawler.outlets import Outlet

MAX_PAGES = 500  # of one crawl's index for one domain; 15,000 rows each before filters


def question(index: str, data: str, domain: str, words: str) -> Candidate:
    """The first question about a domain: which crawls there are. ``index`` and ``data`` are the services' addresses."""
    return Candidate(
        f"{index.rstrip('/')}/collinfo.json#{domain}",
        kind="commoncrawl",
        source="commoncrawl",
        context={
            "step": "crawls",
            "index": index.rstrip("/"),
            "data": data.rstrip("/"),
            "domain": domain,
            "words": words,
        },
    )


def read_commoncrawl(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """The crawls that may hold the window; how many pages a crawl's index has; or the captures of one of them."""
    step = page.context.get("step")
    if page.status == 404 and step != "crawls":
        return ListingResult()  # "No Captures found"
    if page.status >= 400:
        what = "collinfo not readable" if step == "crawls" else f"index answered {page.status}"
        return ListingResult(troubles=[what], unread=True)
    if step == "crawls":
        return _crawls(page, window)
    if step == "pages":
        return _pages(page)
    result = ListingResult()
    for line in io.BytesIO(page.body[:MAX_INDEX]):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            if "broken index line" not in result.troubles:
                result.troubles.append("broken index line")
        elif (item := _member(row, page, outlet, window)) is not None:
            result.candidates.append(item)
    return result


def _pages(page: Page) -> ListingResult:
    """One candidate per page. The index cuts pages before it filters: an empty one does not mean the last."""
    try:
        pages = json.loads(page.body[:MAX_INDEX])["pages"]
    except (ValueError, RecursionError, KeyError, TypeError):
        pages = None
    if not isinstance(pages, int):
        return ListingResult(troubles=["index says no number of pages"])
    context = {**page.context, "step": "index"}
    result = ListingResult([_index(context, number) for number in range(min(pages, MAX_PAGES))])
    if pages > MAX_PAGES:
        result.troubles.append(f"index of more than {MAX_PAGES} pages")
    return result


def _crawls(page: Page, window: Window) -> ListingResult:
    try:
        crawls = json.loads(page.body[:MAX_INDEX])
    except (ValueError, RecursionError):
        crawls = None
    if not isinstance(crawls, list):
        return ListingResult(troubles=["collinfo is not a list"])
    result, named = ListingResult(), 0
    for crawl in crawls:
        address = crawl.get("cdx-api") if isinstance(crawl, dict) else None
        if not isinstance(address, str):
            continue
        named += 1
        first, last = _bounds(crawl)
        if window.since and last and last < window.since:
            continue
        if window.until and first and first > window.until + LAG:
            continue
        # Only the path is taken over: the question goes to the service that was configured, whatever the list says.
        context = {**page.context, "step": "pages", "api": f"{page.context.get('index')}{urlsplit(address).path}"}
        result.candidates.append(_index(context, None))
    if not named:
        result.troubles.append("collinfo names no crawl")
        result.unread = True
    return result


def _bounds(crawl: dict[str, object]) -> tuple[date | None, date | None]:
    found: list[date | None] = []
    for name in ("from", "to"):
        value = crawl.get(name)
        try:
            found.append(date.fromisoformat(value[:10]) if isinstance(value, str) else None)
        except ValueError:
            found.append(None)
    return found[0], found[1]


def _index(context: Context, number: int | None) -> Candidate:
    """A page of a crawl's index, or with None the question how many it has."""
    domain, words = str(context.get("domain")), str(context.get("words") or "")
    asked = [("url", f"{domain}/*" if urls.is_address(domain) else f"*.{domain}"), ("output", "json")]
    if number is None:
        asked.append(("showNumPages", "true"))
    else:
        asked += [
            ("filter", "=status:200"),
            ("filter", "~mime:.*html.*"),
            ("fl", "url,timestamp,status,mime,filename,offset,length"),
            ("page", str(number)),
        ]
        if words:
            asked.append(("filter", f"~url:(?i).*({words}).*"))
    api = str(context.get("api"))
    url = f"{api}?{urlencode(asked)}"
    return Candidate(url, kind="commoncrawl", source="commoncrawl", context={**context, "start": url})


def _member(row: dict[str, object], page: Page, outlet: Outlet, window: Window) -> Candidate | None:
    original = urls.clean(str(row.get("url") or ""))
    taken = timestamp(str(row.get("timestamp") or ""))
    filename = str(row.get("filename") or "").lstrip("/")
    try:
        offset, length = int(str(row.get("offset"))), int(str(row.get("length")))
    except ValueError:
        return None
    if original is None or taken is None or not filename or offset < 0 or not 0 < length <= MAX_CAPTURE:
        return None
    last = offset + length - 1
    # The fragment is never sent; it tells captures in one file apart.
    url = f"{page.context.get('data')}/{quote(filename)}#bytes={offset}-{last}"
    item = capture_of(url, original, taken, "commoncrawl", outlet, window)
    if item is not None:
        item.context.update({"offset": offset, "length": length, "range": f"bytes={offset}-{last}"})
    return item
