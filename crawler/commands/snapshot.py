"""`scrapy snapshot`: give the present corpus a name under which it can be exported again."""

from __future__ import annotations

import argparse

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.commands.export import add_filters, filter_of


class Command(CorpusCommand):
    summary = "Name the present state of the corpus, to be exported again byte for byte"
    description = (
        "Pin the present articles (or those the filters choose) under a name. `scrapy export --snapshot NAME` writes"
        " them again at any time, the same bytes, or says that they are not what was pinned (exit code 8);"
        " `--changed-since NAME` writes what changed since."
    )
    example = "scrapy snapshot paper-2026"
    arguments = "NAME | --list | --cite NAME | --remove NAME"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--list", action="store_true", help="list the snapshots there are")
        parser.add_argument("--json", action="store_true", help="one JSON object per snapshot")
        parser.add_argument("--remove", metavar="NAME", help="forget a snapshot")
        parser.add_argument("--cite", metavar="NAME", help="print the CITATION.cff of a snapshot")
        parser.add_argument("--author", action="append", metavar="NAME", help="--cite: who made it (may be repeated)")
        add_filters(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.export.citation import cff
        from storage.history import snapshots

        if len(args) + bool(opts.list) + bool(opts.remove) + bool(opts.cite) != 1:
            raise UsageError("give one NAME, --list, --cite NAME, or --remove NAME", print_help=False)
        corpus = self.open_corpus()
        if opts.cite:
            print(cff(snapshots.get(corpus, opts.cite), opts.author or ["conflict_news"]), end="")
            return None
        if opts.list:
            for snapshot in snapshots.listed(corpus):
                if opts.json:
                    print_json(snapshot)
                    continue
                filters = "".join(f", {name} {value}" for name, value in snapshot.filters.items())
                print(f"{snapshot.name}: {snapshot.records} articles, {snapshot.made_at}{filters}")
        elif opts.remove:
            snapshots.remove(corpus, opts.remove)
            print(f"removed snapshot {opts.remove}")
        else:
            with progress("Pinning articles", corpus.counts()["articles"]) as report:
                snapshot = snapshots.take(corpus, args[0], filter_of(opts), on_progress=report)
            if opts.json:
                print_json(snapshot)
            else:
                print(f"snapshot {snapshot.name}: {snapshot.records} articles")
        return None
