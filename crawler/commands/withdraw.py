"""`scrapy withdraw`: take an article or an outlet out of the corpus for good."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.crawl.configuration import archive_dir
from storage.errors import ConfigurationError, StorageError
from storage.identity import is_id

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from storage.corpus import Corpus

MB = 1_000_000


class Command(CorpusCommand):
    summary = "Remove an article or a whole outlet for good, leaving a tombstone"
    description = (
        "Remove the text and metadata of one article (URL or id) or of a whole outlet (its id) from articles,"
        " revisions, near misses, search and snapshots, and its raw pages from the archive. A tombstone with the reason"
        " stays: it is never stored again, and the next delta lists it. Where captures could not be erased the exit"
        " code is 3; the same command again erases what is left."
    )
    example = "scrapy withdraw https://contoh.id/berita/1 --reason 'takedown request of 2026-03-02'"
    arguments = "URL|ID|OUTLET --reason TEXT | --list"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why; kept with the tombstone")
        parser.add_argument("--json", action="store_true", help="JSON, of --list one object per line")
        parser.add_argument("--list", action="store_true", help="list the tombstones there are")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler.archive.withdraw import erase_withdrawn
        from crawler.outlets import load
        from storage import counts
        from storage.withdrawal import tombstones, withdraw

        if opts.list and not args:
            for tomb in tombstones(self.open_corpus()):
                if opts.json:
                    print_json(tomb)
                    continue
                what = f"outlet {tomb['value']}" if tomb["scope"] == "outlet" else tomb["url"]
                say(f"{tomb['withdrawn_at']} {what}: {tomb['reason']}")
            return None
        if opts.list or len(args) != 1 or not opts.reason:
            raise UsageError("give one URL, article id or outlet id, and --reason; or --list alone", print_help=False)
        corpus, folder, registry = self.open_corpus(), archive_dir(self.project_settings), load()
        target = meant(corpus, args[0], registry)
        done = withdraw(corpus, target, opts.reason)
        counts.refresh(corpus.db)
        if not opts.json:
            print(
                f"withdrawn: {done.articles} articles, {done.near_misses} near misses; {target} is refused from now on"
            )
        with progress("MB of the archive searched", size(folder) // MB) as report:
            erased = erase_withdrawn(corpus, done.archive_refs, registry, folder, lambda place: report(place // MB))
        if opts.json:
            known = {"target": target, "articles": done.articles, "near_misses": done.near_misses}
            print_json(known | {"captures_erased": erased.records, "not_erased": erased.left})
        else:
            print(f"raw captures erased: {erased.records}")
            for line in erased.left:
                say(f"  not erased: {line}")
        if erased.left:
            raise StorageError(
                f"{len(erased.left)} places in the archive may still hold what was withdrawn; run the command again"
                " when they can be written"
            )
        if done.lingers:
            raise StorageError(
                "another program is reading the database, whose write-ahead log may still hold what was withdrawn;"
                " run the command again when that has ended"
            )
        return None


def meant(corpus: Corpus, target: str, registry: Iterable[Outlet]) -> str:
    """What to withdraw; a mistyped name must not leave everything as it was. Raises ``ConfigurationError``."""
    from crawler.urls import clean, host, page_key
    from storage.frontier import Frontier
    from storage.withdrawal import knows_outlet

    if "://" in target:
        if corpus.get(target) or corpus.get_rejected(target):
            return target
        url = clean(target)  # as the crawl asks for it: without tracking parameters
        if url is not None:
            owner = next((outlet for outlet in registry if outlet.owns(host(url))), None)
            with corpus.db.read() as conn:  # another spelling of an address, as its AMP form
                known = Frontier(corpus.db).article_of(conn, page_key(url, owner))
            return known if known and corpus.get(known) else url
    elif is_id(target) or any(outlet.id == target for outlet in registry) or knows_outlet(corpus, target):
        return target
    raise ConfigurationError(
        f"{target or 'nothing'}: neither a URL (https://…), nor the id of an article, nor an outlet of the registry or"
        " the corpus"
    )


def size(folder: Path | None) -> int:
    """Bytes of all WARC files in the archive."""
    from crawler.archive.eraser import warc_files

    return sum(path.stat().st_size for path in warc_files(folder) if path.is_file()) if folder else 0
