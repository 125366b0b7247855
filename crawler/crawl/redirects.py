"""Where a redirect leads, and what becomes of its URL: the one place that follows them (robots.txt's are Scrapy's)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import urls
from crawler.crawl.outcomes import Outcome, failure_for_now
from crawler.crawl.pages import same_capture
from crawler.fetching.redirects import MAX_HOPS
from crawler.outlets import Outlet
from crawler.processing.reasons import Cause, Reason
from storage.frontier import Lease

PERMANENT = frozenset({301, 308})
# Addresses to which visitors are led while a page is not to be had.
_WAITING = re.compile(
    r"/(?:log-?in|sign-?in|masuk|auth|sso|maintenance|pemeliharaan|perbaikan|under-?construction|offline|unavailable"
    r"|error|busy|sibuk|sorry|captcha|challenge|verify|verifikasi|40[34]|50\d|not-?found|waiting-?room|antrean|queue"
    r"|paywall|subscribe|(?:ber)?langganan)(?:/|\.[a-z]{2,5}$|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Redirect:
    """``target`` is to be asked for next, after so many ``hops``; None where it must not be."""

    outcome: Outcome
    target: str | None = None
    hops: int = 0
    trouble: str | None = None


def follow(
    location: bytes | None,
    asked: str,
    lease: Lease,
    outlet: Outlet,
    may_ask: Callable[[str], bool],
    *,
    status: int,
    now: float,
) -> Redirect:
    """What a redirect from ``asked`` to ``location`` (the header as it came) means for the URL that was leased.

    An article that leads nowhere with 301 or 308 is gone. With 302, 303 or 307 it is led there for now (to the front
    page, a log-in, a notice of works, a provider's filter), and is asked for again by later runs.
    """
    found = _follow(location, asked, lease, outlet, may_ask)
    captured = "original_url" in lease.hints  # what an archive holds stays as it is
    if status in PERMANENT or found.outcome.state != "gone" or lease.kind != "article" or captured:
        return found
    target = urls.follow(location or b"", asked)
    waits = target is not None and _WAITING.search(urlsplit(target).path) is not None
    if found.target is not None and not waits:
        return found
    reason = Reason(Cause.REDIRECT_REFUSED, "led to a log-in or a notice for now") if waits else found.outcome.reason
    return Redirect(failure_for_now(str(reason), lease.attempts, now))


def _follow(
    location: bytes | None, asked: str, lease: Lease, outlet: Outlet, may_ask: Callable[[str], bool]
) -> Redirect:
    target = urls.follow(location or b"", asked)
    hops = int(lease.hints.get("hops") or 0) + 1
    captured = "original_url" in lease.hints
    if target is None:
        return _refused("gone", "redirected to what is no address")
    if hops > MAX_HOPS:
        return _refused("failed", "redirects without end", trouble="redirects without end")
    if not may_ask(urlsplit(target).hostname or ""):
        return _refused("gone", "redirected off the outlet's domains")
    if captured and not same_capture(target, lease, outlet):
        return _refused("gone", "capture redirected to another page")
    if lease.kind == "article" and not captured and not urls.may_lead_to(target, lease.url, outlet):
        return _refused("gone", "leads to a page that is no article")
    return Redirect(Outcome("gone", Reason(Cause.REDIRECTED, f"redirected to {target[:500]}")), target, hops)


def _refused(state: str, words: str, trouble: str | None = None) -> Redirect:
    return Redirect(Outcome(state, Reason(Cause.REDIRECT_REFUSED, words)), trouble=trouble)
