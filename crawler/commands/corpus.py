"""`scrapy corpus`: whole-corpus work: copy to another database, counts."""

from __future__ import annotations

import argparse

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from storage.database import Database, copying


class Command(CorpusCommand):
    summary = "Copy the corpus to another database, or count what it holds"
    description = (
        "`copy SRC_URL DST_URL` moves articles, revisions, snapshots, frontier and all else into an empty database of"
        " either kind, in one transaction. `counts` says what CORPUS_URL holds."
    )
    example = "scrapy corpus copy sqlite:///corpus.db postgresql://user@localhost/corpus"
    arguments = "copy SRC_URL DST_URL | counts"

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if args == ["counts"]:
            for name, number in self.open_corpus().counts().items():
                print(f"{name:>10} {number}")
            return None
        if len(args) != 3 or args[0] != "copy":
            raise UsageError("give copy SRC_URL DST_URL, or counts", print_help=False)
        source = Database.open(args[1], create=False)
        target = Database.open(args[2])
        with progress("Copying rows") as report:
            counts = copying.copy(source, target, on_progress=report)
        print(f"copied {counts['articles']} articles, {sum(counts.values())} rows in all, to {target.name}")
        return None
