"""What one run is asked to do, checked before anything is opened or fetched: every mistake is one clear line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from scrapy.settings import BaseSettings

from crawler import outlets as registry
from crawler.crawl.configuration import relevance_threshold, seeds_folder
from crawler.discovery import Window
from crawler.outlets import Outlet
from crawler.processing.page import TopicChoice
from storage.errors import ConfigurationError

WebArchive = Literal["wayback", "cc"]
Mode = Literal["conflict", "seeds"]
ARCHIVES: tuple[WebArchive, ...] = get_args(WebArchive)


def _parts(value: object) -> list[str]:
    return [part.strip() for part in str(value).split(",") if part.strip()]


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _digits(value: object) -> str:
    if not str(value).isdecimal():
        raise ValueError("not only digits")
    return str(value)


class Given(BaseModel):
    """The ``-a`` arguments, each with what it must be; an empty one is as if it were not given."""

    model_config = ConfigDict(extra="forbid")

    outlets: str | None = None
    since: Annotated[date | None, BeforeValidator(_day), Field(description="a day as YYYY-MM-DD")] = None
    until: Annotated[date | None, BeforeValidator(_day), Field(description="a day as YYYY-MM-DD")] = None
    seeds: str | None = None
    max_pages: Annotated[int | None, BeforeValidator(_digits), Field(ge=1, description="a whole number above 0")] = None
    query: Annotated[list[str], BeforeValidator(_parts)] = []
    archives: Annotated[
        tuple[WebArchive, ...], BeforeValidator(_parts), Field(description=f"of {', '.join(ARCHIVES)}")
    ] = ()
    topic: Annotated[Mode, Field(description="'conflict' (the default) or 'seeds'")] = "conflict"


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
    try:
        asked = Given.model_validate({name: value for name, value in given.items() if value not in (None, "")})
    except ValidationError as error:
        raise ConfigurationError(_explain(error, given)) from None
    window = Window(asked.since, asked.until)
    if window.since and window.until and window.since > window.until:
        raise ConfigurationError(f"-a since={window.since} is after -a until={window.until}")
    chosen = registry.load(asked.outlets)
    if not chosen:
        raise ConfigurationError("the registry holds no outlet; name some with -a outlets=FILE.toml")
    return CrawlArguments(
        outlets=chosen,
        window=window,
        topic=topic_choice(settings, asked.seeds, asked.topic),
        max_pages=asked.max_pages,
        queries=asked.query,
        archives=asked.archives,
        given={key: str(value) for key, value in given.items()},
    )


def _explain(error: ValidationError, given: dict[str, Any]) -> str:
    """The first mistake, in one line."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return f"unknown argument -a {name}= (known: {', '.join(Given.model_fields)})"
    value = first["input"] if len(first["loc"]) > 1 else given[name]  # one of a list
    return f"-a {name}={value}: must be {Given.model_fields[name].description}"


def topic_choice(
    settings: BaseSettings, seeds: str | None = None, mode: str = "conflict", model: str | None = None
) -> TopicChoice:
    """The topic as the settings have it, with another folder of seeds, mode or model where given."""
    return TopicChoice(
        seeds=str(seeds_folder(seeds)),
        mode=mode,
        threshold=relevance_threshold(settings, mode),
        model=model or settings.get("TOPIC_MODEL") or None,
    )
