"""The charts of an overview: each a Vega-Lite specification with its data in it, and the same data as a table.

They are drawn to SVG where they are asked for, by vl-convert (``pictures``), in the report's files and in the browser's
pages alike; no script of Vega's is sent to a browser. Vega compiles expressions with ``Function()``, which a strict
Content-Security-Policy forbids; its interpreter avoids that, but the runtime is 900 kB (vega, vega-lite, vega-embed:
``vl_convert.javascript_bundle``), for pictures that here need neither zoom nor selection. The table beside each is what
a screen reader, a spreadsheet or a script takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from babel import Locale

from crawler.report.overview import STATES, Overview
from storage.counts.reading import BANDS

Translate = Callable[[str], str]
Row = list[str | int | float]
Spec = dict[str, Any]

OUTLETS = 9  # with a colour of their own; the others are one
COUNTRIES = 8
COPIERS = 24  # rows and columns of who copies whom

# Told apart with any colour vision (Okabe and Ito, https://jfly.uni-koeln.de/color/), on white and on black.
PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#7a6fc9", "#4c9a2a", "#8c8c8c",
)  # fmt: skip
COLOURS = {
    "no news": "#86a9c9bf",
    "not crawled": "#88888826",
    "blocked": "#d55e00",
    "failed": "#e69f00",
    "barred": "#7a5195",
}
LETTERS = {"blocked": "B", "failed": "F", "barred": "R"}  # so that the picture needs no colour
KEPT = ("#7fd1b4", "#00664a")  # few, many
# An axis of whole numbers.
WHOLE: Spec = {"tickMinStep": 1, "format": ",d", "labelExpr": "datum.value % 1 ? '' : datum.label"}
INK = "currentColor"  # the page's own: light and dark need no second picture

CONFIG: Spec = {
    "background": None,
    "aria": False,  # a label on each of thousands of marks: whoever hears a page has the table
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": INK, "tickColor": INK, "domainColor": INK, "gridColor": INK,
        "gridOpacity": 0.15, "tickOpacity": 0.4, "domainOpacity": 0.4, "titleFontWeight": "normal", "labelLimit": 150,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal", "labelLimit": 150},
    "header": {"labelColor": INK, "titleColor": INK},
    "title": {"color": INK},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table. ``note`` says how to read it; without a ``spec`` there is only the table."""

    id: str
    title: str
    note: str
    spec: Spec | None
    columns: list[str]
    rows: list[Row]


def charts(overview: Overview, _: Translate = str, language: str = "en") -> list[Chart]:
    """All charts in the order in which they are shown, with their words passed through ``_``; ``language`` (ISO 639)
    is that of the names of countries."""
    return [
        _articles(overview, _),
        _countries(overview, _, language),
        _heat(overview, _),
        _copies(overview, _),
        _runs(overview, _),
        _alarms(overview, _),
        _near_misses(overview, _),
        _nearest(overview, _),
    ]


def _articles(overview: Overview, _: Translate) -> Chart:
    sums = Counter[str]()
    for row in overview.counts:
        sums[row.outlet] += row.kept
    ranked = sorted((name for name in sums if sums[name]), key=lambda name: (-sums[name], name))
    own, others = ranked[:OUTLETS], _("others")
    shown = [*own, others] if len(ranked) > OUTLETS else own
    table = _Pivot()
    for row in overview.counts:
        if row.kept:
            table.add(row.period, row.outlet if row.outlet in own else others, row.kept)
    spec = _time(overview, table.values("outlet"), _) | {"height": 220}
    spec["mark"] = {"type": "bar"}
    spec["encoding"] |= {
        "y": {"field": "number", "type": "quantitative", "title": _("articles"), "axis": WHOLE},
        "color": {
            "field": "outlet", "type": "nominal", "title": _("outlet"), "sort": shown,
            "scale": {"domain": shown, "range": list(PALETTE[: len(shown)])},
            "legend": {"orient": "top", "columns": 5},
        },
        "order": {"field": "rank", "type": "quantitative"},
    }  # fmt: skip
    for value in spec["data"]["values"]:
        value["rank"] = shown.index(value["outlet"])
    title = _("Articles a day by outlet") if overview.grain == "day" else _("Articles a month by outlet")
    note = _("By the day of publication.")
    if overview.undated:
        note += " " + _("Articles without a known day, not shown:") + f" {overview.undated}."
    return Chart("articles", title, note, spec, *table.wide(_period(overview, _), shown))


def _countries(overview: Overview, _: Translate, language: str) -> Chart:
    sums = Counter[str]()
    for _when, code, number in overview.countries:
        sums[code] += number
    names = Locale.parse(language).territories
    ranked = sorted(sums, key=lambda code: (-sums[code], code))[:COUNTRIES]
    table = _Pivot()
    for period, code, number in overview.countries:
        if code in ranked:
            table.add(period, names.get(code, code), number)
    shown = [names.get(code, code) for code in ranked]
    inner = _time(overview, table.values("country"), _)
    values = inner.pop("data")
    del inner["autosize"]  # is of whole pictures
    inner |= {"height": 34, "mark": {"type": "bar", "color": PALETTE[0]}}
    inner["encoding"]["y"] = {
        "field": "number", "type": "quantitative", "title": None,
        "axis": {"tickCount": 1, "tickMinStep": 1, "labelExpr": "datum.value ? datum.label : ''"},
    }  # fmt: skip
    header = {"labelAngle": 0, "labelAlign": "left", "labelLimit": 140, "title": None}
    spec = {
        "data": values,
        "facet": {"row": {"field": "country", "type": "nominal", "sort": shown, "header": header}},
        "spec": inner,
        "spacing": 8,
    }
    return Chart(
        "countries",
        _("Conflicts over time, by country"),
        _("Articles that speak of a country; one that speaks of several is counted at each."),
        spec,
        *table.wide(_period(overview, _), shown),
    )


def _heat(overview: Overview, _: Translate) -> Chart:
    words = {
        "kept": _("articles"), "no news": _("no news"), "not crawled": _("not crawled"), "blocked": _("blocked"),
        "failed": _("failed"), "barred": _("barred"),
    }  # fmt: skip
    outlets = sorted({cell.outlet for cell in overview.heat})
    days = sorted({str(cell.day) for cell in overview.heat})
    most = max((cell.kept for cell in overview.heat), default=0)
    # Days that are alike are one mark: most are, and each mark costs.
    runs = [list(alike) for _key, alike in groupby(overview.heat, lambda cell: (cell.outlet, cell.state, cell.kept))]
    values = [
        {"outlet": run[0].outlet, "from": str(run[0].day), "to": str(run[-1].day + timedelta(days=1))}
        | {"state": words[run[0].state], "letter": LETTERS.get(run[0].state, "")}
        | ({"kept": run[0].kept} if run[0].kept else {})
        for run in runs
    ]
    without = [words[state] for state in STATES if state != "kept"]
    mondays = [day for day in map(date.fromisoformat, days) if day.weekday() == 0]
    ends = [days[0], str(date.fromisoformat(days[-1]) + timedelta(days=1))] if days else []
    ticks = [{"year": day.year, "month": day.month, "date": day.day, "utc": True} for day in mondays]
    x = {
        "field": "from", "type": "temporal", "title": _("day of publication"),
        "scale": {"type": "utc", "domain": ends, "nice": False},
        "axis": {"values": ticks, "format": "%Y-%m-%d", "labelAngle": -45, "grid": False},
    }  # fmt: skip
    y = {"field": "outlet", "type": "nominal", "title": None, "sort": outlets, "axis": {"grid": False}}
    spec = {
        "data": {"values": values, "format": {"parse": dict.fromkeys(("from", "to"), "utc:'%Y-%m-%d'")}},
        "width": 11 * len(days),
        "height": {"step": 15},
        "encoding": {"x": x, "y": y},
        "resolve": {"scale": {"color": "independent"}, "legend": {"color": "independent"}},
        "layer": [
            {
                "transform": [{"filter": "!isValid(datum.kept)"}],
                "mark": {"type": "rect", "stroke": None},
                "encoding": {
                    "x2": {"field": "to"},
                    "color": {
                        "field": "state", "type": "nominal", "title": None, "sort": without,
                        "scale": {"domain": without, "range": [COLOURS[s] for s in STATES if s != "kept"]},
                        "legend": {"orient": "top", "direction": "horizontal"},
                    }
                },
            },
            {
                "transform": [{"filter": "isValid(datum.kept)"}],
                "mark": {"type": "rect"},
                "encoding": {
                    "x2": {"field": "to"},
                    "color": {
                        "field": "kept", "type": "quantitative", "title": words["kept"],
                        "scale": {"type": "symlog", "domain": [1, max(2, most)], "range": list(KEPT)},
                        "legend": {
                            "orient": "top", "direction": "horizontal", "titleOrient": "left", "gradientLength": 80,
                            "format": "d", "values": [1, max(2, most)],
                        },
                    }
                },
            },
            {
                "transform": [{"filter": "datum.letter != ''"}],
                "mark": {
                    "type": "text", "fontSize": 8, "color": "white", "fontWeight": "bold", "align": "left", "dx": 3,
                },
                "encoding": {"text": {"field": "letter", "type": "nominal"}},
            },
        ],
    }  # fmt: skip
    table = {(cell.outlet, str(cell.day)): cell.kept or words[cell.state] for cell in overview.heat}
    return Chart(
        "coverage",
        _("Coverage: outlet and day"),
        _(
            "Shades of green: articles. No news: pages or sources of that day were read and held nothing on the topic."
            " Not crawled: nobody looked. B: block page, F: failed, R: barred by robots.txt."
        ),
        spec,
        [_("outlet"), *days],
        [[outlet, *(table[outlet, day] for day in days)] for outlet in outlets],
    )


def _copies(overview: Overview, _: Translate) -> Chart:
    between = [(outlet, origin, number) for outlet, origin, number in overview.copies if outlet != origin]
    sums = Counter[str]()
    for outlet, origin, number in between:
        sums[outlet] += number
        sums[origin] += number
    shown = {name for name, _n in sums.most_common(COPIERS)}
    drawn = [row for row in between if row[0] in shown and row[1] in shown]
    values = [{"outlet": outlet, "origin": origin, "number": number} for outlet, origin, number in drawn]
    most = max((number for *_names, number in drawn), default=1)
    spec = {
        "data": {"values": values},
        "width": {"step": 26},
        "height": {"step": 20},
        "encoding": {
            "x": {
                "field": "origin", "type": "nominal", "title": _("copied from"),
                "axis": {"orient": "top", "labelAngle": -45, "grid": True},
            },
            "y": {"field": "outlet", "type": "nominal", "title": _("outlet that copies"), "axis": {"grid": True}},
        },
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2},
                "encoding": {
                    "color": {
                        "field": "number", "type": "quantitative", "title": _("copies"), "legend": None,
                        "scale": {"domain": [0, most], "range": ["#9cc9e3", "#004c78"]},
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "text": {"field": "number", "type": "quantitative"},
                    "color": {
"condition": {"test": f"datum.number > {most / 2}", "value": "white"},
"value": "#10202b",
},
                },
            },
        ],
    }  # fmt: skip
    return Chart(
        "copies",
        _("Who copies whom"),
        _("Articles of an outlet (rows) that copy, rewrite or excerpt an earlier one of another outlet (columns)."),
        spec,
        [_("outlet that copies"), _("copied from"), _("articles")],
        [list(row) for row in between],
    )


def _runs(overview: Overview, _: Translate) -> Chart:
    values = [
        {"run": str(run.id), "order": run.id, "kept": run.kept, "alarms": len(run.alarms)}
        | {"state": _state(run.status, _)}
        for run in reversed(overview.runs)
    ]
    states = [_state(state, _) for state in RUN_STATES]
    spec = {
        "data": {"values": values},
        "width": {"step": 18},
        "height": 140,
        "encoding": {
            "x": {
                "field": "run", "type": "ordinal", "sort": {"field": "order"}, "title": _("run"),
                "axis": {"labelAngle": 0, "labelOverlap": True},
            },
            "y": {"field": "kept", "type": "quantitative", "title": _("articles kept"), "axis": WHOLE},
        },
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.7}},
                "encoding": {
                    "color": {
                        "field": "state", "type": "nominal", "title": None,
                        "scale": {"domain": states, "range": list(RUN_STATES.values())}, "legend": {"orient": "top"},
                    }
                },
            },
            {
                "transform": [{"filter": "datum.alarms > 0"}],
                "mark": {"type": "text", "dy": -7, "color": "#d55e00", "fontWeight": "bold"},
                "encoding": {"text": {"field": "alarms", "type": "quantitative"}},
            },
        ],
    }  # fmt: skip
    return Chart(
        "runs",
        _("Runs and their alarms"),
        _("Articles that each run kept; above a bar, the number of alarms it raised. Times are UTC."),
        spec,
        [
            _("run"),
            _("started"),
            _("ended"),
            _("state"),
            _("outlets"),
            _("found"),
            _("fetched"),
            _("kept"),
            _("alarms"),
        ],
        [
            [
                run.id,
                _moment(run.started_at),
                _moment(run.ended_at),
                _state(run.status, _),
                run.outlets,
                run.found,
                run.fetched,
                run.kept,
                len(run.alarms),
            ]
            for run in overview.runs
        ],
    )


RUN_STATES = {
    "finished": PALETTE[0],
    "interrupted": PALETTE[4],
    "failed": PALETTE[5],
    "dead": PALETTE[3],
    "running": PALETTE[2],
}


def _state(status: str, _: Translate) -> str:
    words = {
        "finished": _("finished"), "interrupted": _("interrupted"), "failed": _("broke off"), "dead": _("died"),
        "running": _("at work"),
    }  # fmt: skip
    return words.get(status, status)


def _alarms(overview: Overview, _: Translate) -> Chart:
    return Chart(
        "alarms",
        _("Alarms"),
        _("What was not as on the days before, of the runs above: expected from, to, and seen."),
        None,
        [_("run"), _("outlet"), _("measure"), _("from"), _("to"), _("seen"), _("days"), _("page to look at")],
        [
            [
                run.id,
                alarm.outlet,
                _measure(alarm.measure, _),
                alarm.low,
                alarm.high,
                alarm.seen,
                alarm.days,
                alarm.page or "–",
            ]
            for run in overview.runs
            for alarm in run.alarms
        ],
    )


def _measure(name: str, _: Translate) -> str:
    words = {
        "found": _("found"), "kept": _("kept"), "dated": _("dated"), "with author": _("with author"),
        "words": _("words"), "readers' agreement": _("readers' agreement"), "block pages": _("block pages"),
        "failed": _("failed"), "shrunk": _("shrunk"), "barred by robots.txt": _("barred by robots.txt"),
        "repeated index pages": _("repeated index pages"),
    }  # fmt: skip
    return words.get(name, name)


def _near_misses(overview: Overview, _: Translate) -> Chart:
    values = [{"from": low, "to": low + 1 / BANDS, "number": number} for low, number in overview.near_misses]
    spec = {
        "data": {"values": values},
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "height": 140,
        "mark": {"type": "bar", "color": PALETTE[7], "binSpacing": 1},
        "encoding": {
            "x": {
                "field": "from", "type": "quantitative", "bin": {"binned": True}, "title": _("score"),
                "scale": {"domain": [0, 1]}, "axis": {"format": ".2f"},
            },
            "x2": {"field": "to"},
            "y": {"field": "number", "type": "quantitative", "title": _("near misses"), "axis": WHOLE},
        },
    }  # fmt: skip
    return Chart(
        "near-misses",
        _("Near misses by score"),
        _("Articles that were read and not kept, a little below the threshold; of all days."),
        spec,
        [_("score from"), _("near misses")],
        [[low, number] for low, number in overview.near_misses],
    )


def _nearest(overview: Overview, _: Translate) -> Chart:
    return Chart(
        "nearest",
        _("The nearest misses"),
        _("With the highest scores of those not kept."),
        None,
        [_("score"), _("id"), _("outlet"), _("title"), _("reason")],
        [
            [round(miss.score, 3), miss.id, miss.outlet or "–", miss.title or miss.url, miss.reason]
            for miss in overview.nearest
        ],
    )


class _Pivot:
    """Numbers by period and name."""

    def __init__(self) -> None:
        self.numbers: Counter[tuple[str, str]] = Counter()

    def add(self, period: str, name: str, number: int) -> None:
        self.numbers[period, name] += number

    def values(self, field: str) -> list[dict[str, Any]]:
        """As Vega-Lite takes them; a month by its first day."""
        return [
            {"period": period if len(period) == 10 else f"{period}-01", field: name, "number": number}
            for (period, name), number in sorted(self.numbers.items())
        ]

    def wide(self, head: str, names: Iterable[str]) -> tuple[list[str], list[Row]]:
        """Columns and rows of a table: a row for each period that has a number."""
        names = list(names)
        periods = sorted({period for period, _ in self.numbers})
        return [head, *names], [[period, *(self.numbers[period, name] for name in names)] for period in periods]


def _time(overview: Overview, values: list[dict[str, Any]], _: Translate) -> Spec:
    """A chart over the periods of the overview, from its first to its last."""
    unit = "yearmonthdate" if overview.grain == "day" else "yearmonth"
    x: Spec = {"field": "period", "type": "temporal", "timeUnit": f"utc{unit}", "title": None, "axis": {"grid": False}}
    periods = [row.period if len(row.period) == 10 else f"{row.period}-01" for row in overview.counts if row.kept]
    if periods:  # the same on every chart, so that they can be read one below the other
        last = date.fromisoformat(max(periods)) + timedelta(days=1 if overview.grain == "day" else 31)
        x["scale"] = {"domain": [min(periods), str(last)], "type": "utc"}
    return {
        "data": {"values": values, "format": {"parse": {"period": "utc:'%Y-%m-%d'"}}},
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "encoding": {"x": x},
    }


def _period(overview: Overview, _: Translate) -> str:
    return _("day") if overview.grain == "day" else _("month")


def _moment(seconds: float | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
