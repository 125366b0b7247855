"""When two addresses are one page: the key under which the frontier knows it."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from courlan import normalize_url
from w3lib.url import canonicalize_url

from crawler.outlets import Outlet
from crawler.outlets.domains import is_address
from crawler.urls.clean import clean, split, without_dots

MAX_KEY = 2000  # bytes; PostgreSQL indexes no value of more than 2,704
# Views of one article: all pages in one document, AMP and print forms. They are one page for the corpus.
_SINGLE = frozenset({("page", "all"), ("single", "1"), ("showpage", "all"), ("halaman", "all"), ("view", "all")})
_VIEWS = frozenset({"amp", "outputtype", "print", "m", "mobile"})
_FLAGS = frozenset({"", "0", "1", "true", "yes", "on", "amp", "mobile", "print", "pdf"})
# A program's pages are told apart by its query: "baca.php?m=2" is an article, "2020/09/slug.html?m=1" a view of one.
_PROGRAM = re.compile(r"(?:^|/)(?:[^/]{0,200}\.(?:php\d?|aspx?|cgi|jsp|cfm|pl))?$", re.IGNORECASE)
_WIDTHLESS = re.compile(r"%E2%80%8[B-F]|%E2%81%A0|%EF%BB%BF|%C2%AD", re.IGNORECASE)
_MOBILE_HOST = re.compile(r"^(?:www|m|amp|mobile|wap)\.(?=[^.]+\.)")


def bounded(key: str) -> str:
    """A key that is short enough to be indexed: of a longer one its beginning and its SHA-256."""
    encoded = key.encode("utf-8", "surrogatepass")
    return key if len(encoded) <= MAX_KEY else f"{key[:200]}#{sha256(encoded).hexdigest()}"


def page_key(url: str, outlet: Outlet | None = None) -> str:
    """The key under which a page is known: equal for all addresses of one page, and not meant to be asked for.

    On top of ``clean``: case of scheme and host, ``http``/``https``, ``www.``/``m.``/``amp.`` hosts, AMP paths and
    queries, "all pages" views, the order of the query, doubled and trailing slashes, the spelling of percent-encoding,
    characters without width. Hosts that are addresses keep scheme and port. A URL that cannot be read is its own key.
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
    path = _spelled(parts.path)
    if path.startswith("/amp/"):
        path = path[4:]
    path = re.sub(r"/(?:amp|index\.(?:html?|php))/?$", "", path)
    path = re.sub(r"\.amp(?=\.html?$|$)", "", path)
    single = tuple((single_page or "").lower().partition("=")[::2])
    program = _PROGRAM.search(path) is not None
    given = parse_qsl(_WIDTHLESS.sub("", parts.query), keep_blank_values=True)
    query = [
        (name, value)
        for name, value in given
        if not _is_view(name.lower(), value.lower(), alone=len(given) == 1, program=program)
        and (name.lower(), value.lower()) not in _SINGLE
        and (name.lower(), value.lower()) != single
    ]
    folded = normalize_url(urlunsplit((scheme, netloc, path, "", "")), strict=True)
    folded = folded.rstrip("/") if len(path.strip("/")) else folded.rstrip("/") + "/"
    return canonicalize_url(f"{folded}?{urlencode(query)}") if query else folded


def _is_view(name: str, value: str, *, alone: bool, program: bool) -> bool:
    """Whether a parameter shows the same page in another form, rather than naming the page."""
    if name not in _VIEWS or value not in _FLAGS:
        return False
    return not program or (not alone and name != "m")


def _spelled(path: str) -> str:
    """A path in one spelling: ``%c3%a9`` is ``%C3%A9``, ``%7E`` is ``~``, dot segments are resolved."""
    if "%" not in path:
        return path
    path = _WIDTHLESS.sub("", re.sub(r"%2e", ".", path, flags=re.IGNORECASE))
    path = re.sub(r"%[0-9A-Fa-f]{2}", lambda match: _one(match[0].upper()), path)
    return without_dots(path) if "/." in path else path


def _one(escape: str) -> str:
    character = unquote(escape)
    return character if character.isascii() and (character.isalnum() or character in "-_~") else escape


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
