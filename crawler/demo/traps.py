"""Outlets that would hold a careless crawl for ever. Not in the demo: ``Newsroom(traps=True)`` adds them.

Each serves one good story beside its trap, so that a test can see that the crawl got out again.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from crawler.demo import markup, tricks
from crawler.demo.newssite import SITEMAP, XML, NewsSite
from crawler.demo.server import Answer, Asked
from crawler.demo.stories import Story

BOMB = 10 * 10**9  # bytes that a gzip bomb expands to
MILLION = 1_000_000
DRIP = 100_000  # bytes promised by the server that sends one a second: no reason to refuse them at once
DAY = "/berita/kalender-"
WIT = timezone(timedelta(hours=9))
ATTACK = """\
Pos penjagaan nomor {number} di perbatasan diserang kelompok bersenjata pada Rabu dini hari. Sedikitnya {dead} tentara
tewas dan belasan lainnya terluka dalam baku tembak selama tiga jam.

Juru bicara militer mengatakan para penyerang datang dengan truk dari arah gurun dan melepaskan mortir sebelum menyerbu.
Pasukan tambahan didukung helikopter tempur memukul mundur mereka menjelang pagi.

Warga desa di sekitar pos itu mengungsi ke kota terdekat. Mereka mengaku mendengar ledakan berkali-kali dan melihat
rumah terbakar. Badan PBB mendesak semua pihak menghormati gencatan senjata yang baru diteken."""


class Trap(NewsSite):
    """An outlet of one story; ``number`` tells it from the other traps'."""

    number = 0
    article_urls = (r"^/berita/",)

    def __init__(self, address: str) -> None:
        super().__init__(address)
        day = datetime(2024, 1, 10 + self.number, 9, 30, tzinfo=WIT)
        paragraphs = [
            " ".join(paragraph.format(number=self.number, dead=self.number + 4).split())
            for paragraph in ATTACK.split("\n\n")
        ]
        slug = f"pos-perbatasan-{self.number}-diserang"
        title = f"Pos Perbatasan {self.number} Diserang Kelompok Bersenjata"
        self.stories = [Story(self.id, slug, 9000 + self.number, title, [paragraphs], "conflict", day, section="Dunia")]
        self.by_path = {self.path(story): story for story in self.stories}
        self.routes["/rss.xml"] = self.rss

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rss.xml"]}


class Calendar(Trap):
    """Pages for each day, past and future, each leading to the next and the one before; and session ids ever new."""

    id, title, number = "trap-calendar", "Kalender Tanpa Ujung", 1

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._sessions = itertools.count()
        self.routes["/indeks"] = self.index

    def sources(self) -> dict[str, list[str]]:
        return super().sources() | {"indexes": [f"{self.base}/indeks?page={{page}}"]}

    def index(self, asked: Asked) -> Answer:
        """Every page is full and new: days of a calendar, and one address under ever new session ids."""
        page = max(1, asked.number("page"))
        links = [(f"Berita hari ke-{page * 10 + n}", f"/berita/kalender-{page * 10 + n}") for n in range(10)]
        session = f"{next(self._sessions):026x}"
        story = self.stories[0]
        links.append((story.title, f"{self.path(story)}?PHPSESSID={session}"))
        return Answer(body=markup.listing("Indeks", links, f"/indeks?page={page + 1}").encode())

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith(DAY):
            day = asked.path.removeprefix(DAY)
            if day.lstrip("-").isdigit():
                near = [
                    (f"Hari {int(day) + step}", f"/berita/kalender-{int(day) + step}") for step in (-1, 1, 7, 30, 365)
                ]
                return Answer(body=markup.listing(f"Agenda hari {day}", near, near[1][1]).encode())
        return super().answer(asked)


class MillionUrls(Trap):
    """A sitemap of a million addresses, sent as it is made, and the same gzipped; every address answers."""

    id, title, number = "trap-million", "Sejuta Alamat", 2

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/sitemap.xml"] = lambda _: Answer(body=self.addresses(), kind="application/xml")
        self.routes["/sitemap.xml.gz"] = lambda _: Answer(body=gzipped(self.addresses()), kind="application/gzip")

    def sources(self) -> dict[str, list[str]]:
        return {"sitemaps": [f"{self.base}/sitemap.xml"]}

    def addresses(self) -> Iterator[bytes]:
        """The sitemap in pieces of a thousand; its first address is the story."""
        story = self.stories[0]
        yield f'{XML}<urlset xmlns="{SITEMAP}"><url><loc>{story.url}</loc></url>'.encode()
        for start in range(1, MILLION, 1000):
            rows = (f"<url><loc>{self.base}/arsip/{n}</loc></url>\n" for n in range(start, min(start + 1000, MILLION)))
            yield "".join(rows).encode()
        yield b"</urlset>"

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/arsip/"):
            number = asked.path.rsplit("/", 1)[1]
            return Answer(body=tricks.short(f"Arsip {number}", f"<p>Catatan cuaca dan harga pasar nomor {number}.</p>"))
        return super().answer(asked)


class Bomb(Trap):
    """A sitemap, a page and a feed that expand to 10 GB each, from less than 10 MB on the wire."""

    id, title, number = "trap-bomb", "Bom Gzip", 3

    def __init__(self, address: str) -> None:
        super().__init__(address)
        start = f'{XML}<urlset xmlns="{SITEMAP}">'.encode()
        page = (
            b"<html lang=id><head><title>Perang</title></head><body><p>Perang dan tentara yang tewas dan terluka.</p>"
        )
        self.routes["/sitemap.xml.gz"] = lambda _: Answer(body=bomb(start), kind="application/gzip")
        self.routes["/feed.xml"] = lambda _: Answer(
            body=bomb(XML.encode() + b"<rss><channel>"), kind="application/xml", headers={"Content-Encoding": "gzip"}
        )
        self.routes["/berita/bom"] = lambda _: Answer(body=bomb(page), headers={"Content-Encoding": "gzip"})
        self.routes["/indeks"] = lambda _: Answer(
            body=markup.listing("Indeks", [("Perang Bom di Perbatasan", "/berita/bom")]).encode()
        )

    def sources(self) -> dict[str, list[str]]:
        return {
            "feeds": [f"{self.base}/feed.xml", f"{self.base}/rss.xml"],
            "sitemaps": [f"{self.base}/sitemap.xml.gz"],
            "indexes": [f"{self.base}/indeks"],
        }


class Drip(Trap):
    """A feed and a page that come at one byte a second."""

    id, title, number = "trap-drip", "Tetes Demi Tetes", 4
    every = 1.0  # seconds

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/tetes.xml"] = lambda _: self.drip(XML.encode(), "application/rss+xml")
        self.routes["/berita/tetes"] = lambda _: self.drip(b"<html lang=id><body><p>", "text/html")
        self.routes["/indeks"] = lambda _: Answer(
            body=markup.listing("Indeks", [("Perang Tetes di Perbatasan", "/berita/tetes")]).encode()
        )

    def sources(self) -> dict[str, list[str]]:
        return {
            "feeds": [f"{self.base}/tetes.xml", f"{self.base}/rss.xml"],
            "indexes": [f"{self.base}/indeks"],
        }

    def drip(self, start: bytes, kind: str) -> Answer:
        """One byte, a pause, one byte, for as long as anybody listens."""
        pieces = (bytes([byte]) for byte in itertools.chain(start, itertools.repeat(0x20, DRIP - len(start))))
        return Answer(body=pieces, kind=kind, length=DRIP, pause=self.every)


class BrokenFeed(Trap):
    """A feed whose XML breaks off in the middle of its third item, with an entity nobody declared before it."""

    id, title, number = "trap-broken", "Umpan Rusak", 5

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rusak.xml"] = self.broken

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rusak.xml"]}

    def broken(self, _: Asked) -> Answer:
        """The story's item is whole; what follows is not."""
        story = self.stories[0]
        text = (
            f'{XML}<rss version="2.0"><channel><title>Umpan &nbsp; Rusak</title>'
            f"<item><title>{story.title}</title><link>{story.url}</link></item>"
            f"<item><title>Perang & Damai</title><link>{self.base}/berita/perang&damai?a=1&b=2</link></item>"
            "<item><title>Terpotong di te"
        )
        return Answer(body=text.encode(), kind="application/rss+xml; charset=UTF-8")


class Ring(Trap):
    """Redirects in a ring, and redirects without end, each to a new address."""

    id, title, number = "trap-ring", "Putar Balik", 6

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/berita/ring-a"] = lambda _: tricks.redirect("/berita/ring-b", 302)
        self.routes["/berita/ring-b"] = lambda _: tricks.redirect("/berita/ring-a", 302)
        self.routes["/indeks"] = lambda _: Answer(
            body=markup.listing(
                "Indeks", [("Perang Ring", "/berita/ring-a"), ("Perang Jauh", "/berita/jauh-1")]
            ).encode()
        )

    def sources(self) -> dict[str, list[str]]:
        return super().sources() | {"indexes": [f"{self.base}/indeks"]}

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/berita/jauh-"):
            number = asked.path.removeprefix("/berita/jauh-")
            return tricks.redirect(f"/berita/jauh-{int(number) + 1 if number.isdigit() else 1}", 302)
        return super().answer(asked)


def bomb(start: bytes, size: int = BOMB) -> Iterator[bytes]:
    """A gzip stream of ``start`` and then spaces up to ``size`` bytes, a thousandth of them on the wire.

    After a full flush the packer has no memory, so one packed piece can be sent again and again. The checksum at the
    end is left out: whoever reads that far has lost anyway.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    yield packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = 10 * 10**6
    packed = packer.compress(b" " * piece) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from itertools.repeat(packed, size // piece)


def gzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A gzip file, packed as it is sent."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def trap_sites() -> list[NewsSite]:
    """A site for each trap, on 127.0.0.31 and following."""
    kinds = (Calendar, MillionUrls, Bomb, Drip, BrokenFeed, Ring)
    return [kind(f"127.0.0.{31 + place}") for place, kind in enumerate(kinds)]
