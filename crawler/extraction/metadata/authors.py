"""Who wrote it: names freed of roles, outlets, avatars and newsroom desks.

JSON-LD and meta tags come first; where they name only the outlet or nobody, the visible byline is read ("Reporter:
X | Editor: Y", "Pewarta: X", "Penulis X", "Oleh X").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from lxml.html import HtmlElement

from crawler.extraction.attribution.agencies import table
from crawler.extraction.metadata import page_bylines, titles
from crawler.extraction.page import json_ld as ld

MAX_AUTHORS = 12
MAX_NAME = 60  # characters; the longest real byline seen was 41

_WRITER = (
    r"reporter|jurnalis|journalist|pewarta|penulis|wartawan|kontributor|contributor|koresponden|writer|author|oleh|by|rep"
    r"|laporan(?: wartawan| kontributor| reporter)?|laporan dari|penerjemah|ditulis oleh|written by|posted by"
    r"|diposting oleh|teks"
)
_EDITOR = r"editor|redaktur|red|penyunting|uploader|pengunggah"
_OTHER = r"fotografer|foto|photographer|video|sumber|source|copyright"  # who wrote nothing
_ROLE = re.compile(
    rf"(?:(?<=^)|(?<=[\s|/,;(•·-]))({_WRITER}|{_EDITOR}|{_OTHER})\s{{0,3}}(?:[:：]|(?<=oleh)\s|(?<=by)\s)\s{{0,3}}",
    re.IGNORECASE,
)
_LEADING_ROLE = re.compile(rf"^(?:{_WRITER}|{_EDITOR}|{_OTHER})\b\s{{0,3}}[:：,-]?\s{{1,3}}", re.IGNORECASE)
_EDITOR_ROLE = re.compile(rf"(?:{_EDITOR})", re.IGNORECASE)
_OTHER_ROLE = re.compile(rf"(?:{_OTHER})", re.IGNORECASE)
_AGE = re.compile(
    r"(?<![0-9])[0-9]{1,3} (?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|minutes?|hours?|days?)"
    r" (?:yang )?(?:lalu|ago)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:(?<=\w)|(?<=[-–—|/,( ]))(?:avatar|profile(?: picture)?)$|"
    r"[-–—|/,(]\s{0,3}(?:penulis|reporter|editor|jurnalis|wartawan|kontributor|pewarta|author)\s?\)?$",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r",?\s?\b(?:S|M)\.?(?:Pd|H|E|T|Sos|Kom|IP|I\.?P|Ag|Si|M|A|Hum|Ikom|I\.Kom)\.?(?:I\.?)?$|,\s?(?:Lc|Ph\.?D|Dr)\.?$"
)
_SPLIT = re.compile(r"[;|/•·&]|,(?!\s?(?:S|M|SH|SE|ST|Dr|Ph|Lc|A|Amd|Jr|Sr)\b\.?)|\s(?:dan|and|serta)\s")
_DASHED = re.compile(r"\s[-–—]\s")
_ROLE_ONLY = re.compile(r"^(?:kontributor|koresponden|wartawan|jurnalis|reporter|biro)\s", re.IGNORECASE)
_NOBODY = re.compile(
    r"^(?:the )?(?:tim |team )?(?:admin(?:istrator|web|istrasi)?[0-9]{0,6}|redaksi|redaktur|redaktor|editor(?:ial)?"
    r"|newsroom|super ?admin|user|guest|developer|webmaster|penulis|reporter|wartawan|kontributor|jurnalis|writer"
    r"|author|operator|publisher|humas|desk|tim|team|unknown|null|none|undefined|anonymous|anonim|-|n/?a)[0-9]{0,6}"
    r"(?: (?:desk|web|news|online|redaksi|media|internasional|digital|liputan|avatar|developer|[0-9]{1,6})){0,6}$",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:redaksi|newsroom|news desk|developer|cyber media|tim (?:redaksi|liputan)|admin|editorial)\b", re.IGNORECASE
)


def clean_names(raw: str, site: set[tuple[str, ...]] | None = None) -> list[str]:
    """The people in one author string; editors only where no writer is named in it, photographers and sources never.

    >>> clean_names("Reporter: Budi Santoso | Editor: Rina")
    ['Budi Santoso']
    """
    text = _AGE.sub(" ", titles.clean(raw[:600]))
    if text.startswith(("http://", "https://")):  # article:author is often a Facebook page
        return []
    parts = _ROLE.split(text)
    writers: list[str] = []
    editors: list[str] = []
    if parts[0].strip():
        writers += _names(parts[0], site)
    for role, value in zip(parts[1::2], parts[2::2], strict=False):
        if not _OTHER_ROLE.fullmatch(role):
            (editors if _EDITOR_ROLE.fullmatch(role) else writers).extend(_names(value, site))
    return list(dict.fromkeys(writers or editors))


def _names(text: str, site: set[tuple[str, ...]] | None) -> list[str]:
    found: list[str] = []
    of_roles: list[str] = []  # "Kontributor Aceh": a place as often as a person
    for piece in _SPLIT.split(text):
        # Of "Nur Aini - Kabar Kota" one side is a person, the other the site, a channel or a place.
        for side in _DASHED.split(piece):
            name = side.strip(" \t-–—|,:;.()[]•·\"'")
            role = _ROLE_ONLY.match(name) is not None
            for _ in range(3):
                shorter = _TRAILING.sub("", _LEADING_ROLE.sub("", name))
                shorter = _DEGREE.sub("", shorter.strip(" -–—|,:;()")).strip(" -–—|,:;()")
                if shorter == name or not shorter:
                    break
                name = shorter
            if _is_person(name, site or set()):
                (of_roles if role and " " not in name else found).append(_cased(name))
                break
    return found or of_roles


def _is_person(name: str, site: set[tuple[str, ...]]) -> bool:
    if not 2 < len(name) <= MAX_NAME or _NOBODY.match(name) or _DESK.search(name):
        return False
    if "://" in name or "@" in name or ("." in name and re.search(r"\.(?:com?|id|net|org|tv)\b", name, re.IGNORECASE)):
        return False
    if re.search(r"[0-9]{2,}|[<>{}=_?!]", name) or len(name.split()) > 6 or table().find(name) is not None:
        return False
    words = titles.tokens(name)
    joined = "".join(words)
    core = "".join(word for word in words if word not in titles.SITE_FILLER)  # "Kabarin News" of Kabarin
    return not any(
        joined == "".join(own) or core == "".join(own) or (len(own) > 1 and own == words[: len(own)]) for own in site
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
    names: Sequence[str],
    selectors: Sequence[str] = (),
    title: str | None = None,
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
        lambda: page_bylines.marked(tree),
        lambda: page_bylines.labelled(tree),
        lambda: page_bylines.beside(tree, title, names),
        lambda: page_bylines.opinion(tree),
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
