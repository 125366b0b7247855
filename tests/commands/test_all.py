"""What every command owes its user."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import commands
from tests.commands.calling import call
from tests.spiders.running import Place

README = Path(__file__).parents[2] / "README.md"
COMMANDS = sorted(
    path.stem.replace("_", "-") for path in Path(commands.__file__).parent.glob("*.py") if path.stem != "__init__"
)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    said = call(name, "-h")
    assert (said.code, said.err) == (0, "")
    assert f" Example: scrapy {name} " in said.folded


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_it(name: str) -> None:
    assert f"`scrapy {name}" in README.read_text(encoding="utf-8")


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
