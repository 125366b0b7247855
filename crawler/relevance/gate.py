"""A cheap look at a page's bytes before it is parsed: what cannot be Indonesian news is not worth the extraction.

Never asked: the declared language (on 27 real page shells 14 declared Indonesian and five English) and the first 20 kB
alone (23% of Indonesian pages hold no text there). Function words are counted over the whole body instead.
"""

from __future__ import annotations

import codecs

from ahocorasick_rs import BytesAhoCorasick, MatchKind

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
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"})
_SUFFIXES = frozenset(
    {
        "pdf",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "webp",
        "svg",
        "mp4",
        "mp3",
        "zip",
        "rar",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "css",
        "js",
    }
)
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

# Function words of Indonesian (and Malay: the judge tells those two apart), none of them a frequent word of English.
FUNCTION_WORDS = (
    "yang",
    "dan",
    "di",
    "dengan",
    "untuk",
    "pada",
    "dari",
    "ini",
    "itu",
    "tidak",
    "dalam",
    "akan",
    "oleh",
)
FEWEST = 3  # of them on a page, of two kinds at least (see bench/RELEVANCE.md)
# All of them at once, as they are written in a text, at its beginning and in a headline of capitals: a twelfth of the
# time that counting one after the other in a lower-case copy takes (59 and 770 µs a page of 98 kB).
_WRITTEN = [f" {written}".encode() for word in FUNCTION_WORDS for written in (word, word.title(), word.upper())]
_FINDER = BytesAhoCorasick(_WRITTEN, matchkind=MatchKind.LeftmostFirst)
_PIECE = 64 * 1024  # bytes searched at a time: an Indonesian page is known by its first, and matches are a list
_LONGEST = max(map(len, FUNCTION_WORDS)) + 2  # with the space on either side

# A page on armed conflict holds at least one of these somewhere (parts of words, so that every inflection is found).
CONFLICT_WORDS = tuple(
    b"perang tentara militer pasukan serang nyerang tewas bom senjata rudal roket konflik tembak nembak bentrok milisi"
    b" militan gerilya berontak gencatan tempur ledak prajurit pengungsi".split()
)


def gate(body: bytes, url: str, content_type: str | None, *, conflict_words: bool = False) -> str | None:
    """Why a page is not worth parsing, in a few words, or None: go on.

    ``body`` is decompressed; ``content_type`` the header's value; ``url`` speaks where that header is silent.

    ``conflict_words`` also turns away pages without any word of armed conflict; not for topics of another kind.
    """
    reason = _not_html(body, url, content_type)
    if reason:
        return reason
    text = _as_ascii(body, content_type)
    if not _is_indonesian(text):
        return "no Indonesian text"
    if conflict_words and not any(word in text.lower() for word in CONFLICT_WORDS):
        return "no word of armed conflict"
    return None


def _is_indonesian(text: bytes) -> bool:
    """Whether enough function words stand in it, each between two spaces."""
    count, kinds = 0, set()
    for start in range(0, len(text), _PIECE):
        piece = text[max(0, start - _LONGEST) : start + _PIECE]
        fresh = min(start, _LONGEST)  # words that end before it were seen in the piece before
        for word, _, end in _FINDER.find_matches_as_indexes(piece):
            if piece[end : end + 1] == b" " and end >= fresh:
                count += 1
                kinds.add(word // 3)
        if count >= FEWEST and len(kinds) > 1:
            return True
    return False


def _not_html(body: bytes, url: str, content_type: str | None) -> str | None:
    if not body.strip(b"\x00 \t\r\n"):
        return "empty"
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind not in _HTML_TYPES and "/" in kind and kind != "application/octet-stream":
        return f"not HTML: {kind[:60]}"
    suffix = url.partition("?")[0].lower().rpartition(".")[2]
    if not kind and suffix in _SUFFIXES:
        return f"not HTML: .{suffix}"
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


def _as_ascii(body: bytes, content_type: str | None) -> bytes:
    """All encodings of Indonesian pages but UTF-16 leave ASCII words as they are."""
    codec = _utf16(body, content_type)
    return body.decode(codec, "ignore").encode("ascii", "replace") if codec else body
