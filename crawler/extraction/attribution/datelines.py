"""The dateline at the head of a story: "Baku, KOMPAS.com –", "Jakarta (ANTARA) -", "TURKINESIA.NET – BAKU."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.extraction.attribution.agencies import table

_HEAD = 140  # characters of a paragraph in which a dateline ends
_CUT_LINES = 40
_PARAGRAPHS = 3  # a caption or a repeated title may stand above

# All are asked at the head of a line alone (``\\A``), and their quantifiers have limits.
_DASH = r"\s{0,4}(?:[–—―−‒]|--{1,4}|-(?=[\s“\"‘']|$)|(?<=\s)-)\s{0,4}"
_UP = r"A-ZÀ-ÖØ-ÞĞİŞ"
_WORD = rf"[{_UP}][\w’'-]{{0,29}}[\w’']"
_NAME = rf"(?:{_WORD}|[{_UP}]{{2,30}})"
_ONE_PLACE = rf"{_NAME}(?:[ /](?:{_WORD}|al|el)){{0,3}}"
_PLACE = rf"{_NAME}(?:[ /](?:{_WORD}|al|el|di)){{0,3}}(?:,\s{{0,2}}{_WORD}(?:\s{_WORD})?)?"
_SITE = (
    r"[A-Za-z0-9][\w-]{0,40}(?:\.[A-Za-z0-9-]{1,40}){0,3}\.(?i:com|co\.id|co|id|net|org|tv|news|info|my)"
    r"(?:\.(?i:[a-z]{2}))?(?![\w.]{0,40}\w)"
)
_DAY = r"(?:,?\s?\(?[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{2,4})?\)?|,\s?[0-9]{1,2}\s\w{3,12}\s[0-9]{4})?"


_AGENCIES = rf"(?P<outlet>[A-Za-z][\w .’'-]{{1,24}}?(?:\s?/\s?[\w .’'-]{{2,20}}){{0,2}}|{_SITE})"
_PATTERNS = (
    re.compile(rf"\A(?P<place>{_PLACE}){_DAY}\s?\({_AGENCIES}\){_DASH}"),  # Jakarta (ANTARA) -
    re.compile(rf"\A(?P<place>{_ONE_PLACE}){_DAY},\s?(?P<outlet>{_SITE}){_DASH}"),  # Baku, KOMPAS.com –
    re.compile(rf"\A(?P<outlet>{_SITE}),\s?(?P<place>{_PLACE}){_DAY}{_DASH}"),  # TEMPO.CO, Jakarta -
    re.compile(rf"\A(?P<outlet>{_SITE})\s?\((?P<place>{_PLACE})\)\s?(?:[.:]|{_DASH})"),  # IMPIANNEWS.COM (Azerbaijan).
    re.compile(
        rf"\A(?P<outlet>{_SITE}){_DASH}(?P<place>[{_UP}][{_UP}’'. -]{{2,30}}?)(?:[.,:]\s|{_DASH})"
    ),  # TURKINESIA.NET – BAKU.
    re.compile(
        rf"\A(?P<outlet>{_SITE}),?\s(?P<place>[{_UP}]{{3,30}}(?: [{_UP}]{{2,30}}){{0,2}}){_DASH}"
    ),  # SOLOPOS.COM SOLO –
    re.compile(rf"\A(?P<outlet>{_SITE}){_DASH}"),  # Suara.com -
)
_NAMED = re.compile(
    rf"\A(?P<place>{_ONE_PLACE}){_DAY},\s?\(?(?P<outlet>[A-Z][\w ]{{1,24}}?)\)?{_DASH}"
)  # Jakarta, CNN Indonesia --
_NAMED_FIRST = re.compile(
    rf"\A(?P<outlet>[A-Z][\w ]{{1,24}}?),\s?(?P<place>{_ONE_PLACE})(?:{_DASH}|\s?:\s)"
)  # TEMPO Interaktif, Jakarta - · KBRN, Jakarta:
_UNMARKED = re.compile(rf"\A(?P<outlet>{_SITE}),\s(?P<place>{_WORD}\s{_WORD})")  # Liputan6.com, Jakarta Kabar …
_BARE = re.compile(rf"\A(?P<place>{_PLACE}){_DAY}{_DASH}(?=[{_UP}“\"‘'\d])")  # MOSKOW –


_OWN_LINE = re.compile(r"(?:[–—―−‒]|--{0,4})$")
_SHORT_FORMS = frozenset({"DC", "AS", "NTB", "NTT", "DIY", "DKI", "PBB", "UEA", "RI", "USA", "UK"})
# A byline's label run into the dateline where a page breaks no line ("Tim Redaksi JAKARTA, KOMPAS.com -").
_LABEL = re.compile(rf"(?:Tim Redaksi|Penulis|Editor|Reporter)\s(?=[{_UP}]{{3,}}\b)")


@dataclass(slots=True)
class Dateline:
    """``place`` in ordinary case, ``outlet`` as written, ``names`` all outlets in it ("ANTARA/Xinhua" is two)."""

    place: str | None = None
    outlet: str | None = None
    names: list[str] = field(default_factory=list)


def find(text: str, title: str | None = None, cut_lines: Sequence[str] = ()) -> Dateline:
    """The dateline of a clean text, or an empty one. A line that repeats the title is passed over.

    ``cut_lines`` are lines that were taken out of the text: a dateline on a line of its own may be among them.
    """
    heading = " ".join((title or "").split()).casefold()
    seen = 0
    for line in text[:6000].split("\n"):
        line = " ".join(line.split())
        if not line or line.casefold() == heading:
            continue
        seen += 1
        if seen > _PARAGRAPHS:
            break
        found = _at_head(line, heading, first=seen == 1)
        if found is not None:
            return found
    for line in cut_lines[:_CUT_LINES]:
        line = " ".join(line[:_HEAD].split())
        if len(line) < _HEAD and _OWN_LINE.search(line) and (found := _at_head(line, heading, first=True)):
            return found
    return Dateline()


def _at_head(line: str, heading: str, *, first: bool) -> Dateline | None:
    """The dateline that a line begins with; None where it has none."""
    known = table()
    head = line[:_HEAD].lstrip('*•“"(–—- ')
    if label := _LABEL.match(head):
        head = head[label.end() :]
    for pattern in _PATTERNS:
        if match := pattern.match(head):
            return _made(match)
    for pattern in (_NAMED, _NAMED_FIRST):
        match = pattern.match(head)
        if match and known.find(match.group("outlet").strip()):
            return _made(match)
    if match := _UNMARKED.match(head):
        words = match.group("place").split()
        two = " ".join(words[:2])
        place = two if two in known.two_word_places else words[0]
        return Dateline(_cased(place), match.group("outlet"), [match.group("outlet")])
    match = _BARE.match(head)
    if not match or not (first or match.group("place").isupper()) or not _is_place(match.group("place"), head, heading):
        return None
    name = match.group("place")
    if known.find(name) or name.casefold().endswith("news"):  # an outlet's name alone: "VIVA –", "RIMANEWS -"
        return Dateline(None, name, [name])
    return Dateline(_cased(name)) if known.may_be_place(name) else None


def _made(match: re.Match[str]) -> Dateline:
    groups = match.groupdict()
    outlet = groups["outlet"].strip()
    names = [name.strip() for name in re.split(r"\s*/\s*", outlet)]
    place = groups.get("place")
    if place and not table().may_be_place(place):
        place = None  # "EKSKLUSIF (ANTARA) -"
    return Dateline(_cased(place) if place else None, names[0], names)


def _is_place(name: str, head: str, title: str) -> bool:
    """ "MOSKOW –" is a dateline; "Armenia – Azerbaijan", the start of the title, or a long phrase is not."""
    if len(name.split()) > 4 or len(name) > 40:
        return False
    if title and title.startswith(head[: len(name) + 6].casefold()):
        return False
    behind = head[len(name) :].lstrip(" –—―-")
    if behind.startswith(name.split()[-1]):
        return False  # "Perserikatan Bangsa - Bangsa"
    if not name.isupper() and table().is_party(name) and table().is_party(behind.split(" ", 1)[0].strip(" ,.:")):
        return False  # "Hamas - Fatah sepakat berdamai"
    return name.isupper() or not re.match(rf"{_WORD}(?:\s(?:kembali|masih|akan|sedang|telah|di|berlanjut)\b)", behind)


def _cased(place: str) -> str:
    """ "MOSKOW" as "Moskow", "TEL AVIV" as "Tel Aviv"; short forms (NTB, AS, DC) and mixed spellings stay."""
    parts = [part.strip(" .-") for part in place.split(",")]
    return ", ".join(_cased_part(part) for part in parts if part)


def _cased_part(part: str) -> str:
    if not part.isupper() or len(part) <= 3:
        return part
    return " ".join(word if word in _SHORT_FORMS else word.capitalize() for word in part.split())
