"""Links of articles on their way into the frontier. Pages of one site share most of theirs, and ask for most once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.crawl.scoring import BEST, PARENT_SHARE, new_url
from crawler.discovery import Window
from crawler.discovery.links import links_from_article
from crawler.outlets import Outlet
from crawler.relevance import Topic
from storage.article import Link
from storage.frontier import NewUrl

MOST = 20_000  # links remembered: a day of the largest outlets, some 30 MB


class ArticleLinks:
    """What is made of links, and what of it the frontier knows already, for one run."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._made: dict[tuple[str, str, str, str], NewUrl | None] = {}
        self._known: dict[str, float] = {}  # identity -> the best priority that was committed

    def rows(
        self, links: Iterable[Link], outlet: Outlet, window: Window, now: datetime, *, parent: float
    ) -> list[NewUrl]:
        """The frontier's rows for an article's links, related ones first; without those that would change nothing.

        ``parent`` is the relevance (0–1) of the article; a link on several pages is asked for as the best of them says.
        """
        found: dict[str, NewUrl] = {}
        for kind in ("related", "body"):
            for link in links:
                made = self._row(link, outlet, window, now) if link.kind == kind else None
                if made is not None:
                    found.setdefault(made.identity, made)
        lift = BEST * PARENT_SHARE * parent
        rows = [replace(row, priority=row.priority + lift) if lift else row for row in found.values()]
        return [row for row in rows if self._known.get(row.identity, -1.0) < row.priority]

    def committed(self, rows: Iterable[NewUrl]) -> None:
        """The frontier knows these now."""
        for row in rows:
            self._known.pop(row.identity, None)
            self._known[row.identity] = row.priority
        _bound(self._known)

    def _row(self, link: Link, outlet: Outlet, window: Window, now: datetime) -> NewUrl | None:
        key = (outlet.id, link.url, link.anchor, link.kind)
        if key not in self._made:
            wanted = [found for found in links_from_article([link], outlet) if window.holds(found.published)]
            self._made[key] = new_url(wanted[0], outlet, self._topic, now, parent=0.0) if wanted else None
            _bound(self._made)
        return self._made[key]


def _bound(remembered: dict[Any, Any]) -> None:
    while len(remembered) > MOST:
        del remembered[next(iter(remembered))]
