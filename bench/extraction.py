"""Extraction beside its peers: precision, recall and F1 of 4-word shingles, titles, days, time and memory.

    python bench/extraction.py [PAGES] [--memory N] [--without-names]

PAGES is a folder of NAME.html.gz, NAME.txt (the clean body, written by a person) and NAME.json; ../shared/data/pages
by default. Times are processor time on one core, the least of three rounds, so that a busy machine does not decide.
The figures of the last run are in docs/cleaning.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from crawler.extraction import extract  # noqa: E402
from crawler.extraction.body import boilerplate, density  # noqa: E402

Result = tuple[str, str | None, object]
WORD = re.compile(r"\w+")


def pages(folder: Path) -> Iterator[tuple[str, bytes, str, dict[str, str]]]:
    for gold in sorted(folder.glob("*.txt")):
        packed = gold.with_suffix(".html.gz")
        if packed.exists():
            yield (
                gold.stem,
                gzip.decompress(packed.read_bytes()),
                gold.read_text(),
                json.loads(gold.with_suffix(".json").read_text()),
            )


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


def score(found: str, gold: str) -> tuple[float, float, float]:
    have, want = shingles(found), shingles(gold)
    common = sum((have & want).values())
    precision = common / sum(have.values()) if found else 0.0
    recall = common / sum(want.values())
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def project(content: bytes, url: str) -> Result:
    article = extract(content, url)
    return (article.text, article.title, article.published_at) if article else ("", None, None)


def trafilatura(**options: bool) -> Callable[[bytes, str], Result]:
    from trafilatura import bare_extraction

    def run(content: bytes, url: str) -> Result:
        found: Any = bare_extraction(content, url=url, include_comments=False, with_metadata=True, **options)  # type: ignore[arg-type]
        return (found.text or "", found.title, found.date) if found else ("", None, None)

    return run


def measure(name: str, run: Callable[[bytes, str], Result], data: list[tuple[str, bytes, str, dict[str, str]]]) -> None:
    rows, least, titles, days = [], [], 0, 0
    for _, content, gold, facts in data:
        url = facts.get("url") or "https://example.org/x"
        took = []
        for _ in range(3):
            started = time.process_time()
            text, title, day = run(content, url)
            took.append(time.process_time() - started)
        least.append(min(took) * 1000)
        rows.append(score(text, gold))
        titles += WORD.findall((title or "").lower()) == WORD.findall((facts.get("title") or "").lower())
        days += str(day)[:10] == (facts.get("published") or "")[:10]
    p, r, f = (statistics.mean(row[i] for row in rows) for i in range(3))
    low = min(row[2] for row in rows)
    right = f"titles {titles}/{len(rows)}  days {days}/{len(rows)}"
    pace = f"{statistics.median(least):5.1f} ms median  {1000 * len(least) / sum(least):5.1f} pages/s"
    print(f"{name:24} P {p:.3f} R {r:.3f} F1 {f:.3f} least {low:.3f}  {right}  {pace}")


def memory(rounds: int, data: list[tuple[str, bytes, str, dict[str, str]]]) -> None:
    """Resident memory over many pages; names and texts are varied, so that caches fill as in a long crawl."""
    for number in range(rounds + 1):
        _, content, _, _ = data[number % len(data)]
        varied = content.replace(b'class="', b'class="k%d ' % number).replace(b"<p>", b"<p>Nomor %d. " % number)
        extract(varied, f"https://example.org/{number}")
        if number % max(1, rounds // 10) == 0:
            print(f"{number:6} pages  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "data" / "pages")
    parser.add_argument("--memory", type=int, default=0, help="read this many pages and print the memory in use")
    parser.add_argument("--without-names", action="store_true", help="also with container and furniture names unknown")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"{options.folder}: no such folder; give one with pages and their clean text (see --help)")
    data = list(pages(options.folder))
    if not data:
        raise SystemExit(f"{options.folder}: holds no NAME.txt with a NAME.html.gz beside it")
    if options.memory:
        memory(options.memory, data)
        return
    measure("project", project, data)
    measure("trafilatura", trafilatura(), data)
    measure("trafilatura precision", trafilatura(favor_precision=True), data)
    if options.without_names:
        for table in (density._BY_TOKEN, density._BY_ITEMPROP, density._BY_TAG):
            table.clear()
        boilerplate._RULES[:] = [rule for rule in boilerplate._RULES if rule[0] == "comments"]
        density._known_names.cache_clear()
        boilerplate._by_names.cache_clear()
        measure("project, no names known", project, data)


if __name__ == "__main__":
    main()
