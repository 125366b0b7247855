"""What travels through the pipelines."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.items import FetchedPage
from crawler.outlets import Outlet
from storage.frontier import Lease


def test_a_page_in_the_log_is_its_address_and_not_its_content() -> None:
    lease = Lease(
        1, "https://contoh.id/1", "contoh.id/1", "contoh.id", "contoh", "article", "feed", 1.0, 1, 0, None, None, None,
        None, {},
    )  # fmt: skip
    outlet = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
    page = FetchedPage(lease, outlet, lease.url, lease.url, b"x" * 1000, "text/html", datetime(2024, 1, 1, tzinfo=UTC))
    assert repr(page) == "<FetchedPage https://contoh.id/1>"
