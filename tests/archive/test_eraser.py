"""Withdrawn captures: overwritten where they lie, while every other record stays where it was and readable."""

from __future__ import annotations

import gzip
import itertools
import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.eraser import erase, erase_captures, members, tombstone
from crawler.archive.reader import read_ref
from crawler.archive.writer import Archive
from crawler.fetching.raw_responses import RawResponse

WHEN = datetime(2023, 9, 20, 1, 2, 3, tzinfo=UTC)
MOST = 8 * 1024 * 1024
SECRET = b"Zulfikarnaen"
URLS = [f"https://contoh.id/berita/{number}" for number in range(4)]


def page(number: int, size: int = 3000) -> bytes:
    """A page that cannot be packed, so that records have about its size, and with a name in clear in it."""
    return b"<p>" + SECRET + random.Random(number).randbytes(size)


def written(folder: Path, size: int = 3000) -> list[str]:
    """Four captures in one file; their references."""
    with closing(Archive(folder, "run-000001")) as archive:
        return [archive.write(url, RawResponse(200, [], page(n, size)), WHEN) for n, url in enumerate(URLS)]


def only_file(folder: Path) -> Path:
    [path] = folder.rglob("*.warc.gz")
    return path


def records(path: Path) -> Iterator[tuple[str, str | None, bytes]]:
    """As another program reads the file from front to back: kind, address, content."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            content = record.content_stream().read()
            yield record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), content


def the(url: str) -> Callable[[str], bool]:
    return lambda other: other == url


@pytest.mark.parametrize("size", [0, 20, 3000, 65_000, 65_300, 66_000, 300_000])
def test_an_erased_record_is_gone_and_all_others_are_where_they_were(tmp_path: Path, size: int) -> None:
    refs = written(tmp_path, size)
    path = only_file(tmp_path)
    before = path.read_bytes()
    done = erase([refs[1]], tmp_path)
    assert (done.records, done.left) == (1, [])

    offset, length = map(int, refs[1].partition("#")[2].split(","))
    after = path.read_bytes()
    assert len(after) == len(before)
    assert after[:offset] == before[:offset]
    assert after[offset + length :] == before[offset + length :]
    assert SECRET not in gzip.decompress(after[offset : offset + length])
    assert read_ref(tmp_path, refs[1], MOST) is None
    assert [read_ref(tmp_path, refs[n], MOST).body for n in (0, 2, 3)] == [page(n, size) for n in (0, 2, 3)]  # type: ignore[union-attr]

    found = list(records(path))
    assert [kind for kind, _, _ in found] == ["warcinfo", "response", "metadata", "response", "response"]
    assert [url for _, url, _ in found[1:]] == [URLS[0], None, URLS[2], URLS[3]]
    assert found[2][2].strip() == b"withdrawn"


@pytest.mark.parametrize("length", [*range(34, 300), 65_535, 65_570, 65_571, 65_572, 65_573, 65_780, 131_140, 131_150])
def test_a_tombstone_has_any_length_wanted(length: int) -> None:
    member = tombstone(length, WHEN)
    assert len(member) == length
    assert gzip.decompress(member)[:10] in (b"", b"WARC/1.1\r\n")


def test_a_record_too_short_for_one_of_ours_is_emptied_and_passed_over(tmp_path: Path) -> None:
    info = gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    short = gzip.compress(b"WARC/1.0\r\nWARC-Target-URI: https://x.id/\r\nContent-Length: 1\r\n\r\nx\r\n\r\n")
    path = tmp_path / "short.warc.gz"
    path.write_bytes(info + short + info)
    assert erase_captures(tmp_path, the("https://x.id/")).records == 1
    assert path.stat().st_size == 2 * len(info) + len(short)
    assert [kind for kind, _, _ in records(path)] == ["warcinfo", "warcinfo"]


def test_a_record_shorter_than_any_member_is_refused() -> None:
    with pytest.raises(ValueError, match="no WARC record"):
        tombstone(33)


def test_erasing_again_changes_nothing(tmp_path: Path) -> None:
    refs = written(tmp_path)
    erase(refs[1:2], tmp_path)
    once = only_file(tmp_path).read_bytes()
    assert erase(refs[1:2], tmp_path).records == erase_captures(tmp_path, the(URLS[1])).records == 0
    assert only_file(tmp_path).read_bytes() == once


def test_all_captures_of_an_address_are_found(tmp_path: Path) -> None:
    written(tmp_path / "2023-09-19")
    written(tmp_path / "2023-09-20")
    told: list[int] = []
    done = erase_captures(tmp_path, the(URLS[2]), told.append)
    assert (done.records, done.left) == (2, [])
    assert told == sorted(told)
    for path in tmp_path.rglob("*.warc.gz"):
        assert [url for _, url, _ in records(path)][1:] == [URLS[0], URLS[1], None, URLS[3]]


def test_a_run_that_is_writing_goes_on(tmp_path: Path) -> None:
    with closing(Archive(tmp_path, "run-000001")) as archive:
        first = archive.write(URLS[0], RawResponse(200, [], page(0)), WHEN)
        assert erase([first], tmp_path).records == 1
        second = archive.write(URLS[1], RawResponse(200, [], page(1)), WHEN)
    assert read_ref(tmp_path, second, MOST).body == page(1)  # type: ignore[union-attr]
    assert [url for _, url, _ in records(only_file(tmp_path))][1:] == [None, URLS[1]]


class Killed(BaseException):
    """Stands for the machine's stopping between two writes."""


@pytest.mark.parametrize("stop", range(1, 4))
def test_what_was_cut_off_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """After the first, second and third write of 40 bytes each."""
    refs = written(tmp_path)
    counter = itertools.count(1)
    real = os.pwrite

    def dying(fd: int, data: bytes, offset: int) -> int:
        if next(counter) > stop:
            raise Killed
        return real(fd, bytes(data)[:40], offset)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", dying)
        with pytest.raises(Killed):
            erase([refs[1]], tmp_path)
    assert [read_ref(tmp_path, refs[n], MOST).body for n in (0, 2, 3)] == [page(n) for n in (0, 2, 3)]  # type: ignore[union-attr]
    done = erase_captures(tmp_path, the(URLS[1]))
    assert (done.records, done.left) == (1, [])
    assert [url for _, url, _ in records(only_file(tmp_path))][1:] == [URLS[0], None, URLS[2], URLS[3]]


def test_damage_hides_nothing_behind_it(tmp_path: Path) -> None:
    refs = written(tmp_path)
    path = only_file(tmp_path)
    offset = int(refs[1].partition("#")[2].split(",")[0])
    with path.open("r+b") as file:
        file.seek(offset + 2000)
        file.write(bytes(500))
    with path.open("rb") as file:
        assert [member.target for member in members(file)][1:] == URLS
    assert erase_captures(tmp_path, lambda url: url in URLS[1:3]).records == 2
    assert [url for _, url, _ in records(path)][1:] == [URLS[0], None, None, URLS[3]]


def test_a_record_cut_off_by_a_crash_is_erased_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    written(tmp_path)
    path = only_file(tmp_path)
    os.truncate(path, path.stat().st_size - 1000)
    name = path.relative_to(tmp_path).as_posix()
    [line] = erase_captures(tmp_path, the(URLS[3])).left
    assert line.startswith(f"{name}#")
    assert line.endswith(": may be being written now")
    os.utime(path, (0, 0))
    done = erase_captures(tmp_path, the(URLS[3]))
    assert (done.records, done.left) == (1, [])
    assert [url for _, url, _ in records(path)][1:] == [*URLS[:3], None]


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("../secret.warc.gz#0,10", "leads out of the archive"),
        ("/etc/secret.warc.gz#0,10", "leads out of the archive"),
        ("link.warc.gz#0,10", "leads through a symbolic link"),
        ("folder/inside.warc.gz#0,10", "leads through a symbolic link"),
        ("no.warc.gz#0,10", "No such file or directory"),
        ("text.warc.gz#0,10", "is no WARC record"),
        ("packed.warc.gz#0", "is no WARC record"),
        ("packed.warc.gz#x,1", "names no place in a file"),
        ("packed.warc.gz", "names no place in a file"),
        ("subfolder.warc.gz#0,10", "is no file"),
    ],
)
def test_what_is_no_record_of_the_archive_is_named_and_left(tmp_path: Path, ref: str, why: str) -> None:
    folder = tmp_path / "archive"
    (folder / "subfolder.warc.gz").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    packed = gzip.compress(b"WARC-Type: something else that only looks like one")
    for path in (tmp_path / "secret.warc.gz", tmp_path / "outside" / "inside.warc.gz", folder / "packed.warc.gz"):
        path.write_bytes(packed)
    (folder / "text.warc.gz").write_bytes(b"not packed at all")
    (folder / "link.warc.gz").symlink_to(tmp_path / "secret.warc.gz")
    (folder / "folder").symlink_to(tmp_path / "outside")
    done = erase([ref], folder)
    assert (done.records, done.left) == (0, [f"{ref}: {why}"])
    assert (tmp_path / "secret.warc.gz").read_bytes() == packed
    assert (tmp_path / "outside" / "inside.warc.gz").read_bytes() == packed


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "archive", tmp_path / "outside"
    written(outside)
    before = only_file(outside).read_bytes()
    folder.mkdir()
    (folder / "days").symlink_to(outside)
    (folder / "one.warc.gz").symlink_to(only_file(outside))
    done = erase_captures(folder, lambda _: True)
    assert done.records == 0
    assert done.left == [f"{name}: a symbolic link, not searched" for name in ("days", "one.warc.gz")]
    assert only_file(outside).read_bytes() == before


def test_a_reference_of_another_length_than_the_record_is_left(tmp_path: Path) -> None:
    [ref, *_] = written(tmp_path)
    place, _, length = ref.rpartition(",")
    wrong = f"{place},{int(length) - 1}"
    assert erase([wrong], tmp_path).left == [f"{wrong}: the record there has {length} bytes"]
    assert read_ref(tmp_path, ref, MOST).body == page(0)  # type: ignore[union-attr]


def test_what_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = written(tmp_path)
    monkeypatch.setattr(os, "pwrite", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    assert erase(refs[:1], tmp_path).left == [f"{refs[0]}: Read-only file system"]
    assert erase_captures(tmp_path, the(URLS[0])).left == [f"{refs[0]}: Read-only file system"]


def test_captures_in_web_archives_are_not_ours_to_erase(tmp_path: Path) -> None:
    ref = "https://data.commoncrawl.org/crawl-data/x.warc.gz#0,10 2020-09-30T00:00:00+00:00"
    assert erase(ref.split(), tmp_path).left == []


def test_without_an_archive_references_are_left() -> None:
    assert erase(["a.warc.gz#0,10"], None).left == ["a.warc.gz#0,10: ARCHIVE_DIR is switched off"]
