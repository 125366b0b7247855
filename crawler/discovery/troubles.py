"""What a source that gave nothing usable held instead, in a few words for the run's summary."""

from __future__ import annotations

from collections.abc import Sequence

from crawler import urls
from crawler.outlets import Outlet

LOOKED_AT = 50  # addresses remembered of one answer; a few tell what is wrong
NAMED = 3  # hosts named


def unusable(addresses: Sequence[str], outlet: Outlet) -> str:
    """Why none of an answer's addresses can be asked for: hosts outside the outlet's domains, or no addresses at all.

    A site that moved to another domain and a feed of another outlet both show here.
    """
    hosts = dict.fromkeys(host for url in addresses[:LOOKED_AT] if (host := urls.host(url)) and not outlet.owns(host))
    if hosts:
        named = ", ".join(list(hosts)[:NAMED]) + (", …" if len(hosts) > NAMED else "")
        return f"leads only outside the outlet's domains: {named}"
    return "names no address of an article"
