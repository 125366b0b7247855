"""Parquet export with typed columns; needs the optional pyarrow.

Times are UTC; a bare day is its midnight UTC with ``published_precision`` "day". ``published_day`` is the day at the
outlet, as a date. ``rights`` is a struct of the same fields as in the JSON lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from storage.article import JSONL_FIELDS
from storage.export.files import RecordWriter
from storage.export.record import LISTS, RIGHTS_FIELDS, Row, rights_json

# Rows per row group: some 30 MB of text, what a reader has to hold at a time.
GROUP = 10_000

_TIME = pa.timestamp("s", tz="UTC")
_TIMES = ("published_at", "modified_at", "fetched_at")
_DAYS = ("published_day", "published_after", "published_before")
_OTHERS: dict[str, Any] = {
    "language_confidence": pa.float64(),
    "relevance": pa.float64(),
    "extraction_agreement": pa.float64(),
    "revision": pa.int32(),
    "word_count": pa.int32(),
    "published_day": pa.date32(),
    "rights": pa.struct(
        [pa.field(name, pa.bool_() if kind is bool else pa.string()) for name, kind in RIGHTS_FIELDS.items()]
        + [pa.field("other", pa.string())]
    ),
}


def _type(name: str) -> Any:
    if name in LISTS:
        return pa.list_(pa.string())
    if name in _DAYS:
        return pa.date32()
    return _TIME if name in _TIMES else _OTHERS.get(name, pa.string())


def schema(names: Sequence[str] = JSONL_FIELDS, *, delta: bool = False) -> Any:
    """The Arrow schema: the fields of a JSON line."""
    fields = [pa.field(name, _type(name)) for name in names]
    if delta:
        fields.append(pa.field("change", pa.string()))
    return pa.schema(fields)


class ParquetTable(RecordWriter):
    """One Parquet file, zstd-compressed, written a row group at a time."""

    suffixes = (".parquet",)
    waiting = 1  # one group is encoded while the next one is read

    def _begin(self) -> None:
        self._schema = schema(self.names, delta=self.delta)
        self._table = pq.ParquetWriter(pa.PythonFile(self.file, mode="w"), self._schema, compression="zstd")
        self._held: list[Any] = []  # record batches, together less than a group
        self._rows = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        while rows:
            part, rows = rows[: GROUP - self._rows], rows[GROUP - self._rows :]
            self._held.append(self._batch(part))
            self._rows += len(part)
            if self._rows == GROUP:
                self._group()

    def close(self) -> None:
        """Write the last group and the footer."""
        if self._held:
            self._group()
        self.behind.finish()
        self._table.close()
        super().close()

    def abandon(self) -> None:
        """Leave no trace."""
        super().abandon()
        self._table.is_open = False  # or it would write its footer when it is collected

    def _group(self) -> None:
        group = pa.Table.from_batches(self._held, schema=self._schema).combine_chunks()
        self.behind.do(lambda table: self._table.write_table(table, row_group_size=GROUP), group)
        self._held.clear()
        self._rows = 0

    def _batch(self, rows: Sequence[Row]) -> Any:
        columns = dict(zip(self.names, zip(*rows, strict=True), strict=False))
        arrays = []
        for name, values in columns.items():
            if name in LISTS:
                arrays.append(_each_once(values, json.loads, _type(name)))
            elif name in _TIMES:
                arrays.append(pa.array(map(_seconds, values), pa.int64()).cast(_TIME))
            elif name in _DAYS:
                arrays.append(_each_once(values, date.fromisoformat, pa.date32()))
            elif name == "rights":
                arrays.append(_each_once(values, lambda stored: json.loads(rights_json(stored)), _type(name)))
            else:
                arrays.append(pa.array(values, _type(name)))
        if self.delta:
            arrays.append(pa.array([row[-1] for row in rows], pa.string()))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def _each_once(values: Sequence[str | None], read: Callable[[str], Any], kind: Any) -> Any:
    """The array of what the values mean, of which few are different."""
    places: dict[str | None, int] = {}
    order = [places.setdefault(value, len(places)) for value in values]
    different = pa.array([None if value is None else read(value) for value in places], kind)
    return different.take(pa.array(order, pa.int32()))


def _seconds(value: str | None) -> int | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
