"""Pages with status 200 that are not what was asked for, and news about such things that is."""

from __future__ import annotations

import pytest

from crawler.demo import tricks
from crawler.processing.block_pages import diagnose
from tests.baits import LIMIT, ends_within

NEWS = (
    "<p>Pasukan kedua negara kembali baku tembak di sepanjang garis kontak pada Senin malam. Sedikitnya tujuh tentara"
    " tewas dan belasan warga desa mengungsi ke kota terdekat, kata juru bicara militer.</p>"
)


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<html lang=id><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (tricks.page("blocked"), "block page: Cloudflare block"),
        (tricks.page("challenge"), "block page: AWS WAF challenge"),
        (tricks.page("script"), "block page: JavaScript demanded"),
        (tricks.page("soft_404"), "soft 404"),
        (
            page("Just a moment...", '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>'),
            "block page: Cloudflare challenge",
        ),
        (
            page("", "<script>window.awsWafCookieDomainList = [];window.gokuProps = {};</script>"),
            "block page: AWS WAF challenge",
        ),
        (page("contoh.id", "<p>Mohon aktifkan JavaScript untuk melanjutkan.</p>"), "block page: JavaScript demanded"),
        (
            page("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this server."),
            "block page: access denied",
        ),
        (page("Internet Positif", "<p>Situs ini diblokir.</p>"), "block page: blocked by the provider"),
        (page("Galat", "<h1>Gagal tersambung ke basis data</h1>"), "block page: database down"),
        (page("", "<b>Warning</b>: mysqli_connect(): (HY000/2002): No such file"), "block page: database down"),
        (page("", "SQLSTATE[HY000] [1040] Too many connections"), "block page: database down"),
        (page("502 Bad Gateway", "<h1>502 Bad Gateway</h1><hr>nginx"), "block page: server error"),
        (page("503 Backend fetch failed", "<h3>Guru Meditation:</h3>"), "block page: server error"),
        (page("508 Resource Limit Is Reached", "<h1>Resource Limit Is Reached</h1>"), "block page: server error"),
        (page("sorotan.id | 521: Web server is down", "<p>Cloudflare</p>"), "block page: server error"),
        (page("Account Suspended", "<p>This Account has been suspended.</p>"), "block page: server error"),
        (page("", "<p>Terjadi kesalahan serius pada situs web ini.</p>"), "block page: server error"),
        (page("", "<h1>Website kami sedang dalam perawatan</h1>"), "block page: maintenance"),
        (page("", "<p>Kami sedang melakukan perbaikan sistem.</p>"), "block page: maintenance"),
        (page("Segera kembali", "<p>Situs ini sedang dalam perbaikan.</p>"), "block page: maintenance"),
        (page("404 Not Found", "<h1>Not Found</h1>"), "soft 404"),
        (page("404 - Kabar Senja", "<p>Kembali ke beranda</p>"), "soft 404"),
        (page("Kabar Senja | Error 404", "<p>Kembali ke beranda</p>"), "soft 404"),
        (page("Kabar Senja", "<h1><span>404</span></h1><p>Ups.</p>"), "soft 404"),
        (page("Kabar", "<h1>Maaf, halaman yang Anda cari tidak ada</h1>"), "soft 404"),
    ],
)
def test_block_pages_and_soft_404s_are_named(body: bytes, found: str) -> None:
    assert diagnose(body) == found


@pytest.mark.parametrize(
    "body",
    [
        page("404 Warga Sipil Tewas Sejak Awal Perang - Kabar Senja", f"<h1>404 Warga Sipil Tewas</h1>{NEWS}"),
        page("Tujuh Tentara Tewas", "<noscript>Please enable JavaScript to see the comments.</noscript>" + NEWS * 5),
        page("Situs Berita Lumpuh", NEWS * 8 + "<p>Pembaca hanya melihat: Attention Required! | Cloudflare.</p>"),
        page("Bangkai Pesawat Belum Ditemukan", NEWS),
        page("Bandara Ditutup", f"{NEWS}<p>Landasannya sedang dalam perbaikan, tulis situs berita Anadolu.</p>"),
        page("Jalur Pipa Diserang", f"{NEWS}<p>Pipa itu sedang dalam pemeliharaan, kata situs pemerintah.</p>"),
        page("Pasukan Gagal Maju", f"{NEWS}<p>Rebutan koneksi jaringan di kota itu belum usai.</p>"),
        page("Tujuh Tewas", NEWS * 3, '<script src="/cdn-cgi/challenge-platform/jsd/main.js"></script>'),
        page("Serangan Siber", NEWS * 8 + '<p>Pesan "Access denied: you don\'t have permission to access" muncul.</p>'),
        page("Menara 404 Dibuka", NEWS * 3 + "<h1>Halaman Depan</h1>"),
        b"",
        b"\xff\xfe\x00",
    ],
)
def test_pages_like_any_other_are_not_suspected(body: bytes) -> None:
    assert diagnose(body) is None


@pytest.mark.parametrize("filler", [b"<", b"<a ", b"<title>", b"<script ", b"<h1>404", b"&", b"<noscript>x"])
def test_hostile_pages_do_not_keep_it_busy(filler: bytes) -> None:
    body = b"<title>404</title> enable javascript " + filler * (400_000 // len(filler))
    with ends_within(LIMIT):  # 0.1 s at most when measured
        diagnose(body)
