"""`scrapy outlets` lists the registry; what ``--check`` asks is tested with the outlets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.outlets import load
from tests.commands.calling import call
from tests.commands.conftest import Stored
from tests.spiders.running import Place


def test_the_registry_as_tab_separated_values() -> None:
    said = call("outlets")
    assert (said.code, said.err) == (0, "")
    head, *rows = [line.split("\t") for line in said.out.splitlines()]
    assert head == ["id", "name", "domains", "feeds", "sitemaps", "indexes", "search", "platform", "selectors"]
    assert [row[0] for row in rows] == [outlet.id for outlet in load()]


def test_some_of_it_and_a_file_as_json(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('id = "x"\nname = "X"\ndomains = ["x.id"]\nfeeds = ["https://x.id/rss"]\n')
    rows = json.loads(call("outlets", "kompas", str(tmp_path), "--json").out)
    assert [(row["id"], row["domains"], row["feeds"]) for row in rows] == [
        ("kompas", "kompas.com", 0),
        ("x", "x.id", 1),
    ]


@pytest.mark.parametrize(
    ("arg", "says"),
    [
        ("kompass", "unknown outlet id 'kompass': neither in the registry (`scrapy outlets` lists it) nor a TOML file"),
        ("{}/no.toml", "outlet file {}/no.toml: cannot be read: No such file or directory"),
        ("{}", "outlets folder {}: holds no .toml file"),
    ],
)
def test_what_is_no_outlet_is_one_line(tmp_path: Path, arg: str, says: str) -> None:
    said = call("outlets", "antaranews", arg.format(tmp_path))
    assert (said.code, said.out) == (2, "")
    assert said.error.startswith(f"error: {says.format(tmp_path)}")


def test_a_wrong_outlet_file_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('id = "x"\nname = "X"\ndomain = "x.id"\n')
    said = call("outlets", str(path))
    assert said.code == 2
    assert f"outlet file {path}, outlet x: " in said.error
    assert "unknown key 'domain'" in said.error


def test_domains_worth_adding_are_read_from_the_corpus(stored: Stored, tmp_path: Path) -> None:
    said = call("outlets", str(stored.toml), "--suggest", "--json", place=stored.copy(tmp_path))
    assert said.code == 0, said.err
    rows = json.loads(said.out)
    assert {tuple(row) for row in rows} <= {("domain", "articles", "linked", "cited", "relevance", "example")}
    assert not {"facebook.com", "lintas-nusa"} & {row["domain"] for row in rows}


def test_without_a_corpus_there_is_nothing_to_suggest(nowhere: Place) -> None:
    assert call("outlets", "--suggest", place=nowhere).code == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--check", "--suggest"), "give one of them"),
        (("--add", "contoh.id", "--check"), "give one of them"),
        (("-o", "x.toml"), "-o goes with --add"),
    ],
)
def test_what_does_not_go_together(words: tuple[str, ...], says: str) -> None:
    said = call("outlets", *words)
    assert said.code == 2
    assert says in said.err
