"""The headline of a page, chosen by agreement among everything on the page that claims to be it.

No source is right alone: the first h1 is often the section or the site ("Bola", "TAG", the logo), og:title and the
title tag carry the site's name in front or behind (" : NPR", "KapanLagi.com: …", " - Page 2 - ShowBiz Liputan6.com").
So every candidate is first freed of the site's names at its edges, then those that say the same vote together.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement

# How much each place counts. Measured on 11 saved pages and 27 templates of 17 outlets: any values that keep a
# declared title above a lone heading, and a visible heading above one declared title, give the same 38 titles.
WEIGHTS = {
    "selector": 100.0,  # the outlet's own file says so
    "h1": 3.0,
    "itemprop": 3.0,
    "json-ld": 3.0,
    "og": 2.5,
    "title": 2.0,
    "meta": 1.0,
    "twitter": 1.0,
    "h2": 0.8,
    "h3": 0.5,
}
MAX_TITLE = 500  # characters

_TOKEN = re.compile(r"\w+")
# Titles have been cleaned: one blank at a time.
_SEPARATOR = re.compile(r"\s[-–—|:»«·•~/\\]{1,9}\s?|\s?[|»«•]\s?|:\s(?=\S)")
_PAGE_PART = re.compile(
    r"^\(?(?:page|halaman|hal\.?|laman)\s?[0-9]{1,4}(?:\s?(?:of|dari)\s?[0-9]{1,4})?\)?$"
    r"|^(?:semua halaman|all pages?|page all)$",
    re.IGNORECASE,
)
_PAGE_SUFFIX = re.compile(
    r"\s?\((?:halaman|page|hal\.?)\s?[0-9]{1,4}\)\s?$|\shalaman\s[0-9]{1,4}\s?$|\spage\s[0-9]{1,4}\s?$", re.IGNORECASE
)
# Words that stand beside a site's name in a suffix ("Berita Terkini Suara.com", "Republika Online").
SITE_FILLER = frozenset(
    [
        "online",
        "news",
        "com",
        "co",
        "id",
        "net",
        "org",
        "tv",
        "berita",
        "terkini",
        "hari",
        "ini",
        "portal",
        "situs",
        "media",
        "indonesia",
        "www",
        "terbaru",
        "the",
        "dan",
        "halaman",
        "page",
        "harian",
        "koran",
        "majalah",
        "tabloid",
    ]
)
_ALIKE = 0.5  # share of common words from which two wordings are variants of one headline
_MAX_AFFIX = 6  # tokens of a suffix or prefix that holds the site's name


def tokens(text: str) -> tuple[str, ...]:
    """Words of a text, case folded: what two spellings of one title have in common."""
    return tuple(_TOKEN.findall(text.casefold()))


def clean(text: str | None) -> str:
    """One line, HTML entities decoded (twice where a site encoded twice), white space folded, bounded."""
    if not text:
        return ""
    text = text[: 4 * MAX_TITLE]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    text = text.replace("\u00ad", "").replace("\u200b", "")
    return " ".join(text.split())[:MAX_TITLE]


def showing(tree: HtmlElement, wanted: tuple[str, ...]) -> HtmlElement | None:
    """The first element without a heading's tag whose own text is just these words."""
    if not wanted:
        return None
    first = wanted[0]
    for element in tree.iter("div", "span", "p", "strong", "b", "font", "big", "td"):
        text = element.text
        if text and first in text.casefold() and tokens(text[:600]) == wanted:
            return element
    return None


def shown_part(tree: HtmlElement, title: str) -> str:
    """A title whose one side of a separator is written out on the page by itself, cut down to that side: the headline
    of pages that use no heading for it, beside a site's name nothing else tells."""
    for mark in (last := list(_SEPARATOR.finditer(title))[:6])[-1:] + last[:1]:
        for part in (title[: mark.start()], title[mark.end() :]):
            words = tokens(part)
            if len(words) >= 3 and showing(tree, words) is not None:
                return part.strip()
    return title


def site_words(names: Iterable[str]) -> set[tuple[str, ...]]:
    """Token tuples of every way the site calls itself; "kompas.com" also as "kompas"."""
    found: set[tuple[str, ...]] = set()
    for name in names:
        parts = tokens(re.sub(r"^(?:https?://)?(?:www\.)?", "", clean(name).rstrip("/"), flags=re.IGNORECASE))
        if not parts or len(parts) > _MAX_AFFIX:
            continue
        found.add(parts)
        core = tuple(part for part in parts if part not in SITE_FILLER)
        if core and len("".join(core)) >= 3:
            found.add(core)
    return found


def strip_site(text: str, sites: set[tuple[str, ...]]) -> str:
    """The title without the site's names, page numbers and section labels at its edges."""
    for _ in range(4):
        shorter = _PAGE_SUFFIX.sub("", text)
        marks = list(_SEPARATOR.finditer(shorter))
        if marks:
            last, first = marks[-1], marks[0]
            tail, head = shorter[last.end() :], shorter[: first.start()]
            spaced = last.group(0)[:1].isspace() or "|" in last.group(0) or "»" in last.group(0)
            if spaced and tokens(shorter[: last.start()]) and is_affix(tail, sites):
                shorter = shorter[: last.start()]
            elif tokens(shorter[first.end() :]) and is_affix(head, sites, exact=True):
                shorter = shorter[first.end() :]
        if shorter == text:
            break
        text = shorter
    return text.strip()


def is_affix(part: str, sites: set[tuple[str, ...]], *, exact: bool = False) -> bool:
    """Whether a piece of a title is the site speaking of itself. In front of a title only its exact name counts:
    "Kompas: …" may be a story about it, but "KapanLagi.com: …" on KapanLagi is not."""
    part = part.strip()
    if not part or _PAGE_PART.match(part):
        return True
    words = tokens(part)
    if not words or len(words) > _MAX_AFFIX:
        return False
    joined = "".join(words)
    core = "".join(word for word in words if word not in SITE_FILLER)  # "Harian Fajar Selatan Online"
    for site in sites:
        if words == site or joined == "".join(site) or (core and core == "".join(site)):
            return True
        if not exact and any(words[at : at + len(site)] == site for at in range(len(words) - len(site) + 1)):
            return True
        if not exact and len(site) == 1 and len(site[0]) >= 5 and any(site[0] in word for word in words):
            return True
    return False


def choose(candidates: Sequence[tuple[str, str]], site_names: Iterable[str], slug: str = "") -> str | None:
    """The title among (place, text) pairs in page order, or None. Places are the keys of ``WEIGHTS``; ``slug`` is the
    path of the page's address, whose words tell a headline of two words from a section."""
    sites = site_words(site_names)
    own = {"".join(site) for site in sites}
    wordings: dict[tuple[str, ...], dict[str, str]] = {}  # words → place → spelling, in page order
    for place, raw in candidates:
        text = strip_site(clean(raw), sites)
        words = tokens(text)
        # "Kabar - Tegas Menyuarakan Fakta" as a link to the front page is a name as a whole, its slogan no headline.
        is_site = not own.isdisjoint(("".join(words), "".join(tokens(raw)))) or SITE_FILLER.issuperset(words)
        if words and (place == "selector" or not is_site):
            wordings.setdefault(words, {}).setdefault(place, text)
    declared = {
        words: places for words, places in wordings.items() if not _HEADINGS.issuperset(places)
    }  # only what is declared or is a first heading can be added to or stand alone
    best: tuple[float, str] | None = None
    for words, places in wordings.items():
        score = sum(WEIGHTS[place] for place in places)
        score += _held(words, places, declared, frozenset(tokens(slug[-MAX_TITLE:])))
        if _SUB_HEADINGS.issuperset(places) and score <= sum(WEIGHTS[place] for place in places):
            continue  # a sub-heading nobody else confirms
        if _HEADINGS.issuperset(places) and declared and score <= WEIGHTS["h1"]:
            alike = max(_likeness(set(other), set(words)) for other in declared)
            score *= 1.0 if alike >= _ALIKE else 0.5  # a heading nothing else on the page resembles: logo, section
        if best is None or score > best[0] + 1e-9:
            spelling = next((places[place] for place in _PREFERRED if place in places), next(iter(places.values())))
            best = (score, spelling)
    return _with_own_prefix(best[1], candidates, sites) if best else None


def _likeness(declared: set[str], shown: set[str]) -> float:
    """How far a heading says what a declared title says: shared words over all words, or, where the declared one was
    made shorter, over its own."""
    both = len(declared & shown)
    return both / (len(declared) if both >= 2 and len(shown) > len(declared) else len(declared | shown))


def _with_own_prefix(title: str, candidates: Sequence[tuple[str, str]], sites: set[tuple[str, ...]]) -> str:
    """The title with the site's name in front where the visible headline begins with it: "KontraS: Aparat Harus …" on
    KontraS' own site speaks of the institution."""
    for place, raw in candidates:
        text = clean(raw)
        head, mark, rest = text.partition(": ")
        if place in _HEADINGS and mark and tokens(rest) == tokens(title) and is_affix(head, sites, exact=True):
            return text
    return title


_SUB_HEADINGS = frozenset({"h2", "h3"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_VISIBLE = frozenset({"h1", "h2", "h3", "itemprop", "json-ld"})
_SHORT_TAIL = 4  # words behind a headline that are the site rather than the story
_PREFERRED = ("selector", "h1", "itemprop", "json-ld", "og")  # the visible spelling keeps its punctuation


def _held(
    words: tuple[str, ...],
    places: dict[str, str],
    declared: dict[tuple[str, ...], dict[str, str]],
    slug: frozenset[str],
) -> float:
    """Weight lent by declared titles that hold this one at an edge, the rest set off by a separator: all of it where a
    visible heading is followed by a few words ("Title : Okezone Economy"), else half ("Brandon Salim | Title")."""
    if len(words) < 3 and not (len(words) == 2 and slug.issuperset(words)):
        return 0.0
    text = next(iter(places.values()))
    visible = not _VISIBLE.isdisjoint(places)
    lent = 0.0
    for other, spellings in declared.items():
        extra = len(other) - len(words)
        if extra <= 0:
            continue
        for place, spelling in spellings.items():
            if place not in places and _set_off(text, spelling):
                short_tail = visible and extra <= _SHORT_TAIL and spelling.startswith(text)
                lent += WEIGHTS[place] * (1.0 if short_tail else 0.5)
    return lent


def _set_off(part: str, whole: str) -> bool:
    """Whether ``part`` is one end of ``whole``, cut off there by a spaced separator."""
    if whole.startswith(part):
        return bool(re.match(r"\s[-–—|:»·•]|\s?[|»]", whole[len(part) :]))
    if whole.endswith(part):
        return bool(re.search(r"(?:\s[-–—|:»·•]|[|»])\s?$", whole[: -len(part)]))
    return False
