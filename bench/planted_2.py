"""Made-up corpora of another making than ``bench.planted``: whole articles, reports out of templates, retellings.

What must be linked: real articles (../shared/data/other_news.jsonl) as they are, carried with edits, cut to an excerpt,
rewritten; made-up dispatches retold by another journalist, carried, and taken in by a longer story. What must not:
reports that one template gives on different days, follow-ups that repeat a dispatch's background, dispatches out of one
template about different events. The kinds named in ``HELD_OUT`` were not looked at while thresholds were chosen.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.planted import paragraphs, rewritten
from storage.article import Article

ROWS = Path("../shared/data/other_news.jsonl")
KINDS = ("exact", "near", "rewritten", "excerpt", "expanded")
_WEEK = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu"
_YEAR = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
_NUMBERS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"
DAYS, MONTHS, WORDS = _WEEK.split(), _YEAR.split(), _NUMBERS.split()
_HEADS = "Ka Be Lo Mi Da Sha Ro Ty Za Ne Ha Gu Vo Pre Ar Ol Is Um Che Fa"
_TAILS = "ran mir dov lat shan bek ney ruk tal van kash zim don rel gar poh lin sur wat"
_TEAMS = "Persija Persib Arema Persebaya Borneo Bali Madura Dewa Semen Malut Persis Barito"


@dataclass
class Planted:
    """An article, the place of what it copies, if anything, the kind, and what made it."""

    article: Article
    original: int | None = None
    kind: str | None = None
    maker: str = ""


def _name(rng: random.Random, parts: int = 2) -> str:
    heads, tails = _HEADS.split(), _TAILS.split()
    return " ".join(rng.choice(heads) + rng.choice(["", "li", "ra", "no"]) + rng.choice(tails) for _ in range(parts))


def _date(when: datetime) -> str:
    return f"{DAYS[when.weekday()]} ({when.day}/{when.month})"


def _said(number: int) -> str:
    return WORDS[number] if number < len(WORDS) else str(number)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


# -- reports out of templates: no two of one template are copies


def toll(rng: random.Random, when: datetime) -> tuple[str, str]:
    dead = rng.randint(15, 140)
    total = 30_000 + (when - datetime(2023, 10, 7, tzinfo=UTC)).days * 61 + rng.randint(0, 60)
    return f"Korban Tewas di Gaza Bertambah Jadi {_thousands(total)} Orang", (
        f"Kementerian Kesehatan di Gaza menyatakan sedikitnya {dead} orang tewas akibat serangan Israel dalam 24 jam"
        f" terakhir hingga {_date(when)}, sehingga jumlah korban tewas menjadi {_thousands(total)} orang.\n\n"
        f"Sebanyak {rng.randint(60, 400)} orang lainnya terluka pada periode yang sama. Jumlah korban luka sejak awal"
        f" perang kini mencapai {_thousands(total * 2 + rng.randint(0, 900))} orang.\n\n"
        "Kementerian itu mengatakan masih banyak korban berada di bawah puing dan di jalan, sementara ambulans dan regu"
        " pertahanan sipil tidak dapat menjangkau mereka.\n\n"
        "Perang pecah pada 7 Oktober 2023 setelah Hamas menyerang Israel selatan, menewaskan sekitar 1.200 orang dan"
        " menyandera 251 orang. Mahkamah Pidana Internasional mengeluarkan surat perintah penangkapan bagi Benjamin"
        " Netanyahu pada November 2024."
    )


def quake(rng: random.Random, when: datetime) -> tuple[str, str]:
    size, place = f"{rng.randint(4, 6)},{rng.randint(0, 9)}", _name(rng, 1)
    return f"Gempa M {size} Guncang {place}", (
        f"Gempa bumi bermagnitudo {size} mengguncang wilayah {place} pada {_date(when)} pukul"
        f" {rng.randint(0, 23):02}.{rng.randint(0, 59):02} WIB. Badan Meteorologi, Klimatologi, dan Geofisika (BMKG)"
        " menyatakan gempa tidak berpotensi tsunami.\n\n"
        f"Pusat gempa berada pada koordinat {rng.randint(1, 9)},{rng.randint(10, 99)} lintang selatan dan"
        f" {rng.randint(100, 139)},{rng.randint(10, 99)} bujur timur, {rng.randint(10, 180)} kilometer barat daya"
        f" {place}, dengan kedalaman {rng.randint(5, 120)} kilometer.\n\n"
        "BMKG mengimbau masyarakat tetap tenang dan tidak terpengaruh isu yang tidak dapat dipertanggungjawabkan"
        " kebenarannya. Hindari bangunan yang retak atau rusak akibat gempa.\n\n"
        "Informasi resmi hanya bersumber dari BMKG yang disebarkan melalui kanal komunikasi resmi yang telah"
        " terverifikasi."
    )


def gold(rng: random.Random, when: datetime) -> tuple[str, str]:
    price = rng.randint(900, 2100) * 1000
    return f"Harga Emas Hari Ini {DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}", (
        f"Harga emas batangan di Pegadaian pada {_date(when)} tercatat Rp{_thousands(price)} per gram,"
        f" {rng.choice(['naik', 'turun'])} Rp{_thousands(rng.randint(1, 30) * 1000)} dari hari sebelumnya.\n\n"
        f"Untuk ukuran 0,5 gram emas dijual Rp{_thousands(price // 2 + 40000)}, ukuran 2 gram"
        f" Rp{_thousands(price * 2 - 20000)}, ukuran 5 gram Rp{_thousands(price * 5 - 75000)}, dan ukuran 25 gram"
        f" Rp{_thousands(price * 25 - 400000)}.\n\n"
        "Harga tersebut berlaku di seluruh galeri Pegadaian dan dapat berubah sewaktu-waktu mengikuti pergerakan pasar"
        " internasional. Pembelian emas dikenai pajak sesuai ketentuan yang berlaku."
    )


def drones(rng: random.Random, when: datetime) -> tuple[str, str]:
    sent = rng.randint(40, 300)
    region = rng.sample(["Odesa", "Kharkiv", "Sumy", "Dnipro", "Poltava", "Kherson", "Chernihiv", "Mykolaiv"], 3)
    return f"Ukraina Tembak Jatuh {sent // 2} Drone Rusia Semalam", (
        f"KYIV - Angkatan Udara Ukraina mengatakan Rusia meluncurkan {sent} drone tempur dan {_said(rng.randint(2, 9))}"
        f" rudal pada {DAYS[when.weekday()]} malam. Pertahanan udara menembak jatuh {sent // 2} di antaranya.\n\n"
        f"Sebanyak {sent // 4} drone lain hilang dari radar tanpa menimbulkan dampak. Serpihan jatuh di {region[0]},"
        f" {region[1]}, dan {region[2]}.\n\n"
        f"Gubernur {region[0]} menyebut {_said(rng.randint(1, 9))} orang terluka dan sebuah gudang terbakar.\n\n"
        "Rusia hampir setiap malam menyerang kota-kota Ukraina dengan drone Shahed rancangan Iran. Moskwa membantah"
        " menyasar warga sipil meski ribuan orang tewas sejak invasi skala penuh dimulai pada Februari 2022."
    )


def clash(rng: random.Random, when: datetime) -> tuple[str, str]:
    village, district, leader = _name(rng, 1), _name(rng, 1), _name(rng, 2)
    return f"Baku Tembak di {district}, {_said(rng.randint(1, 6)).capitalize()} Anggota Kelompok Bersenjata Tewas", (
        f"Baku tembak antara pasukan gabungan dan kelompok bersenjata pimpinan {leader} terjadi di Kampung {village},"
        f" Distrik {district}, {_date(when)} sekitar pukul {rng.randint(5, 18):02}.{rng.randint(0, 59):02} WIT.\n\n"
        f"Kepala Operasi Satgas mengatakan {_said(rng.randint(1, 9))} anggota kelompok itu tewas. Petugas menyita"
        f" {_said(rng.randint(1, 9))} pucuk senapan, {rng.randint(12, 300)} butir amunisi, dan"
        f" {_said(rng.randint(2, 9))} telepon genggam.\n\n"
        f"Seluruh personel dalam keadaan selamat. Aparat kini menyisir wilayah {district} untuk mengejar anggota lain"
        " yang melarikan diri ke hutan.\n\nMasyarakat diminta tetap tenang dan melapor bila melihat orang asing"
        " membawa senjata di sekitar kampung."
    )


def incursion(rng: random.Random, when: datetime) -> tuple[str, str]:
    return f"Taiwan Deteksi {rng.randint(6, 60)} Pesawat Militer China", (
        f"TAIPEI - Kementerian Pertahanan Taiwan mendeteksi {rng.randint(6, 60)} pesawat militer dan"
        f" {_said(rng.randint(4, 11))} kapal perang China di sekitar pulau itu hingga pukul 06.00 {_date(when)}.\n\n"
        f"Dari jumlah tersebut {rng.randint(3, 40)} pesawat melintasi garis tengah Selat Taiwan dan memasuki zona"
        " identifikasi pertahanan udara bagian utara, tengah, dan barat daya.\n\n"
        "Angkatan bersenjata Taiwan memantau situasi serta mengerahkan pesawat, kapal angkatan laut, dan sistem rudal"
        " pesisir sebagai tanggapan.\n\nChina menganggap Taiwan bagian dari wilayahnya dan tidak pernah mengesampingkan"
        " penggunaan kekuatan untuk menyatukannya."
    )


def violations(rng: random.Random, _when: datetime) -> tuple[str, str]:
    spots = [_name(rng, 1) for _ in range(4)]
    return f"Azerbaijan: Armenia {rng.randint(11, 90)} Kali Langgar Gencatan Senjata", (
        "BAKU - Kementerian Pertahanan Azerbaijan menyatakan satuan angkatan bersenjata Armenia melanggar gencatan"
        f" senjata {rng.randint(11, 90)} kali di berbagai arah garis depan dalam sehari, menggunakan senapan mesin"
        " kaliber besar.\n\n"
        f"Tembakan datang dari desa {spots[0]} dan {spots[1]} serta dari ketinggian tanpa nama di dekat {spots[2]} dan"
        f" {spots[3]}. Pos Azerbaijan di wilayah itu membalas tembakan.\n\n"
        "Kedua negara sejak 1988 bersengketa atas Nagorno-Karabakh. Grup Minsk OSCE yang diketuai bersama Amerika"
        " Serikat, Rusia, dan Prancis menengahi perundingan damai sejak 1992."
    )


def volcano(rng: random.Random, when: datetime) -> tuple[str, str]:
    return f"Gunung Lewotobi Meletus Lagi, Kolom Abu {_thousands(rng.randint(3, 40) * 100)} Meter", (
        f"Gunung Lewotobi Laki-laki meletus pada {_date(when)} pukul {rng.randint(0, 23):02}.{rng.randint(0, 59):02}"
        f" WITA. Kolom abu teramati setinggi {_thousands(rng.randint(3, 40) * 100)} meter di atas puncak dan condong ke"
        f" arah {rng.choice(['barat', 'timur', 'utara', 'selatan'])}.\n\n"
        f"Erupsi terekam di seismogram dengan amplitudo maksimum {rng.randint(5, 47)} milimeter dan durasi"
        f" {rng.randint(40, 300)} detik.\n\n"
        "Pos pengamatan meminta warga dan wisatawan tidak beraktivitas dalam radius enam kilometer dari pusat erupsi."
        " Warga diminta mewaspadai banjir lahar hujan bila terjadi hujan lebat."
    )


def fixture_list(rng: random.Random, when: datetime) -> tuple[str, str]:
    teams = rng.sample(
        [
            "Persija",
            "Persib",
            "Arema",
            "Persebaya",
            "Borneo",
            "Bali",
            "Madura",
            "Dewa",
            "Semen",
            "Malut",
            "Persis",
            "Barito",
        ],
        8,
    )
    games = [f"{one} melawan {other}" for one, other in zip(teams[::2], teams[1::2], strict=True)]
    return f"Jadwal Siaran Langsung Liga 1 {DAYS[when.weekday()]}", (
        f"Empat pertandingan Liga 1 digelar pada {_date(when)}. Laga pembuka mempertemukan {games[0]} pukul 13.30 WIB,"
        f" disusul {games[1]} pukul 15.30 WIB.\n\nPada malam hari {games[2]} dan {games[3]} bermain bersamaan pukul"
        " 19.00 WIB.\n\nSeluruh pertandingan disiarkan langsung di Indosiar dan layanan streaming Vidio. Penonton yang"
        " berlangganan paket olahraga dapat menonton ulang cuplikan gol setelah pertandingan usai."
    )


Maker = Callable[[random.Random, datetime], tuple[str, str]]
TEMPLATES: tuple[Maker, ...] = (toll, quake, gold, drones, clash)
HELD_OUT: tuple[Maker, ...] = (incursion, violations, volcano, fixture_list)


# -- dispatches, their retellings, follow-ups, stories that take them in


@dataclass
class Event:
    """What happened; all that a retelling keeps."""

    when: datetime
    weapon: str
    target: str
    place: str
    country: str
    dead: int
    hurt: int
    beds: int
    official: str
    office: str
    doctor: str
    hospital: str
    accused: str
    spokesman: str
    times: int
    since: str
    fled: int
    year: int


def event(rng: random.Random, when: datetime) -> Event:
    country, accused = rng.choice(
        [
            ("Sudan", "RSF"),
            ("Ukraina", "Rusia"),
            ("Myanmar", "junta"),
            ("Somalia", "Al-Shabaab"),
            ("Yaman", "Houthi"),
            ("Nigeria", "Boko Haram"),
            ("Kongo", "M23"),
            ("Afghanistan", "ISIS Khorasan"),
            ("Suriah", "ISIS"),
        ]
    )
    return Event(
        when, rng.choice(["rudal", "mortir", "bom mobil", "pesawat nirawak", "artileri"]),
        rng.choice(["pasar", "sekolah", "masjid", "gudang beras", "stasiun bus", "klinik"]) + f" {_name(rng, 1)}",
        _name(rng, 1), country, rng.randint(3, 60), rng.randint(61, 190), rng.randint(5, 29), _name(rng), rng.choice(
            ["gubernur", "kepala kepolisian", "wali kota", "komandan garnisun"]), _name(rng), _name(rng, 1), accused,
        _name(rng), rng.randint(3, 11), rng.choice(MONTHS), rng.randint(2, 60) * 1000, rng.randint(2011, 2023),
    )  # fmt: skip


def dispatch(it: Event) -> tuple[str, str]:
    return f"{it.weapon.capitalize()} Hantam {it.target.title()} di {it.place}, {it.dead} Orang Tewas", (
        f"{it.place.upper()}, ANTARA - Sedikitnya {it.dead} orang tewas dan {it.hurt} lainnya terluka setelah"
        f" {it.weapon} menghantam {it.target} di {it.place}, {it.country}, {_date(it.when)}.\n\n"
        f"{it.office.capitalize()} {it.place}, {it.official}, mengatakan serangan terjadi ketika warga sedang"
        f" beristirahat. Ia menuduh {it.accused} berada di balik serangan itu.\n\n"
        f"Rumah Sakit {it.hospital} menerima {it.beds} korban dalam keadaan kritis, kata direkturnya, {it.doctor}."
        ' "Kami kekurangan darah dan obat bius," ujarnya kepada wartawan.\n\n'
        f"Juru bicara {it.accused}, {it.spokesman}, membantah tuduhan tersebut.\n\n"
        f"Serangan itu yang {_said(it.times)} kali terjadi di {it.place} sejak {it.since}. Perang di {it.country} yang"
        f" pecah pada {it.year} telah memaksa {_thousands(it.fled)} orang mengungsi dari wilayah tersebut."
    )


def retold(it: Event, rng: random.Random) -> tuple[str, str]:
    """Another journalist's words; every fact is there."""
    dead = _said(it.dead)
    openings = (
        (
            f"Duka kembali menyelimuti {it.country}. {it.target[0].upper()}{it.target[1:]} di kota "
            f"{it.place} luluh lantak"
            f" dihajar {it.weapon} pada {_date(it.when)}; {dead} warga kehilangan nyawa, sedangkan {it.hurt} cedera."
        ),
        (
            f"Warga {it.place} di {it.country} berkabung. {dead.capitalize()} jiwa melayang pada "
            f"{_date(it.when)} tatkala"
            f" {it.weapon} meluluhlantakkan {it.target}. Korban luka tercatat {it.hurt}."
        ),
        (
            f"Kawasan sekitar {it.target} berubah menjadi lautan puing. Akibat {it.weapon} yang jatuh di {it.place},"
            f" {it.country}, pada {_date(it.when)}, {dead} penduduk meninggal serta {it.hurt} mengalami luka-luka."
        ),
    )
    middles = (
        (
            f"Dari {it.hospital} dikabarkan {it.beds} pasien berada di antara hidup dan mati. {it.doctor} yang memimpin"
            " rumah sakit tersebut mengeluhkan stok darah serta bius yang menipis."
        ),
        (
            f"Dokter {it.doctor}, pimpinan RS {it.hospital}, menyebut kondisi {it.beds} orang yang "
            f"dirawatnya gawat. Obat"
            " bius dan kantong darah hampir tidak ada lagi."
        ),
    )
    blames = (
        (
            f"Telunjuk {it.official} selaku {it.office} mengarah kepada {it.accused}. Orang-orang tengah tidur saat"
            f" ledakan datang, ceritanya. Namun {it.spokesman} atas nama {it.accused} menepisnya."
        ),
        (
            f"Siapa pelakunya? Bagi {it.official}, {it.office} di sana, jawabannya jelas: {it.accused}. Tudingan itu"
            f" ditolak {it.spokesman} yang mewakili kelompok tersebut."
        ),
    )
    ends = (
        (
            f"Catatan sejak {it.since} menunjukkan kota ini sudah diserang {_said(it.times)} kali. Konflik yang meletus"
            f" tahun {it.year} membuat {_thousands(it.fled)} penduduk meninggalkan rumah."
        ),
        (
            f"Sudah {_thousands(it.fled)} jiwa terusir oleh konflik yang berkobar mulai {it.year}. Bagi {it.place} ini"
            f" gempuran ke-{it.times} terhitung dari {it.since}."
        ),
    )
    body = [rng.choice(middles), rng.choice(blames)]
    rng.shuffle(body)
    titles = (f"{dead.capitalize()} Nyawa Melayang di {it.place}", f"Tragedi {it.place}: {it.hospital} Kehabisan Darah")
    return rng.choice(titles), "\n\n".join([rng.choice(openings), *body, rng.choice(ends)])


def follow_up(it: Event, rng: random.Random) -> tuple[str, str]:
    other, later = _name(rng), it.when + timedelta(days=1)
    return f"{it.country} Tetapkan Hari Berkabung bagi Korban {it.place}", (
        f"Pemerintah {it.country} menetapkan {_said(rng.randint(2, 7))} hari berkabung, {_date(later)}. Bendera"
        f" dikibarkan setengah tiang di {_name(rng, 1)} dan kantor-kantor pemerintah tutup lebih awal.\n\n"
        f"Ratusan orang menghadiri pemakaman yang dipimpin {other}. Di antara pelayat tampak menteri kesehatan"
        f" {_name(rng)}, yang menjanjikan {rng.randint(12, 90)} tempat tidur tambahan.\n\n"
        f"Dewan Keamanan PBB dijadwalkan bersidang pekan depan atas permintaan {rng.choice(['Prancis', 'Qatar'])}.\n\n"
        f"Serangan itu yang {_said(it.times)} kali terjadi di {it.place} sejak {it.since}. Perang di {it.country} yang"
        f" pecah pada {it.year} telah memaksa {_thousands(it.fled)} orang mengungsi dari wilayah tersebut."
    )


def flash(it: Event) -> tuple[str, str]:
    return f"Breaking: {it.place} Diserang", (
        f"Serangan {it.weapon} dilaporkan menghantam {it.target} di {it.place}, {it.country}, {_date(it.when)}."
        f" {it.office.capitalize()} {it.official} menyebut ambulans sedang menuju lokasi. Jumlah korban belum"
        " diketahui. Informasi akan terus diperbarui sesuai perkembangan di lapangan."
    )


# -- copies of real articles


def _articles() -> list[tuple[str, list[str]]]:
    """Title and paragraphs. The file has the same stories more than once: what shares an eighth of its five-word groups
    with an earlier one is left out."""
    found = []
    known: set[tuple[str, ...]] = set()
    for row in map(json.loads, ROWS.read_text(encoding="utf-8").splitlines()):
        parts = [" ".join(part.split()) for part in row["text"].split("\n") if len(part.split()) > 5]
        if len(parts) < 5:
            sentences = re.split(r"(?<=[a-z][.!?])\s+(?=[A-Z])", " ".join(parts))
            parts = [" ".join(sentences[start : start + 2]) for start in range(0, len(sentences), 2)]
        words = re.findall(r"\w+", " ".join(parts).casefold())
        groups = set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))
        if len(parts) >= 5 and len(words) >= 150 and len(groups & known) < len(groups) / 8:
            known |= groups
            found.append((row["title"], parts))
    return found


def carried(parts: list[str], rng: random.Random) -> list[str]:
    """What an editor does to agency copy: dateline, a lead, figures written otherwise, names respelled, a cut."""
    out = [_edited(part, rng) for part in parts]
    moves = rng.sample(["dateline", "lead", "cut", "tail", "join"], rng.randint(1, 3))
    if "dateline" in moves:
        out[0] = f"{rng.choice(['Jakarta', 'Surabaya', 'Medan'])}, {rng.choice(['Beritaku', 'Kabar Kini'])} – {out[0]}"
    if "lead" in moves:
        out.insert(0, "Peristiwa berikut menyedot perhatian khalayak dalam beberapa hari belakangan.")
    if "cut" in moves:
        del out[-1]
    if "tail" in moves:
        out.append("Simak terus perkembangan beritanya hanya di kanal kami.")
    if "join" in moves and len(out) > 3:
        out[1:3] = [f"{out[1]} {out[2]}"]
    return out


def _edited(part: str, rng: random.Random) -> str:
    words = part.split()
    for place, word in enumerate(words):
        draw = rng.random()
        if word in WORDS[2:] and draw < 0.3:
            words[place] = str(WORDS.index(word))
        elif word.isdigit() and 1 < int(word) < 12 and draw < 0.3:
            words[place] = WORDS[int(word)]
        elif word[:1].isupper() and len(word) > 6 and draw < 0.04:
            words[place] = word[:-2] + rng.choice("aeiou") + word[-1:]
        elif word.islower() and draw < 0.02:
            words[place] = rng.choice(["", word + " tersebut", word + "lah"])
    return " ".join(word for word in words if word)


def cut_out(parts: list[str], rng: random.Random) -> list[str]:
    """The beginning, middle or end, under 60% of the words."""
    size, total = rng.uniform(0.25, 0.5), len(" ".join(parts).split())
    start = rng.randrange(len(parts))
    taken: list[str] = []
    for part in parts[start:] + parts[:start]:
        if taken and (len(" ".join([*taken, part]).split()) > size * total or part is parts[0]):
            break
        taken.append(part)
    return taken


def stream(size: int, *, seed: int = 7, templates: tuple[Maker, ...] = TEMPLATES + HELD_OUT) -> Iterator[Planted]:
    """``size`` articles, a quarter copies, a quarter out of templates."""
    rng = random.Random(seed)
    real = _articles()
    fresh = iter(rng.sample(real, len(real)))
    background = [part for parts in paragraphs().values() for part in parts]  # of articles that are not in ``real``
    start = datetime(2025, 1, 1, 3, tzinfo=UTC)
    stories: list[tuple[int, Event]] = []
    originals: list[tuple[int, str, list[str], datetime]] = []
    for index in range(size):
        when = start + timedelta(minutes=60 * index)
        draw = rng.random()
        if draw < 0.25:
            maker = rng.choice(templates)
            yield Planted(_article(index, *maker(rng, when), when, rng), maker=maker.__name__)
        elif draw < 0.45:
            kind = rng.choice(["dispatch", "retold", "follow_up", "carried", "taken_in"])
            usable = [story for story in stories[-40:] if story[1].when + timedelta(days=2) > when]
            if kind == "dispatch" or not usable:
                stories.append((index, event(rng, when)))
                yield Planted(_article(index, *dispatch(stories[-1][1]), when, rng), maker="dispatch")
            elif kind == "retold":
                place, it = rng.choice(usable)
                yield Planted(_article(index, *retold(it, rng), when, rng), place, "rewritten", kind)
            elif kind == "follow_up":
                _, it = rng.choice(usable)
                yield Planted(_article(index, *follow_up(it, rng), when, rng), maker=kind)
            elif kind == "carried":
                place, it = rng.choice(usable)
                title, text = dispatch(it)
                parts = carried(text.split("\n\n"), rng)
                yield Planted(_article(index, title, "\n\n".join(parts), when, rng), place, "near", kind)
            else:  # a dispatch inside a much longer story of another outlet's own
                place, it = rng.choice(usable)
                text = "\n\n".join([dispatch(it)[1], *rng.sample(background, 8)])
                yield Planted(_article(index, f"Laporan Panjang {it.place}", text, when, rng), place, "expanded", kind)
        elif draw < 0.65 and originals:
            kind = rng.choice(["exact", "near", "rewritten", "excerpt"])
            recent = [known for known in originals[-60:] if known[3] + timedelta(days=14) > when] or originals[-1:]
            place, title, parts, then = rng.choice(recent)
            if kind == "exact":
                body = parts
            elif kind == "near":
                body = carried(parts, rng)
            elif kind == "excerpt":
                body = cut_out(parts, rng)
                if len(" ".join(body).split()) < 35:
                    kind, body = "near", carried(parts, rng)
            else:
                body = rewritten(parts, rng)
            late = max(when, then + timedelta(minutes=5))
            yield Planted(_article(index, title, "\n\n".join(body), late, rng), place, kind, f"real {kind}")
        else:
            following = next(fresh, None)
            if following is None:
                stories.append((index, event(rng, when)))
                yield Planted(_article(index, *dispatch(stories[-1][1]), when, rng), maker="dispatch")
                continue
            title, parts = following
            originals.append((index, title, parts, when))
            yield Planted(_article(index, title, "\n\n".join(parts), when, rng), maker="real")


def _article(index: int, title: str, text: str, when: datetime, rng: random.Random) -> Article:
    outlet = f"outlet{rng.randrange(60)}"
    return Article(
        url=f"https://{outlet}.example/read/{index}/{re.sub('[^a-z0-9]+', '-', title.lower())[:60]}", text=text,
        title=title, outlet=outlet, published_at=when, published_precision="minute", published_source="bench",
        fetched_at=when + timedelta(hours=2), language="id", language_confidence=0.99, relevance=0.5,
        extractor_version="bench",
    )  # fmt: skip
