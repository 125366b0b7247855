"""A canonical URL is believed where the content bears it out: neither are two articles folded, nor one told apart."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from crawler.crawl.configuration import SEEDS
from storage.article import Article
from storage.corpus import Corpus
from storage.identity import article_id
from storage.withdrawal import withdraw
from tests.storage.conftest import article

SECTION = "https://contoh.id/internasional"
CANONICAL = "https://contoh.id/berita/gencatan-senjata-dilanggar"
SENTENCES = [
    "Gencatan senjata di Nagorno-Karabakh dilanggar pada Senin malam, kata Kementerian Pertahanan Armenia di Yerevan.",
    "Sebuah desa di dekat Martuni dihujani tembakan artileri selama hampir dua jam dan 14 rumah rusak berat.",
    "Baku membantah tuduhan itu dan menyebut pasukannya hanya membalas tembakan dari arah Lachin.",
    "Pengamat Rusia yang ditempatkan di koridor tersebut belum memberikan keterangan kepada wartawan.",
    "Warga yang mengungsi ke Stepanakert mengatakan mereka berjalan kaki melewati hutan bersama anak-anak mereka.",
    "Palang Merah Internasional mengirim 40 ton bantuan ke wilayah itu sejak awal pekan ini.",
]
STORY = "\n\n".join(SENTENCES)
OTHERS = [
    (
        "Junta Myanmar membombardir sebuah desa di Sagaing pada Selasa dini hari, kata saksi dan kelompok perlawanan. "
        "Sedikitnya sebelas orang tewas, di antaranya dua anak, dan sebuah sekolah terbakar habis akibat serangan itu."
    ),
    (
        "Kapal kargo berbendera Liberia tenggelam di Laut Merah setelah dihantam dua rudal, kata otoritas pelayaran. "
        "Dua puluh dua awak kapal diselamatkan oleh kapal perang India yang sedang berpatroli di perairan tersebut."
    ),
    (
        "Milisi dan tentara Libya terlibat bentrokan di pinggiran Tripoli sejak Jumat pagi dan bandara ditutup. "
        "Perserikatan Bangsa-Bangsa meminta semua pihak menahan diri dan membuka jalan bagi ambulans ke rumah sakit."
    ),
]


def store(corpus: Corpus, *articles: Article):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item) for item in articles]


def page(path: str, text: str, title: str = "Gencatan Senjata Dilanggar", canonical: str | None = CANONICAL) -> Article:
    return article(url=f"https://contoh.id{path}", text=text, title=title, canonical_url=canonical)


# One canonical URL on every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("canonical", [SECTION, "https://contoh.id/berita/1", "https://contoh.id/?page=home"])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_articles_with_one_canonical_url_stay_articles_of_their_own(
    corpus: Corpus, canonical: str, order: tuple[int, ...]
) -> None:
    """The canonical URL is a section's, or that of one of them; whichever is read first, and read again."""
    pages = [page(f"/berita/{n}", text, f"Judul {n}", canonical) for n, text in enumerate(OTHERS)]
    for outcome in ("new", "unchanged"):
        assert [saved.outcome for saved in store(corpus, *(pages[n] for n in order))] == [outcome] * 3
    for each in pages:
        found = corpus.get(each.url)
        own = canonical if canonical == each.url else None  # believed of the page only whose address it is
        assert (found.text, found.canonical_url, found.revision) == (each.text, own, 1)
    assert len({found.id for found in corpus.articles()}) == 3


@pytest.mark.parametrize(
    ("path", "claimed", "shown"),
    [
        ("/amp/12345/gencatan-senjata", "/berita/12345/gencatan-senjata", True),  # the same number and slug
        ("/?p=77", "/2020/11/gencatan-senjata", True),  # nobody else claims it
        ("/berita/satu", "/", False),
        ("/dunia/asia/satu", "/dunia/asia/", False),  # a section above it
        ("/berita/satu", "https://lain.id/berita/satu", False),
    ],
)
def test_a_record_shows_a_canonical_url_that_is_believed(corpus: Corpus, path: str, claimed: str, shown: bool) -> None:
    claim = claimed if "://" in claimed else f"https://contoh.id{claimed}"
    (saved,) = store(corpus, page(path, OTHERS[0], canonical=claim))
    found = corpus.get(saved.id)
    assert found is not None
    assert found.canonical_url == (claim if shown else None)


def test_a_claim_that_a_second_article_makes_is_believed_of_neither_from_then_on(corpus: Corpus) -> None:
    first = page("/?p=77", OTHERS[0], canonical=SECTION)
    store(corpus, first)
    assert corpus.get(first.url).canonical_url == SECTION
    store(corpus, page("/?p=78", OTHERS[1], "Judul lain", SECTION))
    for _ in range(2):
        assert corpus.get(first.url).canonical_url is None
        store(corpus, first)


def test_a_changed_article_among_them_is_revised_under_its_own_url(corpus: Corpus) -> None:
    _, second = store(corpus, *(page(f"/berita/{n}", OTHERS[n], f"Judul {n}", SECTION) for n in (0, 1)))
    (again,) = store(corpus, page("/berita/1", OTHERS[2], "Judul baru", SECTION))
    assert (again.id, again.outcome, again.revision) == (second.id, "revised", 2)


def test_captions_are_told_apart_by_their_titles(corpus: Corpus) -> None:
    """A few words under a photograph, or a teaser that is the same on every page."""
    teaser = "Baca berita selengkapnya di aplikasi kami, gratis untuk pelanggan."
    saved = store(corpus, *(page(f"/foto/{n}", teaser, f"Foto {n}", SECTION) for n in range(3)))
    assert [one.outcome for one in saved] == ["new"] * 3


def test_a_rewriting_is_no_view_of_the_same_article(corpus: Corpus) -> None:
    """One agency story told twice: two of the seeds."""
    texts = [next((SEEDS / "expected").glob(f"{n}_*.txt")).read_text(encoding="utf-8") for n in ("000", "002")]
    saved = store(corpus, *(page(f"/berita/{n}", text, canonical=SECTION) for n, text in enumerate(texts)))
    assert [one.outcome for one in saved] == ["new", "new"]
    assert "rewritten" in {found.copy_kind for found in corpus.articles()}


def test_near_misses_with_one_canonical_url_do_not_replace_each_other(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        for _ in range(2):
            for n, text in enumerate(OTHERS):
                url = f"https://contoh.id/berita/{n}"
                corpus.reject(conn, url, canonical_url=SECTION, reason="threshold", title=f"Judul {n}", text=text)
    assert {miss.text for miss in corpus.rejected()} == set(OTHERS)
    assert corpus.counts()["rejected"] == 3


def test_an_article_does_not_replace_the_near_miss_of_another_page(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        url = "https://contoh.id/berita/0"
        corpus.reject(conn, url, canonical_url=SECTION, reason="threshold", title="Judul 0", text=OTHERS[0])
    store(corpus, page("/berita/1", OTHERS[1], "Judul 1", SECTION))
    assert [miss.text for miss in corpus.rejected()] == [OTHERS[0]]
    store(corpus, page("/amp/0", OTHERS[0], "Judul 0", SECTION))
    assert list(corpus.rejected()) == []


def test_withdrawing_one_of_them_leaves_the_others(corpus: Corpus) -> None:
    first, second = store(corpus, *(page(f"/berita/{n}", OTHERS[n], f"Judul {n}", SECTION) for n in (0, 1)))
    withdraw(corpus, first.id, "permintaan")
    again, new = store(
        corpus, page("/berita/1", OTHERS[1], "Judul 1", SECTION), page("/berita/2", OTHERS[2], "Judul 2", SECTION)
    )
    assert (again.id, again.outcome, new.outcome) == (second.id, "unchanged", "new")
    assert store(corpus, page("/berita/0", OTHERS[0], "Judul 0", SECTION))[0].outcome == "withdrawn"


# Views of one article ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["desktop", "view"])
@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("/amp/gencatan-senjata-dilanggar", STORY, "Gencatan Senjata Dilanggar"),
        ("/print.php?id=7", STORY, "Gencatan Senjata Dilanggar - Cetak"),
        ("/berita/gencatan-senjata-dilanggar?page=all", STORY + "\n\nLaporan: Siti Aminah", "Gencatan Senjata"),
        ("/berita/gencatan-senjata-dilanggar/2", "\n\n".join(SENTENCES[3:]), "Gencatan Senjata - Halaman 2"),
        ("/m/1", STORY.replace("14 rumah", "17 rumah").replace("40 ton", "45 ton"), "Gencatan Senjata Dilanggar"),
        ("/baca/1", SENTENCES[0], "Gencatan Senjata Dilanggar!"),  # the beginning before a paywall
    ],
    ids=["amp", "print", "whole", "second page", "mobile, later", "teaser"],
)
def test_views_of_one_article_are_one(corpus: Corpus, first: str, path: str, text: str, title: str) -> None:
    pages = [page("/berita/gencatan-senjata-dilanggar", STORY), page(path, text, title)]
    if first == "view":
        pages.reverse()
    one, other = store(corpus, *pages)
    assert one.id == other.id
    assert corpus.get(CANONICAL).id == corpus.get(pages[0].url).id == corpus.get(pages[1].url).id == one.id
    assert corpus.counts()["articles"] == 1


def test_an_edition_that_lags_behind_is_still_one(corpus: Corpus) -> None:
    store(corpus, page("/berita/gencatan-senjata-dilanggar", STORY))
    store(corpus, page("/berita/gencatan-senjata-dilanggar", OTHERS[0]))
    store(corpus, page("/amp/gencatan-senjata-dilanggar", STORY))
    assert corpus.counts()["articles"] == 1


@pytest.mark.parametrize(
    ("url", "names_it"),
    [
        ("https://m.contoh.id/amp/gencatan-senjata-dilanggar", True),
        ("https://contoh.id/berita/gencatan-senjata-dilanggar/amp", True),
        ("https://contoh.id/gencatan-senjata-dilanggar.html?page=2", True),
        ("https://contoh.id/baca/senjata-lain", False),
        ("https://contoh.id/?p=12", False),
    ],
)
def test_every_edition_gives_the_same_id(url: str, names_it: bool) -> None:
    assert (article_id(url, CANONICAL) == article_id(CANONICAL)) is names_it
    assert (article_id(url, CANONICAL) == article_id(url)) is not names_it


def test_a_number_of_an_article_names_it() -> None:
    assert article_id("https://contoh.id/amp?id=123456", "https://contoh.id/read/123456") == article_id(
        "https://contoh.id/read/123456"
    )


def test_a_day_in_two_slugs_does_not_make_them_one_page() -> None:
    url, canonical = "https://contoh.id/kabar-perang-20240102", "https://contoh.id/rekap-harian-20240102"
    assert article_id(url, canonical) == article_id(url)
    assert article_id("https://contoh.id/x/1234567", "https://contoh.id/y/1234567") == article_id(
        "https://contoh.id/y/1234567"
    )


# Moved articles ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "changes", "outcome"),
    [
        ("/internasional/2020/11/slug-baru", {}, "unchanged"),
        ("/dunia/1", {"published_at": datetime(2020, 11, 10, 9, tzinfo=UTC)}, "new"),  # a reprint
        ("/dunia/1", {"published_at": None}, "new"),
        ("/dunia/1", {"title": "Judul lain"}, "new"),
        ("/dunia/1", {"outlet": "lain"}, "new"),
        ("/dunia/1", {"url": "https://medan.contoh.id/dunia/1"}, "new"),  # a sister's edition
    ],
)
def test_an_article_under_a_changed_slug_is_the_same(
    corpus: Corpus, path: str, changes: dict[str, object], outcome: str
) -> None:
    old = page("/dunia/slug-lama", OTHERS[0], canonical=None)
    old.published_at = datetime(2020, 11, 9, 9, tzinfo=UTC)
    moved = replace(old, url=f"https://contoh.id{path}", canonical_url=f"https://contoh.id{path}")
    (first,) = store(corpus, old)
    moved = replace(moved, **changes)  # type: ignore[arg-type]
    (again,) = store(corpus, moved)
    assert (again.outcome, again.id == first.id) == (outcome, outcome == "unchanged")
    found = corpus.get(moved.url)
    assert found is not None
    assert found.id == again.id
