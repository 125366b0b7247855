"""A document that goes on to its own end, and one that does not."""

from __future__ import annotations

import pytest

from crawler.fetching.whole_bodies import is_complete


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body><p>Perang</p></body></html>\n",
        b"<HTML><BODY>Perang</BODY></HTML ><!-- 0.03 s -->",
        b"\xef\xbb\xbf<?xml version='1.0'?><rss><channel></channel></rss>",
        b"<feed></feed>",
        b"<?xml version='1.0'?><sm:urlset xmlns:sm='x'><sm:url/></sm:urlset>",
        b'[{"id": 1}]\n',
        b'{"posts": []}',
        b"User-agent: *\nDisallow:",  # says nothing of its end
        b"",
    ],
)
def test_documents_that_end_are_complete(body: bytes) -> None:
    assert is_complete(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body><p>Pasukan kedua negara kembali",
        b"\n\n<html><body><p>Perang</p></bo",
        b"<?xml version='1.0'?><urlset><url><loc>https://contoh.id/1</loc></url><url>",
        b"<rss><channel><item></item></channel>",
        b'[{"id": 1}, {"id": 2',
    ],
)
def test_documents_that_stop_before_are_not(body: bytes) -> None:
    assert not is_complete(body)
