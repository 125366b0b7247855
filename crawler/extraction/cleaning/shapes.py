"""What a single line looks like: a paragraph, a link and nothing else, the headline again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.extraction.cleaning import bylines

SENTENCE_END = re.compile(r"""[.!?…][\s"'”’»)\]*]{0,12}$""")
_TOKENS = re.compile(r"\w+")
_LINK_ONLY = 0.9  # share of a line's characters inside links from which it is a link and nothing else
_LINKED_PARAGRAPH = 220  # characters from which a wholly linked sentence is text of the article all the same
_NAMES_SOURCE = re.compile(
    r"\W{0,3}(?:sumber|source|via|dikutip|disadur|foto|photo|oleh|by|penulis|editor|laporan|dari|ditulis)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"^[^.!?]{2,50}(?:,? ?\([^)]{2,30}\))?\s?[-–—]{1,2}$")


@dataclass(slots=True)
class Line:
    """One line or paragraph with what its markup says; for plain text, with the text alone."""

    text: str
    link_share: float = 0.0
    heading: bool = False  # a heading or wholly bold
    links: list[tuple[str, str]] = field(default_factory=list)  # address as written, anchor
    tag: str = ""  # of the element the text stands in; "" where unknown
    pictured: bool = False  # the first text behind a picture


def fold(text: str) -> str:
    """A line as compared with others: its words in lower case, without punctuation."""
    return " ".join(_TOKENS.findall(text.casefold()))


def is_paragraph(text: str) -> bool:
    """Whether a line reads as a paragraph of prose rather than as a label or headline."""
    return len(text) >= 140 or (len(text) >= 60 and SENTENCE_END.search(text) is not None)


def is_linked_sentence(line: Line | None) -> bool:
    """Whether a line that is one link reads as a sentence, not as a headline or a teaser cut short."""
    if line is None or len(line.text) < 40 or not line.text.endswith((".", ".”", '."')) or line.text.endswith(".."):
        return False
    words = [word for word in line.text.split() if word[:1].isalpha()]
    return sum(word[0].isupper() for word in words) < 0.6 * len(words)


def is_labelled_link(line: Line) -> bool:
    """Whether a line is a few words, a mark and a link to its end: "Lebih lanjut tentang ini – Headline"."""
    if not line.links or not 0.3 <= line.link_share < 1 or len(line.text) > 220 or line.text.endswith("."):
        return False
    anchor = line.links[-1][1]
    if len(anchor) < 15 or not line.text.endswith(anchor) or len(line.links) > 1:
        return False
    label = line.text[: -len(anchor)].rstrip()
    return 3 <= len(label) <= 46 and label[-1] in "–—:|»>" and not _NAMES_SOURCE.match(label)


def is_link(line: Line) -> bool:
    """Whether a line is a link and nothing else; a long sentence is text all the same."""
    if line.link_share < _LINK_ONLY and not _is_dated_link(line):
        return False
    return not (len(line.text) >= _LINKED_PARAGRAPH and SENTENCE_END.search(line.text))


def _is_dated_link(line: Line) -> bool:
    """Whether a line is one link and a day: an entry of a list of other stories."""
    if line.link_share < 0.5 or len(line.links) != 1 or len(line.text) > 220:
        return False
    anchor = line.links[0][1]
    return len(anchor) >= 15 and bylines.is_date_line(line.text.replace(anchor, " ", 1).strip())


def same_title(text: str, title: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether a line is the headline, also with the outlet's name behind it or without its own last words.

    A sentence that begins with the headline is the lead: "Gempa guncang Lembah pada Senin pagi."
    """
    line = fold(text)
    if not line or not title:
        return False
    if line.startswith(title + " ") and len(line) <= len(title) + 30:
        return not text.endswith(".") or bylines.is_own(line[len(title) :], own)
    return line == title or (len(line) > 30 and title.startswith(line))


def join_dateline(paragraphs: list[str]) -> None:
    """A dateline on a line of its own belongs to the first paragraph: "Jakarta -" (detik.com)."""
    if len(paragraphs) > 1 and _DATELINE.match(paragraphs[0]):
        paragraphs[:2] = [f"{paragraphs[0]} {paragraphs[1]}"]
