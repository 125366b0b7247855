"""What is finished together commits together, and whatever fails of it fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.crawl.database import BATCH, AsyncDatabase
from storage.database import Database
from storage.database.frontier_tables import urls
from storage.errors import StorageError
from storage.frontier import Frontier, Lease, LeaseLost, NewUrl

HOST = "contoh.id"


def page(number: int) -> NewUrl:
    url = f"https://{HOST}/berita/{number:03}"
    return NewUrl(url=url, identity=url, host=HOST, outlet="contoh")


class Crawl:
    """A frontier with so many pages in hand; ``transactions`` counts those since."""

    def __init__(self, folder: Path, pages: int) -> None:
        self.frontier = Frontier(Database.open(f"sqlite:///{folder / 'corpus.db'}"))
        self.run = self.frontier.start_run({})
        with self.frontier.db.begin() as conn:
            self.frontier.add(conn, [page(number) for number in range(pages)])
        self.frontier.claim_hosts(self.run, ["contoh"], ["contoh"], 1)
        self.leases = self.frontier.claim(self.run, {HOST: pages}, ["contoh"])
        self.database = AsyncDatabase(self.frontier)
        self.transactions = 0
        begin = self.frontier.db.begin

        @contextmanager
        def counted() -> Iterator[sa.Connection]:
            self.transactions += 1
            with begin() as conn:
                yield conn

        self.frontier.db.begin = counted  # type: ignore[method-assign]

    def finish(self, lease: Lease, state: str = "fetched") -> Callable[[sa.Connection], str]:
        def work(conn: sa.Connection) -> str:
            self.frontier.finish(conn, self.run, lease, state)
            return lease.url

        return work

    def states(self) -> dict[str, str]:
        with self.frontier.db.read() as conn:
            return {row.url: row.state for row in conn.execute(sa.select(urls.c.url, urls.c.state))}

    def together(self, *all_at_once: Coroutine[Any, Any, Any]) -> list[Any]:
        async def gathered() -> list[Any]:
            return await asyncio.gather(*all_at_once, return_exceptions=True)

        return asyncio.run(gathered())


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    made = Crawl(tmp_path, 6)
    yield made
    made.database.close()


def test_pages_that_are_finished_together_share_a_transaction(crawl: Crawl) -> None:
    done = crawl.together(*(crawl.database.commit(crawl.finish(lease)) for lease in crawl.leases))
    assert done == [(lease.url, 0) for lease in crawl.leases]
    assert set(crawl.states().values()) == {"fetched"}
    assert crawl.transactions == 1


def test_a_link_of_several_pages_is_found_once(crawl: Crawl) -> None:
    one, other = crawl.leases[:2]
    commit = crawl.database.commit
    done = crawl.together(
        commit(crawl.finish(one), [page(0), page(10), page(11)]), commit(crawl.finish(other), [page(11), page(12)])
    )
    assert done == [(one.url, 2), (other.url, 1)]
    assert [crawl.states()[page(number).url] for number in (10, 11, 12)] == ["discovered"] * 3


def test_one_that_another_worker_has_by_now_is_left_to_it_and_the_others_are_stored(crawl: Crawl) -> None:
    lost, *kept = crawl.leases
    with crawl.frontier.db.begin() as conn:
        conn.execute(sa.update(urls).where(urls.c.id == lost.id).values(leased_by=None, state="discovered"))
    links = [[page(20)], *([] for _ in kept)]
    done = crawl.together(
        *(crawl.database.commit(crawl.finish(lease), own) for lease, own in zip(crawl.leases, links, strict=True))
    )
    assert isinstance(done[0], LeaseLost)
    assert done[1:] == [(lease.url, 0) for lease in kept]
    states = crawl.states()
    assert [states.pop(lost.url), *states.values()] == ["discovered", *["fetched"] * len(kept)]


def test_where_the_database_fails_all_of_them_stay_leased(crawl: Crawl) -> None:
    def full(conn: sa.Connection) -> None:
        raise StorageError("the disk is full")

    one, other = crawl.leases[:2]
    done = crawl.together(crawl.database.commit(crawl.finish(one)), crawl.database.commit(full))
    assert [str(error) for error in done] == ["the disk is full"] * 2
    assert crawl.states()[one.url] == crawl.states()[other.url] == "leased"


def test_no_more_than_so_many_wait_for_each_other(tmp_path: Path) -> None:
    crawl = Crawl(tmp_path, BATCH + 1)
    crawl.together(*(crawl.database.commit(crawl.finish(lease)) for lease in crawl.leases))
    assert set(crawl.states().values()) == {"fetched"}
    assert crawl.transactions == 2
    crawl.database.close()
