"""Exports: the articles a filter wants, in one file by suffix, with a manifest and a data card beside it.

The same corpus gives the same bytes: fixed order (publication, then id), fixed field order, no time of export in
any of the files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from storage.corpus import Corpus
from storage.database import Filter
from storage.errors import StorageError
from storage.export.composed import COUNTED, composed_lines, select_lines
from storage.export.croissant import croissant, croissant_path
from storage.export.datacard import card_path, data_card
from storage.export.files import write_small
from storage.export.formats import open_writer, writes_lines
from storage.export.manifest import Manifest, manifest_path, others_beside
from storage.export.record import TEXT, Row, lines, select_records
from storage.export.redaction import mask_record

BATCH = 256  # rows fetched at a time: they stay in the processor's cache until they are written

Progress = Callable[[int], None]


def export(
    corpus: Corpus,
    path: Path | str,
    where: Filter | None = None,
    *,
    text: bool = True,
    masked: bool = False,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write the articles ``where`` wants to ``path`` (.jsonl, .jsonl.gz, .jsonl.zst, .parquet).

    ``text=False`` leaves the text out (null), ``masked`` hides personal data in title and text. Raises
    ``StorageError`` where the file cannot be written, and then leaves what was there.
    """
    manifest = Manifest(Path(path).name, filters=(where or Filter()).described(), text=text, masked=masked)
    path = Path(path)
    # Nobody can look into a line that the database composes.
    composed = corpus.db.dialect == "sqlite" and not masked and writes_lines(path)
    statement = select_lines(where, text=text) if composed else select_records(where)
    with corpus.db.read() as conn, closing(corpus.db.stream(conn, statement, BATCH)) as batches:
        return write_export(path, batches, manifest, composed=composed, on_progress=on_progress)


def export_lines(corpus: Corpus, where: Filter | None = None) -> Iterator[bytes]:
    """The JSON lines that ``export`` would write, some hundred at a time, for who wants no file."""
    composed = corpus.db.dialect == "sqlite"
    statement = select_lines(where) if composed else select_records(where)
    with corpus.db.read() as conn, closing(corpus.db.stream(conn, statement, BATCH)) as batches:
        for batch in batches:
            yield composed_lines(batch) if composed else lines(batch)


def write_export(
    path: Path,
    batches: Iterable[Sequence[Row]],
    manifest: Manifest,
    *,
    composed: bool = False,
    expected: int | None = None,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write batches of rows, then the manifest and the data card; all appear together or not at all.

    ``composed`` rows are those of ``storage.export.composed`` instead of records, to be written as they are.
    ``expected`` is the number of records a snapshot had; what is missing of it was withdrawn.
    """
    path = path.expanduser().absolute()
    if not path.parent.is_dir():
        raise StorageError(f"cannot write {path}: the folder {path.parent} does not exist")
    counts = _ManifestCounts(manifest, composed=composed)
    delta = manifest.changed_since is not None
    with ExitStack() as unpublished, open_writer(path, names=manifest.fields, delta=delta, composed=composed) as writer:
        for batch in batches if composed else _shaped(batches, manifest):
            counts.add(batch)
            writer.write(batch)
            if on_progress is not None:
                on_progress(manifest.records)
        writer.close()
        counts.finish()
        if expected is not None:
            manifest.withdrawn_since = expected - manifest.records
        manifest.sha256, manifest.bytes = writer.file.sha256, writer.file.size
        beside = [*others_beside(path), manifest]
        card = write_small(card_path(path), data_card(beside))
        unpublished.callback(card.discard)
        described = write_small(croissant_path(path), croissant(beside))
        unpublished.callback(described.discard)
        note = write_small(manifest_path(path), json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n")
        unpublished.callback(note.discard)
        # A file without its manifest is one whose export was cut off between these lines.
        manifest_path(path).unlink(missing_ok=True)
        for file in (writer.file, card, described, note):
            file.publish()
    return manifest


def _shaped(batches: Iterable[Sequence[Row]], manifest: Manifest) -> Iterator[Sequence[Row]]:
    if manifest.text and not manifest.masked:
        yield from batches
        return
    for batch in batches:
        shaped = []
        for row in batch:
            values = list(row)
            if not manifest.text:
                values[TEXT] = None
            if manifest.masked:
                mask_record(values, manifest.fields)
            shaped.append(values)
        yield shaped


class _ManifestCounts:
    """Counts for the manifest, by column of a batch, which is cheap."""

    def __init__(self, manifest: Manifest, *, composed: bool) -> None:
        self.manifest = manifest
        places = range(-len(COUNTED), 0) if composed else map(manifest.fields.index, COUNTED)
        self.counted = itemgetter(*places)
        self.days: dict[str | None, tuple[str, str]] = {}
        self.counters: dict[str, Counter[Any]] = {
            name: Counter() for name in ("by_outlet", "by_year", "by_language", "by_copy_kind", "by_change", "rights")
        }

    def add(self, batch: Sequence[Row]) -> None:
        manifest, counters = self.manifest, self.counters
        outlets, times, languages, kinds, words, read, rights = zip(*map(self.counted, batch), strict=True)
        manifest.records += len(batch)
        manifest.words += sum(filter(None, words))
        known = list(filter(None, times))
        if known:
            manifest.first_published = min([min(known)[:10], manifest.first_published or "9999"])
            manifest.last_published = max([max(known)[:10], manifest.last_published or ""])
        if known := list(filter(None, read)):
            days = [_utc_day(moment) for moment in (min(known), max(known))]
            manifest.first_fetched = min([days[0], manifest.first_fetched or "9999"])
            manifest.last_fetched = max([days[1], manifest.last_fetched or ""])
        for outlet, day in {(outlet, time[:10]) for outlet, time in zip(outlets, times, strict=True) if time}:
            first, last = self.days.get(outlet, (day, day))
            self.days[outlet] = min(first, day), max(last, day)
        for ledger, number in Counter(filter(None, rights)).items():
            for signal in _signals(ledger):
                counters["rights"][signal] += number
        counters["by_outlet"].update(outlets)
        counters["by_year"].update([time and time[:4] for time in times])
        counters["by_language"].update(languages)
        counters["by_copy_kind"].update(kinds)
        if manifest.changed_since is not None:
            counters["by_change"].update([row[-1] for row in batch])

    def finish(self) -> None:
        for name, counter in self.counters.items():
            unknown = "none" if name == "by_copy_kind" else "unknown"
            counts = {str(key) if key is not None else unknown: number for key, number in counter.items()}
            setattr(self.manifest, name, dict(sorted(counts.items())))
        days = {outlet or "unknown": f"{first} to {last}" for outlet, (first, last) in self.days.items()}
        self.manifest.days_by_outlet = dict(sorted(days.items()))


def _utc_day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).date().isoformat()


@lru_cache(maxsize=4096)  # the same few ledgers come again and again
def _signals(ledger: str) -> tuple[str, ...]:
    """What a stored ledger of rights says about use, as told in the data card."""
    known: dict[str, Any] = json.loads(ledger)
    found = [name for name in ("noindex", "noarchive", "noai", "noimageai") if known.get(name) is True]
    if known.get("tdm-reservation") not in (None, "0", 0, False):
        found.append("tdm-reservation")
    return (*found, *(name for name in ("license", "copyright") if known.get(name)))
