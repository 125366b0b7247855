"""Gambling spam pasted into the pages of others, and stories that are about gambling."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.cleaning import phrases
from crawler.extraction.cleaning.shapes import SENTENCE_END, Line, is_link, is_paragraph


def is_gambling(line: Line, story: Sequence[Line]) -> bool:
    """Whether a line is spam: a strong word or two weak ones, no sentence, in a ``story`` of other things."""
    text = line.text
    linked = line.link_share > 0.3
    if (len(text) > 160 and not linked) or (SENTENCE_END.search(text) and not linked and len(text) > 60):
        return False
    if not phrases.GAMBLING_ANY.search(text):
        return False
    strong = sum(1 for pattern in phrases.GAMBLING_STRONG if pattern.search(text))
    weak = sum(1 for pattern in phrases.GAMBLING_WEAK if pattern.search(text))
    if not (strong >= 1 or weak >= 3 or (weak >= 2 and (linked or len(text.split()) <= 8))):
        return False
    return is_link(line) or not _about_gambling(story)


def _about_gambling(story: Sequence[Line]) -> bool:
    """Whether at least two paragraphs of prose name gambling: then it is the story's own subject."""
    found = 0
    for line in story[:_MOST]:
        if line.link_share < 0.2 and is_paragraph(line.text):
            found += any(p.search(line.text) for p in phrases.GAMBLING_STRONG) or "judi" in line.text.lower().split()
            if found >= 2:
                return True
    return False


_MOST = 300  # lines of a story looked at
