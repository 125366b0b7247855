"""Who may ask, what answers carry, and which decisions are believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from crawler.browse import Sources, application
from crawler.browse.guard import FRAME_POLICY, MOST_QUERY, POLICY
from crawler.relevance import Topic
from storage.corpus import Decision
from tests.browse.conftest import Client, Shelf, serving, stock
from tests.spiders.running import Place


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, topic: Topic) -> Iterator[tuple[Sources, int, dict[str, str]]]:
    """A corpus that decisions are written to."""
    place = Place.below(tmp_path_factory.mktemp("guard"))
    ids = stock(place, topic)
    sources = Sources.open(place.url, {}, topic, place.archive)
    with serving(application(sources)) as port:
        yield sources, port, ids
    sources.close()


def decisions(own: tuple[Sources, int, dict[str, str]]) -> list[Decision]:
    return own[0].corpus.decisions()


def form(client: Client, id_: str, **other: str) -> str:
    """The form of a case as its page has it."""
    page = client.get(f"/audit?queue=near&id={id_}").text
    (token,) = re.findall(r'name="token" value="([0-9a-f]{64})"', page)
    (next_,) = re.findall(r'name="next" value="([^"]+)"', page)
    given = {"token": token, "next": next_.replace("&amp;", "&"), "decision": "accept", "note": "", "annotator": ""}
    return urlencode(given | other)


def test_every_answer_is_guarded(client: Client, shelf: Shelf) -> None:
    for path in ("/", "/nowhere", f"/article/{shelf.ids['report']}", "/static/app.js", "/?page=0", "/export.jsonl"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_archived_pages_have_a_policy_of_their_own(client: Client, shelf: Shelf) -> None:
    for kind in ("frame", "raw"):
        headers = client.get(f"/{kind}/{shelf.ids['hostile']}/0").headers
        assert headers["content-security-policy"] == FRAME_POLICY
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert "script-src" not in FRAME_POLICY
    assert FRAME_POLICY.endswith("; sandbox")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "10.0.0.1"])
def test_other_names_of_this_machine_are_refused(client: Client, host: str) -> None:
    answer = client.get("/", Host=host)
    assert (answer.code, answer.text) == (400, "Invalid host header")
    assert client.get("/", Host=f"localhost:{client.port}").code == 200


def test_requests_are_bounded(client: Client, shelf: Shelf) -> None:
    assert client.get("/?x=" + "y" * MOST_QUERY).code == 414
    assert client.post(f"/audit/{shelf.ids['report']}", "note=" + "x" * 30_000).code == 413


def test_no_file_but_the_archives_is_read(client: Client, shelf: Shelf) -> None:
    assert (shelf.place.archive.parent / "secret.warc.gz").is_file()
    assert client.get(f"/frame/{shelf.ids['trick']}/0").code == 404
    assert client.get(f"/raw/{shelf.ids['trick']}/0").code == 404
    assert "<iframe" not in client.get(f"/audit?queue=near&id={shelf.ids['trick']}").text
    for path in ("/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        assert client.get(path).code in (400, 404), path


def test_hostile_texts_are_texts(client: Client, shelf: Shelf) -> None:
    for path in (
        "/",
        "/?q=tentara",
        f"/article/{shelf.ids['hostile']}",
        f"/audit?queue=near&id={shelf.ids['hostile']}",
    ):
        page = client.get(path).text
        assert "&lt;script&gt;document.title=" in page, path
        assert "<script>" not in page
        assert "<img" not in page
    trick = client.get(f"/article/{shelf.ids['trick']}").text
    assert 'href="javascript:' not in trick
    assert "javascript:alert(1)" in trick


def test_no_address_of_ours_leads_elsewhere(client: Client) -> None:
    page = client.get("//evil.example/x")
    assert page.code == 404
    assert 'href="//' not in page.text


def test_a_decision_goes_where_judge_puts_it(own: tuple[Sources, int, dict[str, str]]) -> None:
    _, port, ids = own
    client = Client(port, {})
    answer = client.post(f"/audit/{ids['miss 0']}", form(client, ids["miss 0"], decision="reject", note="cuma latihan",
                                                         annotator="Sari Dewi"))  # fmt: skip
    assert answer.code == 303
    assert answer.headers["location"].startswith("/audit?queue=near")
    (decision,) = decisions(own)
    assert (decision.id, decision.accepted, decision.note) == (ids["miss 0"], False, "cuma latihan [Sari Dewi]")
    page = client.get("/audit").text
    assert 'value="Sari Dewi"' in page
    assert f"id={ids['miss 0']}" not in page
    again = client.get(f"/audit?queue=near&id={ids['miss 0']}")  # not in the queue any more, and there all the same
    assert f'action="/audit/{ids["miss 0"]}"' in again.text
    assert "rejected" in client.get(f"/article/{ids['miss 0']}").text


def test_other_pages_decide_nothing(own: tuple[Sources, int, dict[str, str]]) -> None:
    _, port, ids = own
    client, before = Client(port, {}), decisions(own)
    path, given = f"/audit/{ids['revised']}", form(client, ids["revised"])
    assert client.post(path, given, Origin="http://evil.example").code == 403
    assert client.post(path, given, Origin=f"http://127.0.0.1:{port + 1}").code == 403
    assert client.post(path, given, Origin="null").code == 403
    assert client.post(path, given, Origin="").code == 403
    assert client.post(path, "decision=accept").code == 403
    assert Client(port, {}).post(path, given).code == 403  # without the cookie
    other = Client(port, {})
    other.get("/")
    assert other.post(path, given).code == 403  # of another session
    assert client.get(path).code == 405
    assert decisions(own) == before


def test_what_a_decision_may_say(own: tuple[Sources, int, dict[str, str]]) -> None:
    _, port, ids = own
    client, before = Client(port, {}), decisions(own)
    assert client.post(f"/audit/{ids['revised']}", form(client, ids["revised"], decision="maybe")).code == 400
    assert client.post("/audit/0123456789abcdef", form(client, ids["revised"])).code == 404
    assert decisions(own) == before
    answer = client.post(f"/audit/{ids['revised']}", form(client, ids["revised"], next="//evil.example/"))
    assert answer.headers["location"] == f"/article/{ids['revised']}"


def test_cookies_are_for_this_site_alone(port: int) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/?lang=id&theme=dark")
    cookies = [value for name, value in connection.getresponse().getheaders() if name == "set-cookie"]
    connection.close()
    assert len(cookies) == 3
    assert all("HttpOnly" in cookie and "SameSite=strict" in cookie for cookie in cookies)


def test_assets_are_in_the_package_and_name_their_licence() -> None:
    static = Path(__file__).parents[2] / "crawler" / "browse" / "static"
    assert {path.name for path in static.iterdir()} >= {"app.css", "app.js", "htmx.min.js", "htmx.LICENSE", "icon.svg"}
    assert "htmx 2." in (static / "htmx.LICENSE").read_text(encoding="utf-8")
    for path in static.glob("app.*"):
        assert "http" not in path.read_text(encoding="utf-8")
