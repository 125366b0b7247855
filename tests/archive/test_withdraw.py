"""Which captures in the archive are of what was withdrawn."""

from __future__ import annotations

import pytest

from crawler.archive.withdraw import Unwanted
from crawler.outlets import Outlet
from storage.identity import article_key, id_of
from storage.withdrawal import Refused

URL = "https://contoh.id/berita/perang-di-perbatasan"
OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"], single_page="tampil=semua")


@pytest.mark.parametrize(
    ("captured", "expected"),
    [
        (URL, True),
        ("http://www.contoh.id/berita/perang-di-perbatasan/", True),
        (f"{URL}?page=2", True),
        (f"{URL}?page=all", True),
        (f"{URL}/2", True),
        (f"{URL}?tampil=semua", True),
        (f"{URL}?utm_source=x", True),
        ("https://m.contoh.id/berita/perang-di-perbatasan", True),
        ("https://contoh.id/amp/berita/perang-di-perbatasan", True),
        (f"{URL}?id=2", False),
        (f"{URL}/20", True),
        (f"{URL}/2023", False),
        (f"{URL}-lagi", False),
        ("https://contoh.id/berita/2", False),
        ("https://contoh.id/", False),
        ("https://contoh.id/?page=2", False),
        ("http://[rusak", False),
        ("", False),
    ],
)
def test_all_forms_and_pages_of_a_withdrawn_address(captured: str, expected: bool) -> None:
    tombs = Refused(frozenset({id_of(article_key(URL))}), ((URL, "contoh"),), frozenset(), frozenset())
    assert Unwanted(tombs, [OUTLET], lambda _: False)(captured) is expected


def test_an_article_of_its_own_under_the_address_of_a_further_page_stays() -> None:
    tombs = Refused(frozenset({id_of(article_key(URL))}), ((URL, "contoh"),), frozenset(), frozenset())
    assert not Unwanted(tombs, [OUTLET], lambda url: url == f"{URL}/2")(f"{URL}/2")


def test_all_addresses_of_a_withdrawn_outlet_but_what_is_anothers() -> None:
    others = frozenset({"https://pergi.id/titipan/perang"})
    unwanted = Unwanted(
        Refused(frozenset(), (), frozenset({"pergi.id"}), others), [OUTLET], lambda url: "tinggal" in url
    )
    assert unwanted("https://pergi.id/apa-saja")
    assert not unwanted("https://pergi.id/titipan/perang?page=2")
    assert not unwanted("https://pergi.id/tinggal")
    assert not unwanted("https://contoh.id/apa-saja")
