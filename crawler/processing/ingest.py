"""Bulk archives into the corpus: WARC files of others through the same gate, reading and judging as the live crawl.

Files are looked through in parts, several at once, by the pool's processes or a cluster's workers (``scan``); pages
worth it are read by the same ones. What is kept is stored here, together with how far its file is, so that a reading
that is killed goes on where it was, and a part whose worker is lost is done again. What is kept, and near misses, are
copied into our own archive: the corpus does not depend on the file afterwards.
"""

from __future__ import annotations

import asyncio
import glob
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from crawler.archive.writer import Archive
from crawler.discovery import Window
from crawler.fetching.raw_responses import RawResponse
from crawler.fetching.responses import rights_of
from crawler.outlets import Outlet
from crawler.processing.page import PageJob, ProcessedPage, TopicChoice, file_near_miss, near_miss
from crawler.processing.pool import Readers
from crawler.processing.reasons import Cause, Reason
from crawler.processing.scan import Part, Source, Tally, scan
from storage import counts
from storage.corpus import Corpus, ingests
from storage.corpus.ingests import Ingest
from storage.database.tables import addresses, articles
from storage.errors import ConfigurationError, PageError
from storage.identity import article_key, id_of

BATCH = 64  # pages read at once and stored in one transaction
SUFFIXES = (".warc", ".warc.gz", ".arc.gz")


@dataclass(slots=True)
class Report:
    """What became of one file's records."""

    name: str
    tally: Tally = field(default_factory=Tally)
    skipped: bool = False  # it was read in before
    position: int = 0  # bytes of it that are dealt with
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What all files of one call share."""

    corpus: Corpus
    pool: Readers
    topic: TopicChoice
    archive: Archive | None
    outlets: Sequence[Outlet]
    any_host: bool = False
    window: Window = field(default_factory=Window)
    agent: str = "conflict_news"


def files(given: Iterable[str]) -> list[str]:
    """Paths, folders (searched whole), globs and addresses as single files, each once, in order.

    Raises ``ConfigurationError`` for what names nothing.
    """
    found: list[str] = []
    for name in given:
        if name.startswith(("http://", "https://")):
            found.append(name)
            continue
        path = Path(name)
        if path.is_dir():
            named = [str(one) for one in sorted(path.rglob("*")) if one.name.endswith(SUFFIXES)]
        else:
            named = [name] if path.is_file() else sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - a pattern may be absolute
        if not named:
            raise ConfigurationError(f"{name}: no such file, and no folder or pattern with WARC files")
        found += [str(Path(one).resolve()) for one in named]
    return list(dict.fromkeys(found))


def ingest(
    names: Sequence[str],
    settings: Settings,
    *,
    again: bool = False,
    tell: Callable[[Report], object] = bool,
    progress: Callable[[Report], object] = bool,
) -> None:
    """Read files in, as many at once as the pool is wide; ``tell`` gets the report of each as it is done, ``progress``
    after each part of it.

    ``again`` reads those that were read before, too. A file that cannot be read is reported with its ``error``; the
    others go on. Call it outside an event loop.
    """
    asyncio.run(_ingest(names, settings, again, tell, progress))
    counts.refresh(settings.corpus.db)


def size(names: Sequence[str]) -> int | None:
    """Bytes of all files together; None where one of them has an address and is read as a stream."""
    if any(name.startswith(("http://", "https://")) for name in names):
        return None
    return sum(Path(name).stat().st_size for name in names)


async def _ingest(
    names: Sequence[str],
    settings: Settings,
    again: bool,
    tell: Callable[[Report], object],
    progress: Callable[[Report], object],
) -> None:
    waiting = iter(names)

    async def work() -> None:
        for name in waiting:
            report = Report(name)
            try:
                await _read_in(name, settings, report, progress, again=again)
            except PageError as error:
                report.error = str(error)
            except OSError as error:
                report.error = f"{name}: {error.strerror or error}"
            tell(report)

    await asyncio.gather(*(work() for _ in range(settings.pool.width)))


async def _read_in(
    name: str, settings: Settings, report: Report, progress: Callable[[Report], object], *, again: bool
) -> None:
    with settings.corpus.db.read() as conn:
        state = ingests.find(conn, name)
    if state.finished_at and not again:
        report.skipped = True
        report.tally.counts.update(state.counts)
        return
    if state.finished_at:
        state = Ingest(name)
    report.tally.counts.update(state.counts)
    source = Source(name, settings.topic, settings.outlets, settings.any_host, settings.agent, BATCH)

    def look_on() -> asyncio.Task[Part]:
        return asyncio.create_task(settings.pool.call(scan, source, state.position))

    ahead = look_on()
    try:
        while True:
            part = await ahead
            state.position = part.position
            if not part.finished:  # the next part is looked through while the pages of this one are read
                ahead = look_on()
            report.tally.add(part.tally)
            pages = await asyncio.gather(*(settings.pool.read([job], gated=False) for job, _, _ in part.found))
            _flush(part, pages, state, settings, report.tally)
            report.position = part.position
            progress(report)
            if part.finished:
                return
    finally:
        ahead.cancel()
        with suppress(asyncio.CancelledError, Exception):  # it was never waited for: its error is nobody's
            await ahead


def _flush(part: Part, pages: Sequence[ProcessedPage], state: Ingest, settings: Settings, tally: Tally) -> None:
    """Store what a part gave, and how far its file is, in one transaction."""
    corpus = settings.corpus
    with corpus.db.read() as conn:
        known = _known(conn, [job.url for job, _, _ in part.found])
    kept = [
        page
        for (job, raw, headers), page in zip(part.found, pages, strict=True)
        if _is_newer(job, known, tally) and _is_stored(job, raw, headers, page, settings, tally)
    ]
    if settings.archive is not None and kept:
        settings.archive.sync()
    with corpus.db.begin() as conn:
        for page in kept:
            _store(conn, page, settings, tally)
        state.counts = dict(tally.counts)
        ingests.note(conn, state, finished=part.finished)


def _is_newer(job: PageJob, known: dict[str, datetime], tally: Tally) -> bool:
    """Whether a page was taken after the article was last fetched; counted where it was not."""
    before = known.get(id_of(article_key(job.url)))
    if before is None or job.fetched_at is None or before < job.fetched_at:
        return True
    tally.turn_away("known as of then or later", job.url)
    return False


def _known(conn: Connection, urls: Sequence[str]) -> dict[str, datetime]:
    """When the articles that have these addresses were last fetched, by id of the address."""
    rows = conn.execute(
        select(addresses.c.id, articles.c.fetched_at)
        .join(articles, articles.c.key == addresses.c.article_key)
        .where(addresses.c.id.in_([id_of(article_key(url)) for url in urls]))
    )
    return {row.id: datetime.fromisoformat(row.fetched_at) for row in rows if row.fetched_at}


def _is_stored(
    job: PageJob, raw: RawResponse, headers: dict[str, str], page: ProcessedPage, settings: Settings, tally: Tally
) -> bool:
    """Whether a page that was read is to be stored, and then put into our archive; counted where it is not kept."""
    tally.counts["pages read"] += 1
    article = page.article
    if article is None or page.judgement is None:
        tally.turn_away(page.reason or Reason(Cause.NO_TEXT), job.url)
        return False
    if page.kept and not settings.window.holds(article.published_at):
        page.kept, page.reason = False, Reason(Cause.OUTSIDE)
        tally.turn_away(page.reason, job.url)
        return False
    if not page.kept:
        tally.turn_away(page.reason or "topic", job.url)
        if not near_miss(page.judgement, settings.topic.built().threshold):
            return False
    article.rights = {**article.rights, **rights_of(headers)}
    if settings.archive is not None:
        article.archive_ref = settings.archive.write(job.url, raw, job.fetched_at or datetime.now(UTC))
    return True


def _store(conn: Connection, page: ProcessedPage, settings: Settings, tally: Tally) -> None:
    article = page.article
    assert article is not None
    if settings.corpus.refuses(conn, article):
        tally.turn_away("withdrawn", article.url)
    elif page.kept:
        saved = settings.corpus.save(conn, article)
        if saved.outcome == "withdrawn":
            tally.turn_away("withdrawn", article.url)
        else:
            tally.counts["kept"] += 1
            tally.counts[saved.outcome] += 1
    else:
        file_near_miss(settings.corpus, conn, page, page.reason or "topic")
        tally.counts["near misses"] += 1
