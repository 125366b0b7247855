import re
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS as SEEDS_FOLDER
from storage.copies import linking
from storage.copies.comparison import compare, counterpart_share
from storage.copies.fingerprints import MAX_WORDS, Fingerprinted
from storage.copies.origin import Provenance, first
from storage.corpus import Corpus
from tests.storage.conftest import article

SEEDS = sorted(SEEDS_FOLDER.glob("*.txt"))
FURNITURE = re.compile(r"\s*(Baca [Jj]uga|READ |We will be|Leave a reply|MEDIABOGOR|Media Bogor)")

STORY = """Baku – Pasukan Azerbaijan merebut tiga desa di dekat Fuzuli pada Jumat malam, kata juru bicara kementerian \
pertahanan Vagif Dargahli.

Sedikitnya 14 tentara Armenia tewas dan 27 lainnya terluka dalam pertempuran yang berlangsung sejak pukul 04.00 itu. \
Yerevan membantah angka tersebut dan menyebut hanya 6 prajuritnya yang gugur.

Dargahli mengatakan artileri Armenia menembaki Kota Terter sehingga dua warga sipil meninggal. Di Stepanakert, \
sirene meraung sepanjang malam dan warga berlindung di ruang bawah tanah.

Presiden Ilham Aliyev dijadwalkan berpidato di televisi pada Sabtu pagi. Rusia dan Prancis kembali menyerukan \
gencatan senjata di Nagorno-Karabakh."""

REWORDED = """Tiga desa dekat Fuzuli jatuh ke tangan tentara Azerbaijan Jumat malam. Hal itu disampaikan Vagif \
Dargahli dari kementerian pertahanan.

Menurut dia paling sedikit 14 serdadu Armenia terbunuh serta 27 cedera. Namun Yerevan menampik jumlah itu dan mengaku \
cuma kehilangan 6 personel.

Kota Terter dihujani meriam Armenia, ujar Dargahli; akibatnya dua orang sipil tewas. Sirene terdengar semalaman di \
Stepanakert selagi penduduk bersembunyi di bungker.

Ilham Aliyev, presiden negara itu, akan berbicara lewat televisi Sabtu pagi, sedangkan Rusia bersama Prancis meminta \
lagi gencatan senjata di Nagorno-Karabakh."""

OTHER = """Ankara – Presiden Ilham Aliyev bertemu Recep Tayyip Erdogan di Ankara pada Selasa untuk membahas \
perdagangan. Keduanya menandatangani 9 perjanjian di bidang energi dan pendidikan.

Pipa gas TANAP akan diperluas sehingga kapasitasnya menjadi 31 miliar meter kubik setahun, kata Menteri Energi \
Fatih Donmez. Nagorno-Karabakh hanya disinggung sepintas dalam jumpa pers.

Rusia dan Prancis mengirim ucapan selamat kepada kedua pemimpin atas kerja sama itu."""


NAMES = ("Ambalat", "Belitung", "Cendana", "Damar", "Enggano", "Flores")


def store(corpus: Corpus, *articles):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item).id for item in articles]


def seed_text(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not FURNITURE.match(line))


def test_of_the_seeds_only_the_kompas_story_told_twice_is_a_copy(corpus: Corpus) -> None:
    day = date(2020, 11, 9)
    given = [
        article(n, url=f"https://situs{n}.example/a", outlet=f"situs{n}", text=seed_text(path), published_at=day)
        for n, path in enumerate(SEEDS)
    ]
    ids = store(corpus, *given)
    found = {id_: (corpus.get(id_).copy_of, corpus.get(id_).copy_kind) for id_ in ids}
    assert found == {id_: (ids[0], "rewritten") if id_ == ids[2] else (None, None) for id_ in ids}


def test_the_seeds_are_told_apart_by_a_wide_margin() -> None:
    texts = [Fingerprinted(seed_text(path)) for path in SEEDS]
    shares = {(a, b): compare(texts[a], texts[b]).sentences for a, b in combinations(range(5), 2)}
    assert shares.pop((0, 2)) > 0.6
    assert max(shares.values()) < 0.15


def test_a_follow_up_that_repeats_half_of_a_story_is_no_copy_of_it() -> None:
    told, other = STORY.split("\n\n"), OTHER.split("\n\n")
    follow_up = "\n\n".join([*other[:2], *told[1:3]])
    likeness = compare(Fingerprinted(STORY), Fingerprinted(follow_up))
    assert likeness.shingles > 0.5
    assert likeness.kind is None


LEAD = "Kabar dari garis depan kembali datang akhir pekan ini.\n\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (STORY, "exact"),
        (STORY.upper(), "exact"),
        (STORY.replace("\n\n", "\n").replace(" – ", " -- "), "exact"),
        (LEAD + STORY.replace("tewas", "gugur").replace("pertempuran", "baku tembak"), "near"),
        ("\n\n".join(STORY.split("\n\n")[1:3]), "excerpt"),
        (REWORDED, "rewritten"),
        (OTHER, None),
    ],
)
def test_kinds_of_copies(corpus: Corpus, text: str, kind: str | None) -> None:
    first_id, second_id = store(corpus, article(1, text=STORY), article(2, text=text))
    second = corpus.get(second_id)
    assert second.copy_kind == kind
    assert second.copy_of == (first_id if kind else None)
    assert corpus.get(first_id).copy_of is None


def test_the_earlier_published_one_is_the_original_whatever_was_stored_first(corpus: Corpus) -> None:
    late, early = store(
        corpus,
        article(1, text=STORY, published_at=datetime(2020, 10, 18, 9, 0, tzinfo=UTC)),
        article(2, text=STORY, published_at=datetime(2020, 10, 18, 7, 30, tzinfo=UTC)),
    )
    assert corpus.get(late).copy_of == early
    assert corpus.get(early).copy_of is None


def test_a_longer_text_that_took_in_an_earlier_short_one_expands_it(corpus: Corpus) -> None:
    short = "\n\n".join(STORY.split("\n\n")[:2])
    first_id, second_id = store(
        corpus,
        article(1, text=short, published_at=datetime(2020, 10, 18, 5, 0, tzinfo=UTC)),
        article(2, text=STORY, published_at=datetime(2020, 10, 18, 7, 0, tzinfo=UTC)),
    )
    assert (corpus.get(second_id).copy_of, corpus.get(second_id).copy_kind) == (first_id, "expanded")
    assert corpus.get(first_id).copy_of is None


def test_a_chain_is_read_in_one_query(corpus: Corpus) -> None:
    days = [date(2020, 10, day) for day in (18, 19, 20)]
    texts = [STORY, REWORDED, LEAD + REWORDED]
    ids = store(corpus, *(article(n, text=texts[n], published_at=days[n]) for n in range(3)))
    with corpus.db.read() as conn:
        assert linking.chain(conn, ids[2]) == [(ids[2], ids[1], "near"), (ids[1], ids[0], "rewritten")]


def test_a_story_carried_by_a_hundred_sites_stays_one_story(corpus: Corpus) -> None:
    ids = store(corpus, *(article(n, text=STORY) for n in range(100)))
    assert {corpus.get(id_).copy_of for id_ in ids[1:]} <= set(ids[: linking.POSTINGS])
    assert all(corpus.get(id_).copy_kind == "exact" for id_ in ids[1:])


def test_a_rewriting_of_a_story_that_a_hundred_sites_carry_is_found(corpus: Corpus) -> None:
    ids = store(corpus, *(article(n, text=STORY) for n in range(100)), article(100, text=REWORDED))
    last = corpus.get(ids[-1])
    assert (last.copy_of in ids[: linking.POSTINGS], last.copy_kind) == (True, "rewritten")


def test_chance_likenesses_do_not_crowd_out_a_story_that_very_many_carry(corpus: Corpus) -> None:
    """Each of the last copy's own paragraphs shares rare word groups with one other article."""
    own = [
        f"Redaksi {name} mencatat {n} laporan dari {name} dan Pulau {name} sejak pukul {n}.15 waktu setempat, \
begitu pula dari Teluk {name} dan Tanjung {name} yang berjarak {n} mil."
        for n, name in enumerate(NAMES, 21)
    ]
    carried = [article(n, text=STORY, published_at=date(2020, 10, 18)) for n in range(60)]
    chance = [article(100 + n, text=f"{OTHER}\n\n{part}") for n, part in enumerate(own)]
    last = article(200, text="\n\n".join([STORY, *own]), published_at=date(2020, 10, 19))
    ids = store(corpus, *carried, *chance, last)
    assert corpus.get(ids[-1]).copy_of in ids[: linking.POSTINGS]


def test_a_corrected_day_turns_the_link_around(corpus: Corpus) -> None:
    first_id, second_id = store(
        corpus,
        article(1, text=STORY, published_at=date(2020, 10, 18)),
        article(2, text=STORY, published_at=date(2020, 10, 20)),
    )
    assert corpus.get(second_id).copy_of == first_id
    store(corpus, article(2, text=STORY, published_at=date(2020, 10, 16), extractor_version="next"))
    assert corpus.get(second_id).copy_of is None
    assert corpus.get(first_id).copy_of == second_id


def test_a_revision_that_is_no_copy_any_more_loses_its_link(corpus: Corpus) -> None:
    first_id, second_id = store(corpus, article(1, text=STORY), article(2, text=STORY))
    assert corpus.get(second_id).copy_of == first_id
    store(corpus, article(2, text=OTHER))
    assert corpus.get(second_id).copy_of is None
    (third_id,) = store(corpus, article(3, text=OTHER))
    assert corpus.get(third_id).copy_of == second_id


def test_an_old_story_told_again_is_not_a_rewriting(corpus: Corpus) -> None:
    _, later = store(
        corpus,
        article(1, text=STORY, published_at=date(2020, 10, 18)),
        article(2, text=REWORDED, published_at=date(2023, 9, 19)),
    )
    assert corpus.get(later).copy_of is None


def provenance(url: str, text: str = "Isi.", cited: tuple[str, ...] = (), dateline=None, published=None, outlet=None):
    precision = None if published is None else "day" if len(published) == 10 else "minute"
    return Provenance(url, outlet, text, dateline, cited, published, precision)


@pytest.mark.parametrize(
    ("one", "other", "order", "reason"),
    [
        (
            provenance("https://mediabogor.com/x", "Baku, KOMPAS.com – Pemerintah Azerbaijan", published="2020-11-09"),
            provenance("https://www.kompas.com/global/read/1", "BAKU, KOMPAS.com – Pemerintah", published="2020-11-10"),
            1,
            "the copy names kompas",
        ),
        (
            provenance("https://antaranews.com/berita/1", published="2020-11-09"),
            provenance("https://koran.example/1", cited=("Antara",), published="2020-11-08"),
            -1,
            "the copy names antara",
        ),
        (
            provenance("https://a.example/1", cited=("AFP",), published="2020-11-09"),
            provenance("https://b.example/1", cited=("AFP",), published="2020-11-08"),
            1,
            "published 2020-11-08, the copy 2020-11-09",
        ),
        (
            provenance("https://a.example/1", published="2020-11-09"),
            provenance("https://b.example/1", published="2020-11-09T10:00:00Z"),
            0,
            "stored first",
        ),
        (
            provenance("https://a.example/1"),
            provenance("https://b.example/1", published="2020-11-09"),
            0,
            "stored first",
        ),
    ],
)
def test_who_came_first(one: Provenance, other: Provenance, order: int, reason: str) -> None:
    assert first(one, other) == (order, reason)
    assert first(other, one)[0] == -order


def test_fingerprints_are_the_same_in_every_process() -> None:
    text = "Pasukan Azerbaijan merebut Fuzuli, Terter, dan Lachin. Warga Stepanakert mengungsi ke Yerevan."
    assert Fingerprinted(text).hashes[:2] == [676760904653325025, 2544648706068954510]


def test_a_sketch_is_of_the_article_and_not_of_its_paragraphs() -> None:
    turned = "\n\n".join(reversed(STORY.split("\n\n")))
    assert len(set(Fingerprinted(STORY).hashes) & set(Fingerprinted(turned).hashes)) > 14
    assert Fingerprinted(STORY).hashes == sorted(set(Fingerprinted(STORY).hashes))


def test_a_copy_in_the_middle_of_a_chain_keeps_its_original_when_it_is_retitled(corpus: Corpus) -> None:
    texts = [STORY, LEAD + STORY, LEAD + STORY]
    given = [article(n, text=texts[n], published_at=date(2020, 10, 18 + n)) for n in range(3)]
    ids = store(corpus, *given)
    given[1].title = "Judul lain"
    store(corpus, given[1])
    found = [(corpus.get(id_).copy_of, corpus.get(id_).copy_kind) for id_ in ids]
    assert found == [(None, None), (ids[0], "near"), (ids[1], "exact")]


def test_a_bare_day_is_compared_with_the_day_at_the_outlet(corpus: Corpus) -> None:
    """06:30 in Jakarta is the day before in UTC. The same day tells nothing: what was stored first is the original."""
    early = datetime.fromisoformat("2024-01-02T06:30:00+07:00")
    first_id, second_id = store(
        corpus, article(1, text=STORY, published_at=date(2024, 1, 2)), article(2, text=STORY, published_at=early)
    )
    assert (corpus.get(first_id).copy_of, corpus.get(second_id).copy_of) == (None, first_id)


def test_a_sentence_of_which_exactly_half_is_found_has_a_counterpart() -> None:
    """Half to the last bit, in whatever order the words' weights are added up: 1 + 1 + 5 of 14."""
    one = Fingerprinted("Dia pun tiba, lalu mereka ke pergi di.")
    assert counterpart_share(Fingerprinted("di ke warga dan itu pergi"), one) == 1.0


def test_very_long_texts_that_begin_alike_are_not_exact_copies() -> None:
    beginning = " ".join(f"kata{n}" for n in range(MAX_WORDS))
    assert compare(Fingerprinted(beginning + " lalu satu"), Fingerprinted(beginning + " lalu dua")).kind == "near"
    assert compare(Fingerprinted(beginning + " sama"), Fingerprinted(beginning + " sama")).kind == "exact"
