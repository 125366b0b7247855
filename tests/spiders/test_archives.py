"""Web archives: what has vanished from its outlet is found there, and nothing else is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import pytest

from crawler.demo import Answer, Asked, Newsroom, Server, Site, markup, tricks
from crawler.demo.newssite import NewsSite
from crawler.demo.outlets import Elsewhere
from crawler.demo.standins import Capture, CommonCrawl, Wayback, posts
from crawler.demo.stories import Story
from storage.article import Article
from storage.database.frontier_tables import urls
from tests.spiders.running import Crawled, Place

CLOSED = "127.0.0.72"  # an outlet's address at which nobody answers any more
CRAWLS = {
    "CC-MAIN-2023-40": ("2023-09-21T00:00:00", "2023-10-05T23:59:59"),
    "CC-MAIN-2021-17": ("2021-04-10T00:00:00", "2021-04-23T23:59:59"),
}
BARRED = "CC-MAIN-2021-17"  # robots.txt forbids its file


class Kliping(NewsSite):
    """An outlet that still gives two of its stories about conflict; its feed names a third, which is gone."""

    id, title = "kliping", "Kliping Harian"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.stories = [story for story in posts(self.id, 120) if story.kept]
        self.by_path = {self.path(story): story for story in self.stories}
        self.by_number = {story.id: story for story in self.stories}
        self.routes["/feed"] = lambda asked: self.rss(asked, [self.by_number[number] for number in (30, 20, 10)])

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/feed"]}

    def pair(self, story: Story, around: str = "") -> markup.Link:
        return "Tentang Kami", "/tentang-kami/"  # pages name no other story

    def answer(self, asked: Asked) -> Answer:
        story, _ = self.find(asked)
        return super().answer(asked) if story is None or story.id in (10, 20) else tricks.missing()


class MovingWayback(Wayback):
    """Answers for some captures with a redirect: to one taken at another time, or to one of another page."""

    def __init__(self, address: str, captures: list[Capture], moved: dict[str, str]) -> None:
        super().__init__(address, captures)
        self.moved = moved

    def answer(self, asked: Asked) -> Answer:
        target = self.moved.get(asked.path)
        return tricks.redirect(target, 302) if target else super().answer(asked)


class PartlyBarred(CommonCrawl):
    """robots.txt forbids one file; the list of crawls names a host that is not the configured one."""

    elsewhere = ""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=f"User-agent: *\nDisallow: /crawl-data/{BARRED}/\n".encode(), kind="text/plain")
        return super().answer(asked)

    def list(self) -> list[dict[str, str]]:
        return [{**row, "cdx-api": row["cdx-api"].replace(self.base, self.elsewhere)} for row in super().list()]


@dataclass
class Search:
    """A crawl with both archives, and one after it."""

    site: Kliping
    wayback: Wayback
    commoncrawl: CommonCrawl
    elsewhere: Site
    services: Server
    place: Place
    said: Crawled
    again: Crawled
    first: int  # requests to the archives in the first crawl
    stored: dict[str, Article]

    def story(self, number: int) -> Story:
        return self.site.by_number[number]

    def stored_as(self, number: int) -> Article | None:
        return self.stored.get(self.story(number).url)

    def asked(self, number: int) -> list[str]:
        """Archive requests for a story's captures."""
        return [request.path for request in self.services.log if request.path.endswith(self.story(number).slug)]

    def state(self, number: int) -> tuple[str, str | None]:
        from sqlalchemy import select

        from storage.database import Database

        db = Database.open(self.place.url, create=False)
        with db.read() as conn:
            like = f"capture %{self.story(number).slug}"
            row = conn.execute(select(urls.c.state, urls.c.reason).where(urls.c.identity.like(like))).one()
        db.close()
        return row.state, row.reason


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    folder = tmp_path_factory.mktemp("archives")
    site = Kliping("127.0.0.71")
    with Newsroom(sites=[site]) as room:
        closed = f"http://{CLOSED}:{room.port}"
        outlets = room.toml.read_text() + (
            f'[[outlet]]\nid = "tutup"\nname = "Tutup"\ndomains = ["{CLOSED}"]\nfeeds = ["{closed}/feed"]\ndelay = 0\n'
        )
        toml = folder / "outlets.toml"
        toml.write_text(outlets)

        def page(number: int) -> bytes:
            return markup.STYLES[site.markup_name](site.view(site.by_number[number])).encode()

        def capture(number: int, stamp: str, body: bytes | None = None, url: str = "") -> Capture:
            return Capture(url or site.by_number[number].url, stamp, page(number) if body is None else body)

        soft = tricks.short("Halaman tidak ditemukan", "<p>Maaf, halaman yang Anda cari tidak ditemukan.</p>")
        gone_too = closed + site.path(site.by_number[50])
        there = [
            *(capture(number, "20210501120000") for number in (10, 20, 30, 40, 80, 90)),
            capture(50, "20210501120000", page(50).replace(site.base.encode(), closed.encode()), gone_too),
            capture(80, "20220101000000"),
            capture(110, "20210601000000", soft),
            Capture(f"{site.base}/", "20210501120000", page(40)),
        ]
        front = f"/web/20210501120000id_/{site.base}/"
        later = f"/web/20220101000000id_/{site.by_number[80].url}"
        moved = {
            f"/web/20210501120000id_/{site.by_number[80].url}": later,
            f"/web/20210501120000id_/{site.by_number[90].url}": front,
        }
        wayback = MovingWayback("127.0.0.73", there, moved)
        crawled = [capture(60, "20230922010203"), capture(100, "20230923010203"), capture(70, "20210412010203")]
        commoncrawl = PartlyBarred("127.0.0.74", crawled, CRAWLS)
        damage(commoncrawl, site.by_number[100])
        elsewhere = Elsewhere("elsewhere", "127.0.0.75")
        with Server([wayback, commoncrawl, elsewhere]) as services:
            commoncrawl.elsewhere = elsewhere.base
            place = Place.below(folder)
            asked = (
                "archives=wayback,cc", "query=pertempuran,serangan,gencatan", "since=2020-09-01", "until=2021-12-31",
                f"WAYBACK_URL={wayback.base}", f"COMMONCRAWL_INDEX_URL={commoncrawl.base}",
                f"COMMONCRAWL_DATA_URL={commoncrawl.base}", "RETRY_BASE=0.1", "URL_ATTEMPTS=2",
            )  # fmt: skip
            said = place.crawl(toml, *asked)
            first = len(services.log)
            again = place.crawl(toml, *asked)
            yield Search(site, wayback, commoncrawl, elsewhere, services, place, said, again, first, place.articles())


def damage(archive: CommonCrawl, story: Story) -> None:
    """Overwrite the middle of a story's record in the archive's file."""
    [row] = [row for rows in archive.rows.values() for row in rows if row["url"] == story.url]
    path = "/" + row["filename"]
    start, length = int(row["offset"]), int(row["length"])
    broken = bytearray(archive.files[path])
    broken[start + length // 2 : start + length // 2 + 40] = b"\xff" * 40
    archive.files[path] = bytes(broken)


def day(article: Article | None) -> date | None:
    assert article is not None
    moment = article.published_at
    return moment.date() if isinstance(moment, datetime) else moment


def test_the_crawl_did_its_job(search: Search) -> None:
    assert search.said.code == 0, search.said.err
    kept = {10, 20, 30, 40, 60, 80}
    there = {search.story(number).url for number in kept} | {gone_outlet(search)}
    assert set(search.stored) == there


def gone_outlet(search: Search) -> str:
    return search.story(50).url.replace(search.site.address, CLOSED)


@pytest.mark.parametrize("number", [30, 40], ids=["answers 404", "named nowhere any more"])
def test_a_vanished_article_is_stored_under_its_own_url(search: Search, number: int) -> None:
    story, article = search.story(number), search.stored_as(number)
    assert article is not None
    assert article.text == story.text
    assert article.outlet == "kliping"
    assert article.archive_ref == f"{search.wayback.base}/web/20210501120000id_/{story.url} 2021-05-01T12:00:00+00:00"


@pytest.mark.parametrize("number", [30, 40, 60, 80])
def test_it_has_the_day_it_was_published_not_that_of_its_capture(search: Search, number: int) -> None:
    assert day(search.stored_as(number)) == search.story(number).published


def test_an_outlet_that_is_no_more_is_read_from_the_archive(search: Search) -> None:
    article = search.stored[gone_outlet(search)]
    assert (article.outlet, day(article)) == ("tutup", search.story(50).published)


def test_a_record_of_common_crawl_is_named_by_its_file_and_place(search: Search) -> None:
    article = search.stored_as(60)
    [row] = [row for row in search.commoncrawl.rows["CC-MAIN-2023-40"] if row["url"] == search.story(60).url]
    first, length = int(row["offset"]), int(row["length"])
    assert article is not None
    assert article.archive_ref == (
        f"{search.commoncrawl.base}/{row['filename']}#bytes={first}-{first + length - 1} 2023-09-22T01:02:03+00:00"
    )
    assert article.text == search.story(60).text


def test_what_the_outlet_still_gives_is_not_asked_of_an_archive(search: Search) -> None:
    assert search.asked(10) == search.asked(20) == []
    article = search.stored_as(10)
    assert article is not None
    assert str(article.archive_ref).partition("#")[0].endswith(".warc.gz")


def test_a_redirect_to_another_capture_of_the_page_is_followed(search: Search) -> None:
    article = search.stored_as(80)
    assert article is not None
    assert str(article.archive_ref).endswith("2022-01-01T00:00:00+00:00")


def test_a_capture_that_leads_to_another_page_is_none(search: Search) -> None:
    assert search.stored_as(90) is None
    assert search.state(90) == ("gone", "capture redirected to another page")
    assert not [request for request in search.services.log if request.path.endswith(f"{search.site.base}/")]


def test_a_damaged_record_is_a_failure_of_one_page(search: Search) -> None:
    assert search.state(100) == ("failed", "capture cannot be read")
    assert "trouble at kliping: capture cannot be read: 1" in search.said.out
    assert search.said.row("kliping")["failed"] == 1
    assert "\x1f" not in search.said.err  # nothing of the record reaches the terminal


def test_a_captured_page_that_says_not_found_is_gone(search: Search) -> None:
    assert search.state(110) == ("gone", "soft 404")


def test_robots_txt_of_an_archive_is_obeyed(search: Search) -> None:
    assert search.state(70) == ("barred", "robots.txt")
    assert not [request for request in search.services.log if f"/crawl-data/{BARRED}/" in request.path]


def test_nobody_else_is_asked(search: Search) -> None:
    assert search.services.requests("elsewhere") == []


@pytest.mark.parametrize("service", ["wayback", "commoncrawl"])
def test_archives_are_asked_once_a_second_at_most(search: Search, service: str) -> None:
    times = [request.monotonic for request in search.services.requests(service)]
    assert len(times) > 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 1.0


def test_a_second_crawl_asks_for_no_capture_again(search: Search) -> None:
    assert search.again.code == 0, search.again.err
    again = [request.path for request in search.services.log[search.first :]]
    assert [path for path in again if path.startswith(("/web/", "/crawl-data/"))] == []
    assert search.again.row("all")["kept"] == 0


OLD_FORMS = (
    "/index.php/arsip.read/tahun/2020/bulan/11/idnews/110{n}52/idkanal/10/{slug}",
    "/read/xml/2020/11/09/1637{n}18/{dotted}", "/hukrim/202011/171{n}33/{slug}", "/artikel.php?id=201{n}5&judul={slug}",
    "/2020/11/{slug}/", "/news/{slug}", "/read/{slug}.html", "/2020/11/09/{slug}/",
)  # fmt: skip


def test_every_form_that_an_outlets_addresses_ever_had_is_read_from_an_archive(tmp_path) -> None:
    """The outlet's file knows the last of eight forms alone; one answer of the archive names all eight."""
    site = Kliping("127.0.0.76")
    told = [story for story in site.stories if story.id <= 80]
    addresses = [
        f"http://{CLOSED}/{form.format(n=number, slug=story.slug, dotted=story.slug.replace('-', '.')).lstrip('/')}"
        for number, (form, story) in enumerate(zip(OLD_FORMS, told, strict=True), start=1)
    ]
    bodies = [markup.STYLES[site.markup_name](site.view(story)).encode() for story in told]
    wayback = Wayback("127.0.0.77", [
        Capture(url, "20210501120000", body.replace(site.base.encode(), f"http://{CLOSED}".encode()))
        for url, body in zip(addresses, bodies, strict=True)
    ])  # fmt: skip
    toml = tmp_path / "outlets.toml"
    pattern = r"^/\d{4}/\d\d/\d\d/[a-z0-9-]+/?$"
    toml.write_text(
        f'[[outlet]]\nid = "tutup"\nname = "Tutup"\ndomains = ["{CLOSED}"]\ndelay = 0\n'
        f"feeds = [\"http://{CLOSED}/feed\"]\narticle_urls = ['{pattern}']\n"
    )
    with Server([wayback]):
        place = Place.below(tmp_path)
        said = place.crawl(
            toml, "archives=wayback", "query=pertempuran,serangan,gencatan,mortir", "since=2020-01-01",
            "until=2021-12-31", f"WAYBACK_URL={wayback.base}", "RETRY_BASE=0.1", "URL_ATTEMPTS=1",
        )  # fmt: skip
        assert said.code == 0, said.err
        assert set(place.articles()) == set(addresses)
