"""The sites of the five seed articles: one outlet each, serving the seed's page in ``seeds/pages`` as it lies there.

A page's address is the path of its own address (``url`` in ``seeds/expected``), so that it says of the date what the
real one said. Nothing else tells the date: what a crawl knows of a seed's day, it has from the page.
"""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from crawler.crawl.configuration import seeds_folder
from crawler.demo.newssite import NewsSite
from crawler.demo.server import EPOCH, Answer, Asked
from crawler.demo.standins.blogger import Blogger
from crawler.demo.standins.wordpress import WordPress
from crawler.demo.stories import Story

SEEDS = seeds_folder()


class _Seed(NewsSite):
    """What the sites of all seeds share: one story, and its page is a file."""

    def __init__(self, name: str, title: str, page: Path, address: str) -> None:
        self.id, self.title, self.page = name, title, page
        super().__init__(address)
        expected = page.parents[1] / "expected" / page.stem
        told = json.loads(expected.with_suffix(".json").read_text(encoding="utf-8"))
        text = expected.with_suffix(".txt").read_text(encoding="utf-8").strip()
        self.page_path = urlsplit(told["url"]).path
        published = told["published_at"]
        day = datetime.combine(datetime.fromisoformat(published).date(), time(12), EPOCH.tzinfo) if published else EPOCH
        story = Story(
            outlet=name,
            slug=page.stem,
            id=int(page.stem[:3]),
            title=told["title"],
            pages=[text.split("\n\n")],
            kind="conflict",
            date=day,
            dateless=published is None,
            hinted=False,
            place=told["dateline"],
            cited=told["cited_sources"],
        )
        self.stories = [story]
        self.by_path = {self.page_path: story}

    def path(self, story: Story) -> str:
        return str(self.page_path)

    def article(self, story: Story, page: int = 1) -> Answer:
        return Answer(body=self.page.read_bytes())


class WordPressSeed(_Seed, WordPress):
    """A seed on a WordPress site."""

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/feed/"]}


class BloggerSeed(_Seed, Blogger):
    """A seed on a Blogger site."""

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/feeds/posts/default"]}


class NetworkSeed(_Seed):
    """A seed on a site of a magazine network: an index is the source."""

    def sources(self) -> dict[str, list[str]]:
        return {"indexes": [f"{self.base}/indeks?page={{page}}"]}

    def answer(self, asked: Asked) -> Answer:
        return self.index(asked) if asked.path == "/indeks" else super().answer(asked)


SITES: dict[str, tuple[type[_Seed], str, str]] = {  # number of the seed: kind of site, outlet id, name
    "000": (WordPressSeed, "demo-mediabogor", "Media Bogor"),
    "001": (BloggerSeed, "demo-impiannews", "Impian News"),
    "002": (NetworkSeed, "demo-sosok", "Sosok"),
    "003": (WordPressSeed, "demo-turkinesia", "Turkinesia"),
    "004": (WordPressSeed, "demo-terjemahan", "Berita Terjemahan"),
}


def seed_sites() -> list[NewsSite]:
    """A site for each seed page that is there, on 127.0.0.16 to .20."""
    return [
        kind(name, title, page, f"127.0.0.{16 + place}")
        for place, (number, (kind, name, title)) in enumerate(SITES.items())
        for page in sorted((SEEDS / "pages").glob(f"{number}_*.html"))[:1]
    ]
