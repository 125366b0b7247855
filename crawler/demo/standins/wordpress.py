"""A WordPress site: its REST API, search, paged feed and sitemaps, as developer.wordpress.org documents them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from math import ceil
from urllib.parse import quote_plus, urlencode

from crawler.demo import markup, tricks
from crawler.demo.newssite import NewsSite, xml
from crawler.demo.server import Answer, Asked
from crawler.demo.standins.posts import matches, posts
from crawler.demo.stories import Story

API = "/wp-json/wp/v2/posts"


class WordPress(NewsSite):
    """A site behind WordPress. ``api`` is what the REST API answers with: 200, or 401, 403, 404 when shut."""

    markup_name = "wordpress"
    api = 200
    per_sitemap = 2000
    per_screen = 10  # posts on a page of search results and in a page of the feed
    feed_mark = ""  # put behind the links of the feed; ``{slug}`` stands for the post's

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.routes |= {API: self.rest, "/wp-json/": self.rest_root, "/wp-sitemap.xml": self.sitemaps}

    def path(self, story: Story) -> str:
        return f"/{story.date:%Y/%m/%d}/{story.slug}/"

    def robots(self, _: Asked) -> Answer:
        """As WordPress makes it."""
        text = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /private/\n\n"
        text += f"Sitemap: {self.base}/wp-sitemap.xml\n"
        return Answer(body=text.encode(), kind="text/plain; charset=utf-8")

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/" and asked.arg("rest_route") == "/wp/v2/posts":
            return self.rest(asked)
        if asked.arg("feed") or asked.path == "/feed/":
            return self.feed(asked)
        if asked.arg("s") and (asked.path == "/" or asked.path.startswith("/page/")):
            return self.screen(asked)
        if asked.path.startswith("/wp-sitemap-posts-post-") and "/wp-sitemap.xml" in self.routes:
            return self.post_sitemap(asked)
        return super().answer(asked)

    # --- the REST API --------------------------------------------------------------------------------------------

    def rest_root(self, _: Asked) -> Answer:
        """The API's index, in short."""
        return (
            _json({"name": self.title, "url": self.base, "namespaces": ["wp/v2"]}) if self.api == 200 else self.shut()
        )

    def shut(self) -> Answer:
        """As security plugins shut the API (401, 403), or as if it had never been there (404)."""
        if self.api == 404:
            return tricks.missing()
        return _error(self.api, "rest_forbidden", "Sorry, you are not allowed to do that.")

    def rest(self, asked: Asked) -> Answer:
        """Posts: ``search``, ``after``, ``before``, ``per_page`` (1 to 100), ``page``, ``order``, ``_fields``."""
        if self.api != 200:
            return self.shut()
        per_page, page = asked.arg("per_page", "10"), asked.arg("page", "1")
        if not per_page.isdigit() or not 1 <= int(per_page) <= 100:
            return _invalid("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
        if not page.isdigit() or int(page) < 1:
            return _invalid("page", "page must be greater than or equal to 1")
        found = [story for story in self.listed if matches(story, asked.arg("search"))]
        for name in ("after", "before"):
            if asked.arg(name):
                try:
                    edge = self.moment(asked.arg(name))
                except ValueError:
                    return _invalid(name, "Invalid date.")
                found = [story for story in found if (story.date > edge if name == "after" else story.date < edge)]
        if asked.arg("order") == "asc":
            found.reverse()
        total, pages = len(found), ceil(len(found) / int(per_page))
        if int(page) > max(1, pages):
            text = "The page number requested is larger than the number of pages available."
            return _error(400, "rest_post_invalid_page_number", text)
        start = (int(page) - 1) * int(per_page)
        rows = [self.row(story, asked.arg("_fields")) for story in found[start : start + int(per_page)]]
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages), "Allow": "GET"}
        if int(page) < pages:
            asked_again = {"search": asked.arg("search"), "per_page": per_page, "page": str(int(page) + 1)}
            headers["Link"] = f'<{self.base}{API}?{urlencode(asked_again)}>; rel="next"'
        return _json(rows, headers=headers)

    def moment(self, value: str) -> datetime:
        """A time as the API reads it: in the site's zone unless it says otherwise. Raises ``ValueError``."""
        when = datetime.fromisoformat(value)
        return when if when.tzinfo else when.replace(tzinfo=self.stories[0].date.tzinfo)

    def row(self, story: Story, fields: str) -> dict[str, object]:
        """One post as the API gives it, or only the fields asked for."""
        utc = story.date.astimezone(UTC)
        title = escape(story.title, quote=False).replace(" - ", " &#8211; ")
        body = "".join(f"\n<p>{markup.inline(paragraph)}</p>\n" for page in story.pages for paragraph in page)
        local, universal = f"{story.date:%Y-%m-%dT%H:%M:%S}", f"{utc:%Y-%m-%dT%H:%M:%S}"
        row: dict[str, object] = {
            "id": story.id,
            "date": local,
            "date_gmt": universal,
            "guid": {"rendered": f"{self.base}/?p={story.id}"},
            "modified": local,
            "modified_gmt": universal,
            "slug": story.slug,
            "status": "publish",
            "type": "post",
            "link": story.url,
            "title": {"rendered": title},
            "content": {"rendered": body, "protected": False},
            "excerpt": {"rendered": f"<p>{story.pages[0][0]}</p>\n", "protected": False},
            "author": 1,
            "featured_media": 0,
            "comment_status": "open",
            "sticky": False,
            "format": "standard",
            "categories": [1],
            "tags": [],
        }
        if story.hint is None:
            row |= dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"))
        wanted = {field.split(".")[0].strip() for field in fields.split(",")} if fields else set(row)
        return {name: value for name, value in row.items() if name in wanted}

    # --- the classic sources -------------------------------------------------------------------------------------

    def found(self, asked: Asked) -> tuple[list[Story], int, int]:
        """Posts of a page of search results or of the feed, the page's number, and how many pages there are."""
        under = asked.path.removeprefix("/page/").strip("/")
        number = int(under) if under.isdigit() else max(1, asked.number("paged"))
        found = [story for story in self.listed if matches(story, asked.arg("s"))]
        return (
            found[(number - 1) * self.per_screen : number * self.per_screen],
            number,
            ceil(len(found) / self.per_screen),
        )

    def screen(self, asked: Asked) -> Answer:
        """Search results for people; past the end it is a 404."""
        stories, number, pages = self.found(asked)
        if not stories and number > 1:
            return tricks.missing()
        onward = f"{self.base}/page/{number + 1}/?s={quote_plus(asked.arg('s'))}" if number < pages else None
        title = f"Hasil pencarian untuk: {asked.arg('s')}"
        return Answer(body=markup.listing(title, [(s.title, s.url) for s in stories], onward).encode())

    def feed(self, asked: Asked) -> Answer:
        """The feed, ten posts a page, of a search if asked for; past the end it is a 404."""
        stories, number, _ = self.found(asked)
        if not stories and number > 1:
            return tricks.missing()
        items = "".join(self.item(story) for story in stories)
        spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        head = (
            f"<title>{self.title}</title><link>{self.base}</link><generator>https://wordpress.org/?v=6.4.3</generator>"
        )
        return xml(f'<rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>', "application/rss+xml")

    def item(self, story: Story) -> str:
        """A post in the feed."""
        when = f"<pubDate>{format_datetime(story.hint)}</pubDate>" if story.hint else ""
        return (
            f"<item><title>{escape(story.title)}</title><link>{escape(self.marked(story))}</link>{when}"
            f"<dc:creator><![CDATA[Admin]]></dc:creator><category><![CDATA[{story.section}]]></category>"
            f'<guid isPermaLink="false">{self.base}/?p={story.id}</guid>'
            f"<description><![CDATA[<p>{story.pages[0][0]}</p>]]></description></item>"
        )

    def marked(self, story: Story) -> str:
        """A post's address as the feed links to it."""
        return story.url + self.feed_mark.format(slug=story.slug)

    def sitemaps(self, _: Asked) -> Answer:
        """The sitemap index that WordPress has since 5.5."""
        count = ceil(len(self.listed) / self.per_sitemap)
        paths = [f"/wp-sitemap-posts-post-{number}.xml" for number in range(1, count + 1)]
        return self.sitemap_index(paths)

    def post_sitemap(self, asked: Asked) -> Answer:
        """One of the sitemaps; past the last it is a 404."""
        number = asked.path.removeprefix("/wp-sitemap-posts-post-").removesuffix(".xml")
        start = (int(number) - 1) * self.per_sitemap if number.isdigit() and int(number) else len(self.listed)
        stories = self.listed[start : start + self.per_sitemap]
        return self.sitemap(stories) if stories else tricks.missing()


class WordPressSite(WordPress):
    """So many generated posts behind WordPress; ``sitemaps`` False takes away the sitemap.

    A sitemap of WordPress holds 2,000 addresses; 200 here, so that a site of 500 posts has several.
    """

    platform = "wordpress"
    per_sitemap = 200

    def __init__(
        self,
        address: str,
        *,
        count: int = 500,
        name: str = "wordpress-stand-in",
        api: int = 200,
        sitemaps: bool = True,
    ) -> None:
        self.id, self.title, self.api = name, "Harian Rekaan", api
        super().__init__(address)
        self.stories = posts(name, count)
        self.by_path = {self.path(story): story for story in self.stories}
        if not sitemaps:
            del self.routes["/wp-sitemap.xml"]


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=True).encode()
    return Answer(status, body, "application/json; charset=UTF-8", headers or {}, modified=None)


def _error(status: int, code: str, message: str) -> Answer:
    return _json({"code": code, "message": message, "data": {"status": status}}, status)


def _invalid(name: str, why: str) -> Answer:
    params = {"status": 400, "params": {name: why}}
    return _json({"code": "rest_invalid_param", "message": f"Invalid parameter(s): {name}", "data": params}, 400)
