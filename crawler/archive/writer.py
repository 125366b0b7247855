"""Raw pages as WARC (ISO 28500): what the server sent, byte for byte, so that every article can be read again.

One file per run and process, gzip member per record (a crash cuts off at most the last member). A record is flushed
before the database transaction that refers to it commits; ``archive_ref`` is ``FILE#OFFSET,LENGTH`` below ARCHIVE_DIR.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.reader import head_of
from crawler.fetching.raw_responses import RawResponse
from storage.errors import StorageError

ROTATE_BYTES = 1024**3  # 1 GB, the size the WARC guidelines of the IIPC recommend
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive"}  # already undone by the client


class Archive:
    """Writer of one run's WARC files below ``folder``. Not for several processes at once on one name."""

    def __init__(self, folder: str | Path, name: str, software: str = "conflict_news") -> None:
        self.folder = Path(folder)
        self._name, self._software, self._number = name, software, 0
        self._file: BinaryIO | None = None
        self._path = self.folder

    def write(self, url: str, raw: RawResponse, fetched_at: datetime, before: str | None = None) -> str:
        """Append one response record and return its ``archive_ref``. Raises ``StorageError`` (disk full, no right).

        Where the record behind the reference ``before`` holds the very same bytes of the same address, a short revisit
        record (ISO 28500, 6.7.2) says that they were seen again, and ``before`` is returned.
        """
        known = head_of(self.folder, before) if before else None
        same = known is not None and (known.url, known.payload_digest) == (url, payload_digest(raw.body))
        headers = [pair for pair in raw.headers if pair[0].lower() not in _HOP_BY_HOP]
        told = StatusAndHeaders(f"{raw.status} OK", headers, protocol="HTTP/1.1")
        date = {"WARC-Date": _warc_date(fetched_at)}
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True)
        if same and known is not None:
            record = writer.create_revisit_record(
                url, known.payload_digest, known.url, known.date, http_headers=told, warc_headers_dict=date
            )
        else:
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(raw.body),
                length=len(raw.body),  # unknown, it would be found out through a temporary file
                http_headers=told,
                warc_headers_dict=date,
            )
        writer.write_record(record)
        try:
            if self._file is None or self._file.tell() > ROTATE_BYTES or self._deleted():
                self._open()
            offset = self._append(buffer.getvalue())
        except OSError as error:
            raise self._trouble(error) from error
        if same and before is not None:
            return before
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


def payload_digest(body: bytes) -> str:
    """As ``WARC-Payload-Digest`` gives it: SHA-1 in base 32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def _warc_date(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
