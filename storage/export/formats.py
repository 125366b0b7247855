"""The formats of an export: JSON lines, plain or compressed, here; Parquet, which needs pyarrow, in ``parquet``."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

import zstandard

from storage.article import JSONL_FIELDS
from storage.errors import ConfigurationError
from storage.export.composed import composed_lines
from storage.export.files import RecordWriter
from storage.export.record import Row, delta_lines, lines

# Bytes of lines that are hashed, compressed and written at a time.
BLOCK = 500_000


class JsonLines(RecordWriter):
    """Plain JSON lines. ``composed``: the rows are those of ``storage.export.composed``."""

    suffixes = (".jsonl",)

    def __init__(
        self, path: Path, *, names: Sequence[str] = JSONL_FIELDS, delta: bool = False, composed: bool = False
    ) -> None:
        super().__init__(path, names=names, delta=delta)
        self._composed = composed
        self._held: list[bytes] = []
        self._size = 0

    def _begin(self) -> None:
        self._compressor = self._compress()
        self._sink = self._compressor or cast("IO[bytes]", self.file)

    def _compress(self) -> IO[bytes] | None:
        return None

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows as lines."""
        if self._composed:
            self._held.append(composed_lines(rows))
        else:
            self._held.append((delta_lines if self.delta else lines)(rows, self.names))
        self._size += len(self._held[-1])
        if self._size >= BLOCK:
            self._pass_on()

    def _pass_on(self) -> None:
        self.behind.do(self._sink.write, b"".join(self._held))
        self._held.clear()
        self._size = 0

    def close(self) -> None:
        """End the compressed stream, if any."""
        self._pass_on()
        self.behind.finish()
        if self._compressor is not None:
            self._compressor.close()
        super().close()

    def abandon(self) -> None:
        """Leave no trace."""
        self.behind.abandon()
        if self._compressor is not None:
            with contextlib.suppress(OSError, ValueError):  # its last bytes find no room either, and are not wanted
                self._compressor.close()
        super().abandon()


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


_LINES: tuple[type[JsonLines], ...] = (JsonLines, GzipLines, ZstdLines)


def writes_lines(path: Path) -> bool:
    """Whether the suffix asks for JSON lines, compressed or not."""
    return any(path.name.endswith(tuple(kind.suffixes)) for kind in _LINES)


def open_writer(
    path: Path, *, names: Sequence[str] = JSONL_FIELDS, delta: bool = False, composed: bool = False
) -> RecordWriter:
    """The writer for a file name's suffix; ``composed`` rows are for lines only.

    ``ConfigurationError`` for an unknown suffix or a missing extra.
    """
    for kind in _LINES:
        if path.name.endswith(tuple(kind.suffixes)):
            return kind(path, names=names, delta=delta, composed=composed)
    if path.name.endswith(".parquet"):
        try:
            from storage.export.parquet import ParquetTable
        except ModuleNotFoundError as error:
            raise ConfigurationError("Parquet files need pyarrow: pip install pyarrow, or choose .jsonl.zst") from error
        return ParquetTable(path, names=names, delta=delta)
    raise ConfigurationError(f"{path.name}: the suffix must be .jsonl, .jsonl.gz, .jsonl.zst or .parquet")
