"""`scrapy chain`: where a report began, and who carried it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text
from rich.tree import Tree
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.json_lines import print_json
from crawler.cli.printing import cell
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from storage.history.chain import Link


class Command(CorpusCommand):
    summary = "The origin of a report, all its copies, and who cites whom, as a tree"
    description = (
        "Show the chain of copies an article belongs to: the origin, below it what was copied from it, each with its"
        " kind (exact, near, rewritten, excerpt …), outlet, time and the sources it names."
    )
    example = "scrapy chain https://contoh.id/berita/1"
    arguments = "URL|ID"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object, copies nested")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.history.chain import chain

        if len(args) != 1:
            raise UsageError("name one article: its URL or id", print_help=False)
        root = chain(self.open_corpus(), args[0])
        if root is None:
            raise ConfigurationError(f"{args[0]}: no article of the corpus")
        if opts.json:
            print_json(root.record())
            return None
        tree = Tree(_line(root))
        _grow(tree, root)
        console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 1000, highlight=False)
        console.print(tree)
        size = _size(root)
        console.print(f"{size} article{'s' if size != 1 else ''}, {size - 1} of them copies")
        return None


def _grow(tree: Tree, link: Link) -> None:
    for one in link.copies:
        _grow(tree.add(_line(one)), one)


def _size(link: Link) -> int:
    return 1 + sum(map(_size, link.copies))


def _line(link: Link) -> Text:
    kind = f"{link.kind}: " if link.kind else ""
    cites = f", cites {', '.join(link.cited_sources)}" if link.cited_sources else ""
    dateline = f", dateline {link.dateline}" if link.dateline else ""
    name = "withdrawn" if link.withdrawn else link.title or "without a title"
    return cell(
        f"{kind}{link.outlet or '?'}, {link.published_at or 'no date'}, {link.id}: {name}{cites}{dateline}"
        f" {link.url or ''}"
    )
