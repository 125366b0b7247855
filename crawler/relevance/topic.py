"""The topic by example: an article against the seeds and the conflict model, with the reasons.

Three parts make one score, the probability that an article covers armed conflict. *Conflict*: what the lexicon of armed
conflict says. *Guards*: what speaks against it (perang dagang, serangan jantung, courts, sport …). *Similarity*: how
like the nearest seed the article is. In mode ``"seeds"`` the first two step back and likeness to the seeds alone
decides, whatever they are about.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from crawler.relevance import features as reading
from crawler.relevance.language import Language, identify
from crawler.relevance.lexicon import guard_groups, kinds
from crawler.relevance.model import SHIPPED, WORD, Model, load, logistic
from crawler.relevance.seeds import Likeness, Likenesses, Seed, read_folder
from crawler.relevance.words import tokens
from storage.errors import ConfigurationError

Mode = Literal["conflict", "seeds"]

TERMS = 12  # shown per article
EVIDENCE = 8  # shown per role

# Likeness to the seeds adds to the conflict model (logits for a cosine of 1). Measured in bench/RELEVANCE.md.
SIMILARITY_WEIGHT = 2.0
HINT_SIMILARITY = 6.0  # the same for a title or slug: logits for the summed weight of seed words in it
# Mode "seeds": the score is 0.5 where a text is SEEDS_SHARE as like what the seeds have in common as they are
# (within bounds, and at ALONE for a single seed), and rises by this slope. Measured in bench/RELEVANCE.md.
SEEDS_SHARE = 0.6
SEEDS_BOUNDS = (0.04, 0.12)
SEEDS_ALONE = 0.07
SEEDS_SLOPE = 80.0
SEEDS_THRESHOLD = 0.5
# An article is rejected on its language only from this length (characters) and confidence.
SHORT = 200
LANGUAGE_CONFIDENCE = 0.7


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of one article, and why.

    ``parts`` holds the three parts: "conflict" and "guards" in logits (guards: 0 or less), "similarity" 0–1.
    ``terms`` are the words that weighed most, ``weights`` theirs in the same order (logits, negative = against).
    ``evidence`` holds what was found of each role ("actor", "act", "weapon", "harm", "flight", "truce", "front", "war",
    "place"), as the article writes it: who does what to whom. Names alone ("place") decide nothing.
    ``rule`` names what rejected the article: "language", "guard: NAME" or "threshold"; None where it was kept.
    """

    kept: bool
    score: float
    nearest_seed: str | None
    terms: list[str]
    weights: list[float]
    language: str
    language_confidence: float
    parts: dict[str, float]
    rule: str | None
    shared: list[str] = field(default_factory=list)  # words the article has in common with the nearest seed
    threshold: float = 0.5
    evidence: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An article's score and what it is made of; ``conflict`` and ``guards`` in logits."""

    document: reading.Document
    language: Language
    likeness: Likeness
    pulls: dict[str, float]
    guards: float
    conflict: float
    score: float


class Topic:
    """Judges articles. Plain data inside: it pickles, and is made anew from its folder in a few milliseconds."""

    def __init__(self, seeds: list[Seed], model: Model, *, mode: Mode = "conflict", threshold: float | None = None):
        self.seeds = seeds
        self.model = model
        self.mode: Mode = mode
        default = model.threshold if mode == "conflict" else SEEDS_THRESHOLD
        self.threshold = default if threshold is None else threshold
        self._likenesses = Likenesses(seeds)
        cohesion = self._likenesses.cohesion
        low, high = SEEDS_BOUNDS
        self._middle = SEEDS_ALONE if cohesion is None else min(high, max(low, SEEDS_SHARE * cohesion))

    @classmethod
    def from_seeds(
        cls,
        folder: Path | str,
        *,
        mode: Mode = "conflict",
        threshold: float | None = None,
        model: Path | str | None = None,
    ) -> Topic:
        """The topic that a folder of ``*.txt`` articles shows.

        In mode "conflict" it is armed conflict, and the seeds rank; in mode "seeds" it is whatever they are about.

        ``threshold`` (0–1; 0 keeps every article) replaces the one in the model file, ``model`` the shipped model file.
        Raises ``SeedsError`` and ``ConfigurationError``.
        """
        if mode not in ("conflict", "seeds"):
            raise ConfigurationError(f"topic mode {mode!r}: must be conflict or seeds")
        return cls(read_folder(folder), load(Path(model) if model else SHIPPED), mode=mode, threshold=threshold)

    @property
    def keeps_all(self) -> bool:
        """Whether nothing may be rejected: a threshold of 0."""
        return self.threshold <= 0

    def judge(self, title: str, text: str) -> Judgement:
        """Title and text of an article (plain text, as extracted) to a judgement."""
        title, text = title or "", text or ""
        weighed = self._weigh(reading.read(title, text), identify(title, text))
        document, pulls, language = weighed.document, weighed.pulls, weighed.language
        nearest, shared = weighed.likeness.nearest, weighed.likeness.shared[:TERMS]
        terms = self._terms(document, pulls) if self.mode == "conflict" else shared
        rule = self._rule(weighed, len(text))
        return Judgement(
            kept=rule is None,
            score=weighed.score,
            nearest_seed=nearest.name if nearest else None,
            terms=[term for term, _ in terms],
            weights=[round(weight, 3) for _, weight in terms],
            language=language.code,
            language_confidence=language.confidence,
            parts={
                "conflict": weighed.conflict,
                "similarity": weighed.likeness.cosine,
                "guards": weighed.guards,
            },
            rule=rule,
            shared=[term for term, _ in shared],
            threshold=self.threshold,
            evidence=_evidence(document, pulls),
        )

    def is_below(self, floor: float, title: str, beginnings: Sequence[str]) -> bool:
        """Whether each of some beginnings of a text, the longest first, scores below a floor in a language that is
        kept; what has no word of war is not read in its shorter beginnings, which have none either.
        """
        document = reading.read(title, beginnings[0])
        weighed = self._weigh(document, identify(title, beginnings[0]))
        if weighed.score >= floor or self._is_foreign(weighed.language, len(beginnings[0])):
            return False
        if not any(reading.is_strong(hit.group) for hit in document.hits):
            return True
        before = len(tokens(title[:500]))
        cut = (document.beginning(before + len(tokens(text))) for text in beginnings[1:])
        return all(self._weigh(shorter, weighed.language).score < floor for shorter in cut)

    def _weigh(self, document: reading.Document, language: Language) -> _Weighed:
        likeness = self._likenesses.of(document.words)
        weights = self.model.weights
        pulls: dict[str, float] = {}  # of features; their copies for unnamed and short texts are added to them
        for original, value in reading.features(document, self.model.vocabulary).items():
            name = reading.plain(original)
            pulls[name] = pulls.get(name, 0.0) + weights.get(original, 0.0) * value
        against = guard_groups()
        guards = sum(pull for name, pull in pulls.items() if pull < 0 and reading.group_of(name) in against)
        conflict = self.model.bias + sum(pulls.values()) - guards
        if self.mode == "conflict":
            score = logistic(conflict + guards + SIMILARITY_WEIGHT * likeness.cosine)
        else:
            score = logistic(SEEDS_SLOPE * (likeness.topical - self._middle))
        return _Weighed(document, language, likeness, pulls, guards, conflict, score)

    def predict(self, hint: str) -> float:
        """A cheap score 0–1 of a title, slug, anchor text or URL path, before the page is fetched."""
        words = tokens(hint[:300].replace("_", " "))
        if not words:
            return 0.0
        weights = self.model.weights
        pull = weights.get("hint:bias", 0.0)
        if self.mode == "conflict":
            pull += sum(weights.get(name, 0.0) * value for name, value in reading.hint_features(hint).items())
        likeness = sum(self._likenesses.words.get(word, 0.0) for word in set(words))
        return logistic(pull + HINT_SIMILARITY * likeness)

    def _terms(self, document: reading.Document, pulls: dict[str, float]) -> list[tuple[str, float]]:
        """The words of the article that weighed most, as it writes them, with their share of the logit."""
        members: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for hit in document.hits:
            members[f"all:{hit.group}"].append((hit.start, hit.end))
            if hit.start < document.head:
                members[f"head:{hit.group}"].append((hit.start, hit.end))
        weights: dict[str, float] = defaultdict(float)
        words = [(abs(pull), name) for name, pull in pulls.items() if pull and name.startswith(WORD)]
        for _, name in heapq.nlargest(2 * TERMS, words):
            weights[_as_written(name.removeprefix(WORD).split(), document)] += pulls[name]
        for name, places in members.items():
            pull = pulls.get(name, 0.0) / len(places)
            for start, end in places:
                weights[" ".join(document.words[start:end])] += pull
        return sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:TERMS]

    @staticmethod
    def _is_foreign(language: Language, size: int) -> bool:
        return language.code != "id" and size >= SHORT and language.confidence >= LANGUAGE_CONFIDENCE

    def _rule(self, weighed: _Weighed, size: int) -> str | None:
        score, language = weighed.score, weighed.language
        if self.keeps_all:
            return None
        if self._is_foreign(language, size):
            return "language"
        if score >= self.threshold:
            return None
        unguarded = logistic(weighed.conflict + SIMILARITY_WEIGHT * weighed.likeness.cosine)
        if self.mode == "conflict" and unguarded >= self.threshold:
            against: dict[str, float] = defaultdict(float)
            for name, pull in weighed.pulls.items():
                group = reading.group_of(name)
                if group in guard_groups():
                    against[group] += pull
            # words of daily life weigh as well, but name nothing: another group is named where there is one
            return f"guard: {min(against, key=lambda group: (kinds()[group].weak, against[group]))}"
        return "threshold"


def _evidence(document: reading.Document, pulls: dict[str, float]) -> dict[str, list[str]]:
    """Role → what the article says of it; words that spoke for conflict first, each once."""
    found: dict[str, dict[str, float]] = {}
    for hit in document.hits:
        role = kinds()[hit.group].role
        if role:
            pull = pulls.get(f"head:{hit.group}", 0.0) + pulls.get(f"all:{hit.group}", 0.0)
            found.setdefault(role, {}).setdefault(" ".join(document.words[hit.start : hit.end]), pull)
    return {role: sorted(words, key=lambda word: -words[word])[:EVIDENCE] for role, words in found.items()}


def _as_written(roots: list[str], document: reading.Document) -> str:
    """The first words of the article that have these stems."""
    stems, size = document.stems, len(roots)
    place = stems.index(roots[0])
    while stems[place : place + size] != roots:
        place = stems.index(roots[0], place + 1)
    return " ".join(document.words[place : place + size])
