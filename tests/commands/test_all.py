"""What every command owes its user."""

from __future__ import annotations

import pytest

from tests.commands.calling import call
from tests.spiders.running import Place

COMMANDS = (
    "crawl", "export", "explain", "judge", "search", "snapshot", "withdraw", "corpus", "outlets", "coverage", "changes",
    "chain", "near-misses", "raw", "sample",
)  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    said = call(name, "-h")
    assert (said.code, said.err) == (0, "")
    assert f" Example: scrapy {name} " in said.folded


@pytest.mark.parametrize(
    "words",
    [
        ["export", "-o", "corpus.jsonl"],
        ["search", "perang"],
        ["snapshot", "x"],
        ["snapshot", "--list"],
        ["withdraw", "https://contoh.id/1", "--reason", "x"],
        ["withdraw", "--list"],
        ["corpus", "counts"],
    ],
    ids=" ".join,
)
def test_without_a_corpus_none_is_made(nowhere: Place, words: list[str]) -> None:
    said = call(*words, place=nowhere)
    assert (said.code, said.out) == (3, "")
    assert "there is no corpus at " in said.error
    assert list(nowhere.archive.parent.iterdir()) == []
