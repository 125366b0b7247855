"""The files beside an export: one data card and one croissant.json for all exports of a folder."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage.corpus import Corpus
from storage.database import Filter
from storage.export import export
from storage.export.citation import cff
from storage.history import snapshots
from tests.storage.conftest import article


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    with corpus.db.begin() as conn:
        for number in range(6):
            corpus.save(
                conn,
                article(
                    number,
                    outlet=f"outlet{number % 2}",
                    published_at=date(2023, 9, 10 + number) if number else None,
                    fetched_at=datetime(2023, 10, 1 + number, 23, tzinfo=UTC),
                    rights={"noai": True} if number == 3 else {"license": "CC BY 4.0"} if number == 4 else {},
                    language="id",
                ),
            )
    return corpus


def head(folder: Path) -> dict:
    yaml = pytest.importorskip("yaml", reason="the extra [loaders] is not installed")
    return yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])


def test_the_card_says_what_a_reviewer_asks(stocked: Corpus, tmp_path: Path) -> None:
    export(stocked, tmp_path / "corpus.jsonl")
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    for line in (
        "| version | 2023-10-06 |",
        "| collected (pages read) | 2023-10-01 to 2023-10-06 |",
        "| without a known day | 1 |",
        "| rights signals, records | license: 1, noai: 1 |",
        "| outlet0 | 3 | 2023-09-12 to 2023-09-14 |",
        "| outlet1 | 3 | 2023-09-11 to 2023-09-15 |",
    ):
        assert line in card.splitlines()
    assert (
        "| citation | Indonesian conflict news (corpus), version 2023-10-06, 6 articles of 2 outlets, SHA-256 " in card
    )


def test_two_exports_are_two_configurations_of_one_card(stocked: Corpus, tmp_path: Path) -> None:
    export(stocked, tmp_path / "semua.jsonl")
    assert [config["config_name"] for config in head(tmp_path)["configs"]] == ["default"]
    export(stocked, tmp_path / "satu.jsonl", Filter(outlets=["outlet1"]))
    told = head(tmp_path)
    assert {config["config_name"]: config["data_files"][0]["path"] for config in told["configs"]} == {
        "satu-jsonl": "satu.jsonl",
        "semua-jsonl": "semua.jsonl",
    }
    assert [info["config_name"] for info in told["dataset_info"]] == ["satu-jsonl", "semua-jsonl"]
    export(stocked, tmp_path / "semua.parquet")
    assert [(config["config_name"], config.get("default")) for config in head(tmp_path)["configs"]] == [
        ("semua-parquet", True),
        ("satu-jsonl", None),
        ("semua-jsonl", None),
    ]
    (tmp_path / "satu.jsonl").unlink()
    export(stocked, tmp_path / "semua.parquet")
    assert [config["config_name"] for config in head(tmp_path)["configs"]] == ["semua-parquet", "semua-jsonl"]


def test_each_configuration_can_be_loaded(stocked: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the extra [loaders] is not installed")
    (tmp_path / "x").mkdir()
    export(stocked, tmp_path / "x" / "semua.jsonl")
    export(stocked, tmp_path / "x" / "satu.jsonl", Filter(outlets=["outlet1"]))
    for name, number in (("semua-jsonl", 6), ("satu-jsonl", 3)):
        loaded = datasets.load_dataset(str(tmp_path / "x"), name, split="train", cache_dir=str(tmp_path / "cache"))
        assert loaded.num_rows == number


def test_parquet_beside_json_lines_is_the_default_and_both_are_named(
    stocked: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the extra [loaders] is not installed")
    folder, cache = tmp_path / "x", str(tmp_path / "cache")
    folder.mkdir()
    for name in ("semua.jsonl", "semua.parquet"):
        export(stocked, folder / name)
    assert datasets.get_dataset_config_names(str(folder)) == ["semua-parquet", "semua-jsonl"]
    typed = datasets.load_dataset(str(folder), split="train", cache_dir=cache)
    # The library reads a folder with the reader of its default configuration; the card says how to read the other.
    text = datasets.load_dataset("json", data_files=str(folder / "semua.jsonl"), split="train", cache_dir=cache)
    assert typed["id"] == text["id"]


@pytest.mark.filterwarnings("ignore")  # of mlcroissant's own
def test_croissant_is_valid_and_loads_the_records(stocked: Corpus, tmp_path: Path) -> None:
    croissant = pytest.importorskip("mlcroissant", reason="the extra [loaders] is not installed")
    for name in ("corpus.jsonl", "corpus.parquet", "corpus.jsonl.gz"):
        export(stocked, tmp_path / name)
    dataset = croissant.Dataset(jsonld=str(tmp_path / "croissant.json"))
    assert dataset.metadata.ctx.issues.errors == set()
    assert [records.id for records in dataset.metadata.record_sets] == ["corpus-parquet", "corpus-jsonl"]
    expected = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_bytes().splitlines()]
    for name in ("corpus-parquet", "corpus-jsonl"):
        rows = list(dataset.records(name))
        assert [row[f"{name}/id"].decode() for row in rows] == [record["id"] for record in expected]
        assert [row[f"{name}/text"].decode() for row in rows] == [record["text"] for record in expected]


def test_a_foreign_croissant_is_left_alone(stocked: Corpus, tmp_path: Path) -> None:
    (tmp_path / "croissant.json").write_text("{}", encoding="utf-8")
    export(stocked, tmp_path / "corpus.jsonl")
    assert (tmp_path / "croissant.json").read_text(encoding="utf-8") == "{}"
    assert json.loads((tmp_path / "corpus.jsonl.croissant.json").read_text(encoding="utf-8"))["@type"] == "sc:Dataset"


def test_a_snapshot_is_cited(stocked: Corpus) -> None:
    yaml = pytest.importorskip("yaml", reason="the extra [loaders] is not installed")
    taken = snapshots.take(stocked, 'makalah: "2026" #1')
    told = yaml.safe_load(cff(taken, ["Siti: Peneliti", "Universitas X"]))
    assert (told["cff-version"], told["type"], told["version"]) == ("1.2.0", "dataset", 'makalah: "2026" #1')
    assert [author["name"] for author in told["authors"]] == ["Siti: Peneliti", "Universitas X"]
    assert told["identifiers"][0]["value"] == f"sha256:{taken.sha256}"
    assert told["date-released"].isoformat() == taken.made_at[:10]
