"""One crawl that the tests of commands look at: two outlets, a few articles, one near miss."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.plan import seeds_folder
from crawler.relevance import Topic
from tests.crawl.running import Place
from tests.newsroom import Newsroom, Story
from tests.newsroom.outlets import LintasNusa, PenaPesisir


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
        place = Place.below(folder)
        for name in ("corpus.db", "corpus.db-wal"):
            source = self.place.archive.parent / name
            if source.exists():
                shutil.copy(source, folder / name)
        shutil.copytree(self.place.archive, place.archive)
        return place


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
