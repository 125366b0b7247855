"""`scrapy sample`: articles drawn for annotation."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import IO, Any

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.printing import printable
from crawler.commands.export import add_filters, filter_of
from storage.errors import ConfigurationError

_STRATA = "outlet, day, month, year, language, section, copy_kind"  # as storage.corpus.sampling has them


class Command(CorpusCommand):
    summary = "Draw a sample for annotation, the same articles for the same seed"
    description = (
        "Draw articles without replacement, spread over outlets, months and the like in proportion to their size"
        " (--equal: evenly), each stratum with one at least while there are enough. `weight` is how many articles of"
        " its stratum one stands for. The file has an empty `label` to be filled in, and goes back with"
        " `scrapy judge --import FILE --by ANNOTATOR`."
    )
    example = "scrapy sample -n 100 --seed 7 --by outlet,month -o sample.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", "--size", type=int, default=100, metavar="N", help="so many (default: 100)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="another number, another sample")
        parser.add_argument("--by", default="", metavar="NAMES", help=f"spread over these: {_STRATA}")
        parser.add_argument("--equal", action="store_true", help="the same number of each stratum, if it has them")
        parser.add_argument("-o", "--output", metavar="FILE", help="write there: .csv or .jsonl")
        parser.add_argument("--no-text", action="store_true", help="leave the text out")
        parser.add_argument("--json", action="store_true", help="JSON lines on the terminal (default: CSV)")
        add_filters(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        from storage.corpus.sampling import sample
        from storage.database.rows import iso
        from storage.export.files import write_small

        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        if opts.output and not opts.output.endswith((".csv", ".jsonl")):
            raise ConfigurationError(f"{opts.output}: the suffix must be .csv or .jsonl")
        by = [name.strip() for name in opts.by.split(",") if name.strip()]
        corpus = self.open_corpus()
        drawn = sample(corpus, opts.size, opts.seed, by, filter_of(opts), equal=opts.equal)
        rows = []
        for one in drawn:
            article = corpus.get(one.id)
            assert article is not None
            rows.append(
                {
                    "id": one.id,
                    "url": article.url,
                    "outlet": article.outlet,
                    "published_at": iso(article.published_at),
                    "title": article.title,
                    "text": None if opts.no_text else article.text,
                    "stratum": " ".join(one.stratum),
                    "weight": one.weight,
                    "label": "",
                    "note": "",
                }
            )
        held = StringIO(newline="")
        if not opts.output:
            _write(rows, held, as_json=opts.json)
            sys.stdout.write(printable(held.getvalue(), lines=True))
            return None
        path = Path(opts.output).expanduser().absolute()
        if not path.parent.is_dir():
            raise ConfigurationError(f"cannot write {path}: the folder {path.parent} does not exist")
        _write(rows, held, as_json=path.suffix == ".jsonl")
        write_small(path, held.getvalue()).publish()
        print(f"{len(rows)} articles of {len({one.stratum for one in drawn})} strata: {opts.output}")
        return None


def _write(rows: Iterable[dict[str, Any]], file: IO[str], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    names = ["id", "url", "outlet", "published_at", "title", "text", "stratum", "weight", "label", "note"]
    table = csv.DictWriter(file, names, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
