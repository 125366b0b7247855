"""Labelled articles as rows of features: what bench/train_topic.py learns from and bench/relevance.py measures on.

Every article stands there in several copies (``COPIES``): whole; without the names of places and parties; cut to its
first words, with and without names; its title alone. Copies only teach: an article is measured as a whole.

Rows of third parties are kept as numbers (``bench/data/topic/*.tsv.xz``): labels, sources, feature values, no text. Our
own articles (``bench/data/wars``) are read as they are.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.relevance import features as reading
from crawler.relevance.seeds import Likenesses, read_folder

ROOT = Path(__file__).parents[1]
DATA = ROOT / "bench" / "data"
WARS = DATA / "wars"
ROWS = DATA / "topic"
LABELS = ("conflict", "not_conflict", "hard_negative")
FIRST = (30, 60)  # words of the short copies
COPIES = ("whole", "masked", *(f"{n}{m}" for n in FIRST for m in ("", "masked")), "title", "titlemasked")
WARS_SOURCE = "wars"  # prefix of the source of our own rows; what follows is the kind


@dataclass(slots=True)
class Row:
    """One article: ``copies`` are its features by name of copy, ``cosine`` its likeness to the nearest seed."""

    id: str
    label: str
    source: str
    cosine: float = 0.0
    copies: dict[str, dict[str, float]] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def conflict(self) -> bool:
        return self.label == "conflict"

    @property
    def kind(self) -> str:
        """Of our own rows; "" of others."""
        return self.source.partition(":")[2] if self.source.startswith(WARS_SOURCE + ":") else ""


def held_out(kind: str) -> bool:
    """Whether a kind of our own rows is for figures alone: by its name, fixed before anything was tuned.

    Texts of the other half were looked at when the lexicon was extended, texts of this half never.
    """
    return int(hashlib.sha256(kind.encode()).hexdigest()[:8], 16) % 2 == 1


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def first_words(text: str, count: int) -> str:
    return " ".join(text.split()[:count])


def copies(title: str, text: str, vocabulary: dict[str, float], names: tuple[str, ...] = COPIES) -> dict[str, Any]:
    """Name of copy → features. A title's copy is left out where there is none."""
    found: dict[str, dict[str, float]] = {}
    sources = {"": (title, text), "title": (title, "")}
    sources.update({str(n): (title, first_words(text, n)) for n in FIRST})
    for key, (head, body) in sources.items():
        if key == "title" and not title:
            continue
        document = reading.read(head, body)
        for name, as_read in ((key or "whole", document), (f"{key}masked", None)):
            if name in names:
                found[name] = reading.features(as_read or reading.masked(document), vocabulary)
    return found


def rows_of(
    raw: list[dict[str, Any]], vocabulary: dict[str, float], names: tuple[str, ...] = COPIES, label: str | None = None
) -> list[Row]:
    """Articles (title, text, label, source or kind) as rows; ``label`` replaces theirs."""
    likenesses = Likenesses(read_folder(ROOT / "seeds"))
    rows = []
    for each in raw:
        title, text = each.get("title") or "", each["text"]
        source = f"{WARS_SOURCE}:{each['kind']}" if "kind" in each else str(each.get("source", "")).split(":")[0]
        cosine = likenesses.of(reading.read(title, text).words).cosine
        found = copies(title, text, vocabulary, names)
        if title:
            found["hint"] = reading.hint_features(title)
        rows.append(Row(str(each["id"]), label or each["label"], source, cosine, found, each))
    return rows


def wars(vocabulary: dict[str, float]) -> list[Row]:
    """Our own labelled articles, the borderline ones among them."""
    return rows_of(wars_raw(), vocabulary)


def wars_raw() -> list[dict[str, Any]]:
    """The same as they are written."""
    return [row for path in sorted(WARS.glob("*.jsonl")) for row in read_jsonl(path)]


def vocabulary_of(raw: list[dict[str, Any]], least: int, sources_least: int, most: float) -> dict[str, float]:
    """Word → idf: words of ``least`` articles and ``sources_least`` sources, not of most articles, and no names."""
    names = capitalised([row["text"] for row in raw])
    articles: Counter[str] = Counter()
    sources: dict[str, set[str]] = defaultdict(set)
    unfit: set[str] = set()
    for row in raw:
        document = reading.read(row["title"] or "", row["text"])
        unfit.update(
            s for s, w in zip(document.stems, document.words, strict=True) if len(s) < 3 or w in names or w == "#"
        )
        for word in set(document.stems):
            articles[word] += 1
            sources[word].add(str(row.get("kind") or row.get("source")).split(":")[0])
    return {
        word: round(math.log(len(raw) / count), 3)
        for word, count in articles.items()
        if least <= count < most * len(raw) and len(sources[word]) >= sources_least and word not in unfit
    }


def capitalised(texts: list[str]) -> set[str]:
    """Words that stand with a capital more often than not in the middle of sentences: names."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts:
        for word in re.findall(r"(?<=[a-z,] )[^\W\d_]+", text):
            total[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    return {word for word in total if capital[word] > total[word] / 2}


def write_rows(path: Path, rows: list[Row], vocabulary: dict[str, float]) -> None:
    """Rows as numbers: a head of feature names and idfs, then one line per copy of an article, in thousandths.

    The doubles of features for unnamed and short texts are left out: ``load_rows`` makes them anew.
    """
    names = sorted({reading.plain(name) for row in rows for copy in row.copies.values() for name in copy} - {"bias"})
    number = {name: i for i, name in enumerate(names)}
    lines = ["#features\t" + "\t".join(names), "#idf\t" + "\t".join(f"{w}={v:.3f}" for w, v in vocabulary.items())]
    for row in rows:
        for copy, values in row.copies.items():
            short = round(1000 * values.get(reading.SHORTENED + "bias", 0.0))
            unnamed = int(reading.UNNAMED + "bias" in values)
            once = sorted((number[name], round(1000 * value)) for name, value in values.items() if name in number)
            cells = " ".join(f"{place}:{value}" for place, value in once if value)
            lines.append(
                "\t".join((row.id, row.label, row.source, f"{row.cosine:.3f}", f"{copy} {short} {unnamed}", cells))
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode(), preset=9))


def load_rows(path: Path) -> tuple[list[Row], dict[str, float]]:
    """What ``write_rows`` wrote."""
    rows: dict[str, Row] = {}
    names: list[str] = []
    vocabulary: dict[str, float] = {}
    for line in lzma.decompress(path.read_bytes()).decode().splitlines():
        if line.startswith("#features"):
            names = line.split("\t")[1:]
        elif line.startswith("#idf"):
            vocabulary = {w: float(v) for w, _, v in (cell.partition("=") for cell in line.split("\t")[1:] if cell)}
        else:
            id_, label, source, cosine, copy, cells = line.split("\t")
            copy, short, unnamed = copy.split()
            row = rows.setdefault(id_, Row(id_, label, source, float(cosine)))
            pairs = (cell.split(":") for cell in cells.split())
            values = {names[int(place)]: int(value) / 1000 for place, value in pairs}
            if copy != "hint":
                words = {name: value for name, value in values.items() if name.startswith("word:")}
                rest = {name: value for name, value in values.items() if name not in words}
                size = round(reading.SHORT * (1 - int(short) / 1000))
                values = {**words, **reading.doubled(rest, size, unnamed=unnamed == "1")}
            row.copies[copy] = values
    return list(rows.values()), vocabulary
