"""Content-Encodings undone: what was packed comes out whole, and never more than the bound."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from crawler.fetching.encodings import NotDecodable, Torn, decode

PAGE = b"Warga mengungsi ke desa tetangga; baku tembak berlanjut hingga malam. " * 9000
MOST = len(PAGE)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


ENCODERS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
]


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
def test_what_was_packed_comes_out_whole(name: str, encode: Callable[[bytes], bytes]) -> None:
    noise = random.Random(7).randbytes(300_000)
    assert decode(encode(PAGE), name, MOST) == PAGE
    assert decode(encode(noise), name, MOST) == noise
    assert decode(encode(b""), name, MOST) == b""


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
def test_a_byte_more_than_the_bound_is_refused(name: str, encode: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotDecodable, match=f"larger than {MOST - 1} bytes"):
        decode(encode(PAGE), name, MOST - 1)
    with pytest.raises(NotDecodable, match="larger than 1000 bytes"):
        decode(encode(b" " * 30_000_000), name, 1000)


@pytest.mark.parametrize(("name", "encode"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_body_cut_off_on_the_way_gives_its_beginning(name: str, encode: Callable[[bytes], bytes]) -> None:
    packed = encode(random.Random(7).randbytes(100_000))
    got = decode(packed[:50_000], name, MOST)
    assert 0 < len(got) < 100_000
    assert random.Random(7).randbytes(100_000).startswith(got)


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_torn_stream_is_no_body_where_the_whole_is_wanted(
    name: str, encode: Callable[[bytes], bytes], share: float
) -> None:
    noise = random.Random(7).randbytes(100_000)
    packed = encode(noise)
    with pytest.raises(Torn):
        decode(packed[: int(len(packed) * share)], name, MOST, whole=True)
    assert decode(packed, name, MOST, whole=True) == noise


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "utf-8", "none", "gzip, br"])
def test_plain_text_called_packed_is_taken_as_it_is(name: str) -> None:
    for plain in (PAGE, b"User-agent: *\nDisallow: /cari\n", b'{"berita": [1, 2, 3]}'):
        assert decode(plain, name, MOST, whole=True) == plain


def test_encodings_are_undone_from_the_last_to_the_first() -> None:
    assert decode(brotli.compress(gzip.compress(PAGE)), "gzip, br", MOST) == PAGE
    assert decode(PAGE, "identity", MOST) == decode(PAGE, None, MOST) == decode(PAGE, "", MOST) == PAGE


def test_a_body_in_two_gzip_members_is_one() -> None:
    assert decode(gzip.compress(b"satu ") + gzip.compress(b"dua"), "gzip", MOST) == b"satu dua"


def test_plain_text_called_gzip_is_taken_as_it_is() -> None:
    assert decode(PAGE, "gzip", MOST) == PAGE


@pytest.mark.parametrize(("body", "name"), [(b"bukan brotli", "br"), (b"bukan zstd", "zstd"), (b"x", "compress")])
def test_what_cannot_be_decoded_says_so(body: bytes, name: str) -> None:
    with pytest.raises(NotDecodable, match=name):
        decode(body, name, MOST)
