"""XML of strangers: no entities, no DTD, no network, no huge nodes; what is broken is read as far as it goes."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator

from lxml import etree

CHUNK = 64 * 1024  # bytes
MAX_MEMBERS = 10_000  # of one gzip file; each may be empty, so their number is bounded too


def parser(*, recover: bool = True) -> etree.XMLParser:
    """A parser for a whole, small document."""
    return etree.XMLParser(
        recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


# libxml2's own recovery eats ampersands, bare or escaped, once something was wrong ("?a=1&b=2" becomes "?a=1b=2").
AMPERSAND = "\ue026"  # stands for one in a mended document; from the private use area, so no feed means it
_BARE = re.compile(rb"&(?:amp;|(?!(?:lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});))")
_NAMED = re.compile(rb"&([A-Za-z]{2,10});")
_NUMBERED = re.compile(rb"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def mended(text: bytes) -> bytes:
    """The usual breaks of hand-made XML repaired: ampersands, HTML's named entities, control characters.

    Each ampersand that is to stay comes out as ``AMPERSAND``; ``plain`` turns it back.
    """

    def named(match: re.Match[bytes]) -> bytes:
        character = html.unescape(match[0].decode("ascii"))
        return f"&#{ord(character)};".encode() if len(character) == 1 and character not in "&<>\"'" else match[0]

    def numbered(match: re.Match[bytes]) -> bytes:
        number = int(match[1]) if match[1] else int(match[2], 16)
        legal = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0x110000
        return match[0] if legal else b""

    text = _NUMBERED.sub(numbered, _NAMED.sub(named, _CONTROL.sub(b"", text)))
    return _BARE.sub(AMPERSAND.encode(), text)


def plain(text: str) -> str:
    """Text of a document that may have been mended."""
    return text.replace(AMPERSAND, "&")


def chunks(body: bytes, limit: int) -> Iterator[bytes]:
    """A body in pieces, unpacked where it is gzip (however it is named); raises ``TooLarge`` past ``limit`` bytes.

    Works in constant memory, so a bomb costs ``limit`` bytes of time and 64 KiB of space.
    """
    total = 0
    for piece in _unpacked(body) if body[:2] == b"\x1f\x8b" else _pieces(body):
        total += len(piece)
        if total > limit:
            raise TooLarge
        yield piece


class TooLarge(Exception):  # noqa: N818 - an outcome, caught by the reader that asked
    """A document goes on past its limit."""


class Truncated(Exception):  # noqa: N818
    """A gzip stream is broken or ends too early."""


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


def _unpacked(body: bytes) -> Iterator[bytes]:
    view, start, members = memoryview(body), 0, 0
    while bytes(view[start : start + 2]) == b"\x1f\x8b" and members < MAX_MEMBERS:  # a file may be several in a row
        stream, members = zlib.decompressobj(16 + zlib.MAX_WBITS), members + 1
        while not stream.eof and start < len(view):
            packed: bytes | memoryview = view[start : start + CHUNK]
            start += len(packed)
            try:
                while packed and not stream.eof:
                    yield stream.decompress(packed, CHUNK)
                    packed = stream.unconsumed_tail
            except zlib.error as error:
                raise Truncated(str(error)) from error
        if not stream.eof:
            raise Truncated("the stream ends too early")
        start -= len(stream.unused_data)
