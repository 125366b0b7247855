"""``scrapy outlets``: the registry, and whether what it says still holds."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand, progress
from crawler.cli.printing import cell, printable, say
from crawler.crawl.configuration import user_agent
from storage.errors import ConfigurationError, NothingReachable, TooManyPageErrors

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from crawler.processing.outlet_check import Probe
    from storage.article import Article

logger = logging.getLogger(__name__)

LISTED = ("id", "name", "domains", "feeds", "sitemaps", "indexes", "search", "platform", "selectors")
CHECKED = ("outlet", "what", "ok", "detail", "url")
SUGGESTED = ("domain", "articles", "linked", "cited", "relevance", "example")


class Command(CorpusCommand):
    summary = "List, check, add or look for outlets"
    arguments = "[ID|FILE.toml|FOLDER …]"
    description = (
        "List the outlets with the number of their sources; a table on a terminal, tab-separated values elsewhere."
        " With --check each outlet's robots.txt, every feed, sitemap and index and one article are fetched, politely,"
        " and read. With --add URL a site is surveyed from its front page, within its own domain and in at most 60"
        " requests: robots.txt, feeds, sitemaps, platform, lists by date, search and three articles; what works is"
        " written as an outlet file and checked. With --suggest the corpus' kept articles are read for domains they"
        " link to or cite and that no outlet owns. Exit codes of check and add: 0 all of it works, 2 what was given"
        " cannot be used, 4 nothing could be reached, 6 some of it does not work."
    )
    example = "scrapy outlets --check kompas antaranews; scrapy outlets --add https://contoh.id -o contoh.toml"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--check", action="store_true", help="fetch and read each source and one article")
        parser.add_argument("--add", metavar="URL", help="write an outlet file from the address of a site")
        parser.add_argument("-o", "--output", metavar="FILE", help="where --add writes (default: ID.toml right here)")
        parser.add_argument("--suggest", action="store_true", help="name domains of the corpus that are worth adding")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if sum(map(bool, (opts.check, opts.add, opts.suggest))) > 1:
            raise UsageError("--check, --add and --suggest do different things: give one of them", print_help=False)
        if opts.output and not opts.add:
            raise UsageError("-o goes with --add", print_help=False)
        if opts.add:
            self._add(opts)
            return None
        outlets = choose(args)
        if opts.suggest:
            self._suggest(outlets, opts)
        elif opts.check:
            self._check(outlets, opts)
        else:
            show(LISTED, [row(outlet) for outlet in outlets], "json" if opts.json else None)
        return None

    def _agent(self, outlets: Iterable[Outlet]) -> str:
        """The User-Agent line; says so where outlets could not tell whose it is."""
        from crawler.urls import is_address

        settings = self.project_settings
        if not settings["CONTACT"] and not all(is_address(domain) for outlet in outlets for domain in outlet.domains):
            logger.warning(
                "no CONTACT is set: give an e-mail address or page (-s CONTACT=…) so that outlets can reach you"
            )
        return user_agent(settings)

    def _add(self, opts: argparse.Namespace) -> None:
        from crawler.outlets import load
        from crawler.processing.survey import survey, toml_of
        from crawler.processing.survey.surveying import MOST

        host = registry_host(opts.add)
        known = next((outlet for outlet in load() if outlet.owns(host)), None)
        if known is not None:
            raise ConfigurationError(f"{opts.add}: is in the registry already, as {known.id}")
        if opts.output and Path(opts.output).exists():
            raise ConfigurationError(f"{opts.output}: is there already; nothing was asked, name another file with -o")
        agent = self._agent([])
        with progress("Surveying", MOST) as report:
            found = survey(opts.add, agent, datetime.now(UTC), report=report)
        path = Path(opts.output or f"{found.outlet.id}.toml")
        text = toml_of(found.outlet, found.found, opts.add, f"{datetime.now(UTC):%Y-%m-%d}", str(path))
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be written: {error.strerror or error}") from error
        print(f"{path}: written after {found.asked} requests")
        for url, article in found.articles:
            say(f"  {url[:300]}: {described(article)}")
        for line in found.passed_over:
            say(f"  passed over: {line[:300]}")
        self._check(load(str(path)), opts)

    def _suggest(self, outlets: list[Outlet], opts: argparse.Namespace) -> None:
        from crawler.processing.outlet_suggestions import suggestions

        corpus = self.open_corpus()
        try:
            total = corpus.counts().get("articles")
            with progress("Reading articles", total) as report:
                articles = counted(corpus.articles(evidence=True), report)
                rows = [asdict(item) for item in suggestions(articles, outlets)]
        finally:
            corpus.db.close()
        show(SUGGESTED, rows, "json" if opts.json else None)

    def _check(self, outlets: list[Outlet], opts: argparse.Namespace) -> None:
        from crawler.processing.outlet_check import check

        agent = self._agent(outlets)
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


def registry_host(address: str) -> str | None:
    """The host of an address as a person gives it, with or without a scheme."""
    from crawler.urls import host as host_of

    return host_of(address if "//" in address else f"https://{address}")


def described(article: Article | None) -> str:
    """What came out of a page, in a few words."""
    if article is None:
        return "no article found on the page"
    when = article.published_at.isoformat() if article.published_at else "no date"
    authors = ", ".join(article.authors) or "no author"
    return f"{article.word_count} words; {when}; {authors[:300]}; {(article.title or 'no title')[:300]}"


def counted(articles: Iterable[Article], report: Callable[[int], None]) -> Iterator[Article]:
    """Articles as they come, with the number so far reported."""
    for number, article in enumerate(articles, 1):
        yield article
        report(number)


def choose(args: Sequence[str]) -> list[Outlet]:
    """The outlets that the arguments name: ids, files, folders; all of the registry without any."""
    from crawler.outlets import load

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
        say(json.dumps(rows, ensure_ascii=False, indent=1), lines=True)
    elif sys.stdout.isatty():
        table = Table(*names, caption=f"{len(rows)} rows")
        for item in rows:
            table.add_row(*(cell(shown(item[name])) for name in names))
        Console().print(table)
    else:
        writer = csv.writer(sys.stdout, "excel-tab", lineterminator="\n")
        writer.writerow(names)
        writer.writerows([printable(shown(item[name])) for name in names] for item in rows)


def shown(value: object) -> str:
    """A value as a cell: yes and no for truth, nothing for zero."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value or value == "" else "-"
