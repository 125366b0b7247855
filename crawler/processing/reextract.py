"""The archive read again: what was fetched once is re-read with today's rules, without fetching.

Rules get better; pages of two years ago do not come back. Each article whose raw page our archive holds is read again,
in parallel, and stored as any reading is: a changed text becomes a new revision, metadata of another extractor version
replaces what was known. What cannot be read any more stays as it is and is named.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.extraction import EXTRACTOR_VERSION
from crawler.outlets import Outlet
from crawler.processing import archived
from crawler.processing.page import PageJob, ProcessedPage
from crawler.processing.pool import Readers
from crawler.processing.reasons import Cause, Reason
from storage import counts
from storage.article import Article
from storage.corpus import Corpus
from storage.frontier import Frontier
from storage.history.revisions import Change, diff

MISSING = "its page is not in the archive, or its outlet not in the registry (name its file with --outlets)"
BATCH = 64  # articles read at once (more by many readers), stored in one transaction: others write in between
# What a reading decides beside title and text; those two make a revision.
FIELDS = ("published_at", "published_precision", "authors", "section", "tags", "dateline", "cited_sources")
# Of the rights of a page these came with its answer's headers, which the archive keeps; the others are read anew.
HEADER_RIGHTS = ("x_robots_tag", "tdm_reservation", "tdm_policy")


@dataclass(slots=True)
class Difference:
    """What reading one article again changes: fields as (before, after), and the text by sentence."""

    id: str
    url: str
    fields: dict[str, tuple[object, object]] = field(default_factory=dict)
    sentences: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Reextracted:
    """Counts of a re-reading; ``unreadable`` names articles without a page in the archive, or without text now."""

    looked_at: int = 0
    unchanged: int = 0
    differences: list[Difference] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)  # id → why

    @property
    def by_field(self) -> Counter[str]:
        """How many articles differ in each field; "text" where sentences came or went."""
        counts: Counter[str] = Counter()
        for difference in self.differences:
            counts.update(list(difference.fields))
            counts["text"] += bool(difference.sentences)
        return counts

    @property
    def sentences(self) -> tuple[int, int]:
        """How many sentences were lost and won, in all texts; a changed one is both."""
        changes = [change for difference in self.differences for change in difference.sentences]
        return sum(change.old is not None for change in changes), sum(change.new is not None for change in changes)


def reextract(
    corpus: Corpus,
    pool: Readers,
    archive: Path,
    outlets: dict[str, Outlet],
    *,
    everything: bool = False,
    sample: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] = str,
) -> Reextracted:
    """Read articles again and store what comes out; with ``dry_run`` only say what would change.

    Only those read by another extractor version, or with ``everything`` all. ``sample`` takes so many of them, the same
    ones every time. Call it outside an event loop.
    """
    done = Reextracted()
    ids = chosen(corpus, everything=everything, sample=sample)
    size = max(BATCH, 4 * pool.width)
    for start in range(0, len(ids), size):
        articles = [article for id_ in ids[start : start + size] if (article := corpus.get(id_)) is not None]
        jobs = [_jobs(corpus, archive, outlets, article) for article in articles]
        readings = asyncio.run(_read(pool, jobs))
        _store(corpus, articles, jobs, readings, done, dry_run=dry_run)
        progress(done.looked_at)
    counts.refresh(corpus.db)
    return done


def chosen(corpus: Corpus, *, everything: bool = False, sample: int | None = None) -> list[str]:
    """Ids of the articles to read again, in the order of their ids."""
    ids = sorted(corpus.ids() if everything else corpus.ids(but_version=EXTRACTOR_VERSION))
    if sample is None or sample >= len(ids):
        return ids
    # By hash: a sample of articles of all times and outlets, and the same in each run.
    picked = sorted(ids, key=lambda id_: hashlib.sha256(id_.encode()).digest())[:sample]
    return sorted(picked)


def _jobs(corpus: Corpus, archive: Path, outlets: dict[str, Outlet], article: Article) -> list[PageJob]:
    outlet = outlets.get(article.outlet or "")
    if article.outlet and outlet is None:  # without its selectors and its zone it would be read as another page
        return []
    with corpus.db.read() as conn:
        hints = archived.hints_of(Frontier(corpus.db), conn, article.url, outlet)
    jobs = archived.jobs(article.archive_ref, archive, outlet, article.fetched_at, hints)
    return jobs if len(jobs) == len((article.archive_ref or "").split()) else []  # a damaged page is half a story


async def _read(pool: Readers, jobs: Sequence[Sequence[PageJob]]) -> list[ProcessedPage]:
    async def one(pages: Sequence[PageJob]) -> ProcessedPage:
        return await pool.read(pages, gated=False) if pages else ProcessedPage(reason=MISSING)

    return list(await asyncio.gather(*map(one, jobs)))


def _store(
    corpus: Corpus,
    articles: Sequence[Article],
    jobs: Sequence[Sequence[PageJob]],
    readings: Sequence[ProcessedPage],
    done: Reextracted,
    *,
    dry_run: bool,
) -> None:
    read: list[Article] = []
    for old, pages, reading in zip(articles, jobs, readings, strict=True):
        done.looked_at += 1
        new = reading.article
        if new is None:
            done.unreadable[str(old.id)] = reading.reason or Reason(Cause.NO_TEXT)
            continue
        new.url, new.outlet, new.archive_ref, new.fetched_at = old.url, old.outlet, old.archive_ref, pages[0].fetched_at
        new.rights = new.rights | {name: old.rights[name] for name in HEADER_RIGHTS if name in old.rights}
        difference = compared(old, new)
        if difference.fields or difference.sentences:
            done.differences.append(difference)
        else:
            done.unchanged += 1
        read.append(new)
    if dry_run or not read:
        return
    with corpus.db.begin() as conn:
        for new in read:
            corpus.save(conn, new)


def compared(old: Article, new: Article) -> Difference:
    """What differs between an article as stored and as read now."""
    fields = {
        name: (getattr(old, name), getattr(new, name))
        for name in ("title", *FIELDS)
        if getattr(old, name) != getattr(new, name) and (getattr(old, name) or getattr(new, name))
    }
    return Difference(str(old.id), old.url, fields, diff(old.text, new.text) if old.text != new.text else [])


def described(difference: Difference) -> Iterator[str]:
    """Lines for a terminal: each field before and after, then the sentences that went and came."""
    for name, (before, after) in difference.fields.items():
        yield f"  {name}: {before or '–'} → {after or '–'}"
    for change in difference.sentences:
        if change.old is not None:
            yield f"  - {change.old}"
        if change.new is not None:
            yield f"  + {change.new}"
