"""What pages and servers said cannot command a terminal, whichever command prints it; and no password is printed."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from crawler.cli.printing import cell, guard_logs, printable
from crawler.commands.outlets import show
from storage.corpus import Corpus
from storage.database import Database
from storage.frontier import Frontier, NewUrl
from tests.commands.calling import Called, call
from tests.spiders.running import Place
from tests.storage.conftest import article

EVIL = "\x1b]0;judul\x07\x9b31m\u202ekebalik\u2066[bold red]x[/]"
SHOWN = "\\u001b]0;judul\\u0007\\u009b31m\\u202ekebalik\\u2066[bold red]x[/]"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An article with a revision and a copy, a near miss and a URL that failed, all full of orders to a terminal."""
    place = Place.below(tmp_path_factory.mktemp("hostile"))
    db = Database.open(place.url)
    corpus = Corpus(db)
    words = " ".join(f"kata{number}" for number in range(60))
    fields: dict[str, object] = {
        "title": f"Judul {EVIL}", "authors": [f"Penulis {EVIL}"], "section": EVIL, "cited_sources": [f"Sumber {EVIL}"],
        "dateline": EVIL, "published_at": date(2023, 9, 20), "published_precision": "day", "outlet": "senja",
        "relevance_terms": [f"serang{EVIL}"], "language": "id",
    }  # fmt: skip
    with db.begin() as conn:
        for number in (1, 2):
            corpus.save(conn, article(number, text=f"Serangan {EVIL} terjadi. {words}. Ada 3 korban.", **fields))
        corpus.save(conn, article(1, text=f"Serangan {EVIL} terjadi. {words}. Ada 5 korban{EVIL}.", **fields))
        corpus.reject(
            conn, f"https://contoh.id/n?{EVIL}", reason=f"topic {EVIL}", title=f"Nyaris {EVIL}", terms=[f"a{EVIL}"],
            text=f"Hampir {EVIL}", score=0.4,
        )  # fmt: skip
        Frontier(db).add(conn, [NewUrl("https://contoh.id/x", "https://contoh.id/x", "contoh.id", "senja")])
        conn.exec_driver_sql("UPDATE urls SET state = 'failed', reason = ?", (f"HTTP 500 {EVIL}",))
    db.close()
    return place


def assert_harmless(said: Called, *, quotes: bool = True) -> None:
    assert said.code == 0, said.err
    assert printable(said.out + said.err, lines=True) == said.out + said.err
    assert (SHOWN.partition("[")[0] in said.out) is quotes


@pytest.mark.parametrize(
    "words",
    [
        ["search", "serangan"],
        ["search", "--json", "serangan"],
        ["explain", "https://contoh.id/berita/1"],
        ["near-misses"],
        ["near-misses", "--json", "--text"],
        ["changes"],
        ["changes", "--json"],
        ["chain", "https://contoh.id/berita/1"],
        ["chain", "--json", "https://contoh.id/berita/1"],
        ["sample", "-n", "2"],
        ["sample", "-n", "2", "--json"],
        ["coverage"],
        ["coverage", "--json"],
        ["judge", "--accept", f"https://contoh.id/n?{EVIL}"],
    ],
    ids=" ".join,
)
def test_no_command_hands_on_what_a_page_orders(hostile: Place, words: list[str]) -> None:
    said = call(*words, place=hostile)
    assert_harmless(said)
    if "--json" in words:
        assert EVIL in "".join(map(str, _values([json.loads(line) for line in said.out.splitlines()])))
    else:
        assert "[bold red]" in said.out  # no markup either


def _values(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for one in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _values(one)
    else:
        yield value


def test_a_saved_page_is_explained_without_its_orders(tmp_path: Path) -> None:
    page = tmp_path / "halaman.html"
    body = "".join(
        f"<p>Tentara menyerang desa ke-{number} di perbatasan pada hari Senin{EVIL}.</p>" for number in range(9)
    )
    page.write_text(f"<html><head><title>Judul {EVIL}</title></head><body><article>{body}</article></body></html>")
    assert_harmless(call("explain", str(page), place=Place.below(tmp_path)), quotes=False)


def test_rows_of_a_site_that_is_checked_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    show(("outlet", "detail"), [{"outlet": "senja", "detail": EVIL}], None)
    show(("outlet", "detail"), [{"outlet": "senja", "detail": EVIL}], "json")
    out = capsys.readouterr().out
    assert out.count(SHOWN) == 2
    assert printable(out, lines=True) == out


def test_text_is_left_as_it_is() -> None:
    assert printable("Erdoğan – 5° “…” العربية") == "Erdoğan – 5° “…” العربية"
    assert printable("a\nb\tc\r", lines=True) == "a\nb\tc\\u000d"
    assert printable("a\nb") == "a\\u000ab"
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(cell("[red]a[/] \x1b[2J"))
    assert captured.get() == "[red]a[/] \\u001b[2J\n"


def test_log_lines_and_their_tracebacks_quote_harmlessly(caplog: pytest.LogCaptureFixture) -> None:
    factory, hook = logging.getLogRecordFactory(), sys.excepthook
    try:
        guard_logs()
        with caplog.at_level(logging.WARNING):
            try:
                raise ValueError(f"{EVIL} postgresql://orang:rahasia@contoh/x")
            except ValueError:
                logging.getLogger("crawler.test").exception("%s: %s", "robots.txt", EVIL)
    finally:
        logging.setLogRecordFactory(factory)
        sys.excepthook = hook
    assert SHOWN in caplog.text
    assert "rahasia" not in caplog.text
    assert printable(caplog.text, lines=True) == caplog.text


SECRET = "Rahasia9"
URLS = [
    f"postgresql://orang:{SECRET}@127.0.0.1:9/x",
    f"postgresql://orang:a%40{SECRET}@127.0.0.1:9/x",
    f"postgresql://orang:a/b@{SECRET}@127.0.0.1:9/x",
    f"postgresql://orang:{SECRET}@127.0.0.1:9/x?hantu=1",
    f"postgresql://orang@127.0.0.1:9/x?password={SECRET}",
    f"postgresql://127.0.0.1:9/x?user=a&password={SECRET}&sslpassword={SECRET}",
    f"postgresql://orang:{SECRET}@127.0.0.1:abc/x",
    f"postgresql://orang:{SECRET}@[::1/x",
    f"postgresql+asyncpg://orang:{SECRET}@127.0.0.1:9/x",
    f"mysql://orang:{SECRET}@127.0.0.1/x",
    f"postgres ql://orang:{SECRET}@127.0.0.1/x",
    f"postgresql://orang:a@b/{SECRET}@127.0.0.1:9/x",
    f"sqlite://orang:{SECRET}@h/x",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize(
    "words", [["corpus", "counts"], ["search", "perang"], ["export", "-o", "x.jsonl"]], ids=" ".join
)
def test_the_password_of_the_database_is_not_printed(url: str, words: list[str], tmp_path: Path) -> None:
    said = call(*words, place=Place(url, tmp_path / "archive"))
    assert said.code in (2, 3)
    assert SECRET not in said.out + said.err
    assert said.error.startswith("error: ")


def test_help_does_not_print_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_URL", URLS[0])
    said = call("search", "-h", place=Place(URLS[0], Path("archive")))
    assert (said.code, SECRET in said.out + said.err) == (0, False)
