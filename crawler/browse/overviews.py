"""The overview's page: the charts of ``crawler.report``, each with its table; pictures are drawn one by one, when the
page asks for them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup

from crawler.browse import texts
from crawler.browse.sources import Sources
from crawler.report import Chart, Overview, charts, overview
from crawler.report.pictures import svg

KEPT_SECONDS = 60.0  # an overview is read once for its page and its pictures
KEPT = 16  # overviews


@dataclass(frozen=True, slots=True)
class Seen:
    """An overview, its charts, and the query string that asks for it."""

    overview: Overview
    charts: list[Chart]
    query: str

    def picture(self, id_: str) -> Markup | None:
        """The picture of a chart; None where there is none. Raises ``ConfigurationError`` without vl-convert."""
        spec = next((chart.spec for chart in self.charts if chart.id == id_ and chart.rows), None)
        return None if spec is None else Markup(svg(spec))  # noqa: S704 - drawn by Vega, which escapes what it writes


class Overviews:
    """The overviews that were asked for last."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Seen]] = OrderedDict()

    def seen(self, query: Mapping[str, str], language: str) -> Seen:
        """What a query string asks for, by days and outlet. Raises ``ValueError`` for days that are none."""
        given = {name: query.get(name, "")[:100] for name in ("since", "until", "outlet")}
        since, until = (date.fromisoformat(given[name]) if given[name] else None for name in ("since", "until"))
        key = urlencode({name: value for name, value in given.items() if value}), language
        with self._lock:
            made, seen = self._kept.get(key, (0.0, None))
            if seen is None or time.monotonic() - made > KEPT_SECONDS:
                outlets = [given["outlet"]] if given["outlet"] else None
                found = overview(self.sources.whole.db, since, until, outlets)
                drawn = charts(found, texts.translations(language).gettext, language)
                seen = Seen(found, drawn, key[0])
                self._kept[key] = time.monotonic(), seen
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return seen
