"""Made-up corpora with copies of known kinds in them: paragraphs of real articles recombined, copies planted.

The paragraphs come from ../shared/data/relevance_dev.jsonl. Half of the articles take all of theirs from articles of
one label, so that articles which are no copies share names, places and, at size, whole paragraphs.

The rewriter imitates what spun and back-translated stories look like beside their originals: other words, other
function words, clauses and sentences in another order, some sentences gone, some joined, quotes turned into reported
speech, a few names spelled differently. Names, places and most numbers stay.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.article import Article

ROWS = Path("../shared/data/relevance_dev.jsonl")
KINDS = ("exact", "near", "rewritten", "excerpt")

_SYNONYMS = """
mengatakan menyatakan mengungkapkan menuturkan menyebutkan|ujar kata tutur ungkap ucap|tewas meninggal gugur
menewaskan membunuh merenggut|serangan gempuran serbuan|menyerang menggempur menyerbu|pasukan tentara prajurit
perang pertempuran peperangan|warga penduduk masyarakat|negara negeri|pemerintah penguasa|kota wilayah|desa kampung
wilayah daerah kawasan|rumah kediaman|sejumlah beberapa|banyak berbagai|besar luas|kecil sedikit|penting krusial vital
terjadi berlangsung|sejak semenjak|setelah usai seusai|sebelum menjelang|ketika saat sewaktu|karena sebab lantaran
sehingga hingga|namun tetapi akan_tetapi|tetapi namun|juga pula|telah sudah|sudah telah|akan bakal hendak
untuk guna demi|dengan bersama|dalam di_dalam|pada di|antara di_antara|tentang mengenai soal|mengenai tentang terkait
menurut berdasarkan|dapat bisa mampu|bisa dapat|harus wajib mesti|ingin hendak mau|meminta mendesak menyerukan
menolak menampik|mendukung menyokong|membantu menolong|memberikan menyerahkan|mengambil merebut|merebut menguasai
menguasai mengendalikan|kelompok golongan|pemimpin ketua|pejabat petinggi|juru_bicara jubir|laporan keterangan
melaporkan mewartakan mengabarkan|informasi kabar|kabar berita|kemudian lalu selanjutnya|lalu kemudian|terus tetap
masih tetap|hanya cuma sekadar|semua seluruh segala|seluruh semua|setiap tiap|baru anyar|lama panjang|pertama perdana
terakhir belakangan|sekarang kini|kini sekarang saat_ini|menjadi jadi|merupakan adalah ialah|adalah merupakan yaitu
yakni yaitu|seperti bagaikan sebagaimana|tersebut itu|ini tersebut|mereka para_pihak|orang jiwa|korban korban_jiwa
luka cedera|terluka cedera|hancur rusak luluh_lantak|kerusakan kehancuran|senjata persenjataan|rudal peluru_kendali
pesawat kapal_terbang|kapal bahtera|bom peledak|ledakan dentuman|menembak melepaskan_tembakan|menangkap membekuk
polisi aparat|keamanan pengamanan|perbatasan tapal_batas|gencatan jeda|perdamaian damai|perjanjian kesepakatan
kesepakatan persetujuan|pembicaraan perundingan dialog|pertemuan rapat|tindakan aksi langkah|aksi tindakan
keputusan ketetapan|rencana agenda|masalah persoalan|hubungan relasi|sekutu mitra|musuh lawan|ancaman bahaya
mengancam menggertak|takut khawatir|berharap menginginkan|percaya yakin|menilai menganggap|dianggap dinilai
diduga disinyalir ditengarai|dikabarkan diberitakan|dilaporkan diwartakan|ditemukan dijumpai|dilakukan digelar
melakukan menjalankan menggelar|membuat menciptakan|menggunakan memakai|memiliki mempunyai|mendapat memperoleh
mencapai menyentuh|meningkat naik bertambah|menurun turun berkurang|tinggi menjulang|dekat berdekatan|jauh berjauhan
utama pokok|kuat tangguh|keras sengit|cepat segera|segera lekas|langsung seketika|bersama beserta|selama sepanjang
sekitar kira-kira kurang_lebih|lebih makin|kurang minim|hari hari_itu|pekan minggu|bulan bulan_itu|tahun tahun_itu
malam malam_hari|pagi pagi_hari|anak bocah|perempuan wanita|pria laki-laki|keluarga sanak_keluarga|bantuan pertolongan
mengungsi menyelamatkan_diri|pengungsi warga_terdampak|rumah_sakit fasilitas_kesehatan|makanan pangan|air air_bersih
"""
_FILLERS = (
    "Hal itu memicu perhatian banyak pihak.",
    "Situasi di lapangan disebut belum sepenuhnya tenang.",
    "Kabar ini pun ramai diperbincangkan.",
    "Belum ada keterangan lebih lanjut mengenai hal itu.",
)
_LEADS = (
    "Kabar terbaru datang dari luar negeri dan menyita perhatian pembaca pekan ini.",
    "Berikut laporan lengkap yang dirangkum redaksi dari berbagai sumber.",
    "Perkembangan ini menambah panjang daftar peristiwa yang terjadi belakangan.",
)
_MARK = re.compile(r"(?<=[.!?])[\"”']?\s+")


def _synonyms() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for group in _SYNONYMS.replace("\n", "|").split("|"):
        first, *others = (word.replace("_", " ") for word in group.split()) if group.split() else ("",)
        if first:
            table[first] = others
    return table


SYNONYMS = _synonyms()


@dataclass(frozen=True, slots=True)
class Planted:
    """An article, and whose copy it is: index of the original in the stream and kind, or None for an original."""

    article: Article
    original: int | None = None
    kind: str | None = None


def paragraphs(path: Path = ROWS) -> dict[str, list[str]]:
    """Paragraphs of 12 to some 80 words by label; the smaller labels together.

    Some sources keep no paragraphs; their texts are cut after every second sentence. Each paragraph is there once.
    """
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        group = row["label"] if row["label"] in {"conflict", "not_conflict"} else "between"
        for part in row["text"].split("\n"):
            sentences = _MARK.split(part) if len(part.split()) > 80 else [part]
            for start in range(0, len(sentences), 2):
                words = " ".join(sentences[start : start + 2]).split()
                if 12 <= len(words) <= 80:
                    groups[group][" ".join(words)] = None
    return {name: list(parts) for name, parts in groups.items()}


def stream(size: int, *, share: float = 0.05, seed: int = 1) -> Iterator[Planted]:
    """``size`` articles; ``share`` of them planted copies of each kind, of an original somewhere before them."""
    rng = random.Random(seed)
    groups = paragraphs()
    names = sorted(groups)
    every = [part for name in names for part in groups[name]]
    start = datetime(2020, 9, 27, tzinfo=UTC)
    originals: list[tuple[int, list[str], str, datetime]] = []
    for index in range(size):
        when = start + timedelta(minutes=index % 2_000_000)
        draw = rng.random()
        if originals and draw < share * len(KINDS):
            kind = KINDS[int(draw / share)]
            original, parts, title, then = rng.choice(originals)
            body, title = make_copy(kind, parts, title, rng)
            when = then + timedelta(minutes=rng.randint(5, 3 * 24 * 60))
            yield Planted(_article(index, body, title, when, rng), original, kind)
            continue
        pool = groups[rng.choice(names)] if rng.random() < 0.5 else every
        parts = rng.sample(pool, rng.randint(6, 12))
        title = " ".join(parts[0].split()[:9])
        if len(originals) < 50_000:
            originals.append((index, parts, title, when))
        else:  # keep a fair sample, so that originals are of every age
            place = rng.randrange(index)
            if place < len(originals):
                originals[place] = (index, parts, title, when)
        yield Planted(_article(index, parts, title, when, rng))


def _article(index: int, parts: list[str], title: str, when: datetime, rng: random.Random) -> Article:
    outlet = f"outlet{rng.randrange(60)}"
    return Article(
        url=f"https://{outlet}.example/read/{index}/{re.sub('[^a-z0-9]+', '-', title.lower())[:60]}",
        text="\n\n".join(parts),
        title=title,
        outlet=outlet,
        section="Internasional",
        tags=["perang", "konflik"],
        authors=["Redaksi"],
        published_at=when,
        published_precision="minute",
        published_source="json-ld datePublished",
        fetched_at=when + timedelta(hours=2),
        language="id",
        language_confidence=0.99,
        relevance=round(rng.random(), 4),
        nearest_seed="000_a643dfec353a3467",
        relevance_terms=["tentara", "serangan"],
        extractor_version="bench",
    )


def make_copy(kind: str, parts: list[str], title: str, rng: random.Random) -> tuple[list[str], str]:
    """The paragraphs and title of a copy of this kind."""
    if kind == "exact":
        return list(parts), title if rng.random() < 0.5 else f"{title} hari ini"
    if kind == "near":
        return near(parts, rng), title
    if kind == "excerpt":
        return excerpt(parts, rng), f"Kutipan: {title}"
    return rewritten(parts, rng), rewrite_sentence(title, rng)


def near(parts: list[str], rng: random.Random) -> list[str]:
    """Small edits all over (1 to 6% of words), often a lead or a tail of one's own, sometimes a paragraph less.

    At least a lead or a word more or less is sure: a copy without any edit would be an exact one.
    """
    rate = rng.uniform(0.01, 0.06)
    edited = []
    for part in parts:
        words = part.split()
        for place, word in enumerate(words):
            if rng.random() < rate:
                words[place] = rng.choice(
                    ["", f"{word} itu", rng.choice(SYNONYMS.get(word.lower(), [word[:-1] or word]))]
                )
        edited.append(" ".join(word for word in words if word))
    if _words(edited) == _words(parts) or rng.random() < 0.5:
        edited.insert(0, rng.choice(_LEADS))
    if rng.random() < 0.3:
        edited.append(rng.choice(_FILLERS))
    if rng.random() < 0.3 and len(edited) > 5:
        del edited[-2]
    return edited if _words(edited) != _words(parts) else [rng.choice(_LEADS), *edited]


def _words(parts: list[str]) -> list[str]:
    return re.findall(r"\w+", " ".join(parts).casefold())


def excerpt(parts: list[str], rng: random.Random) -> list[str]:
    """Three to five paragraphs in a row, at most 60% of the words; sometimes under a lead of one's own."""
    length = min(rng.randint(3, 5), len(parts) - 3)
    start = rng.randint(0, len(parts) - length)
    taken = parts[start : start + length]
    while len(taken) > 2 and len(" ".join(taken).split()) > 0.6 * len(" ".join(parts).split()):
        taken.pop()
    return [rng.choice(_LEADS), *taken] if rng.random() < 0.3 else taken


def rewritten(parts: list[str], rng: random.Random) -> list[str]:
    """The same story in other words, in mostly the same order."""
    sentences = [rewrite_sentence(text, rng) for part in parts for text in _MARK.split(part)]
    kept = [text for text in sentences if rng.random() > 0.18] or sentences
    for place in range(len(kept) - 1):
        if rng.random() < 0.12:
            kept[place], kept[place + 1] = kept[place + 1], kept[place]
    for _ in range(rng.randint(0, 2)):
        kept.insert(rng.randint(0, len(kept)), rng.choice(_FILLERS))
    body, start = [], 0
    while start < len(kept):
        step = rng.randint(1, 3)
        body.append(" ".join(kept[start : start + step]))
        start += step
    return body


def rewrite_sentence(text: str, rng: random.Random) -> str:
    """One sentence in other words: quotes reported, clauses moved, words replaced, dropped and put in."""
    said = re.fullmatch(
        r"[\"“](.+?),?[\"”],? (kata|ujar|tutur|ucap|ungkap|tegas|jelas)(?:nya)? ([^,.]+)[.,]?(.*)", text.strip()
    )
    if said and rng.random() < 0.7:
        text = f"{said[3]} {rng.choice(['menyatakan', 'menyebut', 'mengungkapkan'])} bahwa {said[1]}.{said[4]}"
    clauses = text.rstrip(".").split(", ")
    if 2 <= len(clauses) <= 4 and rng.random() < 0.35:
        clauses = [*clauses[1:], clauses[0]]
        text = ", ".join(clauses) + "."
    words: list[str] = []
    for word in text.split():
        bare = word.strip('.,;:"“”()').lower()
        if bare in SYNONYMS and rng.random() < 0.8:
            other = rng.choice(SYNONYMS[bare])
            words.append(
                word.lower().replace(bare, other)
                if word[0].islower()
                else word.lower().replace(bare, other).capitalize()
            )
        elif bare in {"yang", "itu", "tersebut", "pun", "juga", "telah", "bahwa"} and rng.random() < 0.35:
            continue
        elif word.islower() and rng.random() < 0.25:
            words += rng.choice(([word, "itu"], [word, "pun"], ["pihak", word], [_inflect(word)], [_inflect(word)]))
        elif word[:1].isupper() and len(word) > 5 and rng.random() < 0.08:
            words.append(word[:-2] + "y" + word[-1])
        else:
            words.append(word)
    return " ".join(words)


def _inflect(word: str) -> str:
    for prefix, other in (("meng", "di"), ("men", "di"), ("mem", "di"), ("di", "ter"), ("ber", ""), ("ter", "di")):
        if word.startswith(prefix) and len(word) > len(prefix) + 3:
            return other + word[len(prefix) :]
    return word + "nya" if len(word) > 3 else word
