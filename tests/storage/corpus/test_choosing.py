"""What stands for a chain of copies where copies are not wanted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.corpus import Corpus
from storage.database import Filter
from storage.withdrawal import withdraw
from tests.storage.conftest import article
from tests.storage.copies.test_copies import store

START = datetime(2025, 5, 1, 23, 0, tzinfo=UTC)
STORY = " ".join(
    f"Kepala desa Tokoh{n} melaporkan {n * 7} rumah rusak di dusun Kampung{n} dan listrik padam sejak pukul {n}.10."
    for n in range(1, 15)
)
FLASH = (
    "Gempa magnitudo 7,1 mengguncang Laut Banda pada Selasa malam pukul 21.14 WIB. BMKG meminta warga pesisir Maluku"
    " Tenggara dan Tanimbar menjauhi pantai. Pusat gempa berada pada kedalaman 12 kilometer. Informasi akan terus"
    " diperbarui."
)


def chain(corpus: Corpus) -> list[str]:
    """An agency's story, two carriers of it, of which the last has a lead of its own."""
    texts = {"antara": STORY, "kompas": STORY, "detik": "Gempa kuat kembali mengguncang wilayah timur. " + STORY}
    return store(
        corpus,
        *(
            article(n, outlet=outlet, text=text, published_at=START + timedelta(hours=2 * n))
            for n, (outlet, text) in enumerate(texts.items())
        ),
    )


def outlets(corpus: Corpus, **conditions) -> list[str | None]:
    return [found.outlet for found in corpus.articles(Filter(copies="none", **conditions))]


def test_the_origin_stands_for_its_copies(corpus: Corpus) -> None:
    chain(corpus)
    assert outlets(corpus) == ["antara"]


@pytest.mark.parametrize(
    ("conditions", "stands"),
    [
        ({"since": date(2025, 5, 2)}, ["kompas"]),
        ({"since": date(2025, 5, 2), "representative": "fullest"}, ["detik"]),
        ({"outlets": ["detik"]}, ["detik"]),
        ({"outlets": ["tempo"]}, []),
    ],
)
def test_else_one_of_those_that_are_asked_for(corpus: Corpus, conditions, stands: list[str]) -> None:
    chain(corpus)
    assert outlets(corpus, **conditions) == stands


@pytest.mark.parametrize("gone", [0, 1])
def test_one_is_left_after_a_withdrawal(corpus: Corpus, gone: int) -> None:
    ids = chain(corpus)
    withdraw(corpus, ids[gone], "takedown request")
    assert outlets(corpus) == [["kompas"], ["antara"]][gone]


def test_the_story_stands_for_its_flash(corpus: Corpus) -> None:
    flash, whole, carried = store(
        corpus,
        article(1, outlet="bmkg", text=FLASH, published_at=START),
        article(2, outlet="tempo", text=f"{FLASH} {STORY}", published_at=START + timedelta(hours=3)),
        article(3, outlet="detik", text=f"{FLASH} {STORY}", published_at=START + timedelta(hours=5)),
    )
    assert (corpus.get(whole).copy_of, corpus.get(whole).copy_kind) == (flash, "expanded")
    assert (corpus.get(carried).copy_of, corpus.get(carried).copy_kind) == (whole, "exact")
    assert outlets(corpus) == ["tempo"]
    assert outlets(corpus, outlets=["bmkg", "detik"]) == ["detik"]
    assert outlets(corpus, outlets=["bmkg"]) == ["bmkg"]


def test_a_new_origin_takes_the_whole_chain(corpus: Corpus) -> None:
    later, latest = store(
        corpus,
        article(1, outlet="kompas", text=STORY, published_at=START + timedelta(hours=4)),
        article(2, outlet="detik", text=STORY, published_at=START + timedelta(hours=6)),
    )
    (first,) = store(corpus, article(3, outlet="antara", text=STORY, published_at=START))
    assert corpus.get(later).copy_of == first
    assert outlets(corpus) == ["antara"]
    withdraw(corpus, first, "takedown request")
    assert outlets(corpus) == ["kompas"]
    assert {found.id for found in corpus.articles(Filter(copies="only"))} == {later, latest}


def test_articles_that_speak_of_a_country(corpus: Corpus) -> None:
    store(
        corpus,
        article(1, outlet="a", title="Serangan di Gaza", text="Jet Israel menyerang Rafah di Gaza selatan."),
        article(2, outlet="b", title="Bom di Kabul", text="Ledakan terdengar di ibu kota Afghanistan."),
    )
    speak = {code: [found.outlet for found in corpus.articles(Filter(countries=[code]))] for code in ("PS", "AF", "AZ")}
    assert speak == {"PS": ["a"], "AF": ["b"], "AZ": []}
