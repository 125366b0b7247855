"""`scrapy raw`: the archived page of an article, as the server sent it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.json_lines import print_json
from crawler.crawl.configuration import archive_dir
from storage.errors import ConfigurationError, PageError, StorageError

if TYPE_CHECKING:
    from storage.corpus import Corpus


class Command(CorpusCommand):
    summary = "The archived page of an article or near miss, as it was"
    description = (
        "Write the raw page behind an article (of its newest revision, or --revision N) to the terminal or a file, byte"
        " for byte as the server sent it, unpacked. A story of several pages has several: --page N."
    )
    example = "scrapy raw https://contoh.id/berita/1 -o page.html"
    arguments = "URL|ID"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="write the page there (default: the terminal)")
        parser.add_argument("--revision", type=int, metavar="N", help="the page of this revision (default: the newest)")
        parser.add_argument("--page", type=int, default=1, metavar="N", help="of several pages this one (default: 1)")
        parser.add_argument("--json", action="store_true", help="what is known of the page, without its bytes")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler.archive.reader import read_ref
        from crawler.archive.verify import MAX_PAGE

        if len(args) != 1:
            raise UsageError("name one article: its URL or id", print_help=False)
        folder = archive_dir(self.project_settings)
        if folder is None:
            raise ConfigurationError("there is no archive: ARCHIVE_DIR is empty")
        refs = _refs(self.open_corpus(), args[0], opts.revision)
        if not 1 <= opts.page <= len(refs):
            raise ConfigurationError(f"{args[0]}: has {len(refs)} archived pages, there is no page {opts.page}")
        ref = refs[opts.page - 1]
        capture = read_ref(folder, ref, MAX_PAGE)
        if capture is None:
            raise PageError(f"{args[0]}: its page cannot be read at {ref} in {folder}; see scrapy corpus verify")
        if opts.json:
            known = {"url": capture.url, "status": capture.status, "captured_at": capture.captured_at}
            print_json(known | {"bytes": len(capture.body), "archive_ref": ref, "headers": capture.headers})
        if opts.output:
            try:
                Path(opts.output).write_bytes(capture.body)
            except OSError as error:
                raise StorageError(f"cannot write {opts.output}: {error.strerror}") from error
        elif not opts.json:
            sys.stdout.flush()
            out = getattr(sys.stdout, "buffer", None)
            if out is None:  # a terminal that takes text only
                sys.stdout.write(capture.body.decode("utf-8", "replace"))
            else:
                out.write(capture.body)
                out.flush()
        return None


def _refs(corpus: Corpus, target: str, revision: int | None) -> list[str]:
    """Where the pages of an article or near miss lie in the archive."""
    from storage.history.revisions import history

    found = history(corpus, target)
    if revision is not None:
        found = [one for one in found if one.number == revision]
        if not found:
            raise ConfigurationError(f"{target}: no article with a revision {revision}")
    if found:
        return (found[-1].archive_ref or "").split()
    miss = corpus.get_rejected(target)
    if miss is None:
        raise ConfigurationError(f"{target}: neither an article nor a near miss of the corpus")
    return (miss.archive_ref or "").split()
