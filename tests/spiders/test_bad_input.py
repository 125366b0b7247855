"""Bad input: one clear line that says what was wrong and what to do, a documented exit code, and nothing lost."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.utils.project import get_project_settings

from crawler.crawl.arguments import parse
from crawler.crawl.session import Session
from crawler.demo import Newsroom
from storage.database import Database
from storage.errors import CorpusError
from tests.spiders.running import Place

CONFIGURATION, STORAGE, UNREACHABLE = 2, 3, 4
CLOSED = "http://127.0.0.1:9"  # the discard port: nobody listens there
OUTLET = f'id = "contoh"\nname = "Contoh"\ndomains = ["127.0.0.1"]\nfeeds = ["{CLOSED}/rss"]\ndelay = 0.0\n'


@dataclass
class Case:
    """One bad start: what is given, the exit code, and what the line says."""

    given: Callable[[Path], list[str]]
    code: int
    says: tuple[str, ...]
    url: Callable[[Path], str] = lambda folder: f"sqlite:///{folder / 'corpus.db'}"


def outlet_file(text: str) -> Callable[[Path], list[str]]:
    def write(folder: Path) -> list[str]:
        (folder / "given.toml").write_text(text, encoding="utf-8")
        return [str(folder / "given.toml")]

    return write


def with_good_outlet(*more: str) -> Callable[[Path], list[str]]:
    return lambda folder: [*outlet_file(OUTLET)(folder), *(part.format(folder=folder) for part in more)]


def seeds(name: str, content: bytes | None) -> Callable[[Path], list[str]]:
    def write(folder: Path) -> list[str]:
        (folder / name).mkdir()
        if content is not None:
            (folder / name / "000.txt").write_bytes(content)
        return [*outlet_file(OUTLET)(folder), f"seeds={folder / name}"]

    return write


def corrupt(folder: Path) -> str:
    (folder / "corpus.db").write_bytes(b"bukan basis data, hanya teks biasa saja. " * 300)
    return f"sqlite:///{folder / 'corpus.db'}"


def newer(folder: Path) -> str:
    url = f"sqlite:///{folder / 'corpus.db'}"
    Database.open(url).close()
    connection = sqlite3.connect(folder / "corpus.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    connection.commit()
    connection.close()
    return url


CASES = {
    "unknown outlet id": Case(lambda _: ["tidak-ada"], CONFIGURATION, ("unknown outlet id 'tidak-ada'",)),
    "unknown key": Case(
        outlet_file(OUTLET + 'feds = ["https://contoh.id/rss"]\n'),
        CONFIGURATION,
        ("given.toml, outlet contoh", "unknown key 'feds'", "known keys: ", "feeds"),
    ),
    "wrong type": Case(
        outlet_file(OUTLET.replace('["127.0.0.1"]', '"127.0.0.1"')),
        CONFIGURATION,
        ("given.toml, outlet contoh: key 'domains'", "list"),
    ),
    "not TOML": Case(outlet_file("id = contoh"), CONFIGURATION, ("given.toml: is not TOML",)),
    "no such file": Case(
        lambda folder: [str(folder / "x.toml")], CONFIGURATION, ("x.toml: cannot be read: No such file",)
    ),
    "empty seeds": Case(seeds("kosong", None), CONFIGURATION, ("kosong",)),
    "seeds not UTF-8": Case(
        seeds("latin", "Pertempuran “sengit”".encode("cp1252")), CONFIGURATION, ("000.txt", "UTF-8")
    ),
    "no such seeds": Case(with_good_outlet("seeds={folder}/hilang"), CONFIGURATION, ("hilang",)),
    "not a day": Case(with_good_outlet("since=kemarin"), CONFIGURATION, ("since=kemarin", "YYYY-MM-DD")),
    "days in reverse": Case(
        with_good_outlet("since=2023-10-01", "until=2023-09-01"),
        CONFIGURATION,
        ("since=2023-10-01", "until=2023-09-01"),
    ),
    "unknown argument": Case(with_good_outlet("outlet=kompas"), CONFIGURATION, ("-a outlet=", "known: outlets, since")),
    "not a number": Case(with_good_outlet("max_pages=banyak"), CONFIGURATION, ("max_pages=banyak",)),
    "threshold": Case(with_good_outlet("RELEVANCE_THRESHOLD=2"), CONFIGURATION, ("RELEVANCE_THRESHOLD", "from 0")),
    "workers": Case(with_good_outlet("WORKERS=semua"), CONFIGURATION, ("WORKERS=semua",)),
    "processes": Case(with_good_outlet("PAGE_PROCESSES=dua"), CONFIGURATION, ("PAGE_PROCESSES=dua",)),
    "not a database URL": Case(with_good_outlet(), CONFIGURATION, ("CORPUS_URL",), lambda _: "mysql://contoh/x"),
    "no folder": Case(
        with_good_outlet(),
        STORAGE,
        ("the folder", "does not exist"),
        lambda folder: f"sqlite:///{folder}/hilang/corpus.db",
    ),
    "unwritable folder": Case(
        with_good_outlet(), STORAGE, ("/proc/corpus.db", "cannot be"), lambda _: "sqlite:////proc/corpus.db"
    ),
    "corrupt database": Case(with_good_outlet(), STORAGE, ("corpus.db", "not an SQLite database"), corrupt),
    "newer schema": Case(with_good_outlet(), STORAGE, ("9999_future", "newer version"), newer),
    "no server": Case(
        with_good_outlet(),
        STORAGE,
        ("cannot be reached", "postgresql://orang:***@127.0.0.1:9/x"),
        lambda _: "postgresql://orang:rahasia@127.0.0.1:9/x",
    ),
    "no network": Case(with_good_outlet(), UNREACHABLE, ("no outlet answered", "what was due stays due")),
}


SHOWN = ("unknown key", "corrupt database", "no server", "no network")  # by whole commands; the others without


def prepared(name: str, folder: Path) -> tuple[str, list[str]]:
    """The database's URL and the arguments of a case."""
    return CASES[name].url(folder), CASES[name].given(folder)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.code != UNREACHABLE])
def test_what_is_wrong_is_named_before_anything_is_asked_or_written(name: str, tmp_path: Path) -> None:
    url, [outlets, *more] = prepared(name, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    pairs = dict(part.split("=", 1) for part in (f"outlets={outlets}", f"CORPUS_URL={url}", *more))
    settings = get_project_settings()
    settings.setdict({key: value for key, value in pairs.items() if key.isupper()})
    settings["ARCHIVE_DIR"] = str(tmp_path / "archive")
    given = {key: value for key, value in pairs.items() if not key.isupper()}

    with pytest.raises(CorpusError) as raised:
        Session(parse(given, settings), settings)

    assert raised.value.exit_code == CASES[name].code
    for part in CASES[name].says:
        assert part in str(raised.value)
    assert "rahasia" not in str(raised.value)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", SHOWN)
def test_the_command_says_it_in_one_line_and_leaves_with_the_exit_code(name: str, tmp_path: Path) -> None:
    url, [outlets, *more] = prepared(name, tmp_path)
    said = Place(url, tmp_path / "archive").crawl(outlets, *more)
    assert said.code == CASES[name].code, said.err
    assert "Traceback" not in said.err
    for part in CASES[name].says:
        assert part in said.error
    if name == "no network":
        row = Place.below(tmp_path).frontier()[f"{CLOSED}/rss"]
        assert (row.state, row.attempts, row.leased_by) == ("discovered", 0, None)  # what was due stays due


def test_a_command_without_the_spiders_name_says_which(tmp_path: Path) -> None:
    command = [part for part in Place.below(tmp_path).command("demo") if part != "conflict_news"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "scrapy crawl conflict_news" in done.stdout + done.stderr


def test_articles_are_not_written_by_the_crawl_but_by_the_export(tmp_path: Path) -> None:
    command = [*Place.below(tmp_path).command("demo"), "-o", str(tmp_path / "items.jsonl")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "scrapy export -o FILE" in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("private", [False, True])
def test_a_name_that_leads_into_a_private_network_is_named_and_not_asked(tmp_path: Path, private: bool) -> None:
    """``127.11`` is a name to everybody but the resolver of this machine, which needs no network for it."""
    with Newsroom() as room:
        port = urlsplit(room.articles[0].url).port
        text = OUTLET.replace("127.0.0.1:9", f"127.11:{port}").replace("127.0.0.1", "127.11")
        [outlets] = outlet_file(text + f"private = {str(private).lower()}\n")(tmp_path)
        said = Place.below(tmp_path).crawl(outlets)
        assert bool(room.log) is private
    told = "trouble at contoh: 127.11 leads to 127.0.0.11, which is no address of the public network (private = true in"
    assert (told in said.out) is not private
    if not private:
        assert said.code == UNREACHABLE, said.err
        [row] = Place.below(tmp_path).frontier().values()
        assert (row.state, row.attempts) == ("discovered", 0)
