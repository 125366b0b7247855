"""WARC files into the corpus: a crawl's own archive gives its articles again, damaged files give what is whole."""

from __future__ import annotations

import gzip
import io
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import remote
from crawler.archive.bulk import records
from crawler.archive.writer import Archive
from crawler.demo.server import Answer, Asked, Server, Site
from crawler.fetching.raw_responses import RawResponse
from crawler.processing import ingest
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import ConfigurationError, PageError
from tests.commands.calling import Called, call
from tests.commands.conftest import Stored
from tests.spiders.running import Place

COMPARED = ("url", "title", "text", "authors", "tags", "published_at", "dateline", "cited_sources", "relevance")


def warcs(place: Place) -> list[Path]:
    return sorted(place.archive.rglob("*.warc.gz"))


def articles(place: Place) -> dict[str, tuple[object, ...]]:
    with closing(Database.open(place.url)) as db:
        return {one.url: tuple(getattr(one, name) for name in COMPARED) for one in Corpus(db).articles()}


def read_in(place: Place, stored: Stored, *words: str, **settings: str) -> Called:
    settings["RELEVANCE_THRESHOLD"] = str(stored.threshold)
    return call("ingest", *words, "--outlets", str(stored.toml), place=place, **settings)


def test_the_archive_of_a_crawl_gives_its_articles_again(stored: Stored, tmp_path: Path) -> None:
    place = Place.below(tmp_path)
    said = read_in(place, stored, str(stored.place.archive))
    assert (said.code, said.err) == (0, "")
    assert articles(place) == articles(stored.place)
    assert f"{len(stored.kept)} kept ({len(stored.kept)} new, 0 revised), 1 near misses" in said.folded
    assert "not kept, threshold: 1" not in said.folded or "near" in said.folded

    # What was kept is in our own archive by now: it can be read again without the file.
    again = call("reextract", "--all", "--outlets", str(stored.toml), place=place)
    assert f"{len(stored.kept)} as they were, 0 changed" in again.folded


def test_a_file_is_read_in_once(stored: Stored, tmp_path: Path) -> None:
    place = Place.below(tmp_path)
    read_in(place, stored, str(stored.place.archive))
    before = articles(place)
    [row] = [json.loads(line) for line in read_in(place, stored, str(stored.place.archive), "--json").out.splitlines()]
    assert (row["skipped"], row["kept"]) == (True, len(stored.kept))
    said = read_in(place, stored, str(stored.place.archive), "--again")
    assert "0 kept" in said.folded
    assert f"known as of then or later: {len(stored.kept)}" in said.folded
    assert articles(place) == before


def test_what_was_interrupted_goes_on_behind_its_last_record(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.below(tmp_path)
    monkeypatch.setattr(ingest, "BATCH", 2)
    flush, calls = ingest._flush, []

    def killed_later(*args: object, **kwargs: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        flush(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "_flush", killed_later)
    said = read_in(place, stored, str(stored.place.archive))
    assert said.code == 5
    half = articles(place)
    assert 0 < len(half) < len(stored.kept)

    monkeypatch.setattr(ingest, "_flush", flush)
    said = read_in(place, stored, str(stored.place.archive))
    assert said.code == 0
    assert articles(place) == articles(stored.place)


def damaged(data: bytes, how: str, place: int) -> bytes:
    if how == "garbage between records":
        return data[:place] + b"sampah" * 50 + data[place:]
    if how == "a broken member":
        return data[: place + 60] + bytes(30) + data[place + 90 :]
    if how == "cut off":
        return data[: place + 200]
    return gzip.decompress(data)


@pytest.mark.parametrize(
    ("how", "lost"), [("garbage between records", 0), ("a broken member", 1), ("cut off", None), ("plain", 0)]
)
def test_damaged_files_give_what_is_whole(stored: Stored, tmp_path: Path, how: str, lost: int | None) -> None:
    [path] = warcs(stored.place)
    with path.open("rb") as stream:
        whole = [record for record in records(stream) if record.capture]
    middle = whole[len(whole) // 2]
    other = tmp_path / ("x.warc" if how == "plain" else "x.warc.gz")
    other.write_bytes(damaged(path.read_bytes(), how, middle.offset))
    with other.open("rb") as stream:
        found = list(records(stream))
    urls = [record.capture.url for record in found if record.capture]
    expected = [record.capture.url for record in whole if record.capture]
    if lost is None:
        assert urls == expected[: len(whole) // 2]
        assert found[-1].trouble is not None
    else:
        assert urls == [url for number, url in enumerate(expected) if not lost or number != len(whole) // 2]
        assert (how == "plain") == all(record.trouble is None for record in found)


def chunked(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("sent", ["in chunks", "packed, in chunks", "said to be in chunks"])
def test_bodies_in_chunks_are_put_together(tmp_path: Path, sent: str) -> None:
    """As programs archive them that keep the bytes of the wire."""
    page = b"<html><body>" + b"<p>Tiga tewas di garis depan.</p>" * 200 + b"</body></html>"
    body = gzip.compress(page) if "packed" in sent else page
    body = body if "said" in sent else chunked(body)
    headers = [("Content-Type", "text/html"), ("Transfer-Encoding", "Chunked")]
    headers += [("Content-Encoding", "gzip")] if "packed" in sent else []
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=True)
    head = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
    address = "https://www.asing.example/berita/perang"
    writer.write_record(
        writer.create_warc_record(address, "response", payload=io.BytesIO(body), length=len(body), http_headers=head)
    )
    made.seek(0)
    [found] = records(made)
    assert found.capture is not None
    assert found.raw is not None
    assert found.capture.body == page
    assert found.raw.body == (gzip.compress(page) if "packed" in sent else page)


def test_records_of_other_hosts_need_any_host(stored: Stored, tmp_path: Path) -> None:
    page = (
        stored.room.story(stored.kept[0].key),
        "https://www.asing.example/berita/2023/09/perang-di-perbatasan-utara",
    )
    with closing(Archive(tmp_path / "theirs", "cc")) as archive:
        body = "".join(f"<p>{line}</p>" for line in page[0].text.split("\n\n"))
        head = f"<html><head><title>{page[0].title}</title></head><body>"
        html = f"{head}<article><h1>{page[0].title}</h1>{body}</article>"
        raw = RawResponse(200, [("Content-Type", "text/html; charset=utf-8")], html.encode())
        archive.write(page[1], raw, datetime(2023, 9, 20, tzinfo=UTC))
        archive.write("https://www.asing.example/tag/perang/", raw, datetime(2023, 9, 20, tzinfo=UTC))
        gone = RawResponse(404, [], b"x")
        archive.write("https://www.asing.example/a-b-c-d", gone, datetime(2023, 9, 20, tzinfo=UTC))
    place = Place.below(tmp_path)
    said = call("ingest", str(tmp_path / "theirs"), place=place)
    assert "host not in the registry: 3" in said.folded
    assert articles(place) == {}
    said = call("ingest", str(tmp_path / "theirs"), "--any-host", "--again", place=place)
    assert "1 kept (1 new" in said.folded
    assert "no article by its address: 1" in said.folded
    assert "status 404: 1" in said.folded
    with closing(Database.open(place.url)) as db:
        [article] = Corpus(db).articles()
    assert (article.url, article.outlet) == (page[1], "asing.example")
    assert article.fetched_at == datetime(2023, 9, 20, tzinfo=UTC)


class Files(Site):
    """Serves bytes by path, with ranges, and hangs up in the middle of the first answer of each."""

    def __init__(self, address: str, files: dict[str, bytes]) -> None:
        super().__init__("files", address)
        self.files = files
        self.ranges: list[str] = []

    def answer(self, asked: Asked) -> Answer:
        body = self.files.get(asked.path)
        if body is None:
            return Answer(404, b"")
        wanted = asked.headers.get("range", "")
        self.ranges.append(wanted)
        if not wanted:
            cut = body[: len(body) // 2]
            return Answer(200, iter([cut]), length=len(body), kind="application/warc")
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        return Answer(206, body[start:], kind="application/warc") if start < len(body) else Answer(416, b"")


def test_addresses_are_streamed_and_taken_up_where_a_connection_ends(stored: Stored, tmp_path: Path) -> None:
    [path] = warcs(stored.place)
    site = Files("127.0.0.97", {"/crawl-data/a.warc.gz": path.read_bytes()})
    place = Place.below(tmp_path)
    with Server([site]):
        said = read_in(place, stored, f"{site.base}/crawl-data/a.warc.gz")
    assert said.code == 0, said.err
    assert articles(place) == articles(stored.place)
    assert any(site.ranges)


def test_months_of_the_news_archive_are_listed(stored: Stored, tmp_path: Path) -> None:
    [path] = warcs(stored.place)
    listing = gzip.compress(b"crawl-data/CC-NEWS/2020/09/a.warc.gz\n")
    site = Files(
        "127.0.0.97",
        {
            "/crawl-data/CC-NEWS/2020/09/warc.paths.gz": listing,
            "/crawl-data/CC-NEWS/2020/09/a.warc.gz": path.read_bytes(),
        },
    )
    place = Place.below(tmp_path)
    with Server([site]):
        said = read_in(place, stored, "--cc-news", "2020-09", COMMONCRAWL_DATA_URL=site.base)
        assert said.code == 0, said.err
        with pytest.raises(PageError, match="HTTP 404"):
            list(remote.cc_news("2020-10", site.base, "conflict_news"))
    assert articles(place) == articles(stored.place)


def test_months() -> None:
    assert remote.months("2020-11..2021-02") == [(2020, 11), (2020, 12), (2021, 1), (2021, 2)]
    assert remote.months("2023-09") == [(2023, 9)]
    for wrong in ("2020", "2020-13", "2021-02..2020-11", "kemarin"):
        with pytest.raises(ConfigurationError, match=wrong):
            remote.months(wrong)


def test_what_names_nothing_is_said_before_anything_is_read(tmp_path: Path) -> None:
    said = call("ingest", str(tmp_path / "hilang.warc.gz"), place=Place.below(tmp_path))
    assert said.code == 2
    assert "hilang.warc.gz: no such file" in said.error
