# ruff: noqa: E501, ISC004 - sentences read better unwrapped
"""Kinds that were written after the thresholds stood, for ``bench.copies --held-out``: none of them chose a number.

Reports out of templates (court days, volcano alerts, air quality, ceasefire violations, prayer times, flight delays,
weekly tables of the dead); copies by carriers that spell figures otherwise, round them, or bring one of them up to
date; retellings of dispatches that have few figures.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.planted_2 import (
    DAYS,
    MONTHS,
    WORDS,
    Event,
    Maker,
    Planted,
    _article,
    _articles,
    _date,
    _name,
    _said,
    _thousands,
    dispatch,
    event,
)


def court(rng: random.Random, when: datetime) -> tuple[str, str]:
    judge, place = _name(rng), _name(rng, 1)
    cases = [f"{_name(rng)} (perkara nomor {rng.randint(10, 400)}/Pid.B/{when.year})" for _ in range(3)]
    return f"Jadwal Sidang Pengadilan Negeri {place} {DAYS[when.weekday()]}", (
        f"Pengadilan Negeri {place} menggelar tiga sidang perkara pidana pada {_date(when)}. Sidang pertama pukul 09.00"
        f" WIB menghadirkan terdakwa {cases[0]} dengan agenda pembacaan tuntutan.\n\n"
        f"Sidang kedua menghadirkan {cases[1]} dengan agenda pemeriksaan saksi, disusul {cases[2]} dengan agenda"
        f" putusan. Majelis hakim dipimpin {judge}.\n\n"
        "Pengunjung wajib menunjukkan kartu identitas dan menitipkan telepon genggam kepada petugas keamanan sebelum"
        " memasuki ruang sidang. Jadwal dapat berubah sewaktu-waktu sesuai kesiapan para pihak."
    )


def alert(rng: random.Random, when: datetime) -> tuple[str, str]:
    mount = rng.choice(["Semeru", "Merapi", "Ibu", "Dukono", "Marapi", "Karangetang"])
    return f"Gunung {mount} Siaga, {rng.randint(4, 90)} Kali Gempa Letusan Terekam", (
        f"Pusat Vulkanologi dan Mitigasi Bencana Geologi mencatat {rng.randint(4, 90)} kali gempa letusan, "
        f"{rng.randint(1, 30)} kali gempa guguran, dan {rng.randint(1, 20)} kali gempa hembusan di Gunung {mount}"
        f" sepanjang {_date(when)} pukul 00.00 hingga 06.00 waktu setempat.\n\n"
        "Tingkat aktivitas gunung api tersebut berada pada Level III atau Siaga. Masyarakat dilarang beraktivitas di"
        f" dalam radius {_said(rng.randint(3, 7))} kilometer dari kawah dan di sepanjang sungai yang berhulu di puncak."
        "\n\nPetugas pos pengamatan melaporkan cuaca berawan dengan angin lemah ke arah"
        f" {rng.choice(['utara', 'selatan', 'barat', 'timur'])}. Asap kawah teramati putih dengan intensitas tipis."
    )


def air(rng: random.Random, when: datetime) -> tuple[str, str]:
    index, fine = rng.randint(60, 210), rng.randint(20, 140)
    return f"Kualitas Udara Jakarta Pagi Ini {index}", (
        f"Indeks kualitas udara Jakarta pada {_date(when)} pukul 06.00 WIB berada di angka {index} atau kategori tidak"
        f" sehat menurut laman IQAir. Konsentrasi PM2.5 tercatat {fine} mikrogram per meter kubik.\n\n"
        f"Angka itu menempatkan Jakarta di urutan {_said(rng.randint(1, 11))} kota dengan udara terburuk di dunia, di"
        f" bawah {rng.choice(['Lahore', 'Delhi', 'Kinshasa', 'Dhaka'])} dengan angka {index + rng.randint(3, 60)}.\n\n"
        "Warga disarankan mengenakan masker di luar ruangan, menutup jendela, dan menyalakan penyaring udara. Kelompok"
        " sensitif dianjurkan menghindari kegiatan luar ruang."
    )


def truce(rng: random.Random, when: datetime) -> tuple[str, str]:
    """Two of the figures are equal every day: the posts and the year."""
    return f"OSCE Catat {rng.randint(100, 900)} Pelanggaran Gencatan Senjata", (
        f"Misi pemantau OSCE mencatat {rng.randint(100, 900)} pelanggaran gencatan senjata di wilayah Donetsk dan"
        f" {rng.randint(100, 900)} di wilayah Luhansk pada {_date(when)}, di antaranya {rng.randint(5, 80)} ledakan.\n\n"
        "Misi itu memantau dari 14 pos tetap dengan kamera dan pesawat nirawak sejak kesepakatan Minsk tahun 2015."
        f" Sebagian besar pelanggaran terjadi di dekat {_name(rng, 1)} dan {_name(rng, 1)}.\n\n"
        "Kedua pihak saling menuduh memulai tembakan. Akses para pemantau kembali dibatasi di pos pemeriksaan kelompok"
        " bersenjata di selatan garis kontak."
    )


def prayer(rng: random.Random, when: datetime) -> tuple[str, str]:
    city = rng.choice(["Jakarta", "Bandung", "Surabaya", "Medan", "Makassar", "Semarang"])
    times = [f"{hour:02}.{rng.randint(0, 59):02} WIB" for hour in (4, 5, 12, 15, 18, 19)]
    return f"Jadwal Salat {city} {DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}", (
        f"Berikut jadwal salat untuk wilayah {city} dan sekitarnya pada {_date(when)} berdasarkan Bimas Islam"
        f" Kementerian Agama. Imsak pukul {times[0]}, Subuh pukul {times[1]}, Zuhur pukul {times[2]}, Asar pukul"
        f" {times[3]}, Magrib pukul {times[4]}, dan Isya pukul {times[5]}.\n\n"
        "Salat lima waktu wajib dikerjakan setiap muslim yang telah balig. Mengerjakannya di awal waktu berjemaah di"
        " masjid lebih utama.\n\nJadwal dihitung menurut ketinggian matahari dan dapat berbeda beberapa menit di"
        " wilayah lain."
    )


def delays(rng: random.Random, when: datetime) -> tuple[str, str]:
    flights = [f"{rng.choice(['JT', 'GA', 'QG', 'ID'])} {rng.randint(100, 999)}" for _ in range(3)]
    return f"{rng.randint(12, 60)} Penerbangan di Soekarno-Hatta Terlambat", (
        f"Sebanyak {rng.randint(12, 60)} penerbangan di Bandara Soekarno-Hatta terlambat dan {_said(rng.randint(2, 11))}"
        f" dibatalkan pada {_date(when)} akibat cuaca buruk, kata pengelola bandara.\n\n"
        f"Penerbangan yang terdampak antara lain {flights[0]}, {flights[1]}, dan {flights[2]} dengan keterlambatan"
        f" rata-rata {rng.randint(35, 240)} menit.\n\n"
        "Penumpang diminta memeriksa status penerbangan melalui aplikasi maskapai masing-masing. Maskapai wajib"
        " memberi kompensasi sesuai peraturan menteri perhubungan tentang keterlambatan."
    )


def weekly(rng: random.Random, when: datetime) -> tuple[str, str]:
    rows = ", ".join(
        f"{name} {rng.randint(2, 80)} tewas dan {rng.randint(5, 200)} luka"
        for name in ("Khartoum", "El Fasher", "Nyala", "El Obeid", "Kadugli")
    )
    return f"Korban Perang Sudan Pekan Ini Capai {rng.randint(100, 400)} Orang", (
        f"Jaringan Dokter Sudan merilis rekapitulasi korban perang pekan yang berakhir {_date(when)}: {rows}.\n\n"
        f"Jumlah korban tewas sejak perang pecah pada April 2023 menjadi {_thousands(rng.randint(20, 60) * 1000 + rng.randint(1, 999))}"
        " orang. Angka sebenarnya diyakini jauh lebih tinggi karena banyak daerah tidak terjangkau.\n\n"
        "Jaringan itu menyerukan gencatan senjata kemanusiaan dan pembukaan koridor bagi obat-obatan. Pasukan Dukungan"
        " Cepat dan tentara Sudan saling menuduh menyasar warga sipil."
    )


TEMPLATES: tuple[Maker, ...] = (court, alert, air, truce, prayer, delays, weekly)


# -- carriers of figures

_NUMBER = re.compile(r"(?<![\w.,/:-])(\d{1,3}(?:\.\d{3})+|\d+)(?![\w/:-]|[.,]\d)")
_SAID = re.compile(rf"\b({'|'.join(WORDS[2:])})\b(?! (?:belas|puluh|ratus|ribu|juta))")


def respelled(parts: list[str], _rng: random.Random) -> list[str]:
    """Every figure in the other spelling: digits in words, words in digits, round thousands as "12 ribu"."""

    def other(match: re.Match[str]) -> str:
        value = int(match[1].replace(".", ""))
        if value >= 2000 and value % 1000 == 0 and "." in match[1]:
            return f"{value // 1000} ribu"
        return _in_words(value) if 1 < value < 100 else match[0]

    swapped = [_SAID.sub(lambda match: str(WORDS.index(match[1])), part) for part in parts]
    return [_NUMBER.sub(other, old) if old == new else new for old, new in zip(parts, swapped, strict=True)]


def _in_words(value: int) -> str:
    if value < len(WORDS):
        return WORDS[value]
    if value < 20:
        return f"{WORDS[value - 10]} belas"
    return f"{WORDS[value // 10]} puluh {WORDS[value % 10] if value % 10 else ''}".strip()


def rounded(parts: list[str], rng: random.Random) -> list[str]:
    """The largest figure of the text, and sometimes another, made round: two digits of it are left."""
    found = [(int(match[1].replace(".", "")), match[1]) for part in parts for match in _NUMBER.finditer(part)]
    taken = {text for value, text in sorted(found, reverse=True)[: rng.randint(1, 2)] if value > 100}

    def other(match: re.Match[str]) -> str:
        if match[1] not in taken:
            return match[0]
        value = int(match[1].replace(".", ""))
        digits = 10 ** (len(str(value)) - 2)
        return f"hampir {_thousands(-(-value // digits) * digits)}"

    return [_NUMBER.sub(other, part) for part in parts]


def updated(parts: list[str], rng: random.Random) -> list[str]:
    """One figure brought up to date, everywhere it stands."""
    found = sorted({match[1] for part in parts for match in _NUMBER.finditer(part) if len(match[1]) < 4})
    if not found:
        return list(parts)
    old = rng.choice(found)
    new = str(int(old) + rng.randint(1, 4))
    return [_NUMBER.sub(lambda match: new if match[1] == old else match[0], part) for part in parts]


CARRIERS = (respelled, rounded, updated)


# -- dispatches with few figures, and retellings of them


@dataclass
class Talks:
    """A meeting: names and places, hardly a figure."""

    when: datetime
    place: str
    country: str
    host: str
    office: str
    rebel: str
    group: str
    envoy: str
    region: str
    year: int


def talks(rng: random.Random, when: datetime) -> Talks:
    return Talks(
        when, _name(rng, 1), rng.choice(["Sudan", "Kongo", "Myanmar", "Yaman", "Somalia", "Libya"]), _name(rng),
        rng.choice(["Menteri Pertahanan", "Wakil Presiden", "Menteri Luar Negeri"]), _name(rng),
        f"Front {_name(rng, 1)}", _name(rng), _name(rng, 1), rng.randint(2009, 2023),
    )  # fmt: skip


def communique(it: Talks) -> tuple[str, str]:
    return f"{it.country} dan {it.group} Sepakat Lanjutkan Perundingan di {it.place}", (
        f"{it.place.upper()} - Pemerintah {it.country} dan kelompok bersenjata {it.group} sepakat melanjutkan perundingan"
        f" damai di {it.place}, {_date(it.when)}, setelah pertemuan tertutup yang ditengahi utusan khusus {it.envoy}.\n\n"
        f"{it.office} {it.host} mengatakan kedua pihak membahas penarikan pasukan dari {it.region} dan pertukaran tahanan."
        f' "Kami datang dengan niat baik," katanya kepada wartawan.\n\n'
        f"Pemimpin delegasi {it.group}, {it.rebel}, meminta jaminan bahwa pengungsi dapat kembali ke {it.region}."
        f" Konflik di wilayah itu pecah pada {it.year}."
    )


def recounted(it: Talks, rng: random.Random) -> tuple[str, str]:
    """Another journalist's words on it."""
    openings = (
        f"Setelah berjam-jam di balik pintu, utusan khusus {it.envoy} keluar membawa kabar: {it.group} bersedia duduk lagi"
        f" bersama wakil {it.country}. Kesepakatan dicapai di {it.place} pada {_date(it.when)}.",
        f"Jalan menuju damai bagi {it.country} belum tertutup. Di {it.place}, {_date(it.when)}, mediator {it.envoy}"
        f" berhasil membujuk {it.group} agar tidak meninggalkan meja.",
    )
    middles = (
        f"Syarat yang diajukan {it.rebel} selaku ketua rombongan {it.group}: warga {it.region} yang terusir harus boleh"
        f" pulang. Sementara {it.host}, {it.office.lower()}, menyebut nasib para tawanan serta tentara di {it.region}"
        " ikut dibicarakan dan pihaknya bersungguh-sungguh.",
        f"Menurut {it.host} yang menjabat {it.office.lower()}, pembicaraan menyentuh tukar-menukar tawanan dan mundurnya"
        f" tentara dari {it.region}. Bagi {it.rebel}, juru runding {it.group}, pulangnya warga {it.region} adalah harga"
        " mati.",
    )
    ends = (
        f"{it.region} dilanda perang sejak {it.year}.",
        f"Pertikaian yang memperebutkan {it.region} telah berlangsung mulai {it.year}.",
    )
    return f"{it.envoy}: Pintu Damai {it.country} Masih Terbuka", "\n\n".join(
        rng.choice(group) for group in (openings, middles, ends)
    )


def later(it: Talks, rng: random.Random) -> tuple[str, str]:
    """The next round, another day: no copy."""
    when = it.when + timedelta(days=rng.randint(2, 5))
    return f"Putaran Berikut Perundingan {it.country} Tertunda", (
        f"Perundingan antara {it.country} dan {it.group} yang sedianya berlangsung pada {_date(when)} ditunda tanpa batas"
        f" waktu. {_name(rng)}, juru bicara mediator, menyebut persoalan teknis sebagai sebabnya.\n\n"
        f"Sumber diplomatik mengatakan {_name(rng)} dari {_name(rng, 1)} menolak daftar nama yang diajukan. Tembakan"
        f" artileri dilaporkan terdengar lagi di {_name(rng, 1)} sejak dini hari.\n\n"
        f"Konflik di wilayah itu pecah pada {it.year}."
    )


def stream(size: int, *, seed: int = 11) -> Iterator[Planted]:
    """``size`` articles: a third out of templates, a third real ones, the rest dispatches, carriers, retellings."""
    rng = random.Random(seed)
    real = _articles()
    fresh = iter(rng.sample(real, len(real)))
    start = datetime(2025, 3, 1, 3, tzinfo=UTC)
    meetings: list[tuple[int, Talks]] = []
    attacks: list[tuple[int, Event]] = []
    originals: list[tuple[int, str, list[str]]] = []
    for index in range(size):
        when = start + timedelta(minutes=60 * index)
        draw = rng.random()
        if draw < 0.33:
            maker = rng.choice(TEMPLATES)
            yield Planted(_article(index, *maker(rng, when), when, rng), maker=maker.__name__)
        elif draw < 0.5 and originals:
            carry = rng.choice(CARRIERS)
            place, title, parts = rng.choice(originals[-8:])  # carriers take what is of today or yesterday
            yield Planted(
                _article(index, title, "\n\n".join(carry(parts, rng)), when, rng), place, "near", carry.__name__
            )
        elif draw < 0.75:
            kind = rng.choice(["talks", "recounted", "recounted", "later", "dispatch", "carried"])
            if kind in ("recounted", "later") and meetings:
                place, it = rng.choice(meetings[-10:])
                if kind == "recounted":
                    yield Planted(_article(index, *recounted(it, rng), when, rng), place, "rewritten", kind)
                else:
                    yield Planted(_article(index, *later(it, rng), when, rng), maker=kind)
            elif kind == "carried" and attacks:
                carry = rng.choice(CARRIERS)
                place, attack = rng.choice(attacks[-10:])
                title, text = dispatch(attack)
                text = "\n\n".join(carry(text.split("\n\n"), rng))
                yield Planted(_article(index, title, text, when, rng), place, "near", f"dispatch {carry.__name__}")
            elif kind == "dispatch":
                attacks.append((index, event(rng, when)))
                yield Planted(_article(index, *dispatch(attacks[-1][1]), when, rng), maker=kind)
            else:
                meetings.append((index, talks(rng, when)))
                yield Planted(_article(index, *communique(meetings[-1][1]), when, rng), maker="talks")
        else:
            known = next(fresh, None)
            if known is None:
                return
            originals.append((index, *known))
            yield Planted(_article(index, known[0], "\n\n".join(known[1]), when, rng), maker="real")
