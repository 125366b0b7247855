"""WARC files of others, read in bulk: Common Crawl's news archive, a library's, a colleague's.

fastwarc reads; records are bounded, and what is damaged is named and passed over: after a broken gzip member the next
one is looked for by its magic number, after a broken plain record the next line that begins a record (ISO 28500).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.archive.reader import Capture, unchunked
from crawler.fetching.encodings import NotDecodable, decode
from crawler.fetching.raw_responses import RawResponse

MAX_RECORD = 20_000_000  # bytes of a record's block; larger ones are films and dumps, and are passed over unread
MAX_BODY = 8 * 1024 * 1024  # bytes of a page, unpacked, as of the live crawl
_PIECE = 1024 * 1024  # bytes searched at a time for the next record after a damaged one
_MAGIC = {True: b"\x1f\x8b\x08", False: b"\nWARC/1."}
MAX_DAMAGES = 1000  # in one file; more is noise, not an archive


@dataclass(frozen=True, slots=True)
class Record:
    """One response record at ``offset``: a capture and the raw answer, or the reason why there is none."""

    offset: int
    capture: Capture | None = None
    raw: RawResponse | None = None
    trouble: str | None = None
    url: str = ""


def records(
    stream: BinaryIO, after: int = -1, passed_over: Callable[[str], str | None] = lambda _url: None
) -> Iterator[Record]:
    """All response records of a seekable stream behind offset ``after``, damaged and oversized ones by their trouble.

    ``passed_over`` says why a page is not wanted, by its address alone: it is not unpacked, and that is its trouble.
    A file that ends in the middle of a record gives that record as ``trouble``. Raises ``OSError`` of the stream only
    where the stream itself cannot be read or sought.
    """
    packed = _packed(stream)
    start = max(after, 0)
    for _ in range(MAX_DAMAGES):
        stream.seek(start)
        last = start
        try:
            for record in ArchiveIterator(stream, WarcRecordType.any_type, parse_http=False, func_filter=None):
                last = record.stream_pos  # of the stream, wherever reading began
                if last <= after or record.record_type != WarcRecordType.response:
                    continue
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                unwanted = passed_over(url)
                yield Record(last, trouble=unwanted, url=url) if unwanted else _read(record, url, last)
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001 - damaged bytes raise many kinds; what comes after them counts
            yield Record(last, trouble=f"damaged record ({type(error).__name__})")
        else:
            return
        found = _next(stream, last + 1, packed)
        if found is None:
            return
        after, start = max(after, last), found


def _packed(stream: BinaryIO) -> bool:
    stream.seek(0)
    return stream.read(2) == b"\x1f\x8b"


def _next(stream: BinaryIO, start: int, packed: bool) -> int | None:
    """Where the next record may begin, from ``start`` on."""
    magic, at, tail = _MAGIC[packed], start, b""
    stream.seek(start)
    while piece := stream.read(_PIECE):
        place = (tail + piece).find(magic)
        if place >= 0:
            return at - len(tail) + place + (0 if packed else 1)
        at += len(piece)
        tail = piece[-(len(magic) - 1) :]
    return None


def _read(record: WarcRecord, url: str, offset: int) -> Record:
    if record.headers.get("WARC-Truncated"):
        return Record(offset, trouble="truncated by its archive", url=url)
    if record.content_length > MAX_RECORD:
        return Record(offset, trouble="record too large", url=url)
    told = record.content_length
    try:
        record.parse_http()
        body = record.reader.read(MAX_RECORD + 1)
    except Exception as error:  # noqa: BLE001 - as above, of one record
        return Record(offset, trouble=f"damaged record ({type(error).__name__})", url=url)
    headers = record.http_headers
    if headers is None or headers.status_code is None:
        return Record(offset, trouble="no HTTP head" if told else "empty record", url=url)
    pairs = [(str(name), str(value)) for name, value in headers]
    fields = {name.lower(): value for name, value in pairs}
    body = unchunked(io.BytesIO(body), fields.get("transfer-encoding")).read()
    try:
        plain = decode(body, fields.get("content-encoding"), MAX_BODY, whole=True)
    except NotDecodable as error:
        return Record(offset, trouble=f"body cannot be unpacked ({error})"[:120], url=url)
    status = int(headers.status_code)
    capture = Capture(url, status, fields, plain, _date(record))
    return Record(offset, capture, RawResponse(status, pairs, body), url=url)


def _date(record: WarcRecord) -> datetime | None:
    found: object = record.record_date
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
