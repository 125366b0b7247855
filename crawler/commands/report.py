"""`scrapy report`: the corpus at a glance, as files."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, day
from crawler.cli.printing import say
from storage.errors import ConfigurationError


class Command(CorpusCommand):
    summary = "Write the overview as a page that opens from disk: coverage, conflicts, copies, runs, alarms"
    description = (
        "Write index.html, one page with pictures and tables that asks for nothing from outside and prints well, and"
        " summary.json: articles a day by outlet, conflicts over time by country, what became of each outlet's days,"
        " who copies whom, runs with their alarms, near misses. Needs the extra [report]."
    )
    example = "scrapy report -o report --since 2023-09-01"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="DIR", required=True, help="folder to write to; made if need be")
        parser.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="published on this day or later")
        parser.add_argument("--until", type=day, metavar="YYYY-MM-DD", help="published on this day or before")
        parser.add_argument("--outlet", action="append", metavar="ID", help="of this outlet (may be repeated)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler.report import files, overview

        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        if opts.since and opts.until and opts.since > opts.until:
            raise ConfigurationError(f"--since {opts.since} is after --until {opts.until}")
        told = overview(self.open_corpus().db, opts.since, opts.until, opts.outlet)
        written = files.write(told, Path(opts.output))
        print(f"{told.kept} articles, {len(told.runs)} runs")
        for path in written:
            say(str(path))
        return None
