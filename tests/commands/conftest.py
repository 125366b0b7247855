"""What the tests of commands look at: one crawl of two outlets, and a small corpus that no crawl is needed for."""

from __future__ import annotations

import math
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.archive.writer import Archive
from crawler.cli import base
from crawler.crawl.configuration import seeds_folder
from crawler.demo import Newsroom, Story
from crawler.demo.outlets import LintasNusa, PenaPesisir
from crawler.fetching.raw_responses import RawResponse
from crawler.relevance import Topic
from storage.corpus import Corpus
from storage.database import Database
from tests.spiders.running import Place
from tests.storage.conftest import article


@dataclass
class Stored:
    """A crawl's corpus, the newsroom it came from (closed by now) and the threshold it was judged by."""

    place: Place
    room: Newsroom
    toml: Path
    threshold: float
    near: Story  # a story about conflict below that threshold

    @property
    def kept(self) -> list[Story]:
        """The stories above it."""
        return [story for story in self.room.articles if story.kept and story is not self.near]

    def copy(self, folder: Path) -> Place:
        """The corpus and its archive again, to be changed by a test."""
        return copied(self.place, folder)


@pytest.fixture(autouse=True)
def _no_lines_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether one is written depends on the machine."""
    monkeypatch.setattr(base, "LOG_EVERY_SECONDS", math.inf)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    folder = tmp_path_factory.mktemp("stored")
    place, toml = Place.below(folder), folder / "outlets.toml"
    lintas = LintasNusa("127.0.0.95")
    lintas.robots_delay = None
    with Newsroom(sites=[lintas, PenaPesisir("127.0.0.96")], toml=toml) as room:
        topic = Topic.from_seeds(seeds_folder())
        scores = sorted(
            (topic.judge(story.title, story.text).score, story.key) for story in room.articles if story.kept
        )
        threshold = (scores[0][0] + scores[1][0]) / 2
        crawled = place.crawl(toml, f"RELEVANCE_THRESHOLD={threshold}")
        assert crawled.code == 0, crawled.err
    return Stored(place, room, toml, threshold, room.story(scores[0][1]))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Five articles of two outlets, one of them a copy, each with its page in the archive; and one near miss."""
    place = Place.below(tmp_path_factory.mktemp("small"))
    texts = [
        f"Bentrokan ke-{n} pecah di Terter pada hari ke-{n}. " + " ".join(f"kata{n}x{k}" for k in range(40)) + "."
        for n in range(4)
    ]
    db = Database.open(place.url)
    corpus = Corpus(db)
    with closing(Archive(place.archive, "run-000001")) as archive, db.begin() as conn:
        for number, text in enumerate([*texts, texts[0]]):
            given = article(
                number,
                outlet=("senja", "fajar")[number % 2],
                text=text,
                published_at=date(2023, 9, 17 + number),
                published_precision="day",
                relevance=number / 4,
                language="id",
            )
            page = RawResponse(200, [], f"<p>{text}</p>".encode())
            given.archive_ref = archive.write(given.url, page, datetime(2023, 9, 20, tzinfo=UTC))
            corpus.save(conn, given)
        corpus.reject(conn, "https://contoh.id/nyaris", reason="threshold", outlet="fajar", text="Hampir saja.")
    db.close()
    return place


@pytest.fixture
def nowhere(tmp_path: Path) -> Place:
    """A place where nothing was crawled yet."""
    return Place.below(tmp_path)


def copied(place: Place, folder: Path) -> Place:
    """A corpus on SQLite and its archive again, to be changed by a test."""
    other = Place.below(folder)
    for name in ("corpus.db", "corpus.db-wal"):
        source = place.archive.parent / name
        if source.exists():
            shutil.copy(source, folder / name)
    shutil.copytree(place.archive, other.archive)
    return other
