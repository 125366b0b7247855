"""What a page for people says about its site: feeds, search form, indexes, its name, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, unquote, urlencode, urlsplit

from lxml.html import HtmlElement

from crawler import urls
from crawler.discovery import Page, links
from crawler.outlets import Outlet

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_PATH = re.compile(r"/(?:rss|feed)(?:\.xml|/)?$|\.rss$|/atom\.xml$")
# What links to a feed are called.
_FEED_NAMES = re.compile(r"(?:rss|atom|xml|umpan)(?: (?:rss|feed|berita|news|2\.0))?|(?:news |berita )?feed")
_COMMENTS = re.compile(r"comments?|komentar|replies", re.IGNORECASE)
_SEARCHED = frozenset(("q", "s", "query", "keyword", "keywords", "cari", "search", "key", "kata"))
_INDEX = re.compile(
    r"(?:^|[/.?&=-])(?:indeks|index-?berita|index-?news|arsip|archives?|kanal|terbaru|terkini)(?=[/.?&=-]|$)",
    re.IGNORECASE,
)
# A day in an address, as sites write it; the strftime codes it becomes in a template.
_DAYS = (
    (re.compile(r"(?<!\d)(20\d\d)/(\d\d)/(\d\d)(?!\d)"), "%Y/%m/%d", (1, 2, 3)),
    (re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)"), "%Y-%m-%d", (1, 2, 3)),
    (re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"), "%Y%m%d", (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d\d)-(\d\d)-(20\d\d)(?!\d)"), "%d-%m-%Y", (3, 2, 1)),
    (re.compile(r"(?<!\d)(\d\d)/(\d\d)/(20\d\d)(?!\d)"), "%d/%m/%Y", (3, 2, 1)),
    (re.compile(r"(?<!\d)(\d\d)%2F(\d\d)%2F(20\d\d)(?!\d)", re.IGNORECASE), "%d%%2F%m%%2F%Y", (3, 2, 1)),
)
_DAY_FIELDS = frozenset(("date", "tanggal", "tgl", "day", "datepicker"))
_PARTS = {
    "%d": frozenset(("d", "day", "tgl", "tanggal", "hari")),
    "%m": frozenset(("m", "month", "bln", "bulan")),
    "%Y": frozenset(("y", "year", "thn", "tahun")),
}
_PAGE = re.compile(r"([?&/](?:page|hal|halaman|p|paged)[=/])(\d{1,4})(?=[/&#]|$)", re.IGNORECASE)
MAX_NAME = 80  # characters of a site's name


@dataclass(slots=True)
class Front:
    """A page as far as it tells of its site. ``linked`` is every link in the outlet's domains with its text."""

    page: Page
    name: str = ""
    feeds: list[str] = field(default_factory=list)
    search: list[str] = field(default_factory=list)  # templates with {query}
    dated: list[str] = field(default_factory=list)  # templates with {date}
    indexes: list[str] = field(default_factory=list)  # pages that call themselves an index
    linked: dict[str, str] = field(default_factory=dict)


def read(page: Page, outlet: Outlet) -> Front:
    """Read a page. A page that is none gives an empty ``Front``."""
    front = Front(page)
    tree = links.parse(page)
    if tree is None:
        return front
    front.name = _name(tree)
    every = links.anchors(tree, page.url)
    front.linked = {url: text for url, text in every.items() if outlet.owns(urls.host(url))}
    for link in tree.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower()
        url = urls.clean(link.get("href") or "", page.url) if "alternate" in rel and kind in _FEED_TYPES else None
        if url and outlet.owns(urls.host(url)) and not _COMMENTS.search(urlsplit(url).path):
            front.feeds.append(url)
    for url, text in front.linked.items():
        if (_FEED_PATH.search(urlsplit(url).path) and len(text) < 40) or _FEED_NAMES.fullmatch(text.strip().lower()):
            front.feeds.append(url)
    for form in tree.iter("form"):
        _read_form(form, page, outlet, front)
    for url in front.linked:
        if template := template_of(url):
            front.dated.append(template)
        elif _INDEX.search(urlsplit(url).path) and not urls.looks_like_article(url, outlet):
            front.indexes.append(url)
    for name in ("feeds", "search", "dated", "indexes"):
        setattr(front, name, list(dict.fromkeys(getattr(front, name))))
    return front


def _name(tree: HtmlElement) -> str:
    told = tree.xpath("//meta[@property='og:site_name']/@content")
    titles = [element.text_content() for element in tree.iter("title")][:1]
    name = " ".join(str((told or titles or [""])[0]).split())
    return re.split(r"\s[-–|:•]\s", name, maxsplit=1)[0][:MAX_NAME].strip()


def _read_form(form: HtmlElement, page: Page, outlet: Outlet, front: Front) -> None:
    action = urls.clean(form.get("action") or page.url, page.url)
    if (form.get("method") or "get").lower() != "get" or action is None or not outlet.owns(urls.host(action)):
        return
    fixed: list[tuple[str, str]] = []
    days: list[str] = []
    parts: dict[str, str] = {}  # of a day asked for in three fields, by their strftime codes
    words = ""
    for item in form.iter("input", "select"):
        name, kind = item.get("name") or "", (item.get("type") or item.tag).lower()
        value = (item.get("value") or "")[:100]
        if not name or len(name) > 40:
            continue
        if kind == "date" or (kind in ("text", "input") and name.lower() in _DAY_FIELDS):
            days = [f"{quote(name)}={code}" for code in _codes_of(value if kind != "date" else "")]
        elif code := next((code for code, names in _PARTS.items() if name.lower() in names), None):
            parts[code] = f"{quote(name)}={{date:{code}}}"
        elif kind in ("text", "input", "search") and (kind == "search" or name.lower() in _SEARCHED) and not words:
            words = f"{quote(name)}={{query}}"
        elif kind == "hidden":
            fixed.append((name, value))
    base = action.partition("?")[0]
    known = (f"{urlencode(fixed)}&" if fixed else "").replace("{", "%7B").replace("}", "%7D")
    if len(parts) == len(_PARTS):
        days.append("&".join(parts.values()))
    front.dated += [f"{base}?{known}{asked}" for asked in days]
    if words and not days:
        front.search.append(f"{base}?{known}{words}")


def _codes_of(value: str) -> list[str]:
    """The form of the day that a field holds; without one the two that sites use."""
    for pattern, codes, _ in _DAYS:
        if pattern.fullmatch(value):
            return [f"{{date:{codes.replace('/', '%%2F')}}}"]
    return ["{date:%Y-%m-%d}", "{date:%d-%m-%Y}"]


def template_of(url: str) -> str | None:
    """The template of a list by date, from the address of one day's; None for any other address.

    The day must end the address, or be a parameter: what comes after a day in a path is an article.
    """
    if "{" in url or "}" in url:
        return None
    for pattern, codes, order in _DAYS:
        for match in pattern.finditer(url):
            try:
                date(*(int(match[number]) for number in order))
            except ValueError:
                continue
            rest = url[match.end() :]
            if "?" in url[: match.start()] or not rest.strip("/") or rest.startswith("?"):
                template = f"{url[: match.start()].replace('%', '%')}{{date:{codes}}}{rest}"
                return _PAGE.sub(r"\1{page}", template)
    return None


def paged(template: str, linked: dict[str, str]) -> str:
    """A template with the page number that a list's own links show ("?date=2024-03-28&page=2"), where they show one."""
    if "{page}" in template:
        return template
    start = template.partition("{")[0]
    for url in linked:
        match = _PAGE.search(url)
        if match and unquote(url).startswith(unquote(start)) and match[2] == "2":
            separator = ("&" if "?" in template else "?") if match[1][0] in "?&" else "/"
            return f"{template.rstrip('/')}{separator}{match[1][1:]}{{page}}"
    return template
