"""A URL as it is asked for: absolute, without tracking parameters, session ids and fragment.

courlan scrubs and normalises, w3lib strips and sorts queries. courlan's own list of tracking parameters also drops
``keyword``, ``source`` and ``cid``, which are what a search or an index is asked with; the narrower list here does not.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from courlan import scrub_url

MAX_URL = 2000  # characters; longer ones are state or attacks, not addresses (browsers stop at about this length too)
MAX_HOST = 253  # characters of a host name (RFC 1035, 2.3.4)

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


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a host and a port that is a number; None for anything else."""
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
    parts = split(url)
    if parts is None:
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host:  # nothing but dots
        return None
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
    parts = split(target) if len(target) <= MAX_URL else None
    if parts is None:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = []
    for pair in query.split("&"):
        name = unquote(pair.partition("=")[0]).lower()
        if pair and not _TRACKING.fullmatch(name) and not _SESSION.fullmatch(name):
            kept.append(pair)
    return "&".join(kept)


def host(url: str) -> str | None:
    """The host name of a URL, lower case, without port; None where there is none."""
    parts = split(url)
    return parts.hostname if parts else None
