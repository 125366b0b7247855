"""The folder of example articles: what it must hold, and what is said when it does not."""

import pytest

from crawler.relevance.seeds import Likenesses, read_folder, vector
from crawler.relevance.words import tokens
from storage.errors import SeedsError


def test_the_first_line_is_the_title_and_the_file_names_the_seed(tmp_path):
    (tmp_path / "b.txt").write_text("\n\nJudul Berita\n\nIsi pertama berita ini.\n\nIsi kedua.", encoding="utf-8")
    (tmp_path / "a.txt").write_text("\ufeffJudul Lain\nSatu kalimat tentang perang di Karabakh.", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not a seed", encoding="utf-8")
    first, second = read_folder(tmp_path)
    assert (first.name, first.title) == ("a", "Judul Lain")
    assert (second.name, second.title) == ("b", "Judul Berita")
    assert "Isi kedua." in second.text


def test_page_dirt_does_not_count(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Tentara Rebut Desa\nTentara merebut sebuah desa di perbatasan pada Senin malam.\n"
        "Baca juga: Resep Rendang Padang\nSatu prajurit gugur dalam pertempuran itu, kata juru bicara.",
        encoding="utf-8",
    )
    (seed,) = read_folder(tmp_path)
    assert "rendang" not in seed.vector
    assert "prajurit" in seed.vector


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path / "missing", "does not exist"),
        (lambda path: path, "holds no .txt file"),
        (lambda path: (path / "kosong.txt").write_text(" \n") and path, "kosong.txt: is empty"),
        (lambda path: (path / "dump.txt").write_text("perang " * 200_000) and path, "larger than 1000 kB"),
        (lambda path: (path / "latin.txt").write_bytes("Perang – kafé".encode("cp1252")) and path, "not UTF-8"),
    ],
)
def test_a_folder_that_cannot_be_used_is_explained_in_one_line(tmp_path, make, message):
    with pytest.raises(SeedsError, match=message) as caught:
        read_folder(make(tmp_path))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_rare_words_weigh_most_and_function_words_nothing():
    weights = vector(tokens("Perang yang terjadi di Karabakh dan Karabakh"))
    assert "yang" not in weights
    assert "dan" not in weights
    assert weights["karabakh"] > weights["perang"] > 0


def test_one_seed_is_enough(tmp_path):
    (tmp_path / "a.txt").write_text("Banjir Bandang\nBanjir bandang menerjang desa.", encoding="utf-8")
    likenesses = Likenesses(read_folder(tmp_path))
    assert likenesses.cohesion is None
    assert likenesses.of(tokens("Banjir bandang menerjang desa.")).cosine > 0.9
    assert likenesses.of(tokens("Harga saham naik")).nearest is None
