"""One crawl of sites that answer oddly: each does one thing that a careless crawl would get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from crawler.demo import Answer, Asked, Newsroom, Request, tricks
from crawler.demo.outlets import Elsewhere
from crawler.demo.traps import Trap
from tests.spiders.running import Crawled, Place

FOREIGN = "127.0.0.30"


class Odd(Trap):
    """An outlet with one good story and something odd; ``own_delay`` goes into its TOML."""

    own_delay = 0.0

    @property
    def foreign(self) -> str:
        return self.base.replace(self.address, FOREIGN)

    @property
    def story_path(self) -> str:
        return self.path(self.stories[0])

    def table(self, delay: float) -> str:
        return super().table(self.own_delay)

    def listing(self, *paths: str) -> Answer:
        """A feed of the story and of further addresses."""
        answer = self.rss(Asked("/rss.xml", "", {}))
        more = "".join(f"<item><title>Perang di Perbatasan</title><link>{path}</link></item>" for path in paths)
        assert isinstance(answer.body, bytes)
        answer.body = answer.body.replace(b"</channel>", more.encode() + b"</channel>")
        return answer


class RobotsBroken(Odd):
    id, title, number = "robots-503", "Robots Rusak", 11

    def robots(self, _: Asked) -> Answer:
        return Answer(503, b"User-agent: *\nDisallow:\n", kind="text/plain")


class RobotsMissing(Odd):
    id, title, number = "robots-404", "Tanpa Robots", 12

    def robots(self, _: Asked) -> Answer:
        return Answer(404, b"User-agent: *\nDisallow: /\n", kind="text/plain")


class RobotsAbroad(Odd):
    id, title, number = "robots-abroad", "Robots di Luar", 13

    def robots(self, _: Asked) -> Answer:
        return tricks.redirect(f"{self.foreign}/robots.txt")


class RobotsMoved(Odd):
    id, title, number = "robots-moved", "Robots Pindah", 14

    def __init__(self, address: str) -> None:
        super().__init__(address)
        rules = b"User-agent: *\nDisallow: /berita/rahasia\n"
        self.routes["/aturan.txt"] = lambda _: Answer(body=rules, kind="text/plain")
        self.routes["/rss.xml"] = lambda _: self.listing(f"{self.base}/berita/rahasia-perang-di-perbatasan")

    def robots(self, _: Asked) -> Answer:
        return tricks.redirect("/aturan.txt", 302)


class Busy(Odd):
    """Its story is asked for too early, once."""

    id, title, number, own_delay = "busy", "Sibuk", 15, 0.1
    wait = 2

    def answer(self, asked: Asked) -> Answer:
        if asked.path == self.story_path and self.first_time("story"):
            return Answer(429, b"", headers={"Retry-After": str(self.wait)})
        return super().answer(asked)

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(*(f"{self.base}/berita/perang-hari-{n}" for n in range(5)))


class BusyForLong(Odd):
    id, title, number = "busy-for-long", "Sibuk Sekali", 16

    def answer(self, asked: Asked) -> Answer:
        if asked.path == self.story_path:
            return Answer(503, b"", headers={"Retry-After": "3000"})
        return super().answer(asked)


class Unhurried(Odd):
    id, title, number, robots_delay = "unhurried", "Tak Tergesa", 17, 0.6

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(*(f"{self.base}/berita/perang-hari-{n}" for n in range(3)))


class Leaving(Odd):
    """Its links and redirects lead to a host that is not its own."""

    id, title, number = "leaving", "Ke Luar", 18

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(
            f"{self.foreign}/berita/perang-di-luar-negeri", f"{self.base}/berita/perang-yang-pindah-rumah"
        )
        self.routes["/berita/perang-yang-pindah-rumah"] = lambda _: tricks.redirect(f"{self.foreign}/perang")


class Homeward(Odd):
    """Vanished stories redirect to the front page, one of them for now; another to a page without end."""

    id, title, number = "homeward", "Pulang", 19

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(
            *(f"{self.base}/berita/perang-{what}" for what in ("yang-hilang", "yang-dihapus", "tanpa-ujung-0"))
        )
        self.routes["/berita/perang-yang-dihapus"] = lambda _: tricks.redirect("/")
        self.routes["/berita/perang-yang-hilang"] = lambda _: tricks.redirect("/", 302)

    def answer(self, asked: Asked) -> Answer:
        start, _, number = asked.path.rpartition("-")
        if start == "/berita/perang-tanpa-ujung":
            return tricks.redirect(f"{start}-{int(number) + 1}", 302)
        return super().answer(asked)


class TwoPages(Odd):
    """An article of two pages whose second is not there at first."""

    id, title, number = "two-pages", "Dua Halaman", 20

    def __init__(self, address: str) -> None:
        super().__init__(address)
        [story] = self.stories
        story.pages = [story.pages[0], [f"{paragraph} Bagian kedua." for paragraph in story.pages[0]]]

    def answer(self, asked: Asked) -> Answer:
        if asked.path == self.story_path and asked.query and self.first_time("next page"):
            return tricks.unavailable()
        return super().answer(asked)


class Twins(Odd):
    """One story under two addresses; both name the same canonical one."""

    id, title, number = "twins", "Kembar", 21

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(f"{self.base}/berita/kembar/pos-perbatasan-diserang-lagi")
        self.routes["/berita/kembar/pos-perbatasan-diserang-lagi"] = lambda _: self.article(self.stories[0])


class LongAddresses(Odd):
    """Links to an address that is longer on the wire than it looks, and a feed that has moved to one without end."""

    id, title, number = "long", "Alamat Panjang", 5
    long = "perang-" + "".join(chr(0x4E00 + n * 7) for n in range(1800))

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rss.xml", f"{self.base}/pindah.xml"]}

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss.xml"] = lambda _: self.listing(f"{self.base}/berita/{self.long}")
        self.routes["/pindah.xml"] = lambda _: tricks.redirect("/rss-" + "x" * 6000)


class Nowhere(Odd):
    """Its further feeds have moved to what is no address, or is one with a user's name in it."""

    id, title, number = "nowhere", "Entah ke Mana", 6
    targets = (
        "http://[rusak",
        "http://{address}:99999/rss",
        "javascript:1",
        "ftp://{address}/",
        "//tamu@{host}/rss.xml",
    )

    def __init__(self, address: str) -> None:
        super().__init__(address)
        for number, target in enumerate(self.targets):
            self.routes[f"/{number}.xml"] = lambda _, target=target: tricks.redirect(
                target.format(address=address, host=self.base.partition("//")[2])
            )

        back_door = f"http://{address}:9/berita/perang-di-pintu-belakang"
        self.routes["/rss.xml"] = lambda _: self.listing(back_door)

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/{number}.xml" for number in range(len(self.targets))]}


class Forgetful(Odd):
    """Says "not modified" of a page that nobody has, once."""

    id, title, number = "forgetful", "Pelupa", 7

    def answer(self, asked: Asked) -> Answer:
        if asked.path == self.story_path and self.first_time("story"):
            return Answer(304)
        return super().answer(asked)


class Glacial(Odd):
    id, title, number, robots_delay = "glacial", "Sangat Lambat", 8, 1e9


class RobotsEndless(Odd):
    id, title, number = "robots-endless", "Robots Panjang", 9

    def robots(self, _: Asked) -> Answer:
        return Answer(body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /x\n" + b"#\n" * 1_000_000, kind="text/plain")


KINDS = (
    LongAddresses, Nowhere, Forgetful, Glacial, RobotsEndless,
    RobotsBroken, RobotsMissing, RobotsAbroad, RobotsMoved, Busy, BusyForLong, Unhurried, Leaving, Homeward, TwoPages,
    Twins,
)  # fmt: skip


@dataclass
class Tour:
    room: Newsroom
    place: Place
    said: Crawled

    def paths(self, outlet: str) -> list[str]:
        return [request.path for request in self.room.requests(outlet)]

    def log(self, outlet: str) -> list[Request]:
        return self.room.requests(outlet)

    def url(self, outlet: str) -> str:
        [story] = self.room.site(outlet).stories
        return story.url

    def state(self, url: str) -> tuple[str, str | None]:
        row = self.place.frontier()[url]
        return row.state, row.reason

    def gaps(self, outlet: str) -> list[float]:
        times = [request.monotonic for request in self.room.requests(outlet)]
        return [later - earlier for earlier, later in pairwise(times)]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    place = Place.below(tmp_path_factory.mktemp("odd"))
    sites = [kind(f"127.0.0.{41 + number}") for number, kind in enumerate(KINDS)]
    with Newsroom(sites=[*sites, Elsewhere("elsewhere", FOREIGN)]) as room:
        yield Tour(room, place, place.crawl(room.toml, "RETRY_BASE=0.2"))


def test_the_crawl_did_its_job(tour: Tour) -> None:
    assert tour.said.code == 0, tour.said.err
    assert "Traceback" not in tour.said.err


def test_no_request_leaves_the_outlets_domains(tour: Tour) -> None:
    """Not by a link, nor by the redirect of an article or of a robots.txt."""
    assert tour.log("elsewhere") == []
    moved = f"{tour.room.site('leaving').base}/berita/perang-yang-pindah-rumah"
    assert tour.state(moved) == ("gone", "redirected off the outlet's domains")
    assert tour.url("leaving") in tour.place.articles()


@pytest.mark.parametrize("outlet", ["robots-503", "robots-abroad"])
def test_without_a_robots_txt_to_be_had_nothing_is_asked_and_all_stays_due(tour: Tour, outlet: str) -> None:
    assert set(tour.paths(outlet)) == {"/robots.txt"}
    feed = f"{tour.room.site(outlet).base}/rss.xml"
    assert tour.state(feed) == ("discovered", None)
    assert tour.place.frontier()[feed].attempts == 0
    assert f"trouble at {outlet}: robots.txt not to be had (" in tour.said.out


def test_a_missing_robots_txt_allows_everything_whatever_its_page_says(tour: Tour) -> None:
    assert tour.url("robots-404") in tour.place.articles()


def test_a_robots_txt_that_moved_within_the_outlet_is_followed_and_obeyed(tour: Tour) -> None:
    secret = f"{tour.room.site('robots-moved').base}/berita/rahasia-perang-di-perbatasan"
    assert tour.paths("robots-moved")[:2] == ["/robots.txt", "/aturan.txt"]
    assert "/berita/rahasia-perang-di-perbatasan" not in tour.paths("robots-moved")
    assert tour.state(secret) == ("barred", "robots.txt")
    assert tour.place.frontier()[secret].due_at is not None  # looked at again some day
    assert tour.url("robots-moved") in tour.place.articles()


def test_a_busy_host_is_left_alone_as_long_as_it_asks(tour: Tour) -> None:
    statuses = [request.status for request in tour.log("busy")]
    asked = statuses.index(429)
    assert tour.gaps("busy")[asked] >= Busy.wait
    assert min(tour.gaps("busy")) >= 0.1
    assert tour.url("busy") in tour.place.articles()


def test_a_host_that_asks_for_an_hour_holds_nobody_up(tour: Tour) -> None:
    assert tour.paths("busy-for-long").count(tour.room.site("busy-for-long").story_path) == 1
    assert tour.state(tour.url("busy-for-long")) == ("delayed", "HTTP 503")
    assert "trouble at busy-for-long: asks to be left alone until a later run: 1" in tour.said.out


def test_a_crawl_delay_holds_from_the_request_after_robots_txt_on(tour: Tour) -> None:
    gaps = tour.gaps("unhurried")
    assert len(gaps) == 5  # robots.txt, the feed, four articles
    assert min(gaps) >= 0.6


def test_a_story_that_leads_to_the_front_page_is_gone_where_that_is_said_to_be_for_good(tour: Tour) -> None:
    base = tour.room.site("homeward").base
    assert tour.state(f"{base}/berita/perang-yang-hilang") == ("delayed", "leads to a page that is no article")
    assert tour.state(f"{base}/berita/perang-yang-dihapus") == ("gone", "leads to a page that is no article")
    assert "/" not in tour.paths("homeward")


def test_redirects_without_end_are_followed_five_times(tour: Tour) -> None:
    hops = [path for path in tour.paths("homeward") if "tanpa-ujung" in path]
    assert hops == [f"/berita/perang-tanpa-ujung-{n}" for n in range(6)]
    assert "trouble at homeward: redirects without end: 1" in tour.said.out


def test_an_article_whose_next_page_fails_for_a_moment_is_stored_whole(tour: Tour) -> None:
    [story] = tour.room.site("two-pages").stories
    assert tour.place.articles()[story.url].text == story.text


def test_one_story_under_two_addresses_is_one_article(tour: Tour) -> None:
    twins = [article for article in tour.place.articles().values() if article.outlet == "twins"]
    assert [article.canonical_url for article in twins] == [tour.url("twins")]


def test_what_is_long_is_asked_for_or_left_and_holds_nobody_up(tour: Tour) -> None:
    asked = [path for path in tour.paths("long") if path.startswith("/berita/perang-%")]
    assert len(asked) == 1
    assert tour.state(f"{tour.room.site('long').base}/pindah.xml") == ("gone", "redirected to what is no address")
    assert tour.url("long") in tour.place.articles()


def test_redirects_to_what_is_no_address_end_there(tour: Tour) -> None:
    base = tour.room.site("nowhere").base
    assert {tour.state(f"{base}/{number}.xml") for number in range(4)} == {("gone", "redirected to what is no address")}
    assert tour.state(f"{base}/4.xml") == ("gone", f"redirected to {base}/rss.xml")  # without the user's name
    assert tour.url("nowhere") in tour.place.articles()


def test_a_port_that_is_closed_does_not_close_the_host(tour: Tour) -> None:
    back_door = f"http://{tour.room.site('nowhere').address}:9/berita/perang-di-pintu-belakang"
    assert tour.state(back_door) == ("delayed", "robots.txt not to be had")
    assert tour.place.frontier()[back_door].attempts == 1
    assert tour.url("nowhere") in tour.place.articles()


def test_not_modified_of_a_page_that_was_never_had_is_no_answer(tour: Tour) -> None:
    assert [request.status for request in tour.log("forgetful")[-2:]] == [304, 200]
    assert tour.url("forgetful") in tour.place.articles()


def test_a_crawl_delay_of_years_is_not_waited_for(tour: Tour) -> None:
    assert tour.paths("glacial") == ["/robots.txt"]
    assert "trouble at glacial: Crawl-delay too long: 1" in tour.said.out


def test_a_robots_txt_without_end_is_read_as_far_as_the_limit(tour: Tour) -> None:
    assert tour.url("robots-endless") in tour.place.articles()
