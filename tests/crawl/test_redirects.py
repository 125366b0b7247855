"""Where redirects and pages that only lead on lead, and what that means for their URL."""

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


@pytest.mark.parametrize(
    ("page", "target"),
    [
        (f"<meta http-equiv='refresh' content=\"0;URL='{THERE}'\">", THERE),
        ('<META HTTP-EQUIV=REFRESH CONTENT="3 ; url = /berita/2023/roket-hantam-kota">', THERE),
        (f'<meta content="1,url={THERE}" http-equiv="Refresh"/>', THERE),
        (f'<meta http-equiv="refresh" content="0 {THERE}">', THERE),
        (f'<meta http-equiv="refresh" content="0.5; {THERE}">', THERE),
        ('<meta http-equiv="refresh" content="0;url=/baca?a=1&amp;b=2">', f"{SITE}/baca?a=1&b=2"),
        (f'<base href="{SITE}/berita/2023/"><meta http-equiv="refresh" content="0;url=roket-hantam-kota">', THERE),
        ('<meta http-equiv="refresh" content="300">', None),
        (f'<meta http-equiv="refresh" content="60;url={THERE}">', None),
        (f'<!-- <meta http-equiv="refresh" content="0;url={THERE}"> --><p>Berita</p>', None),
        (f'<noscript><meta http-equiv="refresh" content="0;url={THERE}"></noscript>', None),
        (f'<meta name="refresh" content="0;url={THERE}">', None),
        (f'<meta http-equiv="refresh" content="0;url={THERE}"><p>{"kata " * 60}</p>', None),
        ('<meta http-equiv="refresh" content="0;url=http://[rusak">', None),
        ('<meta http-equiv="refresh" content="0;url=">', None),
    ],
)
def test_a_page_that_is_nothing_but_a_refresh_leads_on(page: str, target: str | None) -> None:
    assert redirects.refresh_of(page.encode(), ASKED) == target


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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_who_is_led_to_another_article_goes_there(status: int) -> None:
    found = followed("/berita/2023/roket-hantam-kota", status)
    assert (found.outcome.state, found.target) == ("gone", THERE)


@pytest.mark.parametrize("status", [301, 308])
def test_for_good_is_final(status: int) -> None:
    assert followed("/", status).outcome.state == "gone"
