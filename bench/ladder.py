"""What the first look at a page loses and saves, at each floor.

    python -m bench.ladder [LABELLED.jsonl ...]

Texts are judged whole and by what the first look would see of them. Without files it takes ../shared/data, where that
is there, and the project's own set (bench/data/wars). The floor in use is crawler/processing/look.py's.
"""

from __future__ import annotations

import html
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crawler.crawl.configuration import SEEDS
from crawler.processing.look import FLOOR, look
from crawler.processing.page import near_miss
from crawler.relevance import Topic

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
GIVEN = (
    SHARED / "relevance_dev.jsonl",
    SHARED / "other_news.jsonl",
    *sorted((ROOT / "bench/data/wars").glob("*.jsonl")),
)
FLOORS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3)


def articles(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Headline and text of each row."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row.get("title") or "", row["text"]


def page(title: str, text: str) -> bytes:
    """An article as a page without furniture."""
    told = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.splitlines() if paragraph.strip())
    return (
        f"<html><head><title>{html.escape(title)}</title></head><body><article>{told}</article></body></html>".encode()
    )


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [path for path in GIVEN if path.is_file()]
    topic = Topic.from_seeds(SEEDS)
    whole, seen, unseen = 0.0, 0.0, 0
    kept: list[float] = []
    near: list[float] = []
    others: list[float] = []
    for title, text in articles(paths):
        started = time.process_time()
        judged = topic.judge(title, text)
        between = time.process_time()
        first = look(page(title, text), "https://contoh.id/1")
        score = 1.0
        if first is None:
            unseen += 1
        else:
            short = topic.judge(first.title, first.text)
            score = 1.0 if short.rule == "language" else short.score
        whole, seen = whole + between - started, seen + time.process_time() - between
        group = kept if judged.kept else near if near_miss(judged, topic.threshold) else others
        group.append(score)
    count = len(kept) + len(near) + len(others)
    print(f"{count} articles, {unseen} too short for a look; judged whole {whole / count * 1e3:.2f} ms, "
          f"looked at and judged {seen / count * 1e3:.2f} ms")  # fmt: skip
    print("| floor | kept lost | near misses lost | others turned away |\n|---|---|---|---|")
    for floor in FLOORS:
        lost = [f"{sum(score < floor for score in group)} of {len(group)}" for group in (kept, near, others)]
        print(f"| {floor}{' (in use)' if floor == FLOOR else ''} | {' | '.join(lost)} |")


if __name__ == "__main__":
    main()
