"""One crawl through every trap: each is cut off, counted and named, and the good story beside it is stored."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.demo import Newsroom, traps
from tests.spiders.running import ROOT, Crawled, Place

SITEMAP_BYTES = 1_000_000  # the limit of this crawl; the sitemap below is three times as long
ADDRESSES = 50_000  # tests/discovery reads a million of them
BUDGET = 200


@dataclass
class Escape:
    room: Newsroom
    place: Place
    said: Crawled
    megabytes: float


def peak_until_the_end(process: subprocess.Popen[bytes]) -> float:
    """The most memory a process ever had, in MB. Not its ru_maxrss: that begins with the memory of this process."""
    peak = 0.0
    while process.poll() is None:
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            peak = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    return peak


@pytest.fixture(scope="module")
def escape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Escape]:
    folder = tmp_path_factory.mktemp("traps")
    place = Place.below(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traps, "MILLION", ADDRESSES)
        with Newsroom(sites=traps.trap_sites()) as room:
            command = place.command(
                room.toml,
                f"max_pages={BUDGET}",
                f"SITEMAP_MAX_BYTES={SITEMAP_BYTES}",
                "PAGE_MAX_BYTES=1000000",
                "DOWNLOAD_TIMEOUT=6",
                "URL_ATTEMPTS=1",
            )
            with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
                process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
                megabytes = peak_until_the_end(process)
            said = Crawled(process.returncode, (folder / "out").read_text(), (folder / "err").read_text())
            yield Escape(room, place, said, megabytes)


def test_the_crawl_gets_out_again_with_every_story(escape: Escape) -> None:
    assert escape.said.code == 0, escape.said.err
    assert set(escape.place.articles()) == {story.url for story in escape.room.articles}


def test_memory_stays_bounded(escape: Escape) -> None:
    """Ten gigabytes of gzip bomb three times over, and a sitemap without end, are never held."""
    assert escape.megabytes < 300


@pytest.mark.parametrize(
    "line",
    [
        "trap-calendar: index: too many pages",
        "trap-million: sitemap: too large, read as far as the limit",
        "trap-bomb: feed too large",
        "trap-bomb: article too large",
        "trap-drip: feed: took too long",
        "trap-drip: article: took too long",
        "trap-broken: feed: broken XML",
        "trap-ring: redirects without end",
    ],
)
def test_each_trap_is_named_and_counted_in_the_summary(escape: Escape, line: str) -> None:
    assert f"  trouble at {line}: 1\n" in escape.said.out


def test_session_ids_do_not_make_one_story_many(escape: Escape) -> None:
    story = escape.room.site("trap-calendar").stories[0]
    path = escape.room.site("trap-calendar").path(story)
    assert sum(request.path.startswith(path) for request in escape.room.requests("trap-calendar")) == 1


def test_the_budget_of_pages_holds(escape: Escape) -> None:
    articles = [r for r in escape.room.log if r.path.startswith(("/berita/", "/arsip/"))]
    assert len(articles) <= BUDGET


def test_what_came_of_the_traps_is_in_the_frontier(escape: Escape) -> None:
    rows = escape.place.frontier()
    states = {
        f"{name}{path}": rows[escape.room.site(f"trap-{name}").base + path].state
        for name, path in (("bomb", "/berita/bom"), ("drip", "/berita/tetes"), ("drip", "/tetes.xml"))
    }
    # A page that is too large stays so; what took too long may answer another day.
    assert states == {"bomb/berita/bom": "failed", "drip/berita/tetes": "delayed", "drip/tetes.xml": "delayed"}
