"""``scrapy explain``: one page, and why it came out as it did."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.console import Console
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.crawl.configuration import archive_dir, corpus_url, user_agent
from storage.errors import ConfigurationError, PageError, StorageError
from storage.identity import is_id

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from crawler.processing import explain
    from crawler.relevance import Topic


class Command(CorpusCommand):
    summary = "Explain one page: what was kept and cut and by which rule, its date, its topic score"
    arguments = "URL|FILE|ID"
    description = (
        "Read one page as the crawl does and show every decision: kept text, cut text with the rule that cut it, date "
        "candidates and verdict, topic score with its parts, terms and nearest seed. ID and URL are looked up in the "
        "corpus and read from its archive, with what changed from one revision to the next; a URL of a known "
        "outlet that the corpus does not have is fetched once, as its robots.txt allows."
    )
    example = "scrapy explain seeds/pages/000_a643dfec353a3467.html --url https://mediabogor.com/artikel"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the page's own URL, where FILE is given")
        parser.add_argument("--outlet", metavar="ID|FILE.toml", help="read the page as one of this outlet")
        parser.add_argument("--seeds", metavar="DIR", help="judge by these example articles (default: seeds/)")
        parser.add_argument("--topic", choices=("conflict", "seeds"), default="conflict", help="as of `scrapy crawl`")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler import outlets
        from crawler.cli import explain_view
        from crawler.crawl.arguments import topic_choice

        if len(args) != 1:
            raise UsageError("name one page: a URL, a file or the id of an article")
        settings = self.project_settings
        topic = topic_choice(settings, opts.seeds, opts.topic).build()
        registry = outlets.load() + (outlets.load(opts.outlet) if opts.outlet else [])
        explained = self._find(args[0], opts, {outlet.id: outlet for outlet in registry}, topic)
        width = None if sys.stdout.isatty() else 120
        explain_view.show(explained, topic, Console(file=sys.stdout, width=width, highlight=False))
        return None

    def _find(
        self, target: str, opts: argparse.Namespace, registry: dict[str, Outlet], topic: Topic
    ) -> explain.Explained:
        from crawler import outlets
        from crawler.processing import explain

        named = outlets.load(opts.outlet)[0] if opts.outlet else None
        if _is_file(target):
            url = opts.url or Path(target).resolve().as_uri()
            return explain.from_file(Path(target), url, topic, named or _owner(registry, url))
        found = self._in_corpus(target, registry, topic)
        if found is not None:
            return found
        if not target.startswith(("http://", "https://")):
            raise PageError(f"{target}: neither a file, nor a URL, nor the id of an article in the corpus")
        owner = named or _owner(registry, target)
        if owner is None or not owner.owns(_host(target)):
            raise ConfigurationError(
                f"{target}: belongs to no known outlet, so it is not fetched; save the page and explain the file,"
                " or name an outlet file with --outlet"
            )
        agent = user_agent(self.project_settings)
        return explain.from_outlet(target, topic, owner, agent)

    def _in_corpus(self, target: str, registry: dict[str, Outlet], topic: Topic) -> explain.Explained | None:
        from crawler.processing import explain
        from storage.corpus import Corpus
        from storage.database import Database

        settings = self.project_settings
        try:
            db = Database.open(corpus_url(settings), create=False)
        except StorageError:
            if not is_id(target):
                return None  # no corpus yet: a page can still be fetched
            raise
        try:
            return explain.from_corpus(Corpus(db), target, topic, registry, archive_dir(settings))
        finally:
            db.close()


def _owner(registry: dict[str, Outlet], url: str) -> Outlet | None:
    host = _host(url)
    return next((outlet for outlet in registry.values() if outlet.owns(host)), None)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # too long for a name
        return False
