"""What decides between a copy, a template and a retelling: the facts."""

import json
from datetime import UTC, datetime
from itertools import combinations

import pytest
from sqlalchemy import select

from storage.copies.comparison import compare
from storage.copies.facts import Facts, agreement, rounded_alike, spelled_alike
from storage.copies.fingerprints import Fingerprinted
from storage.corpus import Corpus
from storage.database.tables import copies
from tests.storage.conftest import article
from tests.storage.copies.test_copies import store

TOLL = """Otoritas kesehatan di {place} mencatat {dead} orang tewas akibat gempuran sehari hingga {day}, sehingga \
jumlah korban jiwa mencapai {total} orang.

Sebanyak {hurt} warga lainnya terluka. Banyak korban masih tertimbun di bawah puing dan belum dapat dijangkau ambulans \
maupun regu pertahanan sipil.

Perang pecah pada 7 Oktober 2023. Mahkamah Pidana Internasional mengeluarkan surat perintah penangkapan pada November \
2024 atas tuduhan kejahatan perang."""

QUAKE = """Gempa bermagnitudo {size} mengguncang {place} pada {day} pukul {clock} WIB. BMKG menyatakan gempa tidak \
berpotensi tsunami.

Pusat gempa berada {far} kilometer barat daya {place} pada kedalaman {deep} kilometer. BMKG mengimbau masyarakat tetap \
tenang dan menghindari bangunan yang retak.

Informasi resmi hanya bersumber dari BMKG yang disebarkan melalui kanal komunikasi resmi yang telah terverifikasi."""

REPORTS = [
    TOLL.format(place="Gaza", dead=31, day="Sabtu (3/5)", total="52.418", hurt=118),
    TOLL.format(place="Gaza", dead=44, day="Minggu (4/5)", total="52.462", hurt=97),
    TOLL.format(place="Gaza", dead="tujuh belas", day="Senin (12/5)", total="52.810", hurt=64),
    QUAKE.format(size="5,1", place="Sumba", day="Sabtu (3/5)", clock="04.12", far=87, deep=10),
    QUAKE.format(size="4,6", place="Enggano", day="Sabtu (3/5)", clock="21.50", far=43, deep=36),
]

DISPATCH = """MARDAN, ANTARA - Sedikitnya 41 orang tewas dan 93 lainnya terluka setelah bom mobil menghancurkan Pasar \
Loruk di Mardan, Selasa (3/6).

Wali kota Mardan, Tesfan Girma, menuduh kelompok Hawar. "Mereka mengincar pedagang yang tidak bersenjata," katanya.

Rumah Sakit Santa Vella merawat 17 korban kritis, kata direkturnya, Noura Belkaid.

Itu ledakan kelima di Mardan sejak Maret. Konflik sejak 2019 memaksa 48.000 warga mengungsi."""

RETOLD = """Duka menyelimuti Mardan. Ledakan mobil pada Selasa (3/6) meratakan Pasar Loruk, merenggut 41 nyawa serta \
melukai 93 warga.

Menurut Noura Belkaid yang memimpin Santa Vella, keadaan 17 pasien di rumah sakit itu gawat. Adapun Tesfan Girma \
selaku kepala pemerintahan Mardan menunjuk Hawar sebagai dalang. Pedagang yang tidak bersenjata, menurutnya, memang \
yang diincar mereka.

Lima kali sudah kota tersebut diguncang bom terhitung dari Maret. Semenjak 2019 tercatat 48.000 jiwa terusir."""

FOLLOW_UP = """Pemerintah menetapkan tiga hari berkabung, Rabu (4/6). Bendera dikibarkan setengah tiang di ibu kota, \
pasar-pasar tutup lebih awal, ujar menteri dalam negeri Idris Tolla.

Ratusan pelayat menghadiri pemakaman di Lembah Asmar. Jumlah korban bertambah menjadi 44 orang.

Itu ledakan kelima di Mardan sejak Maret. Konflik sejak 2019 memaksa 48.000 warga mengungsi."""


@pytest.mark.parametrize(("one", "other"), list(combinations(REPORTS, 2)))
def test_reports_out_of_one_template_are_no_copies(one: str, other: str) -> None:
    assert compare(Fingerprinted(one), Fingerprinted(other)).kind is None


def test_a_template_with_the_same_facts_is_a_copy() -> None:
    edited = "Berikut laporan selengkapnya.\n\n" + REPORTS[0].replace("Banyak korban", "Banyak di antara korban")
    assert compare(Fingerprinted(REPORTS[0]), Fingerprinted(edited)).kind == "near"


def test_a_misspelt_name_and_a_figure_in_words_make_no_other_occasion() -> None:
    edited = DISPATCH.replace("Tesfan Girma", "Tesfan Girmah").replace("kelima", "yang kelima").replace("41", "42")
    assert compare(Fingerprinted(DISPATCH), Fingerprinted(edited)).kind == "near"


def test_a_retelling_has_all_facts_and_no_words() -> None:
    likeness = compare(Fingerprinted(DISPATCH), Fingerprinted(RETOLD))
    assert (likeness.kind, likeness.shingles) == ("rewritten", 0.0)
    assert compare(Fingerprinted(DISPATCH), Fingerprinted(FOLLOW_UP)).kind is None


def test_a_link_says_which_facts_agree(corpus: Corpus) -> None:
    store(
        corpus,
        article(1, text=DISPATCH, published_at=datetime(2025, 6, 3, 5, 0, tzinfo=UTC)),
        article(2, text=RETOLD, published_at=datetime(2025, 6, 3, 9, 0, tzinfo=UTC)),
    )
    with corpus.db.read() as conn:
        evidence = conn.execute(select(copies.c.evidence)).scalar_one()
    assert {"Loruk", "Noura Belkaid", "Tesfan Girma", "Hawar"} <= set(evidence["names"])
    assert {"17", "41", "93", "48000"} <= set(evidence["figures"])
    assert evidence["days"] == ["3/6"]
    # Only the original quotes; the retelling is the copy, and reports.
    assert "quotes" not in evidence or json.dumps(evidence["quotes"])


def test_the_same_teams_in_other_pairs_are_another_occasion() -> None:
    head = "Dua laga digelar pada Sabtu (3/5) dan disiarkan langsung dari stadion masing-masing tim tuan rumah. "
    one = head + "Laga pembuka mempertemukan Arema melawan Persib. Laga kedua mempertemukan Borneo melawan Madura."
    other = head + "Laga pembuka mempertemukan Arema melawan Madura. Laga kedua mempertemukan Borneo melawan Persib."
    facts = [Facts(Fingerprinted(text)) for text in (one, other)]
    assert agreement(*facts).otherwise == 0
    assert agreement(*facts, in_place=True).names[1] == 2


def test_the_same_teams_on_another_day_are_another_occasion() -> None:
    teams = "Arema melawan Persib, Borneo melawan Madura, Persija melawan Semen, Bali melawan Dewa"
    text = f"Empat laga digelar {{day}} pukul 13.30, 15.30 dan 19.00 WIB: {teams}. Laga disiarkan langsung di Indosiar."
    one, other = (Fingerprinted(text.format(day=day)) for day in ("Rabu (5/3)", "Minggu (9/3)"))
    assert compare(one, other).kind is None


def test_figures_that_meet_one_figure_twice_are_two_told_otherwise() -> None:
    text = "Pos mencatat {} kali letusan dan {} kali guguran di Dukono.\n\nRadius bahaya {} kilometer dari kawah."
    one, other = (Facts(Fingerprinted(text.format(*figures))) for figures in ((4, 12, 7), (6, 12, 6)))
    assert agreement(one, other, in_place=True).numbers == (1, 2)
    one, other = (Facts(Fingerprinted(text.format(*figures))) for figures in ((4, 12, 4), (6, 12, 6)))
    assert agreement(one, other, in_place=True).numbers == (1, 1)  # one figure, told otherwise in both sentences


def test_two_equal_figures_of_a_sentence_are_two_facts() -> None:
    text = "Pos mencatat {} kali letusan, {} kali guguran dan {} kali hembusan di Merapi."
    one, other = (Facts(Fingerprinted(text.format(*figures))) for figures in ((44, 3, 2), (9, 2, 2)))
    assert agreement(one, other, in_place=True).numbers == (1, 2)
    assert (other.numbers, agreement(other, other).otherwise) == ({"9", "2"}, 0)


def test_numbers_in_words_count_as_numbers() -> None:
    text = "Dua puluh tiga orang, lima belas anak dan seratus dua ribu warga; 12 juta pada Senin (14/4), 3 Mei 2025."
    facts = Facts(Fingerprinted(text))
    assert facts.numbers == {"23", "15", "102000", "12000000", "2025"}
    assert facts.days == {"w1", "d14/4", "d3/5"}


def test_spellings_of_one_name() -> None:
    assert spelled_alike("hizbullah", "hezbollah")
    assert spelled_alike("sirte", "sirt")
    assert not spelled_alike("persib", "persija")
    assert not spelled_alike("arab", "irak")


@pytest.mark.parametrize(("one", "other"), [("1200", "1234"), ("1300", "1234"), ("48000", "47812"), ("130", "127")])
def test_one_number_rounded(one: str, other: str) -> None:
    assert rounded_alike(one, other)
    assert rounded_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("60", "57"), ("200", "123"), ("1950000", "1940000"), ("1234", "1235"), ("1,2", "120")]
)
def test_other_numbers(one: str, other: str) -> None:
    assert not rounded_alike(one, other)


TALKS = """LORAN - Pemerintah Sudan dan Front Kasmir sepakat melanjutkan perundingan di Loran, Selasa (3/6), setelah \
pertemuan yang ditengahi Yusran Adebo.

Menteri Pertahanan Hamid Tolla mengatakan kedua pihak membahas penarikan pasukan dari Wadi Sarun dan pertukaran \
tahanan. Pemimpin delegasi, Jarek Bonto, meminta jaminan bagi pengungsi."""

TALKS_RETOLD = """Jalan damai bagi Sudan belum tertutup. Pada Selasa (3/6) di kota Loran, mediator Yusran Adebo \
membujuk Front Kasmir agar tidak meninggalkan meja.

Bagi juru runding Jarek Bonto, pulangnya warga yang terusir adalah harga mati. Sementara Hamid Tolla yang memimpin \
Pertahanan menyebut Wadi Sarun akan ditinggalkan tentaranya."""

NEXT_TALKS = TALKS_RETOLD.replace("Selasa (3/6)", "Jumat (13/6)")


def test_a_retelling_with_few_figures_has_them_all() -> None:
    assert compare(Fingerprinted(TALKS), Fingerprinted(TALKS_RETOLD)).kind == "rewritten"
    assert compare(Fingerprinted(TALKS), Fingerprinted(NEXT_TALKS)).kind is None
