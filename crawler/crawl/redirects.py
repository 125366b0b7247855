"""Where a redirect leads, and what becomes of its URL: the one place that follows them (robots.txt's are Scrapy's)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import urls
from crawler.crawl.outcomes import Outcome
from crawler.crawl.pages import same_capture
from crawler.outlets import Outlet
from crawler.processing.reasons import Cause, Reason
from storage.frontier import Lease

MAX_HOPS = 5  # redirects of one URL


@dataclass(frozen=True, slots=True)
class Redirect:
    """``target`` is to be asked for next, after so many ``hops``; None where it must not be."""

    outcome: Outcome
    target: str | None = None
    hops: int = 0
    trouble: str | None = None


def follow(
    location: bytes | None, asked: str, lease: Lease, outlet: Outlet, may_ask: Callable[[str], bool]
) -> Redirect:
    """What a redirect from ``asked`` to ``location`` (the header as it came) means for the URL that was leased."""
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
