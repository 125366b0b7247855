"""Charts drawn to SVG by vl-convert, which is asked for by name: ``pip install 'conflict-news[report]'``."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from crawler.report.charts import CONFIG, Spec
from storage.errors import ConfigurationError

WIDTH = 720  # pixels, of charts that fill the page; a browser scales them
FULL = 560  # from this width on
VEGA_LITE = "6.1"  # the version that specifications are written for


def svg(spec: Spec, width: int = WIDTH) -> str:
    """The picture as an ``<svg>`` element to stand in a page: no script, nothing asked for, ink in the page's colour.

    Raises ``ConfigurationError`` where vl-convert is not installed.
    """
    return _drawn(json.dumps(_sized(spec, width), ensure_ascii=False, sort_keys=True))


def _sized(spec: Spec, width: int) -> Spec:
    given = dict(spec)
    if given.get("width") == "container":
        given["width"] = width
    if "spec" in given:
        given["spec"] = _sized(given["spec"], width - 100)
    return given


@lru_cache(maxsize=64)  # an overview is looked at again and again between two runs
def _drawn(spec: str) -> str:
    try:
        import vl_convert
    except ImportError as error:
        raise ConfigurationError(
            "charts are drawn by vl-convert, which is not installed: pip install 'conflict-news[report]'"
        ) from error
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, config=CONFIG, allowed_base_urls=[])
    return _responsive(drawn)


def _responsive(drawn: str) -> str:
    """In a page: without the declarations of a file of its own; what is wide says so, so that it keeps legible."""
    head, rest = drawn.split(">", 1)
    head = re.sub(r' xmlns(:\w+)?="[^"]*"', "", head).replace("<svg", '<svg aria-hidden="true"')
    width = re.search(r' width="(\d+)', head)
    if width is not None and int(width[1]) > FULL:
        head = head.replace('class="marks"', 'class="marks full"')
    return f"{head}>{rest}"
