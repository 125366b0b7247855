"""Who wrote it: names freed of roles, outlets, avatars and newsroom desks.

JSON-LD and meta tags come first; where they name only the outlet or nobody, the visible byline is read ("Reporter:
X | Editor: Y", "Pewarta: X", "Penulis X", "Oleh X").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from lxml.html import HtmlElement

from crawler.extraction.attribution.agencies import table
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
    r"(?<![0-9])[0-9]{1,3} (?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|minutes?|hours?|days?) (?:yang )?(?:lalu|ago)\b",
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
_PARTICLE = frozenset(
    ("al", "el", "bin", "binti", "van", "von", "de", "den", "der", "da", "di", "ter", "as", "ash", "a/l", "a/p")
)
_ROLE_ONLY = re.compile(r"^(?:kontributor|koresponden|wartawan|jurnalis|reporter|biro)\s", re.IGNORECASE)
_NOBODY = re.compile(
    r"^(?:the )?(?:tim |team )?(?:admin(?:istrator|web|istrasi)?[0-9]{0,6}|redaksi|redaktur|redaktor|editor(?:ial)?|newsroom|"
    r"super ?admin|user|guest|developer|webmaster|penulis|reporter|wartawan|kontributor|jurnalis|writer|author|"
    r"operator|publisher|humas|desk|tim|team|unknown|null|none|undefined|anonymous|anonim|-|n/?a)[0-9]{0,6}"
    r"(?: (?:desk|web|news|online|redaksi|media|internasional|digital|liputan|avatar|developer|[0-9]{1,6})){0,6}$",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:redaksi|newsroom|news desk|developer|cyber media|tim (?:redaksi|liputan)|admin|editorial)\b", re.IGNORECASE
)
# Who writes opinion: a role right under a name in bold, or behind one at the end.
_EXPERT = (
    r"(?:pengamat|dosen|guru besar|peneliti|mahasiswa|mahasiswi|direktur|ketua|analis|penulis|wartawan|jurnalis|alumn[ius]{1,2}"
    r"|pakar|kolumnis|staf|anggota|aktivis|pemerhati|pegiat|rektor|dekan|kandidat|praktisi|sejarawan|esais|advokat|redaktur)"
)
_EXPERT_LINE = re.compile(rf"{_EXPERT}\b", re.IGNORECASE)
_CAPITALS = r"[A-ZÀ-Þ][\w’'.-]{1,24}(?: [A-ZÀ-Þ][\w’'.-]{0,24}){1,3}"
_FULL_NAME = re.compile(_CAPITALS)
_SIGNED = re.compile(rf"\*\)?\s?({_CAPITALS})(?:,| adalah)\s{_EXPERT}\b")
# Two capitalised words that name nobody: a label in bold above a line.
_NO_NAME = re.compile(
    r"\b(?:korban|tewas|luka|daftar|nama|data|fakta|kronologi|profil|baca|catatan|tentang|kota|desa|negara|warga|polisi|tni"
    r"|presiden|menteri|kabar|berita|opini|kolom|perang|konflik|tersangka|pelaku|saksi)\b",
    re.IGNORECASE,
)
_AUTHOR_CLASS = re.compile(r"author|byline|reporter|penulis|jurnalis|writer|pewarta", re.IGNORECASE)
_LABELS = ("Reporter", "Pewarta", "Penulis", "Jurnalis", "Wartawan", "Kontributor", "Rep:", "Oleh:", "Oleh :")
_LABELLED = re.compile(
    r"(?:Reporter|Pewarta|Penulis|Jurnalis|Wartawan|Kontributor|Rep|Oleh)[ \t]{0,4}(?:/[ \t]{0,4}\w{1,20}[ \t]{0,4})?[:：]"
    r"\s{0,20}([A-Z][^\n:：|<>{}\"]{2,50})"
)
_GLUED = re.compile(r"(?<=[a-z.])(?=(?:Editor|Redaktur|Penyunting|Uploader|Foto|Copyright|COPYRIGHT)\b)")  # a lost <br>
_FOREIGN = re.compile(
    r"comment|komentar|related|terkait|sidebar|footer|widget|popular|recent|nav|menu|wpd-|photo|foto|caption",
    re.IGNORECASE,
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
    return not any(
        words == own or joined == "".join(own) or (len(own) > 1 and own == words[: len(own)]) for own in site
    )


def _reads_as_name(text: str) -> bool:
    """Whether all words begin with a capital letter but those that join names: no sentence does."""
    words = text.split()
    return text.isupper() or all(
        word[:1].isupper() or word.lower() in _PARTICLE or not word[0].isalpha() for word in words
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
        lambda: _opinion(tree),
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
    """Bylines marked as such: rel=author, microdata, or a class that says so, outside of comments and side columns. Of
    several, those that stand nearest to the headline: lists of other stories name their writers as well."""
    heading = next((found for found in tree.iter("h1", "h2") if len(text_of(found, 200)) > 3), None)
    above = [] if heading is None else [heading, *heading.iterancestors()]
    found: list[tuple[int, str]] = []
    looked = 0
    for element in tree.iter("a", "span", "div", "p", "address", "strong", "small", "td", "li", "h3", "h4", "h5"):
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
        if text and len(text) < 160 and not re.search(r"[0-9]{1,2}[:.][0-9]{2}|\b20[0-9]{2}\b", text):
            found.append((_distance(element, above), text))
    nearest = min((distance for distance, _ in found), default=0)
    return [text for distance, text in found if distance == nearest][:3]


def _distance(element: HtmlElement, above: list[HtmlElement]) -> int:
    """How many levels above the headline the element is that holds both."""
    here = {element, *element.iterancestors()}
    return next((level for level, up in enumerate(above) if up in here), len(above))


def _labelled(tree: HtmlElement) -> list[str]:
    """Names behind a role in the page's text ("Pewarta: X" under an Antara story), looked for as plain text. In an
    interview the same words stand in front of questions, which are no names."""
    text = str(tree.text_content())[:600_000]
    found: list[str] = []
    for label in _LABELS:
        at = text.find(label)
        while at >= 0 and len(found) < 3:
            if match := _LABELLED.match(text, at):
                name = _GLUED.split(match.group(1))[0].strip()
                if _reads_as_name(name.partition(",")[0]):
                    found.append(name)
            at = text.find(label, at + 1)
        if found:
            break
    return found


def _opinion(tree: HtmlElement) -> list[str]:
    """The writer of an opinion: a name in bold that opens a block, a role such as "Dosen …" on the line below it, or
    the note at the end ("*) Nur Aini adalah peneliti …")."""
    for number, element in enumerate(tree.iter("strong", "b")):
        if number >= 40:
            break
        holder = element.getparent()
        name = text_of(element, 100).strip(" ,")
        if holder is None or not _FULL_NAME.fullmatch(name) or _NO_NAME.search(name) or not _opens(element, holder):
            continue
        below = text_of(holder, 400)[len(name) :].strip(" ,*()")
        if not below:
            block = holder.getnext()
            below = text_of(block, 200) if block is not None and block.tag in ("p", "div") else ""
        if len(below) <= 160 and _EXPERT_LINE.match(below):
            return [name]
    signed = _SIGNED.findall(str(tree.text_content())[-20_000:])
    return [name for name in signed[-1:] if not _NO_NAME.search(name)]


def _opens(element: HtmlElement, holder: HtmlElement) -> bool:
    """Whether nothing stands in front of an element in its block, and a line break or nothing behind it."""
    if (holder.text or "").strip() or element.getprevious() is not None:
        return False
    behind = element.getnext()
    return not (element.tail or "").strip() and (behind is None or behind.tag == "br")


def _up(element: HtmlElement) -> list[HtmlElement]:
    return [up for _, up in zip(range(8), element.iterancestors(), strict=False)]
