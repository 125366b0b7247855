"""Files that are there whole or not at all: written beside their place, flushed to the disk, then renamed.

What a killed export leaves is a ``.NAME.PID.part`` file, which the next export to the same name removes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from storage.article import JSONL_FIELDS
from storage.errors import StorageError
from storage.export.record import Row

# Blocks that may wait for the thread that writes: enough to even out the disk's pauses, few MB.
WAITING = 4
# Bytes after which what was written is on its way to the disk, so that not all of it is left for the end.
FLUSHED = 16_000_000
# The disk is full, the user's share of it, or the largest size that a file may have.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class AtomicFile(io.RawIOBase):
    """A new file that takes its name with ``publish`` only. Counts and hashes (SHA-256) what is written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._sha = hashlib.sha256()
        self.size = self._flushed = 0
        self._discarded = False
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
        """Write all of ``data``; once the file is discarded, nothing.

        A compressor that found no room for its head is closed when it is collected, and then writes its tail.
        """
        view = memoryview(data).cast("B")
        if self._discarded:
            return len(view)
        self._sha.update(view)
        written = 0
        while written < len(view):
            written += self._file.write(view[written:])
        self.size += written
        if self.size - self._flushed >= FLUSHED:
            self._set_off()
        return written

    def _set_off(self) -> None:
        """Let Linux begin to write to the disk, without waiting for it; elsewhere it is all left for the end."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), self._flushed, self.size - self._flushed, os.POSIX_FADV_DONTNEED)
        self._flushed = self.size

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
        self._discarded = True
        with contextlib.suppress(OSError):  # some file systems tell only now that they had no room
            self._file.close()
        self._part.unlink(missing_ok=True)


class Behind:
    """A thread that does in order what it is given, at most ``waiting`` tasks behind.

    Hashing, compressing and writing leave Python's lock to the thread that reads. What a task raises comes out of a
    later call, of ``finish`` at the latest.
    """

    def __init__(self, waiting: int) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="export")
        self._waiting: deque[Future[object]] = deque()
        self._most = waiting

    def do(self, task: Callable[[Any], object], argument: object) -> None:
        """Have ``task(argument)`` called after all earlier ones."""
        while len(self._waiting) >= self._most:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(task, argument))

    def finish(self) -> None:
        """Wait for everything."""
        while self._waiting:
            self._waiting.popleft().result()
        self._thread.shutdown()

    def abandon(self) -> None:
        """Wait for the task at work and drop those after it."""
        self._thread.shutdown(cancel_futures=True)


class RecordWriter(ABC):
    """Writes rows (in the order of ``names``) to an ``AtomicFile``; a context manager that cleans up on errors."""

    suffixes: Sequence[str] = ()
    waiting = WAITING

    def __init__(self, path: Path, *, names: Sequence[str] = JSONL_FIELDS, delta: bool = False) -> None:
        self.names = names  # of the values in a row
        self.delta = delta  # rows carry what changed as one further value
        self.file = AtomicFile(path)
        self.behind = Behind(self.waiting)
        try:
            self._begin()
        except BaseException as error:
            self.file.discard()
            if isinstance(error, OSError):
                raise cannot_write(path, error) from error
            raise

    def _begin(self) -> None:  # noqa: B027 - not every format has something to write before the rows
        """Write what stands before the rows; the disk may be full already."""

    @abstractmethod
    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is still held back and bring it to the disk."""
        self.file.finish()

    def abandon(self) -> None:
        """Leave no trace."""
        self.behind.abandon()
        self.file.discard()

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            self.abandon()
        if isinstance(error, OSError):
            raise cannot_write(self.file.path, error) from error


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
