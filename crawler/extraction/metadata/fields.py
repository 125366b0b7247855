"""What a page says about itself: title, authors, section, tags, canonical link, rights, JSON-LD.

Read before any furniture is removed, in one pass over the few kinds of elements that carry it. Never raises on a
hostile page: everything is bounded, and a field that cannot be told is empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement

from crawler.extraction.metadata import authors as bylines
from crawler.extraction.metadata import headline, titles
from crawler.extraction.page import json_ld as ld
from crawler.extraction.page.selectors import MAX_TAGS, MAX_VALUE, selected_text, text_of
from crawler.outlets import Outlet

MAX_HEADINGS = 40

_META_TITLE = {"og:title": "og", "twitter:title": "twitter", "title": "meta", "originaltitle": "meta"}
_META_SITE = frozenset({"og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name"})
_META_AUTHOR = frozenset(
    {"author", "article:author", "dable:author", "dtk:author", "content_author", "parsely-author", "dc.creator",
     "byl", "content_reporter", "sailthru.author"}
)  # fmt: skip
_META_SECTION = ("article:section", "dtk:kanal", "content_category", "cxenseparse:category", "category", "section")
_META_TAGS = ("article:tag", "news_keywords", "content_tag", "dtk:keywords", "keywords")
_META_ROBOTS = frozenset({"robots", "googlebot", "googlebot-news"})
_GENERIC_SECTIONS = frozenset({"home", "beranda", "news", "berita", "indeks", "artikel", "article", "uncategorized"})
# Keywords every page of a site repeats: they say nothing about the article (Antara, Liputan6, Okezone).
_GENERIC_TAGS = frozenset(
    {"berita terkini", "berita", "berita indonesia", "berita online", "berita hari ini", "portal indonesia", "news",
     "indonesia", "berita terbaru", "kabar terkini", "berita utama", "uncategorized"}
)  # fmt: skip


@dataclass(slots=True)
class Metadata:
    """What one page declares. ``json_ld`` is flat (see ``json_ld.read_blocks``); ``rights`` holds
    only what was found: "robots" (str), "noindex", "noarchive", "noai", "noimageai" (True), "tdm-reservation" (str),
    "tdm-policy" (URL), "license" (URL or text), "copyright" (text)."""

    title: str | None = None
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    canonical_url: str | None = None
    site_name: str | None = None
    rights: dict[str, object] = field(default_factory=dict)
    json_ld: list[dict[str, object]] = field(default_factory=list)
    own_names: list[str] = field(default_factory=list)  # every name the site goes by


def read_metadata(tree: HtmlElement, url: str, outlet: Outlet | None = None) -> Metadata:
    """Read a page's metadata from its parsed, still complete tree; ``url`` is the address it was fetched from."""
    metas: dict[str, list[str]] = {}
    scripts: list[str] = []
    headings: list[tuple[str, str]] = []
    canonical: list[str] = []
    licence: str | None = None
    title_tag = ""
    for element in tree.iter("meta", "link", "script", "title", "h1", "h2", "h3"):
        tag = element.tag
        if tag == "meta":
            name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
            content = element.get("content")
            if name and content and len(metas.setdefault(name, [])) < MAX_TAGS:
                metas[name].append(content[:MAX_VALUE])
        elif tag == "link":
            relation = (element.get("rel") or "").lower().split()
            href = (element.get("href") or "").strip()
            if href and "canonical" in relation:
                canonical.append(href)
            elif href and "license" in relation:
                licence = licence or href
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                scripts.append(element.text or element.text_content())
        elif tag == "title":
            title_tag = title_tag or (element.text_content() if element.getparent() is not None else "")
        elif len(headings) < MAX_HEADINGS:
            text = text_of(element, MAX_VALUE)[:MAX_VALUE]
            if not text:
                continue
            headings.append(("itemprop" if element.get("itemprop") == "headline" else str(tag), text))
    said = [title_tag[:MAX_VALUE], *metas.get("og:title", []), *(text for _, text in headings[:5])]
    nodes = ld.of_this_page(ld.read_blocks(scripts), url, said)
    site_name = _site_name(metas, nodes)
    names = _own_names(url, site_name, metas, nodes, outlet)
    names += _logos(tree, url)
    meta = Metadata(json_ld=nodes, site_name=site_name, own_names=names)
    meta.title = _title(tree, metas, nodes, headings, title_tag, names, outlet, url)
    meta.canonical_url = _canonical(canonical, metas.get("og:url", []), url, outlet)
    meta.section = _section(tree, metas, nodes, names, outlet)
    meta.tags = _tags(tree, metas, nodes, names, outlet)
    meta.rights = _rights(metas, nodes, licence)
    declared = [value for name in metas if name in _META_AUTHOR for value in metas[name]]
    selectors = outlet.selectors.author if outlet else ()
    meta.authors = bylines.read_authors(tree, nodes, declared, names, selectors, title=meta.title)
    return meta


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    for name in names:
        for value in metas.get(name, ()):
            if cleaned := titles.clean(value):
                return cleaned
    return None


def _site_name(metas: dict[str, list[str]], nodes: list[dict[str, object]]) -> str | None:
    if value := _first(metas, "og:site_name"):
        return value
    for node in nodes:
        if "website" in ld.types_of(node) and isinstance(node.get("name"), str):
            return titles.clean(str(node["name"])) or None
    return _first(metas, *sorted(_META_SITE))


def _own_names(
    url: str, site_name: str | None, metas: dict[str, list[str]], nodes: list[dict[str, object]], outlet: Outlet | None
) -> list[str]:
    """Every name the site goes by: declared, in JSON-LD, in its host name, in the outlet's file."""
    names = [site_name or ""] + [value for key in _META_SITE for value in metas.get(key, ())]
    for node in nodes:
        publisher = node.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            names.append(publisher["name"])
        if ld.types_of(node) & {"organization", "newsmediaorganization", "website"} and isinstance(
            node.get("name"), str
        ):
            names.append(str(node["name"]))
    host = _host(url).removeprefix("www.")
    if host and not re.fullmatch(r"[\d.]+|localhost", host):
        names.append(host)
        names.append(str(extract_domain(url) or ""))
        names.append(str(extract_domain(url) or "").split(".")[0])
    if outlet:
        names += [outlet.name, *outlet.domains, *(domain.split(".")[0] for domain in outlet.domains)]
    return [name for name in dict.fromkeys(names) if len(name) >= 3]


def _logos(tree: HtmlElement, url: str) -> list[str]:
    """Headings that are a link to the front page: the site's own name (WordPress and Blogger themes)."""
    front = f"//{_host(url)}"
    found = []
    for heading in islice(tree.iter("h1", "h2"), MAX_HEADINGS):
        link = next(heading.iter("a"), None)
        address = (link.get("href") or "").strip() if link is not None else ""
        if link is None or not (address == "/" or address.split(":", 1)[-1].rstrip("/") == front):
            continue
        name = text_of(link)
        if 3 <= len(name) <= 60 and name == text_of(heading):
            found.append(name)
    return found


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _registered(host: str) -> str:
    """The registered domain of a host name; of one with an unknown top-level domain, its last two labels."""
    return str(extract_domain(f"https://{host}/") or ".".join(host.split(".")[-2:]))


def _title(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    nodes: list[dict[str, object]],
    headings: list[tuple[str, str]],
    title_tag: str,
    names: list[str],
    outlet: Outlet | None,
    url: str,
) -> str | None:
    candidates: list[tuple[str, str]] = []
    if outlet and outlet.selectors.title:
        candidates += [("selector", text) for text in selected_text(tree, outlet.selectors.title)[:1]]
    candidates += headings
    for node in nodes:
        if ld.is_article(node) and isinstance(node.get("headline") or node.get("name"), str):
            candidates.append(("json-ld", str(node.get("headline") or node.get("name"))))
    for name, place in _META_TITLE.items():
        candidates += [(place, value) for value in metas.get(name, ())[:2]]
    candidates.append(("title", title_tag))
    chosen = titles.choose(candidates[:80], names, slug=_path(url))
    if chosen and titles.tokens(chosen) not in {titles.tokens(text) for _, text in headings}:
        shown = titles.shown_part(tree, chosen)
        if shown == chosen and titles.showing(tree, titles.tokens(chosen)) is None:
            said = [text for _, text in headings if not _is_own(text, names)]
            shown = headline.under_a_slogan(tree, chosen, said) or chosen
        chosen = shown
    return chosen or next((text for _, text in headings if len(text.split()) > 1 and not _is_own(text, names)), None)


def _is_own(text: str, names: list[str]) -> bool:
    """Whether a heading is one of the site's names."""
    return titles.tokens(text) in titles.site_words(names)


def _canonical(links: list[str], og_urls: list[str], url: str, outlet: Outlet | None) -> str | None:
    """The canonical link when it stays with the outlet (or the same registered domain) and names a page."""
    for href in links or og_urls:
        try:
            absolute = urljoin(url, href.strip())
            parts = urlsplit(absolute)
            host = parts.hostname
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not host or len(absolute) > 2000:
            continue
        same_site = host == _host(url) or _registered(host) == _registered(_host(url))
        owned = outlet.owns(host) if outlet else same_site
        if not owned:
            continue
        if parts.path in ("", "/") and not parts.query and url.rstrip("/").count("/") > 2:
            continue  # a theme that names its front page as canonical of every page
        return parts._replace(fragment="").geturl()
    return None


def _section(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    nodes: list[dict[str, object]],
    names: list[str],
    outlet: Outlet | None,
) -> str | None:
    if outlet and (chosen := selected_text(tree, outlet.selectors.section)):
        return titles.clean(chosen[0]) or None
    sites = titles.site_words(names)
    found: list[str] = [value for name in _META_SECTION for value in metas.get(name, ())[:1]]
    for node in nodes:
        value = node.get("articleSection")
        value = value[0] if isinstance(value, list) and value else value
        if ld.is_article(node) and isinstance(value, str):
            found.append(value)
    found += _breadcrumb(nodes)
    generic: str | None = None
    for raw in found:
        text = titles.clean(raw)
        if not text or len(text) > 60 or "://" in text or titles.tokens(text) in sites:
            continue
        if text.lower() not in _GENERIC_SECTIONS:
            return text
        generic = generic or text
    return generic


def _breadcrumb(nodes: list[dict[str, object]]) -> list[str]:
    """The last label of a breadcrumb that is not the page itself (it has an address of its own, others follow)."""
    for node in nodes:
        items = node.get("itemListElement")
        if "breadcrumblist" not in ld.types_of(node) or not isinstance(items, list):
            continue
        labels = []
        for item in items[:8]:
            if not isinstance(item, dict):
                continue
            inner = item.get("item")
            name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
            if isinstance(name, str):
                labels.append(name)
        return [label for label in reversed(labels[1:]) if len(label) <= 30][:2]
    return []


def _tags(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    nodes: list[dict[str, object]],
    names: list[str],
    outlet: Outlet | None,
) -> list[str]:
    raw: list[str] = selected_text(tree, outlet.selectors.tags) if outlet else []
    if not raw:
        for name in _META_TAGS:
            raw = [part for value in metas.get(name, ()) for part in value.split(",")]
            if raw:
                break
    if not raw:
        for node in nodes:
            value = node.get("keywords")
            if ld.is_article(node) and isinstance(value, str | list):
                raw = value.split(",") if isinstance(value, str) else [item for item in value if isinstance(item, str)]
                break
    if not raw:
        raw = [text_of(item, MAX_VALUE) for item in tree.xpath(".//a[@rel='tag' or @rel='tag nofollow']")[:MAX_TAGS]]
    sites = titles.site_words(names)
    found: dict[str, str] = {}
    for item in raw:
        text = titles.clean(item).strip("#,;. ")
        if 1 < len(text) <= 80 and text.lower() not in _GENERIC_TAGS and titles.tokens(text) not in sites:
            found.setdefault(text.casefold(), text)
    return list(found.values())[:MAX_TAGS]


def _rights(metas: dict[str, list[str]], nodes: list[dict[str, object]], licence: str | None) -> dict[str, object]:
    """Signals that restrict use: meta robots, the noai convention, TDMRep (https://www.w3.org/community/tdmrep/)."""
    rights: dict[str, object] = {}
    robots = [value.strip() for name in _META_ROBOTS for value in metas.get(name, ())]
    if robots:
        rights["robots"] = ", ".join(dict.fromkeys(robots))
        directives = set(re.split(r"[\s,]+", " ".join(robots).lower()))
        if "none" in directives:
            directives.add("noindex")
        rights.update({word: True for word in ("noindex", "noarchive", "noai", "noimageai") if word in directives})
    for name in ("tdm-reservation", "tdm-policy", "copyright"):
        if value := _first(metas, name):
            rights[name] = value
    for node in nodes:
        stated = node.get("license")
        if licence is None and isinstance(stated, str):
            licence = stated
    licence = licence or _first(metas, "license", "dc.rights", "dcterms.license")
    if licence:
        rights["license"] = licence[:MAX_VALUE]
    if "copyright" not in rights:
        for node in nodes:
            notice = node.get("copyrightNotice")
            if isinstance(notice, str):
                rights["copyright"] = titles.clean(notice)
                break
    return rights
