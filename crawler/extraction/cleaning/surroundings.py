"""A line among the others: what stands above and below it decides whether a rule may cut it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from crawler.extraction.cleaning import bylines, phrases, proof
from crawler.extraction.cleaning.shapes import SENTENCE_END, Line, fold, is_paragraph
from storage.article import Cut

_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NUMBERED = re.compile(r"^\W{0,3}\d{1,2}[.):]\s")
_AGED = re.compile(r"\b\d{1,3} (?:tahun|th)\b|\(\d{1,3}\)")  # a person's age
_TAG_ADDRESS = re.compile(r"/(?:tags?|topik|topics?|label)/|^#", re.IGNORECASE)
_AHEAD = 60  # lines looked at above or below another
_LABELS = 300
_TOO_LONG = 200  # characters of a line that is more than a headline of another story
_SENTENCES = re.compile(r"[a-z\"”)][.!?][\"”]?(?:\s|$)")


@dataclass(slots=True)
class Cleaned:
    """What is left and what was cut; ``evidence`` are cut lines that name sources or authors ("Sumber: …")."""

    paragraphs: list[str] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    related: list[tuple[str, str]] = field(default_factory=list)  # links of lines that were cut
    inner: list[tuple[str, str]] = field(default_factory=list)  # links of lines that were kept
    kept: list[Line] = field(default_factory=list)  # the lines of ``paragraphs``
    teaser: bool = False  # the text ends where a subscription is asked for
    weak: list[Line] = field(default_factory=list)  # lines that a weak rule cut


class Surroundings:
    """The lines of a text with the names of its site and its headline, and questions about a line's neighbours."""

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

    def below(self, index: int) -> list[str]:
        """Texts of the lines below one, a few dozen at most."""
        return [line.text for line in self.lines[index + 1 : index + _AHEAD] if line is not None]

    def next_to(self, index: int, step: int) -> Line | None:
        """The nearest line that is left above (``step`` -1) or below (1)."""
        for _ in range(_AHEAD):
            index += step
            if not 0 <= index < len(self.lines):
                return None
            if (line := self.lines[index]) is not None:
                return line
        return None

    def goes_on(self, index: int) -> bool:
        """Whether a paragraph follows: a mark at the end of the last one names a source, not a photographer."""
        return any(is_paragraph(text) for text in self.below(index))

    def is_introduced(self, index: int, rule: phrases.Rule | None = None) -> bool:
        """Whether a short line belongs to a sentence that ends with a colon: a slogan, a name, a figure."""
        if rule is not None and rule.name not in ("tag line", "initials", "other page part", "byline"):
            return False
        for at in range(index - 1, max(-1, index - _AHEAD), -1):
            line = self.lines[at]
            if line is None:
                continue
            if line.text.endswith(":"):
                return is_paragraph(line.text[:-1] + ".") or line.text.count(" ") >= 2
            if is_paragraph(line.text) or len(line.text) > 80:
                return False
        return False

    def is_listed_name(self, index: int) -> bool:
        """Whether a line that is one link is an entry of the list that a sentence introduces, most of which is none:
        a name of the dead that leads to its tag."""
        line = self.lines[index]
        if line is None or len(line.text) > 80 or not self.is_introduced(index):
            return False
        beside = [other for step in (-1, 1) if (other := self.next_to(index, step)) is not None]
        return bool(_AGED.search(line.text)) or any(
            other.link_share < 0.5 and len(other.text) <= 80 and not other.text.endswith(":") for other in beside
        )

    def is_subheading(self, index: int, numbered: bool = False) -> bool:
        """Whether a line is a heading by its tag with a paragraph of the article right below it."""
        line = self.lines[index]
        if line is None or line.tag not in _HEADING_TAGS or (numbered and not _NUMBERED.match(line.text)):
            return False
        to_tag = any(_TAG_ADDRESS.search(address) for address, _ in line.links)  # sites link words to their tag's page
        if not numbered and line.link_share > 0.5 and not to_tag:
            return False
        after = self.next_to(index, 1)
        return after is not None and is_paragraph(after.text) and after.link_share < 0.5

    def is_empty_heading(self, index: int, line: Line) -> bool:
        """Whether a bold line at the very end is a heading whose text went; a sentence, a list of names is none."""
        if line.tag in _HEADING_TAGS:
            return True
        before = self.next_to(index, -1)
        listed = before is not None and before.heading and len(before.text) <= 80
        return not (SENTENCE_END.search(line.text) or listed or any(char.isdigit() for char in line.text))

    @cached_property
    def labelled(self) -> list[str]:
        """The lines that begin with a label and a colon, at most a few hundred."""
        return [line.text for line in self.given if ":" in line.text[:34]][:_LABELS]

    def line_rule(self, line: Line, places: tuple[str, ...]) -> phrases.Rule | None:
        """The first phrase rule that cuts a line; a weak one only with a proof."""
        text = line.text
        if len(text) > 420 and "mazon" not in text and "MAZON" not in text:
            return None
        sentence = SENTENCE_END.search(text[-12:]) is not None
        plain = phrases.bare(text)
        for rule in phrases.LINE:
            if (
                rule.place in places
                and len(text) <= rule.max_chars
                and not (rule.plain and sentence)
                and (plain in rule.texts or rule.pattern.search(text))
                and (rule.strength == "strong" or self.is_proven(line, rule))
                and not (rule.name == "related story line" and _goes_on(line))
            ):
                return rule
        return None

    def is_proven(self, line: Line, rule: phrases.Rule) -> bool:
        """Whether there is more than the phrase that says a line is furniture."""
        if rule.name == "byline":
            return proof.is_byline(line.text, self.labelled)
        return proof.proven(line.text, line.link_share, self.own, marked=rule.name == "related story line")


def _goes_on(line: Line) -> bool:
    """Whether a paragraph runs on behind the headline that "Baca:" introduces, on one line with it (copies)."""
    text = line.text
    return len(text) > _TOO_LONG and line.link_share < 0.3 and len(_SENTENCES.findall(text)) > 1
