"""No request leaves the outlets' domains (whole crawls prove it by what a foreign host hears: test_odd_sites)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request

from crawler.fetching.domain_guard import DomainGuard
from crawler.fetching.errors import OffDomain
from crawler.outlets import Outlet

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])


@pytest.fixture
def guard() -> DomainGuard:
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(may_ask=OUTLET.owns))
    return DomainGuard(crawler)


@pytest.mark.parametrize(
    "url",
    ["https://contoh.id/1", "http://contoh.id:8080/", "https://nasional.contoh.id/x", "https://CONTOH.ID./robots.txt"],
)
def test_the_outlets_own_hosts_pass(guard: DomainGuard, url: str) -> None:
    assert guard.process_request(Request(url)) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://lain.id/",
        "https://contoh.id.lain.id/",
        "https://bukancontoh.id/",
        "https://contoh.id@lain.id/",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://contoh.id/berkas",
        "file:///etc/passwd",
        "data:text/html,contoh.id",
    ],
)
def test_others_do_not(guard: DomainGuard, url: str) -> None:
    with pytest.raises(OffDomain):
        guard.process_request(Request(url))
