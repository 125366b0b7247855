"""``scrapy reextract``: the archive read again with today's rules."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.cli.readers import add_cluster_option, readers
from crawler.crawl.configuration import archive_dir
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from crawler.processing import reextract

SHOWN = 20  # articles shown with their differences, unless --diff asks for all


class Command(CorpusCommand):
    summary = "Read the archive again with today's rules"
    description = (
        "Articles read by an older extractor version are read again from their archived pages, in parallel; a changed "
        "text becomes a new revision, better metadata replaces what was known, and a report says what changed. Nothing "
        "is fetched. Articles whose page is not in the archive stay as they are and are counted."
    )
    example = "scrapy reextract --dry-run --sample 200 --diff"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="also what this extractor version has read")
        parser.add_argument("--sample", type=_count, metavar="N", help="only so many, the same ones every time")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--diff", action="store_true", help=f"show every article that differs (else {SHOWN})")
        parser.add_argument("--json", action="store_true", help="one JSON line per article that differs")
        parser.add_argument("--outlets", metavar="IDS|FILE", help="besides the registry, as of `scrapy crawl`")
        add_cluster_option(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler import outlets
        from crawler.crawl.arguments import topic_choice
        from crawler.processing import reextract

        settings = self.project_settings
        folder = archive_dir(settings)
        if folder is None:
            raise ConfigurationError("ARCHIVE_DIR is empty: there is no archive to read from")
        known = outlets.load() + (outlets.load(opts.outlets) if opts.outlets else [])
        corpus = self.open_corpus()
        total = len(reextract.chosen(corpus, everything=opts.all, sample=opts.sample))
        pool = readers(settings, topic_choice(settings), opts.cluster)
        with closing(pool), progress("articles read again", total) as report:
            done = reextract.reextract(
                corpus,
                pool,
                folder,
                {outlet.id: outlet for outlet in known},
                everything=opts.all,
                sample=opts.sample,
                dry_run=opts.dry_run,
                progress=report,
            )
        if opts.json:
            _print_json(done)
        else:
            _print(done, shown=len(done.differences) if opts.diff else SHOWN, dry_run=opts.dry_run)
        return None


def _print(done: reextract.Reextracted, *, shown: int, dry_run: bool) -> None:
    from crawler.extraction import EXTRACTOR_VERSION
    from crawler.processing import reextract

    for difference in done.differences[:shown]:
        say(f"{difference.id}  {difference.url}")
        for line in reextract.described(difference):
            say(line, lines=True)
    if len(done.differences) > shown:
        print(f"… and {len(done.differences) - shown} more; --diff shows all")
    would = "would change" if dry_run else "changed"
    fields = ", ".join(f"{name} {count}" for name, count in sorted(done.by_field.items()) if count)
    print(
        f"{done.looked_at} articles read again by extractor version {EXTRACTOR_VERSION}: "
        f"{done.unchanged} as they were, {len(done.differences)} {would}{f' ({fields})' if fields else ''}, "
        f"{len(done.unreadable)} left as they are"
    )
    lost, won = done.sentences
    if lost or won:
        print(f"  sentences: {lost} lost, {won} won")
    reasons: dict[str, list[str]] = {}
    for id_, reason in done.unreadable.items():
        reasons.setdefault(reason, []).append(id_)
    for reason, ids in sorted(reasons.items()):
        say(f"  {reason}: {len(ids)} ({', '.join(ids[:5])}{' …' if len(ids) > 5 else ''})")


def _print_json(done: reextract.Reextracted) -> None:
    for difference in done.differences:
        fields = {name: [_plain(before), _plain(after)] for name, (before, after) in difference.fields.items()}
        sentences = [[change.old, change.new] for change in difference.sentences]
        row = {"id": difference.id, "url": difference.url, "fields": fields, "sentences": sentences}
        print_json(row)
    for id_, reason in done.unreadable.items():
        print_json({"id": id_, "unreadable": reason})


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | list) else str(value)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
