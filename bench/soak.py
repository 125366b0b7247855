"""A long crawl on loopback: does anything grow? Run from the project root:

    python -m bench.soak [--minutes 15] [--database sqlite|postgresql]

Invented sites with 5,000 articles each, one on conflict in ten, are crawled for so long. Every second the memory
(proportional set size: what is shared is shared out) and the open files of each process of the crawl are noted. In
the second half neither may grow by 5%: the median of its last quarter is compared with that of the quarter before. At
the end the crawl is told to stop (SIGTERM); ``scrapy corpus verify`` and ``scrapy archive check`` must find no fault.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import bulk_pages
from bench.durability.work import server_database
from crawler.demo.server import Answer, Asked, Server, Site

HOSTS, ARTICLES = 24, 5_000
PAUSE = 1.0  # seconds between two looks
GROWTH = 0.05
FEWEST = 60  # looks at a process, below which nothing is said of it: page readers are renewed


class Large(Site):
    """A site with a sitemap of articles."""

    def __init__(self, number: int) -> None:
        super().__init__(f"large{number}", f"127.0.9.{number + 1}")

    def answer(self, asked: Asked) -> Answer:
        """Its robots.txt, its sitemap, or an article by the number in its address."""
        if asked.path == "/robots.txt":
            return Answer(200, b"User-agent: *\nAllow: /\n", kind="text/plain")
        if asked.path == "/sitemap.xml":
            rows = "".join(f"<url><loc>{self.base}{self._path(number)}</loc></url>" for number in range(ARTICLES))
            return Answer(200, f"<urlset>{rows}</urlset>".encode(), kind="application/xml")
        rng = random.Random(f"{self.name} {asked.path}")
        title, paragraphs = bulk_pages.indonesian(rng)
        return Answer(200, bulk_pages.page(self.name, "id", title, paragraphs, rng))

    def _path(self, number: int) -> str:
        return f"/berita/{number + 1000}/kabar-nomor-{number}-dari-hari-ini"

    def table(self) -> str:
        """What an outlet file says of it."""
        return (
            f'[[outlet]]\nid = "{self.name}"\nname = "{self.name}"\ndomains = ["{self.address}"]\n'
            f'sitemaps = ["{self.base}/sitemap.xml"]\ndelay = 0.5\n'
        )


@dataclass
class Seen:
    """Of one process: memory in MB and open files, look by look."""

    name: str
    memory: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


def growth(values: list[float] | list[int]) -> float:
    """How much more the median of the last quarter is than that of the quarter before."""
    half = values[len(values) // 2 :]
    before, last = half[: len(half) // 2], half[len(half) // 2 :]
    return statistics.median(last) / statistics.median(before) - 1


def below(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:  # children are listed by the thread that started them
        lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [pid, *(one for text in lists for child in text.split() for one in below(int(child)))]


def look(pid: int, seen: dict[int, Seen]) -> None:
    """Note what a process takes now; one that has just ended is left out."""
    folder = Path(f"/proc/{pid}")
    try:
        rollup = (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()
        memory = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024
        files = len(list((folder / "fd").iterdir()))
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except (OSError, StopIteration):
        return
    name = "crawl" if "crawl" in words else "fork server, tracker or reader"
    one = seen.setdefault(pid, Seen(name))
    one.memory.append(memory)
    one.files.append(files)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'corpus.db'}"
    else:
        with server_database("soak") as url:
            yield url


def soak(minutes: float, url: str, folder: Path) -> bool:
    """Crawl for so long and print what was seen; whether all is well."""
    sites = [Large(number) for number in range(HOSTS)]
    environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(folder / "archive")}
    scrapy = [sys.executable, "-m", "scrapy"]
    with Server(sites) as server:
        outlets = folder / "outlets.toml"
        outlets.write_text("\n".join(site.table() for site in sites), encoding="utf-8")
        with (folder / "log").open("wb") as log:
            crawl = subprocess.Popen(
                [*scrapy, "crawl", "conflict_news", "-a", f"outlets={outlets}"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        seen: dict[int, Seen] = {}
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end and crawl.poll() is None:
            for pid in below(crawl.pid):
                look(pid, seen)
            time.sleep(PAUSE)
        if crawl.poll() is None:
            crawl.send_signal(signal.SIGTERM)
        code = crawl.wait(120)
        asked = len(server.log)
    said = (folder / "log").read_text(encoding="utf-8", errors="replace")
    print(f"{minutes:g} minutes, {asked} requests, exit code {code}, {said.count('Traceback')} tracebacks")
    well = code in (0, 5) and "Traceback" not in said
    for pid, one in seen.items():
        if len(one.memory) < FEWEST:
            continue
        memory, files = growth(one.memory), growth(one.files)
        print(
            f"  {one.name} {pid}: {statistics.median(one.memory):.0f} MB, {memory:+.1%} in the second half; "
            f"{statistics.median(one.files):.0f} files, {files:+.1%}"
        )
        well = well and memory < GROWTH and files < GROWTH
    for words in (["corpus", "verify"], ["archive", "check"]):
        done = subprocess.run([*scrapy, *words], env=environment, capture_output=True, text=True, check=False)
        print(f"  scrapy {' '.join(words)}: exit code {done.returncode}, {' '.join(done.stdout.split())[-200:]}")
        well = well and done.returncode == 0
    return well


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(args.database, Path(name)) as url:
        well = soak(args.minutes, url, Path(name))
    print("flat and consistent" if well else "NOT WELL")


if __name__ == "__main__":
    main()
