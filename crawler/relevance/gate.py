"""A cheap look at a page's bytes before it is parsed: what cannot be Indonesian news is not worth the extraction.

Never asked: the declared language (on 27 real page shells 14 declared Indonesian and five English) and the first 20 kB
alone (23% of Indonesian pages hold no text there). Function words are counted over the whole body instead.
"""

from __future__ import annotations

import codecs
import re

# Magic numbers of what servers send under the name of HTML (https://mimesniff.spec.whatwg.org/, tables of section 6).
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "media"),
    (b"PK\x03\x04", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\xd0\xcf\x11\xe0", "office document"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x00\x00\x01\x00", "image"),
)
_HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "text/htm")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

# Function words of Indonesian (and Malay: the judge tells those two apart), none of them a frequent word of English.
FUNCTION_WORDS = tuple(f" {word} ".encode() for word in ("yang", "dan", "dengan", "untuk", "pada", "dari", "tidak", "dalam"))
FEWEST = 4  # of them on a page, of two kinds at least (see bench/RELEVANCE.md)

# A page on armed conflict holds at least one of these somewhere (stems, so that every inflection is found).
CONFLICT_WORDS = (
    b"perang", b"tentara", b"militer", b"pasukan", b"serang", b"nyerang", b"tewas", b"bom", b"senjata", b"rudal", b"roket", b"konflik",
    b"tembak", b"nembak", b"bentrok", b"milisi", b"militan", b"gerilya", b"berontak", b"gencatan", b"tempur", b"ledak", b"prajurit", b"pengungsi",
)  # fmt: skip

_SPACES = re.compile(rb"[\t\r\n\xa0>]+")


def gate(body: bytes, url: str, content_type: str | None, *, conflict_words: bool = False) -> str | None:
    """Why a page is not worth parsing, in a few words, or None: go on.

    ``conflict_words`` also turns away pages without any word of armed conflict; not for topics of another kind.
    """
    reason = _not_html(body, content_type)
    if reason:
        return reason
    text = _lowered(body, content_type)
    counts = [text.count(word) for word in FUNCTION_WORDS]
    if sum(counts) < FEWEST or sum(1 for count in counts if count) < 2:
        return "no Indonesian text"
    if conflict_words and not any(word in text for word in CONFLICT_WORDS):
        return "no word of armed conflict"
    return None


def _not_html(body: bytes, content_type: str | None) -> str | None:
    if not body.strip(b"\x00 \t\r\n"):
        return "empty"
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and kind not in _HTML_TYPES and "/" in kind and kind != "application/octet-stream":
        return f"not HTML: {kind[:60]}"
    start = body[:16].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, what in _MAGIC:
        if start.startswith(magic):
            return f"not HTML: {what}"
    if not _utf16(body, content_type) and body[:4096].count(0) > 16:
        return "not HTML: binary"
    return None


def _utf16(body: bytes, content_type: str | None) -> str | None:
    for mark, codec in _UTF16.items():
        if body.startswith(mark):
            return codec
    if "utf-16" in (content_type or "").lower():
        return "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    if body[1:2] == b"\0" and body[3:4] == b"\0":  # "<\0h\0": UTF-16 without mark
        return "utf-16-le"
    if body[:1] == b"\0" and body[2:3] == b"\0":
        return "utf-16-be"
    return None


def _lowered(body: bytes, content_type: str | None) -> bytes:
    """Lower case, one kind of space. Every other encoding in use keeps ASCII words as they are."""
    codec = _utf16(body, content_type)
    if codec:
        body = body.decode(codec, "ignore").encode("ascii", "replace")
    return body.lower()
