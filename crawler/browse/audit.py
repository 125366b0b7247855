"""Audit: queues of what a person should look at, and decisions, which go where those of `scrapy judge` go."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.browse.sources import Sources
from crawler.relevance.queue import Candidate, queue
from storage.corpus import Decision, queues
from storage.corpus.queues import Entry
from storage.counts.reading import RaisedAlarm, recent_runs

LENGTH = 25  # entries of a queue
QUEUES = ("near", "readers", "undated", "alarms", "sample")
MOST_NOTE = 2_000  # characters
MOST_NAME = 60
RUNS = 10  # of the newest, whose alarms are looked at


def entries(sources: Sources, name: str, seed: int, raised: Sequence[RaisedAlarm]) -> list[Entry]:
    """A queue by its name, in the order in which to look; ``seed`` is of the sample, ``raised`` of the alarms."""
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
        outlets = list(dict.fromkeys(alarm.outlet for alarm in raised))
        return queues.of_outlets(corpus, outlets, max(1, LENGTH // max(1, len(outlets))))[:LENGTH]
    return queues.drawn(corpus, seed, LENGTH)


def alarms(sources: Sources) -> list[RaisedAlarm]:
    """The alarms of the newest run that raised any."""
    runs = recent_runs(sources.corpus.db, RUNS)
    return next((list(run.alarms) for run in runs if run.alarms), [])


def decide(sources: Sources, id_: str, *, accepted: bool, note: str, name: str) -> Decision:
    """Record a person's word, with the annotator's name behind the note."""
    said = " ".join(note.split())[:MOST_NOTE]
    by = " ".join(name.split())[:MOST_NAME]
    with sources.whole.db.begin() as conn:
        return sources.corpus.decide(conn, id_, accepted, f"{said} [{by}]".strip() if by else said)
