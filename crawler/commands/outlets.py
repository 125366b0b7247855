"""``scrapy outlets``: the registry, and whether what it says still holds."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from crawler.cli.base import CorpusCommand, progress
from crawler.crawl.configuration import user_agent
from crawler.outlets import Outlet, load
from crawler.processing.outlet_check import Probe, check
from crawler.urls import is_address
from storage.errors import NothingReachable, TooManyPageErrors

logger = logging.getLogger(__name__)

LISTED = ("id", "name", "domains", "feeds", "sitemaps", "indexes", "search", "platform", "selectors")
CHECKED = ("outlet", "what", "ok", "detail", "url")


class Command(CorpusCommand):
    summary = "List the outlets of the registry, or check that what it says of them holds"
    arguments = "[ID|FILE.toml|FOLDER …]"
    description = (
        "List the outlets with the number of their sources; a table on a terminal, tab-separated values elsewhere."
        " With --check each outlet's robots.txt, every feed, sitemap and index and one article are fetched, politely,"
        " and read. Exit codes of the check: 0 all of it works, 4 nothing could be reached, 6 some of it does not work."
    )
    example = "scrapy outlets --check kompas antaranews"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--check", action="store_true", help="fetch and read each source and one article")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        outlets = choose(args)
        if opts.check:
            self._check(outlets, opts)
        else:
            show(LISTED, [row(outlet) for outlet in outlets], "json" if opts.json else None)
        return None

    def _check(self, outlets: list[Outlet], opts: argparse.Namespace) -> None:
        settings = self.project_settings
        agent = user_agent(settings)
        contact = settings["CONTACT"]
        if not contact and not all(is_address(domain) for outlet in outlets for domain in outlet.domains):
            logger.warning(
                "no CONTACT is set: give an e-mail address or page (-s CONTACT=…) so that outlets can reach you"
            )
        probes: list[Probe] = []
        done: set[str] = set()
        with progress("Checking outlets", len(outlets)) as report:
            for probe in check(outlets, agent):
                probes.append(probe)
                done.add(probe.outlet)
                report(len(done))
        order = {outlet.id: number for number, outlet in enumerate(outlets)}
        probes.sort(key=lambda probe: order[probe.outlet])
        rows = [{name: asdict(probe)[name] for name in CHECKED} for probe in probes]
        show(CHECKED, rows, "json" if opts.json else None)
        failed = [probe for probe in probes if not probe.ok]
        if probes and not any(probe.reached for probe in probes if probe.url):
            raise NothingReachable("not one outlet could be reached: is there a network?")
        if failed:
            places = len({probe.outlet for probe in failed})
            where = f"{places} outlet{'s' if places > 1 else ''}"
            raise TooManyPageErrors(f"{len(failed)} of {len(probes)} probes failed, at {where}")


def choose(args: Sequence[str]) -> list[Outlet]:
    """The outlets that the arguments name: ids, files, folders; all of the registry without any."""
    if not args:
        return load()
    return list({outlet.id: outlet for arg in args for outlet in load(arg)}.values())


def row(outlet: Outlet) -> dict[str, object]:
    """An outlet as listed: what it is, and how many of each source it names."""
    return {
        "id": outlet.id,
        "name": outlet.name,
        "domains": " ".join(outlet.domains),
        "feeds": len(outlet.feeds),
        "sitemaps": len(outlet.sitemaps),
        "indexes": len(outlet.indexes),
        "search": len(outlet.search),
        "platform": outlet.platform or "",
        "selectors": bool(outlet.selectors.body),
    }


def show(names: Sequence[str], rows: Sequence[dict[str, object]], form: str | None) -> None:
    """Print rows as JSON, as a table where a person watches, as tab-separated values with a heading elsewhere."""
    if form == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif sys.stdout.isatty():
        table = Table(*names, caption=f"{len(rows)} rows")
        for item in rows:
            table.add_row(*(shown(item[name]) for name in names))
        Console().print(table)
    else:
        writer = csv.writer(sys.stdout, "excel-tab", lineterminator="\n")
        writer.writerow(names)
        writer.writerows([shown(item[name]) for name in names] for item in rows)


def shown(value: object) -> str:
    """A value as a cell: yes and no for truth, nothing for zero."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value or value == "" else "-"
