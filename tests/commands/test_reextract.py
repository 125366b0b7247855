"""The archive read again: nothing changes by the same rules, and exactly what a new rule touches by others."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.processing import reextract
from storage.corpus import Corpus
from storage.database import Database
from storage.database.tables import articles
from tests.commands.calling import call
from tests.commands.conftest import Stored


def export(place: object, to: Path) -> bytes:
    said = call("export", "-o", str(to), place=place)  # type: ignore[arg-type]
    assert said.code == 0, said.err
    return to.read_bytes()


def test_the_same_rules_change_nothing(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    before = export(place, tmp_path / "before.jsonl")
    said = call("reextract", "--all", "--outlets", str(stored.toml), place=place)
    assert (said.code, said.err) == (0, "")
    kept = len(before.splitlines())
    assert f"{kept} articles read again" in said.folded
    assert f"{kept} as they were, 0 changed, 0 left as they are" in said.folded
    assert export(place, tmp_path / "after.jsonl") == before


def test_only_what_an_older_version_read_is_read_again(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    with closing(Database.open(place.url)) as db:
        corpus = Corpus(db)
        old, *others = corpus.ids()
        with db.begin() as conn:
            older = sa.update(articles).where(articles.c.id == old)
            conn.execute(older.values(extractor_version="1", dateline="Bulan"))
        assert reextract.chosen(corpus) == [old]
        said = call("reextract", "--dry-run", "--json", "--outlets", str(stored.toml), place=place)
        [row] = map(json.loads, said.out.splitlines())
        assert row["id"] == old
        assert row["fields"]["dateline"][0] == "Bulan"
        assert corpus.get(old).dateline == "Bulan"  # type: ignore[union-attr]

        said = call("reextract", "--outlets", str(stored.toml), place=place)
        assert "1 articles read again" in said.folded
        assert "1 changed (dateline 1)" in said.folded
        assert corpus.get(old).dateline == row["fields"]["dateline"][1]  # type: ignore[union-attr]
        assert reextract.chosen(corpus) == []
        assert others


def test_a_changed_text_is_a_new_revision_with_its_sentences_shown(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    with closing(Database.open(place.url)) as db:
        corpus = Corpus(db)
        id_ = corpus.ids()[0]
        article = corpus.get(id_)
        assert article is not None
        first, _, rest = article.text.partition("\n\n")
        article.text, article.extractor_version = f"{first}\n\nDaftarkan surel Anda sekarang.\n\n{rest}", "1"
        with db.begin() as conn:
            corpus.save(conn, article)
        assert corpus.get(id_).revision == 2  # type: ignore[union-attr]
        said = call("reextract", "--diff", "--outlets", str(stored.toml), place=place)
        assert "- Daftarkan surel Anda sekarang." in said.folded
        assert "sentences: 1 lost, 0 won" in said.folded
        again = corpus.get(id_)
        assert again is not None
        assert (again.revision, "Daftarkan" in again.text) == (3, False)


@pytest.mark.parametrize("lost", ["archive", "outlet"])
def test_what_cannot_be_read_stays_as_it_is(stored: Stored, tmp_path: Path, lost: str) -> None:
    place = stored.copy(tmp_path)
    before = export(place, tmp_path / "before.jsonl")
    given = ("--outlets", str(stored.toml))
    if lost == "archive":
        for path in place.archive.rglob("*.warc.gz"):
            path.unlink()
    else:
        given = ()
    said = call("reextract", "--all", *given, place=place)
    kept = len(before.splitlines())
    assert said.code == 0
    assert f"0 as they were, 0 changed, {kept} left as they are" in said.folded
    assert "--outlets" in said.folded
    assert export(place, tmp_path / "after.jsonl") == before


def test_a_sample_is_the_same_each_time(stored: Stored) -> None:
    with closing(Database.open(stored.place.url)) as db:
        corpus = Corpus(db)
        sample = reextract.chosen(corpus, everything=True, sample=3)
        assert sample == reextract.chosen(corpus, everything=True, sample=3)
        assert len(sample) == 3


def test_without_an_archive_it_says_so(stored: Stored) -> None:
    said = call("reextract", place=stored.place, ARCHIVE_DIR="")
    assert (said.code, said.error) == (2, "error: ARCHIVE_DIR is empty: there is no archive to read from")
