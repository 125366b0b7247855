"""What a run is asked to do, as `-a` arguments say it (mistakes in them: tests/spiders/test_bad_input.py)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.crawl import arguments, configuration
from crawler.discovery import Window
from storage.errors import ConfigurationError, OutletError

OUTLET = '[[outlet]]\nid = "{0}"\nname = "Contoh"\ndomains = ["{0}.id"]\n'


@pytest.fixture
def toml(tmp_path: Path) -> str:
    path = tmp_path / "outlets.toml"
    path.write_text(OUTLET.format("satu") + OUTLET.format("dua"))
    return str(path)


def test_everything_at_once(toml: str) -> None:
    made = arguments.parse(
        {
            "outlets": toml,
            "since": "2023-09-19",
            "until": "2023-09-30",
            "max_pages": "50",
            "query": "Karabakh, gencatan senjata ,",
            "archives": "wayback,cc",
            "topic": "seeds",
        },
        Settings({"RELEVANCE_THRESHOLD": "0.4"}),
    )
    assert list(made.by_id) == ["satu", "dua"]
    assert made.window == Window(date(2023, 9, 19), date(2023, 9, 30))
    assert (made.max_pages, made.queries, made.archives) == (50, ["Karabakh", "gencatan senjata"], ("wayback", "cc"))
    assert (made.topic.mode, made.topic.threshold, made.topic.seeds) == ("seeds", 0.4, str(configuration.SEEDS))


def test_nothing_but_outlets(toml: str) -> None:
    made = arguments.parse({"outlets": toml}, Settings())
    assert made.window == Window()
    assert (made.max_pages, made.queries, made.archives) == (None, [], ())
    assert (made.topic.mode, made.topic.threshold) == ("conflict", None)


def test_without_outlets_the_registry_is_meant() -> None:
    assert {"kompas", "detik"} <= set(arguments.parse({}, Settings()).by_id)


def test_a_window_of_one_day_is_a_window(toml: str) -> None:
    made = arguments.parse({"outlets": toml, "since": "2023-09-19", "until": "2023-09-19"}, Settings())
    assert made.window.holds(date(2023, 9, 19))
    assert not made.window.holds(date(2023, 9, 20))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"max_pages": "0"}, "max_pages=0"),
        ({"max_pages": "-3"}, "max_pages=-3"),
        ({"max_pages": "²"}, "max_pages=²"),
        ({"archives": "wayback,google"}, "archives=google"),
        ({"topic": "semua"}, "topic=semua"),
        ({"since": "2023-13-01"}, "since=2023-13-01"),
        ({"Outlets": "x"}, "unknown argument -a Outlets="),
    ],
)
def test_mistakes_name_the_argument(toml: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        arguments.parse({"outlets": toml, **given}, Settings())


def test_an_outlet_defined_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(OUTLET.format("satu") * 2)
    with pytest.raises(OutletError, match="outlet id 'satu' is defined twice"):
        arguments.parse({"outlets": str(path)}, Settings())
