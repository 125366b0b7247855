"""The folder of example articles, and how like them a text is.

Likeness is the cosine of word vectors whose words weigh by rarity in Indonesian: names, places and actors are rare and
weigh most, function words nothing. A text is compared with every seed, which tells the nearest one, and with what the
seeds have in common (words that stand in many of them), which tells their topic.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.extraction import clean_text
from crawler.relevance.words import stem, tokens, zipf
from storage.errors import SeedsError

COMMON = 6.0  # Zipf value from which a word says nothing about a topic ("yang" 7.5, "perang" 5.4, "Karabakh" below 3)
MOST_CHARACTERS = 20_000  # of one seed
MOST_BYTES = 1_000_000
MOST_SEEDS = 200


@lru_cache(maxsize=50_000)
def rarity(word: str) -> float:
    """Weight of a word: 0 from ``COMMON`` upwards, 3.5 where the frequency table does not hold it."""
    if word == "#" or len(word) < 3:
        return 0.0
    return max(0.0, COMMON - max(zipf(word), zipf(stem(word))))


def vector(words: Iterable[str]) -> dict[str, float]:
    """Unit vector of a text: word → (1 + ln count) × rarity, length 1 (empty where nothing is rare)."""
    values = {
        word: (1.0 + math.log(count)) * weight for word, count in Counter(words).items() if (weight := rarity(word))
    }
    length = math.sqrt(sum(value * value for value in values.values()))
    return {word: value / length for word, value in values.items()} if length else {}


@dataclass(frozen=True, slots=True)
class Seed:
    """One example article: the file's stem, its title, and its vector."""

    name: str
    title: str
    text: str
    vector: dict[str, float]


def read_folder(folder: Path | str) -> list[Seed]:
    """The ``*.txt`` files of a folder in order of name; the first line that is not empty is the title.

    What their pages left in them ("Baca juga", comments, bylines) is cleaned away like in any other text.

    Raises ``SeedsError`` for a missing or empty folder, too many files, or a file that is empty or not UTF-8.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SeedsError(f"seeds folder {folder}: does not exist; give a folder of .txt articles with -a seeds=DIR")
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise SeedsError(f"seeds folder {folder}: holds no .txt file; put example articles there, one per file")
    if len(files) > MOST_SEEDS:
        raise SeedsError(f"seeds folder {folder}: holds {len(files)} .txt files, more than {MOST_SEEDS}; keep the best")
    return [_read(path) for path in files]


def _read(path: Path) -> Seed:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SeedsError(f"seed {path}: is larger than {MOST_BYTES // 1000} kB; one article per file, please")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedsError(f"seed {path}: is not UTF-8 (byte {error.start}); save it again as UTF-8") from error
    except OSError as error:
        raise SeedsError(f"seed {path}: cannot be read: {error.strerror or error}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise SeedsError(f"seed {path}: is empty; put the article's text there or remove the file")
    title = lines[0][:300]
    body, _ = clean_text("\n".join(lines[1:])[:MOST_CHARACTERS], title=title)
    if not body:  # nothing but what looks like furniture: a folder of headlines, say
        body = "\n\n".join(lines[1:])[:MOST_CHARACTERS]
    return Seed(path.stem, title, body, vector(tokens(title) + tokens(body)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the seeds a text is: the nearest seed, the cosine with it, and that with what the seeds have in common;
    ``shared`` are the words in common with the nearest one, weightiest first."""

    nearest: Seed | None
    cosine: float
    topical: float
    shared: list[tuple[str, float]]


class Likenesses:
    """Compares texts with a folder's seeds."""

    def __init__(self, seeds: list[Seed]) -> None:
        self.seeds = seeds
        self.common = _common([seed.vector for seed in seeds])
        self.words: dict[str, float] = {}  # word → its greatest weight in a seed, for titles and slugs
        for seed in seeds:
            for word, value in seed.vector.items():
                self.words[word] = max(self.words.get(word, 0.0), value)
        self.cohesion = self._cohesion()

    def of(self, words: Iterable[str]) -> Likeness:
        """Likeness of a text given as lower-case words."""
        article = {word: value for word, value in vector(words).items() if word in self.words}
        best, nearest = 0.0, None
        for seed in self.seeds:
            cosine = dot(article, seed.vector)
            if cosine > best:
                best, nearest = cosine, seed
        if nearest is None:
            return Likeness(None, 0.0, 0.0, [])
        shared = [(word, value * nearest.vector[word]) for word, value in article.items() if word in nearest.vector]
        shared.sort(key=lambda item: (-item[1], item[0]))
        return Likeness(nearest, min(1.0, best), min(1.0, dot(article, self.common)), shared)

    def _cohesion(self) -> float | None:
        """How like the other seeds a seed is, on average; None with fewer than two seeds."""
        if len(self.seeds) < 2:
            return None
        vectors = [seed.vector for seed in self.seeds]
        likeness = (dot(each, _common(vectors[:i] + vectors[i + 1 :])) for i, each in enumerate(vectors))
        return sum(likeness) / len(vectors)


def dot(left: dict[str, float], right: dict[str, float]) -> float:
    """Cosine of two unit vectors."""
    return sum(value * right[word] for word, value in left.items() if word in right)


def _common(vectors: list[dict[str, float]]) -> dict[str, float]:
    """Unit vector of what texts have in common: a word weighs by its mean and by the square of the share of texts that
    hold it; of several texts, words of one alone weigh nothing."""
    total: dict[str, float] = {}
    holders: Counter[str] = Counter()
    for one in vectors:
        holders.update(one.keys())
        for word, value in one.items():
            total[word] = total.get(word, 0.0) + value
    fewest = min(2, len(vectors))
    values = {
        word: value * (holders[word] / len(vectors)) ** 2 for word, value in total.items() if holders[word] >= fewest
    }
    length = math.sqrt(sum(value * value for value in values.values()))
    return {word: value / length for word, value in values.items()} if length else {}
