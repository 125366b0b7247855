"""`scrapy report`: files that open from a disk, whatever an outlet calls itself."""

from __future__ import annotations

import json
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crawler.report import files, overview, pictures
from storage.database import Database
from storage.errors import ConfigurationError
from tests.commands.calling import call
from tests.report.conftest import HOSTILE
from tests.spiders.running import Place


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(db: Database) -> Tags:
    return Tags(files.page(overview(db)))


def test_nothing_runs_and_nothing_is_asked_for(page: Tags) -> None:
    names = {tag for tag, _ in page.found}
    assert not names & {"script", "img", "iframe", "object", "link", "image", "use", "foreignobject", "form", "a"}
    for _, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on") or name in ("href", "src", "xlink:href")]
    policy = next(given["content"] for tag, given in page.found if given.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert page.text.count("<script>alert(1)</script>") > 3  # as words, in a picture and in tables


def test_each_picture_has_its_table(page: Tags) -> None:
    names = [tag for tag, _ in page.found]
    assert names.count("svg") == 6
    assert names.count("table") == 8
    assert {"lang": "en"} in [attributes for tag, attributes in page.found if tag == "html"]
    scrolled = [given for _, given in page.found if "wide" in (given.get("class") or "").split()]
    assert all(given["tabindex"] == "0" and given["aria-label"] for given in scrolled)


def test_the_ink_is_the_pages_own(db: Database) -> None:
    """So that one picture does in the light and in the dark."""
    picture = pictures.svg({"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a"}}})
    assert 'fill="currentColor"' in picture
    assert "black" not in picture
    assert picture.startswith("<svg ")


def test_the_command_writes_both(db: Database, url: str, tmp_path: Path) -> None:
    place = Place(url, tmp_path / "archive")
    said = call("report", "-o", str(tmp_path / "a" / "b"), "--outlet", "kabar", "--since", "2023-09-18", place=place)
    assert (said.code, said.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["index.html", "summary.json"]
    summary = json.loads((tmp_path / "a" / "b" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["articles"], summary["outlets_asked_for"], summary["since"]) == (2, ["kabar"], "2023-09-18")
    assert summary["outlets"]["kabar"]["blocked"] == 1
    assert summary["coverage"][0] == {"outlet": "kabar", "day": "2023-09-18", "state": "kept", "articles": 2}
    assert HOSTILE not in said.out


def test_what_cannot_be_written_leaves_what_was_there(db: Database, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "index.html").write_text("before", encoding="utf-8")
    (folder / "summary.json").mkdir()  # in the way
    said = call("report", "-o", str(folder), place=Place(url, tmp_path / "archive"))
    assert said.code == 3
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "summary.json"]
    said = call("report", "-o", str(tmp_path / "corpus.db" / "x"), place=Place(url, tmp_path / "archive"))
    assert said.code == 3
    assert "cannot write " in said.error


@pytest.mark.parametrize("missing", ["vl_convert", "jinja2"])
def test_what_is_not_installed_is_named(db: Database, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    pictures._drawn.cache_clear()
    with pytest.raises(ConfigurationError, match=r"pip install 'conflict-news\[report\]'"):
        files.page(overview(db))
