"""`scrapy snapshot`: naming the present corpus, listing and forgetting names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.calling import call
from tests.commands.conftest import copied
from tests.spiders.running import Place


def test_snapshots_are_taken_listed_and_removed(small: Place, tmp_path: Path) -> None:
    place = copied(small, tmp_path)
    assert call("snapshot", "semua", place=place).out == "snapshot semua: 5 articles\n"
    assert call("snapshot", "fajar saja", "--outlet", "fajar", place=place).out == "snapshot fajar saja: 2 articles\n"
    lines = [
        re.sub(r"20\S+?(,|$)", r"WHEN\1", line) for line in call("snapshot", "--list", place=place).out.splitlines()
    ]
    assert lines == ["semua: 5 articles, WHEN", "fajar saja: 2 articles, WHEN, outlets ['fajar']"]
    again = call("snapshot", "semua", place=place)
    assert (again.code, again.out) == (2, "")
    assert again.error == "error: there is a snapshot 'semua' already; `scrapy snapshot --list` shows all"
    assert call("snapshot", "--remove", "semua", place=place).out == "removed snapshot semua\n"
    assert call("snapshot", "semua", place=place).code == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([""], "error: a snapshot needs a name without line breaks"),
        (["a\nb"], "error: a snapshot needs a name without line breaks"),
        (["--remove", "x"], "error: there is no snapshot 'x' (there are: none yet)"),
        (
            ["x", "--since", "2023-10-02", "--until", "2023-10-01"],
            "error: --since 2023-10-02 is after --until 2023-10-01",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(small: Place, words: list[str], error: str) -> None:
    said = call("snapshot", *words, place=small)
    assert (said.code, said.out, said.error) == (2, "", error)


@pytest.mark.parametrize("words", [[], ["a", "b"], ["a", "--list"], ["--list", "--remove", "a"]])
def test_one_thing_at_a_time(small: Place, words: list[str]) -> None:
    said = call("snapshot", *words, place=small)
    assert (said.code, said.usage) == (2, "give one NAME, --list, --cite NAME, or --remove NAME")
