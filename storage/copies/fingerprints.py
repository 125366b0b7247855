"""Hashes by which an article finds the ones it may share text or facts with, at a cost that does not grow.

Four kinds of word groups are hashed, some 65 per article of 230 words:

- winnowed shingles: groups of six words, of which the smallest hash in every 32 is kept. Any passage of 37 equal words
  gives a common hash (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003). MinHash bands were the alternative; they
  estimate how alike two whole texts are and miss an excerpt that is a tenth of a long article.
- seams: the three words before and after each end of a sentence. Copies keep the order of sentences, and texts that
  share a stock paragraph without being copies differ at its seams.
- anchors: three names or numbers that follow each other, whatever the words between them. A rewriting, or a
  translation there and back, changes the words and keeps these. Those with an even hash are kept: half the rows.
- sketches: of an article's names and numbers the twenty with the smallest hashes, three neighbours in the order of
  those hashes together (a bottom-k sketch: Broder, On the resemblance and containment of documents, 1997). They stand
  anywhere in the text, so they are an article's own even where each of its paragraphs is in many others; of 505
  rewritten copies among 100,000 such articles 17% had nothing else in common with the original that was rare.

A hash is only a reason to look: candidates are compared on their text (storage.comparison).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from zlib import crc32

SHINGLE = 6
WINDOW = 32
SEAM = 3
ANCHORS = 3
SKETCH = 20
# Longer texts are looked at up to here; the longest real article measured has 1,600 words.
MAX_WORDS = 20_000

# A word or number, or the end of a sentence with the white space behind it: one pass over a text gives both.
_TOKEN_OR_END = re.compile(r"\d[\d.,:/-]*\d|\w+(?:[-'’]\w+)*|(?<=[.!?…])[\"'”’)\]]*\s+|\n+")


@dataclass(frozen=True)
class Fingerprinted:
    """A text taken apart once, for hashing and for comparing. Words are case-folded."""

    text: str

    @cached_property
    def sentences(self) -> list[list[str]]:
        """Words as written, by sentence; sentences without words are left out."""
        found: list[list[str]] = []
        start, left = 0, MAX_WORDS
        parts = _TOKEN_OR_END.findall(self.text)
        ends = [place for place, part in enumerate(parts) if part[-1].isspace()]
        for end in (*ends, len(parts)):
            words = parts[start : min(end, start + left)]
            left -= len(words)
            start = end + 1
            if words:
                found.append(words)
            if left <= 0:
                break
        return found

    @cached_property
    def folded(self) -> list[list[str]]:
        """The sentences' words, case-folded."""
        words, start, found = self.words, 0, []
        for sentence in self.sentences:
            found.append(words[start : start + len(sentence)])
            start += len(sentence)
        return found

    @cached_property
    def words(self) -> list[str]:
        """All words, case-folded."""
        words = [word for sentence in self.sentences for word in sentence]
        return " ".join(words).casefold().split(" ") if words else []

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words."""
        return frozenset(self.words)

    @cached_property
    def anchors(self) -> list[str]:
        """Names and numbers in their order: numbers, and capitalised words that do not begin a sentence.

        In texts all in capitals or all in small letters only numbers are left, which is little but not wrong.
        """
        found = []
        for sentence, folded in zip(self.sentences, self.folded, strict=True):
            capitals = [word[0].isupper() for word in sentence]
            shouting = sum(capitals) > 0.8 * len(sentence) and len(sentence) > 6
            for place, (word, capital) in enumerate(zip(sentence, capitals, strict=True)):
                if (capital and place and not shouting and len(word) > 1) or word[0].isdigit():
                    found.append(folded[place])
        return found

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        """All groups of five words, the measure of common text in storage.comparison."""
        return set(groups(self.words))

    @cached_property
    def hashes(self) -> list[int]:
        """The hashes to store and to look up, sorted, so that neighbours in an index are read one after the other.

        They have 63 bits and are the same in every process and on every machine.
        """
        words, names = self.words, self.anchors
        sixes = [" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]
        found = {_hash("shingle", sixes[place]) for place in _winnow(sixes, WINDOW)}
        for before, after in pairwise(self.folded):
            seam = before[-SEAM:] + after[:SEAM]
            if len(seam) > SEAM:
                found.add(_hash("seam", " ".join(seam)))
        for group in zip(names, names[1:], names[2:], strict=False):
            if len(set(group)) == ANCHORS and (hash_ := _hash("anchors", " ".join(group))) % 2 == 0:
                found.add(hash_)
        return sorted(found | self.sketch)

    @cached_property
    def sketch(self) -> frozenset[int]:
        """Those of the hashes that are of the sketch."""
        names = sorted(set(self.anchors), key=lambda name: (crc32(name.encode()), name))[:SKETCH]
        return frozenset(_hash("sketch", " ".join(group)) for group in zip(names, names[1:], names[2:], strict=False))


def groups(words: list[str]) -> Iterator[tuple[str, ...]]:
    """All groups of five words that follow each other."""
    return zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)


def _hash(kind: str, group: str) -> int:
    return int.from_bytes(blake2b(group.encode(), digest_size=8, person=kind.encode()).digest(), "big") >> 1


def _winnow(shingles: Sequence[str], window: int) -> list[int]:
    """Where the shingles stand that have the smallest hash of a window."""
    hashes = [crc32(shingle.encode()) for shingle in shingles]
    if len(hashes) <= window:
        return [hashes.index(min(hashes))] if hashes else []
    places = []
    place = -1
    for start in range(len(hashes) - window + 1):
        end = start + window
        if place < start:
            place = hashes.index(min(hashes[start:end]), start)
            places.append(place)
        elif hashes[end - 1] < hashes[place]:
            place = end - 1
            places.append(place)
    return places
