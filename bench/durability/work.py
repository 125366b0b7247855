"""The work that is interrupted, and where it is done: databases to begin with, jobs, and what is there at the end."""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg

from bench import planted
from storage.article import Article
from storage.corpus import Corpus
from storage.database import Database, copying
from storage.database.migrating import revisions
from storage.export import export
from storage.frontier import Frontier
from storage.frontier.frontier import NewUrl
from storage.history import snapshots
from storage.withdrawal import withdraw
from tests.storage.older import make_older

SERVER = "postgresql://postgres@localhost:5432"
STORED = 40  # articles that the storing jobs store
STOCK = 300  # articles of the databases that the other jobs work on
OUTLET = "outlet0"  # the one that is withdrawn
SECRET = "Zulfikarnaen"  # stands in its texts only
SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")


def articles(size: int) -> Iterator[Article]:
    """Of recombined real paragraphs, or where those are not there, of random words; with copies among them."""
    made = (item.article for item in planted.stream(size)) if planted.ROWS.exists() else _made_up(size)
    for number, article in enumerate(made):
        article.outlet = f"outlet{number % 4}"
        if article.outlet == OUTLET:
            article.text += f"\n\nSaksi bernama {SECRET} melihatnya sendiri."
        yield article


def _made_up(size: int) -> Iterator[Article]:
    rng = random.Random(1)
    syllables = ("ba", "di", "ku", "men", "sa", "tu", "pe", "ra")
    words = ["".join(rng.choices(syllables, k=3)) for _ in range(900)]
    texts: list[str] = []
    for number in range(size):
        parts = [" ".join(rng.choices(words, k=40)).capitalize() + "." for _ in range(8)]
        texts.append(rng.choice(texts) if number % 7 == 6 else "\n\n".join(parts))
        when = datetime(2020, 9, 27, tzinfo=UTC) + timedelta(minutes=number)
        url = f"https://contoh.example/read/{number}"
        yield Article(url=url, title=texts[-1][:60], text=texts[-1], published_at=when, fetched_at=when)


@dataclass(frozen=True)
class Place:
    """Where one round is done: a database, a folder for exports, and the database a copy goes to."""

    url: str
    folder: Path
    target: str

    @property
    def exported(self) -> Path:
        """The folder that exports are written to; nothing else is in it."""
        return self.folder / "out"


@dataclass(frozen=True)
class Job:
    """``work`` begins with the database ``start`` and may be done any number of times, to the same end."""

    name: str
    start: str
    work: Callable[[Place], object]


def _store(batch: int) -> Callable[[Place], object]:
    def work(place: Place) -> None:
        corpus, pending = Corpus(Database.open(place.url)), list(articles(STORED))
        for start in range(0, STORED, batch):
            with corpus.db.begin() as conn:
                for article in pending[start : start + batch]:
                    corpus.save(conn, article)
        corpus.db.close()

    return work


def _on_corpus(action: Callable[[Corpus, Place], object]) -> Callable[[Place], object]:
    def work(place: Place) -> None:
        corpus = Corpus(Database.open(place.url, create=False))
        action(corpus, place)
        corpus.db.close()

    return work


def _snapshot(corpus: Corpus, _: Place) -> None:
    if all(snapshot.name != "baru" for snapshot in snapshots.listed(corpus)):
        snapshots.take(corpus, "baru")


def _copy(corpus: Corpus, place: Place) -> None:
    target = Database.open(place.target)
    with target.read() as conn:
        there = conn.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
    if not there:
        copying.copy(corpus.db, target)
    target.close()


def _export(suffix: str, corpus: Corpus, place: Place) -> None:
    export(corpus, place.exported / f"corpus{suffix}")


def jobs() -> list[Job]:
    """All of them."""
    return [
        Job("store one by one", "empty", _store(1)),
        Job("store in batches", "empty", _store(10)),
        *(Job(f"migrate {old}", old, lambda place: Database.open(place.url).close()) for old in revisions()[:-1]),
        *(Job(f"export {suffix}", "stocked", _on_corpus(partial(_export, suffix))) for suffix in SUFFIXES),
        Job("snapshot", "stocked", _on_corpus(_snapshot)),
        Job("withdraw", "stocked", _on_corpus(lambda corpus, _: withdraw(corpus, OUTLET, "permintaan"))),
        Job("copy", "stocked", _on_corpus(_copy)),
    ]


class Shelf:
    """Databases to begin with, made once per kind of database and copied for each round."""

    def __init__(self, dialect: str, folder: Path) -> None:
        self.dialect, self.folder = dialect, folder
        self._made: set[str] = set()
        self._mark = f"durability_{uuid.uuid4().hex[:8]}"
        (folder / "exported").mkdir()
        stocked = Corpus(Database.open(self._new("stocked")))
        _stock(stocked, folder / "exported")
        for revision in revisions()[:-1]:
            make_older(stocked.db, self._new(revision), revision)
        stocked.db.close()

    def place(self, start: str, folder: Path) -> Place:
        """A fresh place in an empty folder: a copy of the database ``start``, and older exports."""
        url = self._new("work", folder, start if start != "empty" else None)
        place = Place(url, folder, self._new("target", folder))
        shutil.copytree(self.folder / "exported", place.exported)
        return place

    def clear(self, place: Place) -> None:
        """Remove everything of a place."""
        empty(place.folder)

    def close(self) -> None:
        """Drop the databases of the server."""
        for name in self._made:
            _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _new(self, name: str, folder: Path | None = None, source: str | None = None) -> str:
        """The URL of a new database, empty or a copy of ``source``."""
        if self.dialect == "sqlite":
            path = (folder or self.folder) / f"{name}.db"
            if source:
                shutil.copyfile(self.folder / f"{source}.db", path)
            return f"sqlite:///{path}"
        database = f"{self._mark}_{name}"
        self._made.add(database)
        _on_server(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        template = f'"{self._mark}_{source}"' if source else "template0"
        _on_server(f'CREATE DATABASE "{database}" TEMPLATE {template}')
        return f"{SERVER}/{database}"


def empty(folder: Path) -> None:
    """Remove everything in a folder."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def server_database(name: str) -> Iterator[str]:
    """The URL of a new database of the server, dropped at the end of the block."""
    database = f"durability_{uuid.uuid4().hex[:8]}_{name}"
    _on_server(f'CREATE DATABASE "{database}" TEMPLATE template0')
    try:
        yield f"{SERVER}/{database}"
    finally:
        _on_server(f'DROP DATABASE "{database}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def _stock(corpus: Corpus, exported: Path) -> None:
    """Articles, revisions, near misses, decisions, a frontier, a snapshot; and exports of an earlier state."""
    frontier, many = Frontier(corpus.db), list(articles(STOCK))
    with corpus.db.begin() as conn:
        for article in many[:-20]:
            corpus.save(conn, article)
        corpus.reject(conn, "https://contoh.example/x", reason="topic", score=0.3, text="Hampir.")
        corpus.decide(conn, "https://contoh.example/x", accepted=False)
        frontier.add(conn, [NewUrl(a.url, a.url, "contoh.example", "outlet1") for a in many])
    frontier.start_run({}, limit=None)
    snapshots.take(corpus, "dulu")
    for suffix in SUFFIXES:
        export(corpus, exported / f"corpus{suffix}")
    with corpus.db.begin() as conn:
        for article in many[-20:]:
            corpus.save(conn, article)
        many[1].text += "\n\nDiperbarui."
        corpus.save(conn, many[1])
    corpus.db.close()


def contents(place: Place) -> dict[str, str]:
    """What is there at the end, as hashes: exports of the databases and snapshots, and the exported files."""
    found = {path.name: _hash(path) for path in sorted(place.exported.iterdir())}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("", place.url), ("target", place.target)):
            if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
                continue
            corpus = Corpus(Database.open(url))
            export(corpus, Path(folder) / "corpus.jsonl")
            found[f"{name} database"] = _hash(Path(folder) / "corpus.jsonl") + str(corpus.counts())
            for snapshot in snapshots.listed(corpus):
                snapshots.export_snapshot(corpus, snapshot.name, Path(folder) / "snapshot.jsonl")
                found[f"{name} snapshot {snapshot.name}"] = _hash(Path(folder) / "snapshot.jsonl")
            corpus.db.close()
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
