"""Datelines and cited sources as Indonesian sites word them, one by one in ``cases/attribution.toml``."""

import tomllib
from pathlib import Path

import pytest

from crawler.extraction.attribution.agencies import table
from crawler.extraction.attribution.verdict import attribute
from crawler.outlets import Outlet
from storage.article import Link

ROWS = tomllib.loads((Path(__file__).parents[1] / "cases" / "attribution.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", [pytest.param(row, id=f"{row['text'][:50]} ({row['seen'][:30]})") for row in ROWS])
def test_a_story(case):
    found = attribute(
        case.get("title"),
        case["text"],
        cut_lines=case.get("cut", []),
        links=[Link(url, anchor) for url, anchor in case.get("links", [])],
        own_names=case.get("own", []),
    )
    if "dateline" in case:
        assert found.dateline == (case["dateline"] or None)
    if "outlet" in case:
        assert found.dateline_outlet == (case["outlet"] or None)
    assert found.cited_sources == case.get("cited", [])


def test_the_table_is_large_enough_and_says_where_each_wording_was_seen():
    assert len(ROWS) >= 80
    assert all(row["seen"].strip() for row in ROWS)


def test_an_outlet_never_cites_itself_by_any_of_its_names():
    kompas = Outlet(id="kompas", name="Kompas.com", domains=["kompas.com"])
    text = "BAKU, KOMPAS.com – Kata dia kepada Kompas.com dan Reuters. Dikutip dari Harian Kompas, Senin."
    assert attribute(None, text, outlet=kompas).cited_sources == ["Reuters"]


def test_sources_come_in_order_of_appearance_once_each():
    text = "Dilansir AFP, Senin.\n\nMenurut Reuters, dua tewas. AFP melaporkan hal lain.\n\nSumber: BBC"
    assert attribute(None, text).cited_sources == ["AFP", "Reuters", "BBC"]


NAMED = (
    "AFP|AP|Reuters|Anadolu Agency|Al Jazeera|BBC|Antara|Xinhua|TASS|RIA Novosti|Sputnik|Daily Sabah|CNN"
    "|The New York Times|The Guardian|Haaretz|IRNA|Tasnim|WAFA|SANA|Kyodo|Yonhap|Bernama|DPA"
)


@pytest.mark.parametrize("name", NAMED.split("|"))
def test_every_name_of_the_table_is_found_by_itself_and_behind_a_citing_word(name):
    assert table().find(name).name == name
    assert attribute(None, f"Dilansir dari {name}, Senin, pasukan mundur.").cited_sources == [name]


def test_every_row_of_the_table_says_what_it_is_and_no_spelling_is_two_sources():
    path = Path(table.__wrapped__.__code__.co_filename).parent / "agencies.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["source"]
    owner = {}
    for row in rows:
        assert row["seen"]
        for spelling in {row["name"], *row["aliases"], *row.get("weak", [])}:
            assert owner.setdefault(spelling, row["name"]) == row["name"]


def test_a_hostile_text_is_bounded():
    text = "dilansir dari " * 20_000 + "Sumber: " + "A" * 50_000 + "(" * 5000
    found = attribute("x" * 10_000, text, cut_lines=["Sumber: " + "B " * 500] * 1000)
    assert len(found.cited_sources) <= 20
