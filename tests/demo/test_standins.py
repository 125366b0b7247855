"""The stand-ins answer as the services document themselves."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import lxml.etree
import lxml.html
import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.demo import Newsroom, Server
from crawler.demo.client import Got, get
from crawler.demo.standins import BloggerSite, Capture, CommonCrawl, Wayback, WordPressSite, posts
from crawler.outlets import read_file


def asked(base: str, path: str, **arguments: object) -> Got:
    return get(f"{base}{path}?{urlencode({name.replace('_', '-'): v for name, v in arguments.items()}, doseq=True)}")


def test_posts_are_the_same_each_time_and_one_in_ten_is_about_conflict() -> None:
    made = posts("blog")

    assert made == posts("blog")
    assert len({post.text for post in made}) == len({post.slug for post in made}) == 500
    assert sum(post.kept for post in made) == 50
    assert all(("pertempuran" in post.text.lower()) is post.kept for post in made)
    assert made[0].date > made[-1].date


class TestWordPress:
    @pytest.fixture
    def site(self) -> Iterator[WordPressSite]:
        site = WordPressSite("127.0.0.41")
        with Server([site]):
            yield site

    def posts(self, site: WordPressSite, **arguments: object) -> Got:
        names = {name: str(value) for name, value in arguments.items()}
        return get(f"{site.base}/wp-json/wp/v2/posts?{urlencode(names)}")

    def test_pages_of_posts(self, site: WordPressSite) -> None:
        found: list[str] = []
        for page in range(1, 6):
            answer = self.posts(site, per_page=100, page=page)
            assert (answer.headers["x-wp-total"], answer.headers["x-wp-totalpages"]) == ("500", "5")
            assert ('rel="next"' in answer.headers.get("link", "")) is (page < 5)
            found += [row["link"] for row in json.loads(answer.body)]
        assert found == [story.url for story in site.stories]

        past = self.posts(site, per_page=100, page=6)
        assert (past.status, json.loads(past.body)["code"]) == (400, "rest_post_invalid_page_number")
        assert json.loads(self.posts(site, per_page=101).body)["code"] == "rest_invalid_param"
        assert len(json.loads(self.posts(site).body)) == 10

    def test_search_and_window(self, site: WordPressSite) -> None:
        rows = json.loads(self.posts(site, search="pertempuran", per_page=100).body)
        assert [row["link"] for row in rows] == [story.url for story in site.stories if story.kept]

        edge = site.stories[100].date
        rows = json.loads(self.posts(site, after=f"{edge:%Y-%m-%dT%H:%M:%S}", per_page=100).body)
        assert [row["id"] for row in rows] == [story.id for story in site.stories[:100]]
        rows = json.loads(self.posts(site, before=edge.isoformat(), order="asc", per_page=100).body)
        assert rows[0]["id"] == 1
        assert self.posts(site, after="kemarin").status == 400

    def test_what_a_post_holds(self, site: WordPressSite) -> None:
        story = site.stories[0]
        (row,) = json.loads(self.posts(site, per_page=1).body)
        assert row["date"] == f"{story.date:%Y-%m-%dT%H:%M:%S}"
        assert row["date_gmt"] < row["date"]  # WIB is ahead of UTC
        assert row["title"] == {"rendered": story.title}
        paragraphs = lxml.html.fromstring(row["content"]["rendered"]).iter("p")
        assert [p.text for p in paragraphs] == story.pages[0]
        assert story.title in get(story.url).text

        (row,) = json.loads(self.posts(site, per_page=1, _fields="link,title").body)
        assert set(row) == {"link", "title"}

    def test_classic_ways_in(self, site: WordPressSite) -> None:
        conflict = {story.url for story in site.stories if story.kept}
        found = set()
        for page in range(1, 6):
            screen = asked(site.base, "/", s="pertempuran", paged=page)
            found |= {link for *_, link, _ in lxml.html.fromstring(screen.body).iterlinks()} & conflict
        assert found == conflict
        assert asked(site.base, "/", s="pertempuran", paged=6).status == 404

        feed = lxml.etree.fromstring(asked(site.base, "/feed/", paged=50).body)
        assert [e.text for e in feed.iterfind("channel/item/link")] == [story.url for story in site.stories[-10:]]
        assert asked(site.base, "/feed/", paged=51).status == 404

        maps = re.findall("<loc>(.*?)</loc>", get(f"{site.base}/wp-sitemap.xml").text)
        assert [url.rsplit("/", 1)[1] for url in maps] == [f"wp-sitemap-posts-post-{n}.xml" for n in (1, 2, 3)]
        listed = [url for page in maps for url in re.findall("<loc>(.*?)</loc>", get(page).text)]
        assert listed == [story.url for story in site.stories]

    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_api_shut(self, status: int) -> None:
        site = WordPressSite("127.0.0.41", count=20, api=status, sitemaps=False)
        with Server([site]):
            assert self.posts(site).status == status
            assert get(f"{site.base}/wp-sitemap.xml").status == 404
            assert get(f"{site.base}/feed/").status == 200


class TestBlogger:
    @pytest.fixture
    def site(self) -> Iterator[BloggerSite]:
        site = BloggerSite("127.0.0.42")
        with Server([site]):
            yield site

    def feed(self, site: BloggerSite, **arguments: object) -> dict:
        return json.loads(asked(site.base, "/feeds/posts/default", alt="json", **arguments).body)["feed"]

    def links(self, feed: dict) -> list[str]:
        return [link["href"] for entry in feed["entry"] for link in entry["link"] if link["rel"] == "alternate"]

    def test_pages_of_posts(self, site: BloggerSite) -> None:
        found: list[str] = []
        url: str | None = f"{site.base}/feeds/posts/default?alt=json&max-results=500"
        while url:
            feed = json.loads(get(url).body)["feed"]
            assert feed["openSearch$totalResults"]["$t"] == "500"
            assert len(feed["entry"]) <= 150  # whatever is asked for
            found += self.links(feed)
            url = next((link["href"] for link in feed["link"] if link["rel"] == "next"), None)
        assert found == [story.url for story in site.stories]
        assert len(self.feed(site)["entry"]) == 25
        assert "entry" not in self.feed(site, start_index=501)

    def test_query_and_window(self, site: BloggerSite) -> None:
        conflict = [story.url for story in site.stories if story.kept]
        assert self.links(self.feed(site, q="pertempuran", max_results=150)) == conflict

        low, high = site.stories[20], site.stories[10]
        feed = self.feed(site, published_min=low.date.isoformat(), published_max=high.date.isoformat())
        assert self.links(feed) == [story.url for story in site.stories[11:21]]  # from low on, before high
        assert asked(site.base, "/feeds/posts/default", published_min="kemarin").status == 400

    def test_atom_and_rss_say_the_same(self, site: BloggerSite) -> None:
        atom = lxml.etree.fromstring(asked(site.base, "/feeds/posts/default", q="pertempuran").body)
        rss = lxml.etree.fromstring(asked(site.base, "/feeds/posts/default", q="pertempuran", alt="rss").body)

        first = [story.url for story in site.stories if story.kept][:25]
        assert [e.get("href") for e in atom.iterfind("{*}entry/{*}link[@rel='alternate']")] == first
        assert [e.text for e in rss.iterfind("channel/item/link")] == first
        assert atom.findtext("{http://a9.com/-/spec/opensearchrss/1.0/}totalResults") == "50"
        assert "start-index=26" in atom.find("{*}link[@rel='next']").get("href")

    def test_sitemaps_of_a_blog_whose_feeds_are_off(self) -> None:
        site = BloggerSite("127.0.0.42", feeds=False)
        with Server([site]):
            assert get(f"{site.base}/feeds/posts/default").status == 404
            pages = re.findall("<loc>(.*?)</loc>", get(f"{site.base}/sitemap.xml").text)
            assert len(pages) == 4
            assert len([u for page in pages for u in re.findall("<loc>(.*?)</loc>", get(page).text)]) == 500


def test_platforms_as_outlets() -> None:
    with Newsroom(sites=[WordPressSite("127.0.0.41", count=1), Wayback("127.0.0.43")]) as room:
        (outlet,) = read_file(room.toml)
    assert (outlet.platform, outlet.platform_url) == ("wordpress", room.site("wordpress-stand-in").base)


PAGES = [
    Capture(
        f"http://www.kabar.example/berita/{number}",
        f"202009{day:02}120000",
        f"<p>Berita {number}</p>".encode(),
        headers={"Content-Type": "text/html; charset=UTF-8", "Server": "nginx"},
    )
    for number in range(1, 6)
    for day in (10, 20)
]
GONE = Capture("http://www.kabar.example/hilang", "20201005000000", b"", status=404)
PICTURE = Capture("http://foto.kabar.example/a.jpg", "20201001000000", b"\xff\xd8", mime="image/jpeg")
OTHER = Capture("http://lain.example/", "20200915000000", b"<p>Lain</p>")


class TestWayback:
    @pytest.fixture
    def archive(self) -> Iterator[Wayback]:
        archive = Wayback("127.0.0.43", [*PAGES, GONE, PICTURE, OTHER])
        with Server([archive]):
            yield archive

    def rows(self, archive: Wayback, **arguments: object) -> list[list[str]]:
        return json.loads(asked(archive.base, "/cdx/search/cdx", output="json", **arguments).body)

    def test_scope(self, archive: Wayback) -> None:
        assert len(self.rows(archive, url="kabar.example/berita/1")) == 1 + 2  # the first row names the fields
        assert len(self.rows(archive, url="kabar.example/berita/*")) == 1 + 10
        assert len(self.rows(archive, url="kabar.example", matchType="host")) == 1 + 11
        assert len(self.rows(archive, url="kabar.example", matchType="domain")) == 1 + 12
        assert self.rows(archive, url="nirgends.example") == []
        assert asked(archive.base, "/cdx/search/cdx").status == 400

    def test_fields_filters_window_collapse(self, archive: Wayback) -> None:
        header, *rows = self.rows(
            archive,
            url="kabar.example",
            matchType="domain",
            fl="original,timestamp",
            filter=["statuscode:200", "!mimetype:image/.*"],
            to="20200915",
        )
        assert header == ["original", "timestamp"]
        assert rows == [[page.url, page.timestamp] for page in PAGES[::2]]
        assert len(self.rows(archive, url="kabar.example/berita/*", collapse="urlkey")) == 1 + 5
        assert asked(archive.base, "/cdx/search/cdx", url="kabar.example/berita/1", filter="original:(").status == 400

    def test_resume_key(self, archive: Wayback) -> None:
        wanted = {
            "url": "kabar.example/berita/*",
            "limit": 4,
            "showResumeKey": "true",
            "fl": "urlkey,timestamp,original",
        }
        found, key = [], None
        for _ in range(3):
            table = self.rows(archive, **wanted, **({"resumeKey": key} if key else {}))
            key = table[-1][0] if table[-2] == [] else None
            found += table[1:-2] if key else table[1:]
        assert key is None
        assert [row[1:] for row in found] == [[page.timestamp, page.url] for page in PAGES]

    def test_without_urlkey_the_second_page_is_the_first_again(self, archive: Wayback) -> None:
        wanted = {"url": "kabar.example/berita/*", "limit": 4, "showResumeKey": "true", "fl": "timestamp,original"}
        first = self.rows(archive, **wanted)
        assert self.rows(archive, **wanted, resumeKey=first[-1][0])[:3] == first[:3]

    def test_resume_key_as_it_stands(self, archive: Wayback) -> None:
        first = self.rows(archive, url="kabar.example/berita/*", limit=4, showResumeKey="true")
        query = f"url=kabar.example/berita/*&output=json&limit=1&resumeKey={first[-1][0]}"
        assert json.loads(get(f"{archive.base}/cdx/search/cdx?{query}").body)[1][1:3] == [
            PAGES[4].timestamp,
            PAGES[4].url,
        ]

    def test_raw_capture(self, archive: Wayback) -> None:
        page = PAGES[0]
        answer = get(f"{archive.base}/web/{page.timestamp}id_/{page.url}")
        assert answer.body == page.body
        assert answer.headers["memento-datetime"] == "Thu, 10 Sep 2020 12:00:00 GMT"
        assert answer.headers["x-archive-orig-server"] == "nginx"
        assert f'<{page.url}>; rel="original"' in answer.headers["link"]

        near = get(f"{archive.base}/web/2020091200id_/{page.url}")
        assert (near.status, near.headers["location"]) == (302, f"/web/{page.timestamp}id_/{page.url}")
        assert get(f"{archive.base}/web/20200910120000id_/http://kabar.example/nie").status == 404


class TestCommonCrawl:
    CRAWLS = {  # noqa: RUF012
        "CC-MAIN-2020-40": ("2020-09-18T00:00:00", "2020-10-02T00:00:00"),
        "CC-MAIN-2020-34": ("2020-09-01T00:00:00", "2020-09-15T23:59:59"),
    }

    @pytest.fixture
    def archive(self) -> Iterator[CommonCrawl]:
        archive = CommonCrawl("127.0.0.44", [*PAGES, PICTURE, OTHER], self.CRAWLS, block=3)
        with Server([archive]):
            yield archive

    def lines(self, archive: CommonCrawl, crawl: str = "CC-MAIN-2020-34", **arguments: object) -> list[dict[str, str]]:
        answer = asked(archive.base, f"/{crawl}-index", output="json", **arguments)
        assert answer.status == 200
        return [json.loads(line) for line in answer.body.splitlines()]

    def test_list_of_crawls(self, archive: CommonCrawl) -> None:
        listed = json.loads(get(f"{archive.base}/collinfo.json").body)
        assert [crawl["id"] for crawl in listed] == list(self.CRAWLS)
        assert listed[0]["cdx-api"] == f"{archive.base}/CC-MAIN-2020-40-index"

    def test_index(self, archive: CommonCrawl) -> None:
        rows = self.lines(archive, url="*.kabar.example")
        assert [(row["url"], row["timestamp"]) for row in rows] == [(p.url, p.timestamp) for p in PAGES[::2]]
        assert (
            self.lines(archive, "CC-MAIN-2020-40", url="*.kabar.example", filter="~mime:image/.*")[0]["status"] == "200"
        )
        assert self.lines(archive, url="kabar.example/berita/2", fl="timestamp") == [{"timestamp": "20200910120000"}]
        none = asked(archive.base, "/CC-MAIN-2020-34-index", url="nirgends.example", output="json")
        assert (none.status, json.loads(none.body)) == (404, {"message": "No Captures found for: nirgends.example"})

    def test_pages_of_the_index(self, archive: CommonCrawl) -> None:
        numbers = self.lines(archive, url="*.kabar.example", showNumPages="true")
        assert numbers == [{"pages": 2, "pageSize": 1, "blocks": 2}]
        found = [row["url"] for page in (0, 1) for row in self.lines(archive, url="*.kabar.example", page=page)]
        assert found == [page.url for page in PAGES[::2]]
        assert asked(archive.base, "/CC-MAIN-2020-34-index", url="*.kabar.example", page=2).status == 400

    def test_one_record_of_the_archive_file(self, archive: CommonCrawl) -> None:
        row = self.lines(archive, url="kabar.example/berita/3")[0]
        start, length = int(row["offset"]), int(row["length"])
        answer = get(f"{archive.base}/{quote(row['filename'])}", range=f"bytes={start}-{start + length - 1}")

        assert answer.status == 206
        assert answer.headers["content-range"].startswith(f"bytes {start}-{start + length - 1}/")
        record = next(ArchiveIterator(io.BytesIO(answer.body)))
        assert record.rec_headers.get_header("WARC-Target-URI") == "http://www.kabar.example/berita/3"
        assert record.rec_headers.get_header("WARC-Date") == "2020-09-10T12:00:00Z"
        assert record.content_stream().read() == b"<p>Berita 3</p>"
        assert get(f"{archive.base}/{row['filename']}", range="bytes=99999999-").status == 416
