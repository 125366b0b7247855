"""A crawl of an outlet that gave far more on the days before: who is told, and what is kept of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.demo import Newsroom
from crawler.demo.outlets import PenaPesisir
from storage.counts import reading
from storage.database import Database
from storage.database.counts_tables import touched
from storage.database.frontier_tables import runs
from tests.crawl.test_delivery import webhook
from tests.spiders.running import Place

DAY = 86_400


def test_an_alarm_reaches_who_is_to_be_told_and_stays_with_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, toml = Place.below(tmp_path), tmp_path / "outlets.toml"
    site = PenaPesisir("127.0.0.98")
    with Database.open(place.url).begin() as conn:
        for number in range(1, 15):
            counts = {"found": 500 + number, "fetched": 500, "kept": 100}
            at = {"started_at": time.time() - number * DAY, "heartbeat_at": 0, "status": "finished"}
            summary = json.dumps({"outlets": {site.id: counts}})
            conn.execute(sa.insert(runs).values(machine="x", pid=1, summary=summary, **at))
    with webhook() as (port, bodies), Newsroom(sites=[site], toml=toml):
        monkeypatch.setenv("ALARM_WEBHOOK", f"http://127.0.0.1:{port}/s3cret")
        crawled = place.crawl(toml)
    assert crawled.code == 0, crawled.err
    assert f"ALARM, {site.id}: found " in crawled.out
    assert "s3cret" not in crawled.out + crawled.err
    [body] = bodies
    assert f"{site.id}: found" in body["text"]
    db = Database.open(place.url)
    run, *_ = reading.recent_runs(db, 1)
    assert ("found", site.id) in {(alarm.measure, alarm.outlet) for alarm in run.alarms}
    assert all(alarm.page and alarm.page.startswith("http") for alarm in run.alarms)
    assert (run.outlets, run.kept) == (1, len(place.articles()))
    with db.read() as conn:
        assert conn.execute(sa.select(touched)).all() == []  # counted as the run ended
    assert sum(row.kept for row in reading.by_outlet(db, reading.Scope())) + reading.undated(db) == run.kept
    db.close()
