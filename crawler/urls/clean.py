"""A URL as it is asked for: absolute, without tracking parameters, session ids and fragment.

courlan scrubs and normalises, w3lib strips and sorts queries. courlan's own list of tracking parameters also drops
``keyword``, ``source`` and ``cid``, which are what a search or an index is asked with; the narrower list here does not.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from courlan import scrub_url
from w3lib.url import safe_url_string

# Characters as a person writes them, not percent-encoded. Longer ones are state or attacks, not addresses; browsers
# stop at about this length too.
MAX_URL = 2000
MAX_HOST = 253  # characters of a host name (RFC 1035, 2.3.4)

# Parameters that say how a reader came, not what is read (AdGuard's and ClearURLs' lists, the ones seen on news sites).
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|itm|mc|hsa|at|ns|ga|vero|oly)_.*|_ga|_gl|(?:fb|g|dc|ms|y|tw|tt|wic|wbra|gbra|igs)?clid|gclsrc|msclkid"
    r"|igshid|igsh|mibextid|yclid|ref(?:errer|_src|_url|src)?|share[d_].*|source_id|smid|cmpid|ocid|xtor|feature"
    r"|_x_tr_.*|spm|fbc?lid|tag_from|medium|navtype|soc_src|soc_trk|ito|cx_.*|replytocom|fb_.*|gaa_.*"
)
# Names that mean a session and nothing else, and names that may as well be an article's number ("modules.php?sid=103"):
# of those only a value counts that looks like a session's (32 hexadecimal digits, 26 letters and digits, a UUID).
_SESSION = re.compile(r"(?:php|asp|j|cf)sess(?:ion)?[_-]?id[a-z]{0,12}|zenid|cftoken|osc?sid", re.IGNORECASE)
_PERHAPS_SESSION = re.compile(r"(?:a?sess(?:ion)?[_-]?)?id|s_?id|cfid|sess(?:ion)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])(?:[0-9a-f]{20,128}|[A-Za-z\d]{24,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\([SsAaFf]\([^)/]{8,}\)\)(?=/)", re.IGNORECASE)

# Characters without width come from word processors and copying. At the ends of an address they are not part of it.
_WIDTHLESS = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_BROKEN_LINE = re.compile(r"[ \t]{0,20}[\r\n]\s{0,200}")
_MARKUP = re.compile(r"^<!\[CDATA\[|\]\]>$|[<>\"].*", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # half a surrogate pair cannot be sent or stored
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::(?!80/|443/)\d{2,5})?/[A-Za-z0-9/_.,~-]*")

_SAFE = re.compile(r"[!#$&'()*+,./0-9:;=?@A-Z_a-z~-]+")  # nothing to be encoded, or encoded wrongly


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a host and a port that is a number; None for anything else."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return None
    fits = parts.scheme in ("http", "https") and parts.hostname and len(parts.hostname) <= MAX_HOST
    return parts if fits else None


def clean(url: str, base: str | None = None) -> str | None:
    """A URL as it is asked for, made absolute against ``base``; None where it is no http(s) address.

    Loses the fragment, tracking parameters, session ids, default ports, dot segments, and white space or markup around
    it; keeps the order and the spelling of everything else. What may not stand in an address as it is (a space, a
    letter outside ASCII) is encoded as browsers do, never dropped: the server knows the page by it.
    """
    url = url.strip().strip(_WIDTHLESS).strip()
    if len(url) <= MAX_URL and _PLAIN.fullmatch(url) and "/." not in url:  # most are; three times as fast
        return url
    if not url or url[0] == "#" or too_long(url):
        return None
    url = _CONTROLS.sub("", _BROKEN_LINE.sub("", url))
    if not url:
        return None
    if "/web/" not in url:  # a web archive's address holds a second one on purpose
        url = _scrubbed(url)
    try:
        url = urljoin(base, url) if base else url
        url = url if _SAFE.fullmatch(url) else safe_url_string(url)
    except (ValueError, UnicodeError):
        return None
    parts = split(url)
    if parts is None or too_long(url):
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host or "%" in host:  # nothing but dots, or what no resolver takes
        return None
    if parts.port is not None and parts.port != (443 if parts.scheme == "https" else 80):
        host += f":{parts.port}"
    path = _SESSION_PATH.sub("", parts.path) or "/"
    if "/." in path and "/web/" not in path:
        path = without_dots(path)
    return urlunsplit((parts.scheme, host, path, _clean_query(parts.query), ""))


def too_long(url: str) -> bool:
    """Whether an address is longer than addresses are; nine characters may spell one (``%E4%B8%80``)."""
    return len(url) > MAX_URL and (len(url) > 9 * MAX_URL or len(unquote(url)) > MAX_URL)


def _scrubbed(url: str) -> str:
    """Without markup around it and with its ampersands unescaped; of two addresses run together, the real one."""
    url = _MARKUP.sub("", url.removeprefix("<![CDATA[").removesuffix("]]>")).replace("&amp;", "&").rstrip("&")
    if url.count("://") < 2 or any(character.isspace() for character in url):  # courlan would drop the spaces
        return url.strip()
    return str(scrub_url(url))


def without_dots(path: str) -> str:
    """A path with its ``.`` and ``..`` segments resolved (RFC 3986, 5.2.4), as every browser asks for it."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


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
    parts = split(target) if len(target) <= MAX_URL else None
    if parts is None:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name = unquote(name).lower()
        if pair and not _TRACKING.fullmatch(name) and not _is_session(name, value):
            kept.append(pair)
    return "&".join(kept)


def _is_session(name: str, value: str) -> bool:
    if _SESSION.fullmatch(name):
        return True
    return bool(_PERHAPS_SESSION.fullmatch(name) and (_TOKEN.fullmatch(value) or not value))


def host(url: str) -> str | None:
    """The host name of a URL, lower case, without port; None where there is none."""
    parts = split(url)
    return parts.hostname if parts else None
