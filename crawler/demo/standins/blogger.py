"""A Blogger site: its posts feed in JSON, Atom and RSS (as developers.google.com/blogger says), and its sitemaps."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from html import escape
from math import ceil
from urllib.parse import urlencode

from crawler.demo import markup, tricks
from crawler.demo.newssite import NewsSite, xml
from crawler.demo.server import EPOCH, Answer, Asked
from crawler.demo.standins.posts import matches, posts
from crawler.demo.stories import Story

FEED = "/feeds/posts/default"
FEEDS = (FEED, "/feeds/posts/summary", "/atom.xml")
MIN_MAX = ("published-min", "published-max")
MOST = 150  # posts that one answer holds, whatever is asked for
USUAL = 25
SCHEME = "http://www.blogger.com/atom/ns#"


class Blogger(NewsSite):
    """A blog behind Blogger."""

    markup_name = "blogger"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes["/sitemap.xml"] = self.blog_sitemap
        self.routes |= dict.fromkeys(FEEDS, self.feed)

    def path(self, story: Story) -> str:
        return f"/{story.date:%Y/%m}/{story.slug}.html"

    def robots(self, _: Asked) -> Answer:
        """As Blogger makes it."""
        text = "User-agent: Mediapartners-Google\nDisallow:\n\nUser-agent: *\nDisallow: /search\n"
        text += "Disallow: /private/\nAllow: /\n\n"
        text += f"Sitemap: {self.base}/sitemap.xml\n"
        return Answer(body=text.encode(), kind="text/plain; charset=utf-8")

    def feed(self, asked: Asked) -> Answer:
        """``alt``, ``q``, ``published-min`` (included), ``published-max`` (not), ``start-index``, ``max-results``."""
        try:
            edges = [datetime.fromisoformat(asked.arg(name)) if asked.arg(name) else None for name in MIN_MAX]
            edges = [edge if edge is None or edge.tzinfo else edge.replace(tzinfo=EPOCH.tzinfo) for edge in edges]
        except ValueError:
            return Answer(400, b"Invalid value for parameter", "text/plain")
        low, high = edges
        found = [
            story
            for story in self.listed
            if matches(story, asked.arg("q")) and (not low or story.date >= low) and (not high or story.date < high)
        ]
        start, size = max(1, asked.number("start-index")), min(MOST, asked.number("max-results", USUAL))
        shown = found[start - 1 : start - 1 + size]
        following = None
        if start - 1 + size < len(found) and size:
            kept = {name: asked.arg(name) for name in ("alt", "q", *MIN_MAX) if asked.arg(name)}
            following = f"{self.base}{FEED}?{urlencode({**kept, 'start-index': start + size, 'max-results': size})}"
        numbers = {"totalResults": len(found), "startIndex": start, "itemsPerPage": size}
        kind = asked.arg("alt", "atom")
        return {"json": self.as_json, "rss": self.as_rss}.get(kind, self.as_atom)(shown, numbers, following)

    def body(self, story: Story) -> str:
        """A post's text as the feed holds it."""
        return "<br /><br />".join(markup.inline(paragraph) for page in story.pages for paragraph in page)

    def links(self, following: str | None) -> list[dict[str, str]]:
        """Links of the feed itself."""
        links = [
            {"rel": "self", "type": "application/atom+xml", "href": f"{self.base}{FEED}"},
            {"rel": "alternate", "type": "text/html", "href": f"{self.base}/"},
        ]
        return [*links, {"rel": "next", "type": "application/atom+xml", "href": following}] if following else links

    def as_json(self, stories: list[Story], numbers: dict[str, int], following: str | None) -> Answer:
        """JSON as made from the Atom feed: text under ``$t``; without posts there is no ``entry`` at all."""
        feed: dict[str, object] = {
            "xmlns": "http://www.w3.org/2005/Atom",
            "xmlns$openSearch": "http://a9.com/-/spec/opensearchrss/1.0/",
            "id": {"$t": f"tag:blogger.com,1999:blog-{self.id}"},
            "updated": {"$t": EPOCH.isoformat()},
            "title": {"type": "text", "$t": self.title},
            "link": self.links(following),
            "generator": {"version": "7.00", "uri": "https://www.blogger.com", "$t": "Blogger"},
        }
        feed |= {f"openSearch${name}": {"$t": str(number)} for name, number in numbers.items()}
        entries = [
            {
                "id": {"$t": f"tag:blogger.com,1999:blog-{self.id}.post-{story.id}"},
                **{name: {"$t": when} for name, when in times(story).items()},
                "category": [{"scheme": SCHEME, "term": story.section}],
                "title": {"type": "text", "$t": story.title},
                "content": {"type": "html", "$t": self.body(story)},
                "link": [
                    {"rel": "replies", "type": "text/html", "href": f"{story.url}#comment-form", "title": "0 Komentar"},
                    {
                        "rel": "edit",
                        "type": "application/atom+xml",
                        "href": f"https://www.blogger.com/feeds/{story.id}",
                    },
                    {"rel": "alternate", "type": "text/html", "href": story.url, "title": story.title},
                ],
                "author": [{"name": {"$t": "Admin"}}],
            }
            for story in stories
        ]
        if entries:
            feed["entry"] = entries
        body = json.dumps({"version": "1.0", "encoding": "UTF-8", "feed": feed}, ensure_ascii=False).encode()
        return Answer(body=body, kind="application/json; charset=UTF-8")

    def as_atom(self, stories: list[Story], numbers: dict[str, int], following: str | None) -> Answer:
        """The Atom feed."""
        head = "".join(f"<openSearch:{name}>{number}</openSearch:{name}>" for name, number in numbers.items())
        head += "".join(
            f'<link rel="{link["rel"]}" type="{link["type"]}" href="{escape(link["href"])}"/>'
            for link in self.links(following)
        )
        entries = "".join(
            f"<entry><id>tag:blogger.com,1999:blog-{self.id}.post-{story.id}</id>"
            f"{''.join(f'<{name}>{when}</{name}>' for name, when in times(story).items())}"
            f'<category scheme="{SCHEME}" term="{story.section}"/><title type="text">{escape(story.title)}</title>'
            f'<content type="html">{escape(self.body(story))}</content>'
            f'<link rel="alternate" type="text/html" href="{story.url}" title="{escape(story.title)}"/>'
            "<author><name>Admin</name></author></entry>"
            for story in stories
        )
        spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:openSearch="http://a9.com/-/spec/opensearchrss/1.0/"'
        title = f"<id>tag:blogger.com,1999:blog-{self.id}</id><title>{self.title}</title>"
        title += f"<updated>{EPOCH.isoformat()}</updated>"
        return xml(f"<feed {spaces}>{title}{head}{entries}</feed>", "application/atom+xml")

    def as_rss(self, stories: list[Story], numbers: dict[str, int], following: str | None) -> Answer:
        """The RSS feed."""
        head = "".join(f"<openSearch:{name}>{number}</openSearch:{name}>" for name, number in numbers.items())
        head += f'<atom:link rel="next" href="{escape(following)}"/>' if following else ""
        items = "".join(
            f'<item><guid isPermaLink="false">tag:blogger.com,1999:blog-{self.id}.post-{story.id}</guid>'
            f"<pubDate>{format_datetime(story.date)}</pubDate><title>{escape(story.title)}</title>"
            f"<description>{escape(self.body(story))}</description><link>{story.url}</link></item>"
            for story in stories
        )
        spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:openSearch="http://a9.com/-/spec/opensearchrss/1.0/"'
        channel = f"<title>{self.title}</title><link>{self.base}/</link>{head}{items}"
        return xml(f'<rss version="2.0" {spaces}><channel>{channel}</channel></rss>', "application/rss+xml")

    def blog_sitemap(self, asked: Asked) -> Answer:
        """An index of pages of 150 posts each, or one such page."""
        pages = ceil(len(self.listed) / MOST)
        if not asked.arg("page"):
            return self.sitemap_index([f"/sitemap.xml?page={number}" for number in range(1, pages + 1)])
        number = asked.number("page", 0)
        stories = self.listed[(number - 1) * MOST : number * MOST] if number else []
        return self.sitemap(stories) if stories else tricks.missing()


def times(story: Story) -> dict[str, str]:
    """When a post was published and changed, where the blog tells it."""
    when = story.hint.isoformat(timespec="milliseconds") if story.hint else None
    return {"published": when, "updated": when} if when else {}


class BloggerSite(Blogger):
    """So many generated posts behind Blogger; ``feeds`` False is a blog whose owner has switched its feeds off."""

    platform = "blogger"

    def __init__(self, address: str, *, count: int = 500, name: str = "blogger-stand-in", feeds: bool = True) -> None:
        self.id, self.title = name, "Blog Rekaan"
        super().__init__(address)
        self.stories = posts(name, count, seed=2)
        self.by_path = {self.path(story): story for story in self.stories}
        if not feeds:
            self.routes = {path: route for path, route in self.routes.items() if path not in FEEDS}
