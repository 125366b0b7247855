"""Page readers in processes of their own: what one page does to its reader costs that page only."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.demo.stories import ARTICLES, read
from crawler.processing import pool as module
from crawler.processing.page import PageJob, ProcessedPage, TopicChoice
from crawler.processing.pool import PagePool
from storage.errors import PageError

real_read = module._read
CHOICE = TopicChoice(str(SEEDS))
STORY = read(ARTICLES / "kabar-senja" / "kontak-tembak-di-nduga-dua-prajurit-gugur.txt")


def page(name: str = "baik") -> PageJob:
    """A page of conflict news; its address says what it does to its reader."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in STORY.pages[0])
    head = f"<html lang=id><head><title>{STORY.title}</title></head>"
    body = f"{head}<body><article><h1>{STORY.title}</h1>{text}</article>"
    return PageJob(body.encode(), f"https://contoh.id/berita/{name}", "text/html")


def read_or_break(jobs: Sequence[PageJob], gated: bool) -> ProcessedPage:
    """Runs in the worker in place of the real reader."""
    match jobs[0].url.rpartition("/")[2]:
        case "jatuh":
            os._exit(3)
        case "macet":
            time.sleep(60)
        case "dalam":
            raise RecursionError("maximum recursion depth exceeded")
        case "penuh":
            raise MemoryError
        case "keluar":
            raise SystemExit(1)
    return real_read(jobs, gated)


@pytest.fixture(scope="module")
def pool() -> Iterator[PagePool]:
    made = PagePool(CHOICE, processes=2, deadline=3.0)
    yield made
    made.close()


@pytest.fixture
def breakable(pool: PagePool, monkeypatch: pytest.MonkeyPatch) -> PagePool:
    monkeypatch.setattr(module, "_read", read_or_break)
    return pool


def read_all(pool: PagePool, *names: str) -> list[ProcessedPage]:
    async def together() -> list[ProcessedPage]:
        return await asyncio.gather(*(pool.read([page(name)]) for name in names))

    return asyncio.run(together())


def test_a_page_becomes_a_judged_article(pool: PagePool) -> None:
    [reading] = read_all(pool, "baik")
    assert reading.article is not None
    assert (reading.article.title, reading.article.text) == (STORY.title, STORY.text)
    assert (reading.kept, reading.reason, reading.article.language) == (True, None, "id")


def test_a_page_that_kills_its_reader_costs_only_itself(breakable: PagePool) -> None:
    readings = read_all(breakable, "baik", "jatuh", "baik", "baik", "jatuh", "baik")
    assert [reading.kept for reading in readings] == [True, False, True, True, False, True]
    assert {reading.reason for reading in readings if not reading.kept} == {"page error: its reader died (exit code 3)"}
    assert breakable.rebuilt == 0


def test_a_page_that_hangs_is_cut_off_at_the_deadline(breakable: PagePool) -> None:
    start = time.monotonic()
    readings = read_all(breakable, "macet", "baik", "baik")
    assert [reading.reason for reading in readings] == ["page error: took longer than 3 s", None, None]
    assert time.monotonic() - start < 30
    assert read_all(breakable, "baik")[0].kept


@pytest.mark.parametrize(
    ("name", "error"), [("dalam", "RecursionError"), ("penuh", "MemoryError"), ("keluar", "SystemExit")]
)
def test_an_exception_of_a_page_is_that_pages_error(breakable: PagePool, name: str, error: str) -> None:
    readings = read_all(breakable, "baik", name, "baik")
    assert [reading.kept for reading in readings] == [True, False, True]
    assert readings[1].reason == f"page error: {error}"
    assert breakable.rebuilt == 0


def test_seeds_that_vanish_are_the_pages_error_not_a_crash(tmp_path: Path) -> None:
    pool = PagePool(TopicChoice(str(tmp_path / "hilang")), processes=1, deadline=3.0)
    try:
        [reading] = read_all(pool, "baik")
    finally:
        pool.close()
    assert reading.reason == "page error: the page readers broke down"


def once(path: str) -> str:
    """Runs in a page reader: the first time it takes its process with it."""
    tried = Path(path).exists()
    Path(path).touch()
    if not tried:
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def always(_: str) -> None:
    """Runs in a page reader, and takes each process with it."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_whose_process_is_lost_is_done_by_another(pool: PagePool, tmp_path: Path) -> None:
    path = str(tmp_path / "tried")
    assert asyncio.run(pool.call(once, path)) == path
    with pytest.raises(PageError, match="given up: 3 processes died of it"):
        asyncio.run(pool.call(always, path))
