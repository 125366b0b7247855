"""Reading bulk archives in, beside fastwarc reading alone and trafilatura on everything. Run from the project root:

    python -m bench.ingest [--records 12000] [--rounds 3] [--articles-2020 N]

The archive is made for it (``bench.bulk_pages``: four files of invented pages, 5% of them Indonesian). Times are
processor time of all processes; each side is warm when its clock begins. trafilatura reads every fiftieth record.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType

from bench import bulk_pages
from crawler.archive.writer import Archive
from crawler.crawl.configuration import SEEDS
from crawler.processing import ingest
from crawler.processing.page import TopicChoice
from crawler.processing.pool import PagePool
from storage.corpus import Corpus
from storage.database import Database

FILES = 4
WARM = 400  # records that each process has looked through before its clock begins
EVERY = 50  # records to one that trafilatura reads
RECORDS_2020 = 150_000_000  # CC-NEWS of 2020, about: 1.36 billion articles of 2016 to 2026, a ninth of them
CORES = (1, 16, 256)


def cpu() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def bodies(paths: list[Path]) -> Iterator[bytes]:
    """What fastwarc gives of each response."""
    for path in paths:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, WarcRecordType.response, parse_http=True):
                yield record.reader.read()


def alone(paths: list[Path]) -> tuple[float, float]:
    """fastwarc alone: processor seconds, and seconds."""
    return timed(lambda: sum(1 for _ in bodies(paths)))


def everything(paths: list[Path]) -> float:
    """trafilatura on top, every so many records: processor seconds each."""
    pages = list(itertools.islice(bodies(paths), 0, None, EVERY))
    return timed(lambda: [trafilatura.extract(page.decode(), with_metadata=True) for page in pages])[0] / len(pages)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of this process, and seconds."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - used, time.perf_counter() - start


def _ready() -> int:
    """In a page reader: who is there."""
    time.sleep(0.2)  # until the others are, too
    return os.getpid()


def _spent(pid: int) -> float:
    """Processor seconds of a process of ours so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: object) -> float:
    """The most memory a process had, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def ours(paths: list[Path], warm: Path, processes: int) -> tuple[float, float, float, int]:
    """Processor seconds, seconds, the largest process in MB, articles kept; in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_ours, paths, warm, processes).result()


def _ours(paths: list[Path], warm: Path, processes: int) -> tuple[float, float, float, int]:
    choice, names = TopicChoice(str(SEEDS)), [str(path) for path in paths]
    choice.built()
    with tempfile.TemporaryDirectory() as folder, closing(PagePool(choice, processes=processes)) as pool:
        corpus = Corpus(Database.open(f"sqlite:///{folder}/corpus.db"))
        archive = Archive(Path(folder) / "archive", "ingest")
        settings = ingest.Settings(corpus, pool, choice, archive, [], any_host=True)

        async def all_ready() -> set[int]:
            return set(await asyncio.gather(*(pool.call(_ready) for _ in range(2 * processes))))

        pids = asyncio.run(all_ready())
        ingest.ingest([f"{warm}.{number}" for number in range(processes)], settings)  # a file for each process
        known = corpus.counts()["articles"]
        before = sum(map(_spent, pids))
        here, seconds = timed(lambda: ingest.ingest(names, settings))
        used = here + sum(map(_spent, pids)) - before
        most = max(_peak(pid) for pid in (*pids, "self"))
        archive.close()
        kept = corpus.counts()["articles"] - known
        corpus.db.close()
        return used, seconds, most, kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=12_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles-2020", type=int, default=RECORDS_2020)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.warc.gz" for number in range(FILES)]
        size = sum(bulk_pages.warc(args.records // FILES, path, number) for number, path in enumerate(paths))
        packed = sum(path.stat().st_size for path in paths)
        number = args.records // FILES * FILES
        print(f"{number} records, {size / number / 1e3:.0f} kB each, {packed / number / 1e3:.0f} kB packed", flush=True)
        warm = Path(folder) / "warm"
        for process in range(2):
            bulk_pages.warc(WARM, warm.with_name(f"warm.{process}"), 100 + process)
        rounds = [_round(paths, warm, number) for _ in range(args.rounds)]
    _sum_up(rounds, args.articles_2020)


def _round(paths: list[Path], warm: Path, number: int) -> dict[str, float]:
    alone_cpu, _ = alone(paths)
    one = ours(paths, warm, 1)
    two = ours(paths, warm, 2)
    whole = everything(paths)
    found = {
        "fastwarc alone": alone_cpu / number * 1e3,
        "ours, one process": one[0] / number * 1e3,
        "ours, two processes": two[0] / number * 1e3,
        "fastwarc + trafilatura": alone_cpu / number * 1e3 + whole * 1e3,
    }
    print("; ".join(f"{name} {ms:.3f} ms" for name, ms in found.items()), flush=True)
    print(
        f"  one process {number / one[1]:,.0f} records/s, two {number / two[1]:,.0f} ({one[1] / two[1]:.2f} ×); "
        f"largest process {max(one[2], two[2]):.0f} MB; kept {one[3]}, {two[3]}",
        flush=True,
    )
    return found | {"speed-up": one[1] / two[1]}


def _sum_up(rounds: list[dict[str, float]], articles: int) -> None:
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    ms, alone_ms, whole = (middle[name] for name in ("ours, one process", "fastwarc alone", "fastwarc + trafilatura"))
    print(
        f"medians: {alone_ms / ms:.0%} of fastwarc alone (goal 25%), {whole / ms:.0f} × trafilatura on everything (25)"
    )
    print(f"two processes {middle['speed-up']:.2f} × one (goal 1.8)")
    for cores in CORES:
        hours = articles * ms / 1e3 / cores / 3600
        print(f"{articles:,} records × {ms:.2f} ms / {cores} cores = {hours:,.1f} h")


if __name__ == "__main__":
    main()
