"""The live crawl beside its peers: pages per second of processor and of time, memory, and what the first look loses.

    python -m bench.crawl [--pages 1280] [--rounds 3] [--only WORD,WORD] [--shells ../shared/data/pages]

Builds Indonesian pages of 110 kB (bench/crawl/pages.py; one in ten on armed conflict) on eight hosts without delay,
serves them compressed on loopback and crawls them with each contestant in turn, so many rounds. Processor time is user
and system of all processes. Peers that are no dependency get an environment of their own below ~/.cache; one that
cannot be installed there is left out by name. Slow ones are given a part of the pages. With --shells the same articles
stand in saved pages of outlets (a folder of NAME.html.gz with NAME.txt, NAME.json), whose markup is deeper than ours.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.crawl.contestants import CONTESTANTS
from bench.crawl.measuring import Taken, take
from bench.crawl.pages import Story, lay_out, shells, stories
from bench.crawl.serving import Host, hosts, serving
from crawler.crawl.configuration import SEEDS
from crawler.processing.page import PageJob, read_pages
from crawler.relevance import Topic
from storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
HOSTS = 8
OURS = {"ours": "read", "ours, kept pages archived": "kept", "ours, no archive": ""}
PART = {"newspaper4k": 10, "news-please": 10, "trafilatura alone": 2}  # so many times fewer pages
INSTALLED = ("newspaper4k", "news-please")  # in environments of their own
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "conflict_news" / "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1280)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contestants with one of these words in their names")
    parser.add_argument("--shells", type=Path, help="saved pages to put the articles into")
    parser.add_argument("--without-check", action="store_true", help="do not read every page whole, to compare")
    args = parser.parse_args()
    words = [word for word in args.only.split(",") if word]
    names = [name for name in (*OURS, *CONTESTANTS) if not words or any(word in name for word in words)]
    pythons = {name: python for name in names if (python := _python(name)) is not None}
    taken: dict[str, list[tuple[int, Taken]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        served = hosts(folder, HOSTS)
        told = stories(served, args.pages)
        dressed = shells(args.shells) if args.shells else []
        lay_out(told, served, dressed)
        _write_lists(folder, served, told)
        with serving(served, folder) as server:
            print(f"{args.pages} pages on {HOSTS} hosts, served by {server}; {args.rounds} rounds", flush=True)
            for number in range(args.rounds):
                for name, python in pythons.items():
                    taken[name].append(_run(name, python, folder, number, args.pages))
                    pages, one = taken[name][-1]
                    print(f"  {name}: {one.processor / pages * 1e3:.1f} ms a page", file=sys.stderr, flush=True)
        _report(taken)
        kept = folder / "ours-0.db"
        if kept.is_file() and not args.without_check:
            _compare(told, served, kept)


def _write_lists(folder: Path, served: list[Host], told: list[Story]) -> None:
    for name in CONTESTANTS:
        some = [story.url for story in told][: len(told) // PART.get(name, 1)]
        (folder / f"{_slug(name)}.txt").write_text("\n".join(some))
    (folder / "outlets.toml").write_text(
        "\n".join(
            f'[[outlet]]\nid = "contoh-{at}"\nname = "Contoh News"\ndomains = ["{host.address}"]\ndelay = 0.0\n'
            f"""sitemaps = ["{host.base}/sitemap.xml"]\narticle_urls = ['/2023/']\n"""
            for at, host in enumerate(served)
        ),
        encoding="utf-8",
    )


def _slug(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name)


def _python(name: str) -> str | None:
    """The Python that runs a contestant; None where it cannot be had."""
    if name not in INSTALLED:
        return sys.executable
    place = CACHE / name
    if not (place / "installed").is_file():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=False)
        pip = [str(place / "bin/pip"), "install", "-q", name]
        if made.returncode or subprocess.run(pip, check=False).returncode:
            print(f"left out: {name} (cannot be installed)")
            return None
        (place / "installed").touch()
    return str(place / "bin/python")


def _run(name: str, python: str, folder: Path, number: int, pages: int) -> tuple[int, Taken]:
    if name not in OURS:
        script = str(ROOT / "bench/crawl/contestants.py")
        some = pages // PART.get(name, 1)
        one = take([python, script, name, str(folder / f"{_slug(name)}.txt")], {})
        found = int(one.out.split()[-1])
    else:
        database = folder / f"{_slug(name)}-{number}.db"
        archive = {"ARCHIVE_DIR": str(folder / f"archive-{number}") if OURS[name] else "",
                   "ARCHIVE_PAGES": OURS[name] or "read"}  # fmt: skip
        command = [str(Path(python).with_name("scrapy")), "crawl", "conflict_news", "-L", "ERROR"]
        one = take(
            [*command, "-a", f"outlets={folder / 'outlets.toml'}", "-a", "query=-"],
            {"CORPUS_URL": f"sqlite:///{database}", "SCRAPY_SETTINGS_MODULE": "crawler.settings"} | archive,
        )
        some, found = pages, _fetched(database)
    if found < 0.97 * some:
        raise SystemExit(f"{name}: had {found} of {some} pages only")
    return some, one


def _fetched(database: Path) -> int:
    db = Database.open(f"sqlite:///{database}")
    with db.read() as conn:
        found: int = conn.exec_driver_sql(
            "SELECT count(*) FROM urls WHERE kind = 'article' AND state = 'fetched'"
        ).scalar_one()
    db.close()
    return found


def _report(taken: dict[str, list[tuple[int, Taken]]]) -> None:
    def middle(name: str, value: str) -> float:
        several = [float(getattr(one, value)) / (1 if value == "megabytes" else pages) for pages, one in taken[name]]
        return statistics.median(several)

    print("| crawl | ms of processor a page | of these the main process | pages/processor s | pages/s | MB |")
    print("|---|---|---|---|---|---|")
    for name in taken:
        used, main, seconds = (middle(name, value) for value in ("processor", "main", "seconds"))
        print(f"| {name} | {used * 1e3:.1f} | {main * 1e3:.1f} | {1 / used:.1f} | {1 / seconds:.1f} "
              f"| {middle(name, 'megabytes'):.0f} |")  # fmt: skip
    for ours in OURS:
        if ours in taken:
            ratios = [
                f"{middle(name, 'processor') / middle(ours, 'processor'):.2f} × {name}"
                for name in taken
                if name not in OURS
            ]
            print(f"{ours}: {', '.join(ratios)}")


def _compare(told: list[Story], served: list[Host], database: Path) -> None:
    """How many of the articles that are kept of pages read whole the crawl has kept as well."""
    db = Database.open(f"sqlite:///{database}")
    with db.read() as conn:
        had = {row[0] for row in conn.exec_driver_sql("SELECT url FROM articles")}
    db.close()
    with ProcessPoolExecutor() as pool:
        urls = [story.url for story in told]
        laid = [next(host.folder for host in served if url.startswith(f"{host.base}/")) / story.path[1:]
                for url, story in zip(urls, told, strict=True)]  # fmt: skip
        whole = {url for url, kept in zip(urls, pool.map(_keeps, laid, urls, chunksize=20), strict=True) if kept}
    share = len(had & whole) / max(1, len(whole))
    print(f"kept of pages read whole: {len(whole)}; by the crawl: {len(had)}, {len(had & whole)} of them ({share:.3f})")


_TOPIC: list[Topic] = []


def _keeps(page: Path, url: str) -> bool:
    if not _TOPIC:
        _TOPIC.append(Topic.from_seeds(SEEDS))
    return read_pages([PageJob(page.read_bytes(), url, "text/html")], _TOPIC[0], gated=False).kept


if __name__ == "__main__":
    main()
