"""A crawl of nothing but sources, for tests: asks loopback sites what discovery says, until nothing is left to ask."""

from __future__ import annotations

import gzip
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import brotli

from crawler import discovery
from crawler.discovery import Candidate, Page, Window, pagination
from crawler.outlets import Outlet

OPENER = build_opener(ProxyHandler({}))


@dataclass
class Found:
    """What a crawl of sources came to: articles by URL, how often each kind was asked, troubles by name."""

    articles: dict[str, Candidate] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    urls: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)


def ask(candidate: Candidate) -> Page:
    """Fetch a candidate as the crawl does: with its range, unpacked, header names in lower case."""
    headers = {"Accept-Encoding": "gzip, br"}
    if isinstance(candidate.context.get("range"), str):
        headers["Range"] = str(candidate.context["range"])
    try:
        response = OPENER.open(Request(candidate.url.partition("#")[0], headers=headers), timeout=10)
    except HTTPError as error:
        response = error
    with response:
        told = {name.lower(): value for name, value in response.headers.items()}
        body = response.read()
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(told.get("content-encoding", ""))
        return Page(response.url, unpack(body) if unpack else body, response.status, told, dict(candidate.context))


def explore(
    outlet: Outlet,
    window: Window | None = None,
    *,
    limit: int = 500,
    start: Iterable[Candidate] = (),
    **options: object,
) -> Found:
    """Ask all sources of an outlet and all that follow from them, at most ``limit``."""
    found, guard, known = Found(), pagination.PaginationGuard(), set()
    window = window or Window()
    options.setdefault("today", date(2024, 3, 29))
    queue = deque(start or discovery.entries(outlet, window, **options))
    while queue and sum(found.asked.values()) < limit:
        candidate = queue.popleft()
        if candidate.url in known:
            continue
        known.add(candidate.url)
        found.asked[candidate.kind] += 1
        found.urls.append(candidate.url)
        page = ask(candidate)
        if page.status >= 400 and candidate.kind not in discovery.READS_FAILURES:
            found.troubles[f"answered {page.status}"] += 1
            continue
        reading = discovery.read(candidate.kind, page, outlet, window)
        number = candidate.context.get("page", 1)
        further = guard.accept(pagination.key(candidate.url, candidate.context), number, reading)
        found.troubles.update(reading.troubles)
        for item in reading.candidates:
            if item.kind == "article":
                found.articles.setdefault(item.original_url or item.url, item)
            elif further or item.kind != candidate.kind:
                queue.append(item)
    return found
