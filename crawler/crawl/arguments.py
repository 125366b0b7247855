"""What one run is asked to do, checked before anything is opened or fetched: every mistake is one clear line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scrapy.settings import BaseSettings

from crawler import outlets as registry
from crawler.crawl.configuration import relevance_threshold, seeds_folder
from crawler.discovery import Window
from crawler.outlets import Outlet
from crawler.processing.page import TopicChoice
from storage.errors import ConfigurationError

ARCHIVES = ("wayback", "cc")
ARGUMENTS = ("outlets", "since", "until", "seeds", "max_pages", "query", "archives", "topic")


@dataclass(frozen=True, slots=True)
class CrawlArguments:
    """A checked run: which outlets, which publication days, which topic, how much."""

    outlets: list[Outlet]
    window: Window
    topic: TopicChoice
    max_pages: int | None = None
    queries: list[str] = field(default_factory=list)
    archives: tuple[str, ...] = ()
    given: dict[str, str] = field(default_factory=dict)

    @property
    def by_id(self) -> dict[str, Outlet]:
        """The outlets by their ids."""
        return {outlet.id: outlet for outlet in self.outlets}


def parse(given: dict[str, Any], settings: BaseSettings) -> CrawlArguments:
    """Check the ``-a`` arguments and settings of a crawl. Raises ``ConfigurationError`` (or a kind of it)."""
    unknown = sorted(set(given) - set(ARGUMENTS))
    if unknown:
        raise ConfigurationError(f"unknown argument -a {unknown[0]}= (known: {', '.join(ARGUMENTS)})")
    window = Window(_day(given, "since"), _day(given, "until"))
    if window.since and window.until and window.since > window.until:
        raise ConfigurationError(f"-a since={window.since} is after -a until={window.until}")
    chosen = registry.load(given.get("outlets"))
    if not chosen:
        raise ConfigurationError("the registry holds no outlet; name some with -a outlets=FILE.toml")
    archives = tuple(part.strip() for part in str(given.get("archives", "")).split(",") if part.strip())
    for name in archives:
        if name not in ARCHIVES:
            raise ConfigurationError(f"-a archives={name}: unknown web archive (known: {', '.join(ARCHIVES)})")
    mode = str(given.get("topic", "conflict"))
    if mode not in ("conflict", "seeds"):
        raise ConfigurationError(f"-a topic={mode}: must be 'conflict' (the default) or 'seeds'")
    return CrawlArguments(
        outlets=chosen,
        window=window,
        topic=TopicChoice(
            seeds=str(seeds_folder(given.get("seeds"))),
            mode=mode,
            threshold=relevance_threshold(settings, mode),
            model=settings.get("TOPIC_MODEL") or None,
        ),
        max_pages=_count(given, "max_pages"),
        queries=[part.strip() for part in str(given.get("query", "")).split(",") if part.strip()],
        archives=archives,
        given={key: str(value) for key, value in given.items()},
    )


def _day(given: dict[str, Any], name: str) -> date | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConfigurationError(f"-a {name}={value}: must be a day as YYYY-MM-DD") from None


def _count(given: dict[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    if not str(value).isdecimal() or int(value) < 1:
        raise ConfigurationError(f"-a {name}={value}: must be a whole number above 0")
    return int(value)
