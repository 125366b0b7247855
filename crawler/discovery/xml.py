"""XML of strangers: no entities, no DTD, no network, no huge nodes; what is broken is read as far as it goes."""

from __future__ import annotations

import codecs
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


HEAD = 4096  # bytes looked at for an encoding
MAX_BEFORE = 16 * 1024  # bytes of warnings that PHP may print before the document

_ROOT = re.compile(rb"<\?xml\s|<(?:\w{1,20}:)?(?:rss|feed|RDF|urlset|sitemapindex)[\s>]")
_DECLARED = re.compile(rb"""(<\?xml[^<>]{0,200}?)\s{1,20}encoding\s{0,9}=\s{0,9}["'][\w.:-]{1,40}["']""")
_WIDE = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["'](?:utf-?(?:16|32)|ucs-?[24]|iso-10646)""", re.IGNORECASE
)


def document(body: bytes, limit: int, troubles: list[str]) -> Iterator[bytes]:
    """The pieces of an XML document or a plain list of addresses, unpacked, in an encoding its bytes agree with.

    White space, a mark of the byte order and what a program printed before the document are gone (the latter is named
    in ``troubles``); UTF-16 comes as UTF-8, and a declaration of UTF-16 over bytes that are not is dropped. Raises as
    ``chunks`` does.
    """
    pieces = chunks(body, limit)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= MAX_BEFORE:
            break
    wide = _wide(head)
    if wide:
        decoder = codecs.getincrementaldecoder(wide)("replace")
        head = decoder.decode(head).encode()
        pieces = (decoder.decode(piece).encode() for piece in pieces)
    head = head.removeprefix(codecs.BOM_UTF8).lstrip().removeprefix(codecs.BOM_UTF8)
    root = _ROOT.search(head[:MAX_BEFORE])
    if root and root.start() and not _HTML.match(head):
        before, head = head[: root.start()], head[root.start() :]
        if _COMMENTS.sub(b"", before).strip():
            troubles.append("text before the XML")
    if wide or _WIDE.match(head):
        head = _DECLARED.sub(rb"\1", head, count=1)
    if head:
        yield head
    yield from pieces


_HTML = re.compile(rb"\s{0,100}(?:<!doctype\s{1,10}html|<html[\s>])", re.IGNORECASE)
_COMMENTS = re.compile(rb"<!--[^<>]{0,4000}-->|<[?!][^<>]{0,2000}>")


def is_html(head: bytes) -> bool:
    """Whether a document begins as a page for people does."""
    return _HTML.match(head) is not None


def _wide(head: bytes) -> str | None:
    """UTF-16 by its mark, or by the zero bytes of its first characters."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    sample = head[:HEAD].lstrip(b" \t\r\n")
    if len(sample) >= 8 and sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    if len(sample) >= 8 and sample[::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    return None


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
