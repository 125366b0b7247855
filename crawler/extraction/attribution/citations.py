"""Agencies and outlets cited inside sentences; the wordings are data (``citing.toml``)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from crawler.extraction.attribution.agencies import Source, Table

_REACH = 90  # characters between a citing word and the end of the words that may stand before the name
_MAX_JOINED = 4  # names of one enumeration

_DATA = tomllib.loads((Path(__file__).parent / "citing.toml").read_text(encoding="utf-8"))


def _any_of(strength: str | None) -> str:
    words = [row["words"] for row in _DATA["wording"] if strength in (None, row["strength"])]
    words.sort(key=lambda text: (-len(text), text))
    return "|".join(re.escape(text).replace(r"\ ", r"\s{1,3}") for text in words)


_MEDIUM = _any_of("medium")
_CITING = re.compile(
    rf"(?:(?P<strong>{_any_of('strong')})|(?P<weak>{_any_of('weak')})|(?P<medium>{_MEDIUM}))(?=[\s,:“\"])",
    re.IGNORECASE,
)
_FIRST_WORDS = frozenset(row["words"].split()[0].lower() for row in _DATA["wording"])  # most words of a text are none
_FILLERS = re.compile(  # never into the next line
    rf"(?:[ \t,:]{{0,4}}(?:{'|'.join(map(re.escape, _DATA['fillers']))}|{_MEDIUM})(?![\w-])){{0,12}}"
    r"[ \t,:]{0,4}[“\"‘']?",
    re.IGNORECASE,
)
_HAS_MEDIUM = re.compile(rf"\b(?:{_MEDIUM})\b", re.IGNORECASE)
_ANY_CITING = re.compile(
    rf"\b(?:{_any_of('strong')}|{_any_of('weak')}|lansir|kutip|sebut|siar|mengatakan|menyatakan|laporkan)",
    re.IGNORECASE,
)
_VERBS = "|".join(re.escape(text).replace(r"\ ", r"\s") for text in _DATA["reports"])
_SAYS = re.compile(rf"\s(?:juga\s|sebelumnya\s)?(?:{'|'.join(map(re.escape, _DATA['says']))})\b", re.IGNORECASE)
_REPORTS = re.compile(
    r"\A\s?(?:\([A-Za-z]{2,6}\)\s?)?(?:,[^,.\n]{0,60},\s?)?(?:pada\s[\w ]{1,20}(?:\([^)]{0,20}\)\s?)?)?"
    rf"(?:juga\s|sebelumnya\s)?(?:{_VERBS})\b",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu|Ahad|Isnin|Khamis|Jumaat)"
_DAY_BEHIND = re.compile(rf",?\s(?:(?:pada|hari)\s){{0,2}}{_WEEKDAY}\b", re.IGNORECASE)
_JOINT = re.compile(
    rf" ?(?:\([A-Za-z]{{2,6}}\) ?)?(?:, ?(?:dan )?|/| ?dan | ?& ?| ?serta | dari | via | lewat )(?:(?:{_MEDIUM}) )?",
    re.IGNORECASE,
)
_PLACE_WORD = re.compile(r"([A-ZÇŞİÜÖ][\w’'-]{0,29}),?\s{1,2}")
_OPENING = re.compile(r"[“\"‘'(]")
_PHOTO = re.compile(r"\s?(?:Photos?|Foto|PHOTO|FOTO|Images?|Pool)\b")
_OTHER_THING = re.compile(r"\sV\b|\s?\(\d|\s(?:I{1,3}|\d{1,9})\b|\.\d")  # Sputnik V, AP (34), RT 05
_OFFICIAL = re.compile(r"\b(?:resmi|pribadi|akun\w{0,9}|unggahan|pernyataan|keterangan)\W{0,9}$", re.IGNORECASE)
_KIND_ONLY = re.compile(
    r"\b(?:media|radio|saluran|televisi|tv|situs|laman|website|portal|web)(?:\sdi)?\W{0,9}$", re.IGNORECASE
)
_BROADCASTER = re.compile(r"\b(Radio|Televisi|TV)\s{1,2}$")
_DOMAIN = re.compile(
    r"(?<![\w-])(?:https?://)?(?:www\.)?([a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,62}){0,4}\.(?:com|net|org|id|co|tv|news|info|az|am|ir|tr|uk|my|ru))\b(?:/\S{0,300})?",
    re.IGNORECASE,
)
_PLATFORM = re.compile(r"(?:instagram|twitter|x|facebook|youtube|tiktok|t|wikipedia|google)\.")
_PART = r"[A-Z0-9ÇŞİÜÖ][\w’'&-]{0,29}(?:\.[a-z]{2,4}){0,3}(?:\s(?:of|de|du|al|el|and|&)\s(?=[A-Z])|\s(?=[A-Z0-9]))?"
_NAME = re.compile(rf"(?:The\s|Al[- ]|El\s|La\s|Le\s)?{_PART}(?:{_PART}){{0,4}}")
_NO_NAME = re.compile(rf"{_WEEKDAY}|[0-9]{1, 9}|[A-Z]")
_WORDS = re.compile(r"\w{1,60}")
_AMONG = re.compile(r"\s(?:lain|dua|kedua|para|satu|mereka|[a-z]{1,12} dan)\b")  # "antara lain": among others


def in_sentences(text: str, known: Table) -> list[tuple[int, str]]:
    """(position, name) of sources behind citing words, in front of reporting verbs, or with the day of their report."""
    found: list[tuple[int, str]] = []
    for word in _WORDS.finditer(text):
        at, first = word.start(), word.group(0)
        if first.lower() in _FIRST_WORDS and text[at - 1 : at] != "-" and (match := _CITING.match(text, at)):
            found += _names_behind(text, at, match.end(), str(match.lastgroup), known)
        if first in known.by_first_word and (spelling := known.name_at(text, at)):
            source = known.by_spelling[spelling]
            if _reported(text, at, at + len(spelling), source, weak=spelling in source.weak):
                found.append((at, source.name))
    return found


def past_fillers(text: str, at: int) -> int:
    """The position behind words that may stand between a citing word and the name."""
    match = _FILLERS.match(text, at, at + _REACH)
    return match.end() if match else at


def unknown_at(text: str, at: int, known: Table) -> tuple[int, str] | None:
    """(end, name) of an outlet that is not in the table, by an address or a capitalised name of up to five words;
    offices, platforms, countries and days are none."""
    if domain := _DOMAIN.match(text, at):
        host = domain.group(1)
        return None if _PLATFORM.match(host.lower()) else (domain.end(), host)
    match = _NAME.match(text, at)
    if not match:
        return None
    name = match.group(0).strip(" ,.-'’&")
    words = name.split()
    if not words or len(name) < 3 or len(words) > 5 or known.is_office(name) or _NO_NAME.fullmatch(words[0]):
        return None
    if all(word in known.places for word in words):
        return None
    if (lead := _BROADCASTER.search(text, max(0, at - 12), at)) and len(words) < 4:
        name = f"{lead.group(1)} {name}"  # "Radio New Zealand"
    return match.start() + len(match.group(0).rstrip()), name


def _reported(text: str, start: int, end: int, source: Source, *, weak: bool) -> bool:
    """Whether a name is followed by a reporting verb ("Reuters melaporkan") or by the day of its report."""
    behind = text[end : end + 120]
    if _PHOTO.match(behind):
        return False
    if not weak and _DAY_BEHIND.match(behind):
        return True
    if not weak and _SAYS.match(behind):
        return True
    if not _REPORTS.match(behind):
        return False
    ordinary = weak and source.kind != "agency" and not text[start:end].isupper()
    opens = not text[:start].strip() or text[:start].rstrip()[-1:] in '.!?\n”"'
    return not (ordinary and opens)  # "majalah Tempo menulis" yes; "Tempo mengutip" at a start may be a common word


def _names_behind(text: str, cue: int, at: int, strength: str, known: Table) -> list[tuple[int, str]]:
    """The names that follow the citing word that stands from ``cue`` to ``at``: one, or several that are joined."""
    found: list[tuple[int, str]] = []
    start = past_fillers(text, at)
    medium = strength == "medium" or bool(_HAS_MEDIUM.search(text, at, start))
    if medium:
        start = _past_places(text, start, known)
    for _ in range(_MAX_JOINED):
        piece = _known_at(text, start, strength, medium, known)
        if piece is None and not found and _may_be_unknown(text, cue, start, strength, medium):
            piece = unknown_at(text, start, known)
            if piece and strength == "medium" and not (_cites(text, cue) or _REPORTS.match(text, piece[0])):
                piece = None
        if piece is None:
            break
        end, name = piece
        found.append((start, name))
        joint = _JOINT.match(text, end)
        if not joint:
            break
        start = joint.end()
    return found


def _may_be_unknown(text: str, cue: int, start: int, strength: str, medium: bool) -> bool:
    if strength == "weak" and not medium:
        return False
    between = text[max(cue, start - 60) : start]
    if _OFFICIAL.search(between) or (medium and between.rstrip(" “\"‘'(").endswith(",")):
        return False  # "situs resmi Persib", "stasiun televisi Georgia, tak ada …"
    return strength == "strong" or not _KIND_ONLY.search(between)  # "media Barat", "situs Rusia": a kind, no name


def _cites(text: str, at: int) -> bool:
    """Whether the words of the same sentence in front of a position cite."""
    before = text[max(0, at - 60) : at]
    stop = max(before.rfind(". "), before.rfind("\n"))
    return bool(_ANY_CITING.search(before, stop + 1))


def _past_places(text: str, at: int, known: Table) -> int:
    """Past the country between a medium and its name ("surat kabar Italia La Repubblica")."""
    for _ in range(3):
        word = _PLACE_WORD.match(text, at)
        if not word or word.group(1) not in known.places:
            break
        if (name := known.name_at(text, at)) and at + len(name) > word.end(1):
            break  # "India Today", "Iran International"
        at = word.end()
    lead = _OPENING.match(text, at)
    return lead.end() if lead else at


def _known_at(text: str, at: int, strength: str, medium: bool, known: Table) -> tuple[int, str] | None:
    domain = _DOMAIN.match(text, at)
    if domain and (source := known.find(domain.group(1))):
        return domain.end(), source.name
    spelling = known.name_at(text, at)
    if spelling is None:
        return _in_lower_case(text, at, known) if strength == "strong" else None
    source, end = known.by_spelling[spelling], at + len(spelling)
    if _PHOTO.match(text, end) or _OTHER_THING.match(text, end):
        return None
    initials = source.kind == "agency" and spelling.isupper()
    if spelling in source.weak and strength == "weak" and not medium and not initials:
        return None
    return end, source.name


def _in_lower_case(text: str, at: int, known: Table) -> tuple[int, str] | None:
    """A known name of one word that is written in lower case behind a strong word ("dikutip dari detikcom")."""
    word = _WORDS.match(text, at)
    if word is None or not word.group(0).islower() or len(word.group(0)) < 5 or _AMONG.match(text, word.end()):
        return None
    source = known.find(word.group(0))
    return (word.end(), source.name) if source else None
