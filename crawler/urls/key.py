"""When two addresses are one page: the key under which the frontier knows it."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from courlan import normalize_url
from w3lib.url import canonicalize_url

from crawler.outlets import Outlet
from crawler.urls.clean import clean, is_address, split

MAX_KEY = 2000  # bytes; PostgreSQL indexes no value of more than 2,704
# Views of one article: all pages in one document, AMP and print forms. They are one page for the corpus.
_SINGLE = frozenset({("page", "all"), ("single", "1"), ("showpage", "all"), ("halaman", "all"), ("view", "all")})
_VIEWS = frozenset({"amp", "outputtype", "print", "m", "mobile"})
_MOBILE_HOST = re.compile(r"^(?:www|m|amp|mobile|wap)\.(?=[^.]+\.)")


def bounded(key: str) -> str:
    """A key that is short enough to be indexed: of a longer one its beginning and its SHA-256."""
    encoded = key.encode("utf-8", "surrogatepass")
    return key if len(encoded) <= MAX_KEY else f"{key[:200]}#{sha256(encoded).hexdigest()}"


def page_key(url: str, outlet: Outlet | None = None) -> str:
    """The key under which a page is known: equal for all addresses of one page, and not meant to be asked for.

    On top of ``clean``: case of scheme and host, ``http``/``https``, ``www.``/``m.``/``amp.`` hosts, AMP paths and
    queries, "all pages" views, the order of the query, doubled and trailing slashes. Hosts that are addresses keep
    scheme and port. A URL that cannot be read is its own key.
    """
    return bounded(_page_key(url, outlet.single_page if outlet else None))


@lru_cache(maxsize=65_536)
def _page_key(url: str, single_page: str | None) -> str:
    cleaned = clean(url)
    parts = split(cleaned) if cleaned else None
    if parts is None:
        return url.strip()
    host, scheme = parts.hostname or "", parts.scheme
    if is_address(host):
        netloc = parts.netloc
    else:
        scheme = "https"
        netloc = _MOBILE_HOST.sub("", host) + (f":{parts.port}" if parts.port else "")
    path = parts.path
    if path.startswith("/amp/"):
        path = path[4:]
    path = re.sub(r"/(?:amp|index\.(?:html?|php))/?$", "", path)
    path = re.sub(r"\.amp(?=\.html?$|$)", "", path)
    single = tuple((single_page or "").lower().partition("=")[::2])
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _VIEWS
        and (name.lower(), value.lower()) not in _SINGLE
        and (name.lower(), value.lower()) != single
    ]
    folded = normalize_url(urlunsplit((scheme, netloc, path, "", "")), strict=True)
    folded = folded.rstrip("/") if len(path.strip("/")) else folded.rstrip("/") + "/"
    return canonicalize_url(f"{folded}?{urlencode(query)}") if query else folded


def canonical(url: str, declared: str | None, outlet: Outlet) -> str:
    """The address a page is to be known by: what it declares (``rel=canonical``, ``og:url``) where that can be trusted.

    Trusted means: an http(s) URL within the outlet's domains that is not a mere front page while the page itself is
    not. Otherwise the page's own ``clean`` URL.
    """
    own = clean(url) or url
    target = clean(declared, base=own) if declared else None
    if target is None or not outlet.owns(urlsplit(target).hostname):
        return own
    if urlsplit(target).path.strip("/") == "" and not urlsplit(target).query and urlsplit(own).path.strip("/"):
        return own
    return target
