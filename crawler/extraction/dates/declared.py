"""Dates a page declares: JSON-LD, meta tags, the page's address, the state that scripts draw it from."""

from __future__ import annotations

import re
from datetime import tzinfo
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.dates.found import WEIGHTS, Found
from crawler.extraction.dates.parsing import ParsedDate, read
from crawler.extraction.dates.place import in_other_story
from crawler.extraction.page.json_ld import is_article, types_of
from crawler.urls.days import days_in

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
MAX_METAS = 24  # dated meta tags that are read
_META_MODIFIED = frozenset(
    {"article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified",
     "dc.date.modified", "lastmod", "moddate", "article:modified", "revised"}
)  # fmt: skip
_SCRIPT_DATE = re.compile(
    r"""["']?(?:publish(?:ed)?_?(?:at|date|time|on)?|article_?date|pub_?date|detail_published_date|content_?published_?date)["']?\s{0,9}[:=]\s{0,9}["']([^"'<>{}]{8,40})["']""",
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
        if len(found) >= MAX_METAS:
            break
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
                foreign = attribute == "itemprop" and in_other_story(element)
                found.append(
                    Found(
                        f"{'itemprop' if attribute == 'itemprop' else 'meta'} {name}",
                        family,
                        raw,
                        read(raw, local),
                        0.0 if foreign else weight,
                        "of another story" if foreign else "",
                    )
                )
                break
            if name in _META_MODIFIED:
                found.append(Found(f"meta {name}", "meta", raw, read(raw, local), 5.0, role="modified"))
                break
    return found


# How far each way of naming a day in an address can be trusted. Digits behind a day are a clock at Kompas and Suara but
# an article's number at Tempo and Okezone, so they are never read.
_URL_WEIGHTS = {"day": WEIGHTS["url"], "compact": 3.0, "short": 3.0, "draft": WEIGHTS["url-id"], "unix": WEIGHTS["url"]}
_URL_SOURCES = {"unix": "url unix time", "draft": "url digits"}


def from_url(url: str, local: tzinfo) -> list[Found]:
    """A day, an instant or at least a month in the path of the page's address (``crawler.urls.days`` reads it)."""
    named = days_in(url)
    if named is None:
        return []
    if named.kind == "month":
        return [Found("url month", "url", named.raw, ParsedDate(named.first), 1.0, "a month only", "support")]
    if named.instant is not None:
        reading = ParsedDate(named.instant.astimezone(local), "offset", note="seconds since 1970")
    else:
        reading = ParsedDate(named.first)
    why = "the draft's time, not the publication's" if named.kind == "draft" else ""
    return [Found(_URL_SOURCES.get(named.kind, "url path"), "url", named.raw, reading, _URL_WEIGHTS[named.kind], why)]


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
