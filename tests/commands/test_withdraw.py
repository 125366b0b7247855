"""`scrapy withdraw`: out of the corpus and out of the archive, and again until nothing is left."""

from __future__ import annotations

import os
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.writer import Archive
from crawler.fetching.raw_responses import RawResponse
from storage.identity import article_id
from tests.commands.calling import call
from tests.commands.conftest import Stored, copied
from tests.spiders.running import Place

URL = "https://contoh.id/berita/2"


@pytest.fixture
def place(small: Place, tmp_path: Path) -> Place:
    return copied(small, tmp_path)


def warc_of(place: Place) -> Path:
    [path] = place.archive.rglob("*.warc.gz")
    return path


def captured(place: Place) -> list[str | None]:
    """The last digits of the addresses of all records behind the first, None for what was withdrawn."""
    with warc_of(place).open("rb") as file:
        found = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)][1:]
    return [url and url[-1] for url in found]


@pytest.mark.parametrize("target", [URL, "http://www.contoh.id/berita/2/?utm_source=x#y", article_id(URL)])
def test_an_article_leaves_corpus_and_archive(place: Place, target: str) -> None:
    said = call("withdraw", target, "--reason", "permintaan", place=place)
    assert (said.code, said.err) == (0, "")
    first, second = said.out.splitlines()
    assert first.startswith("withdrawn: 1 articles, 0 near misses; ")
    assert second == "raw captures erased: 1"
    assert URL not in place.articles()
    assert captured(place) == ["0", "1", None, "3", "4"]
    listed = call("withdraw", "--list", place=place).out
    assert re.fullmatch(rf"20\S+ {URL}: permintaan\n", listed)


def test_an_outlet_leaves_corpus_and_archive(place: Place) -> None:
    said = call("withdraw", "fajar", "--reason", "kontrak berakhir", place=place)
    assert said.out.splitlines() == [
        "withdrawn: 2 articles, 1 near misses; fajar is refused from now on",
        "raw captures erased: 2",
    ]
    assert captured(place) == ["0", None, "2", None, "4"]
    assert "outlet fajar: kontrak berakhir" in call("withdraw", "--list", place=place).out


def test_captures_the_corpus_does_not_refer_to_are_found(place: Place) -> None:
    """A later reading that changed nothing, a further page, and a near miss."""
    urls = [f"{URL}?page=2", "https://contoh.id/nyaris", URL, "https://contoh.id/berita/7"]
    with closing(Archive(place.archive / "later", "run-000002")) as archive:
        for url in urls:
            archive.write(url, RawResponse(200, [], b"<p>lagi</p>"), datetime(2023, 9, 21, tzinfo=UTC))
    assert "raw captures erased: 3\n" in call("withdraw", URL, "--reason", "permintaan", place=place).out
    said = call("withdraw", "https://contoh.id/nyaris", "--reason", "permintaan", place=place)
    assert said.out.splitlines()[1] == "raw captures erased: 1"
    assert said.out.startswith("withdrawn: 0 articles, 1 near misses; ")


def test_what_cannot_be_erased_is_named_and_tried_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", refuse)
        said = call("withdraw", URL, "--reason", "permintaan", place=place)
    assert said.code == 3
    assert said.error.startswith("error: 1 places in the archive may still hold what was withdrawn; run the command")
    name = re.escape(warc_of(place).relative_to(place.archive).as_posix())
    assert re.fullmatch(rf"  not erased: {name}#\d+,\d+: Read-only file system", said.out.splitlines()[2])
    assert URL not in place.articles()  # the corpus does not wait for the archive
    assert captured(place) == ["0", "1", "2", "3", "4"]

    again = call("withdraw", URL, "--reason", "permintaan", place=place)
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[1] == "raw captures erased: 1"
    assert captured(place) == ["0", "1", None, "3", "4"]
    assert call("withdraw", URL, "--reason", "permintaan", place=place).out.endswith("raw captures erased: 0\n")


def test_a_file_that_is_not_there_is_named(place: Place) -> None:
    name = warc_of(place).relative_to(place.archive).as_posix()
    warc_of(place).unlink()
    said = call("withdraw", URL, "--reason", "permintaan", place=place)
    assert said.code == 3
    assert re.search(rf"not erased: {re.escape(name)}#\d+,\d+: No such file or directory", said.out)


def test_without_an_archive_captures_are_named(place: Place) -> None:
    said = call("withdraw", URL, "--reason", "permintaan", place=place, ARCHIVE_DIR="")
    assert said.code == 3
    assert said.out.endswith(": ARCHIVE_DIR is switched off\n")


def test_another_spelling_of_a_crawled_address_is_enough(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    url = stored.kept[0].url
    said = call("withdraw", f"{url}?amp=1&fbclid=x", "--reason", "permintaan", place=place)
    assert said.out.startswith(f"withdrawn: 1 articles, 0 near misses; {article_id(url)} is refused")
    assert url not in place.articles()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["0" * 16, "--reason", "x"], "error: there is no article 0000000000000000; give its URL to refuse"),
        (["senjaa", "--reason", "x"], "error: senjaa: neither a URL (https://…), nor the id of an article, nor"),
        (["contoh.id/berita/2", "--reason", "x"], "error: contoh.id/berita/2: neither a URL (https://…), nor"),
        (["http://[rusak", "--reason", "x"], "error: http://[rusak: neither a URL (https://…), nor"),
        (["", "--reason", "x"], "error: nothing: neither a URL (https://…), nor the id of an article, nor"),
        ([URL, "--reason", " "], "error: a withdrawal needs a reason; it is kept with the tombstone"),
    ],
)  # fmt: skip
def test_what_cannot_be_withdrawn_is_one_line(small: Place, words: list[str], error: str) -> None:
    said = call("withdraw", *words, place=small)
    assert (said.code, said.out) == (2, "")
    assert said.error.startswith(error)
    assert call("withdraw", "--list", place=small).out == ""


@pytest.mark.parametrize("words", [[], [URL], [URL, "b", "--reason", "x"], ["--list", URL, "--reason", "x"]])
def test_a_target_and_a_reason_are_needed(small: Place, words: list[str]) -> None:
    said = call("withdraw", *words, place=small)
    assert said.code == 2
    assert said.usage == "give one URL, article id or outlet id, and --reason; or --list alone"
