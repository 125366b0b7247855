"""`scrapy withdraw`: take an article or an outlet out of the corpus for good."""

from __future__ import annotations

import argparse

from scrapy.exceptions import UsageError

from crawler.command import CorpusCommand
from storage.withdrawal import tombstones, withdraw


class Command(CorpusCommand):
    summary = "Remove an article or a whole outlet for good, leaving a tombstone"
    description = (
        "Remove the text and metadata of one article (URL or id) or of a whole outlet (its id) from articles,"
        " revisions, near misses, search and snapshots. A tombstone with the reason stays: it is never stored again,"
        " and the next delta lists it."
    )
    example = "scrapy withdraw https://contoh.id/berita/1 --reason 'takedown request of 2026-03-02'"
    arguments = "URL|ID|OUTLET --reason TEXT | --list"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why; kept with the tombstone")
        parser.add_argument("--list", action="store_true", help="list the tombstones there are")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if opts.list:
            for tomb in tombstones(self.open_corpus()):
                what = f"outlet {tomb['value']}" if tomb["scope"] == "outlet" else tomb["url"]
                print(f"{tomb['withdrawn_at']} {what}: {tomb['reason']}")
            return None
        if len(args) != 1 or not opts.reason:
            raise UsageError("give one URL, article id or outlet id, and --reason", print_help=False)
        done = withdraw(self.open_corpus(), args[0], opts.reason)
        print(f"withdrawn: {done.articles} articles, {done.near_misses} near misses; {args[0]} is refused from now on")
        if done.archive_refs:
            print("raw captures that are still in the archive (delete them there):")
            for ref in done.archive_refs:
                print(f"  {ref}")
        return None
