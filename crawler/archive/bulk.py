"""WARC files of others, read in bulk: Common Crawl's news archive, a library's, a colleague's.

fastwarc reads; records are bounded, and what is damaged is named and passed over: after a broken gzip member the next
one is looked for by its magic number, after a broken plain record the next line that begins a record (ISO 28500).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
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
_MEMBER = re.compile(rb"\x1f\x8b\x08")  # of gzip (RFC 1952, 2.3.1)
_BEGINS = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n[A-Za-z]{1,20}-")  # a record, and its first field
_LONGEST = 32  # characters that either may take
_BEHIND = b"\r\n\r\nWARC/1."  # a record behind another one
CUT_OFF, SWALLOWED = "cut off", "wrong length: it takes in the record behind it"
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
    A file that ends in the middle of a record gives that record as ``trouble``. Offsets are those of the file, or of
    what it unpacks to where that is one member. Raises ``OSError`` of the stream only where the stream itself cannot be
    read or sought.
    """
    stream, packed, start = _opened(stream)
    start = max(after, start)
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
                found = Record(last, trouble=unwanted, url=url) if unwanted else _read(record, url, last)
                yield found
                if found.trouble in (CUT_OFF, SWALLOWED):  # its length cannot be believed: nor what is behind it
                    break
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001 - damaged bytes raise many kinds; what comes after them counts
            if last > after:
                yield Record(last, trouble=f"damaged record ({type(error).__name__})")
        # Also where the reader says that this was all: between garbage and at wrong lengths it stops without a word.
        further = _next(stream, last + 1, packed)
        if further is None:
            return
        after, start = max(after, last), further


def _opened(stream: BinaryIO) -> tuple[BinaryIO, bool, int]:
    """The stream to be read, whether it is packed, and where its first record begins.

    A file packed as a whole has no place in it to begin at: it is read as what it unpacks to.
    """
    stream.seek(0)
    head = stream.read(_PIECE)
    plain, member = _BEGINS.search(head), _MEMBER.search(head)
    if member is None or (plain is not None and plain.start() < member.start()):
        return stream, False, plain.start() if plain is not None else 0
    packed = member.start()
    try:
        first = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head[packed:], 8 * _PIECE)
    except zlib.error:
        first = b""
    if not packed and len(_BEGINS.findall(first)) > 1:
        stream.seek(0)
        return gzip.GzipFile(fileobj=stream), False, 0  # type: ignore[return-value]
    return stream, True, packed


def _next(stream: BinaryIO, start: int, packed: bool) -> int | None:
    """Where the next record may begin, from ``start`` on."""
    begins, at, tail = _MEMBER if packed else _BEGINS, start, b""
    try:
        stream.seek(start)
        while piece := stream.read(_PIECE):
            if place := begins.search(tail + piece):
                return at - len(tail) + place.start()
            at += len(piece)
            tail = piece[-_LONGEST:]
    except (EOFError, zlib.error, gzip.BadGzipFile):  # of a file packed as a whole: there is no way on
        return None
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
    if len(body) < record.content_length:
        return Record(offset, trouble=CUT_OFF, url=url)
    pairs = [(str(name), str(value)) for name, value in headers]
    fields = {name.lower(): value for name, value in pairs}
    if fields.get("content-length") != str(len(body)) and _BEHIND in body:
        return Record(offset, trouble=SWALLOWED, url=url)
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
