"""`scrapy judge --import` and `--agreement`: labels of several annotators, and how far they agree."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli.base import progress
from crawler.cli.json_lines import print_json

if TYPE_CHECKING:
    from storage.corpus import Corpus


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `judge` that are about labels."""
    group = parser.add_argument_group("labels for a paper, kept apart from decisions")
    group.add_argument("--import", dest="import_", metavar="FILE", help="read labels: .csv or .jsonl with id, label")
    group.add_argument("--by", metavar="ANNOTATOR", help="whose labels they are")
    group.add_argument("--agreement", action="store_true", help="how far the annotators agree (Krippendorff's alpha)")
    group.add_argument("--json", action="store_true", help="with --import or --agreement: one JSON object")


def asked(opts: argparse.Namespace) -> bool:
    """Whether the command line is about labels. Raises ``UsageError`` where half of it is missing."""
    if bool(opts.import_) != bool(opts.by):
        raise UsageError("--import FILE and --by ANNOTATOR belong together", print_help=False)
    return bool(opts.import_ or opts.agreement)


def work(corpus: Corpus, opts: argparse.Namespace) -> None:
    """Import, then say how far all annotators agree."""
    from storage.corpus import labels
    from storage.corpus.labels import Agreement

    done = None
    if opts.import_:
        with progress("Reading labels") as report:
            done = labels.load(corpus, opts.import_, opts.by, report)
    agreed = labels.agreement(labels.listed(corpus))
    if opts.json:
        imported = {} if done is None else {"annotator": opts.by, "labelled": done.labelled, "changed": done.changed}
        print_json(imported | {name: getattr(agreed, name) for name in Agreement.__dataclass_fields__})
        return
    if done is not None:
        empty = f", {done.unlabelled} lines without a label" if done.unlabelled else ""
        print(f"{done.labelled} labels of {opts.by} read, {done.changed} of them new or changed{empty}")
    given = ", ".join(f"{name} {number}" for name, number in agreed.annotators.items()) or "none yet"
    print(f"labels by annotator: {given}; articles with two or more: {agreed.shared}")
    told = "cannot be said: nothing differs, or nothing is labelled twice" if agreed.alpha is None else agreed.alpha
    print(f"Krippendorff's alpha (nominal): {told if isinstance(told, str) else f'{told:.3f}'}")
