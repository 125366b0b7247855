"""Bytes to text: declared, marked, sniffed and mixed charsets; what is no page is refused."""

from __future__ import annotations

import gzip

import pytest

from crawler.extraction import extract
from crawler.extraction.page.decoding import MAX_BYTES, decode
from tests.extraction.pages import TEXT, URL, article, page

LINE = "<p>Presiden Erdoğan: “gencatan senjata”</p>"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (LINE.encode(), None, LINE),
        (LINE.encode(), "text/html; charset=iso-8859-1", LINE),  # a header that lies about valid UTF-8
        (b"\xef\xbb\xbf" + LINE.encode(), None, LINE),
        (LINE.encode("utf-16"), None, LINE),
        (LINE.encode("utf-16-le"), None, LINE),
        ("<p>“kami” – é</p>".encode("cp1252"), None, "<p>“kami” – é</p>"),
        ("<p>“kami” – é</p>".encode("cp1252"), "text/html; charset=ISO-8859-1", "<p>“kami” – é</p>"),
        (
            '<meta charset="windows-1254"><p>Erdoğan</p>'.encode("cp1254"),
            None,
            '<meta charset="windows-1254"><p>Erdoğan</p>',
        ),
        ("<p>Привет</p>".encode("koi8-r"), "text/html; charset=koi8-r", "<p>Привет</p>"),
        (LINE.encode() + b"<p>\x93kami\x94</p>", "text/html; charset=utf-8", LINE + "<p>“kami”</p>"),  # pasted bytes
        (b'<meta charset="unicode_escape"><p>\\x41 \xe9</p>', None, '<meta charset="unicode_escape"><p>\\x41 é</p>'),
    ],
)
def test_charsets(body: bytes, content_type: str | None, text: str):
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (b"%PDF-1.7 <p>yang dan</p>", "text/html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "text/html"),
        (gzip.compress(LINE.encode(), mtime=0), "text/html"),
        (bytes(range(256)) * 4 + bytes(4000), None),
        (LINE.encode(), "image/svg+xml"),
        (b"<p>" + b"a" * MAX_BYTES, None),
    ],
)
def test_what_is_no_page_is_none(body: bytes, content_type: str | None):
    assert decode(body, content_type) is None
    assert extract(body, URL, content_type) is None


def test_a_windows_1252_page_comes_out_whole():
    body = page(article()).decode().replace("utf-8", "windows-1252").encode("cp1252")
    found = extract(body, URL, "text/html")
    assert found is not None
    assert found.text == TEXT
