"""Templates of index and search pages: ``{date:%Y/%m/%d}``, ``{page}``, ``{offset}`` or ``{offset:15}``, ``{query}``.

``{page}`` counts from 1 (``{page:0}`` from 0), ``{offset}`` from 0 in steps of the outlet's ``page_step`` or of the
number it names. ``%-d`` and ``%-m`` are day and month without the leading zero, on every platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote_plus

from crawler.discovery.candidates import Candidate
from crawler.outlets import Outlet

_FIELD = re.compile(r"\{(date|page|offset|query)(?::([^{}]{0,100}))?\}")
Context = Mapping[str, str | int | float | bool | None]


def expand(template: str, *, page: int = 1, step: int = 1, day: date | None = None, query: str = "") -> str:
    """The URL of one page of a template; ``page`` counts from 1 whatever the template's own counting."""

    def value(match: re.Match[str]) -> str:
        name, spec = match[1], match[2] or ""
        if name == "date":
            return _format(day or date.min, spec or "%Y-%m-%d")
        if name == "page":
            return str(page - 1 + (int(spec) if spec.isdigit() else 1))
        if name == "offset":
            return str((page - 1) * (int(spec) if spec.isdigit() else step))
        return quote_plus(query)

    return _FIELD.sub(value, template)


def _format(day: date, spec: str) -> str:
    spec = spec.replace("%-d", str(day.day)).replace("%-m", str(day.month))
    return day.strftime(spec)


def has(template: str, name: str) -> bool:
    """Whether a template asks for a field."""
    return any(match[1] == name for match in _FIELD.finditer(template))


def paged(template: str) -> bool:
    """Whether a template has pages."""
    return has(template, "page") or has(template, "offset")


def candidate(
    template: str,
    kind: str,
    outlet: Outlet,
    *,
    page: int = 1,
    day: date | None = None,
    query: str = "",
    source: str = "",
) -> Candidate:
    """The candidate of one page of a template; its context lets ``following`` make the next one."""
    url = expand(template, page=page, step=outlet.page_step, day=day, query=query)
    context: dict[str, str | int | float | bool | None] = {"template": template, "page": page}
    if day is not None:
        context["date"] = day.isoformat()
    if query:
        context["query"] = query
    return Candidate(url, kind=kind, source=source or kind, context=context)


def following(context: Context, kind: str, outlet: Outlet) -> Candidate | None:
    """The next page of the template a page was made from; None where it has no further pages."""
    template = context.get("template")
    if not isinstance(template, str) or not paged(template):
        return None
    day = context.get("date")
    return candidate(
        template,
        kind,
        outlet,
        page=int(context.get("page") or 1) + 1,
        day=date.fromisoformat(day) if isinstance(day, str) else None,
        query=str(context.get("query") or ""),
    )
