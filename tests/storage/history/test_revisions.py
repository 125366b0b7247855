from storage.corpus import Corpus
from storage.history.revisions import Change, described, diff, history, sentences
from tests.storage.conftest import article

OLD = "Ledakan terjadi di Ganja. Tiga orang tewas dan 12 terluka, kata polisi. Penyebabnya belum diketahui."
NEW = "Ledakan terjadi di Ganja. Lima orang tewas dan 17 terluka, kata polisi. Baku menuduh Yerevan."


def test_a_changed_toll_is_marked() -> None:
    assert diff(OLD, NEW) == [
        Change(
            "Tiga orang tewas dan 12 terluka, kata polisi.",
            "Lima orang tewas dan 17 terluka, kata polisi.",
            ("12", "tiga"),
            ("17", "lima"),
        ),
        Change("Penyebabnya belum diketahui.", None),
        Change(None, "Baku menuduh Yerevan."),
    ]


def test_the_diff_for_a_terminal() -> None:
    assert described(diff(OLD, NEW)).splitlines() == [
        "- Tiga orang tewas dan 12 terluka, kata polisi.",
        "+ Lima orang tewas dan 17 terluka, kata polisi.",
        "  numbers: 12, tiga → 17, lima",
        "- Penyebabnya belum diketahui.",
        "+ Baku menuduh Yerevan.",
    ]


def test_sentences_do_not_end_at_times_and_amounts() -> None:
    text = 'Pukul 19.05 WIB, 1.200 orang pergi. "Kami takut." Kata dia.\n\nParagraf baru'
    assert sentences(text) == ["Pukul 19.05 WIB, 1.200 orang pergi.", '"Kami takut.', "Kata dia.", "Paragraf baru"]


def test_equal_texts_have_no_changes() -> None:
    assert diff(OLD, OLD) == []


def test_history(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        for text in (OLD, OLD, NEW):
            corpus.save(conn, article(text=text))
    found = history(corpus, "https://contoh.id/berita/1")
    assert [(revision.number, revision.text) for revision in found] == [(1, OLD), (2, NEW)]
    assert history(corpus, "https://contoh.id/berita/2") == []
