"""Bulk archives into the corpus: WARC files of others through the same gate, reading and judging as the live crawl.

A file is read record by record; pages of known hosts (or of any) are read in parallel, and what is kept is stored
together with how far the file is, so that a reading that is killed goes on where it was. What is kept, and near
misses, are copied into our own archive: the corpus does not depend on the file afterwards.
"""

from __future__ import annotations

import asyncio
import glob
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from crawler import urls
from crawler.archive.bulk import Record, records
from crawler.archive.remote import RemoteFile
from crawler.archive.writer import Archive
from crawler.discovery import Window
from crawler.fetching.responses import rights_of
from crawler.outlets import Outlet
from crawler.processing.page import PageJob, ProcessedPage, file_near_miss, near_miss
from crawler.processing.pool import PagePool
from crawler.processing.reasons import Cause, Reason
from crawler.relevance import Topic
from storage import counts
from storage.corpus import Corpus, ingests
from storage.corpus.ingests import Ingest
from storage.database.tables import addresses, articles
from storage.errors import ConfigurationError, PageError
from storage.identity import article_key, id_of

BATCH = 64  # pages read at once and stored in one transaction
EVERY = 5_000  # records without a page after which it is noted how far the file is
MAX_HOSTS = 100_000  # remembered with their outlets
SAMPLE = 3  # addresses kept per reason, to be looked at
SUFFIXES = (".warc", ".warc.gz", ".arc.gz")


@dataclass(slots=True)
class Report:
    """What became of one file's records; ``samples`` are some addresses of each reason for not keeping a page."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    skipped: bool = False  # it was read in before
    position: int = 0  # bytes of it that are dealt with
    error: str | None = None

    def turn_away(self, reason: str, url: str) -> None:
        """Count a record that gives no article."""
        self.counts[f"not kept, {reason}"] += 1
        sample = self.samples.setdefault(reason, [])
        if len(sample) < SAMPLE:
            sample.append(url)


@dataclass(frozen=True, slots=True)
class Settings:
    """What all files of one call share."""

    corpus: Corpus
    pool: PagePool
    topic: Topic
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
    names: Sequence[str], settings: Settings, *, again: bool = False, progress: Callable[[Report], object] = bool
) -> Iterator[Report]:
    """Read files in, one after the other; gives a report for each. ``again`` reads those that were read before, too.

    A file that cannot be read is reported with its ``error``; the others go on. Call it outside an event loop.
    """
    for name in names:
        report = Report(name)
        try:
            with closing(_open(name, settings.agent)) as stream:
                _read_in(stream, name, settings, report, again=again, progress=progress)
        except PageError as error:
            report.error = str(error)
        except OSError as error:
            report.error = f"{name}: {error.strerror or error}"
        counts.refresh(settings.corpus.db)
        yield report


def size(names: Sequence[str]) -> int | None:
    """Bytes of all files together; None where one of them has an address and is read as a stream."""
    if any(name.startswith(("http://", "https://")) for name in names):
        return None
    return sum(Path(name).stat().st_size for name in names)


def _open(name: str, agent: str) -> BinaryIO:
    if name.startswith(("http://", "https://")):
        return RemoteFile(name, agent)  # type: ignore[return-value]
    return Path(name).open("rb")


def _read_in(
    stream: BinaryIO,
    name: str,
    settings: Settings,
    report: Report,
    *,
    again: bool,
    progress: Callable[[Report], object],
) -> None:
    corpus = settings.corpus
    with corpus.db.read() as conn:
        state = ingests.find(conn, name)
    if state.finished_at and not again:
        report.skipped, report.counts = True, Counter(state.counts)
        return
    if state.finished_at:
        state = Ingest(name)
    report.counts = Counter(state.counts)
    batch: list[tuple[Record, Outlet]] = []
    unnoted = 0
    owners = _Owners(settings)
    for record in records(stream, state.position, owners.unwanted):
        report.counts["records"] += 1
        unnoted += 1
        capture = record.capture
        outlet = owners.of(urls.host(urls.clean(record.url) or "")) if capture is not None else None
        if capture is None or outlet is None:
            report.turn_away(record.trouble or "damaged record", record.url or f"offset {record.offset}")
        elif capture.status != 200:
            report.turn_away(f"status {capture.status}", record.url)
        else:
            batch.append((record, outlet))
        state.position = max(state.position, record.offset)
        if len(batch) >= BATCH or (unnoted >= EVERY and not batch):
            _flush(batch, state, settings, report)
            batch, unnoted = [], 0
            report.position = state.position
            progress(report)
    _flush(batch, state, settings, report, finished=True)


class _Owners:
    """Whose pages addresses are, asked once per host: an archive holds millions of addresses of a few hosts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.known: dict[str, Outlet | None] = {}

    def of(self, host: str | None) -> Outlet | None:
        """The outlet that owns a host; None for none, and for no host."""
        if host is None:
            return None
        if host not in self.known:
            outlet = next((one for one in self.settings.outlets if one.owns(host)), None)
            if outlet is None and self.settings.any_host:
                bare = host.removeprefix("www.")
                outlet = Outlet(id=bare, name=bare, domains=[bare])
            if len(self.known) >= MAX_HOSTS:
                self.known.clear()
            self.known[host] = outlet
        return self.known[host]

    def unwanted(self, url: str) -> str | None:
        """Why a record is not worth unpacking, by its address."""
        address = urls.clean(url)
        host = urls.host(address) if address else None
        if address is None or host is None:
            return "no address"
        outlet = self.of(host)
        if outlet is None:
            return "host not in the registry"
        return None if urls.wanted(address, outlet) else "no article by its address"


def _flush(
    batch: Sequence[tuple[Record, Outlet]], state: Ingest, settings: Settings, report: Report, *, finished: bool = False
) -> None:
    corpus, found = settings.corpus, []
    with corpus.db.read() as conn:
        known = _known(conn, [record.capture.url for record, _ in batch if record.capture])
    jobs: list[tuple[Record, PageJob]] = []
    for record, outlet in batch:
        capture = record.capture
        assert capture is not None
        address, taken = str(urls.clean(capture.url)), capture.captured_at or datetime.now(UTC)
        before = known.get(id_of(article_key(address)))
        if before is not None and before >= taken:
            report.turn_away("known as of then or later", capture.url)
            continue
        kind = capture.headers.get("content-type")
        jobs.append((record, PageJob(capture.body, address, kind, outlet, fetched_at=taken)))
    if jobs:
        found = asyncio.run(_read(settings.pool, [job for _, job in jobs]))
    kept = [_sorted_out(record, job, page, settings, report) for (record, job), page in zip(jobs, found, strict=True)]
    if settings.archive is not None and any(kept):
        settings.archive.sync()
    with corpus.db.begin() as conn:
        for page in kept:
            if page is not None:
                _store(conn, page, settings, report)
        state.counts = dict(report.counts)
        ingests.note(conn, state, finished=finished)


def _known(conn: Connection, addresses_: Sequence[str]) -> dict[str, datetime]:
    """When the articles that have these addresses were last fetched, by id of the address."""
    ids = [id_of(article_key(str(urls.clean(address)))) for address in addresses_]
    rows = conn.execute(
        select(addresses.c.id, articles.c.fetched_at)
        .join(articles, articles.c.key == addresses.c.article_key)
        .where(addresses.c.id.in_(ids))
    )
    return {row.id: datetime.fromisoformat(row.fetched_at) for row in rows if row.fetched_at}


async def _read(pool: PagePool, jobs: Sequence[PageJob]) -> list[ProcessedPage]:
    return list(await asyncio.gather(*(pool.read([job]) for job in jobs)))


def _sorted_out(
    record: Record, job: PageJob, page: ProcessedPage, settings: Settings, report: Report
) -> ProcessedPage | None:
    """The page where it is to be stored, with its place in our archive; else None, counted."""
    report.counts["pages read"] += 1
    article = page.article
    if article is None or page.judgement is None:
        report.turn_away(page.reason or Reason(Cause.NO_TEXT), job.url)
        return None
    if page.kept and not settings.window.holds(article.published_at):
        page.kept, page.reason = False, Reason(Cause.OUTSIDE)
        report.turn_away(page.reason, job.url)
        return None
    if not page.kept:
        report.turn_away(page.reason or "topic", job.url)
        if not near_miss(page.judgement, settings.topic.threshold):
            return None
    assert record.capture is not None
    article.rights = {**article.rights, **rights_of(record.capture.headers)}
    if settings.archive is not None and record.raw is not None:
        article.archive_ref = settings.archive.write(job.url, record.raw, job.fetched_at or datetime.now(UTC))
    return page


def _store(conn: Connection, page: ProcessedPage, settings: Settings, report: Report) -> None:
    article = page.article
    assert article is not None
    if settings.corpus.refuses(conn, article):
        report.turn_away("withdrawn", article.url)
    elif page.kept:
        saved = settings.corpus.save(conn, article)
        if saved.outcome == "withdrawn":
            report.turn_away("withdrawn", article.url)
        else:
            report.counts["kept"] += 1
            report.counts[saved.outcome] += 1
    else:
        file_near_miss(settings.corpus, conn, page, page.reason or "topic")
        report.counts["near misses"] += 1
