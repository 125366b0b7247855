"""Where redirects lead, and what that means for their URL."""

from __future__ import annotations

import pytest

from crawler.crawl import redirects
from crawler.outlets import Outlet
from storage.frontier import Lease

SITE = "https://sorotan.id"
ASKED = f"{SITE}/berita/roket-hantam-kota"
THERE = f"{SITE}/berita/2023/roket-hantam-kota"
OUTLET = Outlet(id="sorotan", name="Sorotan", domains=["sorotan.id"])
LEASE = Lease(1, ASKED, ASKED, "sorotan.id", "sorotan", "article", "feed", 0.0, 1, 0, None, None, None, None, {})


def followed(location: str, status: int) -> redirects.Redirect:
    return redirects.follow(location.encode(), ASKED, LEASE, OUTLET, OUTLET.owns, status=status, now=0.0)


@pytest.mark.parametrize("status", [302, 303, 307])
@pytest.mark.parametrize(
    "location",
    [
        "/", "/index.html", "/masuk?kembali=/berita", "/wp-login.php?redirect_to=x", "/sorry.html", "/error/503",
        "/404", "/halaman/not-found", "/waiting-room", "/berlangganan", "/paywall?url=x", "https://internetpositif.id/",
    ],
)  # fmt: skip
def test_who_is_led_aside_for_now_comes_again(location: str, status: int) -> None:
    found = followed(location, status)
    assert (found.outcome.state, found.target) == ("delayed", None)


def test_a_log_in_is_called_one() -> None:
    said = "led to a log-in or a notice for now"
    assert {followed(path, 302).outcome.reason for path in ("/masuk?kembali=/x", "/perbaikan.html")} == {said}
    assert followed("/", 302).outcome.reason == "leads to a page that is no article"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_who_is_led_to_another_article_goes_there(status: int) -> None:
    found = followed("/berita/2023/roket-hantam-kota", status)
    assert (found.outcome.state, found.target) == ("gone", THERE)


@pytest.mark.parametrize("status", [301, 308])
def test_for_good_is_final(status: int) -> None:
    assert followed("/", status).outcome.state == "gone"
