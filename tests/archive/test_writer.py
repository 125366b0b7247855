"""Raw pages as WARC: what was fetched is what is read back, and damage stays where it is."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.reader import BrokenRecord, captures, read_ref, whole_capture
from crawler.archive.writer import Archive
from crawler.fetching.raw_responses import RawResponse
from storage.errors import StorageError

ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2023, 9, 20, 1, 2, 3, tzinfo=UTC)
MOST = 8 * 1024 * 1024
PAGE = "<html><p>Perang pecah di perbatasan – “gencatan senjata” dilanggar.</p></html>".encode() * 3000


def raw(body: bytes = PAGE, **headers: str) -> RawResponse:
    more = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return RawResponse(200, [("Content-Type", "text/html"), *more], body)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive(tmp_path, "run-000001")) as made:
        yield made


def only_file(folder: Path) -> Path:
    [path] = folder.rglob("*.warc.gz")
    return path


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        (None, lambda body: body),
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("deflate", zlib.compress),
        ("zstd", zstandard.compress),
    ],
)
def test_a_page_is_read_back_exactly_whatever_it_was_encoded_with(
    archive: Archive, tmp_path: Path, encoding: str | None, encode: Callable[[bytes], bytes]
) -> None:
    headers = {"Content_Encoding": encoding} if encoding else {}
    first = archive.write("https://contoh.id/1", raw(b"lain"), WHEN)
    ref = archive.write("https://contoh.id/2", raw(encode(PAGE), **headers), WHEN)
    archive.close()

    found = read_ref(tmp_path, ref, MOST)
    assert found is not None
    assert (found.url, found.status, found.body, found.captured_at) == ("https://contoh.id/2", 200, PAGE, WHEN)
    assert found.headers["content-type"] == "text/html"
    assert read_ref(tmp_path, first, MOST).body == b"lain"  # type: ignore[union-attr]


def test_other_programs_can_read_the_file(archive: Archive, tmp_path: Path) -> None:
    archive.write("https://contoh.id/1", raw(gzip.compress(PAGE), Content_Encoding="gzip", ETag='"7"'), WHEN)
    archive.close()
    with only_file(tmp_path).open("rb") as file:
        records = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.http_headers and record.http_headers.get_header("etag"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert records[0][0] == "warcinfo"
    assert records[1:] == [("response", "https://contoh.id/1", '"7"', PAGE)]


def test_a_record_is_on_disk_before_its_reference_is_given_out(archive: Archive, tmp_path: Path) -> None:
    ref = archive.write("https://contoh.id/1", raw(), WHEN)
    assert read_ref(tmp_path, ref, MOST).body == PAGE  # type: ignore[union-attr] - not closed, not synced


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_last_record_cut_off_by_a_crash_hides_none_before_it(archive: Archive, tmp_path: Path, cut: int) -> None:
    refs = [archive.write(f"https://contoh.id/{n}", raw(PAGE + bytes([n])), WHEN) for n in range(3)]
    archive.close()
    path = only_file(tmp_path)
    os.truncate(path, path.stat().st_size - cut)
    with path.open("rb") as file:
        found = [capture.body for capture in captures(file, MOST)][:2]
    assert found == [PAGE + b"\0", PAGE + b"\1"]
    assert read_ref(tmp_path, refs[1], MOST).body == PAGE + b"\1"  # type: ignore[union-attr]


def test_two_runs_of_one_name_never_write_into_one_file(tmp_path: Path) -> None:
    with closing(Archive(tmp_path, "run-000001")) as one, closing(Archive(tmp_path, "run-000001")) as two:
        refs = [one.write("https://contoh.id/", raw(b"satu"), WHEN), two.write("https://contoh.id/", raw(b"dua"), WHEN)]
    assert [read_ref(tmp_path, ref, MOST).body for ref in refs] == [b"satu", b"dua"]  # type: ignore[union-attr]
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 2


@pytest.mark.parametrize(
    "ref",
    ["../secret.warc.gz#0,10", "/etc/passwd#0,10", "a/../../secret.warc.gz#0,10", "secret#x", "", "#", "no.warc.gz#0"],
)
def test_references_never_leave_the_archive(tmp_path: Path, ref: str) -> None:
    with closing(Archive(tmp_path, "secret")) as outside:
        outside.write("https://contoh.id/", raw(), WHEN)
    only_file(tmp_path).rename(tmp_path / "secret.warc.gz")
    folder = tmp_path / "archive"
    folder.mkdir()
    assert read_ref(folder, ref, MOST) is None


def test_a_page_above_the_limit_is_left_out_without_being_unpacked(archive: Archive, tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    ref = archive.write("https://contoh.id/bom", raw(bomb, Content_Encoding="gzip"), WHEN)
    archive.write("https://contoh.id/1", raw(), WHEN)
    archive.close()
    assert read_ref(tmp_path, ref, MOST) is None
    with only_file(tmp_path).open("rb") as file:
        assert [capture.url for capture in captures(file, MOST)] == ["https://contoh.id/1"]


FULL_DISK = """
import resource, sys
from datetime import UTC, datetime
from crawler.archive.reader import read_ref
from crawler.archive.writer import Archive
from crawler.fetching.raw_responses import RawResponse
from storage.errors import StorageError
import os
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
archive = Archive(sys.argv[1], "run-000001")
refs = []
try:
    for number in range(50):
        raw = RawResponse(200, [], os.urandom(3000))
        refs.append(archive.write(f"https://contoh.id/{number}", raw, datetime.now(UTC)))
except StorageError as error:
    print(error)
archive.close()
print(len(refs), sum(read_ref(sys.argv[1], ref, 9999) is not None for ref in refs))
"""


def test_a_full_disk_is_a_storage_error_and_costs_only_the_record_that_did_not_fit(tmp_path: Path) -> None:
    """Standing in for the disk: the largest size a file may have (setrlimit)."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said, counted = done.stdout.splitlines()
    assert said.startswith(f"archive {tmp_path}/")
    assert "cannot be written: File too large (set ARCHIVE_DIR" in said
    written, readable = map(int, counted.split())
    assert written == readable == 20_000 // 3_600  # 3,000 bytes that cannot be packed, and their headers
    with only_file(tmp_path).open("rb") as file:
        assert len(list(captures(file, MOST))) == written


def test_a_file_whose_first_record_finds_no_room_is_not_begun(archive: Archive, tmp_path: Path, monkeypatch) -> None:
    append = Archive._append

    def no_room(self: Archive, member: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Archive, "_append", no_room)
    with pytest.raises(StorageError, match="No space left on device"):
        archive.write("https://contoh.id/1", raw(), WHEN)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.setattr(Archive, "_append", append)
    ref = archive.write("https://contoh.id/1", raw(), WHEN)
    with only_file(tmp_path).open("rb") as file:
        assert file.read(2) == b"\x1f\x8b"
    assert "#0," not in ref  # what the file says of itself stands in front


def test_an_unwritable_folder_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written: Not a directory"):
        Archive(tmp_path / "file", "run").write("https://contoh.id/", raw(), WHEN)


def test_what_comes_after_the_file_was_removed_is_not_written_into_nothing(archive: Archive, tmp_path: Path) -> None:
    lost = archive.write("https://contoh.id/1", raw(), WHEN)
    only_file(tmp_path).unlink()
    ref = archive.write("https://contoh.id/2", raw(), WHEN)
    assert read_ref(tmp_path, lost, MOST) is None
    capture = read_ref(tmp_path, ref, MOST)
    assert capture is not None
    assert capture.url == "https://contoh.id/2"


def warc(*fields: str, payload: bytes = b"<html>isi</html>", head: str = "Content-Type: text/html") -> bytes:
    answer = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + payload
    lines = [
        "WARC/1.0",
        "WARC-Type: response",
        "WARC-Target-URI: https://contoh.id/a",
        "WARC-Date: 2023-09-19T03:00:00Z",
    ]
    lines += [*fields, "Content-Type: application/http; msgtype=response", f"Content-Length: {len(answer)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer + b"\r\n\r\n"


def test_a_record_of_another_archive_is_read_whole() -> None:
    packed = gzip.compress(b"<html>isi</html>")
    capture = whole_capture(warc(payload=packed, head="Content-Encoding: gzip"), 1000)
    assert (capture.url, capture.status, capture.body) == ("https://contoh.id/a", 200, b"<html>isi</html>")
    assert capture.captured_at == datetime(2023, 9, 19, 3, tzinfo=UTC)
    assert whole_capture(gzip.compress(warc()), 1000).body == b"<html>isi</html>"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (warc("WARC-Truncated: disconnect"), "cut off when it was made"),
        (warc("WARC-Truncated: time"), "cut off when it was made"),
        (warc()[:-12], "cut off"),
        (gzip.compress(warc())[:-20], "broken WARC record|cut off"),
        (warc(payload=gzip.compress(b"isi" * 300)[:-8], head="Content-Encoding: gzip"), "ends too early"),
        (warc(payload=b"x" * 2000), "larger than 1000 bytes"),
        (warc().replace(b"WARC-Date: 2023-09-19T03:00:00Z", b"WARC-Date: kemarin"), "no time"),
        (b"", "no WARC response record"),
        (b"<html>", "broken WARC record|no WARC"),
    ],
)
def test_what_is_not_the_page_it_was_is_refused(record: bytes, why: str) -> None:
    with pytest.raises(BrokenRecord, match=why):
        whole_capture(record, 1000)


def test_what_was_cut_off_is_marked_where_records_are_read_one_after_another() -> None:
    stream = io.BytesIO(warc("WARC-Truncated: length") + warc())
    assert [capture.truncated for capture in captures(stream, 1000)] == ["length", None]


def kinds(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def test_the_same_bytes_again_are_noted_and_not_kept_twice(archive: Archive, tmp_path: Path) -> None:
    first = archive.write("https://contoh.id/1", raw(), WHEN)
    again = archive.write("https://contoh.id/1", raw(), WHEN.replace(day=21), first)
    assert again == first
    assert kinds(only_file(tmp_path)) == ["warcinfo", "response", "revisit"]
    with only_file(tmp_path).open("rb") as file:
        told = [record.rec_headers.get_header for record in ArchiveIterator(file)][-1]
    assert (told("WARC-Date"), told("WARC-Refers-To-Date")) == ("2023-09-21T01:02:03Z", "2023-09-20T01:02:03Z")
    assert told("WARC-Refers-To-Target-URI") == "https://contoh.id/1"


@pytest.mark.parametrize("other", ["bytes", "address", "place"])
def test_what_is_not_the_same_is_kept(archive: Archive, tmp_path: Path, other: str) -> None:
    first = archive.write("https://contoh.id/1", raw(), WHEN)
    body = PAGE + b"!" if other == "bytes" else PAGE
    url = "https://contoh.id/2" if other == "address" else "https://contoh.id/1"
    before = "2020-01-01/run-000001-001.warc.gz#0,100" if other == "place" else first
    assert archive.write(url, raw(body), WHEN, before) not in (first, before)
    assert kinds(only_file(tmp_path)) == ["warcinfo", "response", "response"]
