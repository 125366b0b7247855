"""The data card of a folder of exports: README.md with the YAML head that Hugging Face's ``datasets`` reads.

Every export in the folder is a configuration of the one card, the Parquet the default one. The head declares every
field's type, so that a reader does not guess types from the first lines
(https://huggingface.co/docs/hub/datasets-manual-configuration).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from storage.export.citation import cited, version
from storage.export.manifest import Manifest
from storage.export.record import LISTS, RIGHTS_FIELDS

MARK = "<!-- written by `scrapy export` -->"
_TYPES = {
    "language_confidence": "float64",
    "relevance": "float64",
    "revision": "int32",
    "word_count": "int32",
    "extraction_agreement": "float64",
    "published_day": "date32",
    "published_after": "date32",
    "published_before": "date32",
    # datasets' JSON reader makes times of them whatever is declared: told so, it keeps the moment.
    "published_at": "timestamp[s, tz=UTC]",
    "modified_at": "timestamp[s, tz=UTC]",
    "fetched_at": "timestamp[s, tz=UTC]",
}


def card_path(path: Path) -> Path:
    """README.md in the file's folder; FILE.README.md where somebody else's README.md stands there."""
    return own_path(path, "README.md", MARK)


def own_path(path: Path, name: str, mark: str) -> Path:
    """A file of this name beside ``path``, or FILE.name where the one that stands there has no ``mark`` of ours."""
    there = path.parent / name
    try:
        foreign = there.exists() and mark not in there.read_text(encoding="utf-8", errors="replace")
    except OSError:
        foreign = True
    return path.with_name(f"{path.name}.{name}") if foreign else there


def data_card(manifests: Sequence[Manifest]) -> str:
    """The whole card of these exports."""
    manifests = ordered(manifests)
    head = ["---", "language:", "- id", "license: other", "pretty_name: Indonesian conflict news"]
    head += ["task_categories:", "- text-classification", "- text-generation", "tags:", "- news", "- armed-conflict"]
    head += ["size_categories:", f"- {_size(max(manifest.records for manifest in manifests))}", "configs:"]
    for number, manifest in enumerate(manifests):
        head += [f"- config_name: {_yaml(config_name(manifest, manifests))}", "  data_files:", "  - split: train"]
        head += [f"    path: {_yaml(manifest.file)}", *(["  default: true"] if number == 0 else [])]
    head.append("dataset_info:")
    for manifest in manifests:
        head += [f"- config_name: {_yaml(config_name(manifest, manifests))}", "  features:", *_features(manifest)]
    head.append("---")
    parts = [_about(manifest, several=len(manifests) > 1) for manifest in manifests]
    if len({manifest.file.endswith(".parquet") for manifest in manifests}) > 1:
        parts.append(_MIXED)
    return "\n".join(head) + f"\n{MARK}\n# Indonesian conflict news\n{''.join(parts)}{_FIELDS}"


def ordered(manifests: Sequence[Manifest]) -> list[Manifest]:
    """The exports of a folder, the one to be read by default first: whole ones before deltas, typed before text."""
    return sorted(
        manifests, key=lambda one: (one.changed_since is not None, not one.file.endswith(".parquet"), one.file)
    )


def config_name(manifest: Manifest, all_: Sequence[Manifest]) -> str:
    """``default`` of one export; of several the file's name without points."""
    return "default" if len(all_) == 1 else manifest.file.replace(".", "-")


def _features(manifest: Manifest) -> list[str]:
    lines = []
    for name in manifest.fields:
        lines.append(f"  - name: {name}")
        if name in LISTS:
            lines.append("    sequence: string")
        elif name == "rights":
            lines.append("    struct:")
            for key, kind in (RIGHTS_FIELDS | {"other": str}).items():
                lines += [f"    - name: {key}", f"      dtype: {'bool' if kind is bool else 'string'}"]
        else:
            lines.append(f"    dtype: {_TYPES.get(name, 'string')}")
    if manifest.changed_since is not None:
        lines += ["  - name: change", "    dtype: string"]
    return lines


def _about(manifest: Manifest, *, several: bool) -> str:
    span = f"{manifest.first_published} to {manifest.last_published}" if manifest.first_published else "unknown"
    read = f"{manifest.first_fetched} to {manifest.last_fetched}" if manifest.first_fetched else "unknown"
    rows = "\n".join(
        f"| {_cell(name)} | {count} | {manifest.days_by_outlet.get(name, 'unknown')} |"
        for name, count in manifest.by_outlet.items()
    )
    kinds = ", ".join(f"{count} {name}" for name, count in manifest.by_copy_kind.items() if name != "none")
    signals = ", ".join(f"{name}: {count}" for name, count in manifest.rights.items()) or "none seen"
    notes = []
    if not manifest.text:
        notes.append("The text is left out (`text` is null); `url` and `content_hash` say what it was.")
    if manifest.masked:
        notes.append("Telephone numbers, e-mail addresses and NIK are masked in every field that holds words.")
    if manifest.changed_since is not None:
        notes.append(
            f"This is a delta since the snapshot `{_cell(manifest.changed_since)}`: `change` is `added`, `revised`,"
            " `withdrawn`, or `left` (in the corpus, no longer in the filter); of the last two only `id`, `url` and"
            " `outlet` are told."
        )
    if manifest.snapshot is not None and manifest.changed_since is None:
        proof = manifest.snapshot_sha256 or "made before snapshots kept one"
        notes.append(f"This is the snapshot `{_cell(manifest.snapshot)}`, SHA-256 of its JSON lines: {proof}.")
    if manifest.filters:
        notes.append("Filters: " + ", ".join(f"{name} = {value}" for name, value in manifest.filters.items()) + ".")
    head = f"\n## {_cell(manifest.file)}\n" if several else ""
    return f"""{head}
News articles in Indonesian about armed conflict, collected from public web pages. {manifest.records} records,
{manifest.words} words, published {span}. Copies are kept and linked by `copy_of`, never dropped: {kinds or "none"}.

{chr(10).join(notes)}

| | |
|---|---|
| version | {_cell(version(manifest))} |
| collected (pages read) | {read} |
| without a known day | {manifest.by_year.get("unknown", 0)} |
| languages | {_cell(", ".join(f"{name} {count}" for name, count in manifest.by_language.items()))} |
| SHA-256 of the file | {manifest.sha256} |
| rights signals, records | {_cell(signals)} |
| citation | {_cell(cited(manifest))} |

| outlet | records | published |
|---|---|---|
{rows}
"""


_MIXED = """
`datasets` reads one format per folder, here Parquet. The JSON lines beside it are read by their name:
`load_dataset("json", data_files="FILE")`, or from a folder of their own.
"""
_FIELDS = """
## Fields

One record per article. `published_at` is ISO 8601 with the outlet's offset, or a bare day where
`published_precision` is `day`, or null where no good evidence was found; `published_source` names the evidence.
`published_day` is the day at the outlet: count by it, as many readers turn times into UTC. Of an undated article
`published_after` and `published_before` are the first and the last day it may be of, where anything tells. `countries`
are ISO 3166 codes of the countries the text speaks of, the one it tells most of first. `relevance` (0 to 1) with
`nearest_seed` and `relevance_terms` says why an article was kept. `copy_kind` is how an article is like the one that
`copy_of` names: `exact`, `near`, `rewritten`, `excerpt`, or `expanded` (a longer text that took an earlier one in).
`story_id` is a hint that articles tell of one event. `content_hash` is the SHA-256 of title and text.
`extraction_agreement` tells how far two independent readers of the page agree on the text (0 to 1; null where one
reader read it). `rights` holds what the page and its robots.txt said about use when it was fetched.

## Coverage

The table of outlets counts what was kept. What was found and not kept, blocked, failed, barred by robots.txt or not
crawled is in the corpus: `scrapy coverage`. A day without records is not a day without news.

## Rights

The texts belong to their outlets. `rights` is a record of signals, not a licence; respect withdrawals by applying
later deltas.
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
