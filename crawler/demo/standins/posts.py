"""Posts by the hundred from a small stock of sentences: the same numbers give the same posts on each start."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta, timezone

from crawler.demo.stories import Story

WIB = timezone(timedelta(hours=7))
FIRST = datetime(2020, 9, 1, 6, 30, tzinfo=WIB)  # the oldest post; then one every other day, and some hours
PLACES = (
    "Stepanakert",
    "Hadrut",
    "Shusha",
    "Kupiansk",
    "Bakhmut",
    "Khan Younis",
    "Rafah",
    "El Fasher",
    "Omdurman",
    "Goma",
    "Sagaing",
    "Loikaw",
    "Marib",
    "Idlib",
    "Mekelle",
    "Timbuktu",
)
TOWNS = (
    "Cirebon",
    "Magelang",
    "Banyuwangi",
    "Padang Panjang",
    "Singkawang",
    "Parepare",
    "Bima",
    "Sorong",
    "Palu",
    "Jepara",
)

CONFLICT = {
    "titles": (
        "Pertempuran Pecah di {place}, {count} Tentara Tewas",
        "Serangan Artileri Hantam {place}, {count} Warga Sipil Tewas",
        "Gencatan Senjata di {place} Dilanggar, Ribuan Warga Mengungsi",
    ),
    "sentences": (
        "Pertempuran di sekitar {place} menewaskan sedikitnya {count} orang sejak akhir pekan.",
        "Kementerian pertahanan menyatakan pasukannya merebut kembali {few} desa setelah baku tembak selama dua hari.",
        "Tembakan artileri dan pesawat nirawak terdengar hingga larut malam di pinggiran {place}.",
        "Warga {place} mengungsi dengan truk dan sepeda motor karena takut serangan udara susulan.",
        "Juru bicara militer menuduh pihak lawan melanggar gencatan senjata yang baru berumur {few} hari.",
        "Palang Merah Internasional meminta kedua pihak membuka jalan aman bagi korban luka.",
        "Rumah sakit di {place} kewalahan merawat {count} korban luka tembak dan pecahan mortir.",
        "Utusan PBB mendesak tentara dan pemberontak kembali ke meja perundingan.",
        "Video yang beredar memperlihatkan kendaraan lapis baja terbakar di jalan menuju {place}.",
    ),
}
PLAIN = {
    "titles": (
        "Pasar Tradisional {place} Dipugar, Pedagang Pindah Sementara",
        "Panen Raya di {place}, Harga Gabah Stabil",
        "Sekolah di {place} Buka Perpustakaan Keliling",
        "{count} Peserta Ikuti Lomba Lari di {place}",
        "Pelabuhan {place} Tambah Dermaga Penumpang",
    ),
    "sentences": (
        "Pemerintah kota {place} menyiapkan anggaran Rp{few} miliar untuk kegiatan itu.",
        "Sebanyak {count} warga ikut bergotong royong sejak pagi hari.",
        "Kepala dinas mengatakan pekerjaan ditargetkan selesai dalam {few} bulan.",
        "Para pedagang berharap pembeli kembali ramai setelah musim hujan berlalu.",
        "Murid sekolah dasar di {place} tampak gembira menyambut acara tersebut.",
        "Harga cabai dan bawang di pasar {place} turun tipis dibandingkan pekan lalu.",
        "Panitia menyediakan {count} kursi dan panggung kesenian di alun-alun.",
        "Jalan di sekitar lokasi ditutup sementara dan kendaraan dialihkan.",
        "Warga diimbau membawa botol minum sendiri untuk mengurangi sampah plastik.",
    ),
}


def posts(outlet: str, count: int = 500, *, seed: int = 1) -> list[Story]:
    """So many posts, newest first; every tenth is about conflict, and only those hold the word "pertempuran"."""
    made = [_post(outlet, number, random.Random(seed * 100_003 + number)) for number in range(1, count + 1)]
    return made[::-1]


def _post(outlet: str, number: int, chance: random.Random) -> Story:
    conflict = number % 10 == 0
    stock = CONFLICT if conflict else PLAIN
    words = {
        "place": chance.choice(PLACES if conflict else TOWNS),
        "count": chance.randint(11, 240),
        "few": chance.randint(2, 9),
    }
    title = chance.choice(stock["titles"]).format(**words)
    chosen = chance.sample(stock["sentences"], 8)
    if conflict and stock["sentences"][0] not in chosen:
        chosen[0] = stock["sentences"][0]
    sentences = [sentence.format(**words) for sentence in chosen]
    paragraphs = [" ".join(sentences[at : at + 2]) for at in range(0, 8, 2)]
    paragraphs.append(f"Laporan ini adalah catatan nomor {number} dari {words['place']}.")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + f"-{number}"
    when = FIRST + timedelta(days=2 * (number - 1), minutes=chance.randint(0, 900))
    return Story(
        outlet=outlet,
        slug=slug,
        id=number,
        title=title,
        pages=[paragraphs],
        date=when,
        author="Admin",
        section="Berita",
        kind="conflict" if conflict else "plain",
        dated=["meta", "visible"],
    )


def matches(story: Story, query: str) -> bool:
    """Whether title or text hold all words of a query, or its quoted phrases, in any case."""
    held = f"{story.title}\n{story.text}".lower()
    terms = re.findall(r'"([^"]+)"|(\S+)', query.lower())
    return all((phrase or word) in held for phrase, word in terms)
