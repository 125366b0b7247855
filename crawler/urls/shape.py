"""What an address looks like: an article's or not, and what its path says in words."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from crawler.outlets import Outlet
from crawler.urls.clean import split, too_long

_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|flv|webm|wav|ogg|pdf|docx?|xlsx?|pptx?|zip"
    r"|rar|7z|t?gz|tar|exe|apk|dmg|iso|css|js|mjs|json|woff2?|ttf|eot|swf|epub)$",
    re.IGNORECASE,
)
# Path parts of pages that list, sell or ask something; whole segments only ("/tag/x", never "/tagar-…").
_NOT_ARTICLE = re.compile(
    r"/(?:tags?|topics?|topik|categor(?:y|ies)|kategori|authors?|penulis|editor|search|cari|pencarian|login|masuk"
    r"|logout|register|daftar|sign(?:in|up)|account|akun|profil(?:e)?|users?|cart|checkout|wp-(?:admin|json|content)"
    r"|wp-includes|wp-login\.php|xmlrpc\.php|feeds?|rss|atom|comments?|komentar|about(?:-us)?|tentang(?:-kami)?"
    r"|redaksi|contact(?:-us)?|kontak|hubungi-kami|privacy(?:-policy)?|kebijakan-privasi|disclaimer|terms"
    r"|syarat-ketentuan|pedoman(?:-media-siber)?|karir|iklan|advertise|page|labels?|archives?|arsip|indeks|index"
    r"|sitemap|share|print|cetak|subscribe|langganan|jadwal|kalender|calendar|galler(?:y|ies)|embed|trending"
    r"|(?:ter)?populer|terkini|redirect|cdn-cgi)(?:/|$)",
    re.IGNORECASE,
)
# First path part of galleries and films; their pages hold a caption, never an article.
_NOT_TEXT = re.compile(r"videos?|photos?|foto|galeri|galler(?:y|ies)|podcasts?|infografi[sk]|infographics?|tv|live")
_MARKED = re.compile(r"\d{3,}|/(?:read|baca|berita|artikel|articles?|posts?|a)/", re.IGNORECASE)
# An article without a slug: an id of at least three digits after such a segment ("/berita/254881/", "/read/d-735").
_ID_ONLY = re.compile(
    r"/(?:read|baca|berita|artikel|articles?|posts?|a)/[a-z]{0,4}-?\d{3}[a-z\d]{0,60}/?$", re.IGNORECASE
)
_INDEX_NAMES = frozenset(("index", "default", "home"))
_LIST_QUERY = frozenset(("s", "q", "query", "search", "keyword", "cari", "paged", "replytocom", "share", "add-to-cart"))
_CODE = re.compile(r"[0-9a-f]{5,}|\d+|[a-z]?\d[a-z\d]*", re.IGNORECASE)


def slug_words(url: str) -> str:
    """The words of a URL's path, in order, without ids, dates, file endings and codes: "azerbaijan serang armenia"."""
    parts = split(url)
    if parts is None:
        return ""
    path = re.sub(r"\.(?:s?html?|php|aspx?|amp)$", "", unquote(parts.path), flags=re.IGNORECASE)
    words = re.split(r"[^\w]+|_", path)
    kept = [word.lower() for word in words if len(word) > 1 and not _CODE.fullmatch(word) and not word.isdigit()]
    return " ".join(word for word in kept if word not in ("read", "berita", "news", "index", "html", "amp", "mvk"))


def wanted(url: str, outlet: Outlet) -> bool:
    """Whether a URL may be asked for as an article: in the outlet's domains, no file, no tag, search or login page."""
    parts = split(url)
    if parts is None or too_long(url) or not outlet.owns(parts.hostname) or _MEDIA.search(parts.path):
        return False
    path = unquote(parts.path) if "%" in parts.path else parts.path
    segments = [segment for segment in path.lower().split("/") if segment]
    if not segments:
        return bool(re.search(r"(?:^|&)p=\d", parts.query))  # WordPress' plain permalinks
    if len(segments) == 1 and re.sub(r"\.\w+$", "", segments[0]) in _INDEX_NAMES and not parts.query:
        return False
    if len(segments) > 1 and _NOT_TEXT.fullmatch(segments[0]):
        return False
    if _NOT_ARTICLE.search(parts.path) and not _matches(parts, outlet):
        return False
    return not (parts.query and any(p.partition("=")[0].lower() in _LIST_QUERY for p in parts.query.split("&")))


# What is no article whoever names it: the workings of a site, and lists of one tag, writer or search.
_WORKINGS = re.compile(
    r"/(?:wp-(?:admin|json|content|includes)|wp-login\.php|xmlrpc\.php|log(?:in|out)|sign(?:in|up)|register|cart|checkout"
    r"|cdn-cgi|tags?|authors?|penulis|search)(?:/|$)|/(?:feed|rss|atom)/?$",
    re.IGNORECASE,
)
_ANSWERS = frozenset(("replytocom", "share", "add-to-cart"))


def is_home(url: str) -> bool:
    """Whether a URL is a site's front page."""
    parts = split(url)
    if parts is None or parts.query:
        return False
    stem = re.sub(r"\.\w{1,5}$", "", parts.path.strip("/").lower())
    return not stem or stem in _INDEX_NAMES


def may_be_article(url: str, outlet: Outlet) -> bool:
    """Whether a URL that a feed, an API or a sitemap of articles names may be asked for: what it looks like does not
    matter (``/archives/123``, ``/topik/…``), only that it is the outlet's, and neither a file nor a front page.
    """
    parts = split(url)
    if parts is None or too_long(url) or not outlet.owns(parts.hostname) or _MEDIA.search(parts.path):
        return False
    first, *further = [segment for segment in parts.path.lower().split("/") if segment] or [""]
    if is_home(url) or (further and _NOT_TEXT.fullmatch(first)):
        return False
    if _WORKINGS.search(parts.path) and not _matches(parts, outlet):
        return False
    return not any(pair.partition("=")[0].lower() in _ANSWERS for pair in parts.query.split("&"))


def may_lead_to(target: str, url: str, outlet: Outlet) -> bool:
    """Whether a redirect of an article leads to an article: to a wanted address, or, where the article's own address
    looks like a list's already (``/archives/123``), to any that may be one.
    """
    return wanted(target, outlet) or (not wanted(url, outlet) and may_be_article(target, outlet))


def looks_like_article(url: str, outlet: Outlet) -> bool:
    """Whether the shape of a wanted URL is an article's: by ``article_urls``, without them by its path.

    The heuristic: a last segment of at least four words, or of two where the path has a date, an id, ``.html`` or a
    segment like ``read`` as well; or an id alone right after such a segment.
    """
    if not wanted(url, outlet):
        return False
    parts = urlsplit(url)
    if outlet.article_urls:
        return _matches(parts, outlet)
    if re.search(r"(?:^|&)(?:p|id)=\d", parts.query):
        return True
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    if not segments:
        return False
    if _ID_ONLY.search(parts.path):
        return True
    if segments[-1].isdigit() and len(segments) > 1:  # the second page of an article, or an id after its slug
        segments = segments[:-1]
    stem = re.sub(r"\.(?:s?html?|php|aspx?)$", "", segments[-1], flags=re.IGNORECASE)
    words = [word for word in re.split(r"[^\w]+|_", stem) if word]
    letters = [word for word in words if not word.isdigit()]
    marked = stem != segments[-1] or bool(_MARKED.search(parts.path))
    return len(letters) >= 4 or (len(letters) >= 2 and marked)


def _matches(parts: SplitResult, outlet: Outlet) -> bool:
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return any(_pattern(pattern).search(target) for pattern in outlet.article_urls)


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
