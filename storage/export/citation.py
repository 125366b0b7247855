"""How an export or a snapshot is cited: in words, and as CITATION.cff (https://citation-file-format.github.io/)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from storage.export.manifest import Manifest
from storage.export.pinned import Snapshot

TITLE = "Indonesian conflict news"


def version(manifest: Manifest) -> str:
    """A snapshot's name and day; of the present corpus the day its last page was read."""
    if manifest.snapshot is not None:
        return f"{manifest.snapshot} ({manifest.taken_at[:10]})" if manifest.taken_at else manifest.snapshot
    return manifest.last_fetched or "empty"


def cited(manifest: Manifest) -> str:
    """One sentence for a list of references."""
    return (
        f"{TITLE} (corpus), version {version(manifest)}, {manifest.records} articles of {len(manifest.by_outlet)}"
        f" outlets, SHA-256 {manifest.sha256[:16]}…"
    )


def cff(snapshot: Snapshot, authors: Sequence[str]) -> str:
    """The text of a CITATION.cff for a snapshot. JSON strings are YAML strings, whatever is in a name."""
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"title: {json.dumps(TITLE)}",
        'message: "If you use this corpus, please cite it as below."',
        "authors:",
        *(f"  - name: {json.dumps(name, ensure_ascii=False)}" for name in authors),
        f"version: {json.dumps(snapshot.name, ensure_ascii=False)}",
        f"date-released: {snapshot.made_at[:10]}",
        f"abstract: {json.dumps(f'{snapshot.records} news articles in Indonesian about armed conflict.')}",
    ]
    if snapshot.sha256 is not None:
        lines += [
            "identifiers:",
            "  - type: other",
            f"    value: {json.dumps('sha256:' + snapshot.sha256)}",
            '    description: "of the JSON lines of the snapshot, as scrapy export --snapshot writes them"',
        ]
    return "\n".join(lines) + "\n"
