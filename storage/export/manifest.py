"""What an exported file holds, and the name of the file that says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.article import JSONL_FIELDS


@dataclass(slots=True)
class Manifest:
    """What an exported file holds. ``sha256`` is of the file as it is, compressed or not."""

    file: str
    sha256: str = ""
    bytes: int = 0
    records: int = 0
    words: int = 0
    first_published: str | None = None
    last_published: str | None = None
    first_fetched: str | None = None  # days in UTC on which pages were read: the period of collection
    last_fetched: str | None = None
    by_outlet: dict[str, int] = field(default_factory=dict)
    by_year: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)
    by_copy_kind: dict[str, int] = field(default_factory=dict)
    days_by_outlet: dict[str, str] = field(default_factory=dict)  # first and last day of publication
    rights: dict[str, int] = field(default_factory=dict)  # records by signal: noai, tdm-reservation, license …
    by_change: dict[str, int] = field(default_factory=dict)
    filters: dict[str, Any] = field(default_factory=dict)
    text: bool = True
    masked: bool = False
    snapshot: str | None = None
    changed_since: str | None = None
    taken_at: str | None = None  # when the snapshot was made, UTC
    snapshot_sha256: str | None = None  # of the snapshot's JSON lines, proved by this export
    withdrawn_since: int = 0  # of a snapshot's articles: left out because they were withdrawn after it was taken
    fields: Sequence[str] = JSONL_FIELDS


MAX_MANIFEST = 5_000_000  # bytes


def manifest_path(path: Path) -> Path:
    """Where the manifest of an exported file lies."""
    return path.with_name(path.name + ".manifest.json")


def others_beside(path: Path) -> list[Manifest]:
    """The manifests of the other exports in the folder whose file is still there; what is no manifest is left out."""
    found = []
    for note in sorted(path.parent.glob("*.manifest.json")):
        file = note.with_name(note.name.removesuffix(".manifest.json"))
        if file == path or not file.is_file() or note.stat().st_size > MAX_MANIFEST:
            continue
        try:
            values = json.loads(note.read_text(encoding="utf-8"))
            manifest = Manifest(**values)
        except (OSError, ValueError, TypeError):  # another program's, or another version's
            continue
        if manifest.file == file.name:
            found.append(manifest)
    return found
