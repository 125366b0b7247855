"""When was it published? Candidates from everywhere on a page, one verdict, and the evidence kept.

    >>> published(tree, metadata.json_ld, url, text, fetched_at=fetched_at).value
    datetime.datetime(2020, 11, 9, 19, 5, tzinfo=datetime.timezone(datetime.timedelta(seconds=25200)))

``reading`` reads one string and ``phrases`` finds days in running text; ``declared``, ``byline`` and ``story`` collect
from markup and address, from what readers see, and from the article's words; ``verdict`` decides. docs/dates.md tells
the rules and the known traps.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.extraction.dates import bounds as undated
from crawler.extraction.dates import byline, declared, story, verdict
from crawler.extraction.dates.found import WEIGHTS, Found
from crawler.extraction.dates.parsing import ParsedDate, read
from crawler.extraction.dates.verdict import DateVerdict
from crawler.outlets import Outlet
from storage.article import Bound, DateCandidate

__all__ = ["DateCandidate", "DateVerdict", "ParsedDate", "bounds", "published", "read"]

DEFAULT_ZONE = "Asia/Jakarta"


class HintsLike(Protocol):
    """What is read of hints (``crawler.extraction.hints.Hints``)."""

    @property
    def title(self) -> str | None: ...
    @property
    def published(self) -> datetime | date | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def modified(self) -> datetime | date | None: ...
    @property
    def captured(self) -> datetime | date | None: ...


def bounds(
    tree: HtmlElement,
    text: str,
    *,
    outlet: Outlet | None = None,
    hints: HintsLike | None = None,
    fetched_at: datetime | None = None,
) -> list[Bound]:
    """What a page without a date, and what is known of it from outside, tell of the days it was not published before or
    after."""
    local = ZoneInfo(outlet.timezone if outlet else DEFAULT_ZONE)
    found = undated.bounds(tree, text, local=local, fetched_at=fetched_at)
    return [*found, *undated.there_by(hints.modified, hints.captured, local)] if hints is not None else found


def published(
    tree: HtmlElement,
    json_ld: list[dict[str, object]],
    url: str,
    text: str,
    *,
    body: HtmlElement | None = None,
    outlet: Outlet | None = None,
    hints: HintsLike | None = None,
    fetched_at: datetime | None = None,
    title: str | None = None,
) -> DateVerdict:
    """The publication date of a page, from its complete tree, its flat JSON-LD, address and clean text.

    ``body`` is the article's own element (its captions are a weak source), ``title`` its headline where known (found
    again otherwise), ``fetched_at`` the capture's own time (aware): nothing later can be the publication, and ages such
    as "3 jam lalu" count from it. Without it, now bounds the future and ages are not read. Clocks without a zone are
    read in the outlet's zone (WIB by default). Never raises.
    """
    local: tzinfo = ZoneInfo(outlet.timezone if outlet else DEFAULT_ZONE)
    now = fetched_at if fetched_at is not None else datetime.now(UTC)
    found: list[Found] = declared.from_json_ld(json_ld, url, local)
    found += declared.from_meta(tree, local)
    if outlet and outlet.selectors.date:
        found += byline.from_selectors(tree, outlet.selectors.date, local, fetched_at)
    found += byline.from_elements(tree, body, title or (hints.title if hints else None), local, fetched_at)
    found += declared.from_url(url, local)
    if hints is not None and hints.published is not None:
        name = hints.source or "hint"
        found.append(verdict.hint(name, hints.published, local, WEIGHTS.get(name, WEIGHTS["index"])))
    if not any(item.weight >= WEIGHTS["script"] and item.role == "published" and item.reading.value for item in found):
        found += declared.from_scripts(tree, local)
    last = (now + timedelta(hours=1)).astimezone(local).date()
    found += story.from_text(text, story.captions_of(body), not_after=last, anchor=_anchor(found, local, now))
    return verdict.decide(found, local, now, fetched_at)


def _anchor(found: list[Found], local: tzinfo, now: datetime) -> date | None:
    """The strongest day known so far, to place phrases that name no year."""
    usable = [
        item
        for item in found
        if item.reading.value is not None and (item.weight >= verdict.ACCEPT or item.role == "support")
        and not verdict.is_future(item.reading.value, now, local)
    ]  # fmt: skip
    if not usable:
        return None
    best = max(usable, key=lambda item: item.weight)
    return verdict.day_of(best.reading.value, local) if best.reading.value else None
