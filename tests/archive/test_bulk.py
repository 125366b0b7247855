"""Bulk archives with everything wrong that archives have: named, passed over, and the next record found."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.bulk import MAX_RECORD, Record, records

PAGE = b"<html><body>" + b"<p>Tiga tewas di garis depan.</p>" * 40 + b"</body></html>"
DATE = "WARC-Date: 2020-10-12T08:30:00Z\r\n"


def warc_record(
    name: str,
    body: bytes = PAGE,
    *,
    head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    date: str = DATE,
    length: int | None = None,
    more: str = "",
) -> bytes:
    """A response record; ``length`` is what it says of itself, where that is not so."""
    block = head + body
    told = len(block) if length is None else length
    fields = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{name}>\r\n{date}{more}"
    address = f"WARC-Target-URI: https://www.asing.example/berita/{name}\r\nContent-Type: application/http\r\n"
    return f"{fields}{address}Content-Length: {told}\r\n\r\n".encode() + block + b"\r\n\r\n"


GOOD = [warc_record(name) for name in ("satu", "dua", "tiga")]


def found(data: bytes) -> tuple[list[str], list[str]]:
    """Names of the pages that were read, and what was said of the others."""
    all_ = list(records(io.BytesIO(data)))
    return names(all_), [f"{record.url.rpartition('/')[2]}: {record.trouble}" for record in all_ if record.trouble]


def names(all_: list[Record]) -> list[str]:
    return [record.url.rpartition("/")[2] for record in all_ if record.capture is not None]


def packed(*parts: bytes) -> bytes:
    return b"".join(gzip.compress(part) for part in parts)


@pytest.fixture(params=["plain", "packed"])
def join(request: pytest.FixtureRequest) -> object:
    return packed if request.param == "packed" else lambda *parts: b"".join(parts)


def test_whole_records(join) -> None:
    assert found(join(*GOOD)) == (["satu", "dua", "tiga"], [])


def test_a_file_that_ends_in_the_middle_of_a_record() -> None:
    data = packed(*GOOD)
    read, said = found(data[: -len(gzip.compress(GOOD[2])) // 2])
    assert read == ["satu", "dua"]
    assert len(said) == 1
    assert said[0] in (": empty record", "tiga: empty record", "tiga: cut off"), said
    plain = b"".join(GOOD)
    assert found(plain[:-600]) == (["satu", "dua"], ["tiga: cut off"])


@pytest.mark.parametrize("rubbish", [b"sampah" * 100, b"\0" * 5000, b"\x1f\x8b\x08" + b"?" * 50, b"\r\n" * 7])
def test_garbage_between_records(join, rubbish: bytes) -> None:
    first, *others = GOOD
    data = join(first) + rubbish + join(*others)
    assert found(data)[0] == ["satu", "dua", "tiga"]


@pytest.mark.parametrize("off", [-700, -30, 25, 100_000])
def test_a_wrong_length_costs_at_most_its_record(join, off: int) -> None:
    """Too short: the rest is passed over. Too long: it swallows what comes after it, as far as it says, where that is
    in one member; in one of its own, its member ends it."""
    body = warc_record("salah", length=len(PAGE) + 44 + off)
    read, said = found(join(GOOD[0], body, *GOOD[1:], *GOOD))
    assert read[0] == "satu"
    assert read[-3:] == ["satu", "dua", "tiga"]
    if join is packed:
        assert [name for name in read if name != "salah"] == 2 * ["satu", "dua", "tiga"]
    if off == 100_000:
        assert said


def test_a_record_said_to_have_two_gigabytes(tmp_path: Path) -> None:
    """With a hole in the file of that size; nothing of it is taken into memory."""
    path, size = tmp_path / "besar.warc", 2 * 1024**3
    with path.open("wb") as file:
        file.write(GOOD[0])
        file.write(warc_record("film", length=size)[: -len(PAGE) - 4])
        file.seek(size - 40, os.SEEK_CUR)
        file.write(b"\r\n\r\n" + GOOD[1])
    with path.open("rb") as file:
        all_ = list(records(file))
    assert names(all_)[0] == "satu"
    assert [record.trouble for record in all_ if record.url.endswith("film")] == ["record too large"]
    assert names(all_)[-1] == "dua"


def test_a_length_of_two_gigabytes_with_nothing_behind_it(join) -> None:
    data = join(GOOD[0], warc_record("film", length=2 * 1024**3), *GOOD[1:])
    read, said = found(data)
    assert read == ["satu", "dua", "tiga"]
    assert "film: record too large" in said


def test_a_body_that_unpacks_without_end() -> None:
    bomb = gzip.compress(b"\0" * (2 * MAX_RECORD))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    read, said = found(packed(GOOD[0], warc_record("bom", bomb, head=head), GOOD[1]))
    assert read == ["satu", "dua"]
    assert said == ["bom: body cannot be unpacked (larger than 8388608 bytes)"]


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        (b"compress", "body cannot be unpacked (unknown Content-Encoding 'compress')"),
        (b"gzip", "body cannot be unpacked (not gzip: no gzip header)"),
        (b"\xff\xfe", "body cannot be unpacked (unknown Content-Encoding"),
    ],
)
def test_encodings_nobody_can_undo(join, encoding: bytes, reason: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + b"\r\n\r\n"
    read, said = found(join(GOOD[0], warc_record("aneh", bytes(range(256)) * 4, head=head), GOOD[1]))
    assert read == ["satu", "dua"]
    assert len(said) == 1
    assert said[0].startswith(f"aneh: {reason}")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "no HTTP head"),  # HTTP/0.9: the answer is the page
        (b"HTTP/1.1 abc\r\n\r\n", "no HTTP head"),
        (b"ICY 200 OK\r\n\r\n", "no HTTP head"),
        (b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n", None),
        (b"HTTP/1.1 200 OK\r\n: x\r\nContent-Type\r\n\xff\xfe: \xff\r\n\r\n", None),
    ],
)
def test_heads_of_answers(join, head: bytes, reason: str | None) -> None:
    read, said = found(join(GOOD[0], warc_record("kepala", head=head), GOOD[1]))
    assert read == (["satu", "dua"] if reason else ["satu", "kepala", "dua"])
    assert said == ([f"kepala: {reason}"] if reason else [])


@pytest.mark.parametrize(
    "date", ["", "WARC-Date: \r\n", "WARC-Date: kemarin\r\n", "WARC-Date: 2020-13-45T99:00:00Z\r\n"]
)
def test_a_record_without_a_day_is_read_without_one(join, date: str) -> None:
    one, other, last = records(io.BytesIO(join(GOOD[0], warc_record("lupa", date=date), GOOD[1])))
    assert other.capture is not None
    assert (other.capture.captured_at, other.trouble) == (None, None)
    assert one.capture is not None
    assert one.capture.captured_at == datetime(2020, 10, 12, 8, 30, tzinfo=UTC)
    assert last.capture is not None


def test_what_its_archive_cut_off_is_not_a_page(join) -> None:
    cut = warc_record("potong", more="WARC-Truncated: length\r\n")
    assert found(join(GOOD[0], cut, GOOD[1])) == (["satu", "dua"], ["potong: truncated by its archive"])


@pytest.mark.parametrize("address", ["", "WARC-Target-URI: \r\n", "WARC-Target-URI: dns:contoh.example\r\n"])
def test_a_record_of_no_page(join, address: str) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\nx"
    odd = f"WARC/1.0\r\nWARC-Type: response\r\n{DATE}{address}Content-Length: {len(block)}\r\n\r\n".encode() + block
    read, _ = found(join(GOOD[0], odd + b"\r\n\r\n", GOOD[1]))
    assert [name for name in read if name in ("satu", "dua")] == ["satu", "dua"]


def test_a_whole_file_in_one_member() -> None:
    """As `gzip` makes it of a plain one: there is no place in it to begin again."""
    data = packed(b"".join(GOOD))
    assert found(data) == (["satu", "dua", "tiga"], [])


def test_files_that_are_none() -> None:
    for data in (b"", b"\n", b"<html></html>", gzip.compress(b"<html></html>"), os.urandom(1000), b"\x1f\x8b"):
        assert found(data)[0] == []


def split_anywhere() -> Iterator[bytes]:
    data = packed(*GOOD)
    for place in range(0, len(data), 7):
        yield data[:place] + b"\xff" + data[place + 1 :]


def test_one_wrong_byte_costs_one_record() -> None:
    for data in split_anywhere():
        read, said = found(data)
        assert len(read) >= 2 or (len(read), len(said)) >= (1, 1), said
        assert set(read) <= {"satu", "dua", "tiga"}
