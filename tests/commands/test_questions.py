"""The questions of docs/questions.md, asked as a researcher asks them, and proofs that fail when they must."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.commands.calling import Called, call
from tests.commands.conftest import Stored, copied
from tests.spiders.running import Place

DOCS = Path(__file__).parents[2] / "docs"


def documented(question: str) -> list[str]:
    """The words of the docs' command for a question."""
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    [line] = re.findall(rf"<!-- question: {question} -->\n    scrapy (.*)", page)
    return line.split()


def ask(question: str, place: Place, *more: str, **words: str) -> Called:
    asked = [words.get(word.replace(".", "_"), word) for word in documented(question)]
    said = call(*asked, *more, place=place)
    assert (said.code, said.err) == (0, "")
    return said


def objects(said: Called) -> list[dict]:
    return [json.loads(line) for line in said.out.splitlines()]


def origin(place: Place) -> str:
    return next(article.copy_of for article in place.articles().values() if article.copy_of)


def test_coverage(stored: Stored) -> None:
    said = call("coverage", "--json", place=stored.place)
    rows = objects(said)
    assert sum(row["kept"] for row in rows) == len(stored.place.articles())
    for row in rows:
        parts = ("kept", "rejected", "blocked", "failed", "barred", "not_crawled")
        assert row["found"] == sum(row[name] for name in parts)
        assert sum(row["why"].values()) == row["found"] - row["kept"]
        assert row["copies"] <= row["kept"]
    assert "why not kept" in ask("coverage", stored.place).out
    assert len(objects(call("coverage", "--json", "--by", "outlet", place=stored.place))) == 2


def test_changes(stored: Stored, tmp_path: Path) -> None:
    assert ask("changes", stored.place).out == "0 changed revisions\n"
    place = copied(stored.place, tmp_path)
    from storage.corpus import Corpus
    from storage.database import Database
    from tests.storage.conftest import article

    corpus = Corpus(Database.open(place.url))
    with corpus.db.begin() as conn:
        for number, texts in enumerate(
            (
                ("Tiga orang tewas di Ganja.", "Lima orang tewas di Ganja."),
                ("Tiga orang tewas di Baku.", "3 orang tewas di Baku."),
            )
        ):
            for text in texts:
                corpus.save(conn, article(number, text=text))
    corpus.db.close()
    [step] = objects(call("changes", "--numbers", "--json", place=place))
    assert (step["number"], step["changes"][0]["numbers_gone"], step["changes"][0]["numbers_come"]) == (
        2,
        ["Tiga".casefold()],
        ["lima"],
    )
    assert len(objects(call("changes", "--json", place=place))) == 2


def test_chain(small: Place) -> None:
    root = origin(small)
    said = ask("chain", small, ID=root)
    assert said.out.splitlines()[-1] == "2 articles, 1 of them copies"
    [tree] = objects(ask("chain", small, "--json", ID=root))
    assert (tree["id"], [copy["kind"] for copy in tree["copies"]]) == (root, ["exact"])
    [same] = objects(call("chain", tree["copies"][0]["id"], "--json", place=small))
    assert same == tree
    assert call("chain", "0" * 16, place=small).code == 2


def test_near_misses(small: Place) -> None:
    assert ask("near-misses", small).out == "0 of 1 near misses\n"
    [miss] = objects(call("near-misses", "--json", "--reason", "threshold", place=small))
    assert (miss["url"], "text" in miss) == ("https://contoh.id/nyaris", False)


def test_raw(small: Place, tmp_path: Path) -> None:
    article = next(iter(small.articles().values()))
    page = tmp_path / "page.html"
    ask("raw", small, ID=article.id, page_html=str(page))
    assert page.read_bytes() == f"<p>{article.text}</p>".encode()
    [known] = objects(call("raw", article.url, "--json", place=small))
    assert (known["url"], known["status"], known["bytes"]) == (article.url, 200, page.stat().st_size)
    assert call("raw", article.id, "--page", "2", place=small).code == 2


def test_a_sample_goes_out_and_comes_back_as_labels(small: Place, tmp_path: Path) -> None:
    place, path = copied(small, tmp_path), tmp_path / "sample.csv"
    ask("sample", place, sample_csv=str(path))
    first = path.read_bytes()
    ask("sample", place, sample_csv=str(path))
    assert path.read_bytes() == first
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len({row["id"] for row in rows}) == 5
    for annotator, labels in (("siti", "AABBB"), ("budi", "AABBA")):
        with path.open("w", encoding="utf-8") as file:
            table = csv.DictWriter(file, ["id", "label"])
            table.writeheader()
            table.writerows({"id": row["id"], "label": label} for row, label in zip(rows, labels, strict=True))
        call("judge", "--import", str(path), "--by", annotator, place=place)
    [agreed] = objects(ask("agreement", place, "--json"))
    assert (agreed["annotators"], agreed["shared"]) == ({"budi": 5, "siti": 5}, 5)
    # Krippendorff (2018): 1 - observed / expected disagreement, from the coincidences AA 4, BB 4, AB 1, BA 1.
    assert agreed["alpha"] == pytest.approx(1 - (2 / 10) / (2 * 5 * 5 / (10 * 9)))
    call("export", "-o", str(tmp_path / "x.jsonl"), "--labels", "--revisions", place=place)
    assert len((tmp_path / "x.labels.jsonl").read_bytes().splitlines()) == 10
    assert len((tmp_path / "x.revisions.jsonl").read_bytes().splitlines()) == 5
    path.write_text("id,label\n" + rows[0]["id"] + ",C\nffffffffffffffff,A\n", encoding="utf-8")
    said = call("judge", "--import", str(path), "--by", "siti", place=place)
    assert (said.code, "line 3: ffffffffffffffff is no article of the corpus; nothing was read" in said.error) == (
        2,
        True,
    )
    assert objects(ask("agreement", place, "--json"))[0]["labels"] == {"A": 5, "B": 5}


def test_a_crawl_is_sound_and_each_damage_is_named(stored: Stored, tmp_path: Path) -> None:
    assert ask("verify", stored.place).out.startswith("no fault: ")
    place = stored.copy(tmp_path)
    call("snapshot", "makalah", place=place)
    one, two, three = (article.id for article in list(place.articles().values())[:3])
    with sqlite3.connect(tmp_path / "corpus.db") as raw:
        raw.execute(
            "UPDATE revisions SET text = 'Kata' || substr(text, 5) WHERE article_key ="
            " (SELECT key FROM articles WHERE id = ?)",
            [one],
        )
        raw.execute("DELETE FROM articles_fts_docsize WHERE id = (SELECT key FROM articles WHERE id = ?)", [two])
        [ref] = raw.execute("SELECT archive_ref FROM articles WHERE id = ?", [three]).fetchone()
    raw.close()
    (place.archive / ref.partition("#")[0]).unlink()
    said = call("corpus", "verify", "--json", place=place)
    faults = {(fault["check"], fault["where"]) for fault in objects(said)}
    assert said.code == 8
    assert {
        ("content hash", f"article {one} revision 1"),
        ("index", f"article {two}"),
        ("archive", f"article {three} revision 1"),
        ("snapshot", "snapshot makalah"),
    } <= faults
    said = call("export", "-o", str(tmp_path / "a.jsonl"), "--snapshot", "makalah", place=place)
    assert (said.code, (tmp_path / "a.jsonl").exists()) == (8, False)
    assert "its lines are not those it was made of" in said.error


def test_a_backup_is_a_corpus(stored: Stored, tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    assert call("corpus", "backup", str(path), place=stored.place).code == 0
    backed = Place(f"sqlite:///{path}", stored.place.archive)
    assert backed.articles() == stored.place.articles()
    assert call("corpus", "backup", str(path), place=stored.place).code == 2


def test_the_recipe_of_content_hash(small: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DOCS / "export.md").read_text(encoding="utf-8")
    [recipe] = re.findall(r"<!-- run: content_hash -->\n```python\n(.*?)```", page, re.DOTALL)
    call("export", "-o", str(tmp_path / "corpus.jsonl"), place=small)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(recipe, names)
    assert names["wrong"] == []
    lines = (tmp_path / "corpus.jsonl").read_text(encoding="utf-8").replace("Bentrokan ke-1", "Bentrokan ke-9")
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    exec(recipe, names)
    assert len(names["wrong"]) == 1
