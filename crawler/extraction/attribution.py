"""Whose report is it? The dateline at the head of a story, and the agencies and outlets it cites.

A name alone proves nothing ("wartawan AP tewas", "antara", "Sputnik V"): it counts right behind a word that cites
("dilansir", "lapor", "kepada"), in front of one ("Reuters melaporkan"), with the day of the report behind it
("Al Jazeera, Senin"), or in a source mark ("Sumber: …", "(Antara)"). docs/attribution.md lists the wordings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.extraction import datelines
from crawler.extraction.sources import Source, Table, table
from crawler.outlets import Outlet
from storage.article import Link

MAX_TEXT = 60_000  # characters looked at
MAX_SOURCES = 20
_REACH = 90  # characters between a citing word and the end of the words that may stand before the name

_WEEKDAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu|Ahad|Isnin|Khamis|Jumaat)"
# Words that say where a report is from, so that even an unknown name behind them is an outlet.
_STRONG = (
    r"(?:(?:di|me)lansir(?:kan)?|(?:di)?kutip(?:an)?\s+(?:dari|oleh|dalam|melalui|via)|dikutip|di?nukil|menukil|disadur|menyadur|dihimpun\s+dari|"
    r"(?:di|me)wartakan(?:\s+oleh)?|diberitakan(?:\s+(?:oleh|dari))?|sadur(?:an)? dari|diterjemahkan dari|dipetik(?: daripada| dari)?|memetik)"
)
# Words that cite an agency, but a person or an office as often: only known names behind them.
_WEAK = (
    r"(?:mengutip|menurut|kepada|lapor|laporan|melapor(?:kan)?\s+(?:kepada|ke)|dilaporkan(?:\s+(?:oleh|dari))?|seperti\s+diberitakan|tulis|ditulis|"
    r"demikian|disiarkan(?:\s+(?:oleh|di))?|ditayangkan(?:\s+(?:oleh|di))?|dirilis(?:\s+(?:oleh|di))?|dimuat(?:\s+(?:oleh|di|dalam))?|dipublikasikan(?:\s+(?:oleh|di))?|"
    r"wawancara\s+(?:dengan|bersama)|berbicara\s+(?:kepada|dengan|pada)|via|merujuk|dari\s+laporan|versi|memberi\s*tahu|kabar|berita|kata)"
)
_MEDIUM = (
    r"kantor\s+berita|agensi\s+berita|surat\s+kabar|harian|koran|majalah|tabloid|stasiun\s+(?:televisi|tv|radio)|saluran(?:\s+(?:televisi|tv|berita))?|"
    r"televisi|jaringan(?:\s+televisi)?|radio|situs(?:\s+(?:web|berita|resmi))?|laman(?:\s+(?:web|berita|resmi))?|portal(?:\s+berita)?|website|"
    r"media(?!\s+sosial)(?:\s+(?:massa|pemerintah|lokal|asing|online|daring|internasional|asal))?|outlet\s+berita|akhbar|TV"
)
_FILL = (
    rf"(?:dari|oleh|dalam|pada|kepada|di|ke|yang|bahwa|laporan|berita|pemberitaan|artikel|menurut|sebuah|resmi|pemerintah|negara|nasional|"
    rf"milik|berbahasa|semi-resmi|swasta|terkemuka|asal|lokal|berbasis|online|daring|{_MEDIUM})"
)
_CITING = re.compile(
    rf"(?<![\w-])(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK})|(?P<medium>{_MEDIUM}))(?=[\s,:“\"])", re.IGNORECASE
)
_WORDS = re.compile(r"\w+")
# First words of all citing words above: most words of a text are none and are passed over.
_CITING_FIRST = frozenset(
    [
        "dilansir",
        "dilansirkan",
        "melansir",
        "melansirkan",
        "dikutip",
        "kutipan",
        "kutip",
        "dinukil",
        "nukil",
        "menukil",
        "disadur",
        "menyadur",
        "dihimpun",
        "diwartakan",
        "mewartakan",
        "diberitakan",
        "saduran",
        "sadur",
        "diterjemahkan",
        "dipetik",
        "memetik",
        "mengutip",
        "menurut",
        "kepada",
        "lapor",
        "laporan",
        "melapor",
        "melaporkan",
        "dilaporkan",
        "seperti",
        "tulis",
        "ditulis",
        "demikian",
        "disiarkan",
        "ditayangkan",
        "dirilis",
        "dimuat",
        "dipublikasikan",
        "wawancara",
        "berbicara",
        "via",
        "merujuk",
        "dari",
        "versi",
        "memberi",
        "memberitahu",
        "kabar",
        "berita",
        "kata",
        "kantor",
        "agensi",
        "surat",
        "harian",
        "koran",
        "majalah",
        "tabloid",
        "stasiun",
        "saluran",
        "televisi",
        "jaringan",
        "radio",
        "situs",
        "laman",
        "portal",
        "website",
        "media",
        "outlet",
        "akhbar",
        "tv",
    ]
)
_FILLERS = re.compile(rf"(?:[ \t,:]*(?:{_FILL})(?![\w-]))*[ \t,:]*[“\"‘']?", re.IGNORECASE)  # never into the next line
_OFFICIAL = re.compile(
    r"\b(?:media|radio|jaringan|saluran|televisi|tv|situs|laman|website|portal|web)(?:\s+(?:resmi|pemerintah|lokal|asing|web))*\W*$",
    re.IGNORECASE,
)
_HAS_MEDIUM = re.compile(rf"\b(?:{_MEDIUM})\b", re.IGNORECASE)
_PLACE_WORD = re.compile(r"([A-ZÇŞİÜÖ][\w’'-]*),?\s+")
_REPORTS = re.compile(
    r"\s*(?:\([A-Za-z]{2,6}\)\s*)?(?:,[^,.\n]{0,60},\s*)?(?:pada\s+\w+\s*(?:\([^)]{0,20}\)\s*)?)?"
    r"(?:melapor(?:kan)?|mewartakan|memberitakan|menulis|mengabarkan|menyiarkan|melansir|mengutip|merilis|menyebut(?:kan)?\s+dalam\s+laporan)\b",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(
    rf",?\s+(?:(?:pada|hari)\s+){{0,2}}{_WEEKDAY}\b\s*(?:\(|,|\d|pagi|siang|sore|malam|Baku)?", re.IGNORECASE
)
_PHOTO = re.compile(r"\s*(?:Photos?|Foto|PHOTO|FOTO|Images?|Pool)\b")
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|net|org|id|co|tv|news|info|az|am|ir|tr|uk|my|ru))\b(?:/\S*)?",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:The\s+|Al[- ]|El\s+|La\s+|Le\s+)?[A-Z0-9ÇŞİÜÖ][\w’'&-]*(?:\.[a-z]{2,4})*(?:\s+(?:of|de|du|al|el|and|&)\s+(?=[A-Z])|\s+(?=[A-Z0-9]))?"
    r"(?:[A-Z0-9][\w’'&-]*(?:\.[a-z]{2,4})*(?:\s+(?:of|de|du|al|el|and|&)\s+(?=[A-Z])|\s+(?=[A-Z0-9]))?){0,4}"
)
_SOURCE_MARK = re.compile(
    r"(?:^|\n|[(\[|])[ \t*–—-]*(?:sumber(?:\s+(?:berita|artikel|asli|tulisan|rujukan))?|sources?|dikutip dari|dilansir dari|disadur dari|artikel asli|via)"
    r"(?:\s*[:：]|(?<=dari)\s)[ \t]*([^\n)\]]{2,160})",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"[(\[]([^()\[\]\n]{2,48})[)\]][ \t.*]*(?=\n|$)")
_PHOTO_MARK = re.compile(r"\b(?:foto|photo|dok|gambar|ilustrasi|image|video|caption)\b", re.IGNORECASE)
_INITIALS = re.compile(r"^[A-Za-z]{1,4}$|^[a-z]+\d*$|^\d+$")
_ORIGINAL = re.compile(
    r"^\W*(?:source(?: link| article)?|sumber(?: asli| berita| artikel)?|original (?:article|source|post)|artikel asli|"
    r"baca (?:artikel|berita) asli\w*|read (?:the )?original|via|link sumber|selengkapnya di)\b",
    re.IGNORECASE,
)
_TITLE_SUFFIX = re.compile(r"\s[:|–—-]\s*([^:|–—]{2,40})$")


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

    ``text`` is the clean text, ``cut_lines`` what the cleaner took out (source marks hide there), ``links`` the article's
    links (an anchor such as "Source link" names the original). ``outlet`` and ``own_names`` (site name, host) keep
    a site that cites itself out. Never raises.
    """
    known = table()
    text = text[:MAX_TEXT]
    head = datelines.find(text, title)
    own = _Own(known, outlet, own_names)
    if head.outlet and not own:
        own.add(head.outlet)  # nothing else is known of the site, and most sites dateline themselves
    found: list[tuple[int, str]] = []
    for name in head.names:
        if own.known and (source := known.find(name)) is not None:
            found.append((0, source.name))
    if title and (match := _TITLE_SUFFIX.search(title)) and (source := known.find(match.group(1))):
        found.append((0, source.name))
    found += _cited(text, known)
    found += _marks(text, known)
    rest = "\n".join(line[:400] for line in cut_lines[:200])
    found += [(len(text) + at, name) for at, name in _marks(rest, known, ends=False)]
    for link in links[:400]:
        if link.kind != "next" and _ORIGINAL.match(link.anchor) and (source := known.at(link.url)):
            found.append((2 * MAX_TEXT, source.name))
    names = [name for _, name in sorted(found, key=lambda item: item[0]) if not own.is_own(name)]
    outlet_name = head.outlet
    if outlet_name and (source := known.find(outlet_name)):
        outlet_name = source.name
    return Attribution(head.place, _unique(names), outlet_name)


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
        self._keys.add(_key(name))
        if source := self._table.find(name):
            self._keys.add(_key(source.name))

    def is_own(self, name: str) -> bool:
        return _key(name) in self._keys


def _key(name: str) -> str:
    name = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.casefold())
    name = re.sub(r"\.(?:com?|net|org|id|tv|news|info)\b", "", name)
    return re.sub(r"\W+", "", name)


def _unique(names: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(_key(name), name)
    return list(kept.values())[:MAX_SOURCES]


def _cited(text: str, known: Table) -> list[tuple[int, str]]:
    """Names behind citing words, in front of reporting verbs, or with the day of the report behind them."""
    found: list[tuple[int, str]] = []
    for word in _WORDS.finditer(text):
        at, first = word.start(), word.group(0)
        if first.lower() in _CITING_FIRST and (match := _CITING.match(text, at)):
            strength = "strong" if match.group("strong") else "weak" if match.group("weak") else "medium"
            found += _names_behind(text, match.end(), strength, known)
        if first in known.by_first_word and (spelling := known.name_at(text, at)):
            source = known.by_spelling[spelling]
            if _reported(text, at, at + len(spelling), source, weak=spelling in source.weak):
                found.append((at, source.name))
    return found


def _reported(text: str, start: int, end: int, source: Source, *, weak: bool) -> bool:
    """Whether a name is followed by a reporting verb ("Reuters melaporkan") or by the day of its report."""
    behind = text[end : end + 120]
    if _PHOTO.match(behind):
        return False
    if not weak and _DAY_BEHIND.match(behind):
        return True
    if not _REPORTS.match(behind):
        return False
    ordinary = weak and source.kind != "agency" and not text[start:end].isupper()
    return not (
        ordinary and _starts_sentence(text, start)
    )  # "Kompas melaporkan" yes, "Tempo mengutip" at a start: who?


def _starts_sentence(text: str, at: int) -> bool:
    return not text[:at].strip() or text[:at].rstrip()[-1:] in '.!?\n”"'


def _names_behind(text: str, at: int, strength: str, known: Table) -> list[tuple[int, str]]:
    """The names that follow a citing word at ``at``: one, or several joined by commas, slashes and "dan"."""
    found: list[tuple[int, str]] = []
    fill = _FILLERS.match(text, at, at + _REACH)
    start = fill.end() if fill else at
    medium = strength == "medium" or bool(_HAS_MEDIUM.search(text[at:start]))
    start = _skip_places(text, start, known) if medium else start
    for _ in range(4):
        piece = _known_at(text, start, strength, medium, known)
        if piece is None and not found and (strength == "strong" or medium):
            piece = _unknown_at(text, start, strength, medium, known)
        if piece is None:
            break
        end, name = piece
        found.append((start, name))
        joint = re.compile(
            rf"\s*(?:\([A-Za-z]{{2,6}}\)\s*)?(?:,\s*(?:dan\s+)?|/|\s+dan\s+|\s*&\s*|\s+serta\s+)(?:(?:{_MEDIUM})\s+)?",
            re.IGNORECASE,
        ).match(text, end)
        if not joint:
            break
        start = joint.end()
        strength = "weak" if strength != "strong" else "strong"
    return found


def _skip_places(text: str, at: int, known: Table) -> int:
    """Past the country between a medium and its name ("surat kabar Italia La Repubblica")."""
    for _ in range(3):
        word = _PLACE_WORD.match(text, at)
        if not word or word.group(1) not in known.places:
            break
        if (name := known.name_at(text, at)) and at + len(name) > word.end(1):
            break  # "India Today", "Iran International"
        at = word.end()
    lead = re.compile(r"[“\"‘'(]").match(text, at)
    return lead.end() if lead else at


def _known_at(text: str, at: int, strength: str, medium: bool, known: Table) -> tuple[int, str] | None:
    domain = _DOMAIN.match(text, at)
    if domain and (source := known.at(domain.group(1))):
        return domain.end(), source.name
    spelling = known.name_at(text, at)
    if spelling is None:
        return None
    end = at + len(spelling)
    behind = text[end : end + 20]
    source = known.by_spelling[spelling]
    if _PHOTO.match(behind) or re.match(r"\s+V\b|\s*\(\d|\s+(?:I{1,3}|\d+)\b|\.\d", behind):
        return None
    if (
        spelling in source.weak
        and strength == "weak"
        and not medium
        and not (source.kind == "agency" and spelling.isupper())
    ):
        return None
    return end, source.name


def _unknown_at(text: str, at: int, strength: str, medium: bool, known: Table) -> tuple[int, str] | None:
    """An outlet that is not in the table, by an address or a capitalised name."""
    if domain := _DOMAIN.match(text, at):
        host = domain.group(1).lower()
        if not re.match(r"(?:instagram|twitter|x|facebook|youtube|tiktok|t|wikipedia|google)\.", host):
            return domain.end(), domain.group(1)
        return None
    match = _NAME.match(text, at)
    if not match:
        return None
    name = match.group(0).strip(" ,.-'’&")
    words = name.split()
    if not words or words[0] in known.not_outlets or (words[0] in known.places and len(words) == 1):
        return None
    if re.fullmatch(rf"{_WEEKDAY}|\d+|[A-Z]", words[0]) or len(name) < 3 or len(words) > 5:
        return None
    if all(word in known.places for word in words):
        return None
    if medium and _OFFICIAL.search(text[max(0, at - 40) : at]):
        return None  # "media Barat", "situs resmi Persib", "laman Kemenlu": a kind of source, hardly an outlet's name
    return match.start() + len(match.group(0).rstrip()), name


def _marks(text: str, known: Table, *, ends: bool = True) -> list[tuple[int, str]]:
    """Source marks: "Sumber: Daily Sabah", "(Source: BBC)", and "(Antara/Reuters)" at the end of a paragraph."""
    found: list[tuple[int, str]] = []
    for match in _SOURCE_MARK.finditer(text):
        if _PHOTO_MARK.search(match.group(0)[:40]):
            continue
        for piece in re.split(
            r"\s*(?:,|;|/(?!/)(?=\s*[A-Z])|\||&|\s+dan\s+|\s+and\s+)\s*", match.group(1).strip(' .*"“”')
        ):
            if name := _named(piece, known):
                found.append((match.start(), name))
    if ends:
        for match in _END_MARK.finditer(text):
            if _PHOTO_MARK.search(match.group(1)):
                continue
            pieces = [piece.strip() for piece in re.split(r"[/,;|&]", match.group(1))]
            sources = [
                known.find(piece) if not piece.islower() or len(piece) > 3 else known.by_spelling.get(piece)
                for piece in pieces
            ]
            if all(source or _INITIALS.match(piece) for source, piece in zip(sources, pieces, strict=True)):
                found += [(match.start(), source.name) for source in sources if source]
    return found


def _named(piece: str, known: Table) -> str | None:
    """The outlet a source mark names, whole; None for "berbagai sumber", offices, platforms and photographers."""
    piece = re.sub(rf"^(?:{_FILL}\s+)+", "", piece.strip(' .:*"“”()-–—'), flags=re.IGNORECASE)
    if not piece:
        return None
    if source := known.find(piece):
        return source.name
    if domain := _DOMAIN.match(piece):
        unknown = _unknown_at(piece, 0, "strong", False, known)
        return domain.group(1) if unknown else None
    if spelling := known.name_at(piece, 0):
        return known.by_spelling[spelling].name
    unknown = _unknown_at(piece, 0, "strong", False, known)
    if unknown and len(piece.split()) <= 5:
        return unknown[1]
    return None


__all__ = ["Attribution", "Source", "attribute"]
