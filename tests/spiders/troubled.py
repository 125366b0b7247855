"""Outlets that publish day after day, and what befalls each of them on certain days of a ``Calendar``.

``bench.week`` runs a week of them, ``test_days`` a few.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import sqlalchemy as sa

from crawler.demo import Answer, Asked, Newsroom, Site, tricks
from crawler.demo.newssite import NewsSite
from crawler.demo.server import _HTTPServer
from crawler.demo.stories import Story
from storage.article import Article
from storage.database import Database
from storage.database.tables import articles, revisions
from tests.spiders.running import Crawled, Place

WIB = timezone(timedelta(hours=7))
FIRST = datetime(2024, 4, 1, tzinfo=WIB)  # day 1 begins
HOURS = (3, 5, 16)  # of a day's articles
IN_FEED = 8  # articles that a feed names: those of two days and more

_PLACES = (
    "Martuni", "Hadrut", "Shusha", "Lachin", "Agdam", "Fizuli", "Jabrayil", "Kalbajar", "Tartar", "Goris", "Kapan",
    "Sisian", "Vardenis", "Barda", "Ganja", "Naftalan", "Askeran", "Khojaly", "Zangilan", "Gubadli",
)  # fmt: skip
_ARMS = ("artileri", "roket", "drone tempur", "mortir", "tank", "rudal balistik", "senapan mesin berat", "helikopter")
_WHO = (
    "tentara Azerbaijan", "pasukan Armenia", "milisi Karabakh", "kelompok bersenjata", "pasukan penjaga perbatasan",
    "penjaga perdamaian Rusia",
)  # fmt: skip
_HIT = ("gudang senjata", "rumah sakit", "jembatan", "pos perbatasan", "barak tentara", "pasar kota", "sekolah")
_DID = ("menyerang", "menembaki", "membombardir", "mengepung", "merebut", "menghantam")


@dataclass
class Calendar:
    """What time it is for the outlets; whoever runs the crawls moves it on."""

    now: datetime = FIRST

    @property
    def day(self) -> int:
        """1 on the first day."""
        return (self.now - FIRST).days + 1

    @property
    def morning(self) -> bool:
        """Whether it is before noon."""
        return self.now.hour < 12


def report(outlet: str, number: int, date: datetime) -> Story:
    """A report of fighting as no other outlet and no other number gives it."""
    rng = random.Random(f"{outlet} {number}")
    place, other, third = rng.sample(_PLACES, 3)
    arms, more_arms = rng.sample(_ARMS, 2)
    who, foe = rng.sample(_WHO, 2)
    hit, next_hit = rng.sample(_HIT, 2)
    dead, hurt, homes = rng.randint(3, 40), rng.randint(41, 99), rng.randint(100, 900)
    code = f"{outlet.capitalize()} {number}"
    paragraphs = f"""
Sedikitnya {dead} orang tewas dan {hurt} lainnya terluka setelah {who} {rng.choice(_DID)} {hit} di {place} dengan
{arms}. Pertempuran pecah menjelang fajar dan berlangsung hingga sore, kata warga yang dihubungi {code}.

Juru bicara {foe} menyebut serangan {arms} itu melanggar gencatan senjata. Pasukan dari {other} dikirim sebagai bala
bantuan, disusul tembakan {more_arms} ke arah {next_hit} yang menghancurkan {homes} rumah.

Ribuan warga sipil mengungsi dari {place} menuju {third} dengan berjalan kaki. Palang Merah menyatakan korban perang
yang dirawat di {other} mencapai {hurt + dead} orang, sebagian besar perempuan dan anak-anak.

Perundingan damai antara {who} dan {foe} dijadwalkan pekan depan di {third}. Hingga berita ini ditulis, bunyi ledakan
{more_arms} masih terdengar dari {rng.choice(_HIT)} di pinggiran {other}.
""".strip().split("\n\n")
    title = f"{who.capitalize()} Serang {hit.title()} {place}, {dead} Tewas dan {hurt} Luka"
    slug = f"perang-{place}-{hit}-{outlet}-{number}".lower().replace(" ", "-")
    pages = [[" ".join(paragraph.split()) for paragraph in paragraphs]]
    return Story(outlet, slug, 5000 + number, title, pages, "conflict", date, section="Dunia")


class Daily(NewsSite):
    """An outlet without trouble: a feed, and three articles a day of so many ``days``.

    ``on`` is the day of trouble, ``tells`` what the summaries of that day say of it (patterns of ``Week.told``).
    """

    on = 0
    tells: tuple[str, ...] = ()
    article_urls = (r"^/berita/",)

    def __init__(self, address: str, calendar: Calendar, days: int, on: int | None = None) -> None:
        self.calendar = calendar
        super().__init__(address)
        self.on = self.on if on is None else on
        self.stories = [
            report(self.id, 10 * day + number, FIRST + timedelta(days=day - 1, hours=hour))
            for day in range(1, days + 1)
            for number, hour in enumerate(HOURS)
        ]
        self.by_path = {self.path(story): story for story in self.stories}
        self.routes["/rss.xml"] = self.rss

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rss.xml"]}

    @property
    def published(self) -> list[Story]:
        """The stories that are out by now, newest first."""
        return sorted((s for s in self.stories if s.date <= self.calendar.now), key=lambda s: s.date, reverse=True)

    @property
    def listed(self) -> list[Story]:
        return self.published[:IN_FEED]

    def as_published(self, story: Story) -> str:
        """The text that readers could have on the day of publication."""
        return story.text

    @property
    def troubled(self) -> bool:
        """Whether this is the day."""
        return self.calendar.day == self.on

    def answer(self, asked: Asked) -> Answer:
        if self.troubled:
            answer = self.in_trouble(asked)
            if answer is not None:
                return answer
        story = self.by_path.get(asked.path)
        return tricks.missing() if story and story.date > self.calendar.now else super().answer(asked)

    def in_trouble(self, asked: Asked) -> Answer | None:
        """The answer of the day of trouble; None: as ever. The morning's feed comes out of a cache."""
        return None

    def cached(self, asked: Asked) -> bool:
        """Whether something in front of the outlet still answers."""
        return self.calendar.morning and asked.path in ("/robots.txt", "/rss.xml")


class Refusing(Daily):
    """No connection: its port is closed."""

    id, title, on = "putus", "Kabar Putus", 3
    tells = (r"robots\.txt not to be had \(no answer: \w{0,20}ConnectionRefused\)",)


class Erring(Daily):
    """A server's errors to everything, in the morning but for robots.txt."""

    id, title, on = "galat", "Kabar Galat", 3
    tells = ("host answers with errors only", r"robots\.txt not to be had \(HTTP 5\d\d\)")

    def in_trouble(self, asked: Asked) -> Answer | None:
        if self.calendar.morning and asked.path == "/robots.txt":
            return None
        return Answer(500 + len(asked.path) % 5, b"<html><body>Galat</body></html>")


class UnderMaintenance(Daily):
    """A notice of works with status 200."""

    id, title, on = "rawat", "Kabar Rawat", 3
    tells = ("block page: maintenance", "feed: not a feed")
    notice = tricks.short("Pemeliharaan", "<p>Maaf, situs sedang dalam pemeliharaan. Silakan kembali nanti.</p>")

    def in_trouble(self, asked: Asked) -> Answer | None:
        return None if self.cached(asked) else Answer(body=self.notice)


class Empty(Daily):
    """Status 200 and nothing else."""

    id, title, on = "kosong", "Kabar Kosong", 3
    tells = ("article: empty answer", "feed: empty answer")

    def in_trouble(self, asked: Asked) -> Answer | None:
        return None if self.cached(asked) else Answer(body=b"")


class Walled(Daily):
    """Turned away: 403, 429 and a way to the log-in by turns."""

    id, title, on = "tembok", "Kabar Tembok", 3
    tells = ("put off.* HTTP 403", "put off.* HTTP 429", "put off.* led to a log-in", "feed: |redirects without end")

    def in_trouble(self, asked: Asked) -> Answer | None:
        if asked.path == "/robots.txt" or self.cached(asked):
            return None
        story = self.by_path.get(asked.path)
        match story.id % 10 if story else 2:
            case 0:
                return Answer(403, tricks.short("403 Forbidden", ""))
            case 1:
                return Answer(429, b"")
        return tricks.redirect(f"/masuk?kembali={asked.path}", 302)


class Moving(Daily):
    """Its feed moves for good; two days later nobody is left at the old address."""

    id, title, on = "pindah", "Kabar Pindah", 2
    tells = ("feed .* moved for good to .*/umpan/terbaru.xml",)

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/rss.xml" and self.calendar.day >= self.on:
            return tricks.missing() if self.calendar.day >= self.on + 2 else tricks.redirect("/umpan/terbaru.xml")
        return self.rss(asked) if asked.path == "/umpan/terbaru.xml" else super().answer(asked)


class Stuck(Daily):
    """Its ETag never changes, and is believed by its own server."""

    id, title, on = "beku", "Kabar Beku", 2
    tells = ("feed: its ETag does not change",)

    def answer(self, asked: Asked) -> Answer:
        answer = super().answer(asked)
        if answer.status == 200 and asked.path != "/robots.txt":
            if asked.headers.get("if-none-match") == '"tetap"':
                return Answer(304)
            answer.fresh, answer.headers["ETag"] = True, '"tetap"'
        return answer


class Ahead(Daily):
    """Its Last-Modified is of the next month, and nothing is ever newer than that."""

    id, title, on = "mendatang", "Kabar Mendatang", 1
    tells = ("feed: Last-Modified is no time of the past",)

    def answer(self, asked: Asked) -> Answer:
        answer = super().answer(asked)
        if answer.status == 200 and asked.path != "/robots.txt":
            if "if-modified-since" in asked.headers:
                return Answer(304)
            ahead = format_datetime(self.calendar.now + timedelta(days=30))
            answer.fresh, answer.headers["Last-Modified"] = True, ahead
        return answer


class Paywalled(Daily):
    """A paywall is put up around everything, old articles included."""

    id, title, on = "langganan", "Kabar Langganan", 5
    tells = ("shrunk: a poorer answer", r"paywalled: \d")

    def as_published(self, story: Story) -> str:
        return story.pages[0][0] if story.date >= FIRST + timedelta(days=self.on - 1) else story.text

    def article(self, story: Story, page: int = 1) -> Answer:
        if self.calendar.day < self.on:
            return super().article(story, page)
        shown = replace(story, pages=[story.pages[0][:1]])
        answer = super().article(shown, page)
        assert isinstance(answer.body, bytes)
        declared = b'"isAccessibleForFree": false, "hasPart": {"@type": "WebPageElement", "cssSelector": ".paywall"}, '
        answer.body = answer.body.replace(b'"@type": "NewsArticle", ', b'"@type": "NewsArticle", ' + declared)
        return answer


class Correcting(Daily):
    """Of the articles of the day before, one is corrected and one is taken down."""

    id, title, on = "ralat", "Kabar Ralat", 4
    tells = ("revised: 1", "article: HTTP 404")

    @property
    def corrected(self) -> Story:
        """The article that is corrected."""
        return self.stories[3 * (self.on - 2)]

    @property
    def deleted(self) -> Story:
        """The article that is taken down."""
        return self.stories[3 * (self.on - 2) + 1]

    def article(self, story: Story, page: int = 1) -> Answer:
        if self.calendar.day >= self.on and story is self.deleted:
            return tricks.missing()
        if self.calendar.day >= self.on and story is self.corrected:
            story = replace(story, pages=[[*story.pages[0][:-1], "Ralat: jumlah korban tewas menjadi dua kali lipat."]])
        return super().article(story, page)

    @property
    def listed(self) -> list[Story]:
        return [s for s in super().listed if self.calendar.day < self.on or s is not self.deleted]


class Renaming(Daily):
    """Two articles of the day before get other addresses; the old one of the first leads on, the other's is gone."""

    id, title, on = "alih", "Kabar Alih", 4
    tells = ("redirected: 1", "article: HTTP 404")

    @property
    def renamed(self) -> list[Story]:
        """The two articles."""
        return self.stories[3 * (self.on - 2) :][:2]

    def path(self, story: Story) -> str:
        if self.calendar.day >= self.on and any(story.id == other.id for other in self.renamed):
            return f"/berita/baru-{story.slug}"
        return super().path(story)

    def answer(self, asked: Asked) -> Answer:
        if self.calendar.day >= self.on:
            for story in self.renamed:
                story.url = self.base + self.path(story)
                if asked.path == super().path(story):
                    return tricks.redirect(story.url) if story is self.renamed[0] else tricks.missing()
                if asked.path == self.path(story):
                    return self.article(story)
        return super().answer(asked)


class Closed(Daily):
    """Its robots.txt bars the articles in the morning, everything in the evening; the next day it is as ever."""

    id, title, on = "tutup", "Kabar Tutup", 6
    tells = (r"barred: \d",)

    def robots(self, asked: Asked) -> Answer:
        if not self.troubled:
            return super().robots(asked)
        rule = b"/berita/" if self.calendar.morning else b"/"
        return Answer(body=b"User-agent: *\nDisallow: " + rule + b"\n", kind="text/plain")


KINDS: tuple[type[Daily], ...] = (
    Refusing, Erring, UnderMaintenance, Empty, Walled, Moving, Stuck, Ahead, Paywalled, Correcting, Renaming, Closed,
)  # fmt: skip


class TroubledRoom(Newsroom):
    """The outlets of a week. The port of one that refuses is closed and opened as its day comes and goes."""

    def __init__(
        self,
        calendar: Calendar,
        days: int,
        kinds: Sequence[tuple[type[Daily], int | None]],
        others: Sequence[Site] = (),
    ) -> None:
        self.calendar = calendar
        sites: list[Site] = [
            kind(f"127.0.0.{61 + number}", calendar, days, on) for number, (kind, on) in enumerate(kinds)
        ]
        super().__init__(sites=[*sites, *others])
        self._closed: set[int] = set()

    def move_to(self, moment: datetime) -> None:
        """It is ``moment`` now."""
        self.calendar.now = moment
        for number, site in enumerate(self.news_sites):
            if isinstance(site, Refusing) and site.troubled is not (number in self._closed):
                self._refuse(number) if site.troubled else self._listen(number)

    def _refuse(self, number: int) -> None:
        self._closed.add(number)
        self._servers[number].shutdown()
        self._servers[number].hang_up()
        self._servers[number].server_close()

    def _listen(self, number: int) -> None:
        self._closed.discard(number)
        server = self._servers[number] = _HTTPServer((self.sites[number].address, self.port), self, self.sites[number])
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@dataclass(frozen=True)
class Stored:
    """What became of an outlet's articles: how many were published, are stored, more than once, with all their text."""

    published: int
    stored: int
    twice: int
    whole: int


class Week:
    """Days of crawls, each at ``hours`` of the day, and what they said and stored."""

    def __init__(self, room: TroubledRoom, place: Place) -> None:
        self.room, self.place = room, place
        self.said: dict[int, list[Crawled]] = {}
        self.frontiers: dict[int, dict[str, sa.Row]] = {}  # at the end of each day: the URLs' rows …
        self.articles: dict[int, dict[str, Article]] = {}  # … and what is stored, by URL

    def run(self, days: int, hours: Sequence[int]) -> None:
        """Crawl on each day."""
        for day in range(1, days + 1):
            for hour in hours:
                moment = FIRST + timedelta(days=day - 1, hours=hour)
                self.room.move_to(moment)
                settings = ("RETRY_BASE=0.2", "PAGE_PROCESSES=1")
                said = self.place.crawl(self.room.toml, *settings, at=moment, timeout=600)
                self.said.setdefault(day, []).append(said)
            self.frontiers[day], self.articles[day] = self.place.frontier(), self.place.articles()

    def told(self, day: int, outlet: str) -> list[str]:
        """What a day's summaries say of an outlet: lines that name it, and its cells of the table as "column: 3"."""
        found = []
        for said in self.said[day]:
            found += [f"{name}: {number}" for name, number in said.row(outlet).items() if number]
            found += [line.strip() for line in said.out.splitlines() if re.match(rf" +[\w ]+,? {outlet}: ", line)]
        return found

    def stored(self) -> dict[str, Stored]:
        """What became of each outlet's articles."""
        db = Database.open(self.place.url, create=False)
        with db.read() as conn:
            rows = conn.execute(
                sa.select(articles.c.outlet, articles.c.key, revisions.c.title, revisions.c.text).join(
                    revisions, revisions.c.article_key == articles.c.key
                )
            ).all()
        db.close()
        found = {}
        for site in self.room.news_sites:
            assert isinstance(site, Daily)
            keys = [{row.key for row in rows if (row.outlet, row.title) == (site.id, s.title)} for s in site.published]
            texts = {row.text for row in rows if row.outlet == site.id}
            whole = sum(site.as_published(story) in texts for story in site.published)
            found[site.id] = Stored(len(keys), sum(map(bool, keys)), sum(len(each) > 1 for each in keys), whole)
        return found
