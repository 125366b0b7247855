"""`scrapy near-misses`: what the judge did not keep, the nearest first."""

from __future__ import annotations

import argparse
from itertools import islice

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.commands.export import share


class Command(CorpusCommand):
    summary = "Pages that were read and not kept, the nearest to the threshold first"
    description = (
        "List near misses with their score, the reason and the terms that spoke for them, so that the threshold can be"
        " audited. `scrapy judge --accept` takes one in at the next `--rescore`; `scrapy explain ID` shows it."
    )
    example = "scrapy near-misses --min-score 0.3 --outlet kompas -n 50"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", "--limit", type=int, default=50, metavar="N", help="show at most N (default: 50)")
        parser.add_argument("--outlet", metavar="ID", help="of this outlet")
        parser.add_argument("--min-score", type=share, metavar="0–1", help="judged at least this near")
        parser.add_argument("--reason", metavar="WORD", help="only for this reason, as topic, threshold or language")
        parser.add_argument("--text", action="store_true", help="with their text (--json)")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        corpus = self.open_corpus()
        found = corpus.rejected(outlet=opts.outlet, min_score=opts.min_score)
        wanted = (miss for miss in found if opts.reason is None or miss.reason.startswith(opts.reason))
        number = 0
        for miss in islice(wanted, max(opts.limit, 0)):
            number += 1
            if opts.json:
                names = [name for name in miss.__dataclass_fields__ if opts.text or name != "text"]
                print_json({name: getattr(miss, name) for name in names})
                continue
            score = "  ?  " if miss.score is None else f"{miss.score:.3f}"
            say(f"{score} {miss.id} {miss.outlet or '?'}: {miss.title or miss.url} ({miss.reason})")
            say(f"      {miss.url}  {', '.join(miss.terms or [])}")
        if not opts.json:
            print(f"{number} of {corpus.counts()['rejected']} near misses")
        return None
