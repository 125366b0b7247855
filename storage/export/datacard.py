"""The data card beside an export: README.md with the YAML head that Hugging Face's ``datasets`` reads.

The head declares every field's type, so that a reader does not guess types from the first lines
(https://huggingface.co/docs/hub/datasets-manual-configuration).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.article import JSONL_FIELDS
from storage.export.record import LISTS, RIGHTS_FIELDS

if TYPE_CHECKING:
    from storage.export.manifest import Manifest

MARK = "<!-- written by `scrapy export` -->"
_TYPES = {
    "language_confidence": "float64",
    "relevance": "float64",
    "revision": "int32",
    "word_count": "int32",
    "extraction_agreement": "float64",
}
_TIMES = ("published_at", "modified_at", "fetched_at")


def card_path(path: Path) -> Path:
    """README.md in the file's folder; FILE.README.md where somebody else's README.md stands there."""
    readme = path.parent / "README.md"
    try:
        foreign = readme.exists() and MARK not in readme.read_text(encoding="utf-8", errors="replace")
    except OSError:
        foreign = True
    return path.with_name(path.name + ".README.md") if foreign else readme


def data_card(path: Path, manifest: Manifest) -> str:
    """The whole card."""
    head = ["---", "language:", "- id", "license: other", "pretty_name: Indonesian conflict news"]
    head += ["task_categories:", "- text-classification", "- text-generation", "tags:", "- news", "- armed-conflict"]
    head += ["size_categories:", f"- {_size(manifest.records)}"]
    head += ["configs:", "- config_name: default", "  data_files:", "  - split: train", f"    path: {_yaml(path.name)}"]
    head += ["dataset_info:", "  features:", *_features(parquet=path.suffix == ".parquet", manifest=manifest), "---"]
    return "\n".join(head) + "\n" + _body(manifest)


def _features(*, parquet: bool, manifest: Manifest) -> list[str]:
    lines = []
    for name in JSONL_FIELDS:
        lines.append(f"  - name: {name}")
        if name in LISTS:
            lines.append("    sequence: string")
        elif name == "rights":
            lines.append("    struct:")
            for key, kind in (RIGHTS_FIELDS | {"other": str}).items():
                lines += [f"    - name: {key}", f"      dtype: {'bool' if kind is bool else 'string'}"]
        elif parquet and name in _TIMES:
            lines.append("    dtype: timestamp[s, tz=UTC]")
        else:
            lines.append(f"    dtype: {_TYPES.get(name, 'string')}")
    if parquet:
        lines += ["  - name: published_day", "    dtype: date32"]
    if manifest.changed_since is not None:
        lines += ["  - name: change", "    dtype: string"]
    return lines


def _body(manifest: Manifest) -> str:
    span = f"{manifest.first_published} to {manifest.last_published}" if manifest.first_published else "unknown"
    rows = "\n".join(f"| {_cell(name)} | {count} |" for name, count in manifest.by_outlet.items())
    kinds = ", ".join(f"{count} {name}" for name, count in manifest.by_copy_kind.items() if name != "none")
    notes = []
    if not manifest.text:
        notes.append("The text is left out (`text` is null); `url` and `content_hash` say what it was.")
    if manifest.masked:
        notes.append("Telephone numbers, e-mail addresses and NIK in titles and texts are masked.")
    if manifest.changed_since is not None:
        notes.append(
            f"This is a delta since the snapshot `{_cell(manifest.changed_since)}`: `change` is `added`, `revised` or"
            " `withdrawn`; of a withdrawn article only `id` and `url` are left."
        )
    if manifest.snapshot is not None:
        notes.append(f"This is the snapshot `{_cell(manifest.snapshot)}`.")
    if manifest.filters:
        notes.append("Filters: " + ", ".join(f"{name} = {value}" for name, value in manifest.filters.items()) + ".")
    return f"""{MARK}
# Indonesian conflict news

News articles in Indonesian about armed conflict, collected from public web pages. {manifest.records} records,
{manifest.words} words, published {span}. Copies are kept and linked by `copy_of`, never dropped: {kinds or "none"}.

{chr(10).join(notes)}

| outlet | records |
|---|---|
{rows}

## Fields

One record per article. `published_at` is ISO 8601 with the outlet's offset, or a bare day where
`published_precision` is `day`, or null where no good evidence was found; `published_source` names the evidence.
`relevance` (0 to 1) with `nearest_seed` and `relevance_terms` says why an article was kept. `copy_kind` is `exact`,
`near`, `rewritten` or `excerpt`. `story_id` is a hint that articles tell of one event. `content_hash` is the SHA-256
of title and text. `extraction_agreement` tells how far two independent readers of the page agree on the text (0 to
1; null where one reader read it). `rights` holds what the page and its robots.txt said about use when it was fetched.

## Rights

The texts belong to their outlets. `rights` is a record of signals, not a licence; respect withdrawals by applying
later deltas. The file's SHA-256 stands in its manifest.
"""


def _size(records: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if records < limit:
            return name
    return "1M<n<10M"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
