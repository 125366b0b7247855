"""croissant.json of a folder of exports: the metadata that machine-learning tools read (https://docs.mlcommons.org/
croissant/docs/croissant-spec.html, version 1.0). ``mlcroissant`` loads the records of plain and Parquet files by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storage.export.citation import TITLE, cited, version
from storage.export.datacard import config_name, ordered, own_path
from storage.export.manifest import Manifest
from storage.export.record import FLOATS, LISTS

MARK = '"name": "conflict_news"'  # of the creator; a file without it is somebody else's
_CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo":
    "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/", "extract":
    "cr:extract", "field": "cr:field", "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet":
    "cr:fileSet", "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath":
    "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "examples":
    {"@id": "cr:examples", "@type": "@json"}, "rai": "http://mlcommons.org/croissant/RAI/", "recordSet":
    "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace":
    "cr:replace", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField":
    "cr:subField", "transform": "cr:transform",
}  # fmt: skip
_FORMATS = {
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
}
_KINDS = (
    dict.fromkeys(("revision", "word_count"), "sc:Integer")
    | dict.fromkeys(FLOATS, "sc:Float")
    | dict.fromkeys(("published_at", "modified_at", "fetched_at"), "sc:DateTime")
    | {"published_day": "sc:Date"}
)
_READABLE = (".parquet", ".jsonl")  # by Croissant's readers; the others are told with their hash


def croissant_path(path: Path) -> Path:
    """croissant.json beside an export; FILE.croissant.json where somebody else's stands there."""
    return own_path(path, "croissant.json", MARK)


def croissant(manifests: Sequence[Manifest]) -> str:
    """The text of the file."""
    manifests = ordered(manifests)
    first = manifests[0]
    whole: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "indonesian-conflict-news",
        "alternateName": TITLE,
        "description": "News articles in Indonesian about armed conflict, with the evidence for each.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "creator": {"@type": "sc:Organization", "name": "conflict_news"},
        "license": "The texts belong to their outlets; the field rights records signals about use, it is no licence.",
        "url": "https://schema.org/Dataset",
        "version": version(first),
        "citeAs": cited(first),
        "inLanguage": "id",
        "isLiveDataset": first.snapshot is None,
    }
    # A corpus has no release but its snapshots: the day of the newest page read stands for it.
    if day := (first.taken_at or first.last_fetched):
        whole["datePublished"] = day[:10]
    if first.first_published:
        whole["temporalCoverage"] = f"{first.first_published}/{first.last_published}"
    whole["distribution"] = [_file(manifest) for manifest in manifests]
    whole["recordSet"] = [
        _records(manifest, config_name(manifest, manifests))
        for manifest in manifests
        if manifest.file.endswith(_READABLE)
    ]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _file(manifest: Manifest) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": manifest.file,
        "name": manifest.file,
        "contentUrl": manifest.file,
        "contentSize": f"{manifest.bytes} B",
        "encodingFormat": _FORMATS[Path(manifest.file).suffix],
        "sha256": manifest.sha256,
    }


def _records(manifest: Manifest, name: str) -> dict[str, Any]:
    names = [*manifest.fields, *(["change"] if manifest.changed_since is not None else [])]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "key": {"@id": f"{name}/id"},
        "field": [_field(manifest.file, name, field) for field in names if field != "rights"],
    }


def _field(file: str, records: str, name: str) -> dict[str, Any]:
    kind = _KINDS.get(name, "sc:Text")
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{records}/{name}", "name": f"{records}/{name}"}
    field |= {"dataType": kind, "source": {"fileObject": {"@id": file}, "extract": {"column": name}}}
    return field | ({"repeated": True} if name in LISTS else {})
