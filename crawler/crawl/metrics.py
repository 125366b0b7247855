"""What a run did, as a text file for Prometheus' node exporter (its textfile collector).

The format: https://prometheus.io/docs/instrumenting/exposition_formats/. The file is replaced at once, so that
a collector never reads half of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from crawler.crawl.statistics import RunStatistics
from storage.errors import ConfigurationError

PREFIX = "conflict_news"


def text(statistics: RunStatistics, started: float, ended: float, *, whole: bool) -> str:
    """The metrics of a run; ``started`` and ``ended`` in seconds since the epoch, ``whole``: it came to its end."""
    alarms = [({"outlet": alarm.outlet, "measure": alarm.measure}, 1) for alarm in statistics.alarms]
    counts = [
        ({"outlet": outlet, "what": name}, count)
        for outlet, counter in sorted(statistics.by_outlet.items())
        for name, count in sorted(counter.items())
    ]
    return "".join(
        [
            *_metric("run_start_seconds", "When the last run started.", [({}, started)]),
            *_metric("run_end_seconds", "When the last run ended.", [({}, ended)]),
            *_metric("run_completed", "Whether the last run came to its end.", [({}, int(whole))]),
            *_metric("urls", "What became of the URLs of the last run.", counts),
            *_metric("alarm", "Outlets that are not as they were on the days before.", alarms),
        ]
    )


def write(path: Path, content: str) -> None:
    """Put the metrics in their place. Raises ``ConfigurationError`` where that cannot be written."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_text(content, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ConfigurationError(f"METRICS_FILE {path}: cannot be written: {error.strerror or error}") from error


def _metric(name: str, told: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> list[str]:
    full = f"{PREFIX}_{name}"
    lines = [f"# HELP {full} {told}\n# TYPE {full} gauge\n"]
    for labels, value in samples:
        named = ",".join(f'{label}="{_escaped(word)}"' for label, word in labels.items())
        lines.append(f"{full}{f'{{{named}}}' if named else ''} {value:.15g}\n")
    return lines


def _escaped(value: str) -> str:
    return re.sub(r'[\\"\n]', lambda found: {"\\": r"\\", '"': r"\"", "\n": r"\n"}[found[0]], value)
