"""Crawls of sites whose sources are unkempt: everything they name is stored, and what could not be read stays due."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo.server import Answer, Asked, Server, Site
from tests.spiders.running import Crawled, Place

MISSING = Answer(404, b"<html><body>Tidak ada</body></html>")
PLACES = ("Stepanakert", "Martuni", "Hadrut", "Susi", "Lacin", "Terter")


def story(number: int) -> bytes:
    place = PLACES[number % len(PLACES)]
    text = "".join(
        f"<p>Pasukan Azerbaijan dan Armenia saling menembak dengan artileri di dekat kota {place} ke-{number} pada"
        f" serangan ke-{n}, kata juru bicara kementerian pertahanan yang menyebut korban di Nagorno-Karabakh.</p>"
        for n in range(2, 9)
    )
    head = f"<title>Baku Tembak di {place}</title><meta property='og:type' content='article'>"
    head += f"<meta property='article:published_time' content='2023-09-{10 + number % 18:02}T10:00:00+07:00'>"
    return f"<html lang='id'><head>{head}</head><body><article><h1>{place}</h1>{text}</article></body></html>".encode()


class Warned(Site):
    """A feed behind a warning, whose addresses are numbers, whose dates are zero, with a session in one link."""

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/feed":
            dates = (
                "Thu, 01 Jan 1970 00:00:00 +0000",
                "Wed, 30 Nov -0001 00:00:00 +0000",
                "Mon, 01 Jan 2035 00:00:00 GMT",
            )
            items = "".join(
                f"<item><title>Serangan di Karabakh</title><link>{self.base}/archives/{n}</link>"
                f"<pubDate>{dates[n % 3]}</pubDate></item>"
                for n in range(1, 5)
            )
            items += f"<item><link>{self.base}/</link><guid>{self.base}/terkini/serangan ke 5</guid></item>"
            items += "".join(f"<item><link>{self.base}/baca.php?sid={n}</link></item>" for n in (6, 7))
            return Answer(body=f"Warning: x in /a.php on line 3\n<rss><channel>{items}</channel></rss>".encode())
        if asked.path == "/archives/2":  # as WordPress sends everybody to the address with the slash
            return Answer(301, b"", headers={"Location": "/archives/2/"})
        number = re.search(r"\d+(?=/?$)", asked.arg("sid") or asked.path)
        known = re.fullmatch(r"/archives/\d/?|/terkini/serangan%20ke%205|/baca\.php", asked.path)
        return Answer(body=story(int(number[0]))) if known and number else MISSING


@dataclass
class Room:
    """What the two runs of the WordPress said."""

    first: Crawled
    second: Crawled
    stored: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


class Capped(Site):
    """A WordPress in a sub-directory that gives ten posts a page whatever is asked, without totals; its second page is
    forbidden on the first day.
    """

    open = False
    count = 25

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            head = f'<link rel="https://api.w.org/" href="{self.base}/kabar/wp-json/">'
            return Answer(
                body=f"<html><head>{head}</head><body><a href='/kabar/baku-tembak-di-kota-0/'>x</a></body>".encode()
            )
        if asked.path == "/kabar/wp-json/wp/v2/posts":
            return self.posts(asked.number("page"))
        number = re.fullmatch(r"/kabar/baku-tembak-di-kota-(\d+)/", asked.path)
        return Answer(body=story(int(number[1]))) if number else MISSING

    def posts(self, page: int) -> Answer:
        if page == 2 and not self.open:
            return Answer(403, b"<html>Forbidden</html>")
        numbers = range((page - 1) * 10, min(page * 10, self.count))
        if not numbers:
            return Answer(400, b'{"code":"rest_post_invalid_page_number"}', kind="application/json")
        rows = [
            {
                "link": f"{self.base}/kabar/baku-tembak-di-kota-{n}/",
                "date_gmt": f"2023-09-{10 + n % 18:02}T03:00:00",
                "title": {"rendered": f"Azerbaijan dan Armenia baku tembak di kota {n}"},
            }
            for n in numbers
        ]
        return Answer(body=json.dumps(rows).encode(), kind="application/json")


def outlet(site: Site, path: Path, *lines: str) -> Path:
    path.write_text(
        "\n".join((f'id = "{site.name}"', f'name = "{site.name}"', f'domains = ["{site.address}"]', *lines))
    )
    return path


def test_whatever_a_feed_names_is_stored_whatever_the_window(tmp_path: Path) -> None:
    site, place = Warned("peringatan", "127.0.0.79"), Place.below(tmp_path)
    with Server([site]):
        toml = outlet(site, tmp_path / "x.toml", f'feeds = ["{site.base}/feed"]', "delay = 0")
        crawled = place.crawl(toml, "RELEVANCE_THRESHOLD=0", "since=2023-09-01", "until=2023-10-31")
    assert crawled.code == 0, crawled.err
    assert sorted(url.removeprefix(site.base) for url in place.articles()) == [
        "/archives/1", "/archives/2/", "/archives/3", "/archives/4",
        "/baca.php?sid=6", "/baca.php?sid=7", "/terkini/serangan%20ke%205",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("capped")
    site, place = Capped("terpotong", "127.0.0.80"), Place.below(folder)
    with Server([site]) as server:
        toml = outlet(site, folder / "x.toml", f'indexes = ["{site.base}/"]', "delay = 0")
        # With a query the API is walked through to its end; without it only its newest page is asked for.
        run = ("RELEVANCE_THRESHOLD=0", "query=Armenia", "since=2023-09-01", "until=2023-10-31")
        first = place.crawl(toml, *run)
        asked = [request.path for request in server.log]
        site.open = True
        server.log.clear()
        second = place.crawl(toml, *run)
        stored = [urlsplit(url).path for url in place.articles()]
        yield Room(first, second, stored, asked, [request.path for request in server.log])


def test_the_api_is_asked_where_the_page_names_it(room: Room) -> None:
    assert any(path.startswith("/kabar/wp-json/wp/v2/posts?") for path in room.asked)
    assert not any(path.startswith("/wp-json/") for path in room.asked)


def test_a_page_that_is_forbidden_is_named_and_is_not_the_end(room: Room) -> None:
    assert "WordPress API answered 403 on a later page" in room.first.out
    assert "not read" in room.first.out
    assert "not read" not in room.second.out
    assert any("page=2" in path for path in room.again)
    assert any("page=3" in path for path in room.again)
    assert len(room.stored) == Capped.count
