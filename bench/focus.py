"""Does the crawl spend its requests on conflict coverage? Harvest rate and recall against breadth-first, in one run.

    python bench/focus.py [--data ../shared/data] [--tools ../shared/tools] [--pages 2200] [--model FILE]

Builds a newsroom of at least 2,000 pages, 5% of them conflict coverage by a person's label, on ten hosts that offer no
feed and no sitemap: only a front page with ten titles a page and five links on each article. The same crawl runs over
it twice, with the project's priorities and first come, first served. Requests are counted in the newsroom's own log
(everything but robots.txt), wanted pages by their label, so neither the judge nor the crawl can flatter itself.
Without ../shared it says so and ends.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SAFE = {"sport", "finance", "inet", "bisnis", "health", "sains", "Ekonomi & Keuangan", "Hukum & Kriminalitas",
        "Pembangunan & Lingkungan", "Sosial & Kemasyarakatan"}  # fmt: skip


def changed(row: dict[str, Any], number: int, rng: random.Random) -> dict[str, Any]:
    """The same report written up once more: sentences in another order, other numbers."""
    sentences = re.split(r"(?<=[.!?]) ", row["text"])
    head, rest = sentences[:2], sentences[2:]
    rng.shuffle(rest)
    text = re.sub(r"\b\d{2,3}\b", lambda match: str(int(match[0]) + rng.randint(1, 9)), " ".join(head + rest))
    return {**row, "id": f"{row['id']}v{number}", "text": text}


def build(data: Path, pages: int, sources: set[str] | None, rng: random.Random) -> list[dict[str, Any]]:
    dev = [json.loads(line) for line in (data / "relevance_dev.jsonl").open(encoding="utf-8")]
    if sources is not None:
        dev = [row for row in dev if row["source"] in sources]
    other = [json.loads(line) for line in (data / "other_news.jsonl").open(encoding="utf-8")]
    wanted = [row for row in dev if row["label"] == "conflict"]
    unwanted = [row for row in dev if row["label"] in ("not_conflict", "hard_negative")]
    unwanted += [{**row, "label": "not_conflict"} for row in other if row["category"] in SAFE]
    rows = fill(wanted, pages // 20, rng) + fill(unwanted, pages - pages // 20, rng)
    rng.shuffle(rows)
    return rows


def fill(rows: list[dict[str, Any]], number: int, rng: random.Random) -> list[dict[str, Any]]:
    picked = rng.sample(rows, min(number, len(rows)))
    return picked + [changed(rng.choice(rows), i, rng) for i in range(number - len(picked))]


def crawl(order: str, folder: Path, toml: Path, model: str | None) -> None:
    command = [sys.executable, __file__, "--crawl", order, str(toml), str(folder / f"{order}.db"), model or ""]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def worker(order: str, toml: str, database: str, model: str) -> None:
    """One crawl in this process; breadth-first is our crawl with every priority the same."""
    from scrapy.cmdline import execute

    import crawler.crawl.scoring

    if order == "breadth-first":
        crawler.crawl.scoring.priority = lambda *_, **__: 0.0
    execute(["scrapy", "crawl", "conflict_news", "-a", f"outlets={toml}", "-a", "query=-", "-L", "ERROR",
             "-s", f"CORPUS_URL=sqlite:///{database}", "-s", "ARCHIVE_DIR=", "-s", f"TOPIC_MODEL={model}"])  # fmt: skip


def measure(log: Path, wanted: set[str], total: int) -> list[tuple[float, float, float]]:
    """(share of the budget, harvest rate, recall); the budget is one request per page of the newsroom."""
    requests = [json.loads(line) for line in log.open(encoding="utf-8")]
    paths = [request["path"] for request in requests if request["path"] != "/robots.txt"]
    out = []
    for share in (0.1, 0.25, 0.5):
        spent = paths[: int(total * share)]
        got = {match[1] for path in spent if (match := re.match(r"/read/([^/]+)/", path)) and match[1] in wanted}
        out.append((share, len(got) / len(spent), len(got) / len(wanted)))
    return out


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--crawl":
        worker(*sys.argv[2:6])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--tools", type=Path, default=Path("../shared/tools"))
    parser.add_argument("--pages", type=int, default=2200)
    parser.add_argument("--model", help="judge and predict with this model file instead of the shipped one")
    parser.add_argument("--sources", type=Path, help="use only rows of the sources listed in this file, one a line")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    if not (args.data / "relevance_dev.jsonl").is_file() or not (args.tools / "newsroom.py").is_file():
        raise SystemExit(f"{args.data} or {args.tools} is not there: nothing to measure with")
    sources = set(args.sources.read_text().split("\n")) if args.sources else None
    rows = build(args.data, args.pages, sources, random.Random(args.seed))
    wanted = {row["id"] for row in rows if row["label"] == "conflict"}
    os.environ["PYTHONPATH"] = str(Path.cwd())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        results = {}
        for number, order in enumerate(("project", "breadth-first")):
            toml, log = folder / f"{order}.toml", folder / f"{order}.log"
            room = subprocess.Popen(
                [sys.executable, str(args.tools / "newsroom.py"), "--toml", str(toml), "--log", str(log), "--port",
                 str(8870 + number), f"{folder / 'rows.jsonl'}:{args.data / 'pages'}"],
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert room.stdout is not None
            print(room.stdout.readline().strip(), flush=True)
            text = re.sub(r"(?m)^(feeds|sitemaps) = .*$", r"\1 = []", toml.read_text())
            text = re.sub(r'indexes = \["(http://[^/]+)/.*', r'indexes = ["\1/"]', text)
            toml.write_text(re.sub(r"(?m)^delay = .*$", "delay = 0.01", text))
            try:
                crawl(order, folder, toml, args.model)
            finally:
                room.terminate()
                room.wait()
            results[order] = measure(log, wanted, len(rows))
    print(f"\n{len(rows)} pages, {len(wanted)} of them wanted ({len(wanted) / len(rows):.1%})")
    print("budget   project: harvest recall   breadth-first: harvest recall   ratio of harvest")
    for ours, theirs in zip(results["project"], results["breadth-first"], strict=True):
        ratio = ours[1] / theirs[1] if theirs[1] else float("inf")
        print(f"{ours[0]:6.0%} {ours[1]:17.3f} {ours[2]:6.3f} {theirs[1]:23.3f} {theirs[2]:6.3f} {ratio:13.1f}")


if __name__ == "__main__":
    main()
