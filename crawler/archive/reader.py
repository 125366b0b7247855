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

from crawler.archive.encodings import NotDecodable, decode


@dataclass(frozen=True, slots=True)
class Capture:
    """A response record read back: ``body`` decoded of its Content-Encoding, bounded."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    captured_at: datetime | None
    archive_ref: str | None = None


def read_ref(folder: str | Path, ref: str, max_bytes: int) -> Capture | None:
    """The record behind an ``archive_ref``; None if it is not there or damaged."""
    name, _, place = ref.partition("#")
    offset, _, length = place.partition(",")
    path = (Path(folder) / name).resolve()
    if not path.is_relative_to(Path(folder).resolve()) or not path.is_file() or not offset.isdecimal():
        return None
    with path.open("rb") as file:
        file.seek(int(offset))
        member = file.read(int(length) if length.isdecimal() else -1)
    return next(captures(io.BytesIO(member), max_bytes), None)


def captures(stream: BinaryIO, max_bytes: int) -> Iterator[Capture]:
    """All response records of a WARC stream (plain or .gz). A cut-off last record ends the stream without an error."""
    records = ArchiveIterator(stream, no_record_parse=False)
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - warcio and zlib raise many kinds on a damaged tail; what came before counts
            return
        if record.rec_type != "response" or record.http_headers is None:
            continue
        try:
            body = _content(record, max_bytes)
        except Exception:  # noqa: BLE001, S112 - one damaged payload must not hide the records after it
            continue
        status = record.http_headers.get_statuscode()
        yield Capture(
            url=record.rec_headers.get_header("WARC-Target-URI") or "",
            status=int(status) if str(status).isdigit() else 0,
            headers={name.lower(): value for name, value in record.http_headers.headers},
            body=body,
            captured_at=_parse_date(record.rec_headers.get_header("WARC-Date")),
        )


def _content(record: Any, most: int) -> bytes:
    """The payload, decoded. Raises ``NotDecodable`` where it is larger than ``most`` bytes, packed or not."""
    header = record.http_headers.get_header
    stream = record.raw_stream
    if (header("Transfer-Encoding") or "").strip().lower() == "chunked":  # in archives of other programs
        stream = ChunkedDataReader(stream)
    pieces, left = [], most + 1
    while left > 0 and (piece := stream.read(min(left, 1024 * 1024))):  # a stream may give less than it is asked for
        pieces.append(piece)
        left -= len(piece)
    if left <= 0:
        raise NotDecodable(f"larger than {most} bytes")
    return decode(b"".join(pieces), header("Content-Encoding"), most)


def _parse_date(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
