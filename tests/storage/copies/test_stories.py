from datetime import date

import pytest

from storage.copies import stories
from storage.corpus import Corpus
from tests.storage.conftest import article

FIRST = """Sebuah roket menghantam pasar di Kota Ganja pada Sabtu dini hari. Sedikitnya 13 warga tewas dan 52 lainnya \
terluka, kata jaksa Kamran Aliyev. Azerbaijan menuduh Armenia menembakkannya dari Vardenis."""
LATER = """Jumlah korban di pasar Kota Ganja bertambah. Jaksa Kamran Aliyev menyebut kini 15 warga tewas, sedangkan 52 \
orang dirawat. Menurut Baku, Armenia meluncurkan rudal itu dari Vardenis."""
OTHER = """Armenia dan Azerbaijan saling tuduh melanggar gencatan senjata di Hadrut. Juru bicara Shushan Stepanyan \
menyebut artileri berat dipakai terhadap 4 desa."""


def store(corpus: Corpus, *articles):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item).id for item in articles]


def on(day: int, number: int, text: str):
    return article(number, outlet=f"o{number}", title="Perang Karabakh", text=text, published_at=date(2020, 10, day))


def test_reports_of_one_event_get_one_story(corpus: Corpus) -> None:
    ids = store(corpus, on(17, 1, FIRST), on(18, 2, LATER), on(18, 3, OTHER))
    assert [corpus.get(id_).story_id for id_ in ids] == [ids[0], ids[0], None]
    with corpus.db.read() as conn:
        assert [(id_, outlet) for id_, outlet, _, _ in stories.members(conn, ids[0])] == [
            (ids[0], "o1"),
            (ids[1], "o2"),
        ]


@pytest.mark.parametrize(("day", "one_story"), [(14, True), (17, True), (20, True), (21, False), (28, False)])
def test_only_within_a_few_days(corpus: Corpus, day: int, one_story: bool) -> None:
    _, second = store(corpus, on(17, 1, FIRST), on(day, 2, LATER))
    assert (corpus.get(second).story_id is not None) == one_story


def test_copies_are_of_one_story(corpus: Corpus) -> None:
    first, second = store(corpus, article(1, text=FIRST), article(2, text=FIRST))
    assert corpus.get(second).story_id == corpus.get(first).story_id == first


def test_stories_are_hints_beside_the_articles(corpus: Corpus) -> None:
    ids = store(corpus, on(17, 1, FIRST), on(18, 2, LATER))
    assert corpus.get(ids[0]).revision == 1
    assert corpus.counts()["stories"] == 1
