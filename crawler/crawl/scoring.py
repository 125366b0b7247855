"""What is asked for next: a candidate's priority in the frontier, from what is known before it is fetched.

Numbers are ours; what matters is their order, and bench/focus.py measures it. The first page of each source comes
before everything, cheap and wide ones first, because it brings many candidates. Further pages take their turn among
the articles: after those that are likely to be wanted, before those that are not. So a bounded run spends its requests
on wanted articles as long as it knows any, and on finding more when it does not.
"""

from __future__ import annotations

from datetime import date, datetime

from crawler import urls
from crawler.discovery import Candidate, timestamps
from crawler.discovery.candidates import pack
from crawler.outlets import Outlet
from crawler.relevance import Topic
from storage.frontier.frontier import NewUrl

ARCHIVE_OWNER = "@archive"  # owner of the hosts of web archives in the frontier's table of hosts
SOURCES = {"feed": 200.0, "search": 190.0, "wordpress": 190.0, "blogger": 190.0, "sitemap": 180.0, "index": 170.0}
OTHER_SOURCE = 150.0
FURTHER = 40.0  # a further page of a source: an article with a score above 0.44 goes first
LATER_PAGE = 0.1  # taken off it for each page further in, so that all fronts advance together, down to LAST_PAGE
LAST_PAGE = 20.0
UNKNOWN = 0.45  # score of an article whose title and address say nothing: asked before more is looked for
FEW_WORDS = 2  # fewer telling words than this say nothing ("/read/254881")
BEST = 90.0  # of an article that is sure to be wanted
FRESH = 5.0  # added to an article published within a day: news is corrected and deleted soon
PARENT_SHARE = 0.25  # of a link's score that comes from the page it was found on


def new_url(candidate: Candidate, outlet: Outlet, topic: Topic, now: datetime, parent: float | None = None) -> NewUrl:
    """The frontier's row for a candidate; ``parent`` is the relevance (0–1) of the article it was linked from."""
    captured = candidate.original_url is not None
    own = candidate.original_url or candidate.url
    identity = urls.page_key(own, outlet)
    if candidate.kind != "article":
        identity = urls.bounded(f"{candidate.kind} {candidate.url}")
    elif captured:
        identity = f"capture {identity}"
    return NewUrl(
        url=candidate.url,
        identity=identity,
        host=urls.host(candidate.url) or "",
        outlet=outlet.id,
        kind=candidate.kind,
        source=candidate.source,
        priority=priority(candidate, topic, now, parent),
        day=_day(candidate.published, outlet),
        hints=pack(candidate),
        owner=None if outlet.owns(urls.host(candidate.url)) else ARCHIVE_OWNER,
    )


def priority(candidate: Candidate, topic: Topic, now: datetime, parent: float | None = None) -> float:
    """Higher is sooner."""
    if candidate.kind != "article":
        page = candidate.context.get("page")
        if not isinstance(page, int) or page <= 1:
            return SOURCES.get(candidate.kind, OTHER_SOURCE)
        return max(FURTHER - LATER_PAGE * (page - 2), LAST_PAGE)
    words = f"{candidate.title or ''} {urls.slug_words(candidate.original_url or candidate.url)}"
    telling = [word for word in words.split() if word.isalpha() and len(word) > 2]
    score = topic.predict(words) if len(telling) >= FEW_WORDS else UNKNOWN
    if parent is not None:
        score = (1 - PARENT_SHARE) * score + PARENT_SHARE * parent
    fresh = FRESH if candidate.published is not None and (now.date() - _as_day(candidate.published)).days <= 1 else 0.0
    return BEST * score + fresh


def _as_day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _day(moment: datetime | date | None, outlet: Outlet) -> str | None:
    day = timestamps.local_day(moment, outlet.timezone)
    return None if day is None else day.isoformat()
