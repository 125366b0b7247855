"""Captures taken out of the archive for good, without moving any other record.

A record is a gzip member (``crawler.archive.writer``). It is written over, byte for byte, with a member of the same
length that holds a small ``metadata`` record saying that something was withdrawn here, filled up with spaces. So every
other ``archive_ref`` stays right and a file is still read from front to back by any program. A run that is appending
to the file at the same time is not disturbed: it writes behind its last record only.

What was overwritten when the machine stopped is found again: the first bytes of the new member, on the disk before
the rest is touched, tell its length (a gzip extra field, RFC 1952, 2.3.1.1).
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

CHUNK = 16 * 1024  # bytes read at a time; deflate unpacks them to 17 MB at most
STORED = 65_535  # bytes of a deflate block that is not compressed (RFC 1951, 3.2.4)
QUIET_SECONDS = 60.0  # an unfinished last record may be another run's at work if the file changed later than that

_GZIP = b"\x1f\x8b\x08"
_MARK = _GZIP + b"\x04\0\0\0\0\0\xff"  # with an extra field, no time, unknown system
_FIELD = b"WD"
_HEAD = len(_MARK) + 2 + 4 + 8  # length of the fields, one field's head, the member's length
_TRAILER = struct.pack("<LL", 0, 0)  # checksum and length of nothing
_SHORTEST = _HEAD + 2 + len(_TRAILER)


@dataclass(slots=True)
class Erased:
    """What an erasing did: records overwritten, and a line for each thing left as it was, with the reason."""

    records: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Member:
    """A stretch of a file: a gzip member with the beginning of what it holds, or a damaged one."""

    offset: int
    length: int
    head: bytes = b""
    state: str = "whole"  # whole, torn (an erasing that did not end), damaged, or unfinished (at the file's end)

    @property
    def target(self) -> str | None:
        """The address that was captured (``WARC-Target-URI``); None for records of nothing, as ours of withdrawals."""
        found = self._field(b"warc-target-uri")
        return None if found is None else found.strip("<>")

    @property
    def kind(self) -> str:
        """The record's type ("response", "revisit", "warcinfo" …); "unknown" where it is no WARC record."""
        return self._field(b"warc-type") or "unknown"

    def _field(self, wanted: bytes) -> str | None:
        for line in self.head.partition(b"\r\n\r\n")[0].split(b"\r\n"):
            name, colon, value = line.partition(b":")
            if colon and name.strip().lower() == wanted:
                return value.strip().decode("utf-8", "replace")
        return None


def erase(refs: Iterable[str], folder: Path | None) -> Erased:
    """Overwrite the records behind these ``archive_ref`` parts (``FILE#OFFSET,LENGTH``).

    What is not ours (captures in web archives, named by their URL) is passed over, what was erased before too.
    """
    done = Erased()
    for ref in refs:
        if "://" in ref or ".warc" not in ref:
            continue
        try:
            done.records += _erase_ref(ref, folder)
        except ValueError as why:
            done.left.append(f"{ref}: {why}")
        except OSError as error:
            done.left.append(f"{ref}: {error.strerror or error}")
    return done


def erase_captures(folder: Path, unwanted: Callable[[str], bool], on_progress: Callable[[int], object] = str) -> Erased:
    """Search all WARC files below a folder and overwrite every record whose address is ``unwanted``.

    That finds what no reference leads to: captures of near misses and of readings that changed nothing. Symbolic links
    are not followed. ``on_progress`` is told the number of bytes searched.
    """
    done = Erased()
    searched = 0
    for path in warc_files(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            if not path.resolve().is_relative_to(folder.resolve()):
                done.left.append(f"{name}: a symbolic link, not searched")
            continue
        try:
            _erase_in(path, name, unwanted, done, lambda place, before=searched: on_progress(before + place))  # type: ignore[misc]
            searched += path.stat().st_size
        except OSError as error:
            done.left.append(f"{name}: {error.strerror or error}")
    return done


def warc_files(folder: Path) -> Iterator[Path]:
    """The files to search, in order, and links that may lead to further ones."""
    for here, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(here, name) for name in folders if Path(here, name).is_symlink())
        yield from (Path(here, name) for name in sorted(files) if name.endswith(".warc.gz"))


def tombstone(length: int, when: datetime | None = None) -> bytes:
    """A gzip member of exactly so many bytes that says that a record was withdrawn; ``ValueError`` below 34 bytes.

    Where a record is too short for one of ours (no archive of ours has such), the member holds nothing.
    """
    content = b"withdrawn"
    stamp = (when or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\nWARC-Date: {stamp}\r\n"
        "Content-Type: text/plain\r\nContent-Length: {:010d}\r\n\r\n"
    )
    around = len(head.format(0)) + 4  # the empty lines that end a record
    blocks = 1
    while (room := length - _HEAD - len(_TRAILER) - 5 * blocks) > STORED * blocks:
        blocks += 1
    if room < around + len(content):
        return _empty(length)
    record = head.format(room - around).encode() + content.ljust(room - around) + b"\r\n\r\n"
    packed = bytearray(_beginning(length, 0))
    for number in range(blocks):
        part = record[number * STORED : (number + 1) * STORED]
        packed += struct.pack("<BHH", number == blocks - 1, len(part), len(part) ^ 0xFFFF) + part
    return bytes(packed + struct.pack("<LL", zlib.crc32(record), len(record)))


def _empty(length: int) -> bytes:
    filling = length - _SHORTEST
    if not 0 <= filling <= STORED - 12:
        raise ValueError("is no WARC record")
    return _beginning(length, filling) + b"\x03\0" + _TRAILER


def _beginning(length: int, filling: int) -> bytes:
    size = 8 + filling
    return _MARK + struct.pack("<H2sHQ", 4 + size, _FIELD, size, length) + bytes(filling)


def _erase_ref(ref: str, folder: Path | None) -> int:
    """The number of records overwritten. Raises ``ValueError`` with the reason why none could be."""
    if folder is None:
        raise ValueError("ARCHIVE_DIR is switched off")
    name, _, place = ref.partition("#")
    offset, _, length = place.partition(",")
    if not offset.isdecimal() or not (length.isdecimal() or not length):
        raise ValueError("names no place in a file")
    inside = Path(os.path.normpath(folder.resolve() / name))
    if not inside.is_relative_to(folder.resolve()) or Path(name).is_absolute():
        raise ValueError("leads out of the archive")
    if inside.resolve() != inside:
        raise ValueError("leads through a symbolic link")
    with closing(_Opened(inside)) as opened:
        member = member_at(opened.file, int(offset))
        if member.state == "whole" and _marked(opened.file, member.offset):
            return 0
        if member.state == "torn":
            opened.overwrite([member])
            return 1
        if member.state != "whole" or not member.head.startswith(b"WARC/"):
            raise ValueError("is no WARC record")
        if length and member.length != int(length):
            raise ValueError(f"the record there has {member.length} bytes")
        opened.overwrite([member])
    return 1


def _erase_in(
    path: Path, name: str, unwanted: Callable[[str], bool], done: Erased, on_progress: Callable[[int], object]
) -> None:
    with closing(_Opened(path)) as opened:
        found = []
        for member in members(opened.file):
            on_progress(member.offset)
            target = member.target
            if member.state != "torn" and (target is None or not unwanted(target)):
                continue
            if member.state == "unfinished" and time.time() - os.fstat(opened.fd).st_mtime < QUIET_SECONDS:
                done.left.append(f"{name}#{member.offset}: may be being written now")
                continue
            found.append(member)
        try:
            opened.overwrite(found)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            done.left += [f"{name}#{member.offset},{member.length}: {why}" for member in found]
        else:
            done.records += len(found)


class _Opened:
    """A WARC file open for reading and, where that is allowed, for overwriting. Raises ``OSError``."""

    def __init__(self, path: Path) -> None:
        flags = os.O_NOFOLLOW | os.O_CLOEXEC
        self.refused: OSError | None = None
        try:
            self.fd = os.open(path, os.O_RDWR | flags)
        except OSError as error:
            self.fd, self.refused = os.open(path, os.O_RDONLY | flags), error
        if not stat.S_ISREG(os.fstat(self.fd).st_mode):
            os.close(self.fd)
            raise OSError(errno.EINVAL, "is no file")
        self.file: BinaryIO = open(self.fd, "rb", closefd=False)  # noqa: SIM115 - closed by close()

    def overwrite(self, spots: list[Member]) -> None:
        """Put tombstones over these members; they are on the disk when this returns. Raises ``OSError``."""
        if not spots:
            return
        if self.refused is not None:
            raise self.refused
        if any(member.length < _SHORTEST for member in spots):
            raise ValueError("is no WARC record")
        # In two steps: what is cut off after the first is found again by its mark and its length.
        for member in spots:
            self._write(member.offset, tombstone(member.length)[:_HEAD])
        os.fsync(self.fd)
        for member in spots:
            self._write(member.offset + _HEAD, tombstone(member.length)[_HEAD:])
        os.fsync(self.fd)

    def _write(self, offset: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            count = os.pwrite(self.fd, left, offset)
            left, offset = left[count:], offset + count

    def close(self) -> None:
        self.file.close()
        os.close(self.fd)


def members(file: BinaryIO) -> Iterator[Member]:
    """All members of a file, one after the other; damage is passed over up to the next record that can be read."""
    size = os.fstat(file.fileno()).st_size
    offset = 0
    while offset < size:
        member = member_at(file, offset)
        yield member
        offset += member.length


def member_at(file: BinaryIO, offset: int) -> Member:
    """The member that begins at an offset, with up to CHUNK bytes or more of its beginning."""
    head, length = _unpacked(file, offset, CHUNK)
    if length:
        return Member(offset, length, head)
    size = os.fstat(file.fileno()).st_size
    torn = _marked(file, offset)
    if torn and offset + torn <= size:
        return Member(offset, torn, b"", "torn")
    if not head:  # the damage is in its first piece: take what stands before it
        head, _ = _unpacked(file, offset, 64)
    following = _next_record(file, offset + 1, size)
    return Member(offset, following - offset, head, "damaged" if following < size else "unfinished")


def _unpacked(file: BinaryIO, offset: int, step: int) -> tuple[bytes, int]:
    """The beginning of what a member holds, and its length; 0 where it is damaged or does not end."""
    file.seek(offset)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    head, read = b"", 0
    try:
        while not unpack.eof and (piece := file.read(step)):
            read += len(piece)
            unpacked = unpack.decompress(piece)
            if len(head) < CHUNK:
                head += unpacked
    except zlib.error:
        return head, 0
    return head, read - len(unpack.unused_data) if unpack.eof else 0


def _marked(file: BinaryIO, offset: int) -> int:
    """The length of one of our tombstones that begins here; 0 where none does."""
    file.seek(offset)
    beginning = file.read(_HEAD)
    if len(beginning) < _HEAD or not beginning.startswith(_MARK) or beginning[12:14] != _FIELD:
        return 0
    return int(struct.unpack_from("<Q", beginning, _HEAD - 8)[0])


def _next_record(file: BinaryIO, start: int, size: int) -> int:
    """Where the next member begins that holds a WARC record; the file's size where none does."""
    before = b""
    file.seek(start)
    while piece := file.read(1024 * 1024):
        here, place = before + piece, -1
        origin = file.tell() - len(here)
        while (place := here.find(_GZIP, place + 1)) >= 0:
            back = file.tell()
            file.seek(origin + place)
            try:
                found = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(file.read(CHUNK), 5) == b"WARC/"
            except zlib.error:
                found = False
            if found:
                return origin + place
            file.seek(back)
        before = here[-2:]
    return size
