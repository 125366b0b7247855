"""One page explained: what was kept, what was cut and by which rule, the date's candidates, the topic's score.

``from_…`` gets the page from wherever it is (a file, the archive, the outlet itself), ``show`` prints what the same
code as the crawl's makes of it. Where only the stored record is left (no archive), that is shown and said.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.fetching.client import Fetcher, Refused
from crawler.outlets import Outlet
from crawler.processing import archived
from crawler.processing.archived import MAX_BYTES
from crawler.processing.page import PageJob, ProcessedPage, read_pages
from crawler.processing.reasons import Cause, cause_of
from crawler.relevance import Topic
from storage.article import Article
from storage.corpus import Corpus, Decision
from storage.errors import PageError
from storage.frontier import Frontier
from storage.history.revisions import Revision, history


@dataclass(slots=True)
class Explained:
    """What is known of one page: its fresh reading, or the stored record alone; and a person's decision on it."""

    source: str
    reading: ProcessedPage | None = None
    stored: Article | None = None
    decision: Decision | None = None
    note: str = ""
    revisions: Sequence[Revision] = ()  # oldest first; more than one where the article was changed


def from_file(path: Path, url: str, topic: Topic, outlet: Outlet | None) -> Explained:
    """Explain a saved page (``.html``, also ``.gz``). Raises ``PageError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            body = gzip.GzipFile(fileobj=file).read(MAX_BYTES + 1) if packed else file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error
    if len(body) > MAX_BYTES:
        raise PageError(f"{path}: is larger than {MAX_BYTES >> 20} MB")
    return Explained(f"file {path}", _read([PageJob(body, url, None, outlet)], topic))


def from_corpus(
    corpus: Corpus, id_or_url: str, topic: Topic, outlets: dict[str, Outlet], archive: Path | None
) -> Explained | None:
    """Explain an article or a near miss of the corpus from its archived pages; None if the corpus has neither."""
    stored = corpus.get(id_or_url)
    miss = None if stored else corpus.get_rejected(id_or_url)
    if stored is None and miss is None:
        return None
    ref = stored.archive_ref if stored else miss.archive_ref  # type: ignore[union-attr]
    url = stored.url if stored else miss.url  # type: ignore[union-attr]
    outlet = outlets.get((stored.outlet if stored else miss.outlet) or "")  # type: ignore[union-attr]
    id_ = stored.id if stored else miss.id  # type: ignore[union-attr]
    decision = corpus.decision_on(str(id_), url)
    with corpus.db.read() as conn:
        hints = archived.hints_of(Frontier(corpus.db), conn, url, outlet)
    jobs = archived.jobs(ref, archive, outlet, stored.fetched_at if stored else None, hints)
    explained = Explained(f"archive, {ref}" if jobs else "the stored record", stored=stored, decision=decision)
    if stored is not None and stored.revision > 1:
        explained.revisions = history(corpus, str(id_))
    if jobs:
        explained.reading = _read(jobs, topic)
    elif miss is not None:
        score = "no score" if miss.score is None else f"score {miss.score:.3f}"
        explained.note = f"near miss, rejected by {miss.reason}; {score}; terms: {', '.join(miss.terms or [])}"
        if miss.text:
            article = Article(url=miss.url, text=miss.text, title=miss.title, outlet=miss.outlet)
            explained.reading = ProcessedPage(article, topic.judge(miss.title or "", miss.text), miss.reason)
    else:
        explained.note = "its pages are not in the archive, so this is what was stored when it was read"
    return explained


def from_outlet(url: str, topic: Topic, outlet: Outlet, agent: str) -> Explained:
    """Fetch a page of an outlet once, as its robots.txt allows, and explain it. Raises ``PageError``."""
    try:
        answer = Fetcher(outlet, agent).get(url)
    except Refused as refused:
        raise PageError(f"{url}: {refused}") from refused
    if answer.status != 200:
        raise PageError(f"{url}: answered {answer.status}")
    job = PageJob(answer.body, url, answer.headers.get("content-type"), outlet, None, datetime.now(UTC))
    return Explained(f"fetched now from {urlsplit(answer.url).netloc}", _read([job], topic))


def _read(jobs: Sequence[PageJob], topic: Topic) -> ProcessedPage:
    """As the crawl reads it; what the gate or the first look turns away is read all the same, to show what is in it."""
    reading = read_pages(jobs, topic)
    if reading.article is None and cause_of(reading.reason) in (Cause.GATE, Cause.LOOK):
        whole = read_pages(jobs, topic, gated=False)
        return replace(whole, reason=reading.reason, kept=False) if whole.article is not None else reading
    return reading
