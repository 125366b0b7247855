"""The contract of every outlet: its file can work, and where a page of its template is among the fixtures, so is the
record that page must give (``test_fixtures`` holds it to that). ``scrapy outlets --check`` is the live half of it.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.discovery import Window, entries
from crawler.outlets import REGISTRY, read_file
from crawler.outlets.domains import is_public_suffix, registered
from crawler.urls import is_home, wanted

FIXTURES = Path(__file__).parent / "fixtures"
FILES = sorted(REGISTRY.glob("*.toml"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_file_holds_one_outlet_of_its_own_name(path: Path) -> None:
    (outlet,) = read_file(path)
    assert outlet.id == path.stem
    assert outlet.name
    assert set(tomllib.loads(path.read_text(encoding="utf-8"))) <= set(type(outlet).model_fields)


def test_its_domains_are_its_own(path: Path) -> None:
    (outlet,) = read_file(path)
    for domain in outlet.domains:
        assert not is_public_suffix(domain)
        assert domain == domain.lower().strip(".")
    for other in FILES:
        if other != path:
            (theirs,) = read_file(other)
            assert not (set(map(registered, outlet.domains)) & set(map(registered, theirs.domains))) or (
                registered(outlet.domains[0]) == "grid.id"  # a publisher with one host per magazine
            ), f"{outlet.id} and {theirs.id} share a domain"


def test_it_is_asked_politely_and_by_addresses_that_can_be_asked(path: Path) -> None:
    (outlet,) = read_file(path)
    assert outlet.delay >= 1.0
    window = Window(date(2023, 9, 19), date(2023, 9, 20))
    for candidate in entries(outlet, window, queries=["perang"], today=date(2024, 3, 29)):
        parts = urlsplit(candidate.url)
        assert parts.scheme in ("http", "https")
        assert outlet.owns(parts.hostname)
        assert not re.search(r"[\s{}<>\"]", candidate.url)


def test_its_patterns_leave_lists_and_front_pages_alone(path: Path) -> None:
    (outlet,) = read_file(path)
    home = f"https://{outlet.domains[0]}/"
    assert is_home(home)
    assert not wanted(home, outlet)
    for pattern in outlet.article_urls:
        assert not re.search(pattern, "/")
        assert not re.search(pattern, "/tag/armenia")


def test_what_it_selects_has_a_page_and_a_record(path: Path) -> None:
    (outlet,) = read_file(path)
    page, record = FIXTURES / f"{outlet.id}.html", FIXTURES / f"{outlet.id}.json"
    assert page.exists() == record.exists(), "a page without its record, or a record without its page"
    assert page.exists() or not any(outlet.selectors.model_dump().values()), "selectors without a page that shows them"
