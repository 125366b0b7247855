"""Between which days an undated article was published."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from crawler.extraction import extract
from storage.article import Bound, between
from storage.corpus import Corpus
from storage.corpus.bounding import running_number
from tests.storage.conftest import article
from tests.storage.copies.test_copies import OTHER, STORY, store


def numbered(number: int, day: int | None, **fields):
    return article(
        number,
        url=f"https://www.kabar.example/berita/{number}/judul-{number}",
        outlet="kabar",
        text=f"Laporan nomor {number} tentang harga sayur di pasar.",
        published_at=None if day is None else datetime(2020, 10, day, 5, 0, tzinfo=UTC),
        **fields,
    )


def test_neighbours_by_running_number_bound_an_undated_article(corpus: Corpus) -> None:
    store(corpus, *(numbered(50_000 + n, n) for n in (1, 2, 3, 6, 7, 8)))
    (undated,) = store(corpus, numbered(50_004, None))
    found = corpus.get(undated)
    assert (found.published_after, found.published_before) == (date(2020, 10, 1), date(2020, 10, 8))
    assert {bound.source for bound in found.bounds} == {"running number"}


def test_numbers_that_do_not_run_with_time_say_nothing(corpus: Corpus) -> None:
    store(corpus, *(numbered(50_000 + n, 20 - n) for n in (1, 2, 3, 6, 7, 8)))
    (undated,) = store(corpus, numbered(50_004, None))
    found = corpus.get(undated)
    assert (found.published_after, found.published_before, found.bounds) == (None, None, [])


def test_a_copy_comes_after_the_source_it_names(corpus: Corpus) -> None:
    _, undated = store(
        corpus,
        article(1, outlet="kompas", text=STORY, published_at=datetime(2020, 10, 17, 5, 0, tzinfo=UTC)),
        article(2, outlet="kecil", text=STORY, published_at=None, cited_sources=["Kompas"]),
    )
    assert corpus.get(undated).published_after == date(2020, 10, 17)


def test_neighbours_by_post_number_in_a_query(corpus: Corpus) -> None:
    posts = [replace(numbered(50_000 + n, n), url=f"https://kabar.example/?p={50_000 + n}") for n in (1, 2, 3, 6, 7, 8)]
    store(corpus, *posts)
    (undated,) = store(corpus, replace(numbered(50_004, None), url="https://kabar.example/?p=50004"))
    found = corpus.get(undated)
    assert (found.published_after, found.published_before) == (date(2020, 10, 1), date(2020, 10, 8))


def test_the_seed_without_a_date_is_bounded_by_its_story(corpus: Corpus) -> None:
    page = Path(__file__).parents[3] / "seeds" / "pages" / "003_727c0a491c695f60.html"
    undated = extract(page.read_bytes(), "https://turkinesia.net/hari-keenam-pertempuran/", "text/html")
    report = article(
        1,
        outlet="lain",
        title="Azerbaijan klaim rebut bukit di Madagiz, Aghdara",
        text="Pasukan Azerbaijan merebut sejumlah bukit di wilayah Madagiz, Aghdara, dan memukul mundur lawannya dari"
        " wilayah Jabrayil-Fuzuli. Desa Hindiristan, Alibeyli, Ahmadaghali dan Safarli di Aghdam ditembaki."
        " Menteri Pertahanan Turki Hulusi Akar menyebut seruan gencatan senjata tidak tulus.",
        published_at=datetime(2020, 10, 2, 15, 0, tzinfo=UTC),
    )
    *_, id_ = store(corpus, report, replace(undated, outlet="turkinesia"))
    found = corpus.get(id_)
    # Seven days around the report; its first comment of 4 October is nearer on the other side.
    assert (found.published_after, found.published_before) == (date(2020, 9, 25), date(2020, 10, 5))
    assert "story" in {bound.source for bound in found.bounds}


def test_a_dated_article_has_no_bounds(corpus: Corpus) -> None:
    (dated,) = store(corpus, article(1, text=OTHER, published_after=date(2020, 1, 1)))
    assert (corpus.get(dated).published_after, corpus.get(dated).published_before) == (None, None)


def test_evidence_that_contradicts_itself_proves_nothing() -> None:
    after, before = Bound("after", date(2021, 1, 1), "a"), Bound("before", date(2020, 1, 1), "b")
    assert between([after]) == (date(2021, 1, 1), None)
    assert between([after, before]) == (None, None)


def test_running_numbers() -> None:
    assert running_number("https://news.example/read/d-5210431/judul") == 5210431
    assert running_number("https://news.example/2020/10/02/judul") is None
    assert running_number("https://news.example/20201002/judul") is None
    assert running_number("https://news.example/?p=41822") == 41822
    assert running_number("https://news.example/read/2023/10/05/08303061/judul") is None  # begins anew every day
