"""Day phrases of running Indonesian text: "Senin (9/11/2020)", "Rabu 30 September 2020", "(7/11/2020)".

Only news-style phrases, a day with its weekday or a numeric day in brackets, say when the story is of. A bare
"19 September 2023" may be any past or coming day; it is kept as evidence against older phrases. Plans ("akan digelar
Rabu (11/11/2020)") and days long gone ("silam") are marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from crawler.extraction.dates import words
from crawler.extraction.dates.parsing import full_year, resolve_order
from crawler.extraction.dates.words import LONG_WEEKDAY, MONTH

MAX_TEXT = 40_000  # characters looked at; longer texts are lists and transcripts, dated at their head
MAX_PHRASES = 24

# Each starts at a digit, which a regular expression engine finds fast; the left edge is checked afterwards.
_DATE = re.compile(
    r"[0-9]{1,2}(?:(?P<s>[/.-])(?P<m>[0-9]{1,2})(?:(?P=s)(?P<y>(?:19|20)[0-9]{2}|[0-9]{2}))?(?![0-9/])"
    rf"|\s{{1,4}}(?P<wm>{MONTH})\b\.?(?:\s{{0,3}},?\s{{0,3}}(?P<wy>(?:19|20)[0-9]{{2}}))?"
    r"|,\s{1,4}(?P<ey>(?:19|20)[0-9]{2})\b)",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(rf"\b({MONTH})\s{{1,4}}$", re.IGNORECASE)
# The weekday in front: "Senin (", "pada Selasa malam waktu setempat, ", "Rabu (WIB) ", "hari Kamis tanggal ".
_BEFORE = re.compile(
    rf"\b({LONG_WEEKDAY})(?:\s{{1,4}}(?:pagi|siang|sore|malam|petang|dini|hari|subuh|waktu|setempat|wib|wita|wit|lalu|ini|tanggal)){{0,4}}"
    r"\s{0,4}[,:|–—-]?\s{0,4}(?:tanggal\s{1,4})?\(?\s{0,4}$",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:akan|bakal|mendatang|rencananya|berencana|dijadwalkan|direncanakan|hendak|nanti|hingga|sampai|sd|s/d"
    r"|paling lambat|batas (?:akhir|waktu)|berlaku|mulai|besok|lusa)\b",
    re.IGNORECASE,
)
# Between a plan and a day: the end of the sentence, another day, or a word that reports it ("…," kata dia, Selasa (…)).
_PLAN_ENDS = re.compile(
    r"[.;!?\n0-9\"”]|\b(?:kata|ujar|ucap|ungkap|jelas|tegas|tutur|papar|sebut|imbuh|tandas|lapor|menurut|mengatakan|menyatakan"
    r"|menyebut|mengungkapkan|menegaskan|menjelaskan|disampaikan|dikatakan|dikutip|dilansir|seperti|demikian|katanya"
    r"|ujarnya|saat|ketika|hari ini|pagi ini|siang ini|sore ini|malam ini)(?:nya)?\b",
    re.IGNORECASE,
)
_PLANNED_AFTER = re.compile(r"^\)?\s{0,3}(?:mendatang|nanti|besok)\b", re.IGNORECASE)
_LONG_AGO_AFTER = re.compile(r"^\)?\s{0,3}silam\b", re.IGNORECASE)
# Words that make a sentence one of remembrance: its day may be that of the history as well as that of the news.
_REMEMBERS = re.compile(
    r"\b(?:memperingati|diperingati|peringatan (?:hari|tahun|ke-?|se(?:tahun|abad)|[0-9]{1,3} tahun|tragedi|peristiwa)"
    r"|peringatan wafat|mengenang|dikenang|ulang tahun|hari jadi|haul|kilas balik|napak tilas)",
    re.IGNORECASE,
)
_SENTENCE = 240  # characters of one that are looked back over
_SENTENCE_ENDS = re.compile(r"[.!?][\s”\"]|\n")
# "(9/11)", "11/9/2001": the attack that goes by its day. With a weekday beside it, it is a day like any other.
_THE_ATTACK = frozenset({(9, 11), (11, 9)})
_LABEL = re.compile(
    r"(?:posted(?: on)?|diposting|dipublikasikan|diterbitkan|terbit|tayang|tanggal|published(?: on)?)\W{0,9}$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^(?:pukul |jam )?[0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?(?:\s?(?:WIB|WITA|WIT))?$", re.IGNORECASE)
_NOT_IN_FRONT = frozenset("0123456789/.,")
_DATELINE = re.compile(r"^[^\n.]{0,60}[,(]\s{0,3}$")
_BEHIND_DATELINE = re.compile(r"\s{0,3}\)?\s{0,3}(?:\([^()\n]{2,30}\)\s{0,3})?[–—-]")  # "(Antara/Xinhua) --"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One day in a text. ``day`` is None where the year is missing; then ``day_of`` and ``month_of`` stand alone."""

    raw: str
    day: date | None
    news_style: bool
    weekday: bool | None = None  # agrees, contradicts, not given
    planned: bool = False
    long_ago: bool = False
    remembered: bool = False  # in a sentence of remembrance
    note: str = ""
    named_weekday: int | None = None
    day_of: int = 0
    month_of: int = 0


def find(text: str) -> list[Phrase]:
    """The day phrases of a text in order, at most 24."""
    text = text[:MAX_TEXT]
    found: list[Phrase] = []
    for match in _DATE.finditer(text):
        phrase = _phrase(text, match)
        if phrase is not None:
            if _remembers(text[max(0, match.start() - _SENTENCE) : match.start()]):
                phrase = replace(phrase, remembered=True)
            found.append(phrase)
            if len(found) >= MAX_PHRASES:
                break
    return found


def _phrase(text: str, match: re.Match[str]) -> Phrase | None:
    start, end = match.span()
    if text[start - 1 : start] in _NOT_IN_FRONT and start:
        return None
    first = re.match(r"[0-9]+", match.group(0))
    day = int(first.group(0)) if first else 0
    name = match.group("wm")
    if match.group("ey"):
        month_word = _MONTH_BEFORE.search(text, max(0, start - 14), start)
        if month_word is None:
            return None
        start, name = month_word.start(), month_word.group(1)
    before = text[max(0, start - 64) : start]
    ahead = _BEFORE.search(before)
    named = words.weekday(ahead.group(1)) if ahead else None
    phrase_start = start - (len(before) - ahead.start()) if ahead else start
    raw = text[phrase_start:end]
    bracketed = before.endswith("(") and text[end : end + 1] in ")-–, "
    if bracketed:
        raw = raw + ")" if "(" in raw else f"({raw})"
    planned = _is_planned(text[max(0, phrase_start - 100) : phrase_start]) or bool(
        _PLANNED_AFTER.match(text[end : end + 14])
    )
    long_ago = bool(_LONG_AGO_AFTER.match(text[end : end + 10]))
    raw = " ".join(raw.split())
    if match.group("m"):
        return _numeric(match, day, raw, named, bracketed, planned, long_ago)
    year = match.group("wy") or match.group("ey")
    if name is None or not 1 <= day <= 31:
        return None
    if year is None:
        if named is None:
            return None  # "27 September" alone tells nothing without a year
        month = words.month(name)
        return _undated(raw, named, day, month, planned, long_ago) if month else None
    on = words.worded(str(day), name, int(year))
    if on is None:
        return None
    agrees = None if named is None else on.weekday() == named
    note = f"it was a {words.WEEKDAY_NAMES[on.weekday()]}, not as written" if agrees is False else ""
    place = _line_role(text, phrase_start, start, end)
    if place == "alone":
        note = note or "a line of its own without a clock: a widget's day as likely as a byline"
    news_style = place != "alone" and (named is not None or place == "dateline")
    return Phrase(
        raw, on, news_style, agrees, planned, long_ago, note=note, named_weekday=named, day_of=on.day, month_of=on.month
    )


def _undated(raw: str, named: int | None, day: int, month: int, planned: bool, long_ago: bool) -> Phrase:
    """A day that tells no year; another day on the page may place it."""
    return Phrase(
        raw, None, False, None, planned, long_ago, note="no year", named_weekday=named, day_of=day, month_of=month
    )  # fmt: skip


def _numeric(
    match: re.Match[str], first: int, raw: str, named: int | None, bracketed: bool, planned: bool, long_ago: bool
) -> Phrase | None:
    second, year = int(match.group("m")), match.group("y")
    if year is None:
        if match.group("s") != "/" or not (bracketed or named is not None) or not (1 <= second <= 12 and first <= 31):
            return None  # scores (2-1), ratios and prices are not days
        if named is None and (first, second) in _THE_ATTACK:
            return None
        return _undated(raw, named, first, second, planned, long_ago)
    if len(year) == 2 and not (bracketed or named is not None):
        return None
    on, agrees, note = resolve_order(first, second, full_year(year), named)
    if on is None:
        return None
    long_ago = long_ago or (on.year == 2001 and (first, second) in _THE_ATTACK)
    return Phrase(
        raw,
        on,
        bracketed or named is not None,
        agrees,
        planned,
        long_ago,
        note=note,
        named_weekday=named,
        day_of=on.day,
        month_of=on.month,
    )


def _remembers(before: str) -> bool:
    """Whether the words of a sentence in front of a day speak of remembrance."""
    ends = [match.end() for match in _SENTENCE_ENDS.finditer(before)]
    return _REMEMBERS.search(before, ends[-1] if ends else 0) is not None


def _is_planned(before: str) -> bool:
    """Whether the words in front of a day make it one to come."""
    plans = list(_PLAN.finditer(before))
    return bool(plans) and not _PLAN_ENDS.search(before, plans[-1].end())


def _line_role(text: str, phrase_start: int, start: int, end: int) -> str:
    """Where a written-out day stands: "alone" on its line like the day of a widget, "dateline" where a date line says
    so ("Posted on 19 September 2023", "Jakarta, 9 November 2020 –", a clock behind it), or "" inside a sentence."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    lead = text[line_start:phrase_start].strip(" (|–—-:,.")
    rest = text[end : line_end if line_end >= 0 else len(text)].strip(" .,)|–—-:")
    if len(lead) <= 40 and len(rest) <= 24:
        if _LABEL.search(lead) or _CLOCK.match(rest):
            return "dateline"
        if not rest and not lead:
            return "alone"
    if line_start < 200 and _DATELINE.match(text[line_start:start]) and _BEHIND_DATELINE.match(text[end : end + 50]):
        return "dateline"
    return ""
