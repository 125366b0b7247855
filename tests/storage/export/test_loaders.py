"""What each loader that researchers use gives for an export, field by field, with the lines docs/export.md shows.

The one exception: times. A loader may turn a time into the same moment in UTC; the day at the outlet is
``published_day``, which every one of them leaves as it is.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Database
from storage.export import export
from tests.storage.conftest import article

TIMES = ("published_at", "modified_at", "fetched_at")
SUFFIXES = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet")
DOCS = Path(__file__).parents[3] / "docs" / "export.md"
ZONES = [timezone(timedelta(hours=hours)) for hours in (7, 8, 9)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One export per format, each in a folder of its own."""
    home = tmp_path_factory.mktemp("loaders")
    corpus = Corpus(Database.open(f"sqlite:///{home}/corpus.db"))
    with corpus.db.begin() as conn:
        for number in range(60):
            late = number > 40  # what a reader that guesses types from the first rows has not seen
            corpus.save(
                conn,
                article(
                    number,
                    title=f"0{number}" if number % 9 else None,  # looks like a number, and is none
                    text='Baris satu.\n\nBaris\u2028dua\x85tiga \\ "kutip" 😀' if number % 4 == 0 else "12",
                    published_at=(
                        None
                        if number % 10 == 3
                        else date(2023, 9, 1 + number % 28)
                        if number % 5 == 0
                        else datetime(2023, 9, 1 + number % 28, number % 24, 5, tzinfo=ZONES[number % 3])
                    ),
                    modified_at=datetime(2023, 10, 1, 3, tzinfo=ZONES[0]) if late else None,
                    section=("2023-09-01", None, "Dunia")[number % 3],
                    tags=["2024", "konflik"] if number % 3 else [],
                    cited_sources=["AFP"] if late else [],
                    language="id",
                    language_confidence=0.999,
                    relevance=1e-05 if number == 7 else number / 60,
                    rights={"noai": True, "license": "CC BY 4.0", "x": "y"} if late else {},
                ),
            )
    corpus.db.close()
    corpus = Corpus(Database.open(f"sqlite:///{home}/corpus.db"))
    for suffix in SUFFIXES:
        (home / suffix).mkdir()
        export(corpus, home / suffix / f"corpus.{suffix}")
    corpus.db.close()
    return home


@pytest.fixture(scope="module")
def records(folder: Path) -> list[dict[str, Any]]:
    """The records, as Python's own reader of JSON has them."""
    lines = (folder / "jsonl" / "corpus.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def line(name: str, suffix: str) -> str:
    """The line of the docs for a loader and a kind of file."""
    kind = "parquet" if suffix == "parquet" else "jsonl"
    [block] = re.findall(rf"<!-- loader: {name} {kind} -->\n```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    return block


def run(name: str, suffix: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the line in the folder of the export; what it calls ``table``."""
    home = tmp_path / "folder"
    shutil.copytree(folder / suffix, home)
    monkeypatch.chdir(tmp_path)
    for variable, value in (("HF_HUB_OFFLINE", "1"), ("HF_DATASETS_OFFLINE", "1")):
        monkeypatch.setenv(variable, value)
    if name == "datasets":  # it keeps what it has read, by the file's name and time
        import datasets

        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    names: dict[str, Any] = {}
    exec(line(name, suffix).replace("corpus.jsonl", f"corpus.{suffix}"), names)
    return names["table"]


def pandas_rows(table: Any) -> list[dict[str, Any]]:
    return list(table.to_dict("records"))


READERS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "pandas": pandas_rows,
    "polars": lambda table: list(table.to_dicts()),
    "duckdb": lambda table: list(table.to_arrow_table().to_pylist()),
    "pyarrow": lambda table: list(table.to_pylist()),
    "datasets": list,
}


def same(name: str, given: Any, record: Any) -> bool:
    """Whether a loader's value is the record's."""
    given = getattr(given, "tolist", lambda: given)() if name not in TIMES else given
    if record is None:
        return given is None or given != given
    if name in TIMES:
        if isinstance(given, str):
            return given == record
        known = datetime.fromisoformat(record)
        known = known if known.tzinfo else known.replace(tzinfo=UTC)
        return bool((given if given.tzinfo else given.replace(tzinfo=UTC)) == known)
    if name == "published_day":
        return str(given)[:10] == record and (isinstance(given, str | date))
    if isinstance(record, float):
        return math.isclose(given, record, rel_tol=0, abs_tol=0)
    if isinstance(record, dict):
        return {key: given.get(key) for key in record} == record
    return bool(given == record)


@pytest.mark.filterwarnings("ignore")  # of the loaders' own
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", READERS)
def test_every_value_is_the_records(
    folder: Path,
    records: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    suffix: str,
) -> None:
    pytest.importorskip(name, reason="the extra [loaders] is not installed")
    rows = READERS[name](run(name, suffix, folder, tmp_path, monkeypatch))
    assert len(rows) == len(records) == 60
    wrong = {
        (field, str(row.get(field))[:40], str(record[field])[:40])
        for row, record in zip(rows, records, strict=True)
        for field in JSONL_FIELDS
        if not same(field, row.get(field), record[field])
    }
    assert wrong == set()


@pytest.mark.parametrize("name", READERS)
def test_the_docs_say_which_loader_keeps_the_offset(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pytest.importorskip(name, reason="the extra [loaders] is not installed")
    rows = READERS[name](run(name, "jsonl", folder, tmp_path, monkeypatch))
    kept = all(isinstance(row["published_at"], str) for row in rows if row["published_at"] == row["published_at"]
               and row["published_at"] is not None)  # fmt: skip
    told = re.search(rf"^\| {name} \|[^|]*\| (text|moment) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert told is not None
    assert told[1] == ("text" if kept else "moment")
