"""Bytes of a page to text: which charset, and whether it is a page at all.

The order follows the HTML standard's encoding sniffing (WHATWG HTML, 13.2.3), with one change measured on real pages:
bytes that are valid UTF-8 and not plain ASCII are UTF-8, whatever header and meta say.
"""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 8_000_000  # the largest real article page seen was 0.9 MB; ten times that is a mistake or an attack
_SNIFF = 4096  # bytes in which a page declares its charset; the standard asks for the first 1024

# Files that servers send as text/html: PDF, ZIP (docx), gzip, PNG, JPEG, GIF, RIFF (webp), MP4, ELF, RAR, 7z, OLE (doc)
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x7fELF", b"Rar!",
          b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"OggS", b"ID3", b"wOFF", b"wOF2", b"{\\rtf")  # fmt: skip
_TEXT_TYPES = ("text/", "application/xhtml", "application/xml", "application/octet-stream")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE
)
_HEADER = re.compile(r"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Codecs that are charsets of web pages; Python's "hex", "zip", "unicode_escape" and the like must not be reachable.
_CHARSETS = re.compile(
    r"^(utf-8|utf-16(-[lb]e)?|cp(125\d|874|932|936|949|950|866)|iso8859-\d{1,2}|koi8-[ru]|mac-(roman|cyrillic)|gb2312|gbk|gb18030"
    r"|big5(hkscs)?|shift_jis|euc_(jp|kr)|iso2022_jp|tis-620)$"
)


def decode(body: bytes, content_type: str | None = None) -> str | None:
    """The page as text, or None where the bytes are no text page (another file type, binary, too large, empty)."""
    if not body or len(body) > MAX_BYTES or body.lstrip()[:8].startswith(_MAGIC):
        return None
    if content_type and "/" in content_type and not content_type.strip().lower().startswith(_TEXT_TYPES):
        return None
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").replace("\0", "")
    head = body[:_SNIFF]
    if head.count(b"\0") > len(head) // 8:  # UTF-16 without a mark, or binary
        return _utf16(body)
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, content_type)


def _utf16(body: bytes) -> str | None:
    # Latin letters have their NUL behind them in little endian, before them in big endian.
    head = body[:_SNIFF]
    name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    text = body.decode(name, "ignore")
    return text if "<" in text else None


def _decode_legacy(body: bytes, content_type: str | None) -> str:
    charset = declared_charset(body, content_type)
    if charset not in (None, "utf-8"):
        try:
            return body.decode(str(charset))
        except (UnicodeDecodeError, LookupError):
            if charset not in ("cp1252", "iso8859-1"):
                charset = None
    valid = len(_MULTIBYTE.findall(body))
    stray = len(body.decode("ascii", "ignore")) + sum(map(len, _MULTIBYTE.findall(body)))
    broken = len(body) - stray
    # More good sequences than stray bytes: UTF-8 that was cut or pasted into. Otherwise a single-byte page.
    return body.decode(
        "utf-8" if (valid > broken and charset is None) or (charset == "utf-8" and valid) else "cp1252", "stray"
    )


def declared_charset(body: bytes, content_type: str | None) -> str | None:
    """Python's name of the declared charset: the header's, else the page's own; None where unknown or not a charset."""
    found = [m.group(1) for m in [_HEADER.search(content_type or "")] if m]
    found += [m.group(1).decode("ascii") for m in [_DECLARED.search(body[:_SNIFF])] if m]
    for label in found:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if _CHARSETS.match(name):
            return "cp1252" if name in ("iso8859-1", "ascii") else name  # as every browser does
    return None


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Reads bytes that do not fit as windows-1252, where such bytes are pasted from; C1 controls where undefined."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    return "".join(_CP1252[byte] for byte in piece), error.end


_CP1252 = [bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)) for b in range(256)]
codecs.register_error("stray", _stray)
