"""Crawls that are killed, stopped or met by another one: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.crawl.scheduler import IN_HAND_PER_HOST
from crawler.demo import Newsroom
from tests.commands.calling import call
from tests.spiders.running import Crawled, Place
from tests.storage.conftest import new_url, server_trouble  # noqa: F401 - fixtures

DEADLINE = 60.0  # seconds until a crawl must have come as far as a test waits for


def wait_for_requests(room: Newsroom, number: int) -> None:
    """Until the room has been asked so many things in all."""
    end = time.monotonic() + DEADLINE
    while len(room.log) < number:
        assert time.monotonic() < end, f"only {len(room.log)} requests"
        time.sleep(0.005)


def expected(room: Newsroom) -> dict[str, str | None]:
    """URL and text of every story that belongs into the corpus; None where only the page itself knows its text."""
    return {story.url: story.text or None for story in room.articles if story.kept}


def assert_whole(place: Place, room: Newsroom) -> None:
    """Every story that belongs into the corpus is there once, whole, and nothing else is."""
    articles, truth = place.articles(), expected(room)
    assert sorted(articles) == sorted(truth)
    for url, text in truth.items():
        assert (text or "") in articles[url].text


def place_at(url: str, folder: Path) -> Place:
    return Place(url, folder / "archive")


def test_killed_again_and_again_a_crawl_still_ends_with_every_article(new_url, tmp_path: Path) -> None:  # noqa: F811
    place = place_at(new_url(), tmp_path)
    with Newsroom() as room:
        kills = (12, 17, 25) if place.url.startswith("sqlite") else (14, 30)
        for (
            further
        ) in kills:  # in robots.txt and the sources, among the articles; bench.durability does it at any moment
            goal = len(room.log) + further
            with place.crawling(room.toml) as crawl:
                wait_for_requests(room, goal)
                crawl.send_signal(signal.SIGKILL)
                assert crawl.wait(10) == -signal.SIGKILL
        last = place.crawl(room.toml)
        assert last.code == 0, last.err
        assert_whole(place, room)


def test_a_crawl_that_is_stopped_says_so_and_the_next_one_goes_on(tmp_path: Path) -> None:
    place = Place.below(tmp_path)
    with Newsroom() as room:
        for sign, requests in ((signal.SIGINT, 40), (signal.SIGTERM, 30)):
            goal = len(room.log) + requests
            with place.crawling(room.toml) as crawl:
                wait_for_requests(room, goal)
                crawl.send_signal(sign)
                _, err = crawl.communicate(timeout=30)
            assert crawl.returncode == 5
            assert err.count("Traceback") == 0
            assert "error: interrupted; everything committed is kept, the next run goes on from here" in err
        before = place.articles()
        asked = len(room.log)

        assert place.crawl(room.toml).code == 0
        assert_whole(place, room)
        again = {(request.host, urlsplit(request.path).path) for request in room.log[asked:] if request.status == 200}
        done = {(urlsplit(url).hostname, urlsplit(url).path) for url in before if "?" not in url}
        assert not again & done


def test_a_crawl_that_cannot_write_its_archive_ends_with_one_line_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """Many pages are in hand when the first of them cannot be archived, as on a full disk."""
    place = Place.below(tmp_path)
    place.archive.mkdir()
    today = datetime.now(UTC)
    days = [place.archive / f"{day:%Y-%m-%d}" for day in (today, today + timedelta(days=1))]  # whichever it is by then
    for path in days:
        path.write_text("in the way of the day's folder", encoding="utf-8")
    with Newsroom() as room:
        first = place.crawl(room.toml)
        assert first.code == 3
        assert first.error.startswith(f"error: archive {place.archive}: ")
        assert "cannot be written: File exists (set ARCHIVE_DIR to a folder with room" in first.error
        assert "Traceback" not in first.err
        assert place.articles() == {}
        for path in days:
            path.unlink()
        assert place.crawl(room.toml).code == 0
        assert_whole(place, room)


def test_a_second_crawl_of_one_sqlite_database_leaves_the_work_to_the_first(tmp_path: Path) -> None:
    place = Place.below(tmp_path)
    with Newsroom() as room:
        with place.crawling(room.toml, "CONTACT=pertama@contoh.id") as first:
            wait_for_requests(room, 5)
            asked = {request.agent for request in room.log}
            assert asked == {"conflict_news/0.1 (+pertama@contoh.id)"}
            second = place.crawl(room.toml, "CONTACT=kedua@contoh.id")
            assert (second.code, "error" in second.err) == (0, False)
            assert second.out.startswith("Nothing done: run 1 on ")
            assert f"(process {first.pid}) is at work since " in second.out
            assert first.wait(DEADLINE) == 0
        assert {request.agent for request in room.log} == asked


@pytest.mark.parametrize("new_url", [pytest.param("postgresql", marks=pytest.mark.server)], indirect=True)
def test_three_workers_share_the_hosts_and_one_that_is_killed_is_replaced(new_url, tmp_path: Path) -> None:  # noqa: F811
    place = place_at(new_url(), tmp_path)
    delay = 0.1
    with Newsroom(delay=delay) as room:
        command = [*place.command(room.toml, "LOG_LEVEL=INFO"), "--workers", "3", "--strict-alarms"]
        with place.running(command) as crawl:
            wait_for_requests(room, 60)
            first, *others = workers_of(crawl.pid)
            assert others  # the third has ended where the other two held every host before it began
            os.kill(first, signal.SIGKILL)
            out, err = crawl.communicate(timeout=120)
        assert (crawl.returncode, err.count("error")) == (0, 0), err
        assert f"worker {first} died (SIGKILL)" in err
        assert_whole(place, room)
        found = Crawled(0, out, err)
        assert found.row("all")["kept"] in range(1, len(place.articles()) + 1)  # the dead one did not tell of its own
        for host in {request.host for request in room.log}:
            times = sorted(request.monotonic for request in room.log if request.host == host)
            gaps = [later - earlier for earlier, later in pairwise(times)]
            assert min(gaps, default=delay) >= (0.2 if host == "127.0.0.12" else delay), host
        pages = Counter((r.host, r.path) for r in room.log if r.status == 200 and r.path != "/robots.txt")
        twice = [page for page, times in pages.items() if times > 1]
        hosts = Counter(host for host, _ in twice)
        assert all(number <= IN_HAND_PER_HOST for number in hosts.values()), twice  # what the dead one had in hand


def workers_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--workers", "2"), "--workers 2: SQLite takes one writer at a time; name a PostgreSQL database"),
        (("--workers", "0"), "argument --workers: '0' is not a whole number above 0"),
    ],
)
def test_workers_that_cannot_be_are_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    place = Place.below(tmp_path)
    called = call("crawl", "conflict_news", *words, "-a", "outlets=kompas", place=place, CONTACT="a@contoh.id")
    assert called.code == 2
    assert said in called.err
