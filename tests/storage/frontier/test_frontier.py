"""The frontier on SQLite and PostgreSQL: who may ask what, when, and what is left of it when somebody dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.corpus import Corpus
from storage.database import Database
from storage.database.frontier_tables import hosts, runs, urls
from storage.frontier import HEARTBEAT_SECONDS, Frontier, Lease, LeaseLost
from storage.frontier import runs as module
from storage.frontier.clock import SteadyClock
from storage.frontier.frontier import LEASE_SECONDS, MAX_TAKEOVERS, AlreadyRunning, NewUrl
from tests.storage.conftest import article

ROOT = Path(__file__).resolve().parents[3]
NOON = 1_700_000_000.0
HOUR = 3600.0


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def frontier(db: Database, clock: Clock) -> Frontier:
    return Frontier(db, clock)


def url(number: int, host: str = "contoh.id", **fields: object) -> NewUrl:
    values = {
        "url": f"https://{host}/berita/{number}",
        "identity": f"https://{host}/berita/{number}",
        "host": host,
        "outlet": "contoh",
    }
    return NewUrl(**(values | fields))  # type: ignore[arg-type]


def feed(host: str = "contoh.id", **fields: object) -> NewUrl:
    return url(0, host, **({"identity": f"feed https://{host}/feed", "kind": "feed", "priority": 200.0} | fields))


def add(frontier: Frontier, *new: NewUrl, run_started: float | None = None) -> int:
    with frontier.db.begin() as conn:
        return frontier.add(conn, new, run_started=run_started)


def take(frontier: Frontier, run: int, host: str = "contoh.id", most: int = 1) -> list[Lease]:
    """Lease the host if it is free, then claim."""
    frontier.claim_hosts(run, ["contoh"], ["contoh"], 10)
    return frontier.claim(run, {host: most}, ["contoh"])


def finish(frontier: Frontier, run: int, lease: Lease, state: str = "fetched", **changes: object) -> None:
    with frontier.db.begin() as conn:
        frontier.finish(conn, run, lease, state, **changes)


def row(frontier: Frontier, number: int = 1, host: str = "contoh.id") -> sa.Row:
    with frontier.db.read() as conn:
        return conn.execute(sa.select(urls).where(urls.c.url == f"https://{host}/berita/{number}")).one()


def host_row(frontier: Frontier, host: str = "contoh.id") -> sa.Row:
    with frontier.db.read() as conn:
        return conn.execute(sa.select(hosts).where(hosts.c.host == host)).one()


def start_and_watch(frontier: Frontier, clock: Clock) -> int:
    """A new run that has seen for as long as a lease lasts that no other one gives a sign of life."""
    run = frontier.start_run({})
    clock.now += LEASE_SECONDS * 2
    assert frontier.heartbeat(run)
    return run


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """From the call on, this process is on another machine."""
    return lambda: monkeypatch.setattr(module, "_machine", lambda: "another-machine")


# Adding ----------------------------------------------------------------------------------------------------------


def test_a_url_goes_from_discovered_through_leased_to_fetched(frontier: Frontier, clock: Clock) -> None:
    assert add(frontier, url(1)) == 1
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    assert (row(frontier).state, row(frontier).leased_by, lease.attempts) == ("leased", run, 1)

    finish(frontier, run, lease, status=200, etag='"a"', due_at=NOON + 60)

    done = row(frontier)
    assert (done.state, done.leased_by, done.status, done.etag, done.visits) == ("fetched", None, 200, '"a"', 1)
    assert (done.attempts, done.fetched_at, done.due_at) == (0, NOON, NOON + 60)


def test_adding_counts_only_what_is_new_and_keeps_the_state_of_the_rest(frontier: Frontier) -> None:
    add(frontier, url(1))
    run = frontier.start_run({})
    finish(frontier, run, take(frontier, run)[0])

    assert add(frontier, url(1, priority=99.0), url(2), url(2)) == 1
    assert row(frontier).state == "fetched"


def test_better_hints_raise_the_priority_of_a_waiting_url_and_worse_ones_do_not_lower_it(frontier: Frontier) -> None:
    add(frontier, url(1, priority=10.0, hints={"title": "Ledakan"}))
    add(frontier, url(1, priority=50.0, hints={"title": "Ledakan di Garis Depan"}, day="2023-09-19"))
    add(frontier, url(1, priority=20.0, hints={}, day="1999-01-01"))
    found = row(frontier)
    assert (found.priority, found.hints, found.day) == (50.0, '{"title": "Ledakan di Garis Depan"}', "2023-09-19")


def test_a_later_way_in_may_fill_in_what_the_first_did_not_know(frontier: Frontier) -> None:
    add(frontier, url(1, priority=50.0, hints={"title": "Ledakan"}))
    add(frontier, url(1, priority=20.0, hints={"title": "Lain", "section": "Dunia"}, day="2023-09-19"))
    found = row(frontier)
    assert (found.priority, found.day) == (50.0, "2023-09-19")
    assert found.hints == '{"section": "Dunia", "title": "Ledakan"}'


def test_a_way_in_is_asked_once_in_each_run(frontier: Frontier, clock: Clock) -> None:
    add(frontier, feed(), run_started=clock.now)
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    finish(frontier, run, lease, etag='"v1"')

    add(frontier, feed(), run_started=NOON - 1)  # found a second time in the same run
    assert frontier.claim(run, {"contoh.id": 1}, ["contoh"]) == []

    clock.now += 3600
    add(frontier, feed(), run_started=clock.now)  # the next run
    [again] = frontier.claim(run, {"contoh.id": 1}, ["contoh"])
    assert (again.id, again.etag, again.attempts) == (lease.id, '"v1"', 1)


@pytest.mark.parametrize("state", ["failed", "delayed", "gone"])
def test_a_way_in_that_failed_in_this_run_is_not_asked_again_by_it(
    frontier: Frontier, clock: Clock, state: str
) -> None:
    started = clock.now
    add(frontier, feed(), run_started=started)
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    clock.now += 5
    finish(frontier, run, lease, state, due_at=clock.now + 900 if state == "delayed" else None)

    add(frontier, feed(), run_started=started)
    assert frontier.claim(run, {"contoh.id": 1}, ["contoh"]) == []
    add(frontier, feed(), run_started=clock.now + 1)
    assert [lease.id for lease in frontier.claim(run, {"contoh.id": 1}, ["contoh"])] == [lease.id]


def test_what_an_unchanged_index_names_is_asked_again(frontier: Frontier, clock: Clock) -> None:
    child = url(7, kind="sitemap")
    add(frontier, child, url(8))
    run = frontier.start_run({})
    for lease in take(frontier, run, most=2):
        finish(frontier, run, lease)
    clock.now += 60
    with frontier.db.begin() as conn:
        assert frontier.ask_again(conn, "contoh", "sitemap", run_started=clock.now) == ["contoh.id"]
        assert frontier.ask_again(conn, "contoh", "sitemap", run_started=clock.now) == []
    assert [lease.url for lease in frontier.claim(run, {"contoh.id": 5}, ["contoh"])] == [child.url]


def test_articles_outside_the_window_are_opened_again_by_a_window_that_holds_them(frontier: Frontier) -> None:
    add(frontier, url(1), url(2))
    run = frontier.start_run({})
    first, second = take(frontier, run, most=2)
    finish(frontier, run, first, "outside", day="2020-11-09")
    finish(frontier, run, second, "outside", day="2021-01-01")
    with frontier.db.begin() as conn:
        assert frontier.reopen(conn, ["contoh"], "2020-10-01", "2020-12-31") == 1
    assert (row(frontier, 1).state, row(frontier, 2).state) == ("discovered", "outside")
    with frontier.db.begin() as conn:
        assert frontier.reopen(conn, ["contoh"], None, None) == 1


def test_a_renamed_outlet_takes_its_urls_and_its_host_with_it(frontier: Frontier) -> None:
    add(frontier, url(1, outlet="nama-lama"))
    add(frontier, url(1, outlet="contoh"))
    run = frontier.start_run({})
    assert [lease.outlet for lease in take(frontier, run)] == ["contoh"]


# Claiming --------------------------------------------------------------------------------------------------------


def test_the_most_promising_urls_of_a_host_come_first(frontier: Frontier) -> None:
    add(frontier, url(1, priority=5.0), url(2, priority=80.0), url(3, priority=40.0), url(4, priority=80.0))
    run = frontier.start_run({})
    order = [lease.url[-1] for lease in take(frontier, run, most=3)]
    order += [lease.url[-1] for lease in frontier.claim(run, {"contoh.id": 3}, ["contoh"])]
    assert order == ["2", "4", "3", "1"]


def test_a_host_is_leased_to_one_run_only(frontier: Frontier) -> None:
    add(frontier, url(1, "a.id"), url(2, "b.id"), url(3, "c.id"))
    one, two = frontier.start_run({}), frontier.start_run({})
    first = {lease.host for lease in frontier.claim_hosts(one, ["contoh"], ["contoh"], 2)}
    second = {lease.host for lease in frontier.claim_hosts(two, ["contoh"], ["contoh"], 9)}
    assert (len(first), first | second, first & second) == (2, {"a.id", "b.id", "c.id"}, set())

    assert frontier.claim(two, dict.fromkeys(first, 5), ["contoh"]) == []
    assert len(frontier.claim(one, dict.fromkeys(first, 5), ["contoh"])) == 2


def test_hosts_are_claimed_by_owner_outlet_exclusion_and_kind(frontier: Frontier) -> None:
    add(
        frontier,
        url(1, "a.id"),
        feed("b.id"),
        url(3, "arsip.org", owner="@archive"),
        url(4, "lain.id", outlet="lain"),
    )
    run = frontier.start_run({})

    def claimed(owners: list[str], outlets: list[str], **more: object) -> set[str]:
        got = {lease.host for lease in frontier.claim_hosts(run, owners, outlets, 9, **more)}  # type: ignore[arg-type]
        for host in got:
            frontier.release_host(run, host, 0.0, 0.0)
        return got

    assert claimed(["contoh"], ["contoh"]) == {"a.id", "b.id"}
    assert claimed(["contoh", "@archive"], ["contoh"]) == {"a.id", "b.id", "arsip.org"}
    assert claimed(["contoh"], ["contoh"], but=["a.id"]) == {"b.id"}
    assert claimed(["contoh"], ["contoh"], articles=False) == {"b.id"}
    assert claimed(["lain"], ["contoh"]) == set()
    assert frontier.claim_hosts(run, ["contoh"], ["contoh"], 0) == []


def test_when_the_page_budget_is_used_up_only_ways_in_are_claimed(frontier: Frontier) -> None:
    add(frontier, url(1, priority=500.0), feed())
    run = frontier.start_run({})
    frontier.claim_hosts(run, ["contoh"], ["contoh"], 1)
    assert [lease.kind for lease in frontier.claim(run, {"contoh.id": 9}, ["contoh"], articles=False)] == ["feed"]


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)  # PostgreSQL's planner decides by the table's size
def test_claiming_reads_the_index_and_sorts_nothing(db: Database) -> None:
    with db.read() as conn:
        plan = conn.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM urls WHERE host = 'contoh.id' AND state = 'discovered'"
            " AND outlet IN ('contoh') ORDER BY priority DESC, id LIMIT 2"
        ).all()
        waking = conn.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM urls WHERE state IN ('delayed', 'fetched', 'barred') AND due_at <= 5.0"
        ).all()
    steps = [step.detail for step in plan]
    assert steps == ["SEARCH urls USING INDEX urls_best_of_host (host=? AND state=?)"]
    assert [step.detail for step in waking] == ["SEARCH urls USING COVERING INDEX urls_due (state=? AND due_at<?)"]


def test_delayed_and_revisited_urls_wake_when_their_time_has_come(frontier: Frontier, clock: Clock) -> None:
    states = ("delayed", "fetched", "barred", "failed", "gone")
    add(frontier, *(url(number) for number in range(len(states))))
    run = frontier.start_run({})
    for lease, state in zip(take(frontier, run, most=9), states, strict=True):
        finish(frontier, run, lease, state, due_at=clock.now + 100 if state in states[:3] else None)
    frontier.release_host(run, "contoh.id", clock.now, 0.0)

    clock.now += 99
    assert take(frontier, run, most=9) == []
    assert frontier.next_due(["contoh"]) == NOON + 100
    assert frontier.next_due(["contoh"], but=["contoh.id"]) is None
    assert frontier.next_due(["lain"]) is None
    assert frontier.next_due(["contoh"], articles=False) is None

    clock.now += 1
    woken = {lease.url[-1]: lease.attempts for lease in take(frontier, run, most=9)}
    assert woken == {"0": 2, "1": 1, "2": 2}  # a re-visit begins to count anew
    assert frontier.next_due(["contoh"]) is None


def test_urls_given_back_are_as_if_never_claimed(frontier: Frontier) -> None:
    add(frontier, url(1), url(2))
    run = frontier.start_run({})
    leases = take(frontier, run, most=2)
    frontier.give_back(run, leases)
    assert [(row(frontier, n).state, row(frontier, n).attempts, row(frontier, n).leased_by) for n in (1, 2)] == [
        ("discovered", 0, None)
    ] * 2
    other = frontier.start_run({})
    frontier.release_host(run, "contoh.id", 0.0, 0.0)
    [mine] = take(frontier, other)
    frontier.give_back(run, [mine])  # not its own to give back
    assert row(frontier, 1).leased_by == other


# Finishing -------------------------------------------------------------------------------------------------------


def test_an_article_and_its_urls_state_are_one_transaction(frontier: Frontier, db: Database) -> None:
    add(frontier, url(1))
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    corpus = Corpus(db)

    def store_and(fail: bool) -> None:
        with db.begin() as conn:
            saved = corpus.save(conn, article(1), run_id=run)
            frontier.finish(conn, run, lease, "fetched", article_id=saved.id)
            if fail:
                raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError):
        store_and(fail=True)
    assert (row(frontier).state, sum(1 for _ in corpus.articles())) == ("leased", 0)
    store_and(fail=False)
    [stored] = corpus.articles()
    assert (row(frontier).state, row(frontier).article_id) == ("fetched", stored.id)


def test_a_lost_lease_rolls_the_article_back(frontier: Frontier, db: Database) -> None:
    add(frontier, url(1))
    slow, quick = frontier.start_run({}), frontier.start_run({})
    [lost] = take(frontier, slow)
    frontier.end_run(slow, "finished", {})
    [lease] = take(frontier, quick)
    finish(frontier, quick, lease, status=200)

    corpus = Corpus(db)

    def store_late() -> None:
        with db.begin() as conn:
            corpus.save(conn, article(1), run_id=slow)
            frontier.finish(conn, slow, lost, "failed", status=500)

    with pytest.raises(LeaseLost):
        store_late()
    assert (row(frontier).state, row(frontier).status, sum(1 for _ in corpus.articles())) == ("fetched", 200, 0)


def test_a_redirect_to_another_spelling_moves_the_url(frontier: Frontier) -> None:
    add(frontier, url(1))
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    with frontier.db.begin() as conn:
        frontier.move(conn, run, lease, url="https://www.contoh.id/berita/1", hints={"hops": 1}, status=301)
    with frontier.db.begin() as conn, pytest.raises(LeaseLost):
        frontier.move(conn, run, lease, url="https://www.contoh.id/berita/1", hints={"hops": 1}, status=301)
    [moved] = take(frontier, run, "www.contoh.id")
    assert (moved.id, moved.url, moved.hints) == (lease.id, "https://www.contoh.id/berita/1", {"hops": 1})


# Runs ------------------------------------------------------------------------------------------------------------


def test_no_more_runs_than_allowed_and_the_message_says_which_is_at_work(frontier: Frontier) -> None:
    first = frontier.start_run({"outlets": "contoh"}, limit=1)
    with pytest.raises(AlreadyRunning, match=rf"run {first} on \S+ \(process \d+\) is at work since 20"):
        frontier.start_run({}, limit=1)
    assert frontier.live_runs() == 1
    frontier.start_run({}, limit=2)
    assert frontier.live_runs() == 2
    frontier.end_run(first, "finished", {})
    assert frontier.live_runs() == 1


def test_a_run_that_ends_frees_its_hosts_and_urls_and_keeps_its_summary(frontier: Frontier, clock: Clock) -> None:
    add(frontier, url(1), url(2))
    run = frontier.start_run({})
    take(frontier, run, most=2)
    frontier.note_delay("contoh.id", 7.0)
    clock.now += 10
    frontier.end_run(run, "finished", {"kept": 3})

    assert [(row(frontier, n).state, row(frontier, n).attempts, row(frontier, n).takeovers) for n in (1, 2)] == [
        ("discovered", 0, 0)
    ] * 2
    assert (host_row(frontier).leased_by, host_row(frontier).next_request_at) == (None, clock.now + 7.0)
    with frontier.db.read() as conn:
        ended = conn.execute(sa.select(runs)).one()
    assert (ended.status, ended.summary, ended.ended_at) == ("finished", '{"kept": 3}', clock.now)


def test_a_host_handed_over_says_when_it_may_be_asked_next(frontier: Frontier, clock: Clock) -> None:
    add(frontier, url(1), url(2))
    one, two = frontier.start_run({}), frontier.start_run({})
    frontier.claim_hosts(one, ["contoh"], ["contoh"], 1)
    frontier.release_host(one, "contoh.id", clock.now + 4.0, 4.0)
    [host] = frontier.claim_hosts(two, ["contoh"], ["contoh"], 1)
    assert host.next_request_at == NOON + 4.0

    frontier.release_host(two, "contoh.id", 0.0, 4.0)  # never asked by this one: the earlier time still holds
    [host] = frontier.claim_hosts(one, ["contoh"], ["contoh"], 1)
    assert host.next_request_at == NOON + 4.0


def test_a_silent_run_of_another_machine_is_reaped_after_six_missed_heartbeats(
    frontier: Frontier, clock: Clock, elsewhere: Callable[[], object]
) -> None:
    add(frontier, url(1))
    distant = frontier.start_run({})
    take(frontier, distant)
    elsewhere()
    here = frontier.start_run({})

    clock.now += LEASE_SECONDS - 1
    assert frontier.heartbeat(here)
    assert take(frontier, here) == []

    clock.now += 2
    assert frontier.heartbeat(here)
    [lease] = take(frontier, here)
    assert (lease.attempts, row(frontier).takeovers, frontier.live_runs()) == (1, 1, 1)
    assert not frontier.heartbeat(distant)  # it hears of it when it wakes up, and stops


def test_a_run_that_beats_is_left_alone_however_long_it_lasts(
    frontier: Frontier, clock: Clock, elsewhere: Callable[[], object]
) -> None:
    distant = frontier.start_run({})
    elsewhere()
    for _ in range(20):
        clock.now += LEASE_SECONDS / 2
        assert frontier.heartbeat(distant)
        frontier.start_run({})
    assert frontier.heartbeat(distant)


@pytest.mark.parametrize("wrong", [-5 * HOUR, 5 * HOUR, 300 * 24 * HOUR])
def test_no_machine_with_a_wrong_clock_takes_anything_from_one_that_is_alive(
    db: Database, frontier: Frontier, clock: Clock, elsewhere: Callable[[], object], wrong: float
) -> None:
    add(frontier, url(1))
    run = frontier.start_run({})
    take(frontier, run)
    elsewhere()
    distant = Frontier(db, lambda: clock.now + wrong)
    theirs = distant.start_run({})
    for _ in range(20):
        clock.now += HEARTBEAT_SECONDS
        assert distant.heartbeat(theirs)
        assert frontier.heartbeat(run)
    assert take(distant, theirs) == []

    clock.now += LEASE_SECONDS / 2  # now the first one is silent
    assert distant.heartbeat(theirs)
    clock.now += LEASE_SECONDS + 1
    assert distant.heartbeat(theirs)
    assert len(take(distant, theirs)) == 1
    assert not frontier.heartbeat(run)


def test_a_silent_run_holds_hosts_until_it_is_known_to_live_or_is_reaped(
    frontier: Frontier, clock: Clock, elsewhere: Callable[[], object]
) -> None:
    add(frontier, url(1))
    distant = frontier.start_run({})
    take(frontier, distant)
    elsewhere()
    here = frontier.start_run({})
    assert frontier.undecided(["contoh"])
    assert not frontier.undecided(["lain"])

    clock.now += HEARTBEAT_SECONDS
    frontier.heartbeat(distant)
    frontier.heartbeat(here)
    assert not frontier.undecided(["contoh"])  # it lives

    clock.now += LEASE_SECONDS - 1
    frontier.heartbeat(here)
    assert frontier.undecided(["contoh"])

    clock.now += 2
    frontier.heartbeat(here)
    assert not frontier.undecided(["contoh"])
    assert len(take(frontier, here)) == 1


def test_a_run_is_not_turned_away_because_of_one_whose_clock_was_wrong(
    db: Database, frontier: Frontier, clock: Clock, elsewhere: Callable[[], object]
) -> None:
    frontier.start_run({})
    elsewhere()
    with pytest.raises(AlreadyRunning):
        frontier.start_run({}, limit=1)
    assert Frontier(db, lambda: clock.now - 9 * HOUR).start_run({}, limit=1)


def test_what_was_done_by_a_clock_in_the_future_is_due_when_it_should_be(
    db: Database, frontier: Frontier, clock: Clock
) -> None:
    add(frontier, url(1), url(2), feed())
    ahead = Frontier(db, lambda: clock.now + 1000 * 24 * HOUR)
    run = ahead.start_run({})
    leases = {lease.url[-1]: lease for lease in take(ahead, run, most=3)}
    finish(ahead, run, leases["0"])
    finish(ahead, run, leases["1"], "delayed", due_at=ahead.clock() + 2 * HOUR)
    finish(ahead, run, leases["2"], "fetched", due_at=None)
    ahead.keep_robots("https://contoh.id", status=404, body=b"", etag=None, last_modified=None)
    ahead.release_host(run, "contoh.id", ahead.clock() + 5, 5.0)
    ahead.end_run(run, "finished", {})

    started = clock.now  # the clock was put right
    run = frontier.start_run({})
    add(frontier, feed(), run_started=started + 1)
    [host] = frontier.claim_hosts(run, ["contoh"], ["contoh"], 10)
    assert host.next_request_at == clock.now + 5
    assert [lease.kind for lease in frontier.claim(run, {"contoh.id": 3}, ["contoh"])] == ["feed"]
    assert row(frontier, 1).due_at == clock.now + 2 * HOUR
    assert (row(frontier, 2).due_at, row(frontier, 2).fetched_at) == (None, clock.now)
    assert frontier.robots("https://contoh.id").fetched_at == clock.now


def test_a_clock_that_is_put_right_changes_no_time_of_the_run() -> None:
    wall, passed = Clock(), Clock()
    steady = SteadyClock(wall, passed)
    assert steady() == NOON
    for jump in (5 * HOUR, -9 * HOUR, -300 * 24 * HOUR):
        wall.now += jump
        passed.now += 7
    assert steady() == NOON + 21


def test_a_url_in_the_hands_of_too_many_dying_runs_is_given_up(
    frontier: Frontier, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(frontier, url(1))
    for number in range(MAX_TAKEOVERS + 1):
        monkeypatch.setattr(module, "_machine", lambda number=number: f"machine-{number}")
        run = start_and_watch(frontier, clock)
        [lease] = take(frontier, run)
        assert lease.attempts == 1  # dying is not the URL's fault
    monkeypatch.setattr(module, "_machine", lambda: "survivor")
    assert take(frontier, start_and_watch(frontier, clock)) == []
    assert (row(frontier).state, row(frontier).reason) == ("failed", "20 workers died holding it")


WORKER = """
import sys
from storage.db import Database
from storage.frontier import Frontier
frontier = Frontier(Database.open(sys.argv[1]))
run = frontier.start_run({})
frontier.claim_hosts(run, ["contoh"], ["contoh"], 1)
leases = frontier.claim(run, {"contoh.id": 2}, ["contoh"])
print(run, len(leases), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def worker(corpus_url: str, db: Database) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a process that registers a run, claims two URLs and then does nothing more."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, corpus_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_run_of_a_killed_process_is_taken_over_at_once(
    db: Database, worker: Callable[[], subprocess.Popen[str]]
) -> None:
    frontier = Frontier(db)
    add(frontier, url(1), url(2), url(3))
    frontier.note_delay("contoh.id", 30.0)
    process = worker()
    assert process.stdout is not None
    dead, held = map(int, process.stdout.readline().split())
    assert held == 2
    with pytest.raises(AlreadyRunning):
        frontier.start_run({}, limit=1)

    process.send_signal(signal.SIGKILL)
    process.wait()

    run = frontier.start_run({}, limit=1)
    before = frontier.clock()
    [host] = frontier.claim_hosts(run, ["contoh"], ["contoh"], 1)
    assert before + 25 < host.next_request_at <= before + 30  # the dead one may have asked a moment ago
    assert len(frontier.claim(run, {"contoh.id": 9}, ["contoh"])) == 3
    with db.read() as conn:
        assert conn.scalar(sa.select(runs.c.status).where(runs.c.id == dead)) == "dead"


# robots.txt and looking ------------------------------------------------------------------------------------------


def test_robots_txt_is_kept_with_its_validators(frontier: Frontier, clock: Clock) -> None:
    origin = "https://contoh.id"
    assert frontier.robots(origin) is None
    frontier.keep_robots(origin, status=200, body=b"User-agent: *", etag='"1"', last_modified=None)
    clock.now += 10
    frontier.keep_robots(origin, status=404, body=b"", etag=None, last_modified=None)
    kept = frontier.robots(origin)
    assert (kept.status, bytes(kept.body), kept.etag, kept.fetched_at) == (404, b"", None, NOON + 10)


def test_what_another_robots_txt_barred_is_discovered_again(frontier: Frontier) -> None:
    origin = "https://contoh.id"

    def states(body: bytes) -> list[str]:
        frontier.keep_robots(origin, status=200, body=body, etag=None, last_modified=None)
        return sorted(state for _, _, state in frontier.counts())

    add(frontier, url(1), url(2, host="lain.id"))
    run = frontier.start_run({})
    for lease in take(frontier, run):
        finish(frontier, run, lease, "barred", due_at=NOON + 1e6)
    barred = states(b"User-agent: *\nDisallow: /\n")
    assert states(b"User-agent: *\nDisallow: /\n") == barred == ["barred", "discovered"]
    assert states(b"User-agent: *\nDisallow:\n") == ["discovered"]


def test_urls_are_counted_by_outlet_kind_and_state(frontier: Frontier) -> None:
    add(frontier, url(1), url(2), feed())
    run = frontier.start_run({})
    take(frontier, run)
    assert frontier.counts() == {
        ("contoh", "article", "discovered"): 2,
        ("contoh", "feed", "leased"): 1,
    }
    assert frontier.hosts_with_work(["contoh"]) == 1
    assert frontier.hosts_with_work(["lain"]) == 0


def test_what_servers_say_is_stored_without_what_a_database_refuses(frontier: Frontier) -> None:
    """PostgreSQL takes no NUL, and UTF-8 knows no half of a surrogate pair."""
    add(frontier, url(1, hints={"title": "Perang \ud800 dan\x00 damai"}))
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    finish(frontier, run, lease, "gone", reason="redirected to /\x00")
    assert lease.hints == {"title": "Perang \ufffd dan\x00 damai"}  # a NUL in JSON is spelled with letters
    assert row(frontier).reason == "redirected to /\ufffd"


def test_a_run_that_was_stopped_in_a_transaction_holds_nobody_up(
    corpus_url: str, db: Database, frontier: Frontier, clock: Clock, elsewhere: Callable[[], object]
) -> None:
    """On PostgreSQL its rows are locked until the server ends its session; SQLite has no other machines."""
    if db.dialect == "sqlite":
        pytest.skip("one writer at a time, of one machine")
    add(frontier, url(1))
    run = frontier.start_run({})
    [lease] = take(frontier, run)
    elsewhere()
    here = frontier.start_run({})
    clock.now += LEASE_SECONDS + 1
    stopped = Database.open(corpus_url, idle_seconds=0.3)
    with stopped.engine.connect() as conn:
        Frontier(stopped, clock).finish(conn, run, lease, "fetched")
        assert frontier.heartbeat(here)
        assert take(frontier, here) == []
        with db.read() as other:  # the server's clock runs on: wait until it has ended the session
            for _ in range(200):
                other.execute(sa.text("SELECT pg_sleep(0.1)"))
                frontier.heartbeat(here)
                if frontier.live_runs() == 1:
                    break
        assert len(take(frontier, here)) == 1
        conn.invalidate()
    stopped.close()
    assert not frontier.heartbeat(run)
