"""The newsroom's six outlets: how each builds its addresses, and the sources that lead to its stories."""

from __future__ import annotations

import hashlib

from crawler.demo import markup, tricks
from crawler.demo.newssite import PER_PAGE, NewsSite
from crawler.demo.server import Answer, Asked, Site, squeeze
from crawler.demo.standins.blogger import Blogger
from crawler.demo.standins.wordpress import WordPress
from crawler.demo.stories import Story


class KabarSenja(WordPress):
    """WordPress with a sitemap index of a plugin; the links of its feed carry utm_ marks, its addresses the date."""

    id, title = "kabar-senja", "Kabar Senja"
    article_urls = (r"^/\d{4}/\d\d/\d\d/[a-z0-9-]+/?$",)
    encoding = "gzip"
    per_screen = PER_PAGE
    feed_mark = "?utm_source=rss&utm_medium=rss&utm_campaign={slug}"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes |= {
            "/sitemap_index.xml": lambda _: self.sitemap_index(["/post-sitemap.xml", "/page-sitemap.xml"]),
            "/post-sitemap.xml": lambda _: self.sitemap(self.listed),
            "/page-sitemap.xml": lambda _: self.sitemap([], ("/tentang-kami/",)),
        }

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/feed/"], "sitemaps": [f"{self.base}/sitemap_index.xml"]}


class LintasNusa(NewsSite):
    """A portal: index by day, sitemap index with a gzipped news sitemap, pages by number, AMP twins, a Crawl-delay."""

    id, title, markup_name = "lintas-nusa", "Lintas Nusa", "portal"
    robots_delay = 0.2
    article_urls = (r"^/berita/d-\d+/",)
    single_page = "page=all"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes |= {
            "/indeks": self.index,
            "/sitemap.xml": lambda _: self.sitemap_index(["/sitemap-web.xml", "/sitemap-news.xml.gz"]),
            "/sitemap-web.xml": lambda _: self.sitemap(self.listed[4:]),
            "/sitemap-news.xml.gz": lambda _: Answer(
                body=squeeze(self.news_sitemap(self.listed[:6]).encode()), kind="application/gzip"
            ),
        }

    def path(self, story: Story) -> str:
        return f"/berita/d-{story.id}/{story.slug}"

    def sources(self) -> dict[str, list[str]]:
        day = f"{self.base}/indeks?date={{date:%Y-%m-%d}}&page={{page}}"
        return {"sitemaps": [f"{self.base}/sitemap.xml"], "indexes": [day]}

    def amp_of(self, story: Story) -> str | None:
        return f"{self.base}/amp/d-{story.id}/{story.slug}"

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/amp/"):
            story = self.by_path.get(asked.path.replace("/amp/", "/berita/", 1))
            if story:
                return Answer(body=markup.amp(self.view(story, 0)).encode(), modified=story.date)
        return super().answer(asked)

    def foot(self, story: Story) -> list[markup.Link]:
        return [*super().foot(story), ("Versi ringan", str(self.amp_of(story)))]


class WartaSelat(NewsSite):
    """A magazine network: an index by page that ends, site search, answers in brotli."""

    id, title, markup_name, zone = "warta-selat", "Warta Selat", "network", "Asia/Makassar"
    article_urls = (r"^/read/\d+/",)
    encoding = "br"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes |= {"/indeks": self.index, "/search": self.search}

    def path(self, story: Story) -> str:
        return f"/read/{story.id}/{story.slug}"

    def sources(self) -> dict[str, list[str]]:
        return {
            "indexes": [f"{self.base}/indeks?page={{page}}"],
            "search": [f"{self.base}/search?q={{query}}&page={{page}}"],
        }


class PenaPesisir(Blogger):
    """A blog: its Atom feed, nothing else; one of its pages is windows-1252, which only its meta tag tells."""

    id, title = "pena-pesisir", "Pena Pesisir"

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/atom.xml"]}


class JejakTimur(NewsSite):
    """An old site where everything goes wrong: session ids, an index that repeats itself, and all of ``tricks``."""

    id, title, markup_name, zone = "jejak-timur", "Jejak Timur", "tables", "Asia/Jayapura"

    def __init__(self, address: str, elsewhere: str) -> None:
        super().__init__(address)
        self.elsewhere = elsewhere
        self.routes |= {"/indeks": self.index, "/rss.php": self.short_feed}
        self.tricks = tricks.routes(self)
        self.by_id = {str(story.id): story for story in self.stories}

    def path(self, story: Story) -> str:
        return f"/artikel.php?id={story.id}"

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rss.php"], "indexes": [f"{self.base}/indeks?page={{page}}"]}

    def answer(self, asked: Asked) -> Answer:
        trick = self.tricks.get(f"{asked.path}?{asked.query}" if asked.query else asked.path)
        return trick() if trick else super().answer(asked)

    def find(self, asked: Asked) -> tuple[Story | None, int]:
        known = asked.path.split(";", 1)[0] == "/artikel.php"
        return (self.by_id.get(asked.arg("id")) if known else None), 1

    def pair(self, story: Story, around: str = "") -> markup.Link:
        """Links carry a session id: another one on each page, and in each of two usual ways."""
        session = hashlib.sha256(around.encode()).hexdigest()[:26]
        if story.id % 2:
            return story.title, f"{self.path(story)}&PHPSESSID={session}"
        return story.title, f"/artikel.php;jsessionid={session.upper()}?id={story.id}"

    def short_feed(self, asked: Asked) -> Answer:
        """A feed of the three newest stories."""
        return self.rss(asked, self.listed[:3])

    def index(self, asked: Asked) -> Answer:
        """Page 1, whatever page is asked for; "next" never ends. Its odd addresses stand among the headlines."""
        page = max(1, asked.number("page"))
        links = [self.pair(story, f"page {page}") for story in self.listed] + tricks.links()
        return Answer(body=markup.listing("Indeks", links, f"/indeks?page={page + 1}").encode())


class SuaraHulu(NewsSite):
    """A small site with a short feed; its newest page answers 503 at first."""

    id, title, markup_name = "suara-hulu", "Suara Hulu", "network"
    article_urls = (r"^/news/[a-z0-9-]+-\d+$",)

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/rss"] = self.rss

    def path(self, story: Story) -> str:
        return f"/news/{story.slug}-{story.id}"

    def sources(self) -> dict[str, list[str]]:
        return {"feeds": [f"{self.base}/rss"]}


class Elsewhere(Site):
    """A host that belongs to no outlet: a crawl that asks it anything has left its domains."""

    def answer(self, asked: Asked) -> Answer:
        text = "Perang pecah di perbatasan, ratusan tentara tewas dalam serangan artileri. " * 40
        return Answer(body=f"<html lang=id><head><title>Mitra</title></head><body><p>{text}</p></body></html>".encode())
