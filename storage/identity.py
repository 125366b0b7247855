"""Which URLs are one article: the identity of a URL and the id made of it."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

_ID = re.compile(r"[0-9a-f]{16}")
# Hosts that differ only in these are one site: the desktop, mobile and AMP editions.
_EDITIONS = re.compile(r"^(?:(?:www\d?|m|mobile|wap|amp)\.)+(?=[^.]+\.)")

_DAY = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d")  # 20240102 names a day, not a page
_MOMENT = re.compile(rf"{_DAY.pattern}(?:\d{{2,6}})?")
_PATH_DAY = re.compile(r"(?<=/)(?:19|20)\d\d/\d{1,2}(?:/\d{1,2})?(?=/)")
_RUNS = re.compile(r"\d+")
# Ends of a path that are a view of the page before them: its AMP or print edition, its second page.
_VIEW = re.compile(r"amp|print|cetak|all|page|\d{1,2}|index\.\w+|")


def is_id(text: str) -> bool:
    """Whether a string has the form of an article id: 16 hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def article_key(url: str) -> str:
    """The URL without what does not make another article: scheme, ``www.``, fragment, a slash at its end.

    Query and path stay as they are; removing tracking parameters is the crawl's work, which knows the outlet.
    A URL that cannot be split is its own identity.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    host = re.sub(r"^www\.(?=[^.]+\.)", "", host)
    if port not in (None, 80, 443):
        host += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def article_identity(url: str, canonical_url: str | None) -> str:
    """The identity a page claims: that of its canonical URL where that is on the same site, else its own.

    A page that names another site's URL as canonical does not get to replace that site's article. Whether the claim
    within the site is true is for ``storage.corpus.matching`` to find out.
    """
    if canonical_url and _site(canonical_url) and _same_site(_site(url), _site(canonical_url)):
        return article_key(canonical_url)
    return article_key(url)


def id_of(identity_text: str) -> str:
    """The article id: the first 16 hexadecimal digits of the identity's SHA-256."""
    return hashlib.sha256(identity_text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def article_id(url: str, canonical_url: str | None = None) -> str:
    """The id an article gets when it is first stored under this URL.

    It is the canonical URL's where that plainly names the same page (the same slug or number at its end), so that every
    edition gives the same id; a canonical URL that might be any page's names none.
    """
    return id_of(article_identity(url, canonical_url) if plainly_names(url, canonical_url) else article_key(url))


def plainly_names(url: str, canonical_url: str | None) -> bool:
    """Whether a canonical URL is of the page's site and names the same page by itself: the same slug or number."""
    claimed, own = article_identity(url, canonical_url), article_key(url)
    if canonical_url is None or claimed != article_key(canonical_url):
        return False
    return claimed == own or bool(_page_names(claimed) & _page_names(own))


def may_be_canonical(url: str, canonical_url: str) -> bool:
    """Whether a canonical URL can be the page's: of its site, and neither its front page nor a section above it."""
    claimed = article_key(canonical_url)
    if article_identity(url, canonical_url) != claimed:
        return False
    return plainly_names(url, canonical_url) or not article_key(url).startswith(f"{claimed}/")


def _page_names(identity_text: str) -> set[str]:
    """What a path's last part and the query say of which page it is: slugs, and numbers of five digits or more."""
    path, _, query = identity_text.partition("?")
    segments = path.split("/")[1:]
    while len(segments) > 1 and _VIEW.fullmatch(segments[-1]):
        segments.pop()
    slug = re.sub(r"\.\w{2,5}$", "", segments[-1]) if segments else ""
    numbers = {number for number in re.findall(r"\d{5,}", f"{slug}?{query}") if not _DAY.fullmatch(number)}
    return numbers | {slug} if "-" in slug else numbers


def article_number(url: str) -> str | None:
    """The running number an outlet's address gives an article, whatever the slug beside it; None where it has none.

    It is the last run of 5 to 12 digits in the query or in the last two parts of the path, with the days of the path
    after it: some outlets count anew every day (``/read/2023/10/05/08303061/slug`` is ``08303061@2023/10/05``). A day
    or a day with a time is no number, as it names no single article.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    segments = [part for part in parts.path.split("/") if part]
    while len(segments) > 1 and _VIEW.fullmatch(segments[-1]):
        segments.pop()
    for place in (parts.query, *reversed(segments[-2:])):
        numbers = [run for run in _RUNS.findall(place) if 5 <= len(run) <= 12 and not _MOMENT.fullmatch(run)]
        if numbers:
            return f"{numbers[-1]}@{'/'.join(match[0] for match in _PATH_DAY.finditer(parts.path))}".rstrip("@")
    return None


def _site(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _EDITIONS.sub("", host)


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
