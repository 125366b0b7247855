"""What an outlet file says, checked key by key: what cannot work is repaired where its meaning is plain, else refused.

A file holds one outlet, or several as ``[[outlet]]`` tables with the same keys. Unknown keys and wrong types are
errors that name the file, the outlet and the key. Facts carry where they were seen in ``facts``.
"""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from crawler.outlets.domains import domain_of

PLACEHOLDERS = ("date", "page", "offset", "query")  # of index and search templates, see crawler.discovery.templates


_ABSOLUTE = re.compile(r"https?://[^/\s]")
_PLACEHOLDER = re.compile(r"\{([^{}:]{0,40})[^{}]{0,100}\}")


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

    @field_validator("*")
    @classmethod
    def _selects(cls, selectors: list[str]) -> list[str]:
        page = etree.Element("html")
        for selector in selectors:
            try:
                CSSSelector(selector, translator="html")(page)  # a namespace fails only when it is used
            except (SelectorError, etree.XPathError, ValueError) as error:
                raise ValueError(f"{selector!r} is not a CSS selector that can be used: {error}") from error
        return selectors


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
    platform_url: str | None = None  # where the platform lives; default: https://<first domain>
    platform_api: str | None = None  # the root of a WordPress' API where it is not platform_url + /wp-json/
    article_urls: list[str] = Field(default_factory=list)  # regular expressions on path and query; none = judge by page
    single_page: str | None = None  # query that shows a multi-page article whole, as "page=all"
    timezone: str = "Asia/Jakarta"
    delay: float = Field(
        default=1.0, ge=0, allow_inf_nan=False, strict=False
    )  # seconds between requests to one host, at least
    private: bool = False  # its names may lead to addresses of a private network, or of this machine
    page_step: int = Field(default=1, ge=1)  # {offset} grows by this much per index page
    selectors: Selectors = Field(default_factory=Selectors)
    facts: list[str] = Field(default_factory=list)  # where each fact above was seen
    notes: str = ""

    @field_validator("domains")
    @classmethod
    def _names_of_hosts(cls, domains: list[str]) -> list[str]:
        return list(dict.fromkeys(domain_of(domain) for domain in domains))

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
            if not _ABSOLUTE.match(url):
                raise ValueError(f"{url!r} is not an absolute http(s) URL")
        return urls

    @field_validator("indexes", "search")
    @classmethod
    def _placeholders(cls, urls: list[str]) -> list[str]:
        for url in urls:
            if set("{}") & set(_PLACEHOLDER.sub("", url)):
                raise ValueError(f"{url!r} has a brace that neither opens nor closes a placeholder")
            for name in _PLACEHOLDER.findall(url):
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

    @field_validator("platform_url", "platform_api")
    @classmethod
    def _absolute_too(cls, url: str | None) -> str | None:
        if url is not None and not _ABSOLUTE.match(url):
            raise ValueError(f"{url!r} is not an absolute http(s) URL")
        return url

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Jakarta") from error
        return name

    @model_validator(mode="after")
    def _within_domains(self) -> Self:
        """No source lies where the crawl would refuse to go: it would be passed over in silence, run after run."""
        platform = [url for url in (self.platform_url, self.platform_api) if url]
        for key, urls in (
            ("feeds", self.feeds), ("sitemaps", self.sitemaps), ("indexes", self.indexes), ("search", self.search),
            ("platform_url", platform),
        ):  # fmt: skip
            for url in urls:
                try:
                    host = urlsplit(url).hostname
                except ValueError:
                    host = None
                if not self.owns(host):
                    raise ValueError(
                        f"{key}: {url!r} is outside domains; if it is the outlet's, add {host!r} to domains"
                    )
        return self

    def owns(self, host: str | None) -> bool:
        """Whether a host name is one of the outlet's domains or below one of them."""
        host = (host or "").lower().rstrip(".")
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)
