"""Where a page shows who wrote it: an element called so, a role with a colon, or the line of an expert's opinion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.metadata import titles
from crawler.extraction.page.selectors import text_of

_PARTICLE = frozenset(
    ("al", "el", "bin", "binti", "van", "von", "de", "den", "der", "da", "di", "ter", "as", "ash", "a/l", "a/p")
)
# Who writes opinion: a role right under a name in bold, or behind one at the end.
_EXPERT = (
    r"(?:pengamat|dosen|guru besar|peneliti|mahasiswa|mahasiswi|direktur|ketua|analis|penulis|wartawan|jurnalis"
    r"|alumn[ius]{1,2}|pakar|kolumnis|staf|anggota|aktivis|pemerhati|pegiat|rektor|dekan|kandidat|praktisi|sejarawan|esais|advokat|redaktur)"
)
_EXPERT_LINE = re.compile(rf"{_EXPERT}\b", re.IGNORECASE)
_CAPITALS = r"[A-ZÀ-Þ][\w’'.-]{1,24}(?: [A-ZÀ-Þ][\w’'.-]{0,24}){1,3}"
_FULL_NAME = re.compile(_CAPITALS)
_SIGNED = re.compile(rf"\*\)?\s?({_CAPITALS})(?:,| adalah)\s{_EXPERT}\b")
# A day may stand right behind a name.
_DAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum.?at|Sabtu|Minggu|Ahad|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
_PERSON = rf"[A-ZÀ-Þ][\w’'.-]{{1,24}}(?: (?!{_DAY})[A-ZÀ-Þ][\w’'.-]{{0,24}}){{1,3}}"
_SIGNED_BY = re.compile(
    rf"(?:[Dd]itulis |[Dd]iposting |[Dd]ikirim |[Ww]ritten |[Pp]osted )?(?:[Oo]leh|OLEH|[Bb]y|BY)\s?[:：]?\s({_PERSON})"
    rf"\s{{0,3}}(?:$|[|·•/,–—-]|[0-9]|{_DAY})"
)
_HIS_PAGE = re.compile(r"/(?:authors?|penulis|reporter|wartawan|jurnalis|kontributor|writers?|profil(?:e|es)?)/")
_AT_SITE = re.compile(rf"({_PERSON})\s{{0,3}}[-–—|•,]\s{{0,3}}([^|•]{{3,40}})$")
# Two capitalised words that name nobody: a label in bold above a line.
_NO_NAME = re.compile(
    r"\b(?:korban|tewas|luka|daftar|nama|data|fakta|kronologi|profil|baca|catatan|tentang|kota|desa|negara|warga|polisi|tni"
    r"|presiden|menteri|kabar|berita|opini|kolom|perang|konflik|tersangka|pelaku|saksi)\b",
    re.IGNORECASE,
)
_AUTHOR_CLASS = re.compile(r"author|byline|reporter|penulis|jurnalis|writer|pewarta", re.IGNORECASE)
_LABELS = ("Reporter", "Pewarta", "Penulis", "Jurnalis", "Wartawan", "Kontributor", "Rep:", "Oleh:", "Oleh :")
_LABELLED = re.compile(
    r"(?:Reporter|Pewarta|Penulis|Jurnalis|Wartawan|Kontributor|Rep|Oleh)[ \t]{0,4}(?:/[ \t]{0,4}\w{1,20}[ \t]{0,4})?"
    r"[:：]\s{0,20}([A-Z][^\n:：|<>{}\"\[\]()]{2,50})"
)
_IMPRINT = re.compile(r"pemimpin (?:redaksi|umum|perusahaan)|penanggung ?jawab|redaktur pelaksana", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[a-z.])(?=(?:Editor|Redaktur|Penyunting|Uploader|Foto|Copyright|COPYRIGHT)\b)")  # a lost <br>
_FOREIGN = re.compile(
    r"comment|komentar|related|terkait|sidebar|footer|widget|popular|recent|nav|menu|wpd-|photo|foto|caption",
    re.IGNORECASE,
)


def marked(tree: HtmlElement) -> list[str]:
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


def labelled(tree: HtmlElement) -> list[str]:
    """Names behind a role in the page's text ("Pewarta: X" under an Antara story), looked for as plain text. In an
    interview the same words stand in front of questions, which are no names."""
    text = str(tree.text_content())[:600_000]
    found: list[str] = []
    for label in _LABELS:
        at = text.find(label)
        while at >= 0 and len(found) < 3:
            imprint = _IMPRINT.search(text, max(0, at - 300), at)  # the newsroom's list of its people
            if imprint is None and (match := _LABELLED.match(text, at)):
                name = _GLUED.split(match.group(1))[0].strip()
                if _reads_as_name(name.partition(",")[0]):
                    found.append(name)
            at = text.find(label, at + 1)
        if found:
            break
    return found


def beside(tree: HtmlElement, title: str | None, names: Iterable[str]) -> list[str]:
    """A short line right below the headline that is a name behind "Oleh" or "By", or one beside the site's own name,
    in elements of any name ("Oleh Nur Aini · Rabu, 9 Oktober 2024", "Nur Aini - Kabar Kota")."""
    wanted = titles.tokens(title or "")
    if not wanted:
        return []
    heading = next((found for found in tree.iter("h1", "h2", "h3") if titles.tokens(text_of(found)) == wanted), None)
    node = heading if heading is not None else titles.showing(tree, wanted)
    sites = titles.site_words(names)
    for _ in range(3):
        if node is None or node.tag == "body":
            return []
        for behind in islice(node.itersiblings(), 4):
            for element in islice(behind.iter(), 12):
                text = text_of(element, 200) if isinstance(element.tag, str) else ""
                if not 8 <= len(text) <= 160:
                    continue
                if element.tag == "a" and _HIS_PAGE.search(element.get("href") or "") and _FULL_NAME.fullmatch(text):
                    return [text]
                if found := _SIGNED_BY.match(text):
                    return [found.group(1)]
                if (found := _AT_SITE.match(text)) and titles.is_affix(found.group(2), sites, exact=True):
                    return [found.group(1)]
        node = node.getparent()
    return []


def opinion(tree: HtmlElement) -> list[str]:
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


def _reads_as_name(text: str) -> bool:
    """Whether all words begin with a capital letter but those that join names: no sentence does."""
    words = text.split()
    return text.isupper() or all(
        word[:1].isupper() or word.lower() in _PARTICLE or not word[0].isalpha() for word in words
    )
