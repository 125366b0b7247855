"""Texts with marks in them, as HTML: every character of the text is escaped, marks may overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from crawler.extraction.attribution import citations
from crawler.extraction.attribution.agencies import table
from storage.article import Article
from storage.errors import ConfigurationError
from storage.search import parse, places
from storage.search.language import Term

MOST_SPANS = 2_000
_HEAD = 300  # characters in which a dateline stands


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: what ``kind`` it is (a class of the style sheet), and what to say of it."""

    start: int
    end: int
    kind: str
    title: str = ""


def spans(article: Article, terms: dict[str, float], words: str = "") -> list[Span]:
    """Where the dateline, the cited sources, the topic's terms (with their weights) and searched words stand."""
    text, lower = article.text, article.text.casefold()
    found: list[Span] = []
    if article.dateline and len(lower) == len(text):
        at = lower.find(article.dateline.casefold(), 0, _HEAD)
        if at >= 0:
            found.append(Span(at, at + len(article.dateline), "dateline"))
    known = table()
    for at, name in citations.in_sentences(text, known):
        if name in article.cited_sources:
            written = known.name_at(text, at) or (name if text.startswith(name, at) else "")
            if written:
                found.append(Span(at, at + len(written), "source", name))
    for term, weight in terms.items():
        stands = places(text, [Term(tuple(term.split()))]) if term.split() else []
        found += [Span(start, end, "term" if weight >= 0 else "against", f"{weight:+.2f}") for start, end in stands]
    found += [Span(start, end, "hit") for start, end in searched(text, words)]
    return found[:MOST_SPANS]


def searched(text: str, words: str) -> list[tuple[int, int]]:
    """Where in a text what was searched for stands."""
    if not words.strip():
        return []
    try:
        return places(text, parse(words).wanted)
    except ConfigurationError:  # no words
        return []


def marked(text: str, found: Iterable[Span]) -> Markup:
    """One stretch of text, with a ``mark`` around every piece that spans cover."""
    own = [span for span in found if 0 <= span.start < span.end <= len(text)]
    edges = sorted({0, len(text), *(edge for span in own for edge in (span.start, span.end))})
    pieces: list[str] = []
    for start, end in pairwise(edges):
        over = [span for span in own if span.start <= start and end <= span.end]
        piece = str(escape(text[start:end]))
        if over:
            kinds = " ".join(sorted({f"m-{span.kind}" for span in over}))
            title = "; ".join(dict.fromkeys(span.title for span in over if span.title))
            piece = (
                f'<mark class="{kinds}"{f" title={chr(34)}{escape(title)}{chr(34)}" if title else ""}>{piece}</mark>'
            )
        pieces.append(piece)
    return Markup("".join(pieces))  # noqa: S704 - every piece is escaped above


def paragraphs(text: str, found: Sequence[Span]) -> list[Markup]:
    """The paragraphs of a text, each with the marks that are in it."""
    shown: list[Markup] = []
    at = 0
    for paragraph in text.split("\n\n"):
        end = at + len(paragraph)
        inside = [
            Span(max(span.start, at) - at, min(span.end, end) - at, span.kind, span.title)
            for span in found
            if span.start < end and span.end > at
        ]
        shown.append(marked(paragraph, inside))
        at = end + 2
    return shown
