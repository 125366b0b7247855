"""Lines of text to the lines of the article: the second of the two cleaning layers.

Works on the blocks of a page (with what their markup tells: links, headings) and on plain text alike. A line is cut
only by a rule that has a name; every cut is kept. The order matters: what follows the article is cut off first, then
single lines, then what stands before the first and after the last paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import pairwise

from crawler.extraction.cleaning import bylines, paywall, phrases, readers
from crawler.extraction.cleaning.gambling import is_gambling
from crawler.extraction.cleaning.shapes import (
    SENTENCE_END,
    Line,
    fold,
    is_labelled_link,
    is_link,
    is_linked_sentence,
    is_paragraph,
    join_dateline,
    same_title,
)
from crawler.extraction.cleaning.surroundings import Cleaned, Surroundings
from crawler.extraction.page.mojibake import tidy
from storage.article import Cut

__all__ = ["Cleaned", "Line", "clean_lines", "clean_text", "fold", "is_paragraph"]

_SAME_CAPTION = 0.8  # share of a line's words that stand in the caption before it; translators vary a word or two
_HEAD_LINES = 10  # lines in which headline, date and byline may stand
_CAPITALS = re.compile(
    r"^(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]{1,30}\s?){1,4}(?:\s?[|/,&-]\s?(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]{1,30}\s?){1,4}){0,3}$"
)
_ALSO = re.compile(
    r"(?:baca|simak|lihat|tonton|read|see)(?: (?:juga|pula|also|more))?\b", re.IGNORECASE
)  # and then a link
_CAPTION = 260  # characters of the longest caption without markup
# A photographer's or agency's mark: "(AFP/Bima Laksana)", "(Foto: Rina)", "/Antara"; "(18/10/2020)" is a day.
_CREDITED = re.compile(
    r"[(\[](?:[^()\[\]/0-9]{2,30}/[^()\[\]0-9]{2,40}|(?:foto|photo|dok|ist|istimewa|credit|kredit|sumber)\b[^()\[\]]{0,50}"
    r"|(?:reuters|afp|ap|antara(?: foto)?|epa|xinhua|anadolu|getty images|net))[)\]]\W{0,2}$|\b(?:foto"
    r"|photo)\s?:\s?.{2,60}$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s{0,8}[(\[]([^()\[\]]{3,40})[)\]]\W?$")


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


def _chronology(tail: list[tuple[int, Line]]) -> set[int]:
    """The days of a list of events below the last paragraph: two or more, with words of their own or a line below."""
    days = [at for at, (_, line) in enumerate(tail) if bylines.is_date_line(line.text)]
    told = {
        tail[at][0] for at in days if len(tail[at][1].text.split()) > 3 or (at + 1 < len(tail) and at + 1 not in days)
    }
    return told if len(told) > 1 else set()


class _Cleaner(Surroundings):
    def run(self) -> Cleaned:
        self.readers_part()
        self.captions()
        self.subscription()
        for index in range(len(self.lines)):
            self.single(index)
        self.link_lists()
        self.headline()
        self.edges()
        self.ending()
        kept = [line for line in self.lines if line is not None and line.text]
        self.out.kept = kept
        self.out.paragraphs = [line.text for line in kept]
        self.out.inner = [link for line in kept for link in line.links]
        join_dateline(self.out.paragraphs)
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
            if (len(line.text) <= 220 and readers.begins(line.text, partial(self.below, index), is_paragraph)) or (
                before >= 200 and len(line.text) <= 80 and readers.talks(line.text, self.below(index))
            ):
                if before < 200:
                    self.cut(index, "comment section")
                    continue
                for rest in range(index, len(self.lines)):
                    found = self.lines[rest]
                    rule = self.line_rule(found, ("any", "tail")) if found is not None else None
                    named = rule and rule.name in ("Amazon associate notice", "copyright line", "source line")
                    self.cut(rest, rule.name if rule and named else "comment section")
                return
            before += len(line.text) if is_paragraph(line.text) else 0

    def subscription(self) -> None:
        """A pitch for a subscription and what it says of it, from its first line to the end or the next paragraph."""
        here = [(index, line) for index, line in enumerate(self.lines) if line is not None]
        for at in paywall.pitch([line.text for _, line in here]):
            self.cut(here[at][0], "paywall line")
        pitched = {cut.text for cut in self.out.cuts if cut.rule == "paywall line"}
        if pitched:
            prose = [line.text[:2000] for line in self.given if is_paragraph(line.text)]
            self.out.teaser = not prose or prose[-1] in pitched or self.given[-1].text[:2000] in pitched

    def captions(self) -> None:
        """A caption with its switch, and the copies of it that the switch brings along (NPR; seed 004)."""
        caption: set[str] = set()
        left = 0
        for index, line in enumerate(self.lines):
            if line is None:
                continue
            text = line.text
            words = fold(text).split()
            if line.pictured and len(text) <= _CAPTION and _CREDITED.search(text) and self.goes_on(index):
                self.cut(index, "caption")
                continue
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
            if rule.anywhere and rule.may_match(lowered) and (found := rule.at_end(line.text)):
                self.note(rule.name, found.group().strip(), "inline")
                line.text = line.text[: found.start()].rstrip()
        if not line.text:
            self.lines[index] = None
            return
        if (any_rule := self.line_rule(line, ("any",))) and not self.is_introduced(index, any_rule):
            if any_rule.strength == "weak":
                self.out.weak.append(line)
            self.cut(index, any_rule.name)
        elif (line.link_share >= 0.5 and _ALSO.match(line.text)) or is_labelled_link(line):
            self.cut(index, "related story line")
        elif is_gambling(line, self.given):
            self.cut(index, "gambling spam")
        elif (folded := fold(line.text)) in self.known and not (
            self.is_subheading(index) or self.is_subheading(index, numbered=True)
        ):
            self.cut(index, "headline of another story")
        elif self.outlet_name and folded == self.outlet_name:
            self.cut(index, "outlet's name")
        elif not folded and len(line.text) < 12:
            self.cut(index, "end mark")

    def link_lists(self) -> None:
        """Lines that are one link, and the label above two or more of them."""
        only = [
            line is not None
            and is_link(line)
            and not (self.is_subheading(index, numbered=True) or self.is_subheading(index))
            for index, line in enumerate(self.lines)
        ]
        # A sentence that is one link stays, a list of such links goes.
        lone = [
            linked
            and is_linked_sentence(line)
            and not any(only[max(0, index - 1) : index] + only[index + 1 : index + 2])
            for index, (linked, line) in enumerate(zip(only, self.lines, strict=True))
        ]
        count = 0
        for index in range(len(self.lines) - 1, -1, -1):
            line = self.lines[index]
            if line is None:
                continue
            if only[index] and not lone[index] and not self.is_listed_name(index):
                count += 1
                self.cut(index, "line that is a link")
                continue
            if count >= 2 and len(line.text) <= 60 and not SENTENCE_END.search(line.text):
                self.cut(index, "heading of a link list")
            count = 0

    def headline(self) -> None:
        """Copies of the headline, and labels above them."""
        here = [(index, line.text) for index, line in enumerate(self.lines) if line is not None]
        copies = [index for index, text in here[:_HEAD_LINES] if self.title and same_title(text, self.title, self.own)]
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
        self.opinion_byline(here, bodies[0])
        chronology = _chronology(here[bodies[-1] + 1 :])
        here = [(index, line) for index, line in here if self.lines[index] is not None]
        bodies = [position for position, (_, line) in enumerate(here) if is_paragraph(line.text)]
        for position, (index, line) in enumerate(here):
            head, tail = position < bodies[0], position > bodies[-1]
            if (not head and not tail) or index in chronology:
                continue
            rule = self.line_rule(line, ("head", "edge") if head else ("tail", "edge"))
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
        if not head and line.heading and len(text) <= 40 and bylines.is_own(text, self.own):
            return "outlet's name"
        return None

    def ending(self) -> None:
        """Initials, end marks and the byline at the very end, one after the other until none is left."""
        for index in range(len(self.lines) - 1, -1, -1):
            line = self.lines[index]
            if line is None:
                continue
            signed = _IN_BRACKETS.search(line.text, max(0, len(line.text) - phrases.TAIL))
            if signed and bylines.is_own(signed.group(1), self.own):
                if len(line.text) <= 60 and not SENTENCE_END.search(line.text[: signed.start()]):
                    self.cut(index, "outlet's name")  # "Mi'raj News Agency (MINA)"
                    continue
                self.note("outlet's name", signed.group().strip(), "inline")
                line.text = line.text[: signed.start()].rstrip()
            for _ in range(4):
                ended = next(((rule, match) for rule in phrases.END if (match := rule.at_end(line.text))), None)
                if ended is None:
                    break
                rule, found = ended
                self.note(rule.name, found.group().strip(), "inline")
                line.text = line.text[: found.start()].rstrip()
            if not line.text:
                self.lines[index] = None
            elif self.is_introduced(index):
                return
            elif len(line.text) <= 60 and _CAPITALS.match(line.text) and index:
                self.note("byline", line.text, "line")
                self.lines[index] = None
            elif line.heading and len(line.text) <= 80 and index and self.is_empty_heading(index, line):
                self.cut(index, "heading without text")
            else:
                return

    def opinion_byline(self, here: list[tuple[int, Line]], first: int) -> None:
        """A name and what the person is ("Pengamat Timur Tengah"), above the first paragraph of an opinion piece."""
        head = here[:first]
        for (one, name), (other, role) in pairwise(head):
            if bylines.is_person(name.text) and bylines.is_role(role.text):
                self.note("byline", f"Oleh: {name.text}", "line")
                self.lines[one] = None
                self.cut(other, "byline")
