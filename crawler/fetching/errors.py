"""Why a request is not sent: the kinds of refusal of our own."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class RobotsUnavailable(IgnoreRequest):
    """The host's robots.txt could not be had (the message says why); the host must not be asked for anything now."""


class TooSlow(RobotsUnavailable):
    """robots.txt wants so long a pause between requests that a run would never end."""


class Disallowed(IgnoreRequest):
    """robots.txt forbids the URL for our user agent."""


class TornPage(Exception):  # noqa: N818 - names what came
    """The answer ended on the way, or is a part of one: a failed fetch."""


class NotSent(IgnoreRequest):
    """The request was held back for a reason that is not the URL's: it is still to be asked for."""


class LeaseOver(NotSent):
    """Another worker has the host by now."""


class PrivateAddress(NotSent):
    """The host's public name leads to an address of a private network or of this machine."""


class OffDomain(IgnoreRequest):
    """The request would have gone to a host that no outlet of this run owns."""
