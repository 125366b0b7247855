"""The shape of a site's article addresses, from examples: what its sources name, and what its menus name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urlsplit

SHARE = 0.9  # of the named articles that a pattern must fit; the rest may be pages that only look like articles
LEAST = 3  # articles that a pattern is made from; fewer say nothing
MAX_SHAPES = 3  # patterns of one outlet
MAX_EXAMPLES = 500  # articles and, apart from them, other pages looked at; a sitemap names 50,000
LONG_TEXT = 4  # words of a link's text from which on it is taken for a headline


def patterns_of(articles: Collection[str], others: Collection[str]) -> list[str]:
    """Regular expressions on path and query that fit the articles and none of the other addresses; [] where none do.

    >>> patterns_of([f"https://contoh.id/berita/{n}/baku-tembak-di-kota-{n}" for n in (101, 102, 103)], [])
    ['^/berita/\\\\d+/[^/?]+']
    """
    articles, others = list(articles)[:MAX_EXAMPLES], list(others)[:MAX_EXAMPLES]
    if len(articles) < LEAST:
        return []

    def clear(shape: str) -> bool:
        return not any(re.search(shape, _target(url)) for url in others)

    shapes = Counter(_shape(url) for url in articles)
    alike: dict[str, set[str]] = {}
    for shape in shapes:
        alike.setdefault(_any_section(shape), set()).add(shape)
    offered: Counter[str] = Counter()
    for general, special in alike.items():
        if len(special) > 1 and clear(general):  # "/dunia/…" and "/daerah/…": there are more sections than were seen
            offered[general] = sum(shapes[shape] for shape in special)
        else:
            offered.update({shape: shapes[shape] for shape in special if clear(shape)})
    chosen: list[str] = []
    left = {_target(url) for url in articles}
    whole = len(left)
    for shape, _ in offered.most_common():
        fitting = {target for target in left if re.search(shape, target)}
        if fitting and len(chosen) < MAX_SHAPES:
            chosen.append(shape)
            left -= fitting
    return chosen if len(left) <= (1 - SHARE) * whole else []


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
        pattern += r"\?" + (rf"(?:[^&]{{1,200}}&)*{_escaped(named[0])}=\d+" if named else _escaped(first[0]) + "=")
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
        return _escaped(segment)
    if number := re.match(r"([a-z]{1,4}-?)?\d{3,}(?=-)", segment):
        return _escaped(number[1] or "") + r"\d+-[^/?]+"
    stem = segment[: ending.start()] if ending else segment
    if last or len(re.findall(r"[^\W_]+", stem)) >= LONG_TEXT:
        return r"[^/?]+" + (_escaped(ending[0]) if ending else "")
    return _escaped(segment)


def _any_section(shape: str) -> str:
    """A shape with any word in the place of its first one, where more follows it."""
    return re.sub(r"^\^/[a-z][a-z\\-]*/", r"^/[\\w-]+/", shape)


def _escaped(text: str) -> str:
    """Text as a pattern, without the backslashes that only sets of characters need."""
    return re.escape(text).replace(r"\-", "-")
