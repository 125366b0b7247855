"""`scrapy export`: the corpus as one file, with a manifest and a data card."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, day, progress
from crawler.cli.json_lines import print_json
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from storage.database import Filter


class Command(CorpusCommand):
    summary = "Write the corpus to a file (.jsonl, .jsonl.gz, .jsonl.zst, .parquet)"
    description = (
        "Write the corpus to one file, by suffix .jsonl, .jsonl.gz, .jsonl.zst or .parquet, in a fixed order, with a"
        " manifest (counts, SHA-256) and a data card beside it. The file appears whole or not at all."
    )
    example = "scrapy export -o corpus.jsonl.gz --since 2023-09-01 --until 2023-10-31 --copies none"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="file to write")
        add_filters(parser)
        parser.add_argument("--no-text", action="store_true", help="leave the text out: URL, hash and metadata only")
        parser.add_argument("--snapshot", metavar="NAME", help="export this snapshot instead of the present corpus")
        parser.add_argument("--changed-since", metavar="NAME", help="only what changed since this snapshot")
        parser.add_argument("--revisions", action="store_true", help="write all revisions beside it, as JSON lines")
        parser.add_argument("--labels", action="store_true", help="write the labels of annotators beside it")
        parser.add_argument("--json", action="store_true", help="say what was written as one JSON object")
        parser.add_argument("--mask", action="store_true", help="mask telephone numbers, e-mail addresses and NIK")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.export import export, manifest_path
        from storage.export.sidecars import sidecar_path, write_labels, write_revisions
        from storage.history import snapshots

        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        where = filter_of(opts)
        if where.described() and (opts.snapshot or opts.changed_since):
            raise UsageError("a snapshot has its own filters; leave the others out", print_help=False)
        beside = [name for name in ("revisions", "labels") if getattr(opts, name)]
        if beside and (opts.snapshot or opts.changed_since or opts.mask or opts.no_text):
            raise UsageError(f"--{beside[0]} is of the present corpus with its text", print_help=False)
        corpus = self.open_corpus()
        with progress("Writing articles", corpus.counts()["articles"]) as report:
            options = {"text": not opts.no_text, "masked": opts.mask, "on_progress": report}
            if opts.changed_since:
                manifest = snapshots.export_changes(
                    corpus, opts.changed_since, opts.output, until=opts.snapshot, **options
                )
            elif opts.snapshot:
                manifest = snapshots.export_snapshot(corpus, opts.snapshot, opts.output, **options)
            else:
                manifest = export(corpus, opts.output, where, **options)
        path = Path(opts.output)
        files = {"revisions": write_revisions, "labels": write_labels}
        written = {str(sidecar_path(path, name)): files[name](corpus, path, where) for name in beside}
        if opts.json:
            print_json(asdict(manifest) | {"beside": written})
            return None
        print(f"{manifest.records} articles, {manifest.bytes} bytes: {opts.output}")
        if manifest.by_change:
            print(", ".join(f"{number} {change}" for change, number in manifest.by_change.items()))
        if manifest.withdrawn_since:
            print(f"{manifest.withdrawn_since} articles of the snapshot were withdrawn since")
        for name, number in written.items():
            print(f"{number} {name.rsplit('.', 2)[1]}: {name}")
        print(f"manifest: {manifest_path(path)}")
        return None


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that choose articles; shared by `search`."""
    group = parser.add_argument_group("which articles")
    group.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="published on this day or later")
    group.add_argument("--until", type=day, metavar="YYYY-MM-DD", help="published on this day or before")
    group.add_argument("--outlet", action="append", metavar="ID", help="of this outlet (may be repeated)")
    group.add_argument("--min-relevance", type=share, metavar="0–1", help="judged at least this relevant")
    group.add_argument(
        "--copies",
        choices=["all", "none", "only"],
        default="all",
        help="with copies (default); without: one article of each chain of copies; only copies",
    )
    group.add_argument(
        "--representative",
        choices=["earliest", "fullest"],
        default="earliest",
        help="with --copies none, what stands for copies whose origin is not among what is asked for",
    )
    group.add_argument(
        "--country", action="append", type=country, metavar="CODE", help="of this country, as AZ (may be repeated)"
    )
    group.add_argument("--language", metavar="CODE", help="in this language, as id")
    group.add_argument("--story", metavar="ID", help="of this story")


def country(text: str) -> str:
    """For ``type=`` of an option: an ISO 3166 code of two letters."""
    code = text.upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise argparse.ArgumentTypeError(f"{text!r} is not a country's code of two letters, as AZ (ISO 3166)")
    return code


def share(text: str) -> float:
    """For ``type=`` of an option: a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return number


def filter_of(opts: argparse.Namespace) -> Filter:
    """The filter that the options ask for. Raises ``ConfigurationError`` for days the wrong way round."""
    from storage.database import Filter

    if opts.since and opts.until and opts.since > opts.until:
        raise ConfigurationError(f"--since {opts.since} is after --until {opts.until}")
    return Filter(
        since=opts.since,
        until=opts.until,
        outlets=opts.outlet,
        min_relevance=opts.min_relevance,
        copies=opts.copies,
        language=opts.language,
        story=opts.story,
        countries=opts.country,
        representative=opts.representative,
    )
