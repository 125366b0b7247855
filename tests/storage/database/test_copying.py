from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.corpus import Corpus
from storage.database import Database, copying, tables
from storage.errors import StorageError
from storage.export import export
from storage.history import snapshots
from storage.search import search
from storage.withdrawal import withdraw
from tests.storage.conftest import article


def stock(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        for number in range(40):
            corpus.save(conn, article(number % 35, title=f"Berita {number}"))
        corpus.reject(conn, "https://contoh.id/x", reason="below threshold", score=0.1)
        corpus.decide(conn, "https://contoh.id/x", accepted=False)
    snapshots.take(corpus, "A")
    withdraw(corpus, "https://contoh.id/berita/7", "permintaan")


def test_a_corpus_moves_to_the_other_database_and_back(
    corpus: Corpus, new_url: Callable[[], str], tmp_path: Path
) -> None:
    stock(corpus)
    sqlite = Database.open(f"sqlite:///{tmp_path}/between.db")
    copying.copy(corpus.db, sqlite)
    back = Corpus(Database.open(new_url()))
    copying.copy(sqlite, back.db)
    export(corpus, tmp_path / "before.jsonl")
    export(back, tmp_path / "after.jsonl")
    assert (tmp_path / "before.jsonl").read_bytes() == (tmp_path / "after.jsonl").read_bytes()
    assert back.counts() == corpus.counts()
    assert [hit.id for hit in search(back, "berita 39")] == [hit.id for hit in search(corpus, "berita 39")]
    snapshots.export_snapshot(back, "A", tmp_path / "snapshot.jsonl")
    with back.db.begin() as conn:  # keys go on where they ended
        assert back.save(conn, article(900)).outcome == "new"
        assert back.save(conn, article(7)).outcome == "withdrawn"
    with corpus.db.read() as one, sqlite.read() as other:
        for table in tables.metadata.sorted_tables:
            rows = select(table).order_by(*table.primary_key)
            assert one.execute(rows).all() == other.execute(rows).all()
    sqlite.close()
    back.db.close()


def test_a_target_that_is_not_empty_is_left_alone(corpus: Corpus, new_url: Callable[[], str]) -> None:
    stock(corpus)
    other = Corpus(Database.open(new_url()))
    with other.db.begin() as conn:
        other.save(conn, article(500))
    with pytest.raises(StorageError, match="is not empty"):
        copying.copy(corpus.db, other.db)
    assert other.counts()["articles"] == 1
    other.db.close()
