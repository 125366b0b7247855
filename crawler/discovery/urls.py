"""URL identity: which addresses are one page, which are worth asking for, and what a path says in words.

Three forms of a URL are kept apart:

* ``clean(url)``: what is asked for. Tracking parameters, session ids and the fragment are gone, nothing else.
* ``identity(url)``: a *key* for "the same page". Never asked for: scheme, ``www.`` and AMP forms are folded away.
* ``slug_words(url)``: the readable words of the path, to judge relevance before anything is fetched.

courlan scrubs and normalises, w3lib strips and sorts queries. courlan's own list of tracking parameters also drops
``keyword``, ``source`` and ``cid``, which are what a search or an index is asked with; the narrower list here does not.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from courlan import normalize_url, scrub_url
from w3lib.url import canonicalize_url

from crawler.outlets import Outlet

MAX_URL = 2000  # characters; longer ones are state or attacks, not addresses (browsers stop at about this length too)
MAX_HOST = 253  # characters of a host name (RFC 1035, 2.3.4)
MAX_KEY = 2000  # bytes; PostgreSQL indexes no value of more than 2,704

# Parameters that say how a reader came, not what is read (AdGuard's and ClearURLs' lists, the ones seen on news sites).
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|itm|mc|hsa|at|ns|ga|vero|oly)_.*|_ga|_gl|(?:fb|g|dc|ms|y|tw|tt|wic|wbra|gbra|igs)?clid|gclsrc|msclkid"
    r"|igshid|igsh|mibextid|yclid|ref(?:errer|_src|_url|src)?|share[d_].*|source_id|smid|cmpid|ocid|xtor|feature"
    r"|_x_tr_.*|spm|fbc?lid|tag_from|medium|navtype|soc_src|soc_trk|ito|cx_.*|replytocom|fb_.*|gaa_.*"
)
_SESSION = re.compile(r"(?:php|asp|j|cf|a)?sess(?:ion)?[_-]?id|sid|s_?id|zenid|cfid|cftoken|osc?sid", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\([SsAaFf]\([^)/]{8,}\)\)(?=/)", re.IGNORECASE)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # half a surrogate pair cannot be sent or stored
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::(?!80/|443/)\d{2,5})?/[A-Za-z0-9/_.,~-]*")

# Views of one article: all pages in one document, AMP and print forms. They are one page for the corpus.
_SINGLE = frozenset({("page", "all"), ("single", "1"), ("showpage", "all"), ("halaman", "all"), ("view", "all")})
_VIEWS = frozenset({"amp", "outputtype", "print", "m", "mobile"})
_MOBILE_HOST = re.compile(r"^(?:www|m|amp|mobile|wap)\.(?=[^.]+\.)")

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
_ID_ONLY = re.compile(r"/(?:read|baca|berita|artikel|articles?|posts?|a)/[a-z]{0,4}-?\d{3,}[a-z\d]*/?$", re.IGNORECASE)
_INDEX_NAMES = frozenset(("index", "default", "home"))
_LIST_QUERY = frozenset(("s", "q", "query", "search", "keyword", "cari", "paged", "replytocom", "share", "add-to-cart"))
_CODE = re.compile(r"[0-9a-f]{5,}|\d+|[a-z]?\d[a-z\d]*", re.IGNORECASE)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return None
    fits = parts.scheme in ("http", "https") and parts.hostname and len(parts.hostname) <= MAX_HOST
    return parts if fits else None


def is_address(host: str) -> bool:
    """Whether a host is an IP address or this machine: such hosts are told apart by port and scheme."""
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def clean(url: str, base: str | None = None) -> str | None:
    """A URL as it is asked for, made absolute against ``base``; None where it is no http(s) address.

    Loses the fragment, tracking parameters, session ids, default ports and stray white space or markup; keeps the order
    and the spelling of everything else.
    """
    url = url.strip()
    if len(url) <= MAX_URL and _PLAIN.fullmatch(url):  # most are; three times as fast over a sitemap
        return url
    url = _CONTROLS.sub("", url)
    if not url or len(url) > MAX_URL or url[0] == "#":
        return None
    try:
        url = urljoin(base, url) if base else url
    except ValueError:
        return None
    if "/web/" not in url:  # a web archive's address holds a second one on purpose
        url = scrub_url(url)
    elif any(character.isspace() for character in url):
        url = "".join(url.split())
    parts = _split(url)
    if parts is None:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.port is not None and parts.port != (443 if parts.scheme == "https" else 80):
        host += f":{parts.port}"
    path = _SESSION_PATH.sub("", parts.path) or "/"
    return urlunsplit((parts.scheme, host, path, _clean_query(parts.query), ""))


def follow(location: bytes, base: str) -> str | None:
    """Where a redirect leads, spelled as the server spells it; None where that is no address that can be asked for.

    Unlike ``clean`` it keeps session ids and the like: a server that redirects to them would do so again without end.
    """
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    try:
        target = urljoin(base, _CONTROLS.sub("", text.strip()))
    except ValueError:
        return None
    parts = _split(target) if len(target) <= MAX_URL else None
    if parts is None:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def bounded(key: str) -> str:
    """A key that is short enough to be indexed: of a longer one its beginning and its SHA-256."""
    encoded = key.encode("utf-8", "surrogatepass")
    return key if len(encoded) <= MAX_KEY else f"{key[:200]}#{sha256(encoded).hexdigest()}"


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = []
    for pair in query.split("&"):
        name = unquote(pair.partition("=")[0]).lower()
        if pair and not _TRACKING.fullmatch(name) and not _SESSION.fullmatch(name):
            kept.append(pair)
    return "&".join(kept)


def identity(url: str, outlet: Outlet | None = None) -> str:
    """The key under which a page is known: equal for all addresses of one page, and not meant to be asked for.

    On top of ``clean``: case of scheme and host, ``http``/``https``, ``www.``/``m.``/``amp.`` hosts, AMP paths and
    queries, "all pages" views, the order of the query, doubled and trailing slashes. Hosts that are addresses keep
    scheme and port. A URL that cannot be read is its own key.
    """
    return bounded(_identity(url, outlet.single_page if outlet else None))


@lru_cache(maxsize=65_536)
def _identity(url: str, single_page: str | None) -> str:
    cleaned = clean(url)
    parts = _split(cleaned) if cleaned else None
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


def slug_words(url: str) -> str:
    """The words of a URL's path, in order, without ids, dates, file endings and codes: "azerbaijan serang armenia"."""
    parts = _split(url)
    if parts is None:
        return ""
    path = re.sub(r"\.(?:s?html?|php|aspx?|amp)$", "", unquote(parts.path), flags=re.IGNORECASE)
    words = re.split(r"[^\w]+|_", path)
    kept = [word.lower() for word in words if len(word) > 1 and not _CODE.fullmatch(word) and not word.isdigit()]
    return " ".join(word for word in kept if word not in ("read", "berita", "news", "index", "html", "amp", "mvk"))


def wanted(url: str, outlet: Outlet) -> bool:
    """Whether a URL may be asked for as an article: in the outlet's domains, no file, no tag, search or login page."""
    parts = _split(url)
    if parts is None or len(url) > MAX_URL or not outlet.owns(parts.hostname) or _MEDIA.search(parts.path):
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


# Between slashes a day is a whole segment: in "/2021/01/11-peserta-ikut-lomba" the 11 counts participants.
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=[/.]|$)"
    r"|-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(?!\d))"
)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/.-]?(0[1-9]|1[0-2])(?!\d)")


def span(url: str) -> tuple[date, date] | None:
    """First and last day a URL's path names ("/2020/11/09/", "/2020/11/", "sitemap-2020-11.xml"), or None.

    Runs of digits without separators (CNN Indonesia's ``20201109123456``) are not read: they are not publication times.
    """
    path = urlsplit(url).path if "://" in url else url
    if match := _DAY.search(path):
        try:
            day = date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
        except ValueError:
            return None
        return day, day
    if match := _MONTH.search(path):
        year, month = int(match[1]), int(match[2])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return None


def host(url: str) -> str | None:
    """The host name of a URL, lower case, without port; None where there is none."""
    parts = _split(url)
    return parts.hostname if parts else None
