"""The newsroom itself: each source leads to its stories, and each trick answers as said."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import brotli
import lxml.etree
import lxml.html
import pytest

from crawler.demo import Newsroom
from crawler.demo.client import get
from crawler.demo.outlets import SuaraHulu
from crawler.demo.seeds import SEEDS
from crawler.demo.server import current
from crawler.demo.stories import Story
from crawler.demo.tricks import BIG
from crawler.outlets import read_file

ROOT = Path(__file__).parents[2]


def links(body: bytes, base: str) -> list[str]:
    """Every link of a page, absolute."""
    page = lxml.html.fromstring(body)
    page.make_links_absolute(base)
    return [link for element, _, link, _ in page.iterlinks() if element.tag == "a"]


def locations(body: bytes) -> list[str]:
    return [str(element.text) for element in lxml.etree.fromstring(body).iter("{*}loc")]


def own(room: Newsroom) -> list[Story]:
    """The stories of our own writing: all but the seeds."""
    return [story for story in room.articles if not story.outlet.startswith("demo-")]


def folded(text: str) -> str:
    return " ".join(text.split())


def test_articles_hold_what_the_demo_needs(newsroom: Newsroom) -> None:
    stories = own(newsroom)
    kinds = Counter(story.kind for story in stories)

    assert len(stories) >= 30
    assert len({story.outlet for story in stories}) >= 4
    assert kinds["conflict"] >= 15
    assert kinds["hard_negative"] >= 8
    assert kinds["plain"] >= 8
    assert kinds["malay"] == kinds["english"] == 1
    assert {story.copy_kind for story in stories} == {None, "exact", "near", "rewritten"}
    assert all(150 <= len(story.text.split()) <= 500 for story in stories)


def test_copies_repeat_what_they_say(newsroom: Newsroom) -> None:
    copies = {story.copy_kind: (story, newsroom.story(story.copy_of)) for story in newsroom.articles if story.copy_of}

    exact, original = copies["exact"]
    assert exact.text == original.text
    near, original = copies["near"]
    assert set(near.text.split("\n\n")) & set(original.text.split("\n\n"))
    rewritten, original = copies["rewritten"]
    assert not set(rewritten.text.split("\n\n")) & set(original.text.split("\n\n"))
    assert all(copy.date > original.date and copy.outlet != original.outlet for copy, original in copies.values())


def test_toml_is_one_that_the_crawl_accepts(newsroom: Newsroom) -> None:
    outlets = {outlet.id: outlet for outlet in read_file(newsroom.toml)}

    assert list(outlets) == newsroom.outlets
    assert outlets["lintas-nusa"].single_page == "page=all"
    assert all(re.search(outlets["kabar-senja"].article_urls[0], path) for path in newsroom.site("kabar-senja").by_path)


def test_each_page_holds_its_story_whole(newsroom: Newsroom) -> None:
    for story in own(newsroom):
        if story.answers in ("windows-1252", "slow", "flaky"):
            continue
        whole = "?page=all" if len(story.pages) > 1 else ""
        shown = folded(lxml.html.fromstring(get(story.url + whole).text).text_content())
        assert all(paragraph in shown for paragraph in story.text.split("\n\n")), story.key
        assert story.title in shown


def test_pages_say_no_more_of_their_date_than_their_story_wants(newsroom: Newsroom) -> None:
    dateless = next(story for story in own(newsroom) if story.dateless)
    page = get(dateless.url).text
    assert str(dateless.date.year) not in re.sub(r"20(08|24)", "", page)
    assert dateless.published is None

    dated = newsroom.story("lintas-nusa/dua-malam-serangan-di-gaza-rumah-sakit-kehabisan-bahan-bakar")
    page = get(dated.url).text
    assert '"datePublished": "2023-11-13T19:05:00+07:00"' in page
    assert "Senin, 13 November 2023 19:05 WIB" in page
    assert '<meta property="article:published_time" content="2023-11-13T19:05:00+07:00">' in page


def test_two_page_article(newsroom: Newsroom) -> None:
    story = newsroom.story("lintas-nusa/dua-malam-serangan-di-gaza-rumah-sakit-kehabisan-bahan-bakar")
    first, second = story.pages

    page = get(story.url).text
    assert first[0] in page
    assert second[0] not in page
    assert f"{story.url}?page=2" in links(page.encode(), story.url)
    page = get(f"{story.url}?page=2").text
    assert first[0] not in page
    assert second[-1] in page
    assert story.url.replace("/berita/", "/amp/") in get(story.url).text
    assert f'<link rel="canonical" href="{story.url}">' in get(story.url.replace("/berita/", "/amp/")).text


def test_ways_in_lead_to_every_story_that_is_listed(newsroom: Newsroom) -> None:
    kabar, lintas, warta, pena, jejak, hulu = (
        newsroom.site(name)
        for name in ("kabar-senja", "lintas-nusa", "warta-selat", "pena-pesisir", "jejak-timur", "suara-hulu")
    )

    def urls(site):
        return {story.url for story in site.listed}

    index = locations(get(f"{kabar.base}/sitemap_index.xml").body)
    assert set(locations(get(index[0]).body)) == urls(kabar)
    feed = get(f"{kabar.base}/feed/").text
    assert f"{kabar.listed[0].url}?utm_source=rss&amp;utm_medium=rss" in feed

    plain, news = locations(get(f"{lintas.base}/sitemap.xml").body)
    packed = get(news)
    assert packed.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in packed.headers
    assert set(locations(get(plain).body)) | set(locations(gzip.decompress(packed.body))) == urls(lintas)

    found: list[str] = []
    page: str | None = f"{warta.base}/indeks?page=1"
    while page:
        body = get(page).body
        found += [link for link in links(body, warta.base) if "/read/" in link]
        page = next((link for link in links(body, warta.base) if "/indeks" in link), None)
    assert set(found) == urls(warta)

    entries = lxml.etree.fromstring(get(f"{pena.base}/atom.xml").body)
    assert {e.get("href") for e in entries.iterfind("{*}entry/{*}link[@rel='alternate']")} == urls(pena)

    shown = [link for link in links(get(f"{jejak.base}/indeks").body, jejak.base) if "artikel.php" in link]
    assert {story.id for story in jejak.listed} <= {int(re.search(r"[?&]id=(\d+)", link)[1]) for link in shown}

    assert set(re.findall(r"<link>(\S+/news/\S+)</link>", get(f"{hulu.base}/rss").text)) == urls(hulu)


def test_story_that_only_a_box_leads_to(newsroom: Newsroom) -> None:
    hidden = newsroom.story("kabar-senja/gencatan-senjata-hudaida-kembali-dilanggar")
    leading = newsroom.story(f"kabar-senja/{hidden.linked_from[0]}")

    assert hidden.url not in get(f"{newsroom.site('kabar-senja').base}/post-sitemap.xml").text
    assert hidden.url in links(get(leading.url).body, leading.url)
    assert get(hidden.url).status == 200


def test_seeds_are_served_as_they_lie_there_and_nothing_else_tells_their_day(newsroom: Newsroom) -> None:
    seeds = [story for story in newsroom.articles if story.outlet.startswith("demo-")]

    assert [str(story.published) for story in seeds] == ["2020-11-09", "2020-09-30", "2020-11-09", "None", "2023-09-19"]
    assert {story.kept for story in seeds} == {True}
    for story in seeds:
        assert get(story.url).body == (SEEDS / "pages" / f"{story.slug}.html").read_bytes()
        site = newsroom.site(story.outlet)
        (way,) = (url.format(page=1) for urls in site.sources().values() for url in urls)
        listed = get(way).text
        assert story.url.removeprefix(site.base) in listed
        assert not re.search("pubDate|<published>|lastmod", listed)


def test_index_by_day(newsroom: Newsroom) -> None:
    base = newsroom.site("lintas-nusa").base
    story = newsroom.story("lintas-nusa/serangan-drone-hantam-kilang-minyak-di-rusia")

    assert [u for u in links(get(f"{base}/indeks?date=2024-03-13&page=1").body, base) if "/berita/" in u] == [story.url]
    assert "Tidak ada berita" in get(f"{base}/indeks?date=2024-03-13&page=2").text
    assert "Tidak ada berita" in get(f"{base}/indeks?date=2024-03-14&page=1").text


def test_index_that_repeats_page_one_and_changes_its_session_ids(newsroom: Newsroom) -> None:
    base = newsroom.site("jejak-timur").base
    one, nine = (links(get(f"{base}/indeks?page={n}").body, base) for n in (1, 9))

    assert one[-1] == f"{base}/indeks?page=2"
    assert nine[-1] == f"{base}/indeks?page=10"
    sessions = re.compile(r"&PHPSESSID=[0-9a-f]{26}|;jsessionid=[0-9A-F]{26}")
    assert [sessions.sub("", link) for link in one[:-1]] == [sessions.sub("", link) for link in nine[:-1]]
    assert one[0] != nine[0]
    assert get(one[0]).body == get(nine[0]).body  # a session id changes nothing


def test_search(newsroom: Newsroom) -> None:
    base = newsroom.site("warta-selat").base

    first = links(get(f"{base}/search?q=Hama&page=1").body, base)[0]
    assert first == newsroom.story("warta-selat/pasukan-oposisi-masuki-hama-tentara-suriah-mundur").url
    assert "Tidak ada berita" in get(f"{base}/search?q=zzzz&page=1").text


def test_robots(newsroom: Newsroom) -> None:
    said = {name: get(f"{newsroom.site(name).base}/robots.txt").text for name in newsroom.outlets}

    assert all("Disallow: /private/\n" in text for text in said.values())
    assert "Crawl-delay: 0.2\n" in said["lintas-nusa"]
    assert "Sitemap: " in said["kabar-senja"]
    story = newsroom.site("kabar-senja").listed[0]
    assert any("/private/" in link for link in links(get(story.url).body, story.url))  # the bait


def test_redirects_and_errors(newsroom: Newsroom) -> None:
    site, tricks = newsroom.site("jejak-timur"), newsroom.tricks

    moved = get(tricks["moved"])
    assert (moved.status, moved.headers["location"]) == (301, site.listed[-1].url)
    assert get(tricks["leaves"]).headers["location"].startswith("http://127.0.0.30:")
    ring = get(site.base + get(tricks["loop"]).headers["location"])
    assert site.base + ring.headers["location"] == tricks["loop"]
    assert [get(tricks[name]).status for name in ("missing", "gone")] == [404, 410]


def test_pages_that_are_not_what_their_status_says(newsroom: Newsroom) -> None:
    said = {name: get(newsroom.tricks[name]) for name in ("soft_404", "blocked", "challenge", "script", "pdf", "noise")}

    assert {answer.status for answer in said.values()} == {200}
    assert {answer.headers["content-type"] for answer in said.values()} == {"text/html; charset=utf-8"}
    assert "Halaman tidak ditemukan" in said["soft_404"].text
    assert "cf-error-details" in said["blocked"].text
    assert "AwsWafIntegration" in said["challenge"].text
    assert "enable JavaScript" in said["script"].text
    assert said["pdf"].body.startswith(b"%PDF-")
    with pytest.raises(UnicodeDecodeError):
        said["noise"].body.decode()


def test_page_of_twenty_megabytes(newsroom: Newsroom) -> None:
    assert BIG == 20 * 2**20
    big = get(newsroom.tricks["big"], most=1000)
    assert big.headers["content-length"] == str(BIG)
    assert big.body.startswith(b"<!DOCTYPE html>")


def test_unavailable_once_then_there(newsroom: Newsroom) -> None:
    story = next(story for story in newsroom.articles if story.answers == "flaky")

    first, second = get(story.url), get(story.url)
    assert (first.status, first.headers["retry-after"]) == (503, "1")
    assert second.status == 200
    assert story.title in second.text


def test_slow_page(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.demo.newssite.SLOW", 0.05)
    story = next(story for story in newsroom.articles if story.answers == "slow")
    assert newsroom.site(story.outlet).article(story).wait == 0.05
    assert get(story.url).status == 200


def test_encodings(newsroom: Newsroom) -> None:
    story = next(story for story in newsroom.articles if story.answers == "br")
    answer = get(story.url, accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "br"
    assert story.title in brotli.decompress(answer.body).decode()
    assert "content-encoding" not in get(story.url).headers

    story = next(story for story in newsroom.articles if story.answers == "gzip")
    assert story.title in gzip.decompress(get(story.url, accept_encoding="gzip").body).decode()


def test_windows_1252_is_declared_in_the_page_only(newsroom: Newsroom) -> None:
    story = next(story for story in newsroom.articles if story.answers == "windows-1252")
    answer = get(story.url)

    assert answer.headers["content-type"] == "text/html"
    assert b"charset=windows-1252" in answer.body
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()
    assert "“Médecins sans Frontières”" in answer.body.decode("windows-1252")


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("kabar-senja", "/feed/"),
        ("kabar-senja", "/sitemap_index.xml"),
        ("kabar-senja", "/robots.txt"),
        ("lintas-nusa", "/sitemap-news.xml.gz"),
        ("warta-selat", "/indeks?page=1"),
        ("pena-pesisir", "/atom.xml"),
        ("lintas-nusa", "/berita/d-7001471/ihsg-ditutup-menguat-saham-perbankan-jadi-penopang"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(newsroom: Newsroom, outlet: str, path: str) -> None:
    url = newsroom.site(outlet).base + path
    first = get(url)
    etag, modified = first.headers["etag"], first.headers["last-modified"]

    again = get(url, if_none_match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert get(url, if_modified_since=modified).status == 304
    assert get(url, if_none_match='"another"').status == 200
    assert get(url, if_none_match='"another"', if_modified_since=modified).status == 200


@pytest.mark.parametrize(
    ("headers", "is_current"),
    [
        ({}, False),
        ({"if-none-match": '"a", W/"b"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"c"'}, False),
        ({"if-modified-since": "Fri, 29 Mar 2024 03:00:00 GMT"}, True),
        ({"if-modified-since": "Fri, 29 Mar 2024 02:59:59 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
    ],
)
def test_validators(headers: dict[str, str], is_current: bool) -> None:
    from crawler.demo.server import EPOCH

    assert current('"b"', EPOCH, headers) is is_current


def test_each_start_says_the_same() -> None:
    def validators(port: int) -> tuple[int, list[str]]:
        with Newsroom(port) as room:
            urls = [story.url for story in room.articles if story.answers not in ("slow", "flaky")]
            return room.port, [get(url).headers["etag"] for url in urls]

    port, first = validators(0)
    assert validators(port) == (port, first)


def test_log(newsroom: Newsroom) -> None:
    site = newsroom.site("kabar-senja")
    get(f"{site.base}/robots.txt", user_agent="tester", if_none_match='"x"')
    get(f"{site.base}/private/arsip-1")

    first, second = newsroom.log
    assert (first.site, first.host, first.path, first.status) == ("kabar-senja", "127.0.0.11", "/robots.txt", 200)
    assert (first.agent, first.if_none_match, first.conditional) == ("tester", '"x"', True)
    assert second.monotonic >= first.monotonic
    assert newsroom.requests("kabar-senja", "/private/arsip-1") == [second]


def test_other_sites_instead() -> None:
    with Newsroom(sites=[SuaraHulu("127.0.0.21")]) as room:
        assert [outlet.id for outlet in read_file(room.toml)] == ["suara-hulu"]
    assert not room.toml.exists()


def test_process_ends_with_its_standard_input(tmp_path: Path) -> None:
    toml, log = tmp_path / "outlets.toml", tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "crawler.demo", "--port", "0", "--toml", str(toml), "--log", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        ready = json.loads(process.stdout.readline())
        assert ready["toml"] == str(toml)
        outlets = read_file(toml)
        assert get(f"http://{outlets[0].domains[0]}:{ready['port']}/robots.txt").status == 200
        process.stdin.close()
        assert process.wait(10) == 0
    assert [json.loads(line)["path"] for line in log.read_text().splitlines()] == ["/robots.txt"]


def test_process_says_when_its_port_is_taken(newsroom: Newsroom) -> None:
    command = [sys.executable, "-m", "crawler.demo", "--port", str(newsroom.port)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert f"port {newsroom.port}" in done.stderr
