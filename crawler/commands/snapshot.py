"""`scrapy snapshot`: give the present corpus a name under which it can be exported again."""

from __future__ import annotations

import argparse

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.commands.export import add_filters, filter_of
from storage.history import snapshots


class Command(CorpusCommand):
    summary = "Name the present state of the corpus, to be exported again byte for byte"
    description = (
        "Pin the present articles (or those the filters choose) under a name. `scrapy export --snapshot NAME` writes"
        " them again at any time, the same bytes; `--changed-since NAME` writes what changed since."
    )
    example = "scrapy snapshot paper-2026"
    arguments = "NAME | --list | --remove NAME"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--list", action="store_true", help="list the snapshots there are")
        parser.add_argument("--remove", metavar="NAME", help="forget a snapshot")
        add_filters(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if len(args) + bool(opts.list) + bool(opts.remove) != 1:
            raise UsageError("give one NAME, --list, or --remove NAME", print_help=False)
        corpus = self.open_corpus()
        if opts.list:
            for snapshot in snapshots.listed(corpus):
                filters = "".join(f", {name} {value}" for name, value in snapshot.filters.items())
                print(f"{snapshot.name}: {snapshot.records} articles, {snapshot.made_at}{filters}")
        elif opts.remove:
            snapshots.remove(corpus, opts.remove)
            print(f"removed snapshot {opts.remove}")
        else:
            with progress("Pinning articles", corpus.counts()["articles"]) as report:
                snapshot = snapshots.take(corpus, args[0], filter_of(opts), on_progress=report)
            print(f"snapshot {snapshot.name}: {snapshot.records} articles")
        return None
