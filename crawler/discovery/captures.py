"""One capture of a web archive as the page it was."""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler import urls
from crawler.discovery import links
from crawler.discovery.candidates import Candidate, Page, Window
from crawler.outlets import Outlet
from storage.errors import PageError

Context = dict[str, str | int | float | bool | None]
LAG = timedelta(days=730)  # pages first captured later than two years after publication are rare
MAX_INDEX = 50_000_000  # bytes of one answer of an index
MAX_CAPTURE = 20_000_000  # bytes of one captured page, unpacked


def capture_of(
    url: str, original: str, taken: datetime, source: str, outlet: Outlet, window: Window
) -> Candidate | None:
    """The candidate for a capture of ``original``, ``taken`` then; None where it is no article of the window."""
    days = urls.span(original)
    if not may_be_article(original, outlet) or not links.overlaps(days, window):
        return None
    day = days[0] if days and days[0] == days[1] else None
    return Candidate(url, source=source, published=day, original_url=original, captured_at=taken)


# Old systems name an article by a number alone ("/index.php/detik.read/…/idnews/1107852", "?view=article&id=20145").
_NUMBERED = re.compile(r"[0-9]{5,}")
_NAMED = re.compile(r"[A-Za-z]{3,}")


def may_be_article(url: str, outlet: Outlet) -> bool:
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
