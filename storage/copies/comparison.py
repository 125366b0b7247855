"""Comparing two texts: what kind of copies they are of each other, if any. Which came first is decided elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from storage.copies.facts import Agreement, Facts, agreement, facts_of, in_common
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
# Equal words about another occasion are a template: the facts that sentences and their counterparts tell otherwise,
# of all that were compared, and so many at least. Measured on bench.planted_2 and real pairs: copies up to
# 0.08 (a misspelt figure, a name left out), reports of one template from 0.15 (tolls under a long background) upwards.
OTHERWISE, OTHERWISE_FACTS = 0.12, 2
# A weekday and its date, both told otherwise and no day in common: another day, whatever else is equal (a league's
# matches in other pairs: of 28,320 pairs out of 16 templates three were linked without this, none with it).
OTHER_DAY = 2
# A rewriting moves facts between sentences, but not all of them: in place it may tell so much otherwise.
OTHERWISE_IN_PLACE = 0.25
# A retelling by another hand has no words in common with its source and all facts: of the shorter text's facts, of the
# longer one's, of the shorter one's numbers and days, and how many of these and of its names there must be. Retellings
# measured: from 0.77, 0.56, 0.83 on; reports by several outlets of one event have some of their figures in common.
RETOLD, RETOLD_OF_LONG, RETOLD_FIGURES = 0.7, 0.5, 0.75
RETOLD_LEAST_FIGURES, RETOLD_LEAST_NAMES = 4, 5
# A text with fewer figures must have them all in common, so many names, and two figures at least: its day.
FEW_FIGURES, NAMES_IF_FEW_FIGURES = 2, 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts are alike. All shares are of the shorter text, 0 to 1."""

    kind: str | None  # exact, near, excerpt, rewritten or None
    shingles: float  # groups of five words in common
    sentences: float = 0.0  # weight of sentences that have a counterpart
    anchors: float = 0.0  # names and numbers in common
    facts: Agreement | None = None  # where it was needed
    wording: str | None = None  # near or excerpt by the words alone, whatever the facts

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
    kind = None
    if ratio >= LENGTH_RATIO and _edited(short, long, shared):
        kind = "near"
    elif shared >= EXCERPT and len(short.words) >= FEW_WORDS:
        kind = "excerpt"
    if kind is not None:
        facts = agreement(facts_of(short), facts_of(long), in_place=True)
        return Likeness(None if _another_occasion(facts) else kind, shared, facts=facts, wording=kind)
    return _reworded(short, long, shared)


def _reworded(short: Fingerprinted, long: Fingerprinted, shared: float) -> Likeness:
    """Whether the same is told in other words."""
    names = set(short.anchors)
    if len(names) < FEW_ANCHORS or len(short.words) < FEW_WORDS:
        return Likeness(None, shared)
    if len(names & long.vocabulary) < REWRITTEN_ANCHORS * len(names):
        return Likeness(None, shared)
    anchors = len(names.intersection(long.anchors)) / len(names)
    sentences = counterpart_share(short, long) if anchors >= REWRITTEN_ANCHORS else 0.0
    alike = anchors >= REWRITTEN_ANCHORS and _tells_the_same(short, long, shared, sentences, anchors)
    one, other = facts_of(short), facts_of(long)
    if alike or _retold(one, other):
        facts = agreement(one, other)
        if not _another_occasion(facts) and not _another_occasion(
            agreement(one, other, in_place=True), OTHERWISE_IN_PLACE
        ):
            return Likeness("rewritten", shared, sentences, anchors, facts)
    return Likeness(None, shared, sentences, anchors)


def _another_occasion(facts: Agreement, most: float = OTHERWISE) -> bool:
    same_days, other_days = facts.days
    if other_days >= OTHER_DAY and not same_days:
        return True
    otherwise = facts.otherwise
    return otherwise >= OTHERWISE_FACTS and otherwise > most * (facts.same + otherwise)


def _retold(short: Facts, long: Facts) -> bool:
    numbers, days, names = in_common(short, long)
    figures, of_short = len(numbers) + len(days), len(short.numbers) + len(short.days)
    few = of_short < RETOLD_LEAST_FIGURES
    least = max(FEW_FIGURES, of_short) if few else max(RETOLD_LEAST_FIGURES, RETOLD_FIGURES * of_short)
    return (
        figures >= least
        and len(names) >= (NAMES_IF_FEW_FIGURES if few else RETOLD_LEAST_NAMES)
        and figures + len(names) >= max(RETOLD * short.count, RETOLD_OF_LONG * long.count)
    )


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
