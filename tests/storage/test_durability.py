"""A process that ends at any moment, and a disk that has no room left: nothing is half-written, the next run goes on.

Moments are chosen, not waited for: the child ends itself with SIGKILL at a known call. `python -m bench.durability`
tries many random ones.
"""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from storage.corpus import Corpus
from storage.database import Database
from storage.database.migrating import head, revisions
from storage.errors import StorageError
from storage.export import export, files, manifest_path
from storage.frontier import Frontier
from storage.frontier.frontier import NewUrl
from storage.history import snapshots
from storage.search import search
from storage.withdrawal import withdraw
from tests.storage.conftest import article
from tests.storage.older import make_older

ROOT = Path(__file__).parents[2]
TEXT = (
    "Pasukan Azerbaijan merebut kota Shusha pada hari Minggu setelah pertempuran selama tiga hari, kata Presiden"
    " Ilham Aliyev.\n\nArmenia membantah dan menyatakan pertempuran di sekitar kota itu masih berlangsung sengit."
)


def killed(code: str, *args: str) -> None:
    """Run a program that must end by its own SIGKILL."""
    done = subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def stock(corpus: Corpus) -> None:
    """Articles with all that belongs to them: a copy, a near miss, a decision, a frontier at work, a tombstone."""
    frontier = Frontier(corpus.db)
    with corpus.db.begin() as conn:
        for number in range(1, 8):
            corpus.save(conn, article(number, published_at=datetime(2020, 11, number, 3, tzinfo=UTC)))
        corpus.save(conn, article(8, title="Shusha direbut", text=TEXT, published_at=date(2020, 11, 8)))
        corpus.save(conn, article(9, title="Kota Shusha", text=TEXT, outlet="lain", published_at=date(2020, 11, 9)))
        corpus.save(conn, article(1, text="Gencatan senjata di Lachin.", published_at=date(2020, 11, 10)))
        corpus.reject(conn, "https://contoh.id/hampir", reason="topic", score=0.4, text="Hampir.")
        corpus.decide(conn, "https://contoh.id/hampir", accepted=True)
        frontier.add(conn, [NewUrl("https://contoh.id/berita/10", "contoh.id/berita/10", "contoh.id", "contoh")])
    run = frontier.start_run({})
    frontier.claim_hosts(run, ["contoh"], ["contoh"], 1)
    frontier.claim(run, {"contoh.id": 1}, ["contoh"])
    withdraw(corpus, "https://contoh.id/berita/7", "permintaan")


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    stock(corpus)
    return corpus


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for exports."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def schema(db: Database) -> str:
    with db.read() as conn:
        return str(conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


@pytest.mark.parametrize("start", revisions()[:-1])
def test_what_an_earlier_schema_held_is_there_and_can_be_used(
    stocked: Corpus, new_url: Callable[[], str], tmp_path: Path, start: str
) -> None:
    export(stocked, tmp_path / "before.jsonl")
    url = new_url()
    make_older(stocked.db, url, start)
    corpus = Corpus(Database.open(url))
    assert schema(corpus.db) == head()
    export(corpus, tmp_path / "after.jsonl")
    assert (tmp_path / "after.jsonl").read_bytes() == (tmp_path / "before.jsonl").read_bytes()
    assert corpus.counts() == stocked.counts()
    # Words of the old articles are found, of old revisions and of withdrawn articles not.
    assert [hit.url[-1] for hit in search(corpus, "lachin")] == ["1"]
    assert search(corpus, '"desa nomor 1"') == search(corpus, '"desa nomor 7"') == []
    with corpus.db.begin() as conn:
        # An article that was there is known again, a withdrawn one refused, and a copy of an old one is linked to it.
        assert corpus.save(conn, article(2)).outcome == "unchanged"
        assert corpus.save(conn, article(7)).outcome == "withdrawn"
        late = article(20, title="Shusha, lagi", text=TEXT, outlet="ketiga", published_at=date(2020, 11, 12))
        assert corpus.save(conn, late).outcome == "new"
    copy = corpus.get("https://contoh.id/berita/20")
    assert (copy.copy_of, copy.copy_kind) == (corpus.get("https://contoh.id/berita/8").id, "exact")
    assert copy.story_id == corpus.get("https://contoh.id/berita/8").story_id is not None
    assert [decision.accepted for decision in corpus.decisions()] == [True]
    snapshots.take(corpus, "baru")
    assert snapshots.export_snapshot(corpus, "baru", tmp_path / "baru.jsonl").records == 9
    if start >= "0002":  # a run of another version died with a URL in hand: it is taken back and given out again
        frontier = Frontier(corpus.db, clock=lambda: 9e9)
        with corpus.db.begin() as conn:
            conn.execute(text("UPDATE runs SET process_start = 'long ago'"))
        run = frontier.start_run({})
        frontier.claim_hosts(run, ["contoh"], ["contoh"], 1)
        assert [lease.url for lease in frontier.claim(run, {"contoh.id": 1}, ["contoh"])] == [
            "https://contoh.id/berita/10"
        ]
    assert withdraw(corpus, "lain", "permintaan").articles == 1
    corpus.db.close()


KILLED_MIGRATING = """
import os, signal, sys
from alembic.runtime.migration import HeadMaintainer
from storage.db import Database

update, done = HeadMaintainer.update_to_step, 0

def update_to_step(self, step):  # after the tables of a step, before or after its name is noted
    global done
    done += 1
    if done == int(sys.argv[2]) and sys.argv[3] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    update(self, step)
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

HeadMaintainer.update_to_step = update_to_step
Database.open(sys.argv[1])
"""


@pytest.mark.parametrize("start", revisions()[:-1])
def test_a_migration_killed_between_two_steps_has_not_begun(
    stocked: Corpus, new_url: Callable[[], str], tmp_path: Path, start: str
) -> None:
    url = new_url()
    make_older(stocked.db, url, start)
    before = _tables(url)
    steps = len(revisions()) - 1 - revisions().index(start)
    for step, moment in ((1, "before"), (steps, "after")):
        killed(KILLED_MIGRATING, url, str(step), moment)
        assert _tables(url) == before
    corpus = Corpus(Database.open(url))
    assert schema(corpus.db) == head()
    export(stocked, tmp_path / "before.jsonl")
    export(corpus, tmp_path / "after.jsonl")
    assert (tmp_path / "after.jsonl").read_bytes() == (tmp_path / "before.jsonl").read_bytes()
    corpus.db.close()


def test_a_killed_first_start_leaves_nothing_or_all(new_url: Callable[[], str]) -> None:
    url = new_url()
    for step in (1, len(revisions())):
        killed(KILLED_MIGRATING, url, str(step), "after")
        assert _tables(url) == []
    with pytest.raises(StorageError, match="there is no corpus in this database"):
        Database.open(url, create=False)
    database = Database.open(url)
    assert schema(database) == head()
    database.close()


def _tables(url: str) -> list[tuple[str, int]]:
    """The tables of a database as it is, and how many columns each has."""
    engine = Database.connect(url)
    with engine.connect() as conn:
        there = inspect(conn)
        found = [(name, len(there.get_columns(name))) for name in sorted(there.get_table_names())]
        if found:
            found.append((conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one(), 0))
    engine.dispose()
    return found


KILLED_EXPORTING = """
import os, signal, sys
from storage.corpus import Corpus
from storage.db import Database
from storage.export import export

corpus, calls = Corpus(Database.open(sys.argv[1])), 0

def hook(event, _):  # of the calls that rename and remove files, the n-th is never made
    global calls
    if event in ("os.rename", "os.remove"):
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
export(corpus, sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("suffix", "call", "state"),
    [
        ("jsonl.zst", 1, "old"),
        ("jsonl", 2, "old without manifest"),
        ("parquet", 3, "new without manifest"),
        ("jsonl", 4, "new without manifest"),
        ("jsonl", 5, "new without manifest"),  # croissant.json
        ("jsonl.gz", 6, "new"),
    ],
)
def test_an_export_killed_while_its_files_take_their_names(
    stocked: Corpus, corpus_url: str, tmp_path: Path, suffix: str, call: int, state: str
) -> None:
    """The manifest goes first and comes last: where there is one, it fits the file."""
    path, undisturbed = tmp_path / "a" / f"corpus.{suffix}", tmp_path / "b" / f"corpus.{suffix}"
    for folder in (path.parent, undisturbed.parent):
        folder.mkdir()
    export(stocked, path)
    old = path.read_bytes()
    with stocked.db.begin() as conn:
        stocked.save(conn, article(30))
    export(stocked, undisturbed)
    killed(KILLED_EXPORTING, corpus_url, str(path), str(call))
    assert path.read_bytes() == (old if state.startswith("old") else undisturbed.read_bytes())
    assert manifest_path(path).exists() == (not state.endswith("without manifest"))
    if manifest_path(path).exists():
        noted = json.loads(manifest_path(path).read_text(encoding="utf-8"))
        assert noted["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    export(stocked, path)
    assert _files(path.parent) == _files(undisturbed.parent)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("room", [0, 1, 5, 2_000, 10_000])
@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"])
def test_an_export_for_which_there_is_no_room(
    stocked: Corpus, out: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, room: int
) -> None:
    """Whether the file's first bytes, its rows, the data card or the manifest find no room."""
    path = out / f"corpus.{suffix}"
    export(stocked, path)
    before = _files(out)
    left = min(room, sum(map(len, before.values())) - 1)
    write = files.AtomicFile.write

    def write_while_there_is_room(self: files.AtomicFile, data: bytes) -> int:
        nonlocal left
        left -= memoryview(data).nbytes
        if left < 0:
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(files.AtomicFile, "write", write_while_there_is_room)
    with pytest.raises(StorageError) as caught:
        export(stocked, path)
    assert str(caught.value).startswith("cannot write ")
    assert str(caught.value).endswith(
        "No space left on device; nothing was left behind, what was there stays;"
        " free some space and run the command again"
    )
    assert _files(out) == before


def test_an_export_that_cannot_take_its_name_leaves_no_parts(
    stocked: Corpus, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(_: files.AtomicFile) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files.AtomicFile, "publish", publish)
    with pytest.raises(StorageError, match="Input/output error; nothing was left behind"):
        export(stocked, out / "corpus.jsonl")
    assert _files(out) == {}


SQLITE_WITHOUT_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the largest size of a file stands in for the disk
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
from storage.corpus import Corpus
from storage.db import Database
from storage.errors import StorageError
from tests.storage.conftest import article
try:
    corpus = Corpus(Database.open(sys.argv[1]))
    for number in range(100, 400):
        with corpus.db.begin() as conn:
            corpus.save(conn, article(number))
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("start", "room"), [(None, 4_096), (None, 40_000), (None, 150_000), *((start, 40_000) for start in revisions())]
)
def test_a_database_for_which_there_is_no_room(tmp_path: Path, start: str | None, room: int) -> None:
    """In the write-ahead log, its index, a checkpoint or the database; while it is made, migrated or written to."""
    path = tmp_path / "corpus.db"
    corpus = Corpus(Database.open(f"sqlite:///{tmp_path}/new.db"))
    stock(corpus)
    if start:
        make_older(corpus.db, f"sqlite:///{path}", start)
    run = subprocess.run(
        [sys.executable, "-c", SQLITE_WITHOUT_ROOM, f"sqlite:///{path}", str(room)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in run.stderr
    [line] = run.stdout.splitlines()
    assert line.startswith(f"sqlite:///{path}: the disk is full")
    assert "free some space and run the command again, what was committed is kept" in line
    there = Corpus(Database.open(f"sqlite:///{path}"))
    with there.db.read() as conn:
        assert conn.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert conn.execute(text("PRAGMA foreign_key_check")).all() == []
    kept = corpus.counts()["articles"] if start else 0
    assert {item.id for item in there.articles()} >= ({item.id for item in corpus.articles()} if start else set())
    with there.db.begin() as conn:
        outcomes = [there.save(conn, article(number)).outcome for number in range(100, 130)]
    assert outcomes == sorted(outcomes, reverse=True)  # those that are there "unchanged", then "new" ones
    assert there.counts()["articles"] >= kept + 30
    corpus.db.close()
    there.db.close()
