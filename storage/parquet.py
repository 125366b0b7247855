"""Parquet export with typed columns; needs the optional pyarrow.

Times are UTC; a bare day is its midnight UTC with ``published_precision`` "day". ``published_day`` is the day at the
outlet. ``rights`` is a struct of the same fields as in the JSON lines.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from storage.article import JSONL_FIELDS
from storage.record import LISTS, RIGHTS_FIELDS, Row, rights_json
from storage.writers import RecordWriter

# Rows per row group: some 30 MB of text, what a reader has to hold at a time.
GROUP = 10_000

_TIME = pa.timestamp("s", tz="UTC")
_TIMES = ("published_at", "modified_at", "fetched_at")
_OTHERS: dict[str, Any] = {
    "language_confidence": pa.float64(),
    "relevance": pa.float64(),
    "revision": pa.int32(),
    "word_count": pa.int32(),
    "rights": pa.struct(
        [pa.field(name, pa.bool_() if kind is bool else pa.string()) for name, kind in RIGHTS_FIELDS.items()]
        + [pa.field("other", pa.string())]
    ),
}


def _type(name: str) -> Any:
    if name in LISTS:
        return pa.list_(pa.string())
    return _TIME if name in _TIMES else _OTHERS.get(name, pa.string())


def schema(*, delta: bool = False) -> Any:
    """The Arrow schema: the fields of a JSON line, and ``published_day``."""
    fields = [pa.field(name, _type(name)) for name in JSONL_FIELDS]
    fields.append(pa.field("published_day", pa.date32()))
    if delta:
        fields.append(pa.field("change", pa.string()))
    return pa.schema(fields)


class ParquetTable(RecordWriter):
    """One Parquet file, zstd-compressed, written a row group at a time."""

    suffixes = (".parquet",)

    def __init__(self, path: Path, *, delta: bool = False) -> None:
        super().__init__(path, delta=delta)
        self._schema = schema(delta=delta)
        self._table = pq.ParquetWriter(pa.PythonFile(self.file, mode="w"), self._schema, compression="zstd")
        self._held: list[Row] = []

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._held.extend(rows)
        while len(self._held) >= GROUP:
            self._group(self._held[:GROUP])
            del self._held[:GROUP]

    def close(self) -> None:
        """Write the last group and the footer."""
        if self._held:
            self._group(self._held)
        self.behind.finish()
        self._table.close()
        super().close()

    def abandon(self) -> None:
        """Leave no trace."""
        super().abandon()
        self._table.is_open = False  # or it would write its footer when it is collected

    def _group(self, rows: Sequence[Row]) -> None:
        columns = list(zip(*rows, strict=True))
        arrays = []
        for name, values in zip(JSONL_FIELDS, columns, strict=False):
            converted: Any = values
            if name in LISTS:
                converted = [None if value is None else json.loads(value) for value in values]
            elif name in _TIMES:
                converted = [_moment(value) for value in values]
            elif name == "rights":
                converted = [None if value is None else json.loads(rights_json(value)) for value in values]
            arrays.append(pa.array(converted, _type(name)))
        published = columns[JSONL_FIELDS.index("published_at")]
        arrays.append(pa.array([None if v is None else date.fromisoformat(v[:10]) for v in published], pa.date32()))
        if self.delta:
            arrays.append(pa.array(columns[-1], pa.string()))
        self._table.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=GROUP)


def _moment(value: str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if len(value) == 10 else moment.astimezone(UTC)
