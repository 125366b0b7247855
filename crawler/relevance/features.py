"""From an article to the features of the conflict model, and from features back to the words behind them.

What makes a text coverage of armed conflict is who does what to whom: armed actors, acts, weapons, casualties, flight,
truce, front. Lexicon groups count those (``head:``, ``all:``), ``pair:`` counts two of them side by side, ``sum:`` how
much of what was found speaks of war and of how many kinds it is. Names of places and parties add to that and decide
nothing: without acts and actors beside them they count for nothing.

The same code serves training (bench/train_topic.py), judging and feedback.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from crawler.relevance.lexicon import Hit, kinds, name_groups, shipped
from crawler.relevance.words import stem, tokens

# How much of an article is looked at. News puts what it is about first; beyond this follow background and furniture.
MAX_CHARACTERS = 6_000
LEAD_WORDS = 50  # with the title: the head of an article
PER_WORDS = 300  # counts are per so many words, so that length alone says nothing
FEWEST_WORDS = 40  # a shorter text is counted as if it had this many: one "bom" in ten words is no density
MOST_OF_ONE = 4  # times an entry counts: a "guru" repeated 23 times is no more a school page than one of four
NEAR = 8  # words between two hits that are taken together
# Texts without any name the lexicon knows, and short ones, have an operating point of their own: each feature of a
# group stands there a second time, with a weight that counts for such texts alone (the shorter, the more).
UNNAMED, SHORTENED = "unnamed:", "short:"
SHORT = 120  # words
BACKING = 2.0  # different acts, actors … from which names count in full


@dataclass(frozen=True, slots=True)
class Document:
    """An article as words: ``head`` of them are title and lead."""

    words: list[str]
    stems: list[str]
    hits: list[Hit]
    head: int

    def beginning(self, count: int) -> Document:
        """Its first words, title included, as a document."""
        hits = [hit for hit in self.hits if hit.end <= count]
        return Document(self.words[:count], self.stems[:count], hits, min(self.head, count))


def read(title: str, text: str) -> Document:
    """Title and text (plain, any length) as a document; only the first ``MAX_CHARACTERS`` of the text count."""
    title_words = tokens(title[:500])
    words = title_words + tokens(text[:MAX_CHARACTERS])
    stems = [stem(word) for word in words]
    return Document(words, stems, shipped().find(words, stems), min(len(words), len(title_words) + LEAD_WORDS))


def is_strong(group: str) -> bool:
    """Whether words of a lexicon group speak of war alone, and are no names of places."""
    kind = _KINDS[group]
    return kind.role not in ("", "place") and not kind.weak


def features(document: Document, vocabulary: Mapping[str, float]) -> dict[str, float]:
    """Feature → value.

    ``head:GROUP`` and ``all:GROUP`` are damped counts of a lexicon group's entries, ``pair:ROLE+ROLE`` of two roles
    within ``NEAR`` words; ``sum:kinds`` is the share of roles found, ``sum:share`` the share of war among all hits,
    ``sum:strong`` how many different words of war; all of them a second time under ``unnamed:`` and ``short:`` where
    that holds. ``word:STEM`` is the tf-idf of the vocabulary's words (word → idf), of length 1 together.
    """
    values = _groups(document)
    if vocabulary:
        words = {
            word: math.log1p(count) * vocabulary[word]
            for word, count in Counter(document.stems).items()
            if word in vocabulary
        }
        length = math.sqrt(sum(value * value for value in words.values()))
        values.update({f"word:{word}": value / length for word, value in words.items()})
    return values


def _groups(document: Document) -> dict[str, float]:
    head: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    times: Counter[str] = Counter()
    roles: set[str] = set()
    head_roles: set[str] = set()
    strong: set[str] = set()  # entries of acts, actors … that are no names and speak of war alone
    war = other = 0
    for hit in document.hits:
        times[hit.entry] += 1
        if times[hit.entry] > MOST_OF_ONE:
            continue
        everywhere[hit.group] += 1
        kind = _KINDS[hit.group]
        in_head = hit.start < document.head
        if in_head:
            head[hit.group] += 1
        if not kind.role:
            other += not kind.weak
        elif not (kind.names or kind.weak):
            war += 1
            strong.add(hit.entry)
            roles.add(kind.role)
            if in_head:
                head_roles.add(kind.role)
    size = len(document.words)
    scale = PER_WORDS / max(size, FEWEST_WORDS)
    values = {f"head:{group}": math.log1p(count) / 2 for group, count in head.items()}
    values.update({f"all:{group}": math.log1p(count * scale) / 3 for group, count in everywhere.items()})
    named = [name for group in name_groups() for name in (f"head:{group}", f"all:{group}") if name in values]
    backing = min(1.0, len(strong) / BACKING)
    for name in named:
        values[name] *= backing
    values.update({name: math.log1p(count * scale) / 3 for name, count in _pairs(document).items()})
    values["sum:kinds"], values["sum:head_kinds"] = len(roles) / ROLES, len(head_roles) / ROLES
    values["sum:share"] = war / (war + other) if war else 0.0
    values["sum:strong"] = math.log1p(len(strong)) / 3
    return doubled(values, size, unnamed=not named)


def doubled(values: dict[str, float], size: int, *, unnamed: bool) -> dict[str, float]:
    """Features of groups, pairs and sums with their copies for unnamed texts and for short ones (``size`` in words)."""
    both = dict(values)
    if unnamed:
        both[UNNAMED + "bias"] = 1.0
        both.update({UNNAMED + name: value for name, value in values.items()})
    if size < SHORT:
        short = 1.0 - size / SHORT
        both[SHORTENED + "bias"] = short
        both.update({SHORTENED + name: value * short for name, value in values.items()})
    return both


def _pairs(document: Document) -> Counter[str]:
    """Two roles side by side, at least one of them of words that speak of war alone: who does what to whom."""
    found: Counter[str] = Counter()
    for first, second in pairwise(hit for hit in document.hits if _KINDS[hit.group].role not in ("", "place")):
        if second.start - first.end > NEAR or first.entry == second.entry:
            continue
        one, two = _KINDS[first.group], _KINDS[second.group]
        if (one.role != two.role or one.role == "actor") and not (one.weak and two.weak):
            found["pair:" + "+".join(sorted((one.role, two.role)))] += 1
    return found


_KINDS = kinds()
ROLES = len({kind.role for kind in _KINDS.values()} - {"", "place"})


def hint_features(hint: str) -> dict[str, float]:
    """Features of a title, slug, anchor text or URL path alone: which lexicon groups it names, and how often."""
    words = tokens(hint[:300].replace("_", " "))
    found = shipped().find(words, [stem(word) for word in words])
    return {f"hint:{group}": float(count) for group, count in Counter(hit.group for hit in found).items()}


def masked(document: Document) -> Document:
    """The document without the names of places and parties that the lexicon knows: a war nobody has heard of."""
    names = name_groups()
    unknown = {place for hit in document.hits if hit.group in names for place in range(hit.start, hit.end)}
    return Document(
        document.words,
        ["~" if place in unknown else root for place, root in enumerate(document.stems)],
        [hit for hit in document.hits if hit.group not in names],
        document.head,
    )


@cache  # names are those of the lexicon's groups and the vocabulary: a few thousand
def plain(name: str) -> str:
    """The feature of which this is the copy for unnamed or short texts; itself where it is none."""
    return name.removeprefix(UNNAMED).removeprefix(SHORTENED)


@cache
def group_of(name: str) -> str:
    """The lexicon group a feature counts; "" of words, pairs and sums."""
    place, _, group = plain(name).partition(":")
    return group if place in ("head", "all") else ""
