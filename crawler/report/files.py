"""The report as files that open from a disk: one page, which asks for nothing else, and the same as JSON."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.report.charts import charts
from crawler.report.overview import Overview
from crawler.report.pictures import svg
from storage.errors import ConfigurationError
from storage.export.files import cannot_write, write_small

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE, SUMMARY = "index.html", "summary.json"


def write(overview: Overview, folder: Path) -> list[Path]:
    """Write ``index.html`` and ``summary.json``, each whole or not at all; their paths.

    Raises ``StorageError`` where they cannot be written, ``ConfigurationError`` where the extra is not installed.
    """
    texts = {PAGE: page(overview), SUMMARY: json.dumps(summary(overview), ensure_ascii=False, indent=1) + "\n"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    with ExitStack() as unpublished:
        made = []
        for name, text in texts.items():
            made.append(write_small(folder / name, text))
            unpublished.callback(made[-1].discard)
        try:
            for file in made:
                file.publish()
        except OSError as error:  # something else has its name
            raise cannot_write(file.path, error) from error
    return [folder / name for name in texts]


def page(overview: Overview) -> str:
    """The overview as an HTML page."""
    last = overview.runs[0].alarms if overview.runs else ()
    said = [
        f"{alarm.outlet}: {alarm.measure} {alarm.seen:g}, expected {alarm.low:g} to {alarm.high:g}"
        + (f"; look at {alarm.page}" if alarm.page else "")
        for alarm in last
    ]
    drawn = [(chart, svg(chart.spec) if chart.spec and chart.rows else None) for chart in charts(overview)]
    environment = _environment()
    from markupsafe import Markup

    return environment.get_template("report.html.j2").render(
        scope=_scope(overview),
        made_at=overview.made_at.strftime("%Y-%m-%d %H:%M UTC"),
        totals=_totals(overview),
        alarms=said,
        # Our own drawing, in which vl-convert has escaped what outlets are called.
        charts=[(chart, picture and Markup(picture)) for chart, picture in drawn],  # noqa: S704
    )


def summary(overview: Overview) -> dict[str, Any]:
    """The overview as plain values; days are publication days at the outlet, ``made_at`` and runs' times UTC."""
    by_outlet: dict[str, Counter[str]] = {}
    for row in overview.counts:
        counts = {name: value for name, value in asdict(row).items() if isinstance(value, int)}
        by_outlet.setdefault(row.outlet, Counter()).update(counts)
    countries = Counter[str]()
    for _, code, number in overview.countries:
        countries[code] += number
    return {
        "made_at": overview.made_at.isoformat(timespec="seconds"),
        "since": overview.since and str(overview.since),
        "until": overview.until and str(overview.until),
        "outlets_asked_for": overview.outlets,
        "articles": overview.kept,
        "articles_without_a_day": overview.undated,
        "outlets": {outlet: dict(counts) for outlet, counts in sorted(by_outlet.items())},
        "articles_by": overview.grain,
        "articles_by_outlet": [
            {overview.grain: row.period, "outlet": row.outlet, "articles": row.kept}
            for row in overview.counts
            if row.kept
        ],
        "countries": dict(countries.most_common()),
        "coverage": [
            {"outlet": cell.outlet, "day": str(cell.day), "state": cell.state, "articles": cell.kept}
            for cell in overview.heat
        ],
        "copies": [
            {"outlet": outlet, "copied_from": origin, "articles": number} for outlet, origin, number in overview.copies
        ],
        "runs": [asdict(run) for run in overview.runs],
        "near_misses": [{"score_from": low, "number": number} for low, number in overview.near_misses],
        "nearest_misses": [asdict(miss) for miss in overview.nearest],
    }


def _scope(overview: Overview) -> str:
    first, last = overview.since, overview.until
    days = f"{first or 'the beginning'} to {last or 'the newest'}" if first or last else "All days"
    return f"{days}; {'all outlets' if overview.outlets is None else ', '.join(overview.outlets)}"


def _totals(overview: Overview) -> list[tuple[str, int]]:
    return [
        ("articles", overview.kept),
        ("outlets", len({row.outlet for row in overview.counts if row.kept})),
        ("copies", sum(row.copies for row in overview.counts)),
        ("near misses", sum(number for _, number in overview.near_misses)),
        ("alarms, last run", len(overview.runs[0].alarms) if overview.runs else 0),
    ]


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise ConfigurationError(
            "the report's page is made with Jinja2, which is not installed: pip install 'conflict-news[report]'"
        ) from error
    return Environment(
        loader=PackageLoader("crawler.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
