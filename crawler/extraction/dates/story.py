"""The day a story is of, read from its own words: text first, captions of its own figures as the weaker source."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from lxml.html import HtmlElement

from crawler.extraction.dates import phrases, words
from crawler.extraction.dates.found import WEIGHTS, Found
from crawler.extraction.dates.parsing import ParsedDate
from crawler.extraction.dates.phrases import Phrase
from crawler.extraction.dates.place import aside
from crawler.extraction.page.selectors import text_of

MAX_CAPTIONS = 12
# A bare later day this much after the newest news-style phrase shows that the phrase is background.
BACKGROUND = timedelta(days=31)
JUST_GONE = timedelta(days=14)  # before the capture: a live crawl reads a story within days
LONG_BEFORE = timedelta(days=300)

_CAPTION = re.compile(r"caption|keterangan|photo|foto|gambar", re.IGNORECASE)


def from_text(text: str, captions: str, *, not_after: date, anchor: date | None) -> list[Found]:
    """Candidates from the article's words. ``not_after`` is the last possible day, ``anchor`` a day known elsewhere
    (URL month, other candidates) that places phrases without a year."""
    found = _choose(phrases.find(text), "text", WEIGHTS["text"], not_after, anchor)
    if captions:
        found += _choose(phrases.find(captions), "caption", WEIGHTS["caption"], not_after, anchor)
    return found


def captions_of(body: HtmlElement | None) -> str:
    """Texts of the captions of an article's own figures, one per line. The lead picture often stands outside of the
    body, so the search begins at the article element around it, or at its parent."""
    if body is None:
        return ""
    around = next((up for up, _ in zip(body.iterancestors("article", "main"), range(1), strict=False)), None)
    place = around if around is not None else body.getparent() if body.getparent() is not None else body
    lines: list[str] = []
    for element in place.iter("figcaption", "p", "div", "span", "dd"):
        if element.tag != "figcaption":
            name = element.get("class")
            if not name or not _CAPTION.search(name):
                continue
        text = text_of(element, 1000)
        if 10 < len(text) < 900 and any(char.isdigit() for char in text) and not aside(element):
            lines.append(text)
            if len(lines) >= MAX_CAPTIONS:
                break
    return "\n".join(dict.fromkeys(lines))


def _choose(found: list[Phrase], kind: str, weight: float, not_after: date, anchor: date | None) -> list[Found]:
    """The latest news-style phrase that is neither planned nor future keeps its weight; all others say why not."""
    dated = [_placed(phrase, found, anchor) for phrase in found]
    fit = [
        phrase
        for phrase in dated
        if phrase.day is not None and phrase.news_style and not phrase.planned and not phrase.long_ago
        and phrase.weekday is not False and phrase.day <= not_after and not _is_history(phrase, dated, not_after)
    ]  # fmt: skip
    plans = {phrase.day for phrase in dated if phrase.planned and phrase.news_style}
    if any(phrase.day not in plans for phrase in fit):  # a day told as coming once is coming everywhere in the text
        fit = [phrase for phrase in fit if phrase.day not in plans]
    chosen = max((phrase.day for phrase in fit if phrase.day), default=None)
    later = [
        p.day for p in dated if p.day and not p.news_style and not p.planned and chosen and chosen < p.day <= not_after
    ]
    background = bool(chosen and later and max(later) - chosen > BACKGROUND)
    result: list[Found] = []
    taken = False
    for phrase in dated:
        why, value = _why_not(phrase, not_after, chosen), 0.0
        if not why and _is_history(phrase, dated, not_after):
            why = "in a sentence of remembrance: the day of the history as likely as that of the news"
        if not why and background:
            why = "background: the text speaks of a later day"
        if not why:
            value, taken = (weight if not taken else 0.0), True
        source = f"{kind} weekday phrase" if phrase.named_weekday is not None else f"{kind} day phrase"
        reading = ParsedDate(phrase.day, weekday=phrase.weekday, note=phrase.note)
        result.append(Found(source, kind, phrase.raw, reading, value, why))
    return result


def _is_history(phrase: Phrase, dated: list[Phrase], not_after: date) -> bool:
    """Whether a day in a sentence of remembrance may be the one remembered: neither is it just gone, nor does the text
    name another that lies long before it."""
    if not phrase.remembered or phrase.day is None or not_after - phrase.day <= JUST_GONE:
        return False
    return not any(other.day is not None and phrase.day - other.day > LONG_BEFORE for other in dated)


def _why_not(phrase: Phrase, not_after: date, chosen: date | None) -> str:
    if phrase.day is None:
        return "no year, and nothing on the page to place it by"
    if phrase.day > not_after:
        return "in the future"
    if phrase.weekday is False:
        return phrase.note
    if not phrase.news_style:
        return phrase.note or "a day in the story, without its weekday"
    if phrase.planned:
        return "a plan, not what happened"
    if phrase.long_ago:
        return "told as long ago"
    if phrase.day != chosen:
        return "an earlier day of the story" if chosen is None or phrase.day < chosen else "told elsewhere as a plan"
    return ""


def _placed(phrase: Phrase, found: list[Phrase], anchor: date | None) -> Phrase:
    """A phrase without a year put into the year that brings it nearest to a known day, if its weekday agrees there."""
    if phrase.day is not None:
        return phrase
    known = max((p.day for p in found if p.day and p.news_style), default=None) or anchor
    if known is None:
        return phrase
    best: date | None = None
    for year in (known.year - 1, known.year, known.year + 1):
        try:
            day = date(year, phrase.month_of, phrase.day_of)
        except ValueError:
            continue
        if best is None or abs(day - known) < abs(best - known):
            best = day
    if best is None or abs(best - known) > timedelta(days=62):
        return phrase
    agrees = None if phrase.named_weekday is None else best.weekday() == phrase.named_weekday
    note = "year from another day on the page"
    if agrees is False:
        note = f"in {best.year} it was a {words.WEEKDAY_NAMES[best.weekday()]}"
    return replace(phrase, day=best, news_style=True, weekday=agrees, note=note)
