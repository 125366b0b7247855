"""Whose report is it? The dateline at the head of a story, and the agencies and outlets it cites.

A name alone proves nothing ("wartawan AP tewas", "antara", "Sputnik V"): it counts right behind a word that cites
("dilansir", "lapor", "kepada"), in front of one ("Reuters melaporkan"), with the day of the report behind it
("Al Jazeera, Senin"), or in a source mark ("Sumber: …", "(Antara)"). docs/attribution.md lists the wordings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.extraction.attribution import citations, datelines
from crawler.extraction.attribution.agencies import Source, Table, key_of, table
from crawler.outlets import Outlet
from storage.article import Link

MAX_TEXT = 60_000  # characters looked at
MAX_SOURCES = 20
_BLANKS = re.compile(r"[^\S\n]+")  # each run is met once, from its start
_BLANK_LINES = re.compile(r"\n(?: ?\n)+")
_SOURCE_MARK = re.compile(
    r"(?:^|\n|[(\[|]) ?[*–—-]{0,3} ?(?:sumber(?: (?:berita|artikel|asli|tulisan|rujukan))?|sources?"
    r"|(?:dikutip|dilansir|disadur)(?: dari)?|artikel asli|via) ?[:：] ?([^\n)\]]{2,160})",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:^|\n) ?(?:sumber(?: (?:berita|artikel|asli|tulisan))?|sources?|dikutip dari|disadur dari|artikel asli|via)"
    r" ?[:：] ?(?=\n|$)",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(r"\A(?:https?://|www\.)\S{4,300}$|\A[a-z0-9-]{2,60}(?:\.[a-z]{2,12}){1,3}$", re.IGNORECASE)
_END_MARK = re.compile(r"[(\[]([^()\[\]\n]{2,48})[)\]][ .*]{0,4}(?=\n|$)")
_WHOLE_MARK = re.compile(r" ?[(\[][^()\[\]\n]{2,48}[)\]][ .*]{0,4}")
_PHOTO_MARK = re.compile(r"\b(?:foto|photo|dok|gambar|ilustrasi|image|video|caption)\b", re.IGNORECASE)
_INITIALS = re.compile(r"[A-Za-z]{1,4}|[a-z]{1,12}[0-9]{0,4}|[0-9]{1,4}|\*{1,3}")
_IN_MARK = re.compile(r"[/,;|&]| dan | and ")
_IN_SOURCES = re.compile(r" ?(?:,|;|/(?!/)(?= ?[A-Z])|\||&| dan | and ) ?")
_ORIGINAL = re.compile(
    r"^\W{0,9}(?:source(?: link| article)?|sumber(?: asli| berita| artikel)?|original (?:article|source|post)"
    r"|artikel asli|baca (?:artikel|berita) asli\w{0,9}|read (?:the )?original|via|link sumber|selengkapnya di)\b",
    re.IGNORECASE,
)
_TITLE_SUFFIX = re.compile(r"\s[:|–—-]\s?([^:|–—]{2,40})$")


@dataclass(slots=True)
class Attribution:
    """``dateline``: the place a story is datelined from. ``dateline_outlet``: the outlet named in it, which on another
    site shows whose story it is. ``cited_sources``: agencies and outlets it cites, in order of appearance, by the
    names of ``agencies.toml`` or, where unknown, by their own."""

    dateline: str | None = None
    cited_sources: list[str] = field(default_factory=list)
    dateline_outlet: str | None = None


def attribute(
    title: str | None,
    text: str,
    *,
    cut_lines: Sequence[str] = (),
    links: Sequence[Link] = (),
    outlet: Outlet | None = None,
    own_names: Iterable[str] = (),
) -> Attribution:
    """Dateline and cited sources of an article.

    ``text`` is the clean text, ``cut_lines`` what the cleaner took out (source marks and datelines hide there),
    ``links`` the article's links (an anchor such as "Source link", or the label "Sumber:" alone, names the original).
    ``outlet`` and ``own_names`` (site name, host) keep a site that cites itself out. Never raises.
    """
    known = table()
    text = _folded(text[:MAX_TEXT])
    head = datelines.find(text, title, cut_lines)
    own = _Own(known, outlet, own_names)
    if head.place and not head.outlet and own.is_own(head.place):
        head = datelines.Dateline(None, head.place)  # a site of one word in front of a dash
    if head.place and own.is_own(head.place.rpartition(", ")[2]):
        head.place = head.place.rpartition(", ")[0] or None  # "Kota Sora, Kabar Sora –"
    if head.outlet and not own:
        own.add(head.outlet)  # nothing else is known of the site, and most sites dateline themselves
    found: list[tuple[int, str]] = []
    if own.known:  # on another site, or as a partner ("ANTARA/Xinhua"), an outlet in the dateline is a source
        found += [(0, source.name) for name in head.names if (source := known.find(name)) is not None]
    if title and (match := _TITLE_SUFFIX.search(title)) and (source := known.find(match.group(1))):
        found.append((0, source.name))
    found += citations.in_sentences(text, known)
    found += _marks(text, known)
    rest = _folded("\n".join(line[:400] for line in cut_lines[:200]))
    found += [(len(text) + at, name) for at, name in _marks(rest, known, cut=True)]
    for link in links[:400]:
        if link.kind != "next" and _ORIGINAL.match(link.anchor) and (source := known.at(link.url)):
            found.append((-1, source.name))  # the original a page links to comes first
    if _LABEL_ALONE.search(text) or _LABEL_ALONE.search(rest):
        found += [(len(text) + len(rest), name) for name in _first_bare_link(links, known)]
    names = [name for _, name in sorted(found, key=lambda item: item[0]) if not own.is_own(name)]
    outlet_name = head.outlet
    if outlet_name and (source := known.find(outlet_name)):
        outlet_name = source.name
    return Attribution(head.place, _unique(names), outlet_name)


def _folded(text: str) -> str:
    """The text with runs of white space shortened: no pattern below may meet thousands of blanks."""
    return _BLANK_LINES.sub("\n\n", _BLANKS.sub(" ", text))


class _Own:
    """The site itself, under all its names."""

    def __init__(self, known: Table, outlet: Outlet | None, names: Iterable[str]) -> None:
        self._table = known
        self._keys: set[str] = set()
        for name in names:
            self.add(name)
        if outlet:
            for name in (outlet.name, *outlet.domains):
                self.add(name)
        self.known = bool(self._keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def add(self, name: str) -> None:
        if not name:
            return
        self._keys.add(key_of(name))
        if source := self._table.find(name):
            self._keys.add(key_of(source.name))

    def is_own(self, name: str) -> bool:
        return key_of(name) in self._keys


def _unique(names: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(key_of(name), name)
    return list(kept.values())[:MAX_SOURCES]


def _first_bare_link(links: Sequence[Link], known: Table) -> list[str]:
    """The outlet of the first link that shows its address, as stands under a "Sumber:" of its own."""
    for link in links[:400]:
        if link.kind != "next" and _BARE_LINK.match(link.anchor.strip()[:400]):
            source = known.at(link.url)
            unknown = citations.unknown_at(link.url, 0, known)
            return [source.name] if source else [unknown[1].removeprefix("www.")] if unknown else []
    return []


def _marks(text: str, known: Table, *, cut: bool = False) -> list[tuple[int, str]]:
    """Source marks: "Sumber: Daily Sabah", "(Source: BBC)", and "(Antara/Reuters)" at the end of a paragraph. Among
    lines that were ``cut``, only those that are a mark as a whole: others are captions and credits."""
    found: list[tuple[int, str]] = []
    for match in _SOURCE_MARK.finditer(text):
        if _PHOTO_MARK.search(match.group(0)[:40]):
            continue
        for piece in _IN_SOURCES.split(match.group(1).strip(' .*"“”')):
            name = _named(piece, known)
            found += [(match.start(), name)] if name else []
    for match in _END_MARK.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if _PHOTO_MARK.search(match.group(1)) or (cut and not _WHOLE_MARK.fullmatch(text[start : match.end()])):
            continue
        pieces = [piece.strip() for piece in _IN_MARK.split(match.group(1))]
        sources = [_in_mark(piece, known, first=number == 0 and len(pieces) > 1) for number, piece in enumerate(pieces)]
        if all(source or _INITIALS.fullmatch(piece) for source, piece in zip(sources, pieces, strict=True)):
            found += [(match.start(), source.name) for source in sources if source]
    return found


def _in_mark(piece: str, known: Table, *, first: bool) -> Source | None:
    """The source that one piece of a mark names; in front of an editor's initials also by its own ("ant/rin")."""
    if first and piece.lower() in known.by_initials:
        return known.by_initials[piece.lower()]
    if piece.islower() and len(piece) <= 3:
        return known.by_spelling.get(piece)
    return known.find(piece) or (known.find(piece.partition("-")[0]) if "-" in piece else None)


def _named(piece: str, known: Table) -> str | None:
    """The outlet a source mark names, whole; None for "berbagai sumber", offices, platforms and photographers."""
    piece = piece.strip(' .:*"“”()-–—')
    if known.is_office(piece):
        return None
    piece = piece[citations.past_fillers(piece, 0) :]
    if not piece:
        return None
    if source := known.find(piece):
        return source.name
    if spelling := known.name_at(piece, 0):
        return known.by_spelling[spelling].name
    unknown = citations.unknown_at(piece, 0, known)
    if unknown is None or len(piece.split()) > 5:
        return None
    source = known.find(unknown[1])
    return source.name if source else unknown[1]
