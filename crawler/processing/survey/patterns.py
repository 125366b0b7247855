"""The shape of a site's article addresses, from examples: what its sources name, and what its menus name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urlsplit

SHARE = 0.9  # of the named articles that a pattern must fit; the rest may be pages that only look like articles
LEAST = 3  # articles that a pattern is made from; fewer say nothing
MAX_SHAPES = 3  # patterns of one outlet
LONG_TEXT = 4  # words of a link's text from which on it is taken for a headline


def patterns_of(articles: Collection[str], others: Collection[str]) -> list[str]:
    """Regular expressions on path and query that fit the articles and none of the other addresses; [] where none do.

    >>> patterns_of([f"https://contoh.id/berita/{n}/baku-tembak-di-kota-{n}" for n in (101, 102, 103)], [])
    ['^/berita/\\\\d+/[^/?]+']
    """
    if len(articles) < LEAST:
        return []
    shapes = Counter(_shape(url) for url in articles)
    chosen, fitting = [], 0
    for shape, count in shapes.most_common(MAX_SHAPES):
        if any(re.search(shape, _target(url)) for url in others):
            continue
        chosen.append(shape)
        fitting += count
    if not chosen or fitting < SHARE * len(articles):
        return []
    return _constant(chosen, articles)


def headlines(linked: Mapping[str, str]) -> list[str]:
    """Of a page's links, those that are its articles by their number and their texts: the largest group of one shape.

    For sites whose addresses look like nothing known ("/baca.php?id=12", "/x/ab12").
    """
    groups: dict[str, list[str]] = {}
    for url, text in linked.items():
        if len(text.split()) >= LONG_TEXT and urlsplit(url).path.strip("/") + urlsplit(url).query:
            groups.setdefault(_shape(url), []).append(url)
    largest = max(groups.values(), key=len, default=[])
    return largest if len(largest) >= LEAST else []


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _shape(url: str) -> str:
    """A pattern that fits an address and its like: words stay, numbers, days and slugs become what they are."""
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:]
    slash = "/?" if segments and segments[-1] == "" else ""
    segments = [segment for segment in segments if segment]
    made = [_segment(unquote(segment), last=number == len(segments) - 1) for number, segment in enumerate(segments)]
    pattern = "^/" + "/".join(made) + slash
    if parts.query:
        first = parts.query.split("&")[0].partition("=")
        named = [pair.partition("=")[0] for pair in parts.query.split("&") if re.search(r"=\d+$", pair)]
        pattern += r"\?" + (rf"(?:[^&]{{1,200}}&)*{re.escape(named[0])}=\d+" if named else re.escape(first[0]) + "=")
    return pattern


def _segment(segment: str, *, last: bool) -> str:
    if re.fullmatch(r"(?:19|20)\d\d", segment):
        return r"\d{4}"
    if re.fullmatch(r"\d\d", segment):
        return r"\d\d"
    if segment.isdecimal():
        return r"\d+"
    ending = re.search(r"\.(?:s?html?|php|aspx?)$", segment, re.IGNORECASE)
    if ending and ending[0].lower() in (".php", ".asp", ".aspx"):
        return re.escape(segment)
    if number := re.match(r"([a-z]{1,4}-?)?\d{3,}(?=-)", segment):
        return re.escape(number[1] or "") + r"\d+-[^/?]+"
    stem = segment[: ending.start()] if ending else segment
    if last or len(re.findall(r"[^\W_]+", stem)) >= LONG_TEXT:
        return r"[^/?]+" + (re.escape(ending[0]) if ending else "")
    return re.escape(segment)


def _constant(shapes: list[str], articles: Collection[str]) -> list[str]:
    """Shapes without those that fit nothing, and with one wildcard for many sections ("/dunia/…", "/daerah/…")."""
    if len(shapes) == MAX_SHAPES and len({re.sub(r"^\^/[\w\\-]+/", "", shape) for shape in shapes}) == 1:
        return [re.sub(r"^\^/[\w\\-]+/", r"^/[\\w-]+/", shapes[0])]
    return [shape for shape in shapes if sum(bool(re.search(shape, _target(url))) for url in articles)]
