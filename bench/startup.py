"""How long a person waits for a command to begin: processor time beside that of `scrapy version`, without a project.

    python -m bench.startup [--rounds 5]

The least of so many rounds, user and system time of all processes. The crawl finds its one outlet, on loopback, with a
feed that names nothing new and nothing due.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.demo.server import Answer, Asked, Server, Site

SCRAPY = str(Path(sys.executable).with_name("scrapy"))
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>Kosong</title></channel></rss>'


class Quiet(Site):
    """An outlet without news."""

    def answer(self, asked: Asked) -> Answer:
        return Answer(404) if asked.path == "/robots.txt" else Answer(200, FEED.encode(), kind="application/rss+xml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        alone, _ = _least([SCRAPY, "version"], folder, {}, rounds)
        print("| command | processor s | s | × Scrapy |\n|---|---|---|---|")
        print(f"| `scrapy version` of Scrapy alone | {alone:.2f} | | 1.0 |")
        site = Quiet("kosong", "127.0.0.71")
        with Server([site], 0):
            toml = folder / "kosong.toml"
            toml.write_text(
                f'id = "kosong"\nname = "Kosong"\ndelay = 0.0\n'
                f'domains = ["{site.address}"]\nfeeds = ["{site.base}/feed"]\n'
            )
            project = {
                "SCRAPY_SETTINGS_MODULE": "crawler.settings",
                "PYTHONPATH": str(Path(__file__).parents[1]),
                "CORPUS_URL": f"sqlite:///{folder}/corpus.db",
                "ARCHIVE_DIR": str(folder / "archive"),
            }
            crawl = ["crawl", "conflict_news", "-a", f"outlets={toml}", "-a", "query=-", "-L", "ERROR"]
            _least([SCRAPY, *crawl], folder, project, 1)  # makes the database
            for words in (["explain", "-h"], ["export", "-h"], ["search", "x"], crawl):
                used, seconds = _least([SCRAPY, *words], folder, project, rounds)
                name = " ".join(words[:2]) + (", nothing due" if words is crawl else "")
                print(f"| `scrapy {name}` | {used:.2f} | {seconds:.1f} | {used / alone:.1f} |")


def _least(command: list[str], folder: Path, environment: dict[str, str], rounds: int) -> tuple[float, float]:
    """Least processor time and time of a command, seconds. Raises ``CalledProcessError``."""
    found = []
    for _ in range(rounds):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(command, cwd=folder, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append((used, time.monotonic() - started))
    return min(used for used, _ in found), min(seconds for _, seconds in found)


if __name__ == "__main__":
    main()
