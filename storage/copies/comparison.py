"""Comparing two texts: what kind of copies they are of each other, if any. Which came first is decided elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from storage.copies.fingerprints import MAX_WORDS, Fingerprinted, groups

# The thresholds, and what chose them: see docs/corpus.md, "How copies are found".
EXACT_WORDS = 20  # shorter texts are equal by chance ("Foto: …")
# Of the shorter text's groups of five words, where the lengths are alike: nearly all, or half of them where most
# sentences have counterparts. Edits leave sentences alike; a follow-up that takes over half of the paragraphs does not
# (0.49 to 0.69 of its sentences, against 0.76 to 1 in copies).
NEARLY_ALL = 0.8
NEAR, NEAR_SENTENCES = 0.5, 0.75
LENGTH_RATIO = 0.7  # of the longer text's length; below it the shorter one can only be an excerpt
EXCERPT = 0.7  # of the shorter text's groups of five words; less is a stock paragraph in a short text
FEW_WORDS = 30  # below it a text is no excerpt or rewriting of another
SENTENCE = 0.5  # of a sentence's weight found in one sentence of the other text
REWRITTEN = 0.5  # of the shorter text's weight in such sentences
REWRITTEN_ANCHORS = 0.5  # of its names and numbers, …
FEW_ANCHORS = 5  # … of which it must have so many
# Follow-ups repeat their background word for word and nothing else; a rewriting has counterparts beyond what is equal.
REWRITTEN_BEYOND_EQUAL = 0.45  # sentences ≥ this + 0.6 × equal groups of words
# Two previews of one event, two days' prices: hardly a group of words in common, so the rest must fit better.
FEW_SHARED, REWRITTEN_IF_FEW = 0.05, 0.6
# Told anew in wholly other words: nearly all names and numbers, at least three numbers, and some sentences' core.
FACTS, FACTS_SENTENCES, FACTS_NUMBERS = 0.8, 0.33, 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts are alike. All shares are of the shorter text, 0 to 1."""

    kind: str | None  # exact, near, excerpt, rewritten or None
    shingles: float  # groups of five words in common
    sentences: float = 0.0  # weight of sentences that have a counterpart
    anchors: float = 0.0  # names and numbers in common

    @property
    def strength(self) -> tuple[int, float]:
        """For choosing among several: the closer kind first, then the larger share."""
        order = {None: 0, "rewritten": 1, "excerpt": 2, "near": 3, "exact": 4}
        return order[self.kind], self.shingles + self.sentences


def compare(one: Fingerprinted, other: Fingerprinted) -> Likeness:
    """What kind of copies two texts are.

    What is cheap comes first: most candidates share a paragraph or a few names and are no copies. Where no kind is
    found, the shares that were not needed for that are 0.
    """
    short, long = (one, other) if len(one.words) <= len(other.words) else (other, one)
    if len(short.words) >= EXACT_WORDS and short.words == long.words and _whole(one, other):
        return Likeness("exact", 1.0, 1.0, 1.0)
    if not short.shingles:
        return Likeness(None, 0.0)
    shared = len(short.shingles.intersection(groups(long.words))) / len(short.shingles)
    ratio = len(short.words) / len(long.words)
    if ratio >= LENGTH_RATIO and _edited(short, long, shared):
        return Likeness("near", shared)
    if shared >= EXCERPT and len(short.words) >= FEW_WORDS:
        return Likeness("excerpt", shared)
    names = set(short.anchors)
    if len(names) < FEW_ANCHORS or len(short.words) < FEW_WORDS:
        return Likeness(None, shared)
    if len(names.intersection(long.words)) < REWRITTEN_ANCHORS * len(names):
        return Likeness(None, shared)
    anchors = len(names.intersection(long.anchors)) / len(names)
    if anchors < REWRITTEN_ANCHORS:
        return Likeness(None, shared, 0.0, anchors)
    sentences = counterpart_share(short, long)
    kind = "rewritten" if _tells_the_same(short, long, shared, sentences, anchors) else None
    return Likeness(kind, shared, sentences, anchors)


def _whole(one: Fingerprinted, other: Fingerprinted) -> bool:
    """Whether the words are all that there is, not the beginning of very long texts."""
    return len(one.words) < MAX_WORDS or one.text == other.text


def _edited(short: Fingerprinted, long: Fingerprinted, shared: float) -> bool:
    return shared >= NEARLY_ALL or (shared >= NEAR and counterpart_share(short, long) >= NEAR_SENTENCES)


def _tells_the_same(short: Fingerprinted, long: Fingerprinted, shared: float, sentences: float, anchors: float) -> bool:
    if shared < NEAR / 2 and anchors >= FACTS and sentences >= FACTS_SENTENCES and _numbers_agree(short, long):
        return True
    if shared < FEW_SHARED:
        return sentences >= REWRITTEN_IF_FEW and anchors >= REWRITTEN_IF_FEW
    return sentences >= max(REWRITTEN, REWRITTEN_BEYOND_EQUAL + 0.6 * shared)


def _numbers_agree(short: Fingerprinted, long: Fingerprinted) -> bool:
    numbers = {name for name in short.anchors if name[0].isdigit()}
    return len(numbers) >= FACTS_NUMBERS and len(numbers.intersection(long.anchors)) >= 0.75 * len(numbers)


def counterpart_share(short: Fingerprinted, long: Fingerprinted) -> float:
    """The share of ``short`` that stands in sentences of which half is found in one sentence of ``long``.

    Words weigh by what they tell: names and numbers most, words of up to three letters least.
    """
    where: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(long.folded):
        for word in set(words):
            where[word].append(number)
    names = set(short.anchors)
    total = matched = 0
    for words in short.folded:
        weight = 0
        found: dict[int, int] = defaultdict(int)
        for word in set(words):  # in any order: whole numbers add up to the same
            worth = 10 if word in names else 1 if len(word) <= 3 else 5
            weight += worth
            for number in where.get(word, ()):
                found[number] += worth
        total += weight
        if found and len(words) >= 4 and max(found.values()) >= SENTENCE * weight:
            matched += weight
    return matched / total if total else 0.0
