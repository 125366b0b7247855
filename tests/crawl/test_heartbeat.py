"""A run's sign of life, and what it does when it was not there for a while."""

from __future__ import annotations

import asyncio

import pytest

from crawler.crawl.heartbeat import DOUBTFUL, Heartbeat
from storage.errors import StorageError
from storage.frontier import HEARTBEAT_SECONDS, LEASE_SECONDS


class Place:
    """The database's answers, and two clocks that pass only when told."""

    def __init__(self) -> None:
        self.passed, self.wall = 100.0, 1_700_000_000.0
        self.beats: list[float] = []
        self.accepts = True
        self.heartbeat = Heartbeat(self.beat, passed=lambda: self.passed, wall=lambda: self.wall)

    def beat(self) -> bool:
        self.beats.append(self.passed)
        return self.accepts

    def wait(self, seconds: float) -> None:
        self.passed += seconds
        self.wall += seconds

    def is_accepted(self) -> bool:
        return asyncio.run(self.heartbeat.is_accepted())


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_run_that_beats_need_not_look(place: Place) -> None:
    for _ in range(5):
        place.wait(HEARTBEAT_SECONDS)
        place.heartbeat.beat()
        assert place.is_accepted()
    assert len(place.beats) == 5


@pytest.mark.parametrize("accepted", [True, False])
def test_one_that_was_stopped_looks_before_anything_goes_out(place: Place, accepted: bool) -> None:
    place.wait(LEASE_SECONDS * 2)
    place.accepts = accepted
    assert place.is_accepted() is accepted
    assert place.is_accepted() is accepted
    assert len(place.beats) == 1  # the first look is a sign of life itself; what is lost stays lost


def test_it_looks_long_before_anybody_can_have_taken_its_hosts(place: Place) -> None:
    place.wait(DOUBTFUL + 1)
    assert place.is_accepted()
    assert place.beats == [place.passed]
    assert DOUBTFUL + 2 * HEARTBEAT_SECONDS < LEASE_SECONDS


def test_a_stop_while_a_heartbeat_is_on_its_way_counts(place: Place) -> None:
    def slow() -> bool:
        place.wait(LEASE_SECONDS)
        return True

    place.heartbeat._beat = slow
    place.heartbeat.beat()
    assert place.heartbeat.age() == LEASE_SECONDS


@pytest.mark.parametrize("jump", [-9 * 3600.0, 9 * 3600.0])
def test_a_clock_that_is_put_right_at_most_makes_it_look(place: Place, jump: float) -> None:
    place.wall += jump
    assert place.is_accepted()
    assert len(place.beats) == (jump > 0)


def test_a_machine_brought_back_as_it_was_looks_too(place: Place) -> None:
    """Its clock since boot knows nothing of the time between."""
    place.wall += LEASE_SECONDS
    assert place.is_accepted()
    assert len(place.beats) == 1


def test_a_database_that_does_not_answer_lets_nothing_out(place: Place) -> None:
    def fails() -> bool:
        raise StorageError("corpus: the server broke off")

    place.heartbeat._beat = fails
    assert place.is_accepted()
    place.wait(DOUBTFUL + 1)
    with pytest.raises(StorageError):
        place.is_accepted()


def test_many_requests_at_once_look_once(place: Place) -> None:
    place.wait(LEASE_SECONDS)

    async def all_at_once() -> list[bool]:
        return await asyncio.gather(*(place.heartbeat.is_accepted() for _ in range(20)))

    assert asyncio.run(all_at_once()) == [True] * 20
    assert len(place.beats) == 1
