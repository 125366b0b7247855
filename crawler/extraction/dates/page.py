"""Dates of a page outside its running text: JSON-LD, meta tags, microdata, time elements, the byline, the URL.

The byline is looked for where bylines are, in the few text pieces around the headline; a date anywhere else on the
page belongs to a widget, a comment or another story until something says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction import titles
from crawler.extraction.dates.found import WEIGHTS, Found
from crawler.extraction.dates.reading import Reading, read
from crawler.extraction.dates.words import MONTH, WEEKDAY, ZONE
from crawler.extraction.json_ld import is_article, types_of

MAX_TIMES = 12
MAX_BYLINE = 160  # characters of a text piece that can be a byline
AFTER_TITLE = 45  # text pieces after the headline looked at; 38 in the busiest header seen (share bars in between)
BEFORE_TITLE = 8

_META = {
    "article:published_time": 6.0, "article:published": 6.0, "og:published_time": 6.0, "published_time": 6.0,
    "og:article:published_time": 6.0, "datepublished": 4.0, "pubdate": 5.0, "publishdate": 5.0, "publish-date": 5.0,
    "publish_date": 5.0, "published_date": 5.0, "publicationdate": 5.0, "publication_date": 5.0, "dc.date": 4.0,
    "dc.date.issued": 5.0, "dcterms.issued": 5.0, "dcterms.date": 4.0, "dcterms.created": 3.0, "dc.date.created": 3.0,
    "date": 4.0, "cxenseparse:recs:publishtime": 5.0, "parsely-pub-date": 5.0, "sailthru.date": 5.0,
    "content_publisheddate": 5.0, "content_published_date": 5.0, "dtk:publishdate": 5.0, "dtk:publishdateunix": 5.5,
    "dable:published_time": 5.0, "bt:pubdate": 5.0, "citation_publication_date": 4.0, "date.release": 4.0,
    "article_date_original": 5.0, "createdate": 1.5, "dtk:createddate": 1.5, "datecreated": 1.5,
}  # fmt: skip
_META_MODIFIED = frozenset(
    {"article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified",
     "lastmod", "moddate", "article:modified", "revised"}
)  # fmt: skip

_ELSEWHERE = re.compile(
    r"comment|komentar|disqus|respond|wpd-|wpdiscuz|related|terkait|relate|sidebar|side-bar|widget|footer|popular|populer|"
    r"trending|recent|terbaru|terkini|latest|most-?read|headline-list|rekomendasi|recommend|sosmed|embed|baca-?juga|"
    r"also-?read|inline-post|prev-?next|post-?nav|carousel|slider|ticker|breaking|jadwal|weather|cuaca|kurs|prayer|sholat",
    re.IGNORECASE,
)
_TODAY_WIDGET = re.compile(
    r"today|current-?date|date-?today|tanggal-?hari|top-?bar|topbar|data_time|masthead|navbar|clock|jam-?digital|calendar|kalender",
    re.IGNORECASE,
)
_BYLINE_CLASS = re.compile(
    r"date|time|tanggal|tgl|waktu|publish|posted|byline|by-line|post-?meta|entry-?meta|article-?(?:meta|info)|schedule|jadwal-?tayang|info",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:diperbarui|diperbaharui|perbarui|update[ds]?|last (?:modified|updated)|modified|revisi|dimutakhirkan)\b",
    re.IGNORECASE,
)
_PUBLISHED_WORD = re.compile(
    r"\b(?:terbit|diterbitkan|tayang|published|posted|dipublikasikan|diposting|dirilis|tanggal)\b", re.IGNORECASE
)
_HAS_DATE = re.compile(
    rf"\b\d{{1,2}}\s*[-./ ]?\s*{MONTH}\b|\b{MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\b\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})\b"
    r"|\b(?:19|20)\d{2}[-/]\d{1,2}[-/]\d{1,2}|(?:\b\d{1,3}|\bse)\s*[a-z]+ (?:yang )?(?:lalu|ago|lepas)\b|^\W*(?:\w+\W+)?(?:kemarin|baru saja|yesterday)\W*$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_NOT_OTHER = re.compile(
    rf"\d+|\b(?:{MONTH}|{WEEKDAY}|{ZONE}|am|pm)\b|[^\w\s]", re.IGNORECASE
)  # all that a date line consists of
_COPYRIGHT = re.compile(r"©|copyright|hak cipta|all rights reserved", re.IGNORECASE)
_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "option", "button", "iframe", "form"}
)
_SCRIPT_DATE = re.compile(
    r"""["']?(?:publish(?:ed)?_?(?:at|date|time|on)?|article_?date|pub_?date|detail_published_date|content_?published_?date)["']?\s*[:=]\s*["']([^"'<>{}]{8,40})["']""",
    re.IGNORECASE,
)


def from_json_ld(nodes: list[dict[str, object]], url: str, local: tzinfo) -> list[Found]:
    """datePublished, dateCreated, dateModified of the nodes that are this page; foreign nodes are set aside."""
    found: list[Found] = []
    dated = [node for node in nodes if "datePublished" in node or "dateModified" in node or "dateCreated" in node]
    slug = path_of(url).rstrip("/").rsplit("/", 1)[-1]
    mine = [node for node in dated if slug and len(slug) > 8 and _names(node, slug)]
    articles = [node for node in dated if is_article(node)]
    for node in dated[:12]:
        kinds = types_of(node)
        weight, why = WEIGHTS["json-ld"], ""
        if kinds & {"comment", "review", "answer"}:
            weight, why = 0.0, "a comment's"
        elif len(articles) > 1 and mine and node in articles and node not in mine and _points_elsewhere(node, slug):
            weight, why = 0.0, "of another article"
        elif node not in articles:
            weight = 4.0 if kinds & {"webpage", "creativework", "thing", "newspage", "itempage"} else 1.5
        for key, role, share in (
            ("datePublished", "published", 1.0), ("dateModified", "modified", 1.0), ("dateCreated", "published", 0.2),
            ("uploadDate", "published", 0.2),
        ):  # fmt: skip
            raw = node.get(key)
            if isinstance(raw, int | float) and not isinstance(raw, bool):
                raw = str(int(raw))
            if isinstance(raw, str) and raw.strip():
                family = "json-ld" if share == 1.0 else "created"
                found.append(Found(f"json-ld {key}", family, raw, read(raw, local), weight * share, why, role))
    return found


def path_of(url: str) -> str:
    """The path of an address; empty for one that cannot be read."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _names(node: dict[str, object], slug: str) -> bool:
    return any(slug in value for value in _addresses(node))


def _points_elsewhere(node: dict[str, object], slug: str) -> bool:
    addresses = [value for value in _addresses(node) if len(path_of(value)) > 1]
    return bool(addresses) and not any(slug in value for value in addresses)


def _addresses(node: dict[str, object]) -> list[str]:
    values = []
    for key in ("url", "@id", "mainEntityOfPage"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            values.append(value)
    return values


def from_meta(tree: HtmlElement, local: tzinfo) -> list[Found]:
    """Meta tags that name a date of publication or of change."""
    found: list[Found] = []
    for element in tree.iter("meta"):
        raw = element.get("content")
        if not raw or not 6 <= len(raw) <= 80:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name is None:
                continue
            name = name.strip().lower()
            if name in _META:
                family = "microdata" if attribute == "itemprop" else "created" if _META[name] <= 1.5 else "meta"
                weight = min(_META[name], WEIGHTS["microdata"]) if attribute == "itemprop" else _META[name]
                found.append(
                    Found(
                        f"{'itemprop' if attribute == 'itemprop' else 'meta'} {name}",
                        family,
                        raw,
                        read(raw, local),
                        weight,
                    )
                )
                break
            if name in _META_MODIFIED:
                found.append(Found(f"meta {name}", "meta", raw, read(raw, local), 5.0, role="modified"))
                break
    return found[:24]


def from_selectors(tree: HtmlElement, selectors: list[str], local: tzinfo, now: datetime | None) -> list[Found]:
    """The element the outlet's own file names; the first selector that finds a readable date wins."""
    for selector in selectors:
        try:
            elements = tree.cssselect(selector)[:3]
        except Exception:  # noqa: BLE001, S112 - cssselect has a dozen error types; the outlet's check reports them
            continue
        for element in elements:
            for raw in (element.get("datetime"), element.get("content"), _text(element)):
                reading = read(raw, local, now) if raw else None
                if raw and reading and reading.value is not None:
                    return [Found("outlet selector", "selector", raw[:MAX_BYLINE], reading, WEIGHTS["selector"])]
    return []


_MICRODATA = etree.XPath(".//*[@itemprop='datePublished' or @itemprop='dateModified'][not(self::meta)]")


def from_elements(
    tree: HtmlElement, body: HtmlElement | None, title: str | None, local: tzinfo, now: datetime | None
) -> list[Found]:
    """Time elements, microdata and the visible byline around the headline."""
    found: list[Found] = []
    heading = _heading(tree, title)
    taken: set[HtmlElement] = set()
    for element in _MICRODATA(tree)[:8]:
        taken.add(element)
        raw = element.get("datetime") or element.get("content") or element.get("title") or _text(element)
        role = "modified" if element.get("itemprop") == "dateModified" else "published"
        elsewhere = aside(element)
        found.append(
            Found(
                f"itemprop {element.get('itemprop')}",
                "time",
                raw,
                read(raw, local, now),
                0.0 if elsewhere else 5.0,
                elsewhere,
                role,
            )
        )
    near = set()
    first = True
    if heading is not None:
        for element, text, place in _around(heading, body):
            near.add(element)
            item = _byline(element, text, place, local, now)
            if item is None or item[1] in taken:
                continue
            taken.add(item[1])
            if item[0].weight and item[0].role == "published" and item[0].reading.value is not None:
                if not first:
                    item[0].weight, item[0].why = 1.0, "further from the headline than the byline"
                first = False
            found.append(item[0])
    for number, element in enumerate(tree.iter("time")):
        if number >= MAX_TIMES or len(found) > 30:
            break
        if element in taken:
            continue
        found.append(_time(element, element in near, heading is None, local, now))
    return found


def _byline(
    element: HtmlElement, text: str, place: str, local: tzinfo, now: datetime | None
) -> tuple[Found, HtmlElement] | None:
    """A short text piece near the headline as a date, with the reasons that it is none of the article's."""
    if not 6 <= len(text) <= MAX_BYLINE or not (_DIGIT.search(text) or len(text) < 30) or not _HAS_DATE.search(text):
        return None
    holder = element
    for up, _ in zip((element, *element.iterancestors()), range(6), strict=False):
        if up.tag in ("figure", "figcaption"):
            return None
        if up.tag == "time":
            holder = up
            break
    raw = text
    stamp = holder.get("datetime") if holder.tag == "time" else None
    if not _CLOCK.search(raw) and stamp is None:  # "Selasa, 23 Februari 2016" | "16:37 WIB" in the next piece
        whole = _text(element.getparent()) if element.getparent() is not None else ""
        if len(whole) <= MAX_BYLINE and _CLOCK.search(whole):
            raw = whole
    reading = read(stamp or raw, local, now)
    if reading.value is None and stamp:
        reading = read(raw, local, now)
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    parent = element.getparent()
    around = names if parent is None else f"{names} {parent.get('class') or ''} {parent.get('id') or ''}"
    weight, why = WEIGHTS["visible"], ""
    elsewhere = aside(element)
    if elsewhere:
        weight, why = 0.0, elsewhere
    elif _COPYRIGHT.search(text):
        weight, why = 0.0, "a copyright line"
    elif element.tag == "a" and place == "before":
        weight, why = 0.0, "a link in front of the headline"
    elif place == "before" and not (_CLOCK.search(raw) and _BYLINE_CLASS.search(around)) and holder.tag != "time":
        weight, why = 0.0, "stands in front of the headline without a clock: the day of a widget"
    elif _in_sentence(element, text) and holder.tag != "time":
        weight, why = 0.0, "inside a sentence"
    elif not _CLOCK.search(raw) and not _BYLINE_CLASS.search(around) and holder.tag != "time":
        weight = 3.0
    role = "modified" if _UPDATED.search(text) and not _PUBLISHED_WORD.search(text) else "published"
    if role == "modified" or "modified" in names or "updated" in names.split():
        role = "modified"
    return Found("byline", "visible", raw[:MAX_BYLINE], reading, weight, why, role), holder


def _in_sentence(element: HtmlElement, text: str) -> bool:
    """Whether a piece with a date belongs to running text: much else stands beside the date, or around the piece."""
    if len(_NOT_OTHER.sub(" ", text).split()) > 7 or re.search(r"\(\d{1,2}/\d{1,2}", text):
        return True
    for up, _ in zip((element, *element.iterancestors()), range(4), strict=False):
        if up.tag in ("p", "li", "td", "blockquote", "h2", "h3"):
            return len(_text(up)) > MAX_BYLINE
        if up.tag in ("div", "header", "section", "article"):
            break
    return False


def _time(element: HtmlElement, near: bool, lost: bool, local: tzinfo, now: datetime | None) -> Found:
    raw = element.get("datetime") or element.get("title") or _text(element)
    names = f"{element.get('class') or ''} {(element.get('pubdate') is not None and 'pubdate') or ''}"
    elsewhere = aside(element)
    weight, why = 1.0, "far from the headline"
    if elsewhere:
        weight, why = 0.0, elsewhere
    elif "pubdate" in names or "published" in names or near:
        weight, why = 4.0, ""
    elif lost:
        weight, why = 2.0, ""
    role = "modified" if "updated" in names and "published" not in names else "published"
    return Found("time element", "time", raw[:MAX_BYLINE], read(raw, local, now), weight, why, role)


def aside(element: HtmlElement) -> str:
    """Why an element cannot speak for the article, judged by where it stands; empty if it can."""
    depth = 0
    for up in (element, *element.iterancestors()):
        depth += 1
        if up.tag in ("body", "html", "main") or depth > 14:
            break
        if up.tag in ("footer", "aside", "nav", "blockquote"):
            return f"inside <{up.tag}>"
        names = f"{up.get('class') or ''} {up.get('id') or ''}"
        if names != " ":
            if match := _ELSEWHERE.search(names):
                return f"inside an element called “{match.group(0)}”"
            if match := _TODAY_WIDGET.search(names):
                return f"a widget (“{match.group(0)}”)"
    return ""


def _heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The element that shows the headline: the heading with the title's words, else the first h1 of some length."""
    wanted = titles.tokens(title or "")
    lone: HtmlElement | None = None
    for number, element in enumerate(tree.iter("h1", "h2", "h3")):
        if number >= 60:
            break
        words = titles.tokens(_text(element)[:600])
        if wanted and words and (words == wanted or (len(words) > 3 and _alike(words, wanted))):
            return element
        if element.tag == "h1" and len(words) > 3 and lone is None:
            lone = element
    if lone is None and len(wanted) > 2:
        return _by_words(tree, wanted)
    return lone


def _by_words(tree: HtmlElement, wanted: tuple[str, ...]) -> HtmlElement | None:
    """The first small element that says just the headline, on pages that use no heading for it (Republika, 2017)."""
    first = wanted[0]
    for element in tree.iter("div", "span", "p", "strong", "b", "td"):
        text = element.text
        if text and first in text.casefold() and titles.tokens(text[:600]) == wanted:
            return element
    return None


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) >= 0.7


def _around(heading: HtmlElement, body: HtmlElement | None) -> Iterator[tuple[HtmlElement, str, str]]:
    """(element, its text, "before" or "after") for the text pieces next to the headline, nearest elements first."""
    count = 0
    for element, text in _following(heading):
        if body is not None and element is body:
            break
        count += 1
        yield element, text, "after"
        if count >= AFTER_TITLE:
            break
    count = 0
    node = heading
    for _ in range(3):
        for sibling in node.itersiblings(preceding=True):
            for element in sibling.iter():
                if isinstance(element.tag, str) and element.tag not in _SKIPPED_TAGS:
                    text = " ".join((element.text or "").split())
                    if text:
                        count += 1
                        yield element, text, "before"
            if count >= BEFORE_TITLE:
                return
        parent = node.getparent()
        if parent is None or parent.tag == "body":
            return
        node = parent


def _following(heading: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Text pieces after an element, nearly in document order (a tail comes with its element's start)."""
    node: HtmlElement = heading
    for _ in range(12):
        parent = node.getparent()
        if parent is None or node.tag == "body":
            return
        if node.tail and not node.tail.isspace():
            yield parent, " ".join(node.tail.split())
        for sibling in node.itersiblings():
            for element in sibling.iter():
                if element.tag not in _SKIPPED_TAGS and isinstance(element.tag, str):
                    text = element.text
                    if text and not text.isspace():
                        yield element, " ".join(text.split())
                tail = element.tail
                if tail and not tail.isspace():
                    yield element.getparent(), " ".join(tail.split())
        node = parent


def _text(element: HtmlElement | None) -> str:
    if element is None:
        return ""
    pieces = []
    size = 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > 800:
            break
    return " ".join(" ".join(pieces).split())


# Digits behind the day are a clock at Kompas and Suara but an article's number at Tempo and Okezone: the day only.
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/.-]|$)")
_URL_SHORT = re.compile(r"/(\d{2})/(\d{2})/(\d{2})/")
_URL_COMPACT = re.compile(r"/((?:19|20)\d{2})(\d{2})(\d{2})/")
_URL_DIGITS = re.compile(r"/((?:19|20)\d{2})(\d{2})(\d{2})\d{6}-\d+-\d+/")
_URL_UNIX = re.compile(r"-(1[0-9]{9})/?$")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])/(?!\d{1,2}/)")


def from_url(url: str, local: tzinfo) -> list[Found]:
    """A day, an instant or at least a month in the path of the page's address."""
    path = path_of(url)[:600]
    for pattern, name, weight in (
        (_URL_DAY, "url path", WEIGHTS["url"]),
        (_URL_DIGITS, "url digits", WEIGHTS["url-id"]),
        (_URL_COMPACT, "url path", 3.0),
        (_URL_SHORT, "url path", 3.0),
    ):
        match = pattern.search(path)
        if not match:
            continue
        year, month, day = (int(part) for part in match.groups()[:3])
        if pattern is _URL_SHORT:
            year += 2000
        try:
            value: datetime | date = date(year, month, day)
        except ValueError:
            continue
        why = "the draft's time, not the publication's" if pattern is _URL_DIGITS else ""
        return [Found(name, "url", match.group(0).strip("/"), Reading(value), weight, why)]
    if match := _URL_UNIX.search(path):
        raw = match.group(1)
        return [Found("url unix time", "url", raw, read(raw, local), WEIGHTS["url"])]
    if match := _URL_MONTH.search(path):
        month_start = date(int(match.group(1)), int(match.group(2)), 1)
        return [
            Found("url month", "url", match.group(0).strip("/"), Reading(month_start), 1.0, "a month only", "support")
        ]
    return []


def from_scripts(tree: HtmlElement, local: tzinfo) -> list[Found]:
    """Publication times in page state and data layers; asked only where nothing better was found."""
    found: list[Found] = []
    budget = 600_000
    for script in tree.iter("script"):
        text = script.text
        if not text or "ld+json" in (script.get("type") or ""):
            continue
        budget -= len(text)
        if budget < 0:
            break
        for match in _SCRIPT_DATE.finditer(text):
            reading = read(match.group(1), local)
            if reading.value is not None:
                found.append(Found("script data", "script", match.group(1), reading, WEIGHTS["script"]))
            if len(found) >= 4:
                return found
    return found
