"""The spider: turns the frontier's leases into requests, and what comes back into pages or candidates.

It decides nothing by itself: ``crawl.scheduler`` says what is asked when, ``crawl.outcomes`` what an answer means,
``crawler.discovery`` what a source holds, and the pipelines read, archive and store article pages. Whatever happens
to a request, its URL gets a new state in the frontier; that is the one rule here.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from twisted.python.failure import Failure
from w3lib.url import add_or_replace_parameters

from crawler import urls
from crawler.crawl import arguments, outcomes
from crawler.crawl.discoverer import Discoverer
from crawler.crawl.pages import captured_page, live_page, same_capture
from crawler.crawl.scheduler import Scheduler
from crawler.crawl.scoring import new_url
from crawler.crawl.session import Session
from crawler.discovery import READS_FAILURES, Candidate
from crawler.discovery.candidates import when
from crawler.fetching.errors import Disallowed, OffDomain, RobotsUnavailable, TooSlow
from crawler.fetching.pace import HostPace, retry_after
from crawler.fetching.responses import header
from crawler.items import FetchedPage
from storage.errors import CorpusError, PageError, StorageError
from storage.frontier import NOT_NEEDED, Lease, LeaseLost
from storage.frontier.frontier import NewUrl

logger = logging.getLogger(__name__)

MAX_HOPS = 5  # redirects of one URL
DISALLOWED_AGAIN = 30 * 86400.0  # seconds after which a URL barred by robots.txt is looked at again
UNREACHABLE = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError, DownloadFailedError)


class ConflictNewsSpider(Spider):
    """``scrapy crawl conflict_news``; see ``crawler.crawl.arguments`` for its arguments."""

    name = "conflict_news"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.scheduler, self.database = session, Scheduler(session), session.database
        self.discoverer = Discoverer(session, self.scheduler)

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

    def pace_of(self, host: str) -> HostPace:
        """The host's pace, made from its outlet's delay when it is first asked for."""
        if host not in self.session.paces:
            owners = [outlet.delay for outlet in self.session.arguments.outlets if outlet.owns(host)]
            self.session.paces[host] = HostPace(outlet_delay=max(owners, default=1.0))
        return self.session.paces[host]

    def stop(self) -> None:
        """End the run early; what is in hand is finished."""
        self.scheduler.stop()

    def storage_failed(self, lease: Lease, error: StorageError) -> None:
        """End the run early because the database or the archive fails; the URL stays due."""
        self.session.fail(error)
        self.scheduler.done(lease)
        self.stop()

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
                        settled = outcomes.Outcome("gone", NOT_NEEDED)
                        await self._finish(lease, settled)
                        continue
                    yield self._request(lease)
        except CorpusError as error:
            self.session.fail(error)
            self.scheduler.stop()
        except Exception as error:
            self.session.fail(CorpusError(f"the crawl broke off: {type(error).__name__}: {error}"))
            raise

    def _request(self, lease: Lease) -> Request:
        outlet = self.session.outlets[lease.outlet]
        settings = self.session.settings
        article = lease.kind == "article"
        headers = {}
        if article or self.discoverer.read_alike(lease):
            if lease.etag:
                headers["If-None-Match"] = lease.etag
            if lease.last_modified:
                headers["If-Modified-Since"] = lease.last_modified
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
        pace.errors, pace.answered = 0, True
        self.session.statistics.answers += 1
        try:
            page = await self._answered(response, lease)
        except LeaseLost:
            self.session.statistics.trouble(lease.outlet, "lease lost to another worker")
            self.scheduler.done(lease)
        except StorageError as error:
            self.storage_failed(lease, error)
        except PageError as error:
            logger.warning("%s", error)
            self.session.statistics.trouble(lease.outlet, "capture cannot be read")
            settled = outcomes.Outcome("failed", "capture cannot be read")
            self._count_settled(lease, settled)
            await self._finish(lease, settled, status=response.status)
        except Exception as error:
            logger.exception("%s", response.url)
            await self._finish_failure(lease, f"crawl error: {type(error).__name__}")
        else:
            if page is not None:
                yield page

    async def _answered(self, response: Response, lease: Lease) -> FetchedPage | None:
        now = self.database.frontier.clock()
        if response.status == 304 and not _conditional(response.request):
            # Nobody said which version we have: it tells nothing, and the page was not had.
            await self._finish_failure(lease, "HTTP 304 unasked")
            return None
        if response.status == 304:
            due = outcomes.next_visit(lease.kind, lease.visits, when(lease.day), now)
            self.session.statistics.count(lease.outlet, "not modified")
            if lease.kind != "article":
                await self.discoverer.unchanged(lease)
            else:
                await self._finish(lease, outcomes.Outcome("fetched", None, due), status=304)
            return None
        if response.status in outcomes.REDIRECTS:
            await self._redirected(response, lease)
            return None
        wait = None
        if response.status in (429, 503):
            wait = retry_after(header(response, "Retry-After"), now)
            if wait is not None and wait > self.session.settings.getfloat("RETRY_WAIT"):
                self.session.statistics.trouble(lease.outlet, "asks to be left alone until a later run")
        settings = self.session.settings
        settled = outcomes.by_status(
            response.status,
            lease.attempts,
            now,
            base=settings.getfloat("RETRY_BASE"),
            most=settings.getint("URL_ATTEMPTS"),
            wait=wait,
            kind=lease.kind,
        )
        fallback = settled is not None and lease.kind in READS_FAILURES and settled.state != "delayed"
        if settled is not None and not fallback:
            self._count_settled(lease, settled)
            await self._finish(lease, settled, status=response.status)
            return None
        outlet = self.session.outlets[lease.outlet]
        if "original_url" not in lease.hints and lease.kind in ("article", "index", "links"):
            await self.discoverer.recognise(response, outlet)
        if lease.kind != "article":
            await self.discoverer.read(response, lease, outlet)
            return None
        if "original_url" in lease.hints:
            return captured_page(response, lease, outlet)
        return live_page(response, lease, outlet, self.session.now())

    async def _redirected(self, response: Response, lease: Lease) -> None:
        target = urls.follow(response.headers.get("Location") or b"", response.url)
        hops = int(lease.hints.get("hops") or 0) + 1
        outlet = self.session.outlets[lease.outlet]
        if target is None:
            target, settled = "", outcomes.Outcome("gone", "redirected to what is no address")
        elif hops > MAX_HOPS:
            settled = outcomes.Outcome("failed", "redirects without end")
            self.session.statistics.trouble(lease.outlet, "redirects without end")
        elif not self.may_ask(urlsplit(target).hostname or ""):
            settled = outcomes.Outcome("gone", "redirected off the outlet's domains")
        elif "original_url" in lease.hints and not same_capture(target, lease, outlet):
            settled = outcomes.Outcome("gone", "capture redirected to another page")
        elif (
            lease.kind == "article"
            and "original_url" not in lease.hints
            and not urls.may_lead_to(target, lease.url, outlet)
        ):
            settled = outcomes.Outcome("gone", "leads to a page that is no article")
        else:
            settled = outcomes.Outcome("gone", f"redirected to {target[:500]}")
        if settled.reason is None or not settled.reason.startswith("redirected to"):
            self._count_settled(lease, settled)
            await self._finish(lease, settled, status=response.status)
            return
        hints = {**lease.hints, "hops": hops}
        candidate = Candidate(target, lease.kind, lease.source, original_url=lease.hints.get("original_url"))
        row = new_url(candidate, outlet, self.session.topic, self.session.now())
        row = NewUrl(
            row.url,
            row.identity,
            row.host,
            row.outlet,
            row.kind,
            lease.source,
            lease.priority,
            lease.day,
            hints,
            row.owner,
        )
        same = row.identity == lease.identity
        frontier = self.database.frontier

        def commit(conn: Any) -> None:
            if same:  # the same article under another spelling (https, www, a slash): ask for that from now on
                frontier.move(
                    conn, self.session.run, lease, url=target, hints=hints, status=response.status, owner=row.owner
                )
            else:
                frontier.finish(conn, self.session.run, lease, "gone", status=response.status, reason=settled.reason)
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
            await self._unanswered(failure.value, lease)
        except StorageError as error:
            self.storage_failed(lease, error)

    async def _unanswered(self, error: BaseException | None, lease: Lease) -> None:
        host = lease.host
        now = self.database.frontier.clock()
        if isinstance(error, StorageError):  # robots.txt could not be kept
            raise error
        if isinstance(error, Disallowed):
            settled = outcomes.Outcome("barred", "robots.txt", now + DISALLOWED_AGAIN)
            self.session.statistics.count(lease.outlet, "barred")
        elif isinstance(error, OffDomain):
            settled = outcomes.Outcome("gone", "off the outlet's domains")
        elif isinstance(error, DownloadCancelledError) or type(error) is IgnoreRequest:  # on the way, or unpacked
            settled = outcomes.Outcome("failed", "too large")
            self.session.statistics.trouble(lease.outlet, f"{lease.kind} too large")
        elif isinstance(error, RobotsUnavailable):
            slow = isinstance(error, TooSlow)
            if self.pace_of(host).answered and not slow:  # a port that is closed, say: not the host's, but this URL's
                await self._finish_failure(lease, "robots.txt not to be had", base=outcomes.BLOCKED_WAIT)
                return
            self.scheduler.shun(host, str(error) if slow else "robots.txt is not to be had")
            self.session.statistics.trouble(
                lease.outlet, "Crawl-delay too long" if slow else "robots.txt not to be had"
            )
            await self.database.call(self.database.frontier.give_back, self.session.run, [lease])
            self.scheduler.done(lease)
            return
        else:
            name = type(error).__name__.removesuffix("Error")
            reason = "took too long" if isinstance(error, DownloadTimeoutError) else f"no answer: {name}"
            if isinstance(error, (*UNREACHABLE, ResponseDataLossError)):
                pace = self.pace_of(host)
                pace.errors += 1
                if pace.errors >= self.session.settings.getint("HOST_ERROR_LIMIT"):
                    self.scheduler.shun(host, f"no connection, {pace.errors} times in a row ({name})")
            self.session.statistics.trouble(lease.outlet, f"{lease.kind}: {reason}")
            await self._finish_failure(lease, reason)
            return
        self._count_settled(lease, settled)
        await self._finish(lease, settled)

    def _failed_item(self, item: FetchedPage, failure: Failure) -> Any:
        if isinstance(failure.value, StorageError):
            self.storage_failed(item.lease, failure.value)
            return None
        logger.error("%s: %s", item.asked, failure.getErrorMessage())
        return self._finish_failure(item.lease, f"crawl error: {type(failure.value).__name__}")

    # Finishing ----------------------------------------------------------------------------------------------------

    async def _finish_failure(self, lease: Lease, reason: str, *, base: float | None = None) -> None:
        settings = self.session.settings
        settled = outcomes.failure(
            reason,
            lease.attempts,
            self.database.frontier.clock(),
            base=base or settings.getfloat("RETRY_BASE"),
            most=settings.getint("URL_ATTEMPTS"),
        )
        self._count_settled(lease, settled)
        await self._finish(lease, settled)

    async def _finish(self, lease: Lease, settled: outcomes.Outcome, **changes: Any) -> None:
        frontier, run = self.database.frontier, self.session.run

        def commit(conn: Any) -> None:
            frontier.finish(conn, run, lease, settled.state, reason=settled.reason, due_at=settled.due_at, **changes)

        try:
            await self.database.transaction(commit)
        except LeaseLost:
            self.session.statistics.trouble(lease.outlet, "lease lost to another worker")
        except StorageError as error:
            self.storage_failed(lease, error)
        finally:
            self.scheduler.done(lease)

    def _count_settled(self, lease: Lease, settled: outcomes.Outcome) -> None:
        if settled.state in ("gone", "failed"):
            self.session.statistics.count(lease.outlet, settled.state)
            self.session.statistics.reasons[f"{lease.kind}: {settled.reason}"] += 1
        elif settled.state == "delayed":
            self.session.statistics.count(lease.outlet, "retried")

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
