"""What is known of one article or near miss, for its page and its audit: the same that `scrapy explain` tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup

from crawler.archive.reader import Capture, read_ref
from crawler.archive.verify import MAX_PAGE
from crawler.browse import frames, marking
from crawler.browse.sources import Sources
from crawler.extraction import clean_text
from crawler.extraction.body import second_reader
from crawler.extraction.page.decoding import decode
from crawler.extraction.page.tree import parse
from crawler.processing import explain
from crawler.processing.archived import MAX_BYTES
from crawler.relevance import Judgement
from storage.article import Article
from storage.corpus import Corpus, Decision, Rejected
from storage.database import Filter
from storage.history import chain as chains
from storage.history.revisions import Change, Revision, diff
from storage.search import Asked, Hit, listing

MOST_RELATED = 30  # articles of the same story, copies of the same chain that are named
MOST_REVISIONS = 20  # that are compared


@dataclass(slots=True)
class Step:
    """A revision, and what it changed of the one before."""

    revision: Revision
    title_before: str | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """An article with its evidence. ``read``: from its archived page, with today's rules; else as it was stored.

    ``text`` is the kept text as stored, in paragraphs with marks. ``reading`` is what the page says today.
    """

    id: str
    article: Article
    reading: Article
    judgement: Judgement
    text: list[Markup]
    read: bool
    miss: Rejected | None = None
    reason: str = ""
    decision: Decision | None = None
    pages: list[str] = field(default_factory=list)  # archive references
    steps: list[Step] = field(default_factory=list)
    seed_title: str | None = None

    @property
    def terms(self) -> list[tuple[str, float]]:
        """The words that weighed most, with their weights."""
        return list(zip(self.judgement.terms, self.judgement.weights, strict=False))


def known(sources: Sources, id_: str, words: str = "") -> Known | None:
    """Everything that is known of an id; None where the corpus has neither an article nor a near miss of it."""
    explained = explain.from_corpus(sources.corpus, id_, sources.topic, sources.outlets, sources.archive)
    if explained is None:
        return None
    miss = None if explained.stored else sources.corpus.get_rejected(id_)
    reading = explained.reading
    fresh = reading.article if reading else None
    article = explained.stored or fresh
    if article is None:
        assert miss is not None
        article = Article(miss.url, miss.text or "", title=miss.title, outlet=miss.outlet)
    judgement = reading.judgement if reading and reading.judgement else None
    judgement = judgement or sources.topic.judge(article.title or "", article.text)
    found = Known(
        str(article.id or (miss.id if miss else id_)),
        article,
        fresh or article,
        judgement,
        marking.paragraphs(
            article.text,
            marking.spans(article, dict(zip(judgement.terms, judgement.weights, strict=False)), words),
        ),
        read=explained.source.startswith("archive"),
        miss=miss,
        reason=(reading.reason if reading else None) or (miss.reason if miss else "") or "",
        decision=explained.decision,
        pages=_pages(article.archive_ref or (miss.archive_ref if miss else None)),
        steps=_steps(explained.revisions),
    )
    nearest = judgement.nearest_seed
    found.seed_title = next((seed.title for seed in sources.topic.seeds if seed.name == nearest), None)
    return found


def _pages(refs: str | None) -> list[str]:
    return [ref for ref in (refs or "").split() if ".warc" in ref]


def _steps(revisions: Sequence[Revision]) -> list[Step]:
    """The newest first."""
    steps = [Step(revision) for revision in revisions[:1]]
    steps += [
        Step(new, old.title if old.title != new.title else None, diff(old.text, new.text))
        for old, new in pairwise(revisions[-MOST_REVISIONS:])
    ]
    return steps[::-1]


def figures(text: str | None, numbers: Sequence[str]) -> Markup:
    """A sentence with its changed figures marked."""
    said = text or ""
    spans = [
        marking.Span(start, end, "figure") for number in numbers for start, end in marking.searched(said, f'"{number}"')
    ]
    return marking.marked(said, spans)


def family(corpus: Corpus, found: Known) -> tuple[chains.Link | None, list[Hit]]:
    """The chain of copies an article belongs to (None: of itself alone), and the others of its story."""
    if found.miss is not None:
        return None, []
    chain = chains.chain(corpus, found.id, most=MOST_RELATED)
    story: list[Hit] = []
    if found.article.story_id:
        asked = Asked(where=Filter(story=found.article.story_id))
        story = [hit for hit in listing(corpus, asked, limit=MOST_RELATED).hits if hit.id != found.id]
    return (chain if chain is not None and chain.copies else None), story


def pages_of(corpus: Corpus, id_: str) -> list[str]:
    """The archive references of an article or near miss, without reading its pages."""
    stored = corpus.get(id_) or corpus.get_rejected(id_)
    return _pages(stored.archive_ref) if stored else []


def page(sources: Sources, pages: Sequence[str], number: int) -> Capture | None:
    """The archived page of this number, from 0; None where the archive does not hold it."""
    if sources.archive is None or not 0 <= number < len(pages):
        return None
    return read_ref(sources.archive, pages[number], min(MAX_PAGE, MAX_BYTES))


def readers(capture: Capture | None, found: Known) -> tuple[list[str], list[str]]:
    """Paragraphs that only the kept text has, and that only the second reader of the page has."""
    text = decode(capture.body, capture.headers.get("content-type")) if capture else None
    root = parse(text) if text else None
    other = second_reader.find(root, 1, fast=True) if root is not None else None
    if other is None:
        return [], []
    lines = "\n".join(line.text for line in other.lines)
    theirs, _ = clean_text(lines, title=found.article.title)
    return frames.unlike(found.article.text.split("\n\n"), theirs.split("\n\n"))
