"""Lines of text to the lines of the article: the second of the two cleaning layers.

Works on the blocks of a page (with what their markup tells: links, headings) and on plain text alike. A line is cut
only by a rule that has a name; every cut is kept. The order matters: what follows the article is cut off first, then
single lines, then what stands before the first and after the last paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from crawler.extraction.cleaning import bylines, phrases
from crawler.extraction.page.mojibake import tidy
from storage.article import Cut

_SENTENCE_END = re.compile(r"""[.!?…][\s"'”’»)\]*]*$""")
_TOKENS = re.compile(r"\w+")
_LINK_ONLY = 0.9  # share of a line's characters inside links from which it is a link and nothing else
_LINKED_PARAGRAPH = 220  # characters from which a wholly linked sentence is text of the article all the same
_SAME_CAPTION = 0.8  # share of a line's words that stand in the caption before it; translators vary a word or two
_HEAD_LINES = 10  # lines in which headline, date and byline may stand
_CAPITALS = re.compile(r"^(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]+\s?){1,4}(?:\s?[|/,&-]\s?(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]+\s?){1,4}){0,3}$")
_ALSO = re.compile(
    r"(?:baca|simak|lihat|tonton|read|see)(?: (?:juga|pula|also|more))?\b", re.IGNORECASE
)  # and then a link
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{3,40})[)\]]\W?$")
_DATELINE = re.compile(r"^[^.!?]{2,50}(?:,? ?\([^)]{2,30}\))?\s?[-–—]{1,2}$")


@dataclass(slots=True)
class Line:
    """One line or paragraph with what its markup says; for plain text, with the text alone."""

    text: str
    link_share: float = 0.0
    heading: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)  # address as written, anchor


@dataclass(slots=True)
class Cleaned:
    """What is left and what was cut; ``evidence`` are cut lines that name sources or authors ("Sumber: …")."""

    paragraphs: list[str] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    related: list[tuple[str, str]] = field(default_factory=list)  # links of lines that were cut
    inner: list[tuple[str, str]] = field(default_factory=list)  # links of lines that were kept


def clean_text(
    text: str, *, title: str | None = None, known_titles: frozenset[str] = frozenset(), outlet_name: str | None = None
) -> tuple[str, list[Cut]]:
    """Plain text without its furniture, paragraphs separated by a blank line, and every cut with its rule.

    Every line of ``text`` is taken as a paragraph. With ``title`` given all its copies at the head are cut; without
    it, only a repeated first line is.
    """
    lines = [Line(line) for line in map(tidy, text.splitlines()) if line]
    done = clean_lines(lines, title=title, known_titles=known_titles, outlet_name=outlet_name)
    return "\n\n".join(done.paragraphs), done.cuts


def clean_lines(
    lines: list[Line],
    *,
    title: str | None = None,
    known_titles: frozenset[str] = frozenset(),
    outlet_name: str | None = None,
    own_names: Iterable[str] = (),
) -> Cleaned:
    """The article's paragraphs among ``lines``, with every cut and the rule that made it.

    ``own_names`` are further names the site goes by: they sign bylines and end marks ("Fajar Nugraha - Okezone").
    """
    return _Cleaner(lines, title, known_titles, outlet_name, own_names).run()


def fold(text: str) -> str:
    """A line as compared with others: its words in lower case, without punctuation."""
    return " ".join(_TOKENS.findall(text.casefold()))


def is_paragraph(text: str) -> bool:
    """Whether a line reads as a paragraph of prose rather than as a label or headline."""
    return len(text) >= 140 or (len(text) >= 60 and _SENTENCE_END.search(text) is not None)


class _Cleaner:
    def __init__(
        self,
        lines: list[Line],
        title: str | None,
        known: frozenset[str],
        outlet_name: str | None,
        own_names: Iterable[str] = (),
    ) -> None:
        self.lines: list[Line | None] = list(lines)
        self.out = Cleaned()
        self.title = fold(title) if title else ""
        self.known = {fold(other) for other in known} - {self.title, ""}
        self.outlet_name = fold(outlet_name) if outlet_name else ""
        self.own = bylines.own_names([*own_names, *([outlet_name] if outlet_name else [])])
        self.given = [*lines]

    def run(self) -> Cleaned:
        self.readers_part()
        self.captions()
        for index in range(len(self.lines)):
            self.single(index)
        self.link_lists()
        self.headline()
        self.edges()
        self.ending()
        kept = [line for line in self.lines if line is not None and line.text]
        self.out.paragraphs = [line.text for line in kept]
        self.out.inner = [link for line in kept for link in line.links]
        _join_dateline(self.out.paragraphs)
        return self.out

    def cut(self, index: int, rule: str) -> None:
        line = self.lines[index]
        if line is not None:
            self.note(rule, line.text, "line")
            self.out.related += line.links
            self.lines[index] = None

    def note(self, rule: str, text: str, layer: str) -> None:
        self.out.cuts.append(Cut(rule, text[:2000], layer))
        if rule in phrases.EVIDENCE:
            self.out.evidence.append(text[:500])

    def readers_part(self) -> None:
        """Everything from the first line of a comment section on, when an article stands before it."""
        before = 0
        for index, line in enumerate(self.lines):
            if line is None:
                continue
            if len(line.text) <= 120 and phrases.COMMENTS.search(line.text):
                if before < 200:
                    self.cut(index, "comment section")
                    continue
                for rest in range(index, len(self.lines)):
                    found = self.lines[rest]
                    rule = _line_rule(found, ("any", "tail")) if found is not None else None
                    named = rule and rule.name in ("Amazon associate notice", "copyright line", "source line")
                    self.cut(rest, rule.name if rule and named else "comment section")
                return
            before += len(line.text) if is_paragraph(line.text) else 0

    def captions(self) -> None:
        """A caption with its switch, and the copies of it that the switch brings along (NPR; seed 004)."""
        caption: set[str] = set()
        left = 0
        for index, line in enumerate(self.lines):
            if line is None:
                continue
            text = line.text
            words = fold(text).split()
            switch = re.search(r"\b(hide caption|sembunyikan keterangan)$", text, re.IGNORECASE)
            if switch:
                caption, left = set(words), 4
                self.cut(index, "caption")
            elif re.match(r"(toggle caption|beralih keterangan)\b", text, re.IGNORECASE):
                caption |= set(words)  # the switch brings the credit along
                self.cut(index, "caption")
            elif left and words and sum(word in caption for word in words) >= _SAME_CAPTION * len(words):
                self.cut(index, "caption")
            left = max(0, left - 1) if not switch else left

    def single(self, index: int) -> None:
        """Rules that judge a line by itself."""
        line = self.lines[index]
        if line is None:
            return
        lowered = line.text.lower()
        for rule in phrases.INLINE:
            if rule.may_match(lowered) and (found := rule.pattern.search(line.text)):
                self.note(rule.name, found.group().strip(), "inline")
                line.text = tidy(rule.pattern.sub(" ", line.text))
        for rule in phrases.END:
            if rule.anywhere and rule.may_match(lowered) and (found := rule.pattern.search(line.text)):
                self.note(rule.name, found.group().strip(), "inline")
                line.text = line.text[: found.start()].rstrip()
        if not line.text:
            self.lines[index] = None
            return
        if any_rule := _line_rule(line, ("any",)):
            self.cut(index, any_rule.name)
        elif line.link_share >= 0.5 and _ALSO.match(line.text):
            self.cut(index, "related story line")
        elif self.is_gambling(line):
            self.cut(index, "gambling spam")
        elif (folded := fold(line.text)) in self.known:
            self.cut(index, "headline of another story")
        elif self.outlet_name and folded == self.outlet_name:
            self.cut(index, "outlet's name")
        elif not folded and len(line.text) < 12:
            self.cut(index, "end mark")

    def link_lists(self) -> None:
        """Lines that are one link, and the label above two or more of them."""
        only = [line is not None and _is_link(line) for line in self.lines]
        count = 0
        for index in range(len(self.lines) - 1, -1, -1):
            line = self.lines[index]
            if line is None:
                continue
            if only[index]:
                count += 1
                self.cut(index, "line that is a link")
                continue
            if count >= 2 and len(line.text) <= 60 and not _SENTENCE_END.search(line.text):
                self.cut(index, "heading of a link list")
            count = 0

    def headline(self) -> None:
        """Copies of the headline, and labels above them."""
        here = [(index, line.text) for index, line in enumerate(self.lines) if line is not None]
        copies = [index for index, text in here[:_HEAD_LINES] if self.title and _same_title(fold(text), self.title)]
        if not self.title and len(here) > 1 and not is_paragraph(here[0][1]):
            first = fold(here[0][1])
            copies = [index for index, text in here[1:4] if fold(text) == first]
        for index in copies:
            self.cut(index, "repeated headline")
        if self.title and copies:
            for index, text in here:
                if index < copies[0] and not is_paragraph(text):
                    self.cut(index, "label above the headline")

    def edges(self) -> None:
        """Dates, bylines and labels before the first and after the last paragraph."""
        here = [(index, line) for index, line in enumerate(self.lines) if line is not None]
        bodies = [position for position, (_, line) in enumerate(here) if is_paragraph(line.text)]
        if not bodies:
            return
        after_date = False
        for position, (index, line) in enumerate(here):
            head, tail = position < bodies[0], position > bodies[-1]
            if not head and not tail:
                continue
            rule = _line_rule(line, ("head", "edge") if head else ("tail", "edge"))
            name = rule.name if rule else self.byline_line(line, head)
            if name:
                self.cut(index, name)
            elif head and after_date and len(line.text.split()) <= 3 and not re.search(r"[.!?:,–—-]", line.text):
                self.cut(index, "category under the date")
            after_date = name == "date line"

    def byline_line(self, line: Line, head: bool) -> str | None:
        """The rule for a line at the edge that only tells when and by whom it was published."""
        text = line.text
        if len(text) > 110 or text[-1:] in ".!?-–—:":
            return None
        if bylines.is_date_line(text):
            return "date line"
        if bylines.is_signed(text, self.own):
            return "byline" if head else "outlet's name"
        return None

    def ending(self) -> None:
        """Initials, end marks and the byline at the very end, one after the other until none is left."""
        for index in range(len(self.lines) - 1, -1, -1):
            line = self.lines[index]
            if line is None:
                continue
            signed = _IN_BRACKETS.search(line.text)
            if signed and bylines.is_own(signed.group(1), self.own):
                if len(line.text) <= 60 and not _SENTENCE_END.search(line.text[: signed.start()]):
                    self.cut(index, "outlet's name")  # "Mi'raj News Agency (MINA)"
                    continue
                self.note("outlet's name", signed.group().strip(), "inline")
                line.text = line.text[: signed.start()].rstrip()
            for _ in range(4):
                found = next((m for rule in phrases.END if (m := rule.pattern.search(line.text))), None)
                if found is None:
                    break
                rule = next(rule for rule in phrases.END if rule.pattern.search(line.text))
                self.note(rule.name, found.group().strip(), "inline")
                line.text = line.text[: found.start()].rstrip()
            if not line.text:
                self.lines[index] = None
            elif len(line.text) <= 60 and _CAPITALS.match(line.text) and index:
                self.note("byline", line.text, "line")
                self.lines[index] = None
            elif line.heading and len(line.text) <= 80 and index:
                self.cut(index, "heading without text")
            else:
                return

    @cached_property
    def about_gambling(self) -> bool:
        """Whether gambling is the story's own subject; asked only where a line of spam is suspected."""
        return _about_gambling(self.given)

    def is_gambling(self, line: Line) -> bool:
        text = line.text
        linked = line.link_share > 0.3
        if (len(text) > 160 and not linked) or (_SENTENCE_END.search(text) and not linked and len(text) > 60):
            return False
        if not phrases.GAMBLING_ANY.search(text):
            return False
        strong = sum(1 for pattern in phrases.GAMBLING_STRONG if pattern.search(text))
        weak = sum(1 for pattern in phrases.GAMBLING_WEAK if pattern.search(text))
        if self.about_gambling and not _is_link(line):
            return False
        return strong >= 1 or weak >= 3 or (weak >= 2 and (linked or len(text.split()) <= 8))


def _about_gambling(lines: list[Line]) -> bool:
    """Whether at least two paragraphs of prose name gambling: then it is the story's own subject."""
    prose = [line.text for line in lines if line.link_share < 0.2 and is_paragraph(line.text)]
    return (
        sum(
            1
            for text in prose
            if any(p.search(text) for p in phrases.GAMBLING_STRONG[:7]) or re.search(r"\bjudi\b", text)
        )
        >= 2
    )


def _is_link(line: Line) -> bool:
    if line.link_share < _LINK_ONLY:
        return False
    return not (len(line.text) >= _LINKED_PARAGRAPH and _SENTENCE_END.search(line.text))


def _line_rule(line: Line, places: tuple[str, ...]) -> phrases.Rule | None:
    text = line.text
    if len(text) > 420 and "mazon" not in text and "MAZON" not in text:
        return None
    sentence = _SENTENCE_END.search(text) is not None
    for rule in phrases.LINE:
        if (
            rule.place in places
            and len(text) <= rule.max_chars
            and not (rule.plain and sentence)
            and rule.pattern.search(text)
        ):
            return rule
    return None


def _same_title(line: str, title: str) -> bool:
    """Whether a folded line is the headline, also with the outlet's name behind it or without its own last words."""
    if not line or not title:
        return False
    return (
        line == title
        or (line.startswith(title + " ") and len(line) <= len(title) + 30)
        or (len(line) > 30 and title.startswith(line))
    )


def _join_dateline(paragraphs: list[str]) -> None:
    """A dateline on a line of its own belongs to the first paragraph: "Jakarta -" (detik.com)."""
    if len(paragraphs) > 1 and _DATELINE.match(paragraphs[0]):
        paragraphs[:2] = [f"{paragraphs[0]} {paragraphs[1]}"]
