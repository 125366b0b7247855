"""Which addresses a public name may not lead to: those of private networks and of this machine.

Whoever controls the name servers of a domain could have the crawl ask, and archive, what only this network can see. An
address that is written down in place of a name is meant as it stands, and so is ``localhost``.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from crawler.outlets.domains import is_address


def trouble(host: str, addresses: Iterable[str]) -> str | None:
    """What is wrong with the addresses that a host's name leads to, in words that name the host; None: nothing."""
    if is_address(host):
        return None
    for address in addresses:
        if is_private(address):
            return (
                f"{host} leads to {address}, which is no address of the public network"
                " (private = true in the outlet's file allows it)"
            )
    return None


def is_private(address: str) -> bool:
    """Whether an IP address cannot be a public server's: private, loopback, link-local, shared, reserved, multicast."""
    ip = ip_address(address.partition("%")[0])  # without the zone of a link-local address
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return is_private(str(mapped)) if mapped is not None else not ip.is_global or ip.is_multicast
