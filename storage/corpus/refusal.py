"""By what a withdrawn article is known when it comes again: its addresses, its outlet's number for it, its text.

Number and text count within the outlet only: another outlet's copy is another article, to be withdrawn by itself.
Tombstones hold hashes, from which no text can be read.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from storage.article import Article
from storage.identity import article_id, article_identity, article_key, article_number, id_of

CONTENT, NUMBER = "content", "number"
# Shorter texts are alike by chance (a day's prices, a caption): the title counts as well.
FEW_WORDS = 30

Key = tuple[str, str]


def ids_of(url: str, canonical_url: str | None) -> list[str]:
    """The addresses a page has or claims to have, the one that names it first."""
    claimed = id_of(article_identity(url, canonical_url))
    return list(dict.fromkeys([article_id(url, canonical_url), id_of(article_key(url)), claimed]))


def values_of(article: Article) -> list[str]:
    """The values of every tombstone but an address's that would refuse an article."""
    outlet = article.outlet
    if outlet is None:
        return []
    keys = number_keys(outlet, [article.url]) + content_keys(outlet, [(article.title, article.text)])
    return [outlet, *(value for _, value in keys)]


def number_keys(outlet: str, urls: Iterable[str]) -> list[Key]:
    """Tombstones of the numbers in addresses."""
    found = {number for url in urls if (number := article_number(url))}
    return [(NUMBER, f"{outlet} {number}") for number in sorted(found)]


def content_keys(outlet: str, readings: Iterable[tuple[str | None, str]]) -> list[Key]:
    """Tombstones of readings (title and text): SHA-256 of the words, case and punctuation aside."""
    values = set()
    for title, text in readings:
        words = _words(text)
        if words:
            whole = words if len(words) >= FEW_WORDS else [*_words(title or ""), "\n", *words]
            values.add(hashlib.sha256(" ".join(whole).encode("utf-8", "surrogatepass")).hexdigest())
    return [(CONTENT, f"{outlet} {value}") for value in sorted(values)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
