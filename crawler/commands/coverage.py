"""`scrapy coverage`: what was found of each outlet and day, what came of it, and why."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, day
from crawler.cli.json_lines import print_json
from crawler.cli.printing import cell
from crawler.commands.export import country
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from storage.frontier.answers import DayAnswer

COUNTS = ("found", "kept", "copies", "rejected", "blocked", "failed", "barred", "not_crawled")
UNITS = {"day": 10, "month": 7, "year": 4, "outlet": 0}
WEEK = 7 * 86_400  # seconds a source may be unread before it is told


class Command(CorpusCommand):
    summary = "Outlet by day: found, kept, copies, blocked, failed, barred, not crawled, and why"
    description = (
        "Count the pages of every outlet and publication day: found; of these kept (copies among them), rejected as off"
        " topic, blocked by a wall, failed, barred by robots.txt, and not crawled yet; with the reasons. A day without"
        " a row is one of which nothing was found; sources that could not be read are told: days may be missing then."
    )
    example = "scrapy coverage --since 2023-09-19 --until 2023-09-30 --outlet kompas"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="published on this day or later")
        parser.add_argument("--until", type=day, metavar="YYYY-MM-DD", help="published on this day or before")
        parser.add_argument("--outlet", action="append", metavar="ID", help="of this outlet (may be repeated)")
        parser.add_argument(
            "--country",
            action="append",
            type=country,
            metavar="CODE",
            help="of what was kept only this country, as AZ (may be repeated); of what was not kept none is known",
        )
        parser.add_argument("--by", choices=list(UNITS), default="day", help="sum up by (default: day)")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.frontier.answers import answers
        from storage.frontier.coverage import unread_sources

        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        if opts.since and opts.until and opts.since > opts.until:
            raise ConfigurationError(f"--since {opts.since} is after --until {opts.until}")
        db = self.open_corpus().db
        rows = answers(db, opts.outlet, opts.since, opts.until, opts.country)
        sums = _summed(rows, UNITS[opts.by])
        named = opts.outlet or sorted({row.outlet for row in rows})
        unread = unread_sources(db, named, time.time() - WEEK)
        if opts.json:
            for (outlet, when), counts in sums.items():
                why = counts.pop("why")
                sources = {"sources_not_read": unread.get(outlet, 0)}
                print_json({"outlet": outlet, "published": when} | counts | {"why": why} | sources)
            return None
        table = Table()
        for name in ("outlet", "published"):
            table.add_column(name)
        for name in COUNTS:
            table.add_column(name.replace("_", " "), justify="right")
        table.add_column("why not kept")
        for (outlet, when), counts in sums.items():
            ranked = sorted(counts["why"].items(), key=lambda item: (-item[1], item[0]))
            why = ", ".join(f"{number} {reason}" for reason, number in ranked)
            table.add_row(outlet, when or "undated", *(str(counts[name]) for name in COUNTS), cell(why))
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False).print(table)
        for outlet, number in unread.items():
            print(f"{outlet}: {number} of its feeds, sitemaps, index pages and the like were not read")
        return None


def _summed(rows: list[DayAnswer], letters: int) -> dict[tuple[str, str | None], dict]:  # type: ignore[type-arg]
    sums: dict[tuple[str, str | None], dict] = defaultdict(  # type: ignore[type-arg]
        lambda: dict.fromkeys(COUNTS, 0) | {"why": Counter()}
    )
    for row in rows:
        when = None if row.day is None else row.day.isoformat()[:letters]
        counts, values = sums[row.outlet, "all days" if letters == 0 else when], asdict(row)
        for name in COUNTS:
            counts[name] += values[name]
        counts["why"].update(row.why)
    return dict(sums)
