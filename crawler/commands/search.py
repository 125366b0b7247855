"""`scrapy search`: full-text search of the corpus."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.json_lines import print_json
from crawler.cli.printing import cell, say
from crawler.commands.export import add_filters, filter_of

if TYPE_CHECKING:
    from storage.search import Hit


class Command(CorpusCommand):
    summary = "Search the corpus for words, phrases and beginnings of words"
    description = (
        'Search titles and texts, best matches first. All words must be there; "a phrase" in quotes, the beg* of a'
        " word, -without a word; this OR that asks for one of the two beside it. Letters match whatever their case and"
        " diacritics."
    )
    example = """scrapy search 'gencatan senjata "Nagorno-Karabakh" penembak*' --since 2020-09-27"""
    arguments = "WORDS…"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", "--limit", type=int, default=20, metavar="N", help="show at most N (default: 20)")
        parser.add_argument("--offset", type=int, default=0, metavar="N", help="leave out the first N")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")
        add_filters(parser)

    def check_unknown(self, args: list[str]) -> None:
        """-without is a word to search, not an option."""

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.database.rows import iso
        from storage.search import count, parse, search

        if not args:
            raise UsageError("give the words to search for", print_help=False)
        # The shell took the quotes away: an argument with spaces and no quotes of its own is a phrase.
        query = " ".join(f'"{arg}"' if " " in arg and '"' not in arg and len(args) > 1 else arg for arg in args)
        corpus, where = self.open_corpus(), filter_of(opts)
        for sentence in parse(query).unread:
            say(f"not read: {sentence}", file=sys.stderr)
        hits = search(corpus, query, where, limit=max(opts.limit, 0), offset=max(opts.offset, 0))
        if opts.json:
            for hit in hits:
                record = {name: getattr(hit, name) for name in ("id", "url", "outlet", "title", "score", "snippet")}
                print_json(record | {"published_at": iso(hit.published_at)})
            return None
        console = Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
        for hit in hits:
            console.print(_shown(hit))
        console.print(f"{len(hits)} of {count(corpus, query, where)} articles")
        return None


def _shown(hit: Hit) -> Text:
    from storage.database.rows import iso

    when = iso(hit.published_at)
    head = f"  {hit.outlet or '?'}, {when[:10] if when else 'no date'}, {hit.id}"
    shown = Text.assemble(cell(hit.title or hit.url, "bold"), cell(head, "dim"), "\n  ", cell(hit.url, "blue"), "\n  ")
    at = 0
    for start, end in hit.marks:
        shown.append(cell(hit.snippet[at:start])).append(cell(hit.snippet[start:end], "bold red"))
        at = end
    return shown.append(cell(hit.snippet[at:]))
