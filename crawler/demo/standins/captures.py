"""Captures of pages, as web archives keep them, and what the two index servers have in common."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was at a time: ``timestamp`` has 14 digits and is UTC, ``headers`` are those of its server."""

    url: str
    timestamp: str
    body: bytes
    status: int = 200
    mime: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The address in sort-friendly order: ``com,example)/path``. Ports are left out: loopback sites share one."""
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return f"{surt(parts.hostname or '')}){path.lower()}"

    @property
    def digest(self) -> str:
        """SHA-1 of the body in base 32, as index files hold it."""
        return base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()


def surt(host: str) -> str:
    """A host name with its parts turned round; addresses stay as they are, and ``www.`` goes."""
    host = host.lower().removeprefix("www.")
    return host if host.replace(".", "").isdigit() else ",".join(reversed(host.split(".")))


def scope(url: str, match_type: str) -> tuple[str, str]:
    """Host key and path of a query, and how it is meant, with the ``*`` of the URL read as the servers read it."""
    if url.startswith("*."):
        url, match_type = url[2:], "domain"
    elif url.endswith("*"):
        url, match_type = url[:-1], "prefix"
    parts = urlsplit(url if "://" in url else f"http://{url}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{surt(parts.hostname or '')}){path.lower()}", match_type or "exact"


def within(key: str, wanted: str, match_type: str) -> bool:
    """Whether a capture's key is in the scope of a query."""
    host, wanted_host = key.split(")", 1)[0], wanted.split(")", 1)[0]
    if match_type == "prefix":
        return key.startswith(wanted)
    if match_type == "host":
        return host == wanted_host
    if match_type == "domain":
        return host == wanted_host or host.startswith(wanted_host + ",")
    return key == wanted
