"""One capture of a web archive as the page it was."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from crawler import urls
from crawler.archive.reader import BrokenRecord, whole_capture
from crawler.discovery import links, timestamps
from crawler.discovery.candidates import Candidate, Page, Window
from crawler.outlets import Outlet
from storage.errors import PageError

Context = dict[str, str | int | float | bool | None]
LAG = timedelta(days=730)  # pages first captured later than two years after publication are rare
MAX_INDEX = 50_000_000  # bytes of one answer of an index
MAX_CAPTURE = 20_000_000  # bytes of one captured page, unpacked
HOP_BY_HOP = ("content-encoding", "transfer-encoding", "content-length")  # the body in hand is unpacked


def capture_of(
    url: str, original: str, taken: datetime, source: str, outlet: Outlet, window: Window
) -> Candidate | None:
    """The candidate for a capture of ``original``, ``taken`` then; None where it is no article of the window."""
    days = timestamps.span(original)
    if not may_be_archived(original, outlet) or not links.overlaps(days, window):
        return None
    day = days[0] if days and days[0] == days[1] else None
    return Candidate(url, source=source, published=day, original_url=original, captured_at=taken)


# Old systems name an article by a number alone ("/index.php/detik.read/…/idnews/1107852", "?view=article&id=20145").
_NUMBERED = re.compile(r"[0-9]{5,}")
_NAMED = re.compile(r"[A-Za-z]{3,}")


def may_be_archived(url: str, outlet: Outlet) -> bool:
    """Whether a captured address may be an article's.

    ``article_urls`` tells the form of today. An archive holds those of an outlet's past as well, so it is a hint here
    and never a bar: an address that has an article's shape by itself, a number, or a day or month before its last part
    is asked for, and the page says the rest.
    """
    if urls.looks_like_article(url, outlet):
        return True
    if not urls.wanted(url, outlet):
        return False
    if urls.looks_like_article(url, outlet.model_copy(update={"article_urls": []})):
        return True
    parts = urlsplit(url)
    if _NUMBERED.search(parts.path) or _NUMBERED.search(parts.query):
        return True
    return urls.days.days_in(url) is not None and bool(_NAMED.search(parts.path.rstrip("/").rpartition("/")[2]))


def timestamp(digits: str) -> datetime | None:
    """A 14-digit timestamp of a capture; archives' clocks are UTC."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(digits) == 14 else None
    except ValueError:
        return None


_ARCHIVED = re.compile(r"/web/(\d{14})[a-z_]{0,4}/(https?:/{1,2}.{1,2000})$")


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
    taken = timestamp(match[1]) if match else None
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
    for hop in HOP_BY_HOP:
        headers.pop(hop, None)
    return original, headers, page.body, taken


def _record(page: Page) -> tuple[str, dict[str, str], bytes, datetime]:
    try:
        capture = whole_capture(page.body, MAX_CAPTURE)
    except BrokenRecord as error:
        raise PageError(f"{page.url}: {error}") from error
    url = urls.clean(capture.url)
    if url is None or capture.captured_at is None:
        raise PageError(f"{page.url}: its WARC record has no URL")
    headers = dict(capture.headers)
    for hop in HOP_BY_HOP:
        headers.pop(hop, None)
    return url, headers, capture.body, capture.captured_at.astimezone(UTC)
