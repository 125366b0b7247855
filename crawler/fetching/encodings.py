"""Content-Encodings (RFC 9110, 8.4.1; RFC 7932 br; RFC 8878 zstd) undone with a bound on what comes out.

For bodies read back from archives: what is fetched live, Scrapy decodes. warcio's own reader does not know zstd and
fails on current releases of brotli.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import brotli
import zstandard

# How text of the web begins; no stream of any of these encodings does (gzip, zlib and zstd have marks of their own; of
# brotli's first bytes these would need a window and a header that encoders do not write).
_PLAIN = re.compile(
    rb"\s{0,64}(?:\xef\xbb\xbf)?\s{0,64}<(?:!doctype\s|html[\s>]|head[\s>]|body[\s>]|\?xml\s|rss[\s>])", re.IGNORECASE
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")  # half of the bytes of a packed body's beginning hold one
_PIECE = 64 * 1024  # bytes decoded at a time: how far past the bound an unpacked body can get is a matter of these


class NotDecodable(ValueError):  # noqa: N818 - reads as what is wrong
    """The body is damaged or torn, in an encoding nobody asked for, or larger than the bound."""


class TooLarge(NotDecodable):
    """The body is larger than the bound."""


class Torn(NotDecodable):
    """The stream ends before its end: what came is part of a body."""


def decode(body: bytes, encodings: str | None, most: int, *, whole: bool = False) -> bytes:
    """The body without its encodings (a header's value, the last applied first undone), at most ``most`` bytes.

    A body that says it is packed and plainly is not is taken as it is, as browsers do with gzip. Raises
    ``NotDecodable``; with ``whole`` also ``Torn``, where otherwise a stream that ends early gives what is there.
    """
    for name in reversed([part.strip().lower() for part in (encodings or "").split(",") if part.strip()]):
        if name == "identity":
            continue
        if name not in _DECODERS:
            if _is_text(body):  # "Content-Encoding: utf-8", "none"
                continue
            raise NotDecodable(f"unknown Content-Encoding {name[:40]!r}")
        if _PLAIN.match(body):
            continue
        try:
            unpacked, complete = _DECODERS[name](body, most)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            if _is_text(body):
                continue
            raise NotDecodable(f"not {name}: {error}") from error
        if not complete and _is_text(body):
            continue
        body = unpacked
        if whole and not complete and len(body) <= most:
            raise Torn(f"{name} ends too early")
    if len(body) > most:
        raise TooLarge(f"larger than {most} bytes")
    return body


def _is_text(body: bytes) -> bool:
    """Whether bytes are plain text by their beginning: some letters, and none of the control characters."""
    start = body[:512]
    return len(start) >= 16 and not _CONTROLS.search(start)


def _gzip(body: bytes, most: int) -> tuple[bytes, bool]:
    if body[:2] != b"\x1f\x8b":
        if _CONTROLS.search(body[:512]):
            raise zlib.error("no gzip header")
        return body, True
    out, complete = bytearray(), True
    while body[:2] == b"\x1f\x8b":  # several members are one body (RFC 1952, 2.2)
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        out += _inflated(stream, body, most - len(out))
        body, complete = stream.unused_data, stream.eof
    return bytes(out), complete


def _deflate(body: bytes, most: int) -> tuple[bytes, bool]:
    if not body:
        return body, True
    stream = zlib.decompressobj()
    try:
        return _inflated(stream, body, most), stream.eof
    except zlib.error:  # some servers send it raw, without the wrapper that the RFC asks for
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return _inflated(stream, body, most), stream.eof


def _inflated(stream: zlib._Decompress, body: bytes, most: int) -> bytes:
    out = stream.decompress(body, most + 1)
    if len(out) > most:
        raise TooLarge(f"larger than {most} bytes")
    return out


def _brotli(body: bytes, most: int) -> tuple[bytes, bool]:
    stream, out, at = brotli.Decompressor(), bytearray(), 0
    while not stream.is_finished():
        piece = b""
        if stream.can_accept_more_data():
            piece, at = body[at : at + _PIECE], at + _PIECE
        unpacked = stream.process(piece, output_buffer_limit=_PIECE)
        if not piece and not unpacked:  # cut off: what is there
            break
        out += unpacked
        if len(out) > most:
            raise TooLarge(f"larger than {most} bytes")
    return bytes(out), stream.is_finished() or not body


def _zstd(body: bytes, most: int) -> tuple[bytes, bool]:
    # 8 MB is the window that RFC 9659 allows on the web; more is an attack on memory.
    made = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    out = made.stream_reader(body, read_across_frames=True).read(most + 1)
    return out, len(out) <= most and _ends(made, body)


def _ends(made: zstandard.ZstdDecompressor, body: bytes) -> bool:
    """Whether the last frame of a body, whose size unpacked is known to be bounded, is whole."""
    while body:  # frames in a row are one body (RFC 8878, 3.1)
        stream = made.decompressobj()
        stream.decompress(body)
        if not stream.eof:
            return False
        body = stream.unused_data
    return True


_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd,
}  # fmt: skip
