"""From fetched pages to a judged article: one pure function of bytes, URL and headers.

The live crawl, ``scrapy ingest`` and ``scrapy reextract`` all call it, in a process pool or directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from sqlalchemy import Connection

from crawler.extraction import Hints, extract
from crawler.outlets import Outlet
from crawler.processing.block_pages import diagnose, shell
from crawler.processing.look import is_elsewhere, is_sampled, look
from crawler.processing.reasons import Cause, Reason
from crawler.relevance import Judgement, Topic
from crawler.relevance.gate import gate
from storage.article import Article, Link
from storage.corpus import Corpus

_JUDGED = 3000  # characters of our own text that are judged before the second reader is asked
_MARGIN = 0.15  # below the threshold: a page with dirt in it or a paragraph missing may still be kept


@dataclass(frozen=True, slots=True)
class PageJob:
    """One fetched page: its body decompressed, times aware."""

    body: bytes
    url: str
    content_type: str | None = None
    outlet: Outlet | None = None
    hints: Hints | None = None
    fetched_at: datetime | None = None


@dataclass(slots=True)
class ProcessedPage:
    """What came of it: an article and its judgement, or the reason why there is none ("gate: …", "soft 404" …).

    ``reason`` is a ``Reason`` wherever this program gives it; plain words come from a near miss as stored. ``links``
    are those of a page that was not read whole; ``sampled``: it would not have been, but for being one of a sample.
    """

    article: Article | None = None
    judgement: Judgement | None = None
    reason: str | None = None
    kept: bool = False
    detail: str | None = None  # of an error, for the log
    links: list[Link] = field(default_factory=list)
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """How to build the topic, as plain values a worker process can be given."""

    seeds: str
    mode: str = "conflict"
    threshold: float | None = None
    model: str | None = None

    def build(self) -> Topic:
        """The topic itself. Raises ``SeedsError``."""
        return Topic.from_seeds(
            Path(self.seeds),
            mode=self.mode,  # type: ignore[arg-type]
            threshold=self.threshold,
            **({"model": Path(self.model)} if self.model else {}),
        )

    def built(self) -> Topic:
        """The topic, built once in a process: what works on many pages asks for it each time."""
        return _built(self)


@lru_cache(maxsize=2)
def _built(choice: TopicChoice) -> Topic:
    return choice.build()


def read_pages(jobs: Sequence[PageJob], topic: Topic, *, gated: bool = True) -> ProcessedPage:
    """Read the pages of one story, in order, and judge the whole.

    The first page decides whether there is an article at all; later pages that hold none are left out. Without
    ``gated`` pages are read that the crawl would not have parsed, or not read whole.
    """
    articles: list[Article] = []
    sampled = False
    for job in jobs:
        reason = seen = article = None
        if gated and not articles and not topic.keeps_all:
            reason = _gate(job)
            seen = look(job.body, job.url, job.content_type) if reason is None else None
        reason = diagnose(job.body, shown=seen.words if seen is not None else 0) or reason
        if reason is None and seen is not None and is_elsewhere(seen, topic):
            if not is_sampled(job.url):
                return ProcessedPage(reason=Reason(Cause.LOOK), links=seen.links)
            sampled = True
        if reason is None:
            article = extract(
                job.body,
                job.url,
                job.content_type,
                outlet=job.outlet,
                hints=job.hints,
                fetched_at=job.fetched_at,
                reread=None if topic.threshold <= 0 or _was_reread(articles) else partial(_may_be_kept, topic),
            )
        if article is None:
            if articles:
                break
            if reason is None or reason.cause is Cause.GATE:  # nothing to read: was it drawn at all?
                reason = shell(job.body) or reason
            return ProcessedPage(reason=reason or Reason(Cause.NO_TEXT))
        articles.append(article)
    if len(articles) > 1:
        from crawler.extraction import join

        article = join(articles)
    else:
        article = articles[0]
    article.fetched_at = jobs[0].fetched_at
    if jobs[0].outlet is not None:
        article.outlet = jobs[0].outlet.id
    judgement = topic.judge(article.title or "", article.text)
    article.language, article.language_confidence = judgement.language, judgement.language_confidence
    article.relevance = judgement.score
    article.nearest_seed = judgement.nearest_seed
    article.relevance_terms = list(judgement.terms)
    if judgement.kept:
        return ProcessedPage(article, judgement, kept=True, sampled=sampled)
    return ProcessedPage(article, judgement, Reason(Cause.JUDGED, judgement.rule or "topic"), sampled=sampled)


def turned_away(job: PageJob, topic: Topic) -> Reason | None:
    """Why a page is not worth reading whole, by its bytes and its beginning alone; None: read it, ungated."""
    if topic.keeps_all:  # nothing may be turned away unread
        return None
    reason = _gate(job)
    if reason is not None or is_sampled(job.url):
        return reason
    seen = look(job.body, job.url, job.content_type, links=False)
    return Reason(Cause.LOOK) if seen is not None and is_elsewhere(seen, topic) else None


def _was_reread(articles: list[Article]) -> bool:
    """Whether the story's first page was read twice: its later pages are, too."""
    return bool(articles) and articles[0].extraction_agreement is not None


def _may_be_kept(topic: Topic, title: str, text: str) -> bool:
    """Whether the topic may keep what the first reader made of a page: only then is it read twice.

    Just below the threshold the second reader may still turn the scale.
    """
    judgement = topic.judge(title, text[:_JUDGED])
    return judgement.kept or near_miss(judgement, topic.threshold, _MARGIN)


NEAR_MISS_BAND = 0.25  # below the threshold: rejected articles in it are kept on file, so that it can be moved later


def near_miss(judgement: Judgement, threshold: float, band: float = NEAR_MISS_BAND) -> bool:
    """Whether a rejected article is worth keeping on file: its language is right, and it is not far below."""
    return judgement.rule != "language" and judgement.score >= threshold - band


def file_near_miss(
    corpus: Corpus, conn: Connection, page: ProcessedPage, reason: str, run_id: int | None = None
) -> None:
    """Keep a rejected article on file with its judgement; its text only where the archive has the page, too."""
    article, judgement = page.article, page.judgement
    assert article is not None
    assert judgement is not None
    corpus.reject(
        conn,
        article.url,
        canonical_url=article.canonical_url,
        reason=reason,
        outlet=article.outlet,
        title=article.title,
        score=judgement.score,
        parts=dict(judgement.parts),
        terms=article.relevance_terms,
        language=article.language,
        archive_ref=article.archive_ref,
        text=article.text if article.archive_ref else None,
        run_id=run_id,
    )


def _gate(job: PageJob) -> Reason | None:
    reason = gate(job.body, job.url, job.content_type)
    return None if reason is None else Reason.of(Cause.GATE, reason)
