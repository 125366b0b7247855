"""The pages as HTTP gives them: what is asked for in the address, what is shown."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from crawler.browse import Sources, application
from crawler.relevance import Topic
from tests.browse.conftest import Client, Shelf, serving, stock
from tests.spiders.running import Place


def said(text: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def titles(text: str) -> list[str]:
    return [said(found) for found in re.findall(r"<h2><a href=\"/article/.*?</a></h2>", text)]


def test_words_are_found_with_snippets_and_facets(client: Client) -> None:
    page = client.get("/?" + urlencode({"q": '"gencatan senjata" reuters'}))
    assert page.code == 200
    assert '<mark class="m-hit">Reuters</mark>' in page.text
    assert "Kabar Senja 1" in said(page.text)
    assert "September 2023 2" in said(page.text)
    assert "Armenia 2" in said(page.text)
    assert "exact copy 1" in said(page.text)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 6),
        ({"outlet": "senja"}, 2),
        ({"month": "2023-10"}, 1),
        ({"since": "2023-09-19", "until": "2023-09-20"}, 2),
        ({"country": "AM", "copy": "original", "outlet": "senja"}, 1),
        ({"copy": "exact"}, 1),
        ({"language": "id", "q": "tewas"}, 4),
        ({"state": "missed"}, 2),
        ({"state": "missed", "q": "lapangan 1"}, 1),
        ({"q": "kata-yang-tidak-ada"}, 0),
    ],
)
def test_conditions(client: Client, asked: dict[str, str], number: int) -> None:
    assert len(titles(client.get("/?" + urlencode(asked)).text)) == number


def test_orders(client: Client) -> None:
    assert titles(client.get("/").text)[0] == "Delapan tentara tewas"
    assert titles(client.get("/?sort=oldest").text)[0].startswith("Serangan <script>")
    assert titles(client.get("/?sort=score").text)[0].startswith("Bentrokan")


def test_what_is_seen_is_exported(client: Client, shelf: Shelf) -> None:
    answer = client.get("/export.jsonl?" + urlencode({"q": "tewas", "outlet": "senja"}))
    records = [json.loads(line) for line in answer.text.splitlines()]
    assert {record["id"] for record in records} == {shelf.ids["report"], shelf.ids["revised"]}
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.jsonl"'
    assert len(client.get("/export.jsonl").text.splitlines()) == 6


@pytest.mark.parametrize(
    "query", ["page=0", "page=9999999", "since=kemarin", "outlet=../x", "month=2023-13", "copy=x", "sort=x",
              "country=xx", "q=" + "x" * 301]
)  # fmt: skip
def test_what_cannot_be_read_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/?{query}").code == 400


def test_words_that_are_none_are_told(client: Client) -> None:
    page = client.get("/?" + urlencode({"q": "-"}))
    assert page.code == 200
    assert "nothing to search for" in page.text


def test_an_article_with_its_evidence(client: Client, shelf: Shelf) -> None:
    page = client.get(f"/article/{shelf.ids['report']}?q=artileri")
    shown = said(page.text)
    assert page.code == 200
    assert '<mark class="m-dateline' in page.text
    assert '<mark class="m-source" title="Reuters">Reuters</mark>' in page.text
    assert '<mark class="m-term' in page.text
    assert "m-hit" in page.text
    assert "meta article:published_time · chosen" in shown
    assert "Chain of copies" in shown
    assert f'href="/article/{shelf.ids["copy"]}"' in page.text
    assert "noai True" in shown
    assert "Nearest example" in shown


def test_revisions_mark_the_changed_figures(client: Client, shelf: Shelf) -> None:
    page = client.get(f"/article/{shelf.ids['revised']}")
    assert '<mark class="m-figure">Lima</mark> tentara tewas di Terter' in page.text
    assert '<mark class="m-figure">Delapan</mark> tentara tewas di Terter' in page.text


def test_an_undated_article_tells_its_bounds(client: Client, shelf: Shelf) -> None:
    shown = said(client.get(f"/article/{shelf.ids['undated']}").text)
    assert "not before Sep 1, 2023 · running id 4711" in shown
    assert "this is what was stored" in shown


def test_a_near_miss(client: Client, shelf: Shelf) -> None:
    shown = said(client.get(f"/article/{shelf.ids['miss 0']}").text)
    assert "near miss" in shown
    assert "Latihan tentara ke-0" in shown


def test_what_is_not_there(client: Client) -> None:
    for path in ("/article/0123456789abcdef", "/article/x", "/audit?queue=x", "/raw/0123456789abcdef/0", "/nowhere"):
        assert client.get(path).code == 404


def test_the_audited_page_names_what_was_cut_by_which_rule(client: Client, shelf: Shelf) -> None:
    page = client.get(f"/audit?queue=readers&id={shelf.ids['report']}")
    assert f'<iframe src="/frame/{shelf.ids["report"]}/0" sandbox=""' in page.text
    assert "related story line" in page.text
    frame = client.get(f"/frame/{shelf.ids['report']}/0")
    assert 'data-rule="related story line"' in frame.text
    assert 'class="kept"' in frame.text


@pytest.mark.parametrize(
    ("queue", "names"),
    [
        ("near", {"hostile", "trick", "miss 0", "undated", "revised", "report", "copy", "miss 1"}),
        ("readers", {"report", "copy", "hostile"}),
        ("undated", {"undated"}),
        ("alarms", {"report", "revised"}),
        ("sample", {"report", "copy", "revised", "undated", "hostile", "trick"}),
    ],
)
def test_queues(client: Client, shelf: Shelf, queue: str, names: set[str]) -> None:
    page = client.get(f"/audit?queue={queue}&seed=7")
    listed = re.findall(rf"/audit\?queue={queue}&amp;seed=7&amp;id=([0-9a-f]{{16}})", page.text)
    assert {shelf.ids[name] for name in names} == set(listed)


def test_the_worst_agreement_comes_first(client: Client, shelf: Shelf) -> None:
    page = client.get("/audit?queue=readers")
    assert f'action="/audit/{shelf.ids["report"]}"' in page.text


def test_the_overview_has_a_table_beside_each_picture(client: Client) -> None:
    page = client.get("/overview")
    pictures = re.findall(r'hx-get="(/overview/[a-z-]+)', page.text)
    assert len(pictures) > 2
    assert page.text.count("<table>") >= len(pictures)
    assert client.get(pictures[0]).text.startswith("<svg")
    assert client.get("/overview/nothing").code == 404
    assert client.get("/overview?since=x").code == 400


def test_language_and_colours_are_remembered(client: Client) -> None:
    assert '<html lang="en" data-theme="auto">' in client.get("/").text
    assert '<html lang="id" data-theme="auto">' in client.get("/", Accept_Language="id-ID,id;q=0.9").text
    assert "Cari" in client.get("/?lang=id&theme=dark").text
    assert '<html lang="id" data-theme="dark">' in client.get("/audit").text
    assert "Ikhtisar" in client.get("/overview").text


def test_a_statement_that_takes_too_long_is_given_up(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.browse.sources.PATIENCE", -1.0)
    monkeypatch.setattr("crawler.browse.sources._STEPS", 1)
    sources = shelf.sources()
    with serving(application(sources)) as port:
        page = Client(port, {}).get("/")
    sources.close()
    assert page.code == 503
    assert "did not answer in time" in page.text


@pytest.mark.server
@pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)
def test_the_same_pages_from_postgresql(new_url: Callable[[], str], shelf: Shelf, topic: Topic) -> None:
    place = Place(new_url(), shelf.place.archive.parent / "second" / "archive")
    ids = stock(place, topic)
    sources = Sources.open(place.url, shelf.outlets, topic, place.archive)
    with serving(application(sources)) as port:
        client = Client(port, {})
        for path in ("/?q=tewas&outlet=senja", f"/article/{ids['report']}", "/audit", "/overview", "/?state=missed",
                     "/audit?queue=sample&seed=3"):  # fmt: skip
            assert client.get(path).code == 200, path
        assert len(titles(client.get("/?q=tewas").text)) == 4
    sources.close()


def test_sources_are_named_by_their_outlet_files(shelf: Shelf) -> None:
    plain = replace(shelf, outlets={})
    sources = plain.sources()
    with serving(application(sources)) as port:
        assert "senja 2" in said(Client(port, {}).get("/").text)
    sources.close()
