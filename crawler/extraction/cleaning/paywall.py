"""The pitch for a subscription below a teaser: a first line that asks for money or a login, and its small print."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ASKS = re.compile(
    r"\b(?:lanjut(?:kan|an)? (?:mem)?baca|(?:mem)?baca (?:selengkapnya|selanjutnya|lebih lanjut|seluruh|artikel)"
    r"|(?:nikmati|dapatkan|buka|raih) (?:seluruh )?(?:akses|artikel|konten)|akses (?:penuh|tanpa batas"
    r"|premium))\b.{0,120}"
    r"\b(?:berlangganan|langganan|subscribe|premium|login|mendaftar|masuk ke akun)\b"
    r"|\b(?:berlangganan|langganan)\b.{0,80}\b(?:mulai|hanya|cuma) (?:dari )?rp\b"
    r"|^\W{0,3}(?:artikel|konten|berita|laporan|tulisan|liputan)(?: ini)? (?:hanya |khusus |eksklusif "
    r"|tersedia ){1,4}(?:untuk |bagi )?"
    r"(?:para )?(?:pelanggan|anggota|member)",
    re.IGNORECASE,
)
_TALKS = re.compile(
    r"\b(?:berlangganan|langganan|pelanggan|premium|akun|login|masuk|daftar|per bulan|per tahun|sebulan"
    r"|setahun|paket|membayar"
    r"|pembayaran|kartu kredit|dompet digital|pulsa|arsip|edisi (?:cetak|digital)|voucher|dibatalkan|dihentikan|gratis"
    r"|uji coba|akses|subscribe|subscription)\b",
    re.IGNORECASE,
)

_LABEL = 120  # characters of a pitch that needs no further proof; a longer one could be a story about subscriptions
_TO_READER = re.compile(
    r"\b(?:anda|kamu|kalian|kami|rp|(?:artikel|konten|berita|tulisan|laporan) ini)\b"
    r"|^\W{0,3}(?:nikmati|dapatkan|berlangganan|lanjutkan|baca|akses|silakan|silahkan|untuk membaca|subscribe)\b",
    re.IGNORECASE,
)


def talks(text: str) -> bool:
    """Whether a short text is about a subscription: it asks for one, or two different words of it are of that kind."""
    return _ASKS.search(text) is not None or len({word.lower() for word in _TALKS.findall(text)}) > 1


def pitch(texts: Sequence[str]) -> list[int]:
    """Positions of the lines of a pitch: the one that asks, then every line that goes on about it."""
    for at, text in enumerate(texts):
        if at and len(text) <= 300 and _ASKS.search(text) and (len(text) <= _LABEL or _TO_READER.search(text)):
            found = [at]
            for after in range(at + 1, len(texts)):
                if not _TALKS.search(texts[after][:400]):
                    break
                found.append(after)
            return found
    return []
