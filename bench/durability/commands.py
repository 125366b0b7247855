"""The commands as a person calls them, on a full disk: exit code 3, one line of error, no traceback; then, with room,
they do their job.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.durability import checks, work
from bench.durability.full_disk import fill, make_room, small_disk
from bench.durability.work import Shelf
from storage.corpus import Corpus
from storage.database import Database

KIB = 1024


@dataclass(frozen=True)
class Command:
    """A command line (``{out}`` is a folder on the disk), and what of it stands on the disk that is full."""

    line: str
    start: str
    rooms: tuple[int, ...]  # KiB
    database: bool = True
    archive: bool = True


ROOMS = (0, 4, 12, 20, 32, 36, 40, 64, 100)
COMMANDS = [
    Command("export -o {out}/corpus.jsonl", "stocked", ROOMS),
    Command("export -o {out}/corpus.jsonl.gz", "stocked", ROOMS),
    Command("export -o {out}/corpus.parquet", "stocked", ROOMS),
    Command("export -o {out}/corpus.jsonl", "stocked", (0, 4, 12, 64), database=False),
    Command("export --changed-since dulu -o {out}/delta.jsonl", "stocked", ROOMS),
    Command("snapshot baru", "stocked", ROOMS),
    Command("withdraw outlet0 --reason permintaan", "stocked", ROOMS),
    Command("corpus counts", "0001_corpus", ROOMS),
    Command("crawl conflict_news -a outlets=demo", "empty", (0, 8, 36, 100, 300, 500, 700, 1000)),
    Command("crawl conflict_news -a outlets=demo", "empty", (0, 36, 200, 500), archive=False),
    Command("crawl conflict_news -a outlets=demo", "empty", (0, 4, 16, 60), database=False),
]


def commands(only: str = "") -> None:
    """Run all of them; print what each said."""
    with tempfile.TemporaryDirectory() as home, small_disk(48) as disk:
        templates, elsewhere = Path(home) / "shelf", Path(home) / "elsewhere"
        templates.mkdir()
        elsewhere.mkdir()
        shelf = Shelf("sqlite", templates)
        for command in COMMANDS:
            if only not in command.line:
                continue
            where = "" if command.database and command.archive else " (the archive elsewhere)"
            print(f"scrapy {command.line}{where if command.database else ' (the database elsewhere)'}", flush=True)
            for room in command.rooms:
                try:
                    said = _once(shelf, command, disk, elsewhere, room * KIB)
                except checks.Broken as broken:
                    said = f"BROKEN: {broken}"
                print(f"  {room:>5} KiB left: {said}", flush=True)
                for folder in (disk, elsewhere):
                    work.empty(folder)


def _once(shelf: Shelf, command: Command, disk: Path, elsewhere: Path, room: int) -> str:
    place = shelf.place(command.start, disk if command.database else elsewhere)
    out = disk / "out"
    out.mkdir(exist_ok=True)
    archive = (disk if command.archive else elsewhere) / "archive"
    line = command.line.format(out=out)
    fill(disk, room)
    code, said = _run(line, place.url, archive)
    if code not in (0, 3) or "Traceback" in said or "Exception" in said:
        raise checks.Broken(f"exit code {code}:\n{said}")
    errors = re.findall(r"^error: .*", said, re.MULTILINE)
    if code == 3 and len(errors) != 1:
        raise checks.Broken(f"{len(errors)} lines of error:\n{said}")
    if code == 3:
        checks.one_clear_line(errors[0])
    if parts := checks.leftovers(disk):
        raise checks.Broken(f"left behind: {parts}")
    make_room(disk)
    if Path(place.url.removeprefix("sqlite:///")).exists():
        checks.whole(place.url)
    again, afterwards = _run(line, place.url, archive)
    if again and not (code == 0 and again == 2):  # a snapshot that is there already
        raise checks.Broken(f"with room again: exit code {again}:\n{afterwards}")
    checks.whole(place.url)
    corpus = Corpus(Database.open(place.url))
    count = corpus.counts()["articles"]
    corpus.db.close()
    lines = len(said.strip().splitlines())
    return f"{f'{errors[0]} ({lines} lines in all)' if errors else 'done'}; with room again {count} articles"


def _run(line: str, url: str, archive: Path) -> tuple[int, str]:
    environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(archive), "CONTACT": "bench@contoh.example"}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *line.split()],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stderr + (done.stdout if "crawl" not in line else "")
