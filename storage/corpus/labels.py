"""What annotators say of articles: several of them, one label each per article, and how far they agree.

Labels are kept apart from decisions (``scrapy judge --accept``), which teach the topic: labels are for a paper.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from storage.corpus.corpus import Corpus
from storage.database.rows import now, storable
from storage.database.tables import addresses, articles, labels
from storage.database.upsert import upsert
from storage.errors import ConfigurationError
from storage.identity import article_key, id_of, is_id

MAX_LABEL = 200  # characters


@dataclass(frozen=True, slots=True)
class Label:
    """One annotator's word on one article."""

    article_id: str
    annotator: str
    label: str
    note: str
    labelled_at: str  # UTC


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    labelled: int  # lines that say something of an article of the corpus
    changed: int  # of these, labels that were another before
    unlabelled: int  # lines whose label is empty


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree. ``alpha`` is Krippendorff's, for nominal labels; None where nothing can differ.

    K. Krippendorff, Content Analysis (4th edition, 2018), chapter 12: 1 is perfect agreement, 0 that of chance.
    """

    annotators: dict[str, int]  # labels given by each
    labels: dict[str, int]
    articles: int
    shared: int  # articles that two or more labelled
    alpha: float | None


def load(corpus: Corpus, path: Path | str, annotator: str, on_progress: Callable[[int], object] = str) -> Imported:
    """Take the labels of a file in, all or none: CSV with a head, or JSON lines; keys ``id`` (or ``url``), ``label``
    and, if wished, ``note``. A later label of the same annotator replaces the earlier one.

    Raises ``ConfigurationError`` naming the line that is wrong.
    """
    path, annotator = Path(path), annotator.strip()
    if not annotator:
        raise ConfigurationError("an import needs the annotator's name (--by)")
    labelled = changed = unlabelled = 0
    with corpus.db.begin() as conn:
        known = {
            row.article_id: row.label
            for row in conn.execute(select(labels.c.article_id, labels.c.label).where(labels.c.annotator == annotator))
        }
        for number, entry in _entries(path):
            if number % 500 == 0:
                on_progress(number)
            name = str(entry.get("id") or entry.get("url") or "").strip()
            label = str(entry.get("label") if entry.get("label") is not None else "").strip()
            if not label:
                unlabelled += 1
                continue
            if not name or len(label) > MAX_LABEL:
                raise ConfigurationError(f"{path}, line {number}: needs an id or url, and a label of 1 to {MAX_LABEL}")
            address = name if is_id(name) else id_of(article_key(name))
            found = conn.scalar(
                select(articles.c.id)
                .join(addresses, addresses.c.article_key == articles.c.key)
                .where(addresses.c.id == address)
            )
            if found is None:
                raise ConfigurationError(f"{path}, line {number}: {name} is no article of the corpus; nothing was read")
            changed += known.get(found, label) != label
            known[found] = label
            row = {"article_id": found, "annotator": annotator, "label": label, "note": str(entry.get("note") or "")}
            upsert(conn, labels, storable(row | {"labelled_at": now()}))
            labelled += 1
    return Imported(labelled, changed, unlabelled)


def _entries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and what stands there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.name.endswith((".jsonl", ".json")):
                for number, line in enumerate(file, 1):
                    if line.strip():
                        yield number, _object(path, number, line)
                return
            table = csv.DictReader(file)
            if not {"id", "url"} & {*(table.fieldnames or ())} or "label" not in (table.fieldnames or ()):
                raise ConfigurationError(f"{path}: its first line must name the columns, among them id (or url), label")
            for row in table:
                yield table.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ConfigurationError(f"{path}, line {number}: is no JSON ({error})") from error
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{path}, line {number}: is no JSON object")
    return entry


def listed(corpus: Corpus) -> list[Label]:
    """All labels, by article, then annotator."""
    statement = select(labels).order_by(labels.c.article_id, labels.c.annotator)
    with corpus.db.read() as conn:
        found = [Label(**row) for row in conn.execute(statement).mappings()]
    return sorted(found, key=lambda label: (label.article_id, label.annotator))


def forget(corpus: Corpus, annotator: str) -> int:
    """Take an annotator's labels out; how many there were."""
    with corpus.db.begin() as conn:
        return int(conn.execute(delete(labels).where(labels.c.annotator == annotator)).rowcount)


def agreement(given: Iterable[Label]) -> Agreement:
    """How far the annotators of these labels agree."""
    by_article: dict[str, dict[str, str]] = {}
    annotators: dict[str, int] = {}
    counts: dict[str, int] = {}
    for one in given:
        by_article.setdefault(one.article_id, {})[one.annotator] = one.label
        annotators[one.annotator] = annotators.get(one.annotator, 0) + 1
        counts[one.label] = counts.get(one.label, 0) + 1
    shared = [said for said in by_article.values() if len(said) > 1]
    return Agreement(
        dict(sorted(annotators.items())), dict(sorted(counts.items())), len(by_article), len(shared), _alpha(shared)
    )


def _alpha(shared: list[dict[str, str]]) -> float | None:
    values = sorted({label for said in shared for label in said.values()})
    if len(values) < 2:
        return None  # nothing differs, or nothing is said twice
    try:
        import krippendorff  # numpy behind it takes a while to load
    except ModuleNotFoundError as error:
        raise ConfigurationError("agreement of annotators needs krippendorff: pip install krippendorff") from error

    counts = [[list(said.values()).count(value) for value in values] for said in shared]
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
