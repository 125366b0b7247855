"""Every job on a small file system that is filled to many levels, so that the space ends at many moments (SQLite).

A round begins with a copy of a database on a tmpfs on which so many KiB are left, and does the job in a child. It must
end well or with a ``StorageError`` of one line that says what to do, and print nothing else. What was left is checked;
then the ballast goes, the job is done again, and its end is compared with that of a job that had room.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.durability import checks, work
from bench.durability.work import Job, Place, Shelf
from storage.errors import StorageError

PAGE = 4096  # a tmpfs gives space in these


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A tmpfs of this size (needs root)."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def fill(disk: Path, left: int) -> None:
    """Put ballast on the disk until ``left`` bytes are free."""
    with (disk / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(PAGE, (shutil.disk_usage(disk).free - left) // PAGE * PAGE))


def make_room(disk: Path) -> None:
    """Take the ballast away."""
    (disk / "ballast").unlink(missing_ok=True)


def child(job: Job, place: Place) -> str:
    """Do the job in a child; "" or the message of its ``StorageError``. Any other end, and any noise, is ``Broken``."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.dup2(writing, 2)
        status = 1
        try:
            job.work(place)
            status = 0
        except StorageError as error:
            os.write(2, str(error).encode())
            status = 3
        except BaseException as error:  # noqa: BLE001 - whatever it is, it should not be
            os.write(2, f"{type(error).__name__}: {error}".encode())
        finally:
            gc.collect()  # what half-open files say when they go is noise as well
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status not in (0, 3) or (status == 0 and said):
        raise checks.Broken(f"ended with {status}: {said}")
    if status == 3:
        checks.one_clear_line(said)
    return said


def full_disk(levels: int, seed: int = 1) -> None:
    """Do every job at ``levels`` levels of a full disk, half of them with hardly any room; print what came of it."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as home, small_disk(48) as disk:
        shelf = Shelf("sqlite", Path(home))
        for job in work.jobs():
            _job(shelf, job, disk, levels, rng)


def _job(shelf: Shelf, job: Job, disk: Path, levels: int, rng: random.Random) -> None:
    place = shelf.place(job.start, disk)
    child(job, place)
    wanted = work.contents(place)
    exports = {
        path.name: ((shelf.folder / "exported" / path.name).read_bytes(), path.read_bytes())
        for path in place.exported.glob("corpus.*")
    }
    shelf.clear(place)
    most = _enough(shelf, job, disk)
    rooms = [PAGE * number for number in range(levels // 2)]
    rooms += [rng.randrange(most) for _ in range(levels - len(rooms))]
    seen: Counter[str] = Counter()
    for room in rooms:
        place = shelf.place(job.start, disk)
        try:
            fill(disk, room)
            said = child(job, place)
            state = _left(place, exports, job)
            seen[f"{_short(said) if said else 'done'}; {state}"] += 1
            make_room(disk)
            if said := child(job, place):
                raise checks.Broken(f"with room again: {said}")
            checks.whole(place.url)
            if (found := work.contents(place)) != wanted:
                names = [name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)]
                raise checks.Broken(f"another end than with room: {names}")
        except checks.Broken as broken:
            seen[f"BROKEN with {room} bytes left: {broken}"] += 1
        shelf.clear(place)
    print(f"{job.name:<22} {len(rooms)} levels up to {most // 1024} KiB:")
    for state, number in sorted(seen.items()):
        print(f"  {number:>3} × {state}", flush=True)


def _enough(shelf: Shelf, job: Job, disk: Path) -> int:
    """Bytes of room, rounded up to a power of two, with which the job comes to its end."""
    room = 64 * 1024
    while True:
        place = shelf.place(job.start, disk)
        fill(disk, room)
        try:
            if not child(job, place):
                return room
        except checks.Broken:
            pass  # found again, and told, in the rounds
        finally:
            shelf.clear(place)
        room *= 2


def _short(said: str) -> str:
    """The advice of a message without the name of the database or file in front."""
    return said.partition(": ")[2][:150]


def _left(place: Place, exports: dict[str, tuple[bytes, bytes]], job: Job) -> str:
    """Check what is on the full disk, the databases in copies elsewhere; in a few words."""
    if parts := checks.leftovers(place.folder):
        raise checks.Broken(f"left behind: {parts}")
    states = []
    with tempfile.TemporaryDirectory() as folder:
        for path in place.folder.glob("*.db*"):
            shutil.copyfile(path, Path(folder) / path.name)
        copies = sorted(Path(folder).glob("*.db"), reverse=True)
        states += [f"{path.stem} {checks.whole(f'sqlite:///{path}')}" for path in copies]
    if job.name.startswith("export"):
        name = f"corpus{job.name.removeprefix('export ')}"
        states.append(checks.exported(place.exported, name, *exports[name]))
    return ", ".join(states) or "no file"
