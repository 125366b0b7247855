"""Who wrote it: names freed of roles, outlets, avatars and newsroom desks.

JSON-LD and meta tags come first; where they name only the outlet or nobody, the visible byline is read ("Reporter:
X | Editor: Y", "Pewarta: X", "Penulis X", "Oleh X").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from lxml.html import HtmlElement

from crawler.extraction.metadata import titles
from crawler.extraction.page import json_ld as ld
from crawler.extraction.page.selectors import text_of

MAX_AUTHORS = 12
MAX_NAME = 60  # characters; the longest real byline seen was 41

_WRITER = (
    r"reporter|jurnalis|journalist|pewarta|penulis|wartawan|kontributor|contributor|koresponden|writer|author|oleh|by|rep"
    r"|laporan(?: wartawan| kontributor| reporter)?|laporan dari|penerjemah|ditulis oleh|written by|posted by"
    r"|diposting oleh|teks"
)
_OTHER = (
    r"editor|redaktur|red|penyunting|uploader|pengunggah|fotografer|foto|photographer|video|sumber|source|copyright"
)
_ROLE = re.compile(
    rf"(?:(?<=^)|(?<=[\s|/,;(•·-]))({_WRITER}|{_OTHER})\s*(?:[:：]|(?<=oleh)\s|(?<=by)\s)\s*", re.IGNORECASE
)
_LEADING_ROLE = re.compile(rf"^(?:{_WRITER}|{_OTHER})\b\s*[:：,-]?\s+", re.IGNORECASE)
_OTHER_ROLE = re.compile(rf"^(?:{_OTHER})$", re.IGNORECASE)
_TRAILING = re.compile(
    r"\s*(?:[-–—|/,(]\s*)?(?:avatar|profile(?: picture)?)$|"
    r"\s*[-–—|/,(]\s*(?:penulis|reporter|editor|jurnalis|wartawan|kontributor|pewarta|author)\s*\)?$",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r",?\s*\b(?:S|M)\.?(?:Pd|H|E|T|Sos|Kom|IP|I\.?P|Ag|Si|M|A|Hum|Ikom|I\.Kom)\.?(?:I\.?)?$|,\s*(?:Lc|Ph\.?D|Dr)\.?$"
)
_SPLIT = re.compile(r"\s*(?:[;|/•·&]|,(?!\s*(?:S|M|SH|SE|ST|Dr|Ph|Lc|A|Amd|Jr|Sr)\b\.?)|\s(?:dan|and|serta)\s)\s*")
_NOBODY = re.compile(
    r"^(?:the )?(?:tim |team )?(?:admin(?:istrator|web|istrasi)?\d*|redaksi|redaktur|redaktor|editor(?:ial)?|newsroom|"
    r"super ?admin|user|guest|developer|webmaster|penulis|reporter|wartawan|kontributor|jurnalis|writer|author|"
    r"operator|publisher|humas|desk|tim|team|unknown|null|none|undefined|anonymous|anonim|-|n/?a)\d*"
    r"(?: (?:desk|web|news|online|redaksi|media|internasional|digital|liputan|avatar|developer|\d+))*$",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:redaksi|newsroom|news desk|developer|cyber media|tim (?:redaksi|liputan)|admin|editorial)\b", re.IGNORECASE
)
_AUTHOR_CLASS = re.compile(r"author|byline|reporter|penulis|jurnalis|writer|pewarta", re.IGNORECASE)
_LABELS = ("Reporter", "Pewarta", "Penulis", "Jurnalis", "Wartawan", "Kontributor", "Rep:", "Oleh:", "Oleh :")
_LABELLED = re.compile(
    r"(?:Reporter|Pewarta|Penulis|Jurnalis|Wartawan|Kontributor|Rep|Oleh)[ \t]*(?:/[ \t]*\w+[ \t]*)?[:：]"
    r"\s*([A-Z][^\n:：|<>{}\"]{2,50})"
)
_GLUED = re.compile(r"(?<=[a-z.])(?=(?:Editor|Redaktur|Penyunting|Uploader|Foto|Copyright|COPYRIGHT)\b)")  # a lost <br>
_FOREIGN = re.compile(
    r"comment|komentar|related|terkait|sidebar|footer|widget|popular|recent|nav|menu|wpd-|photo|foto|caption",
    re.IGNORECASE,
)


def clean_names(raw: str, site: set[tuple[str, ...]] | None = None) -> list[str]:
    """The people in one author string; editors only where no writer is named in it.

    >>> clean_names("Reporter: Budi Santoso | Editor: Rina")
    ['Budi Santoso']
    """
    text = titles.clean(raw[:600])
    if re.match(r"https?://", text):  # article:author is often a Facebook page
        return []
    parts = _ROLE.split(text)
    writers: list[str] = []
    others: list[str] = []
    if parts[0].strip():
        writers += _names(parts[0], site)
    for role, value in zip(parts[1::2], parts[2::2], strict=False):
        (others if _OTHER_ROLE.match(role) else writers).extend(_names(value, site))
    return list(dict.fromkeys(writers or others))


def _names(text: str, site: set[tuple[str, ...]] | None) -> list[str]:
    found = []
    for piece in _SPLIT.split(text):
        name = piece.strip(" \t-–—|,:;.()[]•·\"'")
        for _ in range(3):
            shorter = _DEGREE.sub("", _TRAILING.sub("", _LEADING_ROLE.sub("", name))).strip(" -–—|,:;()")
            if shorter == name or not shorter:
                break
            name = shorter
        if _is_person(name, site or set()):
            found.append(_cased(name))
    return found


def _is_person(name: str, site: set[tuple[str, ...]]) -> bool:
    if not 2 < len(name) <= MAX_NAME or _NOBODY.match(name) or _DESK.search(name):
        return False
    if "://" in name or "@" in name or ("." in name and re.search(r"\.(?:com?|id|net|org|tv)\b", name, re.IGNORECASE)):
        return False
    if re.search(r"\d{2,}|[<>{}=_]", name) or len(name.split()) > 6:
        return False
    words = titles.tokens(name)
    joined = "".join(words)
    return not any(
        words == own or joined == "".join(own) or (len(own) > 1 and own == words[: len(own)]) for own in site
    )


def _cased(name: str) -> str:
    """ "BUDI SANTOSO" and "budi santoso" as "Budi Santoso"; anything mixed stays as written."""
    if len(name) > 4 and (name.isupper() or name.islower()):
        return " ".join(word.capitalize() for word in name.split())
    return name


def read_authors(
    tree: HtmlElement,
    nodes: Sequence[dict[str, object]],
    declared: Iterable[str],
    names: Iterable[str],
    selectors: Sequence[str] = (),
) -> list[str]:
    """Authors of a page from JSON-LD ``nodes``, ``declared`` meta values, else the visible byline, at most 12."""
    site = titles.site_words(names)
    if selectors:
        from crawler.extraction.page.selectors import selected_text

        chosen = [name for text in selected_text(tree, selectors) for name in clean_names(text, site)]
        if chosen:
            return list(dict.fromkeys(chosen))[:MAX_AUTHORS]
    ways: tuple[Callable[[], list[str]], ...] = (
        lambda: _from_json_ld(nodes),
        lambda: list(declared),
        lambda: _visible(tree),
        lambda: _labelled(tree),
    )
    for read in ways:
        found = [name for text in read() for name in clean_names(text, site)]
        if found:
            unique: dict[str, str] = {}
            for name in found:
                unique.setdefault(name.casefold(), name)
            return list(unique.values())[:MAX_AUTHORS]
    return []


def _from_json_ld(nodes: Sequence[dict[str, object]]) -> list[str]:
    for node in nodes:
        if not ld.is_article(node):
            continue
        authors = node.get("author") or node.get("creator")
        found = []
        for item in authors[:MAX_AUTHORS] if isinstance(authors, list) else [authors]:
            if isinstance(item, str):
                found.append(item)
            elif isinstance(item, dict) and "organization" not in ld.types_of(item):
                value = item.get("name")
                found += [value] if isinstance(value, str) else [v for v in value or () if isinstance(v, str)]
        if found:
            return found
    return []


def _visible(tree: HtmlElement) -> list[str]:
    """Bylines marked as such: rel=author, microdata, or a class that says so, outside of comments and side columns."""
    found: list[str] = []
    looked = 0
    for element in tree.iter("a", "span", "div", "p", "address", "strong", "small", "td", "li"):
        name = element.get("class")
        if not (
            (name and _AUTHOR_CLASS.search(name))
            or element.get("rel") == "author"
            or element.get("itemprop") == "author"
        ):
            continue
        looked += 1
        if looked > 60:
            break
        if any(_FOREIGN.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in (element, *_up(element))):
            continue
        text = text_of(element, 200)
        if text and len(text) < 160 and not re.search(r"\d{1,2}[:.]\d{2}|\b20\d\d\b", text):
            found.append(text)
            if len(found) >= 3:
                break
    return found


def _labelled(tree: HtmlElement) -> list[str]:
    """Names behind a role in the page's text ("Pewarta: X" under an Antara story), looked for as plain text."""
    text = str(tree.text_content())[:600_000]
    found: list[str] = []
    for label in _LABELS:
        at = text.find(label)
        while at >= 0 and len(found) < 3:
            if match := _LABELLED.match(text, at):
                found.append(_GLUED.split(match.group(1))[0].strip())
            at = text.find(label, at + 1)
        if found:
            break
    return found


def _up(element: HtmlElement) -> list[HtmlElement]:
    return [up for _, up in zip(range(8), element.iterancestors(), strict=False)]
