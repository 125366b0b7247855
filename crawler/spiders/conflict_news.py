"""The spider: turns the frontier's leases into requests, and what comes back into pages or candidates.

It decides nothing by itself: ``crawl.scheduler`` says what is asked when, ``crawl.outcomes`` what an answer means,
``crawler.discovery`` what a source holds, and the pipelines read, archive and store article pages. Whatever happens
to a request, its URL gets a new state in the frontier; that is the one rule here.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure
from w3lib.url import add_or_replace_parameters

from crawler.crawl import arguments, outcomes, redirects, validators
from crawler.crawl.discoverer import Discoverer
from crawler.crawl.heartbeat import LOST
from crawler.crawl.outcomes import Outcome
from crawler.crawl.pages import captured_page, live_page
from crawler.crawl.redirects import Redirect
from crawler.crawl.retries import is_fresh
from crawler.crawl.scheduler import Scheduler
from crawler.crawl.scoring import new_url
from crawler.crawl.session import Session
from crawler.discovery import READS_FAILURES, Candidate
from crawler.discovery.candidates import when
from crawler.fetching.pace import HostPace, retry_after
from crawler.fetching.refresh import refresh_of
from crawler.fetching.responses import header
from crawler.fetching.whole_bodies import SUSPECT
from crawler.items import FetchedPage
from crawler.processing.reasons import Cause, Reason
from storage.errors import CorpusError, PageError, StorageError
from storage.frontier import NOT_NEEDED, Lease, LeaseLost

logger = logging.getLogger(__name__)

# Kinds of which an answer without a byte is no answer; a search of a web archive may find nothing.
MUST_HOLD = frozenset({"article", "feed", "sitemap", "index"})
OUTAGE = 3  # times as many errors in a row as of another host make an outage of one that answered well in this run


class ConflictNewsSpider(Spider):
    """``scrapy crawl conflict_news``; see ``crawler.crawl.arguments`` for its arguments."""

    name = "conflict_news"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.scheduler, self.database = session, Scheduler(session), session.database
        self.discoverer = Discoverer(session, self.scheduler)
        self.retries = session.retries

    @classmethod
    def from_crawler(cls, crawler: Crawler, session: Session | None = None, **given: Any) -> ConflictNewsSpider:
        """Build the session from ``-a`` arguments where the command has not done so already."""
        session = session or Session(arguments.parse(given, crawler.settings), crawler.settings)
        spider = super().from_crawler(crawler, session=session)
        crawler.signals.connect(spider._failed_item, signal=signals.item_error)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    # What middlewares and pipelines ask ---------------------------------------------------------------------------

    def may_ask(self, host: str) -> bool:
        """Whether a host belongs to an outlet of this run, or to a web archive it uses."""
        if any(outlet.owns(host) for outlet in self.session.arguments.outlets):
            return True
        services = self.session.services
        bases = (services.wayback, services.commoncrawl_index, services.commoncrawl_data)
        return bool(self.session.arguments.archives) and host in {urlsplit(base).hostname for base in bases}

    def may_be_private(self, host: str) -> bool:
        """Whether a host's name may lead to an address of a private network: where its outlet's file says so."""
        owners = [outlet for outlet in self.session.arguments.outlets if outlet.owns(host)]
        return any(outlet.private for outlet in owners) if owners else self.may_ask(host)  # an archive's: a setting

    def in_doubt(self) -> bool:
        """Whether it is too long ago that the run was seen to hold its hosts."""
        return self.session.heartbeat.in_doubt()

    async def holds_its_hosts(self) -> bool:
        """Whether the hosts this run has leased are still its own; else it ends."""
        if not await self.session.heartbeat.is_accepted():
            self.fail(StorageError(LOST))
        return not self.session.heartbeat.lost

    def pace_of(self, host: str) -> HostPace:
        """The host's pace, made from its outlet's delay when it is first asked for."""
        if host not in self.session.paces:
            owners = [outlet.delay for outlet in self.session.arguments.outlets if outlet.owns(host)]
            self.session.paces[host] = HostPace(outlet_delay=max(owners, default=1.0))
        return self.session.paces[host]

    def fail(self, error: CorpusError) -> None:
        """End the run early because of this error; what is in hand is finished."""
        self.session.fail(error)
        self.scheduler.stop()

    def storage_failed(self, lease: Lease, error: StorageError) -> None:
        """End the run early because the database or the archive fails; the URL stays due."""
        self.scheduler.done(lease)
        self.fail(error)

    # Requests -----------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Make the sources known, then ask for whatever the frontier gives until nothing is due.

        Web archives come last: they are asked for what the outlets themselves no longer give.
        """
        try:
            await self.discoverer.enter()
            async for lease in self.scheduler.leases():
                yield self._request(lease)
            if self.session.arguments.archives and not self.scheduler.stopping:
                await self.discoverer.enter_archives()
                async for lease in self.scheduler.leases():
                    if "original_url" in lease.hints and await self.discoverer.had(lease):
                        self.scheduler.spare(lease)
                        await self._finish(lease, Outcome("gone", NOT_NEEDED), counted=False)
                        continue
                    yield self._request(lease)
        except CorpusError as error:
            self.fail(error)
        except Exception as error:
            self.session.fail(CorpusError(f"the crawl broke off: {type(error).__name__}: {error}"))
            raise

    def _request(self, lease: Lease) -> Request:
        outlet = self.session.outlets[lease.outlet]
        settings = self.session.settings
        article = lease.kind == "article"
        conditional = article or self.discoverer.read_alike(lease)
        headers = validators.headers(lease, self.database.frontier.clock()) if conditional else {}
        self.session.statistics.asked += 1
        self.session.statistics.conditional += bool(headers)
        context = lease.hints.get("context") or {}
        if "range" in context:
            headers["Range"] = str(context["range"])
        url = lease.url
        if article and outlet.single_page and "original_url" not in lease.hints:
            url = add_or_replace_parameters(url, dict([outlet.single_page.split("=", 1)]))
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            headers=headers,
            dont_filter=True,
            meta={
                "lease": lease,
                "archive": article,
                "dont_redirect": True,
                # A page that is too large is none; of a source that is, the first part is read.
                "download_maxsize" if article else "cut_at": settings.getint(
                    "PAGE_MAX_BYTES" if article else "SITEMAP_MAX_BYTES"
                ),
            },
        )

    # Answers ------------------------------------------------------------------------------------------------------

    async def parse(self, response: Response) -> AsyncIterator[FetchedPage]:
        """Any HTTP answer. Article pages go on to the pipelines, which finish their URL; the rest is finished here."""
        lease: Lease = response.meta["lease"]
        pace = self.pace_of(urlsplit(response.url).hostname or "")
        pace.answered = True
        self._judge_host(pace, response.status, lease)
        self.session.statistics.answers += 1
        try:
            page = await self._answered(response, lease)
        except LeaseLost:
            self._lease_lost(lease)
        except StorageError as error:
            self.storage_failed(lease, error)
        except PageError as error:
            logger.warning("%s", error)
            self.session.statistics.trouble(lease.outlet, Cause.CAPTURE.value)
            await self._finish(lease, Outcome("failed", Reason(Cause.CAPTURE)), status=response.status)
        except Exception as error:
            logger.exception("%s", response.url)
            await self._finish(lease, self._crawl_error(lease, error))
        else:
            if page is not None:
                yield page

    def _judge_host(self, pace: HostPace, status: int, lease: Lease) -> None:
        """A host that answers every address with a server's error is as good as one that does not answer."""
        if status < 500:
            pace.errors, pace.well = 0, True
            pace.failing.clear()
            return
        before = len(pace.failing)
        pace.failing.add(lease.id)
        most = self.session.settings.getint("HOST_ERROR_LIMIT") * (OUTAGE if pace.well else 1)
        if before < most <= len(pace.failing):
            self.scheduler.shun(lease.host, f"HTTP {status} and the like for {len(pace.failing)} addresses in a row")
            self.session.statistics.trouble(lease.outlet, f"host answers with errors only (HTTP {status})")

    async def _answered(self, response: Response, lease: Lease) -> FetchedPage | None:
        """The article page of an answer, to be read; None where the answer is dealt with."""
        now, outlet = self.database.frontier.clock(), self.session.outlets[lease.outlet]
        if response.status in outcomes.REDIRECTS:
            location = response.headers.get("Location")
            await self._redirected(self._follow(location, response, lease, response.status), lease, response.status)
            return None
        if response.status == 304:
            if not _conditional(response.request):  # nobody said which version we have: it tells nothing
                await self._finish(lease, self._failure(lease, Reason(Cause.STATUS, "HTTP 304 unasked")))
                return None
            self.session.statistics.count(lease.outlet, "not modified")
            if lease.kind != "article":
                self.session.statistics.unchanged(lease.outlet, lease.url)
                await self.discoverer.unchanged(lease)
            else:
                due = outcomes.next_visit(lease.kind, lease.visits, when(lease.day), now)
                await self._finish(lease, Outcome("fetched", None, due), status=304)
            return None
        wait = self._asked_to_wait(response, lease, now)
        settled = outcomes.by_status(
            response.status,
            lease.attempts,
            now,
            base=self.retries.base,
            most=self.retries.most,
            wait=wait,
            kind=lease.kind,
            fresh=is_fresh(lease, now),
        )
        fallback = settled is not None and lease.kind in READS_FAILURES and settled.state != "delayed"
        if settled is not None and not fallback:
            await self._finish(lease, settled, status=response.status)
            return None
        captured = "original_url" in lease.hints
        doubt = self._doubt(response, lease)
        if doubt is not None:
            await self._finish(lease, doubt, status=response.status)
            return None
        if lease.kind == "article" and not captured:
            target = refresh_of(response.body, response.url)
            if target is not None:
                await self._refreshed(target, response, lease)
                return None
        if not captured and lease.kind in ("article", "index"):
            await self.discoverer.recognise(response, outlet)
        if lease.kind != "article":
            await self.discoverer.read(response, lease, outlet)
            return None
        if captured:
            return captured_page(response, lease, outlet)
        return live_page(response, lease, outlet, self.session.now())

    def _asked_to_wait(self, response: Response, lease: Lease, now: float) -> float | None:
        """Seconds that an overloaded host asks for."""
        if response.status not in (429, 503):
            return None
        wait = retry_after(header(response, "Retry-After"), now)
        if wait is not None and wait > self.session.settings.getfloat("RETRY_WAIT"):
            self.session.statistics.trouble(lease.outlet, "asks to be left alone until a later run")
        return wait

    def _doubt(self, response: Response, lease: Lease) -> Outcome | None:
        """What to do with an answer that says it is well and may not be; None where it is to be read."""
        if lease.kind in MUST_HOLD and response.status < 300 and not response.body.strip():
            now = self.database.frontier.clock()
            self.session.statistics.trouble(lease.outlet, f"{lease.kind}: {Cause.EMPTY.value}")
            return outcomes.failure_for_now(Reason(Cause.EMPTY), lease.attempts, now)
        if SUSPECT in response.flags and lease.kind != "article" and lease.attempts == 1:
            # An article's text is compared with the next answer's, a source is read as it comes the second time.
            return self._failure(lease, Reason.of(Cause.TORN, "ends before its document does"))
        return None

    def _follow(self, location: str | bytes | None, response: Response, lease: Lease, status: int) -> Redirect:
        given = location.encode() if isinstance(location, str) else location
        return redirects.follow(
            given,
            response.url,
            lease,
            self.session.outlets[lease.outlet],
            self.may_ask,
            status=status,
            now=self.database.frontier.clock(),
        )

    async def _refreshed(self, target: str, response: Response, lease: Lease) -> None:
        """A page that only leads on is a redirect; one that leads to another such page, or to itself, is a doorman."""
        redirect = self._follow(target, response, lease, 302)
        if "refreshed" in lease.hints or redirect.target == lease.url:
            now = self.database.frontier.clock()
            reason = Reason.of(Cause.BLOCK_PAGE, "a meta refresh")
            await self._finish(lease, outcomes.failure_for_now(reason, lease.attempts, now), status=response.status)
            return
        await self._redirected(redirect, lease, 302, refreshed=True)

    async def _redirected(self, redirect: Redirect, lease: Lease, status: int, *, refreshed: bool = False) -> None:
        if redirect.trouble:
            self.session.statistics.trouble(lease.outlet, redirect.trouble)
        if redirect.target is None:
            await self._finish(lease, redirect.outcome, status=status)
            return
        hints = {**lease.hints, "hops": redirect.hops} | ({"refreshed": True} if refreshed else {})
        candidate = Candidate(redirect.target, lease.kind, lease.source, original_url=lease.hints.get("original_url"))
        outlet = self.session.outlets[lease.outlet]
        if status in redirects.PERMANENT and lease.kind != "article" and "original_url" not in lease.hints:
            moved = f"{lease.kind} {lease.url} moved for good to {redirect.target}"
            self.session.statistics.trouble(lease.outlet, moved)
        made = new_url(candidate, outlet, self.session.topic, self.session.now())
        row = replace(made, source=lease.source, priority=lease.priority, day=lease.day, hints=hints)
        frontier, run = self.database.frontier, self.session.run

        def commit(conn: Any) -> None:
            if row.identity == lease.identity:  # the same article under another spelling (https, www, a slash)
                frontier.move(conn, run, lease, url=row.url, hints=hints, status=status, owner=row.owner)
            else:
                frontier.finish(conn, run, lease, "gone", status=status, reason=redirect.outcome.reason)
                frontier.add(conn, [row], run_started=self.session.started)

        await self.database.transaction(commit)
        self.session.statistics.count(lease.outlet, "redirected")
        self.scheduler.done(lease)
        self.scheduler.found({row.host, lease.host})

    # No answer ----------------------------------------------------------------------------------------------------

    async def failed(self, failure: Failure) -> None:
        """No answer came: robots.txt, the domain guard, the network, a limit or a full disk stood in the way."""
        lease: Lease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        try:
            if isinstance(failure.value, StorageError):  # robots.txt could not be kept
                raise failure.value
            await self._unanswered(failure.value, lease)
        except StorageError as error:
            self.storage_failed(lease, error)

    async def _unanswered(self, error: BaseException | None, lease: Lease) -> None:
        pace, now = self.pace_of(lease.host), self.database.frontier.clock()
        meant = outcomes.of_error(error, lease, now, self.retries, host_answered=pace.answered)
        if meant.trouble:
            self.session.statistics.trouble(lease.outlet, meant.trouble)
        if meant.shun:
            self.scheduler.shun(lease.host, meant.shun)
        if meant.unreachable:
            pace.errors += 1
            if pace.errors >= self.session.settings.getint("HOST_ERROR_LIMIT"):
                self.scheduler.shun(lease.host, f"no connection, {pace.errors} times in a row ({meant.name})")
        if meant.outcome is None:
            await self.database.call(self.database.frontier.give_back, self.session.run, [lease])
            self.scheduler.done(lease)
        else:
            await self._finish(lease, meant.outcome)

    def _failed_item(self, item: FetchedPage, failure: Failure) -> Any:
        if isinstance(failure.value, StorageError):
            self.storage_failed(item.lease, failure.value)
            return None
        logger.error("%s: %s", item.asked, failure.getErrorMessage())
        return self._finish(item.lease, self._crawl_error(item.lease, failure.value))

    # Finishing ----------------------------------------------------------------------------------------------------

    def _failure(self, lease: Lease, reason: Reason) -> Outcome:
        now = self.database.frontier.clock()
        return outcomes.failure(reason, lease.attempts, now, base=self.retries.base, most=self.retries.most)

    def _crawl_error(self, lease: Lease, error: BaseException | None) -> Outcome:
        return self._failure(lease, Reason.of(Cause.CRAWL_ERROR, type(error).__name__))

    def _lease_lost(self, lease: Lease) -> None:
        self.session.statistics.trouble(lease.outlet, "lease lost to another worker")
        self.scheduler.done(lease)

    async def _finish(self, lease: Lease, settled: Outcome, *, counted: bool = True, **changes: Any) -> None:
        """Count what came of a URL, and commit it."""
        frontier, run = self.database.frontier, self.session.run
        if counted:
            soon = frontier.clock() + self.session.settings.getfloat("RETRY_WAIT")
            later = settled.due_at is not None and settled.due_at > soon
            self.session.statistics.settle(
                lease.outlet, lease.kind, settled.state, settled.reason, later=later, url=lease.url
            )

        def commit(conn: Any) -> None:
            frontier.finish(conn, run, lease, settled.state, reason=settled.reason, due_at=settled.due_at, **changes)

        try:
            await self.database.commit(commit)
        except LeaseLost:
            self._lease_lost(lease)
        except StorageError as error:
            self.storage_failed(lease, error)
        else:
            self.scheduler.done(lease)

    async def _closed(self) -> None:
        """Give back what was claimed and never asked for; the session itself is closed by the command."""
        self.scheduler.stop()
        left = list(self.scheduler.in_hand.values())
        if left and self.session.error is None:
            try:
                await self.database.call(self.database.frontier.give_back, self.session.run, left)
            except StorageError as error:
                self.session.fail(error)


def _conditional(request: Request | None) -> bool:
    return request is not None and ("If-None-Match" in request.headers or "If-Modified-Since" in request.headers)
