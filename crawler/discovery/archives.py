"""Web archives: captures of pages that are gone or older than any index.

* Wayback Machine: the CDX server (github.com/internetarchive/wayback/tree/master/wayback-cdx-server), read with resume
  keys; a capture's bytes as they were are at ``/web/<timestamp>id_/<url>``.
* Common Crawl: ``collinfo.json`` names the crawls, each crawl's index answers in JSON lines, and a capture is one gzip
  member of a WARC file, asked for with a Range header (commoncrawl.org/the-data/get-started).

The capture keeps its page's own URL and the time it was taken; ``read_capture`` gives both back with the page.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.discovery import links, urls
from crawler.discovery.candidates import Candidate, Page, Reading, Window
from crawler.outlets import Outlet
from storage.errors import ConfigurationError, PageError

Context = dict[str, str | int | float | bool | None]
LIMIT = 1_000  # rows of one CDX answer
LAG = timedelta(days=730)  # pages first captured later than two years after publication are rare
MAX_PAGES = 500  # of one crawl's index for one domain; 15,000 rows each before filters
MAX_INDEX = 50_000_000  # bytes of one answer of an index
MAX_CAPTURE = 20_000_000  # bytes of one captured page, unpacked


@dataclass(frozen=True, slots=True)
class Services:
    """Where the archives are; tests point them at stand-ins on loopback."""

    wayback: str = "https://web.archive.org"
    commoncrawl_index: str = "https://index.commoncrawl.org"
    commoncrawl_data: str = "https://data.commoncrawl.org"


def entries(
    outlet: Outlet, window: Window, queries: Sequence[str], names: Sequence[str], services: Services
) -> Iterator[Candidate]:
    """The first question to each archive named ("wayback", "cc") for each of the outlet's domains.

    With queries only captures whose URL holds one of their words are asked for: whole sites are millions.
    """
    unknown = [name for name in names if name not in ("wayback", "cc")]
    if unknown:
        raise ConfigurationError(f"unknown archive {', '.join(map(repr, unknown))}: known are 'wayback' and 'cc'")
    words = _words(queries)
    if "wayback" in names:
        for domain in outlet.domains:
            yield _cdx(services.wayback, domain, window, words, None, 1)
    if "cc" in names:
        for domain in outlet.domains:
            yield Candidate(
                f"{services.commoncrawl_index.rstrip('/')}/collinfo.json#{domain}",
                kind="commoncrawl",
                source="commoncrawl",
                context={
                    "step": "crawls",
                    "index": services.commoncrawl_index.rstrip("/"),
                    "data": services.commoncrawl_data.rstrip("/"),
                    "domain": domain,
                    "words": words,
                },
            )


def _words(queries: Sequence[str]) -> str:
    """The words of the queries as alternatives of a regular expression, for slugs: lower case, ASCII letters only."""
    found = {word for query in queries for word in re.findall(r"[a-z]{4,}", query.lower())}
    return "|".join(sorted(found))


def _cdx(base: str, domain: str, window: Window, words: str, resume: str | None, number: int) -> Candidate:
    base = base.rstrip("/")
    asked = [
        ("url", domain),
        ("matchType", "host" if urls.is_address(domain) else "domain"),
        ("output", "json"),
        ("fl", "timestamp,original,mimetype,statuscode,digest,length"),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "urlkey"),
        ("limit", str(LIMIT)),
        ("showResumeKey", "true"),
    ]
    if words:
        asked.append(("filter", f"original:(?i).*({words}).*"))
    if window.since:
        asked.append(("from", f"{window.since:%Y%m%d}"))
    if window.until:
        asked.append(("to", f"{window.until + LAG:%Y%m%d}"))
    if resume:
        asked.append(("resumeKey", resume))
    context: Context = {
        "base": base, "domain": domain, "words": words, "page": number, "start": f"{base}/cdx {domain}",
    }  # fmt: skip
    return Candidate(f"{base}/cdx/search/cdx?{urlencode(asked)}", kind="wayback", source="wayback", context=context)


def read_wayback(page: Page, outlet: Outlet, window: Window) -> Reading:
    """Captures of articles from one CDX answer, the earliest of each page, and the next answer by its resume key."""
    try:
        rows = json.loads(page.body[:MAX_INDEX] or b"[]")
    except (ValueError, RecursionError):
        return Reading(troubles=["CDX answer is not JSON"])
    if not isinstance(rows, list):
        return Reading(troubles=["CDX answer is not a list"])
    base = str(page.context.get("base") or "")
    reading, resume = Reading(), None
    names: list[str] = []
    seen: set[str] = set()
    for row in rows:
        if not isinstance(row, list) or not all(isinstance(value, str) for value in row):
            continue
        if not names:
            names = row
        elif len(row) == 1:
            resume = row[0]  # after an empty row
        elif len(row) == len(names):
            fields = dict(zip(names, row, strict=True))
            original = urls.clean(fields.get("original", ""))
            taken = _stamp(fields.get("timestamp", ""))
            if original is None or taken is None:
                continue
            key = urls.identity(original, outlet)
            capture = f"{base}/web/{fields['timestamp']}id_/{fields['original']}"
            item = _capture(capture, original, taken, "wayback", outlet, window)
            if item and key not in seen:
                seen.add(key)
                reading.candidates.append(item)
    if resume:
        number = int(page.context.get("page") or 1) + 1
        reading.candidates.append(
            _cdx(base, str(page.context.get("domain")), window, str(page.context.get("words") or ""), resume, number)
        )
    return reading


def _capture(url: str, original: str, taken: datetime, source: str, outlet: Outlet, window: Window) -> Candidate | None:
    if not urls.looks_like_article(original, outlet) or not links.overlaps(urls.span(original), window):
        return None
    days = urls.span(original)
    day = days[0] if days and days[0] == days[1] else None
    return Candidate(url, source=source, published=day, original_url=original, captured_at=taken)


def _stamp(digits: str) -> datetime | None:
    """A 14-digit timestamp of a capture; archives' clocks are UTC."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(digits) == 14 else None
    except ValueError:
        return None


def read_commoncrawl(page: Page, outlet: Outlet, window: Window) -> Reading:
    """The crawls that may hold the window; how many pages a crawl's index has; or the captures of one of them."""
    step = page.context.get("step")
    if page.status >= 400:
        return Reading(troubles=["collinfo not readable"] if step == "crawls" else [])  # 404 is "No Captures found"
    if step == "crawls":
        return _crawls(page, window)
    if step == "pages":
        return _pages(page)
    reading = Reading()
    for line in io.BytesIO(page.body[:MAX_INDEX]):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            if "broken index line" not in reading.troubles:
                reading.troubles.append("broken index line")
        elif (item := _member(row, page, outlet, window)) is not None:
            reading.candidates.append(item)
    return reading


def _pages(page: Page) -> Reading:
    """One candidate per page. The index cuts pages before it filters: an empty one does not mean the last."""
    try:
        pages = json.loads(page.body[:MAX_INDEX])["pages"]
    except (ValueError, RecursionError, KeyError, TypeError):
        pages = None
    if not isinstance(pages, int):
        return Reading(troubles=["index says no number of pages"])
    context = {**page.context, "step": "index"}
    reading = Reading([_index(context, number) for number in range(min(pages, MAX_PAGES))])
    if pages > MAX_PAGES:
        reading.troubles.append(f"index of more than {MAX_PAGES} pages")
    return reading


def _crawls(page: Page, window: Window) -> Reading:
    try:
        crawls = json.loads(page.body[:MAX_INDEX])
    except (ValueError, RecursionError):
        crawls = None
    if not isinstance(crawls, list):
        return Reading(troubles=["collinfo is not a list"])
    reading = Reading()
    for crawl in crawls:
        address = crawl.get("cdx-api") if isinstance(crawl, dict) else None
        if not isinstance(address, str):
            continue
        first, last = _bounds(crawl)
        if window.since and last and last < window.since:
            continue
        if window.until and first and first > window.until + LAG:
            continue
        # Only the path is taken over: the question goes to the service that was configured, whatever the list says.
        context = {**page.context, "step": "pages", "api": f"{page.context.get('index')}{urlsplit(address).path}"}
        reading.candidates.append(_index(context, None))
    return reading


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
    taken = _stamp(str(row.get("timestamp") or ""))
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
    item = _capture(url, original, taken, "commoncrawl", outlet, window)
    if item is not None:
        item.context.update({"offset": offset, "length": length, "range": f"bytes={offset}-{last}"})
    return item


_ARCHIVED = re.compile(r"/web/(\d{14})[a-z_]{0,4}/(https?:/{1,2}.+)$")


def captured_url(url: str) -> str | None:
    """The page that an address of the Wayback Machine is a capture of; None for any other address."""
    match = _ARCHIVED.search(url)
    return urls.clean(re.sub(r"^(https?:)/{1,2}", r"\1//", match[2])) if match else None


def read_capture(page: Page) -> tuple[str, dict[str, str], bytes, datetime]:
    """A fetched capture as the page it was: its URL, headers (lower-case names), body, and when it was taken (UTC).

    Knows the Wayback Machine's answers by their address and WARC records, gzipped or not, by their first bytes. Raises
    ``PageError`` where the answer holds no captured page.
    """
    if page.body[:2] == b"\x1f\x8b" or page.body[:5] == b"WARC/":
        return _record(page)
    match = _ARCHIVED.search(page.url)
    taken = _stamp(match[1]) if match else None
    if match is None or taken is None:
        raise PageError(f"{page.url}: holds no capture of a web archive")
    original = captured_url(page.url) or match[2]
    told = page.headers.get("memento-datetime")
    if told:
        with contextlib.suppress(ValueError, TypeError):
            taken = parsedate_to_datetime(told).astimezone(UTC)
    prefix = "x-archive-orig-"
    headers = {name[len(prefix) :]: value for name, value in page.headers.items() if name.startswith(prefix)}
    headers.setdefault("content-type", page.headers.get("content-type", "text/html"))
    for hop in ("content-encoding", "transfer-encoding", "content-length"):
        headers.pop(hop, None)  # the body in hand is unpacked
    return original, headers, page.body, taken


def _record(page: Page) -> tuple[str, dict[str, str], bytes, datetime]:
    try:
        for record in ArchiveIterator(io.BytesIO(page.body)):
            if record.rec_type not in ("response", "resource"):
                continue
            url = urls.clean(record.rec_headers.get_header("WARC-Target-URI") or "")
            told = record.rec_headers.get_header("WARC-Date") or ""
            content = record.content_stream().read(MAX_CAPTURE + 1)
            if url is None or len(content) > MAX_CAPTURE:
                what = "its WARC record has no URL" if url is None else "the captured page is too large"
                raise PageError(f"{page.url}: {what}")
            if getattr(record.raw_stream, "limit", 0) > 0:  # bytes that the record announces and the answer lacks
                raise PageError(f"{page.url}: the WARC record is cut off")
            fields = record.http_headers.headers if record.http_headers else []
            headers = {str(name).lower(): str(value) for name, value in fields}
            for hop in ("content-encoding", "transfer-encoding", "content-length"):
                headers.pop(hop, None)
            return url, headers, content, datetime.fromisoformat(told).astimezone(UTC)
    except (ArchiveLoadFailed, ValueError, OSError, EOFError, zlib.error) as error:  # whose texts quote what they read
        raise PageError(f"{page.url}: broken WARC record ({type(error).__name__})") from error
    raise PageError(f"{page.url}: the answer holds no WARC response record")
