"""Store the article and its URL's new state in one transaction, and make the links around it known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.eraser import erase
from crawler.crawl import outcomes, validators
from crawler.crawl.ports import crawl_of
from crawler.crawl.scoring import new_url
from crawler.crawl.session import Session
from crawler.crawl.statistics import RunStatistics
from crawler.discovery.links import links_from_article
from crawler.items import FetchedPage
from crawler.processing.page import file_near_miss, near_miss
from crawler.processing.reasons import Cause, Reason, cause_of
from storage.corpus import poorer
from storage.errors import StorageError
from storage.frontier import WITHDRAWN, LeaseLost
from storage.frontier.frontier import NewUrl
from storage.frontier.urls import pack

SHRUNK = "shrunk"  # hint: the note of a poorer answer


class StorePages:
    """The last pipeline: after it nothing of the page is in memory only."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePages:
        return cls(crawler)

    @property
    def session(self) -> Session:
        """The run this pipeline belongs to."""
        return crawl_of(self.crawler).session

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        """Commit what came of the page. Where another worker took the URL over meanwhile, nothing is written."""
        session, crawl = self.session, crawl_of(self.crawler)
        links = self._links(item)
        try:
            found = await session.database.transaction(self._work(item, links))
        except LeaseLost:
            session.statistics.trouble(item.outlet.id, "lease lost to another worker")
            await self._take_back(item)
            return item
        except StorageError as error:
            crawl.storage_failed(item.lease, error)
            raise DropItem(str(error), log_level="DEBUG") from error
        finally:
            crawl.scheduler.done(item.lease)
        await self._take_back(item)
        session.statistics.count(item.outlet.id, "found", found)
        crawl.scheduler.found({link.host for link in links})
        return item

    async def _take_back(self, item: FetchedPage) -> None:
        """Erase the captures of a page that was withdrawn after they were written."""
        archive = self.session.archive
        if item.refused and item.archive_refs and archive is not None:
            for line in (await asyncio.to_thread(erase, item.archive_refs, archive.folder)).left:
                self.session.statistics.trouble(item.outlet.id, f"withdrawn, and still in the archive: {line}")

    def _links(self, item: FetchedPage) -> list[NewUrl]:
        if item.reading is None:
            return []
        article, session = item.reading.article, self.session
        links, relevance = (article.links, article.relevance) if article is not None else (item.reading.links, 0.0)
        return [
            new_url(candidate, item.outlet, session.topic, session.now(), parent=relevance)
            for candidate in links_from_article(links, item.outlet)
            if session.arguments.window.holds(candidate.published)
        ]

    def _work(self, item: FetchedPage, links: list[NewUrl]) -> Callable[[sa.Connection], int]:
        session, reading, lease = self.session, item.reading, item.lease
        assert reading is not None
        frontier, corpus, statistics = session.database.frontier, session.database.corpus, session.statistics
        article = reading.article
        changes: dict[str, Any] = {"status": 200}
        now = frontier.clock()
        reason = reading.reason
        kept = reading.kept
        if article is not None:
            article.rights = {**article.rights, **item.rights}
            article.archive_ref = " ".join(item.archive_refs) or None
            if kept and not session.arguments.window.holds(article.published_at):
                kept, reason = False, Reason(Cause.OUTSIDE)
            changes["content_hash"] = article.content_hash
            if article.published_at is not None:
                changes["day"] = article.published_at.isoformat()[:10]
        state = outcomes.of_page(reading, lease, now, session.retries, kept=kept, reason=reason)
        if kept and state.state == "fetched":
            # Only of what is stored: "not modified" to the next attempt at a page that could not be read would lose it.
            changes |= {"etag": item.etag, "last_modified": item.last_modified}

        def work(conn: sa.Connection) -> int:
            outcome = None
            refused = article is not None and corpus.refuses(conn, article)
            if kept and article is not None and not refused:
                saved = corpus.save(conn, article, run_id=session.run, confirmed=self._confirmed(item))
                outcome = saved.outcome
                changes["article_id"] = saved.id
                refused = outcome == "withdrawn"  # a moment ago
            if refused:
                item.refused = True
                frontier.finish(conn, session.run, lease, "gone", status=200, reason=WITHDRAWN, hints="{}")
                self._count(item, False, WITHDRAWN, None, statistics)
                return frontier.add(conn, links)
            if not kept and article is not None and reading.judgement is not None and self._near(item):
                file_near_miss(corpus, conn, reading, reason or "topic", session.run)
            due_at = state.due_at
            if state.state == "fetched":
                poor = self._poorer(conn, item, kept, outcome)
                item.notes = {SHRUNK: poor, validators.WHOLE_AT: round(now)}
                if poor is not None:  # "not modified" would not say the same once more
                    changes.update(etag=None, last_modified=None)
                    due_at = now + poorer.AGAIN
            if item.notes:
                hints = {**lease.hints, **item.notes}
                changes["hints"] = pack({name: value for name, value in hints.items() if value is not None})
            frontier.finish(conn, session.run, lease, state.state, reason=state.reason, due_at=due_at, **changes)
            found = frontier.add(conn, links)
            self._count(item, kept, reason, outcome, statistics)
            return found

        return work

    def _poorer(self, conn: sa.Connection, item: FetchedPage, kept: bool, outcome: str | None) -> dict[str, Any] | None:
        """The note of an answer that is poorer than the article as it is stored; None where it is not, or no longer.

        A page that gave an article, and gives none now, is the poorest.
        """
        frontier, lease = self.session.database.frontier, item.lease
        if outcome != "shrunk" and (kept or frontier.article_of(conn, lease.identity) is None):
            return None
        noted = self._note(item)
        if not kept:
            self.session.statistics.count(item.outlet.id, "shrunk")
        self.session.statistics.look_at(item.outlet.id, "shrunk", item.asked)
        self.session.statistics.trouble(item.outlet.id, "shrunk: a poorer answer than the text that is kept")
        return None if poorer.is_confirmed(noted) else noted

    def _note(self, item: FetchedPage) -> dict[str, Any]:
        article = item.reading.article if item.reading else None
        text = article.text if article is not None else ""
        given = article.content_hash if article is not None else str(item.reading.reason if item.reading else "")
        return poorer.note(
            item.lease.hints.get(SHRUNK), given, len(text.split()), self.session.database.frontier.clock()
        )

    def _confirmed(self, item: FetchedPage) -> bool:
        """Whether visits enough have given this same poorer text."""
        return SHRUNK in item.lease.hints and poorer.is_confirmed(self._note(item))

    def _near(self, item: FetchedPage) -> bool:
        judgement = item.reading.judgement if item.reading else None
        return judgement is not None and near_miss(judgement, self.session.topic.threshold)

    def _count(
        self,
        item: FetchedPage,
        kept: bool,
        reason: str | None,
        outcome: str | None,
        statistics: RunStatistics,
    ) -> None:
        outlet = item.outlet.id
        statistics.count(outlet, "fetched")
        if item.reading is not None and item.reading.article is not None:
            statistics.measure(outlet, item.reading.article, kept=kept)
        if cause_of(reason) is Cause.BLOCK_PAGE:
            statistics.blocked(outlet, item.asked)
        self.session.progress(statistics.total("fetched"))
        if kept:
            statistics.count(outlet, "kept")
            if item.reading is not None and item.reading.article is not None:
                statistics.count(outlet, "paywalled", bool(poorer.paywall_of(item.reading.article.rights)))
            statistics.count(outlet, outcome or "new")
        else:
            statistics.reject(outlet, reason or "topic", item.asked)
        if kept and item.reading is not None and item.reading.sampled:
            statistics.trouble(outlet, "first look: it would have lost a page of its sample")
        if cause_of(reason) in (Cause.PAGE_ERROR, Cause.BLOCK_PAGE, Cause.TORN):
            statistics.trouble(outlet, str(reason))
