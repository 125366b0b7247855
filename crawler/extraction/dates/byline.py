"""Dates a reader sees: the byline around the headline, time elements, microdata, the outlet's own selector.

The byline is looked for where bylines are, in the few text pieces around the headline; a date anywhere else on the
page belongs to a widget, a comment or another story until something says otherwise.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.dates.found import WEIGHTS, Found
from crawler.extraction.dates.parsing import read
from crawler.extraction.dates.place import around, aside, find_heading, in_other_story
from crawler.extraction.dates.words import MONTH, WEEKDAY, ZONE
from crawler.extraction.page.selectors import select, text_of

MAX_TIMES = 12
MAX_BYLINE = 160  # characters of a text piece that can be a byline

_BYLINE_CLASS = re.compile(
    r"date|time|tanggal|tgl|waktu|publish|posted|byline|by-line|post-?meta|entry-?meta|article-?(?:meta|info)|schedule|jadwal-?tayang|info",
    re.IGNORECASE,
)
# Names only ever given to a post's own date: Blogger's heading above the posts of a day, WordPress themes.
_POST_DATE = re.compile(r"(?:^|\s)(?:date-header|entry-date|post-date|posted-on)(?:\s|$)")
_UPDATED = re.compile(
    r"\b(?:diperbarui|diperbaharui|perbarui|update[ds]?|last (?:modified|updated)|modified|revisi|dimutakhirkan)\b",
    re.IGNORECASE,
)
_PUBLISHED_WORD = re.compile(
    r"\b(?:terbit|diterbitkan|tayang|published|posted|dipublikasikan|diposting|dirilis|tanggal)\b", re.IGNORECASE
)
_HAS_DATE = re.compile(
    rf"\b[0-9]{{1,2}}\s?[-./]?\s?{MONTH}\b|\b{MONTH}\s[0-9]{{1,2}},?\s[0-9]{{4}}"
    r"|\b[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})\b|\b(?:19|20)[0-9]{2}[-/][0-9]{1,2}[-/][0-9]{1,2}"
    r"|(?:\b[0-9]{1,3}|\bse)\s?[a-z]{2,8} (?:yang )?(?:lalu|ago|lepas)\b"
    # "Populer Kemarin" heads a box; a day without a number is a date only alone, behind a label, or with its clock
    r"|^\W{0,9}(?:(?:di)?(?:terbit|tayang|posting|publikasi)(?:kan)?\W{1,9}|posted\W{1,9})?"
    r"(?:kemarin|baru saja|yesterday)"
    r"(?:\W{1,9}(?:pukul |jam |at )?[0-9]{1,2}[:.][0-9]{2}(?: ?(?:wib|wita|wit))?)?\W{0,9}$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_IN_FRONT = "stands in front of the headline without a clock: the day of a widget"
_CLOCK = re.compile(r"\b[0-9]{1,2}[:.][0-9]{2}\b")
# All that a date line consists of.
_NOT_OTHER = re.compile(rf"[0-9]+|\b(?:{MONTH}|{WEEKDAY}|{ZONE}|am|pm)\b|[^\w\s]", re.IGNORECASE)
_COPYRIGHT = re.compile(r"©|copyright|hak cipta|all rights reserved", re.IGNORECASE)
_MICRODATA = etree.XPath(".//*[@itemprop='datePublished' or @itemprop='dateModified'][not(self::meta)]")


def from_selectors(tree: HtmlElement, selectors: list[str], local: tzinfo, now: datetime | None) -> list[Found]:
    """The element the outlet's own file names; the first selector that finds a readable date wins."""
    for selector in selectors:
        for element in select(tree, selector)[:3]:
            for raw in (element.get("datetime"), element.get("content"), text_of(element)):
                reading = read(raw, local, now) if raw else None
                if raw and reading and reading.value is not None:
                    return [Found("outlet selector", "selector", raw[:MAX_BYLINE], reading, WEIGHTS["selector"])]
    return []


def from_elements(
    tree: HtmlElement, body: HtmlElement | None, title: str | None, local: tzinfo, now: datetime | None
) -> list[Found]:
    """Time elements, microdata and the visible byline around the headline."""
    found: list[Found] = []
    heading = find_heading(tree, title)
    taken: set[tuple[HtmlElement, str]] = set()
    for element in _MICRODATA(tree)[:8]:
        taken |= {(element, "published"), (element, "modified")}
        raw = element.get("datetime") or element.get("content") or element.get("title") or text_of(element)
        role = "modified" if element.get("itemprop") == "dateModified" else "published"
        elsewhere = "of another story" if in_other_story(element) else aside(element)
        found.append(
            Found(
                f"itemprop {element.get('itemprop')}",
                "time",
                raw,
                read(raw, local, now),
                0.0 if elsewhere else 5.0,
                elsewhere,
                role,
            )
        )
    near = set()
    first = True
    if heading is not None:
        for element, text, place in around(heading, body):
            near.add(element)
            item = _byline(element, text, place, local, now)
            if item is None or (item[1], item[0].role) in taken:  # one element may hold both days, a line each
                continue
            if item[0].why == _IN_FRONT and _right_above(element, heading) and not _is_today(item[0], local, now):
                item[0].weight, item[0].why = WEIGHTS["above"], ""
            taken.add((item[1], item[0].role))
            if item[0].weight and item[0].role == "published" and item[0].reading.value is not None:
                if not first:
                    item[0].weight, item[0].why = 1.0, "further from the headline than the byline"
                first = False
            found.append(item[0])
    for number, element in enumerate(tree.iter("time", "abbr")):
        if number >= MAX_TIMES or len(found) > 30:
            break
        if (element, "published") in taken or (element.tag == "abbr" and not _is_stamp(element)):
            continue
        found.append(_time(element, element in near, heading is None, local, now))
    return found


def _byline(
    element: HtmlElement, text: str, place: str, local: tzinfo, now: datetime | None
) -> tuple[Found, HtmlElement] | None:
    """A short text piece near the headline as a date, with the reasons that it is none of the article's."""
    if not 6 <= len(text) <= MAX_BYLINE or not (_DIGIT.search(text) or len(text) < 30) or not _HAS_DATE.search(text):
        return None
    holder = element
    for up, _ in zip((element, *element.iterancestors()), range(6), strict=False):
        if up.tag in ("figure", "figcaption"):
            return None
        if up.tag == "time" or _is_stamp(up):
            holder = up
            break
    timed = holder.tag == "time" or _is_stamp(holder)
    raw = text
    stamp = (holder.get("datetime") or (holder.get("title") if holder.tag == "abbr" else None)) if timed else None
    if not _CLOCK.search(raw) and stamp is None:  # "Selasa, 23 Februari 2016" | "16:37 WIB" in the next piece
        whole = text_of(element.getparent()) if element.getparent() is not None else ""
        if len(whole) <= MAX_BYLINE and _CLOCK.search(whole):
            raw = whole
    reading = read(stamp or raw, local, now)
    if reading.value is None and stamp:
        reading = read(raw, local, now)
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    parent = element.getparent()
    marks = names if parent is None else f"{names} {parent.get('class') or ''} {parent.get('id') or ''}"
    weight, why = WEIGHTS["visible"], ""
    elsewhere = aside(element)
    if elsewhere:
        weight, why = 0.0, elsewhere
    elif _COPYRIGHT.search(text):
        weight, why = 0.0, "a copyright line"
    elif _lists_others(element):
        weight, why = 0.0, "stands in a list of other stories"
    elif element.tag == "a" and place == "before":
        weight, why = 0.0, "a link in front of the headline"
    elif (
        place == "before"
        and not (_CLOCK.search(raw) and _BYLINE_CLASS.search(marks))
        and not _POST_DATE.search(marks)
        and not timed
    ):
        weight, why = 0.0, _IN_FRONT
    elif _in_sentence(element, text) and not timed:
        weight, why = 0.0, "inside a sentence"
    elif not _CLOCK.search(raw) and not _BYLINE_CLASS.search(marks) and not timed:
        weight = 3.0
    changed = _UPDATED.search(text)
    role = "modified" if changed and not _PUBLISHED_WORD.search(text) else "published"
    if changed and role == "modified" and _HAS_DATE.search(text[: changed.start()]):
        raw, role = text[: changed.start()], "published"  # "7 Oktober 2012 12:41 Diperbarui: 24 Juni 2015 23:08"
        reading = read(raw, local, now)
    if role == "modified" or "modified" in names or "updated" in names.split():
        role = "modified"
    shown = read(text_of(holder, MAX_BYLINE), local) if stamp else None
    return Found("byline", "visible", raw[:MAX_BYLINE], reading, weight, why, role, shown), holder


def _lists_others(element: HtmlElement) -> bool:
    """Whether an element holds links that read as headlines: its dates are those of other stories."""
    links = (link for number, link in enumerate(element.iterchildren("a")) if number < 6)
    return any(len(text_of(link, 200).split()) >= 4 for link in links)


def _in_sentence(element: HtmlElement, text: str) -> bool:
    """Whether a piece with a date belongs to running text: much else stands beside the date, or around the piece."""
    if len(_NOT_OTHER.sub(" ", text).split()) > 7 or re.search(r"\([0-9]{1,2}/[0-9]{1,2}", text):
        return True
    for up, _ in zip((element, *element.iterancestors()), range(4), strict=False):
        layout = up.tag == "td" and up.find(".//br") is not None  # a cell that lays out the page, not one of data
        if layout or up.tag in ("div", "header", "section", "article"):
            break
        if up.tag in ("p", "li", "td", "blockquote", "h2", "h3"):
            return len(text_of(up)) > MAX_BYLINE
    return False


def _right_above(element: HtmlElement, heading: HtmlElement) -> bool:
    """Whether nothing but line breaks stands between an element and the headline below it."""
    node: HtmlElement | None = heading
    for _ in range(3):
        if node is None or node.tag in ("td", "body"):
            return False
        before = node.getprevious()
        while before is not None and before.tag == "br" and not (before.tail or "").strip():
            before = before.getprevious()
        if before is not None:
            return not (before.tail or "").strip() and (before is element or element in before.iterdescendants())
        node = node.getparent()
    return False


def _is_today(item: Found, local: tzinfo, now: datetime | None) -> bool:
    """Whether a day is the capture's own, as a widget's always is."""
    value = item.reading.value
    return now is not None and value is not None and str(value)[:10] == str(now.astimezone(local))[:10]


def _is_stamp(element: HtmlElement) -> bool:
    """Whether an ``abbr`` is a time of the hAtom microformat, as in Blogger and WordPress themes before 2012."""
    if element.tag != "abbr" or not element.get("title"):
        return False
    return not {"published", "updated"}.isdisjoint((element.get("class") or "").split())


def _time(element: HtmlElement, near: bool, lost: bool, local: tzinfo, now: datetime | None) -> Found:
    raw = element.get("datetime") or element.get("title") or text_of(element)
    names = f"{element.get('class') or ''} {(element.get('pubdate') is not None and 'pubdate') or ''}"
    elsewhere = aside(element)
    weight, why = 1.0, "far from the headline"
    if elsewhere:
        weight, why = 0.0, elsewhere
    elif "pubdate" in names or "published" in names or near:
        weight, why = 4.0, ""
    elif lost:
        weight, why = 2.0, ""
    role = "modified" if "updated" in names and "published" not in names else "published"
    shown = read(text_of(element, MAX_BYLINE), local) if weight and element.get("datetime") else None
    return Found("time element", "time", raw[:MAX_BYLINE], read(raw, local, now), weight, why, role, shown)
