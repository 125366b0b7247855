"""The sites of the five seed articles: one outlet each, serving ``seeds/pages/NNN_*.html`` as they lie there.

A page's address is the path of its canonical link, so that it says of the date what the real address said. The feeds
carry no dates: what a crawl knows of a seed's day, it has from the page.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from tests.newsroom import markup, tricks
from tests.newsroom.newssite import NewsSite
from tests.newsroom.server import Answer, Asked
from tests.newsroom.stories import Story

SEEDS = Path(__file__).parents[2] / "seeds"
CANONICAL = re.compile(r"""<link[^>]*rel=["']?canonical["']?[^>]*>""", re.IGNORECASE)
HREF = re.compile(r"""href=["']([^"']+)["']""", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)

# Number of the seed: outlet id, name, and the day the seed was published, as far as anyone can tell.
SITES = {
    "000": ("demo-mediabogor", "Media Bogor (demo)", date(2020, 11, 9)),
    "001": ("demo-impiannews", "Impian News (demo)", date(2020, 9, 30)),
    "002": ("demo-sosok", "Sosok (demo)", date(2020, 11, 9)),
    "003": ("demo-turkinesia", "Turkinesia (demo)", None),
    "004": ("demo-terjemahan", "Berita Terjemahan (demo)", date(2023, 9, 19)),
}


class SeedSite(NewsSite):
    """The site of one seed: its page as stored, a feed and a front page that lead to it."""

    def __init__(self, number: str, page: Path, address: str) -> None:
        self.id, self.title, day = SITES[number]
        self.page = page
        text = page.read_text(encoding="utf-8", errors="replace")
        canonical = CANONICAL.search(text)
        href = HREF.search(canonical[0]) if canonical else None
        parts = urlsplit(unescape(href[1])) if href else None
        self.page_path = parts.path if parts and len(parts.path) > 1 else f"/{page.stem}/"
        title = TITLE.search(text)
        super().__init__(address)
        when = datetime.combine(day or date(2024, 3, 29), datetime.min.time()).astimezone()
        name = unescape(title[1]).strip() if title else page.stem
        self.stories = [Story(self.id, page.stem, int(number), name, [], "conflict", when, dateless=day is None)]
        self.routes["/feed/"] = self.plain_feed

    def path(self, story: Story) -> str:
        return self.page_path

    def ways(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/feed/"]}

    def answer(self, asked: Asked) -> Answer:
        if asked.path == self.page_path:
            return Answer(body=self.page.read_bytes())
        route = self.routes.get(asked.path)
        return route(asked) if route else tricks.missing()

    def plain_feed(self, asked: Asked) -> Answer:
        """The feed, without dates."""
        answer = self.rss(asked)
        assert isinstance(answer.body, bytes)
        answer.body = re.sub(rb"<pubDate>.*?</pubDate>", b"", answer.body)
        return answer

    def front(self, _: Asked) -> Answer:
        return Answer(body=markup.listing(self.title, [self.pair(s) for s in self.stories]).encode())


def seed_sites() -> list[SeedSite]:
    """A site for each seed page that is there, on 127.0.0.16 to .20."""
    sites = []
    for place, number in enumerate(SITES):
        pages = sorted((SEEDS / "pages").glob(f"{number}_*.html"))
        if pages:
            sites.append(SeedSite(number, pages[0], f"127.0.0.{16 + place}"))
    return sites
