"""Coverage-guided fuzzing of the extraction: any bytes in, an Article or None out, within the deadline.

    pip install atheris && python bench/fuzz.py [--seconds 600] [--corpus DIR]

Starts from the project's own pages (seeds, newsroom), mutates them as bytes, and stops at the first exception or at
the first page that takes longer than the deadline of the crawl. Prints the number of pages read, the slowest, and the
growth of memory over the run.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["crawler.extraction"]):
    from crawler.extraction import extract
    from crawler.processing.block_pages import diagnose
from crawler.relevance.gate import gate
from storage.article import Article

DEADLINE = 20.0  # seconds, as PAGE_DEADLINE
ROOT = Path(__file__).resolve().parent.parent
seen = {"pages": 0, "articles": 0, "slowest": 0.0}
started = time.monotonic()


def one(data: bytes) -> None:
    began = time.monotonic()
    diagnose(data)
    gate(data, "https://www.example.co.id/berita/1/judul", "text/html")
    article = extract(data, "https://www.example.co.id/berita/1/judul", "text/html; charset=utf-8")
    took = time.monotonic() - began
    if article is not None and not (isinstance(article, Article) and article.text.strip()):
        raise AssertionError("an article without text")
    if took > DEADLINE:
        raise AssertionError(f"took {took:.1f} s")
    seen["pages"] += 1
    seen["articles"] += article is not None
    seen["slowest"] = max(seen["slowest"], took)
    if seen["pages"] % 2000 == 0:  # libFuzzer ends the process itself, so there is no last word
        report()


def report() -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{time.monotonic() - started:6.0f} s: {seen['pages']} pages, {seen['articles']} with an article, slowest "
        f"{seen['slowest']:.2f} s, peak memory {memory:.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, help="folder of starting pages and of finds (default: a new one)")
    args = parser.parse_args()
    folder = args.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(exist_ok=True)
    for path in [*ROOT.glob("seeds/pages/*.html"), *ROOT.glob("tests/**/*.html")]:
        (folder / f"start-{path.stem}").write_bytes(path.read_bytes()[:60_000])
    flags = [f"-max_total_time={args.seconds}", "-max_len=60000", "-timeout=25", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *flags, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
