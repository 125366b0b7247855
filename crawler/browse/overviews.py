"""The overview's page: the charts of ``crawler.report``, drawn on the server, each with its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from crawler.browse import texts
from crawler.browse.sources import Sources
from crawler.report import Chart, Overview, charts, overview
from crawler.report.pictures import svg
from storage.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Seen:
    """An overview with its charts and their pictures; None for a picture where there is nothing to draw, or nothing to
    draw it with (``trouble``)."""

    overview: Overview
    charts: list[tuple[Chart, Markup | None]]
    trouble: str = ""


def seen(sources: Sources, query: Mapping[str, str], language: str) -> Seen:
    """The overview that a query string asks for, by days and outlet. Raises ``ValueError`` for days that are none."""
    since, until = (date.fromisoformat(query[name]) if query.get(name) else None for name in ("since", "until"))
    outlet = query.get("outlet", "")[:100]
    found = overview(sources.whole.db, since, until, [outlet] if outlet else None)
    shown: list[tuple[Chart, Markup | None]] = []
    trouble = ""
    for chart in charts(found, texts.translations(language).gettext, language):
        picture = None
        if chart.spec is not None and chart.rows:
            try:
                picture = Markup(svg(chart.spec))  # noqa: S704 - drawn by Vega, which escapes what is written in it
            except ConfigurationError as error:
                trouble = str(error)
        shown.append((chart, picture))
    return Seen(found, shown, trouble)
