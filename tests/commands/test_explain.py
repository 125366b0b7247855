"""`scrapy explain`: every decision on one page, wherever the page is."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.demo import Newsroom
from crawler.demo.outlets import PenaPesisir
from crawler.relevance import Topic
from storage.corpus import Corpus
from storage.database import Database
from storage.identity import article_id
from tests.commands.calling import Called, call
from tests.commands.conftest import Stored
from tests.spiders.running import Place

SEED = SEEDS / "pages" / "000_a643dfec353a3467.html"
PAGE = """<!DOCTYPE html><html lang="id"><head><title>Baku Tembak di Perbatasan, Tiga Tentara Tewas</title>
<meta property="article:published_time" content="2023-09-19T08:30:00+07:00"></head><body><article>
<h1>Baku Tembak di Perbatasan, Tiga Tentara Tewas</h1>
<p>Baku tembak antara tentara Azerbaijan dan Armenia pecah di perbatasan pada Selasa (19/9/2023), menewaskan tiga
tentara dan melukai sebelas orang lainnya, kata kementerian pertahanan.</p>
<p>Baca juga: <a href="/lain">Warga Mengungsi dari Desa di Garis Depan</a></p>
<p>Pasukan Armenia menyatakan posisinya dihantam artileri sejak dini hari dan membantah telah melanggar gencatan
senjata yang berlaku di Nagorno-Karabakh. {more}</p>
<p>Warga sipil di dua desa mengungsi ke Stepanakert, sementara jalan menuju garis depan ditutup oleh militer.</p>
</article></body></html>"""
HARD_NEGATIVE = """<!DOCTYPE html><html lang="id"><head><title>Perang Dagang Tekan Harga Sawit</title></head><body>
<article><h1>Perang Dagang Tekan Harga Sawit</h1>
<p>Perang dagang antara dua ekonomi terbesar dunia menekan harga minyak sawit pada perdagangan bursa hari ini, kata
seorang analis. Eksportir memperkirakan permintaan akan pulih pada kuartal depan dan pasar tetap stabil.</p>
<p>Pelaku usaha meminta pemerintah menurunkan pungutan ekspor agar petani tidak merugi. Tarif yang lebih tinggi akan
dikenakan mulai bulan depan pada produk baja dan barang elektronik yang diimpor.</p>
<p>Saham perusahaan perkebunan ditutup melemah dua persen pada akhir perdagangan di bursa efek.</p></article></body>
</html>"""
ENGLISH = """<!DOCTYPE html><html lang="id"><head><title>Three soldiers killed in border clash</title></head><body>
<article><h1>Three soldiers killed in border clash</h1>
<p>Three soldiers were killed on Tuesday in an exchange of fire on the border, the defence ministry said in a statement
that accused the other side of shelling its positions since the early morning.</p>
<p>Residents of two villages fled to the city while the road to the front line was closed by the army, and the mission
of observers asked both governments to return to the talks without delay.</p></article></body></html>"""


def told(said: Called, name: str) -> str:
    """The line that begins with a word, without it."""
    [line] = [line for line in said.out.splitlines() if line.startswith(f"{name} ")]
    return line.removeprefix(name).strip()


@pytest.fixture(scope="module")
def seed() -> Called:
    return call("explain", str(SEED), "--url", "https://mediabogor.com/artikel")


def test_a_saved_page_is_read_as_its_outlets(seed: Called) -> None:
    assert seed.code == 0
    assert told(seed, "source") == f"file {SEED}"
    assert told(seed, "outlet") == "mediabogor"
    assert told(seed, "dateline") == "Baku"
    assert told(seed, "cites") == "Kompas.com, Al Jazeera"


def test_the_kept_text_is_shown_whole(seed: Called) -> None:
    kept = seed.out.partition("kept text")[2].partition("cut (")[0]
    expected = (SEEDS / "expected" / "000_a643dfec353a3467.txt").read_text(encoding="utf-8")
    for paragraph in expected.split("\n\n")[1:]:
        assert " ".join(paragraph.split()) in " ".join(kept.split())


def test_each_cut_is_shown_with_its_rule(seed: Called) -> None:
    cuts = [line.split(None, 1) for line in seed.out.partition("cut (")[2].splitlines()[1:]]
    headline = "Waspadalah bumi mengguncang Gangjin! China marah, kapal Amerika masuk"
    assert ["line", f"related story line  READ {headline}"] in cuts


def test_each_date_candidate_is_shown_with_its_verdict(seed: Called) -> None:
    assert told(seed, "published").startswith("2020-11-09  (day, from ")
    [line] = [line for line in seed.out.splitlines() if "Senin (11/9/2020)" in line and "chosen" in line]
    assert "2020-11-09" in line
    assert "month first" in line
    assert any("Sabtu (7/11/2020)" in line and "set aside" in line for line in seed.out.splitlines())


def test_a_page_without_a_date_shows_its_bounds_and_why() -> None:
    page = Path(__file__).parents[2] / "seeds" / "pages" / "003_727c0a491c695f60.html"
    said = call("explain", str(page))
    assert "not before 2018-01-01 not after 2020-10-05" in said.folded
    assert any(line.split()[:3] == ["after", "2020-10-05", "comment"] for line in said.out.splitlines())
    assert any(line.split()[:5] == ["before", "2018-01-01", "year", "in", "text"] for line in said.out.splitlines())


def test_the_score_is_shown_with_its_parts_terms_and_nearest_seed(seed: Called) -> None:
    assert re.fullmatch(r"[01]\.\d{3}  threshold 0\.\d{3}  kept", told(seed, "score"))
    assert re.fullmatch(r"id \([01]\.\d\d\)", told(seed, "language"))
    parts = dict(re.findall(r"(\w+) ([+-]\d+\.\d{3})", told(seed, "parts")))
    assert parts.keys() == {"conflict", "similarity", "guards"}
    assert parts["similarity"] == "+1.000"
    assert re.search(r"terms (?:[\w ]+ [+-]\d\.\d\d, )+", seed.folded)
    assert "nearest seed 000_a643dfec353a3467; shared with it: karabakh," in seed.folded


def test_other_seeds_give_another_nearest_one(tmp_path: Path) -> None:
    for name, place in (("gaza", "Gaza Rafah Khan Younis"), ("papua", "Papua Nduga Intan Jaya")):
        text = f"Serangan di {place}\n\nTentara dan warga di {place} terluka dalam baku tembak pada Senin malam. " * 6
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(more="Bentrokan serupa terjadi di Papua, di Nduga dan Intan Jaya."), encoding="utf-8")
    said = call("explain", str(page), "--seeds", str(tmp_path))
    assert "nearest seed papua; shared with it:" in said.folded


def test_a_packed_page_says_the_same(tmp_path: Path) -> None:
    plain, packed = tmp_path / "page.html", tmp_path / "page.html.gz"
    plain.write_text(PAGE.format(more=""), encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    url = "https://contoh.id/berita/1"
    one, other = (call("explain", str(path), "--url", url) for path in (plain, packed))
    assert one.code == other.code == 0
    assert one.out.partition("\n")[2] == other.out.partition("\n")[2]
    assert told(one, "published").startswith("2023-09-19T08:30:00+07:00  (minute, from ")


def test_a_page_that_is_not_wanted_names_the_rule(tmp_path: Path) -> None:
    page = tmp_path / "dagang.html"
    page.write_text(HARD_NEGATIVE, encoding="utf-8")
    said = call("explain", str(page), "--url", "https://contoh.id/berita/1")
    assert "  not kept  rejected by: first look" in told(said, "score")
    assert re.match(r"0\.\d+", told(said, "score"))  # of the whole page


def test_a_page_that_the_gate_turns_away_is_shown_all_the_same(tmp_path: Path) -> None:
    page = tmp_path / "english.html"
    page.write_text(ENGLISH, encoding="utf-8")
    said = call("explain", str(page))
    assert said.code == 0
    assert "  not kept  rejected by: gate: " in told(said, "score")
    assert told(said, "language").startswith("en ")
    assert "Residents of two villages fled" in said.folded


def test_an_outlet_file_says_how_the_page_is_read(tmp_path: Path) -> None:
    page, outlet = tmp_path / "page.html", tmp_path / "outlet.toml"
    page.write_text(PAGE.format(more="").replace("08:30:00+07:00", "08:30:00"), encoding="utf-8")
    outlet.write_text('id = "timur"\nname = "Timur"\ndomains = ["timur.id"]\ntimezone = "Asia/Jayapura"\n')
    said = call("explain", str(page), "--outlet", str(outlet))
    assert told(said, "outlet") == "timur"
    assert told(said, "published").startswith("2023-09-19T08:30:00+09:00")


def test_a_page_cannot_give_orders_to_the_terminal(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(more="Saksi &#27;]0;mata&#7; &#x9b;31m mengaku."), encoding="utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", call("explain", str(page)).out)


# From the corpus --------------------------------------------------------------------------------------------------


def test_an_article_is_read_from_the_archive_by_url_and_by_id(stored: Stored) -> None:
    story = stored.kept[0]
    by_url = call("explain", story.url, "--outlet", str(stored.toml), place=stored.place)
    by_id = call("explain", article_id(story.url), "--outlet", str(stored.toml), place=stored.place)
    assert by_url.code == by_id.code == 0
    assert by_url.out == by_id.out
    assert told(by_url, "source").startswith("archive, ")
    assert told(by_url, "title") == story.title
    assert told(by_url, "published").startswith(story.date.isoformat()[:10])
    for paragraph in story.text.split("\n\n"):
        assert paragraph in by_url.folded


def test_without_the_archive_the_stored_record_is_shown(stored: Stored, tmp_path: Path) -> None:
    story = stored.kept[0]
    said = call("explain", story.url, place=stored.place, ARCHIVE_DIR=str(tmp_path))
    assert told(said, "source") == "the stored record"
    assert "its pages are not in the archive" in told(said, "note")
    assert story.text.split("\n\n")[0] in said.folded
    assert told(said, "published").startswith(story.date.isoformat()[:10])


@pytest.mark.parametrize("archive", [True, False])
def test_a_near_miss_says_what_it_missed_by(stored: Stored, tmp_path: Path, archive: bool) -> None:
    folder = {} if archive else {"ARCHIVE_DIR": str(tmp_path)}
    said = call("explain", stored.near.url, place=stored.place, RELEVANCE_THRESHOLD=str(stored.threshold), **folder)
    assert said.code == 0
    rule = Topic.from_seeds(SEEDS, threshold=stored.threshold).judge(stored.near.title, stored.near.text).rule
    assert told(said, "score").endswith(f"  threshold {stored.threshold:.3f}  not kept  rejected by: {rule}")
    assert stored.near.text.split("\n\n")[0] in said.folded


def test_a_persons_decision_is_shown(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    assert call("judge", "--reject", stored.kept[0].url, "--note", "bukan perang", place=place).code == 0
    assert call("judge", "--accept", stored.near.url, place=place).code == 0
    decision = told(call("explain", stored.kept[0].url, place=place), "decision")
    assert decision.startswith("rejected by a person, 20")
    assert decision.endswith(" bukan perang")
    assert told(call("explain", stored.near.url, place=place), "decision").startswith("accepted by a person, 20")


def revise(place: Place, url: str, title: str, words: dict[str, str]) -> None:
    """Store the article again, a day later, with some words changed."""
    db = Database.open(place.url, create=False)
    corpus = Corpus(db)
    article = corpus.get(url)
    assert article is not None
    assert article.fetched_at is not None
    for old, new in words.items():
        assert old in article.text
        article.text = article.text.replace(old, new)
    article.title, article.fetched_at = title, article.fetched_at + timedelta(days=1)
    with db.begin() as conn:
        assert corpus.save(conn, article).outcome == "revised"
    db.close()


def test_revisions_are_shown_with_what_changed(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    story = next(story for story in stored.kept if " 673 " in story.text)
    revise(place, story.url, story.title, {"673": "688"})
    revise(place, story.url, "Judul\x1b[31m baru", {})
    said = call("explain", story.url, place=place)
    assert said.code == 0
    assert "revisions (3)" in said.out
    shown = said.out.rpartition("revisions (3)")[2].splitlines()[1:]
    heads = [line for line in shown if not line.startswith(" ")]
    count = len(story.text.split())
    assert [re.sub(r"20\S+", "WHEN", line).split(None, 4) for line in heads] == [
        ["1", "WHEN", str(count), "words"],
        ["2", "WHEN", str(count), "words"],
        ["3", "WHEN", str(count), "words", "title: Judul\\u001b[31m baru"],
    ]
    changes = " ".join(" ".join(shown).split())
    assert re.search(r" - [^+]* 673 [^+]* \+ .* 688 .* numbers: 673 → 688 3 ", changes)


def test_an_article_that_never_changed_has_no_revisions_to_show(stored: Stored) -> None:
    assert "revisions" not in call("explain", stored.kept[0].url, place=stored.place).out


# From the outlet --------------------------------------------------------------------------------------------------


def test_a_page_the_corpus_does_not_have_is_fetched_once_as_robots_txt_allows(tmp_path: Path) -> None:
    toml, none = tmp_path / "outlets.toml", f"sqlite:///{tmp_path / 'none.db'}"
    site = PenaPesisir("127.0.0.97")
    with Newsroom(sites=[site], toml=toml) as room:
        story = next(story for story in room.articles if story.kept)
        said = call("explain", story.url, "--outlet", str(toml), CORPUS_URL=none)
        assert [request.path for request in room.log] == ["/robots.txt", site.path(story)]
        refused = call("explain", f"{site.base}/private/arsip-1", "--outlet", str(toml), CORPUS_URL=none)
        assert room.requests(path="/private/arsip-1") == []
        missing = call("explain", f"{story.url}x", "--outlet", str(toml), CORPUS_URL=none)
    assert said.code == 0, said.err
    assert told(said, "source").startswith("fetched now from 127.0.0.97")
    assert told(said, "title") == story.title
    assert not (tmp_path / "none.db").exists()
    assert (refused.code, missing.code) == (7, 7)
    assert "robots.txt" in refused.error
    assert missing.error.endswith("answered 404")


# What cannot be explained -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        ("nirgends.html", 7, "neither a file, nor a URL, nor the id of an article in the corpus"),
        ("x" * 400, 7, "neither a file, nor a URL, nor the id of an article in the corpus"),
        ("0123456789abcdef", 7, "neither a file, nor a URL, nor the id of an article in the corpus"),
        ("https://bukan-outlet.example/berita/1", 2, "belongs to no known outlet"),
        ("http://[rusak", 2, "belongs to no known outlet"),
        ("tests", 7, "neither a file, nor a URL, nor the id of an article in the corpus"),
    ],
)
def test_what_is_unknown_gets_one_clear_line(stored: Stored, target: str, code: int, says: str) -> None:
    said = call("explain", target, place=stored.place)
    assert said.code == code
    assert said.out == ""
    assert said.error.startswith(f"error: {target}: ")
    assert says in said.error


def test_an_id_without_a_corpus_names_the_corpus(tmp_path: Path) -> None:
    said = call("explain", "0123456789abcdef", CORPUS_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert said.code == 3
    assert "there is no corpus at" in said.error


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08 broken", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff"])
def test_a_damaged_file_is_an_error_of_its_page(tmp_path: Path, body: bytes) -> None:
    page = tmp_path / "page.html.gz"
    page.write_bytes(body)
    said = call("explain", str(page))
    assert said.code == 7
    assert said.error.startswith(f"error: {page}: cannot be read: ")


def test_a_page_without_an_article_says_so(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><title>404</title></head><body><h1>Halaman tidak ditemukan</h1></body></html>")
    said = call("explain", str(page))
    assert said.code == 0
    assert "no article: " in said.out


def test_exactly_one_page_is_named() -> None:
    assert call("explain").code == 2
    assert call("explain", "a", "b").code == 2
