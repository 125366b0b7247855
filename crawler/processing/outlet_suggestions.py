"""Which sites are worth adding: domains that kept articles link to or cite and that no outlet owns."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler import outlets, urls
from crawler.outlets import Outlet
from crawler.outlets.domains import is_public_suffix, registered
from storage.article import Article

_NEVER = Path(outlets.__file__).parent / "never_suggested.toml"
# "Dailysabah.com", "news.contoh.co.id": a name in a citation that is a domain.
_DOMAIN = re.compile(
    r"(?<![\w@.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,12})(?![\w-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A domain: how many kept articles link to it, how many cite it, their mean relevance, and one of the addresses."""

    domain: str
    articles: int
    linked: int
    cited: int
    relevance: float
    example: str


def suggestions(articles: Iterable[Article], registry: Sequence[Outlet]) -> Iterator[Suggestion]:
    """Domains outside the registry, those first whose articles weigh most (the sum of their relevance).

    Articles are needed with their evidence, which holds their links.
    """
    linked: defaultdict[str, set[str]] = defaultdict(set)
    cited: defaultdict[str, set[str]] = defaultdict(set)
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    example: dict[str, str] = {}
    own: dict[str, bool] = {}

    def foreign(host: str | None) -> str | None:
        if not host or urls.is_address(host) or is_public_suffix(host):
            return None
        domain = registered(host)
        if host not in own:
            own[host] = any(outlet.owns(host) for outlet in registry) or _never(domain)
        return None if own[host] else domain

    for article in articles:
        site = registered(urls.host(article.url) or "")
        for link in article.links:
            domain = foreign(urls.host(link.url))
            if domain and domain != site:
                linked[domain].add(article.url)
                scores[domain][article.url] = article.relevance or 0.0
                example.setdefault(domain, link.url)
        for source in article.cited_sources:
            for match in _DOMAIN.finditer(source[:200]):
                domain = foreign(match[1].lower())
                if domain and domain != site:
                    cited[domain].add(article.url)
                    scores[domain][article.url] = article.relevance or 0.0
                    example.setdefault(domain, source)
    for domain, found in sorted(scores.items(), key=lambda item: (-sum(item[1].values()), -len(item[1]), item[0])):
        yield Suggestion(
            domain,
            len(found),
            len(linked[domain]),
            len(cited[domain]),
            round(sum(found.values()) / len(found), 3),
            example[domain],
        )


@cache
def _names() -> frozenset[str]:
    return frozenset(tomllib.loads(_NEVER.read_text(encoding="utf-8"))["domains"])


def _never(domain: str) -> bool:
    return domain in _names()
