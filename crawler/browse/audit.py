"""Audit: queues of what a person should look at, and decisions, which go where those of `scrapy judge` go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crawler.browse.sources import Sources
from crawler.relevance.queue import Candidate, queue
from storage.corpus import Decision, queues
from storage.corpus.queues import Entry
from storage.database.frontier_tables import runs

LENGTH = 25  # entries of a queue
QUEUES = ("near", "readers", "undated", "alarms", "sample")
MOST_NOTE = 2_000  # characters
MOST_NAME = 60
_ALARM = re.compile(r"([\w.-]{1,100}): .{1,500}", re.DOTALL)
_RUNS = 10  # of the newest, whose alarms are looked at


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of the newest run that had any, as sentences, and the outlets they are about."""

    sentences: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()


def entries(sources: Sources, name: str, seed: int) -> list[Entry]:
    """A queue by its name, in the order in which to look; ``seed`` is of the sample."""
    corpus = sources.corpus
    if name == "near":
        found = {entry.id: entry for entry in queues.near(corpus, sources.topic.threshold, LENGTH)}
        candidates = [Candidate(entry.id, entry.title or "", "", entry.score or 0.0) for entry in found.values()]
        return [found[each.id] for each in queue(candidates, LENGTH, sources.topic.threshold)]
    if name == "readers":
        return queues.disagreed(corpus, LENGTH)
    if name == "undated":
        return queues.undated(corpus, LENGTH)
    if name == "alarms":
        outlets = alarms(sources).outlets
        return queues.of_outlets(corpus, outlets, max(1, LENGTH // max(1, len(outlets))))[:LENGTH]
    return queues.drawn(corpus, seed, LENGTH)


def alarms(sources: Sources) -> Alarms:
    """What the newest runs' summaries say of outlets that are not as they were."""
    newest = select(runs.c.summary).where(runs.c.summary.is_not(None)).order_by(runs.c.id.desc()).limit(_RUNS)
    with sources.corpus.db.read() as conn:
        for summary in conn.scalars(newest):
            said = _said(summary)
            if said:
                outlets = dict.fromkeys(match[1] for text in said if (match := _ALARM.match(text)))
                return Alarms(tuple(said), tuple(outlets))
    return Alarms()


def _said(summary: str) -> list[str]:
    try:
        told: Any = json.loads(summary)
    except ValueError:
        return []
    given = told.get("alarms") if isinstance(told, Mapping) else None
    return [str(text) for text in given] if isinstance(given, list) else []


def decide(sources: Sources, id_: str, *, accepted: bool, note: str, name: str) -> Decision:
    """Record a person's word, with the annotator's name behind the note."""
    said = " ".join(note.split())[:MOST_NOTE]
    by = " ".join(name.split())[:MOST_NAME]
    with sources.whole.db.begin() as conn:
        return sources.corpus.decide(conn, id_, accepted, f"{said} [{by}]".strip() if by else said)
