"""A corpus of a few days of four outlets, each of which came to something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.corpus import Corpus
from storage.database import Database
from storage.frontier import Frontier
from storage.frontier.runs import OutletRun
from tests.storage.conftest import article
from tests.storage.counts.test_counts import known

MONDAY = date(2023, 9, 18)
HOSTILE = "</svg><script>alert(1)</script><img src=//x.example/y onerror='alert(2)'>"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'corpus.db'}"


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database.open(url)
    corpus = Corpus(database)
    text = "Pasukan Azerbaijan dan Armenia saling menembaki pos di perbatasan pada Senin malam. " * 12
    with database.begin() as conn:
        for number, (outlet, days) in enumerate((("kabar", 0), ("kabar", 0), ("salin", 1), (HOSTILE, 2))):
            given = article(
                number,
                url=f"https://{'abcd'[number]}.id/{number}",
                outlet=outlet,
                title=f"{HOSTILE} {number}",
                text=f"Laporan ke-{number}. {text}" if number != 1 else "Bentrokan pecah di desa nomor satu.",
                published_at=MONDAY + timedelta(days=days),
                published_precision="day",
            )
            corpus.save(conn, given)
        corpus.reject(conn, "https://a.id/9", reason="threshold", outlet="kabar", title=HOSTILE, score=0.47)
    known(database, 1, "failed", "block page: JavaScript demanded", outlet="kabar", day="2023-09-19")
    known(database, 2, "barred", outlet="kabar", day="2023-09-20")
    known(database, 3, "failed", "HTTP 500", outlet="kabar", day="2023-09-21")
    known(database, 4, "fetched", outlet="kabar", day="2023-09-22")
    known(database, 5, "discovered", outlet="kabar", day="2023-09-23")
    frontier = Frontier(database)
    window = {"since": "2023-09-18", "until": "2023-09-24", "found": 4, "fetched": 4, "kept": 4}
    states = {"kabar": "read", "salin": "failed", "diam": "not crawled"}
    outlets = [OutletRun(outlet, state, **window) for outlet, state in states.items()]  # type: ignore[arg-type]
    alarm = {"outlet": "salin", "measure": "dated", "low": 0.9, "high": 1.0, "seen": 0.1, "days": 1}
    run = frontier.start_run({"outlets": "kabar,salin,diam"})
    frontier.end_run(run, "finished", {}, outlets=outlets, raised=[alarm | {"page": "javascript:alert(3)"}])
    yield database
    database.close()
