"""The traps: each does what would hold a careless crawl, and lets go of its own threads when the newsroom closes."""

from __future__ import annotations

import gzip
import io
import itertools
import time
import zlib
from collections.abc import Iterator

import lxml.etree
import pytest

from crawler.demo import Newsroom
from crawler.demo.client import get
from crawler.demo.traps import BOMB, bomb
from crawler.outlets import read_file


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(traps=True) as room:
        yield room


def test_traps_are_outlets_of_their_own(room: Newsroom) -> None:
    traps = [outlet for outlet in read_file(room.toml) if outlet.id.startswith("trap-")]

    assert [trap.domains for trap in traps] == [[f"127.0.0.{number}"] for number in range(31, 37)]
    for trap in traps:
        (story,) = room.site(trap.id).stories
        assert story.title in get(story.url).text


def test_calendar_without_end(room: Newsroom) -> None:
    base = room.site("trap-calendar").base

    assert "/berita/kalender-12346" in get(f"{base}/berita/kalender-12345").text
    assert "/berita/kalender--1" in get(f"{base}/berita/kalender-0").text
    assert "/indeks?page=778" in get(f"{base}/indeks?page=777").text
    assert get(f"{base}/indeks?page=1").body != get(f"{base}/indeks?page=1").body  # ever new session ids


def test_sitemap_of_a_million(room: Newsroom) -> None:
    site = room.site("trap-million")

    body = get(f"{site.base}/sitemap.xml").body
    assert body.count(b"<loc>") == 1_000_000
    assert body.endswith(b"</urlset>")
    start = gzip.GzipFile(fileobj=io.BytesIO(get(f"{site.base}/sitemap.xml.gz", most=100_000).body)).read(300)
    assert site.stories[0].url.encode() in start
    assert get(f"{site.base}/arsip/999999").status == 200


def test_bomb_is_small_on_the_wire_and_large_unpacked(room: Newsroom) -> None:
    assert BOMB == 10 * 10**9
    assert sum(map(len, bomb(b"<urlset>"))) < 10_000_000
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert sum(len(unpacker.decompress(piece)) for piece in itertools.islice(bomb(b"<urlset>"), 4)) > 30 * 10**6

    base = room.site("trap-bomb").base
    assert "content-encoding" not in get(f"{base}/sitemap.xml.gz", most=10).headers
    page = get(f"{base}/berita/bom", most=200_000)
    assert page.headers["content-encoding"] == "gzip"
    assert zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(page.body, 1000).startswith(b"<html")


def test_one_byte_at_a_time(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    site = room.site("trap-drip")
    assert site.every == 1.0
    monkeypatch.setattr(site, "every", 0.01)

    answer = get(f"{site.base}/tetes.xml", most=5)
    assert answer.body == b"<?xml"
    assert answer.headers["content-length"] == "100000"


def test_broken_feed(room: Newsroom) -> None:
    site = room.site("trap-broken")
    body = get(f"{site.base}/rusak.xml").body

    with pytest.raises(lxml.etree.XMLSyntaxError):
        lxml.etree.fromstring(body)
    assert site.stories[0].url.encode() in body


def test_rings(room: Newsroom) -> None:
    base = room.site("trap-ring").base

    assert get(f"{base}/berita/ring-a").headers["location"] == "/berita/ring-b"
    assert get(f"{base}/berita/ring-b").headers["location"] == "/berita/ring-a"
    assert get(f"{base}/berita/jauh-41").headers["location"] == "/berita/jauh-42"


def test_closing_does_not_wait_for_slow_answers() -> None:
    with Newsroom(traps=True) as room:
        get(f"{room.site('trap-drip').base}/tetes.xml", most=1)
        start = time.monotonic()
    assert time.monotonic() - start < 5
