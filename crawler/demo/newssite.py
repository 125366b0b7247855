"""What all outlets of the newsroom share: articles in a markup, robots.txt, front page, feeds, sitemaps, index, search.

Everything an outlet says is the same on each start, dates included, so that validators stay valid.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import format_datetime
from html import escape

from crawler.demo import markup, tricks
from crawler.demo.server import Answer, Asked, Site
from crawler.demo.stories import Story, of_outlet

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
PER_PAGE = 5
SLOW = 2.0  # seconds that a slow page takes to answer: longer than any delay of the demo, far below its deadline


class NewsSite(Site):
    """An outlet: its articles in one markup, and its sources. Tables for the TOML are in ``sources``."""

    id = ""
    title = ""
    markup_name = "portal"
    robots_delay: float | None = None
    zone = "Asia/Jakarta"
    article_urls: tuple[str, ...] = ()
    single_page: str | None = None
    encoding: str | None = None
    platform: str | None = None

    def __init__(self, address: str) -> None:
        super().__init__(self.id, address)
        self.stories = of_outlet(self.id)
        self.routes: dict[str, Callable[[Asked], Answer]] = {
            "/robots.txt": self.robots, "/": self.front, "/tentang-kami/": self.about,
        }  # fmt: skip
        self.by_path = {self.path(story): story for story in self.stories}

    def path(self, story: Story) -> str:
        """Where a story is: path and, on some sites, query."""
        return f"/berita/{story.slug}"

    def sources(self) -> dict[str, list[str]]:
        """The outlet's sources, as its TOML names them."""
        return {}

    def table(self, delay: float) -> str:
        """The outlet as an ``[[outlet]]`` table of a TOML file; ``delay`` in seconds."""
        values: dict[str, object] = {"id": self.id, "name": self.title, "domains": [self.address], **self.sources()}
        if self.article_urls:
            values["article_urls"] = list(self.article_urls)
        if self.single_page:
            values["single_page"] = self.single_page
        if self.platform:
            values |= {"platform": self.platform, "platform_url": self.base}
        values |= {"timezone": self.zone, "delay": delay}
        # Strings, lists and numbers of JSON are those of TOML too.
        return "[[outlet]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())

    def bound(self) -> None:
        """Now that the address is known, the stories have URLs."""
        for story in self.stories:
            story.url = self.base + self.path(story)

    @property
    def listed(self) -> list[Story]:
        """Stories that feeds, sitemaps and indexes name, newest first."""
        return [story for story in self.stories if story.listed]

    def answer(self, asked: Asked) -> Answer:
        route = self.routes.get(asked.path)
        if route:
            return route(asked)
        if asked.path.startswith("/private/"):
            return Answer(body=markup.listing("Arsip tertutup", [("Arsip lain", asked.path + "-lagi")]).encode())
        story, page = self.find(asked)
        return self.article(story, page) if story else tricks.missing()

    def find(self, asked: Asked) -> tuple[Story | None, int]:
        """The story asked for, and which of its pages (0: all in one)."""
        wanted = asked.arg("page", "1")
        story = self.by_path.get(asked.path)
        page = 0 if wanted == "all" else int(wanted) if wanted.isdigit() else 1
        return story, page if story and page <= len(story.pages) else 1

    # --- pages ---------------------------------------------------------------------------------------------------

    def pair(self, story: Story, around: str = "") -> markup.Link:
        """Headline and address, as the page ``around`` links to it."""
        return story.title, self.path(story)

    def view(self, story: Story, page: int = 1) -> markup.View:
        """A story with its surroundings: the next two stories are its "related", older ones the "latest"."""
        listed = self.listed or self.stories
        at = listed.index(story) if story in listed else 0
        near = [listed[(at + step) % len(listed)] for step in range(1, min(8, len(listed)))]
        hidden = [other for other in self.stories if story.slug in other.linked_from]
        related, latest = ([self.pair(s, story.key) for s in some] for some in ((hidden + near)[:2], near[2:5]))
        return markup.View(story, self.title, story.url, related, latest, page, self.foot(story), self.amp_of(story))

    def amp_of(self, story: Story) -> str | None:
        """Address of a story's AMP twin, if it has one."""
        return None

    def foot(self, story: Story) -> list[markup.Link]:
        """Links at the foot of a story's page; one of them always leads where robots.txt forbids."""
        return [("Tentang Kami", "/tentang-kami/"), ("Arsip internal", f"/private/arsip-{story.id}")]

    def article(self, story: Story, page: int = 1) -> Answer:
        """A story's page, treated as its file says."""
        text = markup.STYLES[self.markup_name](self.view(story, page))
        answer = Answer(body=text.encode(), modified=story.date, encoding=self.encoding)
        if story.answers in ("br", "gzip"):
            answer.encoding = story.answers
        elif story.answers == "windows-1252":
            declared = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
            answer.body = text.replace('<meta charset="utf-8">', declared).encode("windows-1252", "xmlcharrefreplace")
            answer.kind = "text/html"
        elif story.answers == "slow":
            answer.wait = SLOW
        elif story.answers == "flaky" and self.first_time(story.key):
            return tricks.unavailable()
        return answer

    def robots(self, _: Asked) -> Answer:
        """robots.txt: /private/ is forbidden; the sitemaps are named."""
        lines = ["User-agent: *", "Disallow: /private/"]
        if self.robots_delay:
            lines.append(f"Crawl-delay: {self.robots_delay}")
        lines += [f"Sitemap: {url}" for url in self.sources().get("sitemaps", [])]
        return Answer(body=("\n".join(lines) + "\n").encode(), kind="text/plain; charset=utf-8")

    def front(self, _: Asked) -> Answer:
        """Front page: the newest stories and a link to the index."""
        foot = '<p><a href="/tentang-kami/">Tentang Kami</a> <a href="/private/redaksi">Redaksi</a></p>'
        return Answer(body=markup.listing(self.title, [self.pair(s) for s in self.listed[:10]], foot=foot).encode())

    def about(self, _: Asked) -> Answer:
        """A page that is no article."""
        text = f"<p>{escape(self.title)} adalah media rekaan untuk pengujian. Hubungi kami lewat surel redaksi.</p>"
        return Answer(body=tricks.short("Tentang Kami", text))

    # --- sources -------------------------------------------------------------------------------------------------

    def rss(self, _: Asked, stories: list[Story] | None = None) -> Answer:
        """An RSS feed, each item with its date (unless nothing tells it)."""
        out = []
        for story in self.listed if stories is None else stories:
            when = f"<pubDate>{format_datetime(story.hint)}</pubDate>" if story.hint else ""
            out.append(
                f"<item><title>{escape(story.title)}</title><link>{escape(story.url)}</link>{when}"
                f"<category>{escape(story.section)}</category>"
                f'<guid isPermaLink="false">{escape(story.url)}</guid></item>'
            )
        head = f"<title>{escape(self.title)}</title><link>{self.base}/</link>"
        return xml(f'<rss version="2.0"><channel>{head}{"".join(out)}</channel></rss>', "application/rss+xml")

    def sitemap_index(self, paths: list[str]) -> Answer:
        """A sitemap index of sitemaps of this site."""
        rows = "".join(f"<sitemap><loc>{self.base}{path}</loc></sitemap>" for path in paths)
        return xml(f'<sitemapindex xmlns="{SITEMAP}">{rows}</sitemapindex>')

    def sitemap(self, stories: list[Story], more: tuple[str, ...] = ()) -> Answer:
        """A plain sitemap: each story with its lastmod, and further paths without."""
        rows = "".join(
            f"<url><loc>{escape(s.url)}</loc>"
            + (f"<lastmod>{s.hint.isoformat()}</lastmod>" if s.hint else "")
            + "</url>"
            for s in stories
        )
        rows += "".join(f"<url><loc>{escape(self.base + path)}</loc></url>" for path in more)
        return xml(f'<urlset xmlns="{SITEMAP}">{rows}</urlset>')

    def news_sitemap(self, stories: list[Story]) -> str:
        """A news sitemap: publication, title and date of each story."""
        rows = "".join(
            f"<url><loc>{escape(s.url)}</loc><news:news><news:publication><news:name>{escape(self.title)}</news:name><news:language>"
            f"id</news:language></news:publication><news:publication_date>{s.date.isoformat()}</news:publication_date><news:title>"
            f"{escape(s.title)}</news:title></news:news></url>"
            for s in stories
        )
        return f'{XML}<urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">{rows}</urlset>'

    def index(self, asked: Asked) -> Answer:
        """Index by page, of one day if asked for; past the end it is empty."""
        day, page = asked.arg("date"), max(1, asked.number("page"))
        stories = [s for s in self.listed if not day or s.date.date().isoformat() == day]
        shown = stories[(page - 1) * PER_PAGE : page * PER_PAGE]
        onward = f"/indeks?date={day}&page={page + 1}" if len(stories) > page * PER_PAGE else None
        return Answer(
            body=markup.listing("Indeks Berita", [self.pair(s) for s in shown], onward).encode(), encoding=self.encoding
        )

    def search(self, asked: Asked) -> Answer:
        """Site search: stories with any of the words, those with most of them first."""
        words, page = {w for w in asked.arg("q").lower().split() if len(w) > 2}, max(1, asked.number("page"))
        counted = [(sum(word in f"{s.title} {s.text}".lower() for word in words), s) for s in self.listed]
        found = [s for count, s in sorted(counted, key=lambda pair: -pair[0]) if count]
        shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        onward = None
        if len(found) > page * PER_PAGE:
            onward = f"/search?q={'+'.join(sorted(words))}&page={page + 1}"
        return Answer(body=markup.listing("Hasil pencarian", [self.pair(s) for s in shown], onward).encode())


def xml(text: str, kind: str = "application/xml") -> Answer:
    """An XML answer; the declaration is put before it."""
    return Answer(body=(XML + text).encode(), kind=f"{kind}; charset=UTF-8")
