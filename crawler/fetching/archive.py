"""Raw pages as WARC (ISO 28500): what the server sent, byte for byte, so that every article can be read again.

One file per run and process, gzip member per record (a crash cuts off at most the last member). A record is flushed
before the database transaction that refers to it commits; ``archive_ref`` is ``FILE#OFFSET,LENGTH`` below ARCHIVE_DIR.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.http import Request, Response
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.fetching.encodings import NotDecodable, decode
from storage.errors import StorageError

ROTATE_BYTES = 1024**3  # 1 GB, the size the WARC guidelines of the IIPC recommend
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive"}  # already undone by the client


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response as it came: status, header pairs, body still encoded by its Content-Encoding."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class RawResponses:
    """Downloader middleware next to the downloader: keeps the answer before it is decompressed."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Attach the raw response of an article to its request; everything else passes."""
        if request.meta.get("archive") and response.status == 200:
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ]
            request.meta["raw_response"] = RawResponse(response.status, headers, response.body)
        return response


class Archive:
    """Writer of one run's WARC files below ``folder``. Not for several processes at once on one name."""

    def __init__(self, folder: str | Path, name: str, software: str = "conflict_news") -> None:
        self.folder = Path(folder)
        self._name, self._software, self._number = name, software, 0
        self._file: BinaryIO | None = None
        self._path = self.folder

    def write(self, url: str, raw: RawResponse, fetched_at: datetime) -> str:
        """Append one response record and return its ``archive_ref``. Raises ``StorageError`` (disk full, no right)."""
        try:
            if self._file is None or self._file.tell() > ROTATE_BYTES or self._deleted():
                self._open()
            assert self._file is not None
            headers = [pair for pair in raw.headers if pair[0].lower() not in _HOP_BY_HOP]
            buffer = io.BytesIO()
            writer = WARCWriter(buffer, gzip=True)
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(raw.body),
                length=len(raw.body),  # unknown, it would be found out through a temporary file
                http_headers=StatusAndHeaders(f"{raw.status} OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": _warc_date(fetched_at)},
            )
            writer.write_record(record)
            offset = self._append(buffer.getvalue())
        except OSError as error:
            raise self._trouble(error) from error
        return f"{self._path.relative_to(self.folder).as_posix()}#{offset},{len(buffer.getvalue())}"

    def _deleted(self) -> bool:
        """Whether somebody has removed the open file: what is written to it then is lost without an error."""
        return self._file is not None and os.fstat(self._file.fileno()).st_nlink == 0

    def _append(self, member: bytes) -> int:
        """Write a whole gzip member or nothing of it; its offset."""
        assert self._file is not None
        offset = self._file.tell()
        left = memoryview(member)
        try:
            while left:  # unbuffered: nothing may linger that a later flush would fail on again
                left = left[self._file.write(left) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(offset)
            raise
        return offset

    def _open(self) -> None:
        self.close()
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        folder = self.folder / day
        folder.mkdir(parents=True, exist_ok=True)
        while True:  # a file of this name is another database's, or another day's begun again: never written to
            self._number += 1
            self._path = folder / f"{self._name}-{self._number:03d}.warc.gz"
            try:
                self._file = self._path.open("xb", buffering=0)
                break
            except FileExistsError:
                continue
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True)
        info = {"software": self._software, "format": "WARC File Format 1.0"}
        writer.write_record(writer.create_warcinfo_record(self._path.name, info))
        try:
            self._append(buffer.getvalue())
        except OSError:  # a file that says nothing of itself is not begun; the next record tries again
            self._file.close()
            self._file = None
            self._path.unlink(missing_ok=True)
            raise

    def sync(self) -> None:
        """Force what was written onto the disk. Raises ``StorageError``."""
        if self._file is not None:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                raise self._trouble(error) from error

    def close(self) -> None:
        """Sync and close the open file. Raises ``StorageError``."""
        if self._file is not None:
            try:
                self.sync()
            finally:
                self._file.close()
                self._file = None

    def _trouble(self, error: OSError) -> StorageError:
        return StorageError(
            f"archive {self._path}: cannot be written: {error.strerror or error}"
            " (set ARCHIVE_DIR to a folder with room, or to nothing to switch the archive off)"
        )


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


def _warc_date(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parse_date(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
