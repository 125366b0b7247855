"""From an article to the features of the conflict model, and from features back to the words behind them.

The same code serves training (bench/train_topic.py), judging and feedback.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from crawler.relevance.lexicon import Hit, shipped
from crawler.relevance.words import stem, tokens

# How much of an article is looked at. News puts what it is about first; beyond this follow background and furniture.
MAX_CHARACTERS = 6_000
LEAD_WORDS = 50  # with the title: the head of an article
PER_WORDS = 300  # counts are per so many words, so that length alone says nothing
FEWEST_WORDS = 150  # a shorter text is counted as if it had this many: one "bom" in ten words is no density


@dataclass(frozen=True, slots=True)
class Document:
    """An article as words: ``head`` of them are title and lead."""

    words: list[str]
    stems: list[str]
    hits: list[Hit]
    head: int


def read(title: str, text: str) -> Document:
    """Title and text (plain, any length) as a document; only the first ``MAX_CHARACTERS`` of the text count."""
    title_words = tokens(title[:500])
    words = title_words + tokens(text[:MAX_CHARACTERS])
    stems = [stem(word) for word in words]
    return Document(words, stems, shipped().find(words, stems), min(len(words), len(title_words) + LEAD_WORDS))


def features(document: Document, vocabulary: Mapping[str, float]) -> dict[str, float]:
    """Feature → value.

    ``head:GROUP`` and ``all:GROUP`` are damped counts of a lexicon group's entries; ``word:STEM`` and
    ``word:STEM STEM`` the tf-idf of the vocabulary's words and phrases (word → idf), of length 1 together.
    """
    head: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for hit in document.hits:
        everywhere[hit.group] += 1
        if hit.start < document.head:
            head[hit.group] += 1
    scale = PER_WORDS / max(len(document.words), FEWEST_WORDS)
    values = {f"head:{group}": math.log1p(count) / 2 for group, count in head.items()}
    values.update({f"all:{group}": math.log1p(count * scale) / 3 for group, count in everywhere.items()})
    words = {
        word: math.log1p(count) * vocabulary[word]
        for word, count in Counter(phrases(document.stems)).items()
        if word in vocabulary
    }
    length = math.sqrt(sum(value * value for value in words.values()))
    values.update({f"word:{word}": value / length for word, value in words.items()})
    return values


def phrases(stems: list[str]) -> list[str]:
    """The stems of a text and every two that stand side by side."""
    return stems + [f"{first} {second}" for first, second in pairwise(stems)]


def hint_features(hint: str) -> dict[str, float]:
    """Features of a title, slug, anchor text or URL path alone: which lexicon groups it names, and how often."""
    words = tokens(hint[:300].replace("_", " "))
    found = shipped().find(words, [stem(word) for word in words])
    return {f"hint:{group}": float(count) for group, count in Counter(hit.group for hit in found).items()}
