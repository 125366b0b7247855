"""The cheap half of reading an archive in: which of its pages are worth reading whole.

A part of a file at a time: addresses, bytes (the gate) and first paragraphs (the first look) turn away nearly all of
it here, in a process or on a machine of its own; only what is left goes back to who asked, with how far the file is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler import urls
from crawler.archive.bulk import Record, records
from crawler.archive.remote import RemoteFile
from crawler.fetching.raw_responses import RawResponse
from crawler.outlets import Outlet
from crawler.processing.page import PageJob, TopicChoice, turned_away

RECORDS = 5_000  # of one part: some seconds of work, which is what a killed process costs
BYTES = 32_000_000  # of one part's pages worth reading: they are in memory twice, here and where they go
MAX_HOSTS = 100_000  # remembered with their outlets
SAMPLE = 3  # addresses kept per reason, to be looked at


@dataclass(slots=True)
class Tally:
    """Records counted by what became of them; ``samples`` are some addresses of each reason for not keeping a page."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)

    def turn_away(self, reason: str, url: str) -> None:
        """Count a record that gives no article."""
        self.counts[f"not kept, {reason}"] += 1
        sample = self.samples.setdefault(reason, [])
        if len(sample) < SAMPLE:
            sample.append(url)

    def add(self, other: Tally) -> None:
        """Take in what another one counted."""
        self.counts.update(other.counts)
        for reason, sample in other.samples.items():
            known = self.samples.setdefault(reason, [])
            known += sample[: SAMPLE - len(known)]


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how it is looked through: ``name`` is its absolute path or its address, ``agent`` who asks for it."""

    name: str
    topic: TopicChoice
    outlets: Sequence[Outlet]
    any_host: bool = False
    agent: str = "conflict_news"
    pages: int = 64  # worth reading, after which a part ends


@dataclass(slots=True)
class Part:
    """What a part of a file gave: pages worth reading as they came, up to and with the record at ``position``."""

    position: int
    tally: Tally = field(default_factory=Tally)
    found: list[tuple[PageJob, RawResponse, dict[str, str]]] = field(default_factory=list)  # with the answer's headers
    finished: bool = False


def scan(source: Source, after: int) -> Part:
    """Look through the records behind offset ``after`` until a part is full or the file ends.

    Raises ``PageError`` for an address that cannot be had, and ``OSError``.
    """
    with closing(_open(source)) as stream:
        return _scan(stream, source, after)


def _scan(stream: BinaryIO, source: Source, after: int) -> Part:
    part, owners, topic = Part(after), Owners(source.outlets, any_host=source.any_host), source.topic.built()
    size = 0
    for record in records(stream, after, owners.unwanted):
        part.position = max(part.position, record.offset)
        part.tally.counts["records"] += 1
        job = _job(record, owners, part.tally)
        if job is not None and (reason := turned_away(job, topic)) is not None:
            part.tally.counts["pages read"] += 1
            part.tally.turn_away(reason, record.url)
        elif job is not None and record.raw is not None and record.capture is not None:
            part.found.append((job, record.raw, record.capture.headers))
            size += len(job.body) + len(record.raw.body)
        if len(part.found) >= source.pages or size >= BYTES or part.tally.counts["records"] >= RECORDS:
            return part
    part.finished = True
    return part


def _job(record: Record, owners: Owners, tally: Tally) -> PageJob | None:
    """The page of a record, to be read; None where it holds none, counted."""
    capture = record.capture
    if capture is None:
        tally.turn_away(record.trouble or "damaged record", record.url or f"offset {record.offset}")
        return None
    if capture.status != 200:
        tally.turn_away(f"status {capture.status}", record.url)
        return None
    address, outlet = owners.last
    taken = capture.captured_at or datetime.now(UTC)
    return PageJob(capture.body, address, capture.headers.get("content-type"), outlet, fetched_at=taken)


def _open(source: Source) -> BinaryIO:
    if source.name.startswith(("http://", "https://")):
        return RemoteFile(source.name, source.agent)  # type: ignore[return-value]
    return Path(source.name).open("rb")


class Owners:
    """Whose pages addresses are, asked once per host: an archive holds millions of addresses of a few hosts."""

    def __init__(self, outlets: Iterable[Outlet], *, any_host: bool = False) -> None:
        self._any_host = any_host
        self._domains: dict[str, tuple[int, Outlet]] = {}
        for number, outlet in enumerate(outlets):
            for domain in outlet.domains:
                self._domains.setdefault(domain, (number, outlet))
        self._known: dict[str, Outlet | None] = {}
        self.last: tuple[str, Outlet | None] = "", None  # address and owner of what was asked for last

    def of(self, host: str | None) -> Outlet | None:
        """The outlet that owns a host, the first of several; None for none, and for no host."""
        if host is None:
            return None
        if host not in self._known:
            if len(self._known) >= MAX_HOSTS:
                self._known.clear()
            self._known[host] = self._find(host)
        return self._known[host]

    def _find(self, host: str) -> Outlet | None:
        labels = host.rstrip(".").split(".")
        above = (".".join(labels[number:]) for number in range(len(labels)))
        owners = [self._domains[name] for name in above if name in self._domains]
        if owners:
            return min(owners, key=lambda owner: owner[0])[1]
        if not self._any_host:
            return None
        bare = host.removeprefix("www.")
        try:
            return Outlet(id=bare, name=bare, domains=[bare])
        except ValueError:  # an IPv6 address, a name outside ASCII: no id of an outlet
            return None

    def unwanted(self, url: str) -> str | None:
        """Why a record is not worth unpacking, by its address."""
        address = urls.clean(url)
        host = urls.host(address) if address else None
        if address is None or host is None:
            return "no address"
        outlet = self.of(host)
        self.last = address, outlet
        if outlet is None:
            return "host not in the registry"
        return None if urls.wanted(address, outlet) else "no article by its address"
