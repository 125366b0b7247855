"""Does what the registry says of an outlet still hold? Each source and one article are asked for and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler import discovery
from crawler.discovery import Candidate, Page, Window
from crawler.extraction import extract
from crawler.fetching.client import ROBOT, Answer, Fetcher, Refused
from crawler.outlets import Outlet

AT_ONCE = 8  # outlets checked side by side; each is asked one thing at a time


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing asked: ``what`` is "robots", "feed", "sitemap", "index", "wordpress", "blogger" or "article"."""

    outlet: str
    what: str
    url: str
    ok: bool
    detail: str
    reached: bool = True  # False where no answer came at all


def check(
    outlets: Sequence[Outlet],
    agent: str,
    today: date | None = None,
    fetcher: Callable[[Outlet, str], Fetcher] = Fetcher,
) -> Iterator[Probe]:
    """Probe outlets side by side, one request at a time each; probes come as outlets are done.

    ``today`` is each outlet's own day where it is not given.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        jobs = [pool.submit(probe, outlet, fetcher(outlet, agent), today or today_of(outlet)) for outlet in outlets]
        try:
            for job in as_completed(jobs):
                yield from job.result()
        finally:
            for job in jobs:
                job.cancel()


def today_of(outlet: Outlet) -> date:
    """The present day where the outlet is."""
    return datetime.now(ZoneInfo(outlet.timezone)).date()


def probe(outlet: Outlet, fetcher: Fetcher, today: date) -> list[Probe]:
    """Probe one outlet: robots.txt of each host, every feed, sitemap, index and platform entry, then one article."""
    entries = list(_entries(outlet, today))
    probes = [_robots(outlet, fetcher, host) for host in dict.fromkeys(map(_host, entries))]
    articles: list[Candidate] = []
    children: list[Candidate] = []
    for entry in entries:
        probed, found = _source(outlet, fetcher, entry)
        probes.append(probed)
        articles += [candidate for candidate in found if candidate.kind == "article"]
        children += [candidate for candidate in found if entry.kind == candidate.kind == "sitemap"]
    if children and not articles:  # what an index names is in its sitemaps
        probed, found = _source(outlet, fetcher, max(children, key=lambda child: str(child.modified or "")))
        probes.append(probed)
        articles = [candidate for candidate in found if candidate.kind == "article"]
    probes.append(_article(outlet, fetcher, articles))
    return probes


def _entries(outlet: Outlet, today: date) -> Iterator[Candidate]:
    """The sources to probe; of an index by date yesterday's page, because today's may still be empty."""
    yesterday = today - timedelta(days=1)
    window = Window(yesterday, yesterday) if outlet.indexes else Window()
    for entry in discovery.entries(outlet, window, today=today):
        if entry.kind in ("wordpress", "blogger"):
            continue
        yield entry
    if outlet.platform:
        for entry in discovery.entries(outlet, Window(), today=today):
            if entry.kind == outlet.platform:
                yield entry


def _host(candidate: Candidate) -> str:
    parts = urlsplit(candidate.url)
    return f"{parts.scheme}://{parts.netloc}"


def _robots(outlet: Outlet, fetcher: Fetcher, host: str) -> Probe:
    rules = fetcher.rules(host)
    if isinstance(rules, str):
        return Probe(outlet.id, "robots", f"{host}/robots.txt", ok=False, detail=rules, reached="answered" in rules)
    delay = rules.crawl_delay(ROBOT)
    named = len(list(rules.sitemaps))
    detail = f"Crawl-delay {delay:g} s" if delay else "no Crawl-delay"
    if named:
        detail += f", names {named} sitemap{'s' if named > 1 else ''}"
    return Probe(outlet.id, "robots", f"{host}/robots.txt", ok=True, detail=detail)


def _source(outlet: Outlet, fetcher: Fetcher, entry: Candidate) -> tuple[Probe, list[Candidate]]:
    answer = _asked(fetcher, entry.url, source=True)
    if isinstance(answer, str):
        return _failed(outlet, entry.kind, entry.url, answer), []
    if answer.status != 200:
        return Probe(outlet.id, entry.kind, entry.url, ok=False, detail=f"answered {answer.status}"), []
    page = Page(answer.url, answer.body, answer.status, answer.headers, dict(entry.context))
    reading = discovery.read(entry.kind, page, outlet, Window())
    articles = sum(candidate.kind == "article" for candidate in reading.candidates)
    children = sum(candidate.kind == "sitemap" for candidate in reading.candidates) if entry.kind == "sitemap" else 0
    said = [_counted(articles, "article")] if articles or not children else []
    said += [_counted(children, "sitemap")] if children else []
    detail = "; ".join([*said, *reading.troubles])
    return Probe(outlet.id, entry.kind, entry.url, ok=bool(articles or children), detail=detail), reading.candidates


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _article(outlet: Outlet, fetcher: Fetcher, articles: list[Candidate]) -> Probe:
    if not articles:
        return Probe(outlet.id, "article", "", ok=False, detail="no source named one")
    chosen = articles[0]
    answer = _asked(fetcher, chosen.url)
    if isinstance(answer, str):
        return _failed(outlet, "article", chosen.url, answer)
    if answer.status != 200:
        return Probe(outlet.id, "article", chosen.url, ok=False, detail=f"answered {answer.status}")
    article = extract(answer.body, answer.url, answer.headers.get("content-type"), outlet=outlet)
    if article is None:
        return Probe(outlet.id, "article", chosen.url, ok=False, detail="no article found on the page")
    said = [f"{article.word_count} words"]
    said.append(f"published {article.published_at.isoformat()}" if article.published_at else "no date")
    selected = not outlet.selectors.body or (article.method or "").startswith("outlet:")
    if not selected:
        said.append("no selector of the registry matches its body")
    ok = selected and article.published_at is not None
    return Probe(outlet.id, "article", chosen.url, ok=ok, detail="; ".join(said))


def _asked(fetcher: Fetcher, url: str, *, source: bool = False) -> Answer | str:
    try:
        return fetcher.get(url, source=source)
    except Refused as refused:
        return str(refused)


def _failed(outlet: Outlet, what: str, url: str, why: str) -> Probe:
    return Probe(outlet.id, what, url, ok=False, detail=why, reached="reachable" not in why)
