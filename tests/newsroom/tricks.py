"""Answers that are not what they seem: redirects, errors, block pages, oversized and mislabelled ones.

``NAMES`` tells each odd address of ``jejak-timur`` and what a crawl should make of it; none of them is an article, except
that "moved" leads to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.newsroom.server import Answer, Asked

if TYPE_CHECKING:
    from tests.newsroom.outlets import JejakTimur

BIG = 20 * 1024 * 1024  # bytes of the oversized page

NAMES: dict[str, tuple[str, str, str]] = {  # name: address, headline that leads there, what it is
    "moved": ("/2019/berita-lama.html", "Konvoi Bantuan Diserang Kelompok Bersenjata", "301 to a story"),
    "leaves": ("/mitra/keluar", "Perang Perbatasan: Laporan Mitra Kami", "302 to a host of no outlet"),
    "loop": ("/putar/a", "Serangan Roket Berulang di Kota Perbatasan", "redirects in a ring"),
    "missing": ("/artikel.php?id=99999", "Tentara Bentrok dengan Milisi di Ibu Kota", "404"),
    "gone": ("/arsip/dihapus.html", "Gencatan Senjata Batal Diteken", "410"),
    "soft_404": ("/artikel.php?id=0", "Serangan Udara Hantam Gudang Senjata", "not found, with status 200"),
    "blocked": ("/liputan/khusus-1.html", "Liputan Khusus: Garis Depan Perang", "a block page with status 200"),
    "challenge": ("/liputan/khusus-2.html", "Liputan Khusus: Pengungsi Perang", "a challenge page with status 200"),
    "script": ("/liputan/khusus-3.html", "Liputan Khusus: Suara dari Pengungsian", "asks for JavaScript"),
    "big": ("/dokumen/lampiran.html", "Dokumen Lengkap Perjanjian Gencatan Senjata", "20 MB"),
    "pdf": ("/dokumen/laporan.html", "Laporan Korban Perang, Versi Lengkap", "a PDF called text/html"),
    "other_charset": ("/dokumen/salah.html", "Daftar Istilah Militer", "bytes of no encoding"),
}


def links() -> list[tuple[str, str]]:
    """The odd addresses with the headlines that lead there."""
    return [(headline, address) for address, headline, _ in NAMES.values()]


def page(title: str, body: str) -> bytes:
    """A short page."""
    return f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()


def missing() -> Answer:
    """An honest 404."""
    return Answer(404, page("404", "<h1>404</h1><p>Halaman yang Anda cari tidak ada.</p>"))


def unavailable() -> Answer:
    """Busy, for one second."""
    return Answer(503, page("503", "<h1>503 Service Unavailable</h1>"), headers={"Retry-After": "1"})


def redirect(target: str, status: int = 301) -> Answer:
    """A redirect with an empty page."""
    return Answer(status, b"", headers={"Location": target})


def soft_404() -> Answer:
    """Not found, but the status says all is well."""
    return Answer(body=page("Halaman tidak ditemukan - Jejak Timur", "<h1>Halaman tidak ditemukan</h1><p>Maaf, halaman yang Anda cari"
                            " tidak ditemukan atau sudah dipindahkan. Silakan kembali ke <a href='/'>halaman depan</a>.</p>"))  # fmt: skip


def blocked() -> Answer:
    """As a content delivery network turns robots away."""
    return Answer(
        body=page(
            "Attention Required! | Cloudflare",
            '<div id="cf-wrapper"><div class="cf-alert cf-alert-error cf-cookie-error" id="cookie-alert">Please enable cookies.</div>'
            '<div id="cf-error-details" class="cf-error-details-wrapper"><h1 data-translate="block_headline">Sorry, you have been blocked'
            '</h1><h2 class="cf-subheadline">You are unable to access this website</h2><p>This website is using a security service to'
            " protect itself from online attacks.</p><p>Cloudflare Ray ID: <strong>8f00c0ffee000001</strong></p></div></div>",
        ),
        headers={"Server": "cloudflare", "CF-RAY": "8f00c0ffee000001-SIN"},
    )


def challenge() -> Answer:
    """As a web application firewall asks the browser to prove itself."""
    return Answer(
        body=page(
            "Human Verification",
            '<div id="challenge-container"></div><script src="/challenge.js"></script><script>AwsWafIntegration.saveReferrer();'
            "AwsWafIntegration.checkForceRefresh().then(() => window.location.reload(true));</script><noscript><h1>JavaScript is"
            " disabled</h1>In order to continue, we need to verify that you're not a robot. This requires JavaScript.</noscript>",
        )
    )


def script() -> Answer:
    """Nothing without JavaScript."""
    return Answer(body=page("Memuat...", '<div id="app"></div><noscript>Please enable JavaScript to continue using this application.'
                            '</noscript><script src="/app.js"></script>'))  # fmt: skip


def big() -> Answer:
    """An article's beginning, then filler up to 20 MB."""
    start = page("Dokumen Lengkap", "<h1>Dokumen Lengkap</h1><p>Naskah perjanjian gencatan senjata selengkapnya.</p>")

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
    return Answer(body=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstream\n" + noise + b"\nendstream\n%%EOF\n")


def no_charset() -> Answer:
    """Says UTF-8 in its header and UTF-16 in its meta tag; the bytes are neither."""
    body = b"<html><head><meta charset=utf-16><title>Daftar</title></head><body><p>" + bytes(range(128, 256)) * 8 + b"</p></body></html>"
    return Answer(body=body)


def routes(site: JejakTimur) -> dict[str, Callable[[Asked], Answer]]:
    """The odd addresses of a site."""
    target = site.listed[-1]
    return {
        "/2019/berita-lama.html": lambda _: redirect(f"{site.base}{site.path(target)}"),
        "/mitra/keluar": lambda _: redirect(f"{site.base.replace(site.address, site.elsewhere)}/perang", 302),
        "/putar/a": lambda _: redirect("/putar/b", 302),
        "/putar/b": lambda _: redirect("/putar/a", 302),
        "/arsip/dihapus.html": lambda _: Answer(410, page("410", "<h1>410 Gone</h1>")),
        "/liputan/khusus-1.html": lambda _: blocked(),
        "/liputan/khusus-2.html": lambda _: challenge(),
        "/liputan/khusus-3.html": lambda _: script(),
        "/dokumen/lampiran.html": lambda _: big(),
        "/dokumen/laporan.html": lambda _: pdf(),
        "/dokumen/salah.html": lambda _: no_charset(),
    }
