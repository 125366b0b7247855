"""Judging the whole corpus anew: another threshold, other seeds, or a model moved by decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler import urls
from crawler.outlets import Outlet
from crawler.processing import archived
from crawler.processing.page import ProcessedPage, read_pages
from crawler.relevance import Topic
from crawler.relevance.feedback import Decision, Retrained, retrain
from crawler.relevance.model import load
from crawler.relevance.queue import MOST, POOL, Candidate, queue
from storage import counts
from storage.corpus import Corpus, Rejected, queues
from storage.frontier import Frontier

BATCH = 500  # articles per transaction: other writers get their turn in between


@dataclass(slots=True)
class Rescored:
    """What a rescoring did. ``below`` articles stay where they are; an export leaves them out by their relevance."""

    judged: int = 0
    below: int = 0  # articles now under the threshold
    taken_in: int = 0  # near misses that are articles now
    due_again: int = 0  # near misses that would be, but whose page must be fetched again
    still_rejected: int = 0


def rescore(
    corpus: Corpus,
    topic: Topic,
    outlets: dict[str, Outlet],
    archive: Path | None,
    progress: Callable[[int], object] = str,
) -> Rescored:
    """Give every article and near miss the topic's judgement; near misses that now pass become articles.

    Their pages come from our archive; where that does not hold them, their URLs are made due for the next crawl.
    Texts, revisions and decisions stay as they are.
    """
    done = Rescored()
    for ids in _slices(corpus.ids()):
        judged = [(id_, topic.judge(title, text)) for id_, title, text in corpus.texts(ids)]
        with corpus.db.begin() as conn:
            for id_, judgement in judged:
                corpus.judge(conn, id_, judgement.score, judgement.nearest_seed, judgement.terms)
                done.below += not judgement.kept
        done.judged += len(judged)
        progress(done.judged)
    for id_ in corpus.rejected_ids():
        miss = corpus.get_rejected(id_)
        if miss is not None:
            _reconsider(corpus, miss, topic, outlets, archive, done)
    counts.refresh(corpus.db)
    return done


def _slices(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _reconsider(
    corpus: Corpus, miss: Rejected, topic: Topic, outlets: dict[str, Outlet], archive: Path | None, done: Rescored
) -> None:
    frontier, outlet = Frontier(corpus.db), outlets.get(miss.outlet or "")
    identity = urls.page_key(miss.url, outlet)
    with corpus.db.read() as conn:
        hints = archived.hints_of(frontier, conn, miss.url, outlet)
    pages = archived.jobs(miss.archive_ref, archive, outlet, None, hints)
    reading = read_pages(pages, topic) if pages else ProcessedPage()
    if reading.kept and reading.article is not None:
        reading.article.outlet, reading.article.archive_ref = miss.outlet, miss.archive_ref
        with corpus.db.begin() as conn:
            saved = corpus.save(conn, reading.article)
            if saved.outcome != "withdrawn":
                frontier.adopt(conn, identity, saved.id)
                done.taken_in += 1
                return
    judgement = reading.judgement
    if judgement is None and miss.text is not None:
        judgement = topic.judge(miss.title or "", miss.text)
    passes = (miss.score or 0.0) >= topic.threshold if judgement is None else judgement.kept
    with corpus.db.begin() as conn:
        if judgement is not None:  # what is audited is what is judged by now
            corpus.judge_rejected(
                conn,
                miss.id,
                reason=judgement.rule or miss.reason,
                score=judgement.score,
                parts=dict(judgement.parts),
                terms=judgement.terms,
                language=judgement.language,
            )
        if passes and not pages and frontier.make_due(conn, identity):
            done.due_again += 1
        else:
            done.still_rejected += 1


def learn(corpus: Corpus, model: Path | None) -> Retrained:
    """The model (None: the shipped one) moved by all decisions whose texts the corpus still has.

    What an earlier round wrote is not moved again but made anew from the shipped model: it has seen these decisions,
    and would count them twice.
    """
    given = load(model) if model else None
    return retrain(_decided(corpus), None if given and "retrained" in given.head else given)


def to_decide(corpus: Corpus, count: int, threshold: float) -> list[Candidate]:
    """The articles and near misses whose labels would teach most (``crawler.relevance.queue``), by their stored scores.

    Left out are those decided on, and near misses without a text or of another language.
    """
    most = min(MOST, POOL * max(0, count))
    entries = queues.near(corpus, threshold, most, texts=True)
    candidates = [Candidate(e.id, e.title or "", e.text, e.score or 0.0, e.outlet, e.url) for e in entries]
    return queue(candidates, count, threshold)


def _decided(corpus: Corpus) -> Iterator[Decision]:
    for decision in corpus.decisions():
        article = corpus.get(decision.id)
        if article is not None:
            yield Decision(article.title or "", article.text, decision.accepted)
            continue
        miss = corpus.get_rejected(decision.id)
        if miss is not None and miss.text:
            yield Decision(miss.title or "", miss.text, decision.accepted)
