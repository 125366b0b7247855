"""Sources as the crawl uses them: entering them into the frontier, and turning their answers into new URLs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from scrapy.http import Response

from crawler import discovery, urls
from crawler.crawl import validators
from crawler.crawl.platforms import remembered
from crawler.crawl.scheduler import Scheduler
from crawler.crawl.scoring import new_url
from crawler.crawl.session import Session
from crawler.discovery import Candidate, ListingResult, Page, Window, archives, pagination, timestamps
from crawler.discovery.queries import from_seeds
from crawler.discovery.sitemaps import from_robots
from crawler.fetching.redirects import MAX_HOPS
from crawler.fetching.responses import header, headers_of
from crawler.fetching.size_limit import CUT
from crawler.outlets import Outlet
from storage.frontier import Lease
from storage.frontier.frontier import NewUrl
from storage.frontier.urls import pack

T = TypeVar("T")

# Pages of an outlet in which its platform is looked for: a front page made for speed, or the first article, may be the
# one that does not show it.
LOOKS = 5
# Kinds of source that say what there is today: an article they name that could not be had is tried once more.
NAMES_TODAY = frozenset({"feed", "sitemap"})
# Candidates that are scored and added at a time. 1,000 hold the database for 60 ms on SQLite and for 100 on PostgreSQL
# (bench/README.md), so that neither a claim nor a heartbeat waits for a sitemap of 50,000.
PIECE = 1000
# Bytes of an answer to a source; of larger ones one is read at a time, for what they weigh in memory.
LARGE = 1024 * 1024
SPEAKS = frozenset(
    {"feed", "sitemap", "index"}
)  # kinds of source that always hold something; a search may find nothing


class Discoverer:
    """Feeds, sitemaps, indexes, searches, platforms and web archives of one run."""

    def __init__(self, session: Session, scheduler: Scheduler) -> None:
        self.session, self.scheduler, self.database = session, scheduler, session.database
        self._untried: dict[str, list[NewUrl]] = {}
        self._large = asyncio.Lock()

    async def enter(self) -> None:
        """Make every outlet's sources known and due, once per run."""
        session = self.session
        session.queries = session.arguments.queries or await asyncio.to_thread(
            from_seeds, session.arguments.topic.seeds
        )
        window = session.arguments.window
        since, until = (day.isoformat() if day else None for day in (window.since, window.until))
        outlets = list(session.arguments.by_id)
        await self.database.transaction(lambda conn: self.database.frontier.reopen(conn, outlets, since, until))
        known = await self.database.transaction(
            lambda conn: [remembered(conn, outlet) for outlet in session.arguments.outlets]
        )
        session.outlets.update({outlet.id: outlet for outlet in known})
        entries = [row for outlet in known for row in self._entries(outlet)]
        await self._add(await self._moved(entries))

    async def robots(self, host: str, text: str) -> None:
        """Go on with what a new robots.txt allows again; of an outlet that names no sitemap, take those it names.

        The latter for a back-fill only: they reach back years, are large, and what is new is found by cheaper ways.
        """
        self.scheduler.found({host})
        if self.session.arguments.window.since is None:
            return
        for outlet in self.session.arguments.outlets:
            if outlet.owns(host) and not outlet.sitemaps:
                found = from_robots(text, outlet)
                await self._add([new_url(item, outlet, self.session.topic, self.session.now()) for item in found])

    async def enter_archives(self) -> None:
        """Make the web archives known and due: for each outlet, once per run, after the outlets were asked."""
        session, plan = self.session, self.session.arguments
        session.at_archives = True
        rows = []
        for outlet in plan.outlets:
            asked = archives.entries(outlet, plan.window, session.queries, plan.archives, session.services)
            rows += [new_url(candidate, outlet, session.topic, session.now()) for candidate in asked]
        await self._add(rows)

    async def had(self, lease: Lease) -> bool:
        """Whether the outlet itself has given the page of a capture meanwhile, to this run or another."""

        def look(conn: Any) -> bool:
            return bool(self.database.frontier.fetched(conn, [lease.identity.removeprefix("capture ")]))

        return await self.database.transaction(look)

    async def recognise(self, response: Response, outlet: Outlet) -> None:
        """When one of an outlet's first pages shows its platform, use the platform's own sources from now on."""
        session = self.session
        if outlet.platform is not None or session.looked_at[outlet.id] >= LOOKS:
            return
        session.looked_at[outlet.id] += 1
        page = Page(response.url, response.body, response.status, headers_of(response))
        known = discovery.platform_of(page, outlet)
        if known is None:
            return
        session.outlets[outlet.id] = known
        entries = [row for row in self._entries(known) if row.kind == known.platform]
        self._untried[outlet.id] = entries[1:]  # until the first is answered: many sites close their API
        await self._add(entries[:1])

    async def read(self, response: Response, lease: Lease, outlet: Outlet) -> None:
        """Read one answer, add what it holds piece by piece, and finish its URL.

        Whatever ends the run between two pieces, the URL stays due and is read again.
        """
        async with self._large if len(response.body) > LARGE else contextlib.nullcontext():
            await self._take_in(response, lease, outlet)

    async def _take_in(self, response: Response, lease: Lease, outlet: Outlet) -> None:
        session, frontier = self.session, self.database.frontier
        context = dict(lease.hints.get("context") or {})
        page = Page(response.url, response.body, response.status, headers_of(response), context, session.now())
        # Off the event loop: a sitemap of 50,000 URLs takes seconds to read and to score.
        reading = await asyncio.to_thread(discovery.read, lease.kind, page, outlet, session.arguments.window)
        if CUT in response.flags:
            reading.troubles.append("too large, read as far as the limit")
        saw = self._saw_nothing(response, lease, reading)
        if saw is not None:
            reading.troubles.append(saw)
        new, found, ways = 0, 0, list[NewUrl]()
        for candidates in _pieces(reading.candidates):
            articles, further = await asyncio.to_thread(self._rows, candidates, outlet)
            unknown, added = await self._add_articles(articles, lease)
            new, found = new + unknown, found + added
            ways += further
        if lease.kind == outlet.platform:
            ways += self._tried(outlet, response.status)
        number, backfill = context.get("page"), session.arguments.window.since is not None
        goes_on = session.pagination.accept(
            pagination.key(response.url, context),
            number if isinstance(number, int) else 1,
            reading,
            None if backfill else new,
        )
        # The walk has ended: its next page is not asked for, what else the page led to is.
        await self._add(ways if goes_on else [row for row in ways if row.kind != lease.kind])

        def commit(conn: Any) -> None:
            frontier.finish(
                conn,
                session.run,
                lease,
                "failed" if reading.unread else "fetched",  # asked for again in the next run, and not the list's end
                status=response.status,
                etag=header(response, "ETag"),
                last_modified=header(response, "Last-Modified"),
                reason="; ".join(reading.troubles) or None,
                content_hash=str(session.arguments.window),
                hints=pack(validators.noted(lease.hints, frontier.clock())),
            )

        await self.database.transaction(commit)
        session.statistics.listed(lease.outlet, response.url, repeated=pagination.REPEATS in reading.troubles)
        lie = validators.lies(
            lease,
            header(response, "ETag"),
            header(response, "Last-Modified"),
            frontier.clock(),
            found if self.read_alike(lease) else 0,
        )
        for trouble in [*reading.troubles, *([lie] if lie else [])]:
            session.statistics.trouble(lease.outlet, f"{lease.kind}: {trouble}")
        self.scheduler.done(lease)

    async def _add_articles(self, articles: list[NewUrl], lease: Lease) -> tuple[int, int]:
        """Make articles that a source names known; how many were not before this run, and how many are to be read."""
        session, frontier = self.session, self.database.frontier

        def commit(conn: Any) -> tuple[int, int]:
            old = frontier.known_before(conn, (row.identity for row in articles), session.started)
            return old, frontier.add(conn, self._wanted(conn, articles), named=lease.kind in NAMES_TODAY)

        old, found = await self.database.transaction(commit)
        session.learn_titles(lease.outlet, (str(row.hints["title"]) for row in articles if "title" in row.hints))
        session.statistics.count(lease.outlet, "found", found)
        self.scheduler.found({row.host for row in articles})
        return len(articles) - old, found

    def _saw_nothing(self, response: Response, lease: Lease, reading: ListingResult) -> str | None:
        """Of a way in that gave nothing usable: what came instead, for a person to see what it is."""
        window, context = self.session.arguments.window, lease.hints.get("context") or {}
        number = context.get("page")
        if reading.candidates or reading.troubles or lease.kind not in SPEAKS or response.status != 200:
            return None
        if window.since or window.until or context.get("date") or (isinstance(number, int) and number > 1):
            return None  # what it holds may be of other days, or all behind us
        kind, start = header(response, "Content-Type") or "no type", response.body[:400].decode("utf-8", "replace")
        start = " ".join(start.split())[:60]
        return f"nothing usable in it: {kind}, {len(response.body)} bytes, begins {start!r}"

    async def _moved(self, rows: list[NewUrl]) -> list[NewUrl]:
        """The rows, and those of sources that moved for good at their new addresses."""
        frontier, now_at = self.database.frontier, {row.identity: row for row in rows if row.kind != "article"}
        for _ in range(MAX_HOPS):
            there = await self.database.transaction(
                lambda conn: frontier.moved(conn, [row.identity for row in now_at.values()])
            )
            for first, row in now_at.items():
                if row.identity in there:
                    url = there[row.identity]
                    now_at[first] = replace(
                        row, url=url, identity=urls.bounded(f"{row.kind} {url}"), host=urls.host(url) or row.host
                    )
            if not there:
                break
        for row in rows:
            new = now_at.get(row.identity, row)
            if new.url != row.url:
                self.session.statistics.trouble(
                    row.outlet, f"{row.kind} {row.url} moved for good to {new.url}: put that into the outlet's file"
                )
        return [now_at.get(row.identity, row) for row in rows]

    def read_alike(self, lease: Lease) -> bool:
        """Whether the last reading of this source had the run's window in view, so that "unchanged" is all it need say.

        A reading passes over what lies outside its window: another window needs the answer itself.
        """
        return lease.content_hash in (str(Window()), str(self.session.arguments.window))

    async def unchanged(self, lease: Lease) -> None:
        """A source is as it was. Sitemaps that it names may have changed all the same and are asked in their turn;
        so are further pages of a list that could not be had last time.
        """
        session, frontier = self.session, self.database.frontier

        def commit(conn: Any) -> list[str]:
            frontier.finish(conn, session.run, lease, "fetched", status=304)
            failed = lease.kind != "sitemap"
            return frontier.ask_again(conn, lease.outlet, lease.kind, session.started, failed=failed)

        hosts = await self.database.transaction(commit)
        self.scheduler.done(lease)
        self.scheduler.found(hosts)

    def _rows(self, candidates: Iterable[Candidate], outlet: Outlet) -> tuple[list[NewUrl], list[NewUrl]]:
        """Articles within the window, and further sources, as rows of the frontier."""
        session = self.session
        articles: list[NewUrl] = []
        ways: list[NewUrl] = []
        for candidate in candidates:
            if candidate.kind != "article":
                ways.append(new_url(candidate, outlet, session.topic, session.now()))
            elif session.arguments.window.holds(timestamps.local_day(candidate.published, outlet.timezone)):
                articles.append(new_url(candidate, outlet, session.topic, session.now()))
        return articles, ways

    def _tried(self, outlet: Outlet, status: int) -> list[NewUrl]:
        """The rest of a recognised platform's entries once the first is answered; its substitutes if that is closed."""
        rest = self._untried.pop(outlet.id, [])
        if status < 400:
            return rest
        ways: list[NewUrl] = []
        for row in rest:
            unasked = Page(row.url, b"", status, context=dict(row.hints.get("context") or {}))
            reading = discovery.read(row.kind, unasked, outlet, self.session.arguments.window)
            ways += self._rows(reading.candidates, outlet)[1]
        return ways

    def _wanted(self, conn: Any, articles: list[NewUrl]) -> list[NewUrl]:
        """Without captures of pages that the outlet itself still gave us."""
        captures = {row.identity.removeprefix("capture ") for row in articles if "original_url" in row.hints}
        if not captures:
            return articles
        had = self.database.frontier.fetched(conn, captures)
        return [row for row in articles if row.identity.removeprefix("capture ") not in had]

    def _entries(self, outlet: Outlet) -> list[NewUrl]:
        session = self.session
        candidates = discovery.entries(
            outlet,
            session.arguments.window,
            queries=session.queries,
            browse=not session.arguments.queries,  # the seeds' names are not all that is wanted; a person's words are
            today=session.now().astimezone(ZoneInfo(outlet.timezone)).date(),  # the outlet's day, not UTC's
        )
        return [new_url(candidate, outlet, session.topic, session.now()) for candidate in candidates]

    async def _add(self, rows: list[NewUrl]) -> None:
        """Make sources known, and due once in this run."""
        frontier, started = self.database.frontier, self.session.started
        for piece in _pieces(rows):
            await self.database.transaction(partial(frontier.add, new=piece, run_started=started))
            self.scheduler.found({row.host for row in piece})


def _pieces(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), PIECE):
        yield items[start : start + PIECE]
