"""`scrapy corpus`: counting what there is, and moving all of it to another database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.calling import call
from tests.spiders.running import Place

COUNTS = {"articles": 5, "revisions": 5, "copies": 1, "rejected": 1, "decisions": 0, "withdrawn": 0}


def counted(place: Place) -> dict[str, int]:
    lines = (line.split() for line in call("corpus", "counts", place=place).out.splitlines())
    return {name: int(number) for name, number in lines}


def test_counts(small: Place) -> None:
    assert COUNTS.items() <= counted(small).items()


def test_a_corpus_is_copied_whole(small: Place, tmp_path: Path) -> None:
    other = Place.below(tmp_path)
    said = call("corpus", "copy", small.url, other.url)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("copied 5 articles, ")
    assert said.out.endswith(f" rows in all, to {other.url}\n")
    assert counted(other) == counted(small)
    assert other.articles() == small.articles()


@pytest.mark.parametrize(
    ("source", "target", "code", "says"),
    [
        ("{small}", "{small}", 3, "{small}: is not empty (table articles); copy into a new database"),
        ("{none}", "{new}", 3, "{none}: there is no corpus at "),
        ("{small}", "sqlite:///{folder}/no/new.db", 3, "the folder {folder}/no does not exist"),
        ("{small}", "mysql://localhost/x", 2, "the database 'mysql'; only sqlite and postgresql are supported"),
        ("{small}", "corpus.db", 2, "use sqlite:///FILE or postgresql://USER@HOST/DATABASE"),
    ],
)
def test_what_cannot_be_copied_is_one_line_and_makes_nothing(
    small: Place, tmp_path: Path, source: str, target: str, code: int, says: str
) -> None:
    names = {"small": small.url, "none": f"sqlite:///{tmp_path}/none.db", "new": f"sqlite:///{tmp_path}/new.db"}
    names["folder"] = str(tmp_path)
    said = call("corpus", "copy", source.format(**names), target.format(**names))
    assert (said.code, said.out) == (code, "")
    assert says.format(**names) in said.error
    assert list(tmp_path.iterdir()) == []
    assert counted(small)["articles"] == 5


@pytest.mark.parametrize("words", [[], ["count"], ["copy"], ["copy", "sqlite:///a.db"], ["counts", "x"]])
def test_a_wrong_command_line_names_what_is_wrong(words: list[str]) -> None:
    said = call("corpus", *words)
    assert (said.code, said.usage) == (2, "give verify, backup FILE, copy SRC_URL DST_URL, or counts")
