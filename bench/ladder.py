"""What the first look at a page loses and saves.

    python -m bench.ladder [LABELLED.jsonl ...]

Articles are judged whole, and looked at as pages: alone, and with the headlines of others among their paragraphs and
fifteen sentences of others as comments below. Without files it takes ../shared/data, where that
is there, and the project's own set (bench/data/wars). The floors are crawler/processing/look.py's.
"""

from __future__ import annotations

import html
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crawler.crawl.configuration import SEEDS
from crawler.processing.look import is_elsewhere, look
from crawler.processing.page import near_miss
from crawler.relevance import Topic

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
GIVEN = (
    SHARED / "relevance_dev.jsonl",
    SHARED / "other_news.jsonl",
    *sorted((ROOT / "bench/data/wars").glob("*.jsonl")),
)


def articles(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Headline and text of each row."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row.get("title") or "", row["text"]


def page(title: str, text: str, others: list[tuple[str, str]]) -> bytes:
    """An article as a page; with ``others`` their headlines among its paragraphs and their sentences as comments."""
    told = [html.escape(paragraph) for paragraph in text.splitlines() if paragraph.strip()]
    for at, (headline, _) in enumerate(others):
        told.insert(2 * at + 1, f"Baca juga: {html.escape(headline)}")
    said = [html.escape(sentence) for _, other in others for sentence in other.split(". ")[:5]]
    body = "".join(f"<p>{one}</p>" for one in told)
    comments = "".join(f"<div><p>{one}</p></div>" for one in said)
    head = f"<html><head><title>{html.escape(title)}</title></head><body>"
    return f"{head}<article>{body}</article><div>{comments}</div></body></html>".encode()


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [path for path in GIVEN if path.is_file()]
    topic = Topic.from_seeds(SEEDS)
    rows = list(articles(paths))
    judged = [topic.judge(title, text) for title, text in rows]
    foreign = [row for row, one in zip(rows, judged, strict=True) if one.score < 0.01]  # what dirt is made of
    print("| page | kept lost | near misses lost | others turned away | ms a page |\n|---|---|---|---|---|")
    for kind in ("the article alone", "with headlines and comments of others"):
        rng = random.Random(7)
        seen: dict[str, list[bool]] = {"kept": [], "near": [], "others": []}
        used = 0.0
        for (title, text), one in zip(rows, judged, strict=True):
            body = page(title, text, rng.sample(foreign, 3) if kind != "the article alone" else [])
            started = time.process_time()
            first = look(body, "https://contoh.id/1")
            away = first is not None and is_elsewhere(first, topic)
            used += time.process_time() - started
            seen["kept" if one.kept else "near" if near_miss(one, topic.threshold) else "others"].append(away)
        counts = " | ".join(f"{sum(group):,} of {len(group):,}" for group in seen.values())
        print(f"| {kind} | {counts} | {used / len(rows) * 1e3:.2f} |")


if __name__ == "__main__":
    main()
