"""Applying a delta to an earlier export: gives the later export, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from storage.database.rows import read_time, sort_key


def apply(old: Iterable[str], delta: Iterable[str]) -> Iterator[str]:
    """The lines of the later export, from those of the earlier one and those of the delta between them.

    All lines are without their newline. Everything is held in memory.
    """
    lines: dict[str, tuple[str, str]] = {}  # id → where it stands, line
    for line in old:
        record = json.loads(line)
        lines[record["id"]] = (sort_key(read_time(record["published_at"])), line)
    for line in delta:
        record = json.loads(line)
        if record["change"] == "withdrawn":
            lines.pop(record["id"], None)
        else:
            plain = line.removesuffix(f',"change":"{record["change"]}"}}') + "}"
            lines[record["id"]] = (sort_key(read_time(record["published_at"])), plain)
    for _, _, line in sorted((key, id_, line) for id_, (key, line) in lines.items()):
        yield line
