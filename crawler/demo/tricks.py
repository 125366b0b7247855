"""Answers that are not what they seem: redirects, errors, block pages, oversized and mislabelled ones.

``NAMES`` tells each odd address of ``jejak-timur`` and what is there. None of them is an article, except that "moved"
leads to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from crawler.demo.server import Answer
from crawler.demo.stories import Story

PAGES = Path(__file__).parent / "markups"
BIG = 20 * 1024 * 1024  # bytes of the oversized page

NAMES: dict[str, tuple[str, str, str]] = {  # name: address, headline that leads there, what it is
    "moved": ("/2019/05/12/konvoi-diserang.html", "Konvoi Bantuan Diserang Kelompok Bersenjata", "301 to a story"),
    "leaves": ("/artikel.php?id=901", "Perang Perbatasan: Laporan Mitra Kami", "302 to a host of no outlet"),
    "loop": ("/artikel.php?id=902", "Serangan Roket Berulang di Kota Perbatasan", "redirects in a ring"),
    "missing": ("/artikel.php?id=99999", "Tentara Bentrok dengan Milisi di Ibu Kota", "404"),
    "gone": ("/2018/11/30/gencatan-senjata-batal.html", "Gencatan Senjata Batal Diteken", "410"),
    "soft_404": ("/artikel.php?id=905", "Serangan Udara Hantam Gudang Senjata", "not found, with status 200"),
    "blocked": ("/artikel.php?id=906", "Liputan Khusus: Garis Depan Perang", "a block page with status 200"),
    "challenge": ("/artikel.php?id=907", "Liputan Khusus: Pengungsi Perang", "a challenge page with status 200"),
    "script": ("/artikel.php?id=908", "Liputan Khusus: Suara dari Pengungsian", "asks for JavaScript"),
    "big": ("/artikel.php?id=909", "Dokumen Lengkap Perjanjian Gencatan Senjata", "20 MB"),
    "pdf": ("/artikel.php?id=910", "Laporan Korban Perang, Versi Lengkap", "a PDF called text/html"),
    "noise": ("/artikel.php?id=911", "Daftar Istilah Militer dan Perang", "bytes of no encoding"),
}


def links() -> list[tuple[str, str]]:
    """The odd addresses with the headlines that lead there."""
    return [(headline, address) for address, headline, _ in NAMES.values()]


def page(name: str) -> bytes:
    """A page of ``markups/`` that needs no filling in."""
    return (PAGES / f"{name}.html").read_bytes()


def short(title: str, text: str) -> bytes:
    """A page of two lines."""
    head = f"<!DOCTYPE html><html><head><title>{title}</title></head>"
    return f"{head}<body><h1>{title}</h1>{text}</body></html>".encode()


def missing() -> Answer:
    """An honest 404."""
    return Answer(404, short("404", "<p>Halaman yang Anda cari tidak ada.</p>"))


def unavailable() -> Answer:
    """Busy, for one second."""
    return Answer(503, short("503 Service Unavailable", ""), headers={"Retry-After": "1"})


def redirect(target: str, status: int = 301) -> Answer:
    """A redirect with an empty page."""
    return Answer(status, b"", headers={"Location": target})


def blocked() -> Answer:
    """As a content delivery network turns robots away, but with status 200."""
    return Answer(body=page("blocked"), headers={"CF-RAY": "8f00c0ffee000001-SIN"})


def big() -> Answer:
    """An article's beginning, then filler up to 20 MB."""
    start = short("Dokumen Lengkap", "<p>Naskah perjanjian gencatan senjata selengkapnya.</p>")

    def pieces() -> Iterator[bytes]:
        yield start
        filler = b"<!-- " + b"lampiran " * 7280 + b"-->\n"
        left = BIG - len(start)
        while left > 0:
            yield filler[:left]
            left -= len(filler)

    return Answer(body=pieces(), length=BIG)


def pdf() -> Answer:
    """The beginning of a PDF file, and the end, with noise between."""
    noise = bytes((index * 73 + index // 251) % 256 for index in range(40_000))
    start = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstream\n"
    return Answer(body=start + noise + b"\nendstream\n%%EOF\n")


def noise() -> Answer:
    """Says UTF-8 in its header and UTF-16 in its meta tag; the bytes are neither."""
    start = b"<html><head><meta charset=utf-16><title>Daftar</title></head><body><p>"
    return Answer(body=start + bytes(range(128, 256)) * 8 + b"</p></body></html>")


class Tricky(Protocol):
    """What a site must have to play these tricks."""

    address: str
    base: str
    elsewhere: str

    @property
    def listed(self) -> list[Story]: ...

    def path(self, story: Story) -> str: ...


def routes(site: Tricky) -> dict[str, Callable[[], Answer]]:
    """What a site says at the odd addresses; only the ring has a second one."""
    target = site.listed[-1]
    answers: dict[str, Callable[[], Answer]] = {
        "moved": lambda: redirect(f"{site.base}{site.path(target)}"),
        "leaves": lambda: redirect(f"{site.base.replace(site.address, site.elsewhere)}/perang", 302),
        "loop": lambda: redirect("/artikel.php?id=903", 302),
        "missing": missing,
        "gone": lambda: Answer(410, short("410 Gone", "")),
        "soft_404": lambda: Answer(body=page("soft_404")),
        "blocked": blocked,
        "challenge": lambda: Answer(body=page("challenge")),
        "script": lambda: Answer(body=page("script")),
        "big": big,
        "pdf": pdf,
        "noise": noise,
    }
    back = {"/artikel.php?id=903": lambda: redirect(NAMES["loop"][0], 302)}
    return {NAMES[name][0]: answer for name, answer in answers.items()} | back
