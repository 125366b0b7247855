"""`scrapy search`: full-text search from the command line; what is found is tested with the storage."""

from __future__ import annotations

import json

import pytest

from tests.commands.calling import call
from tests.spiders.running import Place


def test_hits_are_shown_with_outlet_day_address_and_text(small: Place) -> None:
    said = call("search", "bentrokan", "kata2x7", place=small)
    assert (said.code, said.err) == (0, "")
    head, url, text, count = said.out.splitlines()
    assert head.startswith("Bentrokan nomor 2 di perbatasan  senja, 2023-09-19, ")
    assert url.strip() == "https://contoh.id/berita/2"
    assert "kata2x7" in text
    assert count == "1 of 1 articles"


def test_one_json_object_per_line(small: Place) -> None:
    records = [json.loads(line) for line in call("search", "--json", "kata0x1", place=small).out.splitlines()]
    assert {record["url"] for record in records} == {"https://contoh.id/berita/0", "https://contoh.id/berita/4"}
    assert list(records[0]) == ["id", "url", "outlet", "title", "score", "snippet", "published_at"]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["terter"], "5 of 5 articles"),
        (["terter", "-n", "2"], "2 of 5 articles"),
        (["terter", "--offset", "4"], "1 of 5 articles"),
        (["terter", "--outlet", "fajar", "--since", "2023-09-19"], "1 of 1 articles"),
        (["terter", "-kata1x1"], "4 of 4 articles"),
        (["bentrokan", "pecah di terter"], "5 of 5 articles"),
        (["bentrokan", "pecah terter"], "0 of 0 articles"),
        (["hari ke", "kata3*"], "1 of 1 articles"),
        (["tiada"], "0 of 0 articles"),
    ],
)
def test_how_many_are_found_and_shown(small: Place, words: list[str], count: str) -> None:
    said = call("search", *words, place=small)
    assert said.code == 0
    assert said.out.splitlines()[-1] == count


@pytest.mark.parametrize("words", [[""], ['""'], ["*"], ["-x"]])
def test_a_query_without_a_word_is_one_line(small: Place, words: list[str]) -> None:
    said = call("search", *words, place=small)
    assert (said.code, said.out) == (2, "")
    assert said.error == 'error: nothing to search for: give words, a "phrase in quotes" or the beg* of a word'


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ([], "give the words to search for"),
        (["x", "--until", "kemarin"], "argument --until: 'kemarin' is not a day like 2023-09-19"),
        (["x", "-n", "dua"], "argument -n/--limit: invalid int value: 'dua'"),
    ],
)
def test_a_wrong_command_line_names_what_is_wrong(small: Place, words: list[str], wrong: str) -> None:
    said = call("search", *words, place=small)
    assert (said.code, said.out, said.usage) == (2, "", wrong)
