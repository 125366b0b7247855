"""``scrapy archive``: what the raw pages' archive holds, and whether all of it can be read."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.crawl.configuration import archive_dir
from storage.errors import ConfigurationError, NotAsRecorded

if TYPE_CHECKING:
    from crawler.archive.checking import Checked

MB = 1_000_000
HOSTS = 20  # named by `stats`, the largest
MOST_FAULTS = 200  # named on the screen; with --json all are


class Command(CorpusCommand):
    summary = "Check or count the archive of raw pages"
    arguments = "check | stats"
    description = (
        "`check` reads every record of ARCHIVE_DIR, compares it with its digest, and looks for every capture that the"
        " corpus refers to; each fault is named, and the exit code is 8 where there is one. Captures that nothing"
        " refers to (pages that were not kept, readings that changed nothing) are counted and no fault. `stats` counts"
        " records by kind, day and host without unpacking the pages."
    )
    example = "scrapy archive check"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object, of check with every fault")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler.archive.checking import check, places
        from crawler.archive.eraser import warc_files

        if args not in (["check"], ["stats"]):
            raise UsageError("give check or stats", print_help=False)
        folder = archive_dir(self.project_settings)
        if folder is None:
            raise ConfigurationError("ARCHIVE_DIR is empty: there is no archive")
        if not folder.is_dir():
            raise ConfigurationError(f"{folder}: there is no such folder; a crawl makes it (ARCHIVE_DIR names another)")
        wanted = places(self.open_corpus().archive_refs())
        size = sum(path.stat().st_size for path in warc_files(folder) if not path.is_symlink())
        with progress("MB of the archive read", size // MB) as report:
            done = check(folder, wanted, read=args == ["check"], on_progress=lambda place: report(place // MB))
        if opts.json:
            _print_json(done)
        elif args == ["check"]:
            _print_check(done)
        else:
            _print_stats(done)
        if args == ["check"] and done.faults:
            raise NotAsRecorded(f"{len(done.faults)} faults; what is lost can come from a backup (docs/backup.md)")
        return None


def _in_all(done: Checked) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in done.kinds.most_common())
    return f"{done.files} files, {done.packed / MB:.1f} MB, {sum(done.kinds.values())} records ({kinds or 'none'})"


def _print_check(done: Checked) -> None:
    for fault in done.faults[:MOST_FAULTS]:
        say(f"{fault.where}: {fault.what}")
    print(f"{_in_all(done)}, {done.unpacked / MB:.1f} MB of pages unpacked; {len(done.faults)} faults")
    if done.orphans:
        say(f"{done.orphans} captures that nothing refers to, as {done.orphan_sample[0]}")


def _print_stats(done: Checked) -> None:
    print(_in_all(done))
    for day, counts in sorted(done.by_day.items()):
        size = counts["bytes"] / MB
        print(f"{day or 'no day':>12}  {counts['files']} files, {counts['captures']} captures, {size:.1f} MB")
    for host, count in done.hosts.most_common(HOSTS):
        say(f"{count:>12}  {host}")
    if len(done.hosts) > HOSTS:
        print(f"{'':>12}  and {len(done.hosts) - HOSTS} hosts more; --json has all")
    print(f"{done.orphans} captures that nothing refers to")


def _print_json(done: Checked) -> None:
    row = {
        "files": done.files,
        "packed_bytes": done.packed,
        "unpacked_bytes": done.unpacked,
        "records": dict(done.kinds),
        "hosts": dict(done.hosts.most_common()),
        "days": {day: dict(counts) for day, counts in sorted(done.by_day.items())},
        "orphans": done.orphans,
        "orphan_sample": done.orphan_sample,
        "faults": [{"where": fault.where, "what": fault.what} for fault in done.faults],
    }
    print_json(row)
