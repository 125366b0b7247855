"""Files that are there whole or not at all: written beside their place, flushed to the disk, then renamed.

What a killed export leaves is a ``.NAME.PID.part`` file, which the next export to the same name removes.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

import zstandard

from storage.errors import ConfigurationError, StorageError
from storage.record import Row, line, withdrawn_line

# Lines joined before they are hashed, compressed and written: a few hundred kB at a time.
LINES = 256
# The disk is full, the user's share of it, or the largest size that a file may have.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class AtomicFile(io.RawIOBase):
    """A new file that takes its name with ``publish`` only. Counts and hashes (SHA-256) what is written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._sha = hashlib.sha256()
        self.size = 0
        _remove_leftovers(path)
        self._part = path.parent / f".{path.name}.{os.getpid()}.part"
        try:
            self._file: IO[bytes] = self._part.open("wb", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error

    @property
    def sha256(self) -> str:
        """Hex digest of everything written so far."""
        return self._sha.hexdigest()

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes written so far (Parquet notes offsets)."""
        return self.size

    def write(self, data: Any) -> int:
        """Write all of ``data``."""
        view = memoryview(data).cast("B")
        self._sha.update(view)
        written = 0
        while written < len(view):
            written += self._file.write(view[written:])
        self.size += written
        return written

    def finish(self) -> None:
        """Bring everything to the disk; the file still has its temporary name."""
        os.fsync(self._file.fileno())
        self._file.close()

    def publish(self) -> None:
        """Give the file its name, replacing what was there."""
        self._part.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Leave no trace of what was not published."""
        with contextlib.suppress(OSError):  # some file systems tell only now that they had no room
            self._file.close()
        self._part.unlink(missing_ok=True)


class RecordWriter(ABC):
    """Writes rows (in the order of JSONL_FIELDS) to an ``AtomicFile``; a context manager that cleans up on errors."""

    suffixes: Sequence[str] = ()

    def __init__(self, path: Path, *, delta: bool = False) -> None:
        self.delta = delta  # rows carry what changed as one further value
        self.file = AtomicFile(path)
        try:
            self._begin()
        except OSError as error:
            self.file.discard()
            raise cannot_write(path, error) from error

    def _begin(self) -> None:  # noqa: B027 - not every format has something to write before the rows
        """Write what stands before the rows; the disk may be full already."""

    @abstractmethod
    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is still held back and bring it to the disk."""
        self.file.finish()

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            self.file.discard()
        if isinstance(error, OSError):
            raise cannot_write(self.file.path, error) from error


class JsonLines(RecordWriter):
    """Plain JSON lines."""

    suffixes = (".jsonl",)

    def _begin(self) -> None:
        self._compressor = self._compress()
        self._sink = self._compressor or cast("IO[bytes]", self.file)

    def _compress(self) -> IO[bytes] | None:
        return None

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows as lines."""
        render: Callable[[Row], bytes] = _delta_line if self.delta else line
        for start in range(0, len(rows), LINES):
            lines = [render(row) for row in rows[start : start + LINES]]
            lines.append(b"")
            self._sink.write(b"\n".join(lines))

    def close(self) -> None:
        """End the compressed stream, if any."""
        if self._compressor is not None:
            self._compressor.close()
        super().close()


class GzipLines(JsonLines):
    """JSON lines in one gzip member without name and time: same lines, same bytes."""

    suffixes = (".jsonl.gz",)

    def _compress(self) -> IO[bytes] | None:
        return cast("IO[bytes]", gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self.file, mtime=0))


class ZstdLines(JsonLines):
    """JSON lines in one zstd frame with a checksum."""

    suffixes = (".jsonl.zst",)

    def _compress(self) -> IO[bytes] | None:
        compressor = zstandard.ZstdCompressor(level=6, write_checksum=True)
        return cast("IO[bytes]", compressor.stream_writer(cast("IO[bytes]", self.file), closefd=False))


def _delta_line(row: Row) -> bytes:
    *fields, change = row
    record = withdrawn_line(fields) if change == "withdrawn" else line(fields)
    return record[:-1] + f',"change":"{change}"}}'.encode()


def open_writer(path: Path, *, delta: bool = False) -> RecordWriter:
    """The writer for a file name's suffix. ``ConfigurationError`` for an unknown one or a missing extra."""
    kinds: list[type[RecordWriter]] = [JsonLines, GzipLines, ZstdLines]
    for kind in kinds:
        if path.name.endswith(tuple(kind.suffixes)):
            return kind(path, delta=delta)
    if path.name.endswith(".parquet"):
        try:
            from storage.parquet import ParquetTable
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                "Parquet files need pyarrow: pip install pyarrow, or choose .jsonl.zst"
            ) from error
        return ParquetTable(path, delta=delta)
    raise ConfigurationError(f"{path.name}: the suffix must be .jsonl, .jsonl.gz, .jsonl.zst or .parquet")


def write_small(path: Path, text: str) -> AtomicFile:
    """A finished, not yet published file with this text."""
    file = AtomicFile(path)
    try:
        file.write(text.encode("utf-8"))
        file.finish()
    except OSError as error:
        file.discard()
        raise cannot_write(path, error) from error
    return file


def cannot_write(path: Path, error: OSError) -> StorageError:
    """The error to show for a file that cannot be written."""
    advice = "; free some space and run the command again" if error.errno in _NO_ROOM else ""
    return StorageError(
        f"cannot write {path}: {error.strerror or error}; nothing was left behind, what was there stays{advice}"
    )


def _remove_leftovers(path: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.part")
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError as error:
        raise cannot_write(path, error) from error
    for name in names:
        match = pattern.fullmatch(name)
        if match and not Path(f"/proc/{match[1]}").exists() and int(match[1]) != os.getpid():
            (path.parent / name).unlink(missing_ok=True)
