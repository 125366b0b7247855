"""Store the article and its URL's new state in one transaction, and make the links around it known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.eraser import erase
from crawler.crawl import outcomes, validators
from crawler.crawl.ports import crawl_of
from crawler.crawl.session import Session
from crawler.items import FetchedPage
from crawler.processing.page import file_near_miss, near_miss
from crawler.processing.reasons import Cause, Reason, cause_of
from storage.corpus import poorer
from storage.errors import StorageError
from storage.frontier import WITHDRAWN, LeaseLost
from storage.frontier.frontier import NewUrl
from storage.frontier.urls import pack

SHRUNK = "shrunk"  # hint: the note of a poorer answer


@dataclass(slots=True)
class _Stored:
    """What was committed of a page."""

    kept: bool
    reason: str | None
    outcome: str | None = None  # of saving it
    refused: bool = False
    shrunk: bool = False


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
            stored, found = await session.database.commit(self._work(item), links)
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
        self._count(item, stored)
        session.links.committed(links)
        session.statistics.count(item.outlet.id, "found", found)
        if links:
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
        return session.links.rows(links, item.outlet, session.arguments.window, session.now(), parent=relevance or 0.0)

    def _work(self, item: FetchedPage) -> Callable[[sa.Connection], _Stored]:
        session, reading, lease = self.session, item.reading, item.lease
        assert reading is not None
        frontier, corpus = session.database.frontier, session.database.corpus
        article = reading.article
        told: dict[str, Any] = {"status": 200}
        now = frontier.clock()
        reason = reading.reason
        kept = reading.kept
        if article is not None:
            article.rights = {**article.rights, **item.rights}
            article.archive_ref = " ".join(item.archive_refs) or None
            if kept and not session.arguments.window.holds(article.published_at):
                kept, reason = False, Reason(Cause.OUTSIDE)
            told["content_hash"] = article.content_hash
            if article.published_at is not None:
                told["day"] = article.published_at.isoformat()[:10]
        state = outcomes.of_page(reading, lease, now, session.retries, kept=kept, reason=reason)
        if kept and state.state == "fetched":
            # Only of what is stored: "not modified" to the next attempt at a page that could not be read would lose it.
            told |= {"etag": item.etag, "last_modified": item.last_modified}

        def work(conn: sa.Connection) -> _Stored:
            stored, changes, notes = _Stored(kept, reason), dict(told), item.notes
            stored.refused = article is not None and corpus.refuses(conn, article)
            if kept and article is not None and not stored.refused:
                saved = corpus.save(conn, article, run_id=session.run, confirmed=self._confirmed(item))
                stored.outcome = saved.outcome
                changes["article_id"] = saved.id
                stored.refused = saved.outcome == "withdrawn"  # a moment ago
            item.refused = stored.refused
            if stored.refused:
                frontier.finish(conn, session.run, lease, "gone", status=200, reason=WITHDRAWN, hints="{}")
                return _Stored(False, WITHDRAWN, refused=True)
            if not kept and article is not None and reading.judgement is not None and self._near(item):
                file_near_miss(corpus, conn, reading, reason or "topic", session.run)
            due_at = state.due_at
            if state.state == "fetched":
                stored.shrunk = self._is_poorer(conn, item, stored)
                noted = self._note(item) if stored.shrunk else None
                poor = None if noted is None or poorer.is_confirmed(noted) else noted
                notes = {SHRUNK: poor, validators.WHOLE_AT: round(now)}
                if poor is not None:  # "not modified" would not say the same once more
                    changes.update(etag=None, last_modified=None)
                    due_at = now + poorer.AGAIN
            if notes:
                hints = {**lease.hints, **notes}
                changes["hints"] = pack({name: value for name, value in hints.items() if value is not None})
            frontier.finish(conn, session.run, lease, state.state, reason=state.reason, due_at=due_at, **changes)
            return stored

        return work

    def _is_poorer(self, conn: sa.Connection, item: FetchedPage, stored: _Stored) -> bool:
        """Whether an answer is poorer than the article as it is stored: one that gives none now is the poorest."""
        if stored.outcome == "shrunk":
            return True
        lease = item.lease
        return (
            not stored.kept
            and lease.visits > 0  # else it never gave an article
            and self.session.database.frontier.article_of(conn, lease.identity) is not None
        )

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

    def _count(self, item: FetchedPage, stored: _Stored) -> None:
        outlet, statistics = item.outlet.id, self.session.statistics
        kept, reason = stored.kept, stored.reason
        statistics.count(outlet, "fetched")
        if item.reading is not None and item.reading.article is not None:
            statistics.measure(outlet, item.reading.article, kept=kept)
        if cause_of(reason) is Cause.BLOCK_PAGE:
            statistics.blocked(outlet, item.asked)
        self.session.progress(statistics.total("fetched"))
        if stored.shrunk:
            if not kept:
                statistics.count(outlet, "shrunk")
            statistics.look_at(outlet, "shrunk", item.asked)
            statistics.trouble(outlet, "shrunk: a poorer answer than the text that is kept")
        if kept:
            statistics.count(outlet, "kept")
            if item.reading is not None and item.reading.article is not None:
                statistics.count(outlet, "paywalled", bool(poorer.paywall_of(item.reading.article.rights)))
            statistics.count(outlet, stored.outcome or "new")
        else:
            statistics.reject(outlet, reason or "topic", item.asked)
        if kept and item.reading is not None and item.reading.sampled:
            statistics.trouble(outlet, "first look: it would have lost a page of its sample")
        if cause_of(reason) in (Cause.PAGE_ERROR, Cause.BLOCK_PAGE, Cause.TORN):
            statistics.trouble(outlet, str(reason))
