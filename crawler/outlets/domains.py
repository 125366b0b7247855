"""Names of hosts as people write them: ``https://Contoh.id/``, ``*.contoh.id`` and ``.contoh.id`` mean one domain."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import tldextract

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


# Hosts of everybody's blogs that the list does not name.
_HOSTS_OF_BLOGS = ("wordpress.com", "medium.com", "substack.com", "tumblr.com", "weebly.com", "wixsite.com")


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list as shipped (publicsuffix.org); never fetched. Hosts of blogs count as suffixes."""
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=_HOSTS_OF_BLOGS
    )


def domain_of(given: str) -> str:
    """A domain as the crawl compares hosts with it: lower case, ASCII, without scheme, port, dots and stars around it.

    Raises ``ValueError`` where it is no host name, names a path, or is a public suffix ("co.id", "blogspot.com"), under
    which everybody's sites are.
    """
    text = given.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{given!r} is not a domain such as contoh.id: {error}") from error
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{given!r} is more than a domain; write {host!r}, and what belongs to it in article_urls")
    host = host.removeprefix("*").strip(".")
    if is_address(host):
        return host
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(f"{given!r} is not a domain such as contoh.id: {error}") from error
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError(f"{given!r} is not a domain such as contoh.id")
    if is_public_suffix(host):
        raise ValueError(f"{given!r} is a public suffix: every site under it would be crawled; name the outlet's own")
    if "." not in host:
        raise ValueError(f"{given!r} is not a domain such as contoh.id")
    return host


def is_public_suffix(host: str) -> bool:
    """Whether anybody can register a site right below a host name."""
    found = _suffixes()(host)
    return bool(found.suffix) and not found.domain


def registered(host: str) -> str:
    """The domain that somebody registered: "contoh.co.id" of "www.contoh.co.id"; an address is its own."""
    if is_address(host):
        return host
    return _suffixes()(host).top_domain_under_public_suffix or host


def is_address(host: str) -> bool:
    """Whether a host is an IP address or this machine: such hosts have no domain above them."""
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
