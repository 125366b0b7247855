"""Pages that are nothing but a meta refresh."""

from __future__ import annotations

import pytest

from crawler.fetching.refresh import refresh_of

SITE = "https://sorotan.id"
ASKED = f"{SITE}/berita/roket-hantam-kota"
THERE = f"{SITE}/berita/2023/roket-hantam-kota"


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
    assert refresh_of(page.encode(), ASKED) == target
