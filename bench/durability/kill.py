"""SIGKILL at many moments of every job, and what is there afterwards.

A round begins with a copy of a database, kills a child at work on it at a random moment of the time the job takes (or,
where files are opened, renamed or removed, right before one of these), checks what was left, runs the job again, and
compares the end with that of a job nobody killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.durability import checks, work
from bench.durability.work import Job, Place, Shelf

FILE_EVENTS = {"open", "os.rename", "os.remove"}  # of sys.addaudithook


@dataclass(frozen=True)
class Moment:
    """When the child is killed: after so many seconds, or right before its n-th file event; never if both are None."""

    seconds: float | None = None
    event: int | None = None


def child(job: Job, place: Place, moment: Moment) -> tuple[int, float, int]:
    """Do the job in a child until it is killed; its exit status, how long it took, and how many file events it had."""
    reading, writing = os.pipe()
    start = time.perf_counter()
    pid = os.fork()
    if not pid:
        count = 0

        def hook(event: str, _: object) -> None:
            nonlocal count
            if event in FILE_EVENTS:
                count += 1
                if count == moment.event:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        status = 1
        try:
            job.work(place)
            status = 0
        finally:
            os.write(writing, str(count).encode())
            os._exit(status)
    os.close(writing)
    if moment.seconds is not None:
        time.sleep(max(0.0, moment.seconds - (time.perf_counter() - start)))
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    spent = time.perf_counter() - start
    with os.fdopen(reading, "rb") as pipe:
        return status, spent, int(pipe.read() or 0)


def kill(dialect: str, rounds: int, seed: int = 1) -> None:
    """Kill every job on one kind of database ``rounds`` times at random moments; print what came of it."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as home:
        templates, place_folder = Path(home) / "shelf", Path(home) / "place"
        templates.mkdir()
        place_folder.mkdir()
        shelf = Shelf(dialect, templates)
        try:
            for job in work.jobs():
                _kill_job(shelf, job, place_folder, rounds, rng)
        finally:
            shelf.close()


def _kill_job(shelf: Shelf, job: Job, folder: Path, rounds: int, rng: random.Random) -> None:
    place = shelf.place(job.start, folder)
    status, seconds, events = child(job, place, Moment())
    assert status == 0, f"{job.name} does not even work undisturbed"
    wanted = work.contents(place)
    exports = {
        path.name: ((shelf.folder / "exported" / path.name).read_bytes(), path.read_bytes())
        for path in place.exported.glob("corpus.*")
    }
    shelf.clear(place)
    moments = [Moment(seconds=rng.uniform(0, seconds * 1.02)) for _ in range(rounds)]
    moments += [Moment(event=number + 1) for number in range(events)] if "export" in job.name else []
    seen: Counter[str] = Counter()
    for moment in moments:
        place = shelf.place(job.start, folder)
        try:
            status, _, _ = child(job, place, moment)
            if status not in (0, signal.SIGKILL):
                raise checks.Broken(f"it failed with {status}")
            seen[f"{'done' if status == 0 else 'killed'}, {_left(place, exports, job)}"] += 1
            status, _, _ = child(job, place, Moment())
            if status:
                raise checks.Broken("the next run failed")
            checks.whole(place.url)
            if parts := checks.leftovers(place.folder):
                raise checks.Broken(f"left after the next run: {parts}")
            if (found := work.contents(place)) != wanted:
                names = [name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)]
                raise checks.Broken(f"another end than that of an undisturbed run: {names}")
            if job.name == "withdraw":
                _no_trace(place)
        except checks.Broken as broken:
            seen[f"BROKEN ({broken}) at {moment}"] += 1
        shelf.clear(place)
    summary = "; ".join(f"{number} × {state}" for state, number in sorted(seen.items()))
    print(f"{shelf.dialect:>10} {job.name:<22} {len(moments)} kills in {seconds * 1e3:.0f} ms: {summary}", flush=True)


def _left(place: Place, exports: dict[str, tuple[bytes, bytes]], job: Job) -> str:
    """Check what a killed job left; in a few words."""
    if place.url.startswith("sqlite") and not Path(place.url.removeprefix("sqlite:///")).exists():
        return "no file"
    at = checks.whole(place.url)
    if job.name == "copy" and (not place.target.startswith("sqlite") or Path(place.target[10:]).exists()):
        return f"target {checks.whole(place.target)}"
    if job.name.startswith("export"):
        name = f"corpus{job.name.removeprefix('export ')}"
        return checks.exported(place.exported, name, *exports[name])
    return at


def _no_trace(place: Place) -> None:
    for path in place.folder.glob("work.db*"):
        content = path.read_bytes().lower()
        if work.SECRET.lower().encode() in content:
            raise checks.Broken(f"withdrawn text stands in {path.name}")
