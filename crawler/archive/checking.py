"""What an archive holds, and whether every record can be read and every reference of the corpus leads to one.

Nothing is repaired. A run may be writing meanwhile: its unfinished last record is counted, not blamed.
"""

from __future__ import annotations

import io
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator

from crawler import urls
from crawler.archive.eraser import QUIET_SECONDS, Member, members, warc_files
from crawler.archive.verify import MAX_PAGE
from crawler.fetching.encodings import NotDecodable, decode

MAX_MEMBER = 64 * 1024 * 1024  # bytes of one record as it lies there; the crawl takes 8 MB of a page at most
SAMPLE = 20  # captures that nothing refers to, kept to be looked at

Places = dict[str, dict[int, int | None]]  # file, below the archive: offset, length


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Something in the archive, or a reference into it, that is not as it must be."""

    where: str  # FILE, FILE#OFFSET,LENGTH, or what refers there
    what: str


@dataclass(slots=True)
class Checked:
    """What was found: records by their kind ("response", "revisit", "warcinfo", "withdrawn" …), captures by host."""

    files: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    by_day: dict[str, Counter[str]] = field(default_factory=dict)  # folder of a day: files, captures, bytes
    packed: int = 0  # bytes on the disk
    unpacked: int = 0  # bytes of the pages
    faults: list[ArchiveFault] = field(default_factory=list)
    orphans: int = 0  # captures that nothing refers to
    orphan_sample: list[str] = field(default_factory=list)


def places(refs: Iterable[str]) -> Places:
    """References (``FILE#OFFSET,LENGTH``) by the file they lead to; those into web archives are left out."""
    found: Places = {}
    for ref in refs:
        name, _, place = ref.partition("#")
        offset, _, length = place.partition(",")
        if "://" not in name and offset.isdecimal():
            found.setdefault(name, {})[int(offset)] = int(length) if length.isdecimal() else None
    return found


def check(folder: Path, wanted: Places, *, read: bool = True, on_progress: Callable[[int], object] = str) -> Checked:
    """Go through all WARC files below a folder. ``on_progress`` is told the number of bytes done.

    Without ``read`` records are counted, and not unpacked. Raises ``OSError`` only of the folder itself.
    """
    done = Checked()
    unseen = set(wanted)
    for path in warc_files(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            done.faults.append(ArchiveFault(name, "a symbolic link, not followed"))
            continue
        unseen.discard(name)
        try:
            with path.open("rb") as file:
                _check_file(file, name, wanted.get(name, {}), done, read=read, on_progress=on_progress)
        except OSError as error:
            done.faults.append(ArchiveFault(name, f"cannot be read: {error.strerror or error}"))
    for name in sorted(unseen):
        what = f"there is no such file, and {len(wanted[name])} captures are looked for in it"
        done.faults.append(ArchiveFault(name, what))
    return done


def _check_file(
    file: BinaryIO,
    name: str,
    wanted: dict[int, int | None],
    done: Checked,
    *,
    read: bool,
    on_progress: Callable[[int], object],
) -> None:
    before, size = done.packed, os.fstat(file.fileno()).st_size
    day = done.by_day.setdefault(name.partition("/")[0] if "/" in name else "", Counter())
    done.files += 1
    day["files"] += 1
    there: set[int] = set()
    for member in members(file):
        where = f"{name}#{member.offset},{member.length}"
        if member.state != "whole":
            _damaged(member, file, where, done)
            continue
        kind = "withdrawn" if member.kind == "metadata" and member.target is None else member.kind
        done.kinds[kind] += 1
        if kind in ("response", "revisit"):
            done.hosts[urls.host(member.target or "") or "?"] += 1
            day["captures"] += 1
        if kind == "response":
            there.add(member.offset)
            length = wanted.get(member.offset, member.length)
            if member.offset not in wanted:
                done.orphans += 1
                if len(done.orphan_sample) < SAMPLE:
                    done.orphan_sample.append(f"{where} {member.target}")
            elif length not in (None, member.length):
                done.faults.append(ArchiveFault(where, f"the corpus knows it with {length} bytes"))
        if read and (wrong := _unreadable(file, member, done)):
            done.faults.append(ArchiveFault(where, wrong))
        on_progress(before + member.offset)
    done.packed += size
    day["bytes"] += size
    for offset in sorted(wanted.keys() - there):
        done.faults.append(ArchiveFault(f"{name}#{offset}", "is looked for, and no capture begins there"))


def _damaged(member: Member, file: BinaryIO, where: str, done: Checked) -> None:
    fresh = time.time() - os.fstat(file.fileno()).st_mtime < QUIET_SECONDS
    if member.state == "unfinished" and fresh:
        done.kinds["being written"] += 1
    elif member.state == "torn":
        done.faults.append(ArchiveFault(where, "an erasing that did not end; the next `scrapy withdraw` ends it"))
    else:
        done.faults.append(ArchiveFault(where, f"{member.state}: cannot be unpacked"))


def _unreadable(file: BinaryIO, member: Member, done: Checked) -> str | None:
    """Why a record cannot be read back as it was written; None where it can."""
    if member.length > MAX_MEMBER:
        return f"more than {MAX_MEMBER} bytes: not read"
    back = file.tell()
    file.seek(member.offset)
    data = file.read(member.length)
    file.seek(back)
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(data), check_digests=True)))
        body = record.raw_stream.read(MAX_PAGE + 1)
        if record.digest_checker.passed is False:
            return "its bytes do not match its digest"
        if record.rec_type == "response":
            encoding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
            done.unpacked += len(decode(body, encoding, MAX_PAGE, whole=True))
    except NotDecodable as error:
        return f"the page cannot be unpacked: {error}"
    except StopIteration:
        return "no WARC record"
    except Exception as error:  # noqa: BLE001 - warcio raises many kinds on damaged bytes
        return f"no WARC record ({type(error).__name__})"
    return None
