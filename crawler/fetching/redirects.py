"""Where a redirect leads, and whether it is followed: the rules for whoever follows one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from crawler import urls

STATUSES = frozenset({301, 302, 303, 307, 308})
MAX_HOPS = 5  # of one URL; RFC 9309 asks for five for robots.txt, browsers take twenty


class NotFollowed(Exception):  # noqa: N818 - an outcome
    """Why a redirect is not followed; the message continues "the answer …"."""


def target_of(location: str | bytes | None, url: str, hops: int, owns: Callable[[str | None], bool]) -> str:
    """The address that hop number ``hops`` (from 1) from ``url`` leads to. Raises ``NotFollowed``.

    ``owns`` says which hosts may be asked.
    """
    given = location.encode("utf-8") if isinstance(location, str) else location or b""
    target = urls.follow(given, url)
    if target is None:
        raise NotFollowed("redirects to what is no web address")
    host = urlsplit(target).hostname
    if not owns(host):
        raise NotFollowed(f"redirects out of the outlet's domains, to {urlsplit(target).scheme}://{host}")
    if hops > MAX_HOPS or target == url:
        raise NotFollowed("redirects in a circle or without end")
    return target
