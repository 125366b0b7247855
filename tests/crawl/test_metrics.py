"""A run's metrics, as Prometheus' node exporter reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.crawl import metrics
from crawler.crawl.alarms import Alarm
from crawler.crawl.statistics import RunStatistics
from storage.errors import ConfigurationError

# https://prometheus.io/docs/instrumenting/exposition_formats/
LABEL = r'[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"[a-zA-Z_:][\w:]*(?:\{{{LABEL}(?:,{LABEL})*\}})? [-+.\deE]+")


def statistics() -> RunStatistics:
    made = RunStatistics(["kompas", "antara"])
    made.count("kompas", "found", 12)
    made.count("kompas", "not modified", 3)
    made.alarms = [Alarm("kompas", "dated", 0.9, 1.0, 0.02)]
    return made


def test_counts_and_alarms_are_samples() -> None:
    lines = metrics.text(statistics(), 1_700_000_000.25, 1_700_000_600.0, whole=True).splitlines()
    assert 'conflict_news_urls{outlet="kompas",what="found"} 12' in lines
    assert 'conflict_news_alarm{outlet="kompas",measure="dated"} 1' in lines
    assert "conflict_news_run_start_seconds 1700000000.25" in lines
    assert "conflict_news_run_completed 1" in lines
    assert all(line.startswith(("# HELP ", "# TYPE ")) or SAMPLE.fullmatch(line) for line in lines)


def test_names_of_outlets_may_hold_anything() -> None:
    made = RunStatistics()
    made.count('a"b\\c\nd', "found")
    [line] = [line for line in metrics.text(made, 0, 1, whole=False).splitlines() if "found" in line]
    assert line == 'conflict_news_urls{outlet="a\\"b\\\\c\\nd",what="found"} 1'
    assert SAMPLE.fullmatch(line)


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    place = tmp_path / "run.prom"
    place.write_text("old")
    metrics.write(place, "new\n")
    assert place.read_text() == "new\n"
    assert list(tmp_path.iterdir()) == [place]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"METRICS_FILE .*none.*: cannot be written: No such file"):
        metrics.write(tmp_path / "none" / "run.prom", "new")
