"""What an exported file holds, and the name of the file that says so."""

from __future__ import annotations

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
    by_outlet: dict[str, int] = field(default_factory=dict)
    by_year: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)
    by_copy_kind: dict[str, int] = field(default_factory=dict)
    by_change: dict[str, int] = field(default_factory=dict)
    filters: dict[str, Any] = field(default_factory=dict)
    text: bool = True
    masked: bool = False
    snapshot: str | None = None
    changed_since: str | None = None
    withdrawn_since: int = 0  # of a snapshot's articles: left out because they were withdrawn after it was taken
    fields: Sequence[str] = JSONL_FIELDS


def manifest_path(path: Path) -> Path:
    """Where the manifest of an exported file lies."""
    return path.with_name(path.name + ".manifest.json")
