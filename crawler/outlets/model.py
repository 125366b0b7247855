"""The registry: one TOML file per outlet in this folder, and the loader that validates them.

A file holds one outlet, or several as ``[[outlet]]`` tables with the same keys. Unknown keys and wrong types are
errors that name the file, the outlet and the key. Facts carry where they were seen in ``facts``.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

PLACEHOLDERS = ("date", "page", "offset", "query")  # of index and search templates, see crawler.discovery.templates


class Selectors(BaseModel):
    """CSS selectors of an outlet's article pages; each list is tried in order, the first that matches wins."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    body: list[str] = Field(default_factory=list)
    title: list[str] = Field(default_factory=list)
    author: list[str] = Field(default_factory=list)
    date: list[str] = Field(default_factory=list)
    section: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)  # all of them are taken out, whatever matched before


class Outlet(BaseModel):
    """One outlet. All URLs are absolute; times of pages without a zone are read in ``timezone``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    name: str
    domains: list[str] = Field(min_length=1)  # the crawl never leaves these (sub-domains included)
    feeds: list[str] = Field(default_factory=list)  # RSS or Atom
    sitemaps: list[str] = Field(default_factory=list)  # plain, index or news; .xml or .xml.gz
    indexes: list[str] = Field(default_factory=list)  # {date:%Y-%m-%d}, {page}, {offset} (see docs/outlets.md)
    search: list[str] = Field(default_factory=list)  # {query}, {page}
    platform: str | None = Field(default=None, pattern=r"^(wordpress|blogger)$")
    platform_url: str | None = None  # where the platform's API lives; default: https://<first domain>
    article_urls: list[str] = Field(default_factory=list)  # regular expressions on path and query; none = judge by page
    single_page: str | None = None  # query that shows a multi-page article whole, as "page=all"
    timezone: str = "Asia/Jakarta"
    delay: float = Field(default=1.0, ge=0, strict=False)  # seconds between requests to one host, at least
    page_step: int = Field(default=1, ge=1)  # {offset} grows by this much per index page
    selectors: Selectors = Field(default_factory=Selectors)
    facts: list[str] = Field(default_factory=list)  # where each fact above was seen
    notes: str = ""

    @field_validator("article_urls")
    @classmethod
    def _compiles(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return patterns

    @field_validator("feeds", "sitemaps", "indexes", "search")
    @classmethod
    def _absolute(cls, urls: list[str]) -> list[str]:
        for url in urls:
            if not re.match(r"https?://[^/\s]+", url):
                raise ValueError(f"{url!r} is not an absolute http(s) URL")
        return urls

    @field_validator("indexes", "search")
    @classmethod
    def _placeholders(cls, urls: list[str]) -> list[str]:
        for url in urls:
            for name in re.findall(r"\{([^{}:]*)[^{}]*\}", url):
                if name not in PLACEHOLDERS:
                    known = ", ".join("{" + known + "}" for known in PLACEHOLDERS)
                    raise ValueError(f"{url!r} has the unknown placeholder {{{name}}} (known: {known})")
        return urls

    @field_validator("search")
    @classmethod
    def _asks(cls, urls: list[str]) -> list[str]:
        for url in urls:
            if "{query}" not in url:
                raise ValueError(f"{url!r} has no {{query}}")
        return urls

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Jakarta") from error
        return name

    def owns(self, host: str | None) -> bool:
        """Whether a host name is one of the outlet's domains or below one of them."""
        host = (host or "").lower().rstrip(".")
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)
