"""Snapshots: a state of the corpus under a name, to be exported again byte for byte, and the way from one to another.

A snapshot pins each article's record (by the hash of its fields) and the revision its text comes from; both are kept
once however many snapshots hold them. Only a withdrawal takes something out of a snapshot again. Reading them back,
and the hash by which a snapshot proves itself, are in ``storage.export.pinned``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Select

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Filter
from storage.database.rows import now, read_time, sort_key
from storage.database.tables import articles, records, snapshot_items, snapshots, withdrawals
from storage.database.upsert import insert_new
from storage.errors import ConfigurationError
from storage.export import BATCH, Manifest, write_export
from storage.export.pinned import Snapshot, all_snapshots, of_present, pinned
from storage.export.record import GONE, Row, lines, select_records

Progress = Callable[[int], None]


def take(corpus: Corpus, name: str, where: Filter | None = None, *, on_progress: Progress | None = None) -> Snapshot:
    """Give the present state of the corpus (or of what ``where`` wants) a name. Raises for a name that is taken."""
    if not name.strip() or any(ord(letter) < 32 for letter in name):
        raise ConfigurationError("a snapshot needs a name without line breaks")
    where = where or Filter()
    stamp, seal = now(), hashlib.sha256()
    made = {"name": name, "filters": where.described(), "records": 0, "made_at": stamp, "fields": list(JSONL_FIELDS)}
    try:
        with corpus.db.begin() as conn:
            key: int = conn.execute(insert(snapshots).returning(snapshots.c.key), made).scalar_one()
            total = 0
            for batch in of_present(conn, select_records(where)):
                seal.update(lines([pin.row for pin in batch]))
                rows = [pin.record() for pin in batch]
                items = [
                    {"snapshot_key": key, "article_id": pin.id, "sort_key": pin.sort_key, "hash": row["hash"]}
                    for pin, row in zip(batch, rows, strict=True)
                ]
                insert_new(conn, records, rows)
                conn.execute(insert(snapshot_items), items)
                total += len(batch)
                if on_progress is not None:
                    on_progress(total)
            proof = {"records": total, "sha256": seal.hexdigest()}
            conn.execute(update(snapshots).where(snapshots.c.key == key), proof)
    except IntegrityError as error:
        raise ConfigurationError(f"there is a snapshot {name!r} already; `scrapy snapshot --list` shows all") from error
    return Snapshot(key, name, where.described(), total, stamp, sha256=seal.hexdigest())


def listed(corpus: Corpus) -> list[Snapshot]:
    """All snapshots, oldest first."""
    with corpus.db.read() as conn:
        return all_snapshots(conn)


def get(corpus: Corpus, name: str) -> Snapshot:
    """A snapshot by name. Raises ``ConfigurationError`` naming those there are."""
    found = {snapshot.name: snapshot for snapshot in listed(corpus)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none yet"
        raise ConfigurationError(f"there is no snapshot {name!r} (there are: {known})")
    return found[name]


def remove(corpus: Corpus, name: str) -> None:
    """Forget a snapshot and the records that no other one holds."""
    snapshot = get(corpus, name)
    with corpus.db.begin() as conn:
        conn.execute(delete(snapshot_items).where(snapshot_items.c.snapshot_key == snapshot.key))
        conn.execute(delete(snapshots).where(snapshots.c.key == snapshot.key))
        conn.execute(delete(records).where(records.c.hash.not_in(select(snapshot_items.c.hash))))


def export_snapshot(
    corpus: Corpus,
    name: str,
    path: Path | str,
    *,
    text: bool = True,
    masked: bool = False,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write a snapshot: the same bytes each time, unless an article was withdrawn since (the manifest counts them).

    Raises ``NotAsRecorded``, and writes nothing, where its lines are not those it was made of.
    """
    snapshot = get(corpus, name)
    manifest = Manifest(
        Path(path).name, filters=snapshot.filters, text=text, masked=masked, snapshot=name, fields=snapshot.fields
    )
    manifest.taken_at, manifest.snapshot_sha256 = snapshot.made_at, snapshot.sha256
    with corpus.db.read() as conn, closing(pinned(conn, snapshot)) as batches:
        rows = ([pin.row for pin in batch] for batch in batches)
        return write_export(Path(path), rows, manifest, expected=snapshot.records, on_progress=on_progress)


def export_changes(
    corpus: Corpus,
    since: str,
    path: Path | str,
    *,
    until: str | None = None,
    text: bool = True,
    masked: bool = False,
    on_progress: Progress | None = None,
) -> Manifest:
    """Write what was added, revised and withdrawn since a snapshot, up to the present or to another snapshot.

    Each record has one more key, ``change``: ``added``, ``revised``, ``withdrawn``, or ``left`` for an article that is
    in the corpus but no longer among those the snapshot's filter wants. Of the last two only ``id``, ``url`` and
    ``outlet`` are told. The snapshot's own filter decides which articles of the present corpus count.
    """
    old = get(corpus, since)
    new = get(corpus, until) if until is not None else None
    manifest = Manifest(
        Path(path).name, filters=old.filters, text=text, masked=masked, snapshot=until, changed_since=since
    )
    manifest.fields = new.fields if new else JSONL_FIELDS
    with corpus.db.read() as conn, closing(_changes(conn, old, new)) as changes:
        return write_export(Path(path), changes, manifest, on_progress=on_progress)


def _changes(conn: Connection, old: Snapshot, new: Snapshot | None) -> Generator[Sequence[Row]]:
    where = Filter.from_description(old.filters)
    names = new.fields if new else JSONL_FIELDS
    source = pinned(conn, new, old.key) if new else of_present(conn, select_records(where), old.key)
    with closing(source):
        for batch in source:
            changed = [(*pin.row, change) for pin in batch if (change := pin.change(len(old.fields)))]
            if changed:
                yield changed
    there: Select[Any]
    if new:
        there = select(snapshot_items.c.article_id).join(records, records.c.hash == snapshot_items.c.hash)
        there = there.where(snapshot_items.c.snapshot_key == new.key)
    else:
        there = select_records(where, ordered=False).with_only_columns(articles.c.id)
    items = snapshot_items.alias("old")
    gone = select(items.c.article_id).where(items.c.snapshot_key == old.key, items.c.article_id.not_in(there))
    with conn.scalars(gone.order_by(items.c.article_id), execution_options={"yield_per": BATCH}) as ids:
        for part in ids.partitions():
            yield _gone(conn, list(part), names)


def _gone(conn: Connection, ids: list[str], names: Sequence[str]) -> list[Row]:
    """What is left of withdrawn articles, and of those that a filter no longer wants."""
    table = withdrawals.c
    tombs = conn.execute(
        select(table.article_id, table.url, table.outlet).where(table.article_id.in_(ids), table.url.is_not(None))
    )
    told = {row.article_id: (row.url, row.outlet, "withdrawn") for row in tombs}
    kept = conn.execute(select(articles.c.id, articles.c.url, articles.c.outlet).where(articles.c.id.in_(ids)))
    told |= {row.id: (row.url, row.outlet, "left") for row in kept}
    rows: list[Row] = []
    for id_ in ids:
        url, outlet, change = told.get(id_, (None, None, "withdrawn"))
        known = {"id": id_, "url": url, "outlet": outlet}
        rows.append((*(known.get(name) for name in names), change))
    return rows


def apply_delta(old: Iterable[str], delta: Iterable[str]) -> Iterator[str]:
    """The lines of the later export, from those of the earlier one and those of the delta between them.

    All lines are without their newline. Everything is held in memory.
    """
    found: dict[str, tuple[str, str]] = {}  # id → where it stands, line
    for line in old:
        record = json.loads(line)
        found[record["id"]] = (sort_key(read_time(record["published_at"])), line)
    for line in delta:
        record = json.loads(line)
        if record["change"] in GONE:
            found.pop(record["id"], None)
        else:
            plain = line.removesuffix(f',"change":"{record["change"]}"}}') + "}"
            found[record["id"]] = (sort_key(read_time(record["published_at"])), plain)
    for _, _, line in sorted((key, id_, line) for id_, (key, line) in found.items()):
        yield line
