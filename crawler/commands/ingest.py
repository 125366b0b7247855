"""``scrapy ingest``: WARC files into the corpus."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, day, progress
from crawler.cli.json_lines import print_json
from crawler.cli.printing import say
from crawler.cli.readers import add_cluster_option, readers
from crawler.crawl.configuration import archive_dir, user_agent
from storage.errors import TooManyPageErrors

if TYPE_CHECKING:
    from crawler.processing import ingest

MB = 1_000_000


class Command(CorpusCommand):
    summary = "Read WARC files into the corpus, through the same gate, reading and judging as the crawl"
    arguments = "FILE|FOLDER|PATTERN|ADDRESS …"
    description = (
        "WARC files, folders of them, patterns and http(s) addresses (read as a stream). Pages of the registry's hosts "
        "are read; --any-host reads those of others as well. A file that was read in before is passed over, one that "
        "was interrupted goes on where it was. --cc-news names months of Common Crawl's news archive."
    )
    example = "scrapy ingest --any-host --cc-news 2020-09..2020-11"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--any-host", action="store_true", help="read pages of hosts that no outlet owns, too")
        parser.add_argument("--cc-news", metavar="MONTHS", help="as 2020-09 or 2020-09..2020-11")
        parser.add_argument("--since", type=day, metavar="DAY", help="keep what was published from this day on")
        parser.add_argument("--until", type=day, metavar="DAY", help="keep what was published up to this day")
        parser.add_argument("--again", action="store_true", help="read files that were read in before once more")
        parser.add_argument("--outlets", metavar="IDS|FILE", help="instead of the registry, as of `scrapy crawl`")
        parser.add_argument("--seeds", metavar="DIR", help="judge by these example articles (default: seeds/)")
        parser.add_argument("--topic", choices=("conflict", "seeds"), default="conflict", help="as of `scrapy crawl`")
        add_cluster_option(parser)
        parser.add_argument("--json", action="store_true", help="one JSON line per file")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from crawler import outlets
        from crawler.archive.remote import cc_news
        from crawler.archive.writer import Archive
        from crawler.crawl.arguments import topic_choice
        from crawler.discovery import Window
        from crawler.processing import ingest

        if not args and not opts.cc_news:
            raise UsageError("name files to read in, or months with --cc-news")
        settings = self.project_settings
        agent = user_agent(settings)
        names = ingest.files(args)
        if opts.cc_news:
            names += cc_news(opts.cc_news, settings["COMMONCRAWL_DATA_URL"], agent)
        topic = topic_choice(settings, opts.seeds, opts.topic)
        folder = archive_dir(settings)
        failed, dealt_with = 0, dict[str, int]()
        whole = ingest.size(names)
        doing = ("files read in", len(names)) if whole is None else ("MB read in", whole // MB)

        def follow(report: ingest.Report) -> None:
            dealt_with[report.name] = report.position
            if whole is not None:
                report_progress(sum(dealt_with.values()) // MB)

        def tell(report: ingest.Report) -> None:
            nonlocal failed
            failed += report.error is not None
            _say(report, as_json=opts.json)
            dealt_with[report.name] = ingest.size([report.name]) or 0
            report_progress(len(dealt_with) if whole is None else sum(dealt_with.values()) // MB)

        with ExitStack() as open_, progress(*doing) as report_progress:
            shared = ingest.Settings(
                self.open_corpus(create=True),
                open_.enter_context(closing(readers(settings, topic, opts.cluster))),
                topic,
                open_.enter_context(closing(Archive(folder, "ingest"))) if folder else None,
                outlets.load(opts.outlets),
                opts.any_host,
                Window(opts.since, opts.until),
                agent,
            )
            ingest.ingest(names, shared, again=opts.again, tell=tell, progress=follow)
        if failed:
            raise TooManyPageErrors(f"{failed} of {len(names)} files could not be read; run the command again for them")
        return None


def _say(report: ingest.Report, *, as_json: bool) -> None:
    if as_json:
        row = {"file": report.name, "skipped": report.skipped, "error": report.error, **report.tally.counts}
        print_json(row | {"samples": report.tally.samples})
        return
    counts = report.tally.counts
    if report.error:
        say(f"{report.error}; {counts['records']} records read, {counts['kept']} kept; run again to go on")
    elif report.skipped:
        say(f"{report.name}: read in before ({counts['kept']} kept); --again reads it once more")
    else:
        say(
            f"{report.name}: {counts['records']} records, {counts['pages read']} pages read, {counts['kept']} kept "
            f"({counts['new']} new, {counts['revised']} revised), {counts['near misses']} near misses"
        )
    for reason, sample in sorted(report.tally.samples.items(), key=lambda item: -counts[f"not kept, {item[0]}"]):
        say(f"  not kept, {reason}: {counts[f'not kept, {reason}']} (as {sample[0]})")
