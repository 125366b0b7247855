"""`scrapy corpus`: whole-corpus work: copy to another database, back up, verify, count."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.crawl.configuration import archive_dir
from storage.errors import NotAsRecorded

MB = 1_000_000
MOST_FAULTS = 200  # named on the screen; with --json all are


class Command(CorpusCommand):
    summary = "Verify, back up, copy or count the corpus"
    description = (
        "`verify` recomputes every hash, reads every archive reference, and checks the full-text index, copy links,"
        " snapshots and foreign keys; each fault is named, and the exit code is 8 where there is one. `backup FILE`"
        " writes one state of the corpus to an SQLite file, also while a crawl is writing. `copy SRC_URL DST_URL` moves"
        " articles, revisions, snapshots, frontier and all else into an empty database of either kind, in one"
        " transaction. `counts` says what CORPUS_URL holds."
    )
    example = "scrapy corpus verify"
    arguments = "verify | backup FILE | copy SRC_URL DST_URL | counts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="JSON: an object, of verify one per fault and line")
        parser.add_argument("--no-archive", action="store_true", help="verify: leave the archive's files alone")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.counts import refresh
        from storage.database import copying
        from storage.database.backup import backup

        match args:
            case ["verify"]:
                self._verify(opts)
            case ["backup", name]:
                corpus = self.open_corpus()
                with progress("Backing up") as report:
                    size = backup(corpus.db, name, lambda done, _total: report(done))
                self._say(opts, {"file": name, "bytes": size}, f"backed up to {name}, {size} bytes")
            case ["copy", source_url, target_url]:
                source = self.open_database(source_url)
                target = self.open_database(target_url, create=True)
                with progress("Copying rows") as report:
                    counts = copying.copy(source, target, on_progress=report)
                    refresh(target)
                whole = sum(counts.values())
                self._say(opts, counts, f"copied {counts['articles']} articles, {whole} rows in all, to {target.name}")
            case ["counts"]:
                counts = self.open_corpus().counts()
                self._say(opts, counts, "\n".join(f"{name:>10} {number}" for name, number in counts.items()))
            case _:
                raise UsageError("give verify, backup FILE, copy SRC_URL DST_URL, or counts", print_help=False)
        return None

    def _say(self, opts: argparse.Namespace, record: object, sentence: str) -> None:
        say(json.dumps(record, ensure_ascii=False) if opts.json else sentence, lines=True)

    def _verify(self, opts: argparse.Namespace) -> None:
        from crawler.archive.verify import check_ref
        from storage.history import verify

        corpus = self.open_corpus()
        folder: Path | None = archive_dir(self.project_settings)
        found = 0
        with progress("Verifying rows", verify.total(corpus)) as report:
            look = None if opts.no_archive else partial(check_ref, folder)
            for fault in verify.verify(corpus, look, report):
                found += 1
                if opts.json:
                    print_json({"check": fault.check, "where": fault.where, "what": fault.what})
                elif found <= MOST_FAULTS:
                    say(f"{fault.check}: {fault.where}: {fault.what}")
        if found:
            more = f", {MOST_FAULTS} of them shown" if found > MOST_FAULTS and not opts.json else ""
            raise NotAsRecorded(f"{found} faults{more}; what is lost can come from a backup (docs/backup.md)")
        if not opts.json:
            print("no fault: " + ", ".join(f"{number} {name}" for name, number in corpus.counts().items()))
