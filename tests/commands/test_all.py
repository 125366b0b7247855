"""What every command owes its user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler import commands
from storage.corpus.sampling import STRATA
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


HEAVY = ("sqlalchemy", "alembic", "pydantic", "numpy", "dateparser", "trafilatura", "selectolax", "courlan", "warcio")
HELP = f"""
import argparse, importlib, pkgutil, sys
from scrapy.settings import Settings
import crawler.commands
for found in pkgutil.iter_modules(crawler.commands.__path__):
    command = importlib.import_module(f"crawler.commands.{{found.name}}").Command()
    command.settings = Settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    parser.format_help()
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_help_is_there_at_once() -> None:
    """Scrapy imports every command for each of them: what is large is imported by the one that works."""
    said = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_help_of_sample_names_what_there_is() -> None:
    assert ", ".join(STRATA) in call("sample", "-h").folded
