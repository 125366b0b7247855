"""Records of WARC files read back, bounded; what is damaged is left out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

from crawler.fetching.encodings import NotDecodable, decode


class BrokenRecord(ValueError):  # noqa: N818 - reads as what is wrong
    """A record that cannot be read back as the page it was; the message says why."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A response record read back: ``body`` decoded of its Content-Encoding, bounded.

    ``truncated`` is the record's own word that it does not hold all of the answer (``WARC-Truncated``: "length",
    "time", "disconnect", "unspecified"; ISO 28500, 5.13).
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    captured_at: datetime | None
    archive_ref: str | None = None
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a response record says of itself, as written: ``WARC-Target-URI``, ``-Date``, ``-Payload-Digest``."""

    url: str
    date: str
    payload_digest: str


def read_ref(folder: str | Path, ref: str, max_bytes: int) -> Capture | None:
    """The record behind an ``archive_ref``; None if it is not there or damaged."""
    member = _member(folder, ref)
    return None if member is None else next(captures(io.BytesIO(member), max_bytes), None)


def head_of(folder: str | Path, ref: str) -> Head | None:
    """The head of the response record behind an ``archive_ref``; None if it is not there or damaged."""
    try:
        member = _member(folder, ref)
    except OSError:
        return None
    record = None if member is None else next(_responses(io.BytesIO(member)), None)
    if record is None:
        return None
    names = ("WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest")
    return Head(*(record.rec_headers.get_header(name) or "" for name in names))


def _member(folder: str | Path, ref: str) -> bytes | None:
    """The bytes that a reference leads to, packed; None where it leads out of the archive or to no file."""
    name, _, place = ref.partition("#")
    offset, _, length = place.partition(",")
    path = (Path(folder) / name).resolve()
    if not path.is_relative_to(Path(folder).resolve()) or not path.is_file() or not offset.isdecimal():
        return None
    with path.open("rb") as file:
        file.seek(int(offset))
        return file.read(int(length) if length.isdecimal() else -1)


def captures(stream: BinaryIO, max_bytes: int) -> Iterator[Capture]:
    """All response records of a WARC stream (plain or .gz). A cut-off last record ends the stream without an error."""
    for record in _responses(stream):
        try:
            yield _capture(record, max_bytes)
        except BrokenRecord:  # one damaged payload must not hide the records after it
            continue


def whole_capture(body: bytes, max_bytes: int) -> Capture:
    """The first response record of some bytes, where it is whole. Raises ``BrokenRecord``."""
    for record in _responses(io.BytesIO(body), damaged=True):
        capture = _capture(record, max_bytes, whole=True)
        if capture.truncated:
            raise BrokenRecord(f"the record was cut off when it was made (WARC-Truncated: {capture.truncated[:40]})")
        if not capture.url:
            raise BrokenRecord("the record has no URL")
        if capture.captured_at is None:
            raise BrokenRecord("the record has no time")
        return capture
    raise BrokenRecord("no WARC response record")


def _responses(stream: BinaryIO, *, damaged: bool = False) -> Iterator[Any]:
    """The response and resource records of a stream. What is damaged ends it, with ``damaged`` as ``BrokenRecord``."""
    records = ArchiveIterator(stream, no_record_parse=False)
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except Exception as error:  # warcio and zlib raise many kinds on a damaged tail; what came before counts
            if damaged:
                raise BrokenRecord(f"broken WARC record ({type(error).__name__})") from error
            return
        if (record.rec_type == "response" and record.http_headers is not None) or (
            damaged and record.rec_type == "resource"
        ):
            yield record


def _capture(record: Any, max_bytes: int, *, whole: bool = False) -> Capture:
    """A record as a capture. Raises ``BrokenRecord``."""
    told, answer = record.rec_headers.get_header, record.http_headers
    try:
        body = _content(record, max_bytes, whole=whole)
    except NotDecodable as error:
        raise BrokenRecord(f"the captured page cannot be unpacked: {error}") from error
    except Exception as error:  # warcio's and zlib's; their texts quote what they read
        raise BrokenRecord(f"broken WARC record ({type(error).__name__})") from error
    if whole and getattr(record.raw_stream, "limit", 0) > 0:  # bytes that the record announces and that are not there
        raise BrokenRecord("the WARC record is cut off")
    status = answer.get_statuscode() if answer is not None else "200"
    return Capture(
        url=told("WARC-Target-URI") or "",
        status=int(status) if str(status).isdigit() else 0,
        headers={str(name).lower(): str(value) for name, value in answer.headers} if answer is not None else {},
        body=body,
        captured_at=_parse_date(told("WARC-Date")),
        truncated=told("WARC-Truncated"),
    )


def _content(record: Any, most: int, *, whole: bool) -> bytes:
    """The payload, decoded. Raises ``NotDecodable`` where it is larger than ``most`` bytes, packed or not."""
    header = record.http_headers.get_header if record.http_headers is not None else lambda _: None
    stream = unchunked(record.raw_stream, header("Transfer-Encoding"))
    pieces, left = [], most + 1
    while left > 0 and (piece := stream.read(min(left, 1024 * 1024))):  # a stream may give less than it is asked for
        pieces.append(piece)
        left -= len(piece)
    if left <= 0:
        raise NotDecodable(f"larger than {most} bytes")
    return decode(b"".join(pieces), header("Content-Encoding"), most, whole=whole)


def unchunked(stream: BinaryIO, transfer_encoding: str | None) -> BinaryIO:
    """A body as it was before it was sent in chunks, which some programs archive; what is no chunk stays as it is."""
    if (transfer_encoding or "").strip().lower() == "chunked":
        return ChunkedDataReader(stream)  # type: ignore[no-any-return]
    return stream


def _parse_date(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
