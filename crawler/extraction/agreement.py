"""Two readings of one page made one: where the readers differ, what a weak rule cut may come back, dirt may go.

A vote line by line lowers the quality (both readers make mistakes of their own), so the second reader decides only
what our own rules were not sure of. Where the two disagree grossly, the page's own evidence decides which to believe.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.extraction.body import prose
from crawler.extraction.cleaning.lines import Cleaned, Line, fold, is_paragraph
from crawler.extraction.cleaning.proof import reported
from storage.article import Cut

# Measured with bench/extraction.py --ablation; the table is in docs/cleaning.md.
GROSS = 0.5  # agreement below which one of the two readings is wrong as a whole
_SURE = 0.85  # agreement from which a short line that only we have is dirt
_DIRT = 60  # characters of such a line at most
_MARGIN = 0.15  # by how much the page's evidence must speak for the other reading
_BORNE_OUT = 0.5  # share of the page's own words on its article that a text says, below which it is doubted
_SHORT = 1000  # characters of a text below which the whole page is looked at again
_BESIDES = 1.5  # times our text that a page's running text must be, or nothing else on it can be the article
_TOLD = 0.8  # share of a reading that is paragraphs, below which it is no article
_MOST = 0.8  # share of our words in another reading from which that one only adds to ours
_FEW = 0.6  # share of our words in a longer reading, below which the two are different texts
_WORD = re.compile(r"\w+")
_KEPT_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "tr", "dd", "dt", "blockquote", "pre"))


@dataclass(slots=True)
class Joined:
    """The paragraphs both readings make, how far they agree (0 to 1; None with one reading), and who decided."""

    paragraphs: list[str]
    agreement: float | None = None
    decided: str = "first reader"  # or "both readers", "second reader"
    restored: int = 0
    cuts: list[Cut] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the page itself says of its article: headline, description, the text in its data, the words of its day."""

    title: str = ""
    description: str = ""
    written: str = ""  # JSON-LD articleBody

    def speaks_for(self, paragraphs: Sequence[str], *, titled: bool = True) -> float:
        """How well a text fits, 0 to 1: the mean of what can be told; the few words of a headline stand in any long
        text, so they may be left out (``titled``)."""
        words = set(_WORD.findall(" ".join(paragraphs).casefold()))
        if not words:
            return 0.0
        marks = []
        for said in (self.title if titled else "", self.description):
            wanted = [word for word in _WORD.findall(said.casefold()) if len(word) > 3]
            if len(wanted) >= 3:
                marks.append(sum(word in words for word in wanted) / len(wanted))
        if len(self.written) > 200:
            marks.append(agreement(paragraphs, [self.written]))
        return sum(marks) / len(marks) if marks else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """Questions about the whole page that cost time: the second reader's lines (20 to 30 ms), and how many characters
    of running text it holds (2 to 5 ms)."""

    second: Callable[[], Sequence[str]]
    running_text: Callable[[], int]


def agreement(one: Sequence[str], other: Sequence[str]) -> float:
    """How far two readings say the same: shared words, counted, over all words of both; 0 to 1."""
    a, b = (Counter(_WORD.findall(" ".join(lines).casefold())) for lines in (one, other))
    both = sum(a.values()) + sum(b.values())
    return round(2 * sum((a & b).values()) / both, 3) if both else 0.0


def join(clean: Cleaned, second: Sequence[str], weak: Sequence[str], evidence: Evidence, page: Page) -> Joined:
    """One text of our cleaned reading and of the ``second`` reader's lines, cleaned alike.

    ``weak`` are texts that a weak rule cut. The second reader reads the whole ``page`` only where the two disagree
    grossly, or where our text is doubtful and the page holds much besides: the element itself may be the wrong one.
    """
    first = clean.paragraphs
    same = agreement(first, second)
    size = sum(map(len, first))
    doubted = size < _SHORT or evidence.speaks_for(first) < _BORNE_OUT
    if same < GROSS or (doubted and page.running_text() >= _BESIDES * size):
        weighed = _weigh(first, second if same < GROSS else [], page.second(), same, evidence)
        if same < GROSS or weighed.decided == "second reader":
            return weighed
    joined = Joined(list(first), same)
    _restore(joined, second, weak, fold(evidence.description))
    if same >= _SURE:
        _drop_dirt(joined, clean.kept, second)
    if joined.restored or joined.cuts:
        joined.decided = "both readers"
    return joined


def _weigh(first: list[str], element: Sequence[str], page: Sequence[str], same: float, evidence: Evidence) -> Joined:
    """The reading that the page's own evidence bears out; ours where it says nothing."""
    best, mark = first, evidence.speaks_for(first)
    decided = "first reader"
    for other in (element, page):
        if not _is_running(other):
            continue
        # Whatever holds more says more of the page's words, too: a reading that only adds to ours must say much more.
        shared = _contained(first, other)
        value = evidence.speaks_for(other)
        if shared >= _MOST:
            clear = evidence.speaks_for(other, titled=False) > evidence.speaks_for(first, titled=False) + 2 * _MARGIN
        else:
            clear = value > mark + _MARGIN
        if clear or (mark < _BORNE_OUT and value >= mark and shared < _FEW and _words(other) > 2 * _words(first)):
            best, mark, decided = list(other), value, "second reader"
    return Joined(list(best), same, decided)


def _is_running(lines: Sequence[str]) -> bool:
    """Whether a reading is prose for the most part: no table of the whole page, no list of links."""
    size = sum(map(len, lines))
    told = sum(len(line) for line in lines if is_paragraph(line) and not line.startswith("|"))
    return size >= prose.PROSE and told >= _TOLD * size


def _contained(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the words of one reading that stand in the other."""
    a, b = (Counter(_WORD.findall(" ".join(lines).casefold())) for lines in (one, other))
    return sum((a & b).values()) / max(1, sum(a.values()))


def _words(lines: Sequence[str]) -> int:
    return sum(len(_WORD.findall(line)) for line in lines)


def _restore(joined: Joined, second: Sequence[str], weak: Sequence[str], deck: str) -> None:
    """Puts paragraphs that only the second reader has back in their place, where a weak rule of ours cut them."""
    cut = [folded for text in weak if (folded := fold(text))]
    if not cut:
        return
    ours = {fold(text): at for at, text in enumerate(joined.paragraphs)}
    everything = " ".join(ours)
    for number, text in enumerate(second):
        folded = fold(text)
        if not folded or folded in everything or not is_paragraph(text) or not prose.is_prose(text):
            continue
        if deck and (folded in deck or deck in folded):
            continue  # what the page says of its article in a line, above the text
        if not any(folded in other or other in folded for other in cut) or not _tells(text):
            continue
        before = next((ours[key] for line in reversed(second[:number]) if (key := fold(line)) in ours), None)
        after = next((ours[key] for line in second[number + 1 :] if (key := fold(line)) in ours), None)
        if before is None and after is None:
            continue
        at = before + 1 if before is not None else (after or 0)
        joined.paragraphs.insert(at, text)
        joined.restored += 1
        ours = {fold(line): position for position, line in enumerate(joined.paragraphs)}
        everything = " ".join(ours)


def _tells(text: str) -> bool:
    """Whether a paragraph tells a story and does not speak to the reader."""
    return reported(text) or not prose.speaks_to_reader(text)


def _drop_dirt(joined: Joined, kept: Sequence[Line], second: Sequence[str]) -> None:
    """Takes out short lines between paragraphs that only we have: labels and buttons of no known wording."""
    theirs = fold(" ".join(second))
    dirt = set()
    for number, line in enumerate(kept):
        if (
            len(line.text) > _DIRT
            or line.heading
            or line.tag in _KEPT_TAGS
            or line.text[-1:] in ".!?:;,”\"'"
            or fold(line.text) in theirs
            or (number and kept[number - 1].text.endswith(":"))
            or any(char.isdigit() for char in line.text)
        ):
            continue
        dirt.add(line.text)
    if dirt:
        joined.paragraphs = [text for text in joined.paragraphs if text not in dirt]
        joined.cuts = [Cut("second reader", text, "line") for text in sorted(dirt)]
