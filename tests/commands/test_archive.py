"""`scrapy archive`: what is damaged, missing or looked for by nobody is named; whatever is whole is counted."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.corpus import Corpus
from storage.database import Database
from tests.commands.calling import call
from tests.commands.conftest import Stored
from tests.spiders.running import Place


@pytest.fixture
def place(stored: Stored, tmp_path: Path) -> Place:
    return stored.copy(tmp_path)


def warc(place: Place) -> Path:
    [path] = place.archive.rglob("*.warc.gz")
    return path


def checked(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("archive", "check", "--json", place=place).out)
    return found


def test_a_crawl_leaves_an_archive_without_fault(stored: Stored, place: Place) -> None:
    said = call("archive", "check", "--json", place=place)
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert (found["files"], found["faults"]) == (1, [])
    assert found["records"]["response"] == sum(found["hosts"].values()) >= len(stored.kept)
    assert set(found["hosts"]) <= {site.address for site in stored.room.sites}
    assert found["unpacked_bytes"] > found["packed_bytes"] > 0
    said = call("archive", "stats", place=place)
    assert f"{found['records']['response']} response" in said.folded


def test_captures_that_nothing_refers_to_are_counted_and_no_fault(place: Place) -> None:
    empty = Place(f"sqlite:///{place.archive.parent}/empty.db", place.archive)
    Database.open(empty.url).close()
    found = checked(empty)
    assert found["orphans"] == found["records"]["response"] > checked(place)["orphans"]
    assert found["orphan_sample"]
    assert found["faults"] == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("lost", "there is no such file, and "),
        ("cut", "is looked for, and no capture begins there"),
        ("zeros", "cannot be unpacked"),
    ],
)
def test_damage_is_named(place: Place, harm: str, says: str) -> None:
    path = warc(place)
    data = bytearray(path.read_bytes())
    if harm == "lost":
        path.rename(path.with_name("other-001.warc.gz"))
    elif harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
        path.write_bytes(data)
    said = call("archive", "check", place=place)
    assert said.code == 8
    assert says in said.out
    assert " faults; what is lost can come from a backup" in said.error
    assert any(says in fault["what"] for fault in checked(place)["faults"])


def test_a_record_whose_bytes_are_not_those_of_its_digest_is_named(place: Place) -> None:
    path = warc(place)
    with closing(Database.open(place.url)) as db:
        offset, _, length = next(Corpus(db).archive_refs()).partition("#")[2].partition(",")
    data, start, end = path.read_bytes(), int(offset), int(offset) + int(length)
    member = gzip.decompress(data[start:end])
    place_in_page = len(member) - 30
    changed = member[:place_in_page] + bytes([member[place_in_page] ^ 1]) + member[place_in_page + 1 :]
    path.write_bytes(data[:start] + gzip.compress(changed) + data[end:])
    assert "its bytes do not match its digest" in [fault["what"] for fault in checked(place)["faults"]]


@pytest.mark.parametrize("words", [[], ["verify"], ["check", "x"]])
def test_a_wrong_command_line_says_what_there_is(words: list[str]) -> None:
    said = call("archive", *words)
    assert (said.code, said.usage) == (2, "give check or stats")


def test_without_an_archive_there_is_nothing_to_check(place: Place, tmp_path: Path) -> None:
    off = call("archive", "check", place=place, ARCHIVE_DIR="")
    assert (off.code, off.error) == (2, "error: ARCHIVE_DIR is empty: there is no archive")
    none = call("archive", "check", place=Place(place.url, tmp_path / "none"))
    assert none.code == 2
    assert "there is no such folder" in none.error
