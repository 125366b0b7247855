"""`scrapy export`: the corpus as one file, with what belongs beside it."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from tests.commands.calling import call
from tests.commands.conftest import copied
from tests.spiders.running import Place


def urls(path: Path) -> list[str]:
    """The last digits of the URLs of a file of JSON lines."""
    return [json.loads(line)["url"][-1] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_file_with_its_manifest_and_card(small: Place, tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    said = call("export", "-o", str(path), place=small)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"5 articles, {path.stat().st_size} bytes: {path}",
        f"manifest: {path}.manifest.json",
    ]
    assert urls(path) == ["0", "1", "2", "3", "4"]
    manifest = json.loads((tmp_path / "corpus.jsonl.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest["records"], manifest["by_outlet"]) == (5, {"fajar": 2, "senja": 3})
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "README.md", "corpus.jsonl", "corpus.jsonl.manifest.json", "croissant.json",
    ]  # fmt: skip


def test_a_packed_file_holds_the_same_lines(small: Place, tmp_path: Path) -> None:
    call("export", "-o", str(tmp_path / "a.jsonl"), place=small)
    call("export", "-o", str(tmp_path / "a.jsonl.gz"), place=small)
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (["--since", "2023-09-18", "--until", "2023-09-19"], ["1", "2"]),
        (["--outlet", "fajar"], ["1", "3"]),
        (["--outlet", "fajar", "--outlet", "senja", "--min-relevance", "0.75"], ["3", "4"]),
        (["--copies", "none"], ["0", "1", "2", "3"]),
        (["--copies", "only"], ["4"]),
        (["--language", "ms"], []),
    ],
)
def test_filters(small: Place, tmp_path: Path, options: list[str], chosen: list[str]) -> None:
    assert call("export", "-o", str(tmp_path / "a.jsonl"), *options, place=small).code == 0
    assert urls(tmp_path / "a.jsonl") == chosen


def test_the_form_that_can_be_shared_has_no_text(small: Place, tmp_path: Path) -> None:
    call("export", "-o", str(tmp_path / "a.jsonl"), "--no-text", place=small)
    records = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert {record["text"] for record in records} == {None}
    assert all(record["title"] and record["content_hash"] for record in records)


def test_snapshots_and_what_changed_since(small: Place, tmp_path: Path) -> None:
    place, path = copied(small, tmp_path), tmp_path / "a.jsonl"
    call("snapshot", "dulu", place=place)
    call("export", "-o", str(path), "--snapshot", "dulu", place=place)
    before = path.read_bytes()
    call("withdraw", "https://contoh.id/berita/2", "--reason", "permintaan", place=place)
    said = call("export", "-o", str(path), "--snapshot", "dulu", place=place)
    assert "1 articles of the snapshot were withdrawn since" in said.out
    assert [line + b"\n" for line in before.splitlines() if b"/berita/2" not in line] == path.read_bytes().splitlines(
        keepends=True
    )
    said = call("export", "-o", str(path), "--changed-since", "dulu", place=place)
    assert said.out.splitlines()[1] == "1 withdrawn"
    assert [json.loads(line)["change"] for line in path.read_text().splitlines()] == ["withdrawn"]


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["-o", "{}/a.csv"], 2, "error: a.csv: the suffix must be .jsonl, .jsonl.gz, .jsonl.zst or .parquet"),
        (["-o", "{}/no/a.jsonl"], 3, "error: cannot write {0}/no/a.jsonl: the folder {0}/no does not exist"),
        (["-o", "{}/a.jsonl", "--snapshot", "x"], 2, "error: there is no snapshot 'x' (there are: none yet)"),
        (["-o", "{}/a.jsonl", "--changed-since", "x"], 2, "error: there is no snapshot 'x' (there are: none yet)"),
        (
            ["-o", "{}/a.jsonl", "--since", "2023-10-01", "--until", "2023-09-01"],
            2,
            "error: --since 2023-10-01 is after --until 2023-09-01",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    small: Place, tmp_path: Path, words: list[str], code: int, error: str
) -> None:
    said = call("export", *(word.format(tmp_path) for word in words), place=small)
    assert (said.code, said.out, said.error) == (code, "", error.format(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ([], "the following arguments are required: -o/--output"),
        (["-o", "a.jsonl", "b.jsonl"], "unexpected argument b.jsonl"),
        (["-o", "a.jsonl", "--bogus"], "unknown option --bogus"),
        (["-o", "a.jsonl", "--since", "2023-13-01"], "argument --since: '2023-13-01' is not a day like 2023-09-19"),
        (["-o", "a.jsonl", "--min-relevance", "7"], "argument --min-relevance: '7' is not a number from 0 to 1"),
        (["-o", "a.jsonl", "--min-relevance", "nan"], "argument --min-relevance: 'nan' is not a number from 0 to 1"),
        (["-o", "a.jsonl", "--snapshot", "x", "--outlet", "y"], "a snapshot has its own filters; leave the others out"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_names_what_is_wrong(small: Place, words: list[str], wrong: str) -> None:
    said = call("export", *words, place=small)
    assert (said.code, said.out, said.usage) == (2, "", wrong)
