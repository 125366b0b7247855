"""`scrapy changes`: what outlets changed in their articles after publication."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.commands.export import add_filters, filter_of


class Command(CorpusCommand):
    summary = "What changed from one revision of an article to the next, over the whole corpus"
    description = (
        "Compare every revision with the one before it, sentence by sentence: what went (-), what came (+), which"
        " numbers changed. Numbers in words count as numbers: from 'tiga' to '3' nothing changes."
    )
    example = "scrapy changes --numbers --since 2023-09-19"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--numbers", action="store_true", help="only changes of a figure within a sentence")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")
        add_filters(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.history.changes import changes
        from storage.history.revisions import described

        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        corpus, number = self.open_corpus(), 0
        with progress("Comparing revisions") as report:
            for number, step in enumerate(changes(corpus, filter_of(opts), numbers=opts.numbers), 1):
                report(number)
                shown = step.figures if opts.numbers else step.changes
                if opts.json:
                    print_json(asdict(step) | {"changes": [asdict(change) for change in shown]})
                    continue
                when = f"{step.fetched_before or '?'} → {step.fetched_at or '?'}"
                say(f"{step.id} {step.outlet or '?'} {step.url}")
                say(f"  revision {step.number - 1} → {step.number}, read {when}")
                say("\n".join(f"  {line}" for line in described(list(shown)).splitlines()), lines=True)
        if not opts.json:
            print(f"{number} changed revisions")
        return None
