"""A backup is one state of the corpus, whatever is written meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from storage.corpus import Corpus
from storage.database import Database
from storage.database import backup as backing
from storage.database.backup import backup
from storage.errors import ConfigurationError, StorageError
from storage.export import export
from storage.history.verify import verify
from tests.storage.conftest import article


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    with corpus.db.begin() as conn:
        for number in range(200):
            corpus.save(conn, article(number))
    return corpus


def test_a_backup_opens_and_exports_the_same_bytes(stocked: Corpus, tmp_path: Path) -> None:
    size = backup(stocked.db, tmp_path / "b.db")
    assert size == (tmp_path / "b.db").stat().st_size
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(("b.db", ".b.db"))] == ["b.db"]
    copy = Corpus(Database.open(f"sqlite:///{tmp_path}/b.db", create=False))
    export(stocked, tmp_path / "a.jsonl")
    export(copy, tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert list(verify(copy)) == []
    copy.db.close()


def test_what_is_written_meanwhile_is_wholly_in_or_wholly_out(
    stocked: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing, "PAGES", 5)  # many steps, a write between each two
    wrote = threading.Event()
    numbers = iter(range(1000, 9000))

    def write(*_: int) -> None:
        if next(counted) % 10:
            return
        with stocked.db.begin() as conn:
            corpus_of = Corpus(stocked.db)
            corpus_of.save(conn, article(next(numbers)))
        wrote.set()

    counted = iter(range(10**9))
    backup(stocked.db, tmp_path / "b.db", write)
    assert wrote.is_set()
    copy = Corpus(Database.open(f"sqlite:///{tmp_path}/b.db", create=False))
    assert copy.counts()["articles"] == 200
    assert stocked.counts()["articles"] > 200
    assert list(verify(copy)) == []
    copy.db.close()


def test_a_file_is_never_replaced(stocked: Corpus, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="a backup never replaces a file"):
        backup(stocked.db, tmp_path / "b.db")
    with pytest.raises(StorageError, match="does not exist"):
        backup(stocked.db, tmp_path / "no" / "b.db")


def test_an_interrupted_backup_leaves_nothing(stocked: Corpus, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(stocked.db, tmp_path / "b.db", stop)
    assert sorted(file for file in tmp_path.iterdir() if "b.db" in file.name) == [
        file for file in before if "b.db" in file.name
    ]
    assert not list(tmp_path.glob("*.part*"))


def test_the_write_ahead_log_is_cut_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.engine.LOG_BYTES", 100_000)
    corpus = Corpus(Database.open(f"sqlite:///{tmp_path}/c.db"))
    log = tmp_path / "c.db-wal"
    with corpus.db.read() as conn:
        conn.exec_driver_sql("SELECT count(*) FROM articles").fetchall()
        for start in range(0, 400, 20):  # a reader holds the state of before all this
            with corpus.db.begin() as writing:
                for number in range(start, start + 20):
                    corpus.save(writing, article(number, text=f"kata{number} " * 2000))
        assert log.stat().st_size > 1_000_000
    for number in range(1000, 1003):  # the log begins anew, and is cut back
        with corpus.db.begin() as writing:
            corpus.save(writing, article(number))
    assert log.stat().st_size <= 4_200_000
    with corpus.db.begin() as writing:
        corpus.save(writing, article(2000))
    corpus.db.close()
