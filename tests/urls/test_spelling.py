"""Addresses as people and programs spell them: what is asked for, and what is one page."""

from __future__ import annotations

import pytest

from crawler import urls
from crawler.outlets import Outlet

OUTLET = Outlet(id="sorotan", name="Sorotan", domains=["sorotan.id"])
SITE = "https://sorotan.id"


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        ("/a b/c  d", "/a%20b/c%20%20d"),
        ("/perang/żołnierze", "/perang/%C5%BCo%C5%82nierze"),
        ("/حرب", "/%D8%AD%D8%B1%D8%A8"),
        ("/cari?kata=gencatan senjata", "/cari?kata=gencatan%20senjata"),
        ("/a%20b?x=%e2", "/a%20b?x=%e2"),  # what is encoded is left as it is
        ("/a/../b/./c", "/b/c"),
        ("/../../b", "/b"),
        ("/a/\n   b", "/a/b"),
        ("/a\u200b", "/a"),
        ("/a\u200bb", "/a%E2%80%8Bb"),  # the server may know the page by it
        ("/a&amp;b?x=1&amp;y=2", "/a&b?x=1&y=2"),
        ('/a"title="x', "/a"),
    ],
)
def test_nothing_of_an_address_is_dropped_that_the_server_may_know_it_by(raw, asked):
    assert urls.clean(SITE + raw) == SITE + asked


def test_names_of_hosts_outside_ascii_are_asked_for_as_the_resolver_knows_them():
    assert urls.clean("https://BERITÄ.id/a") == "https://xn--berit-kra.id/a"


@pytest.mark.parametrize(
    "query",
    [
        "sid=103", "s_id=9", "sid=karabakh-2023", "session=2020", "sessionid=7", "id=1", "m=2", "print=103", "mobile=7",
        "sid=azerbaijan", "cfid=12",
    ],
)  # fmt: skip
def test_a_parameter_that_may_be_the_article_is_kept_in_address_and_identity(query):
    url = f"{SITE}/baca.php?{query}"
    assert urls.clean(url) == url
    assert urls.page_key(url, OUTLET) != urls.page_key(f"{SITE}/baca.php", OUTLET)


@pytest.mark.parametrize(
    "query",
    [
        "sid=9f86d081884c7d659a2feaa0c55ad015",
        "s_id=0123456789abcdef0123456789abcdef",
        "sessionid=k2j4h5g6f7d8s9a0q1w2e3r4t5",
        "sid=123e4567-e89b-12d3-a456-426614174000",
        "PHPSESSID=abc",
        "ASPSESSIONIDQABCDEF=X",
        "sid=",
    ],
)
def test_a_session_is_not(query):
    assert urls.clean(f"{SITE}/baca.php?b=1&{query}") == f"{SITE}/baca.php?b=1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/p%c3%a9rang", "/p%C3%A9rang"),
        ("/pérang", "/p%C3%A9rang"),
        ("/%7Eredaksi/a", "/~redaksi/a"),
        ("/a/./b", "/a/b"),
        ("/x/%2e%2e/a", "/a"),
        ("/perang\u200b-di-kota", "/perang-di-kota"),
        ("/perang%e2%80%8b-di-kota", "/perang-di-kota"),
        ("/2023/09/perang.html?m=1", "/2023/09/perang.html"),
        ("/perang?print=1", "/perang"),
        ("/perang?outputType=amp", "/perang"),
        ("/baca.php?id=4&print=1", "/baca.php?id=4"),
    ],
)
def test_spellings_of_one_page(one, other):
    assert urls.page_key(SITE + one, OUTLET) == urls.page_key(SITE + other, OUTLET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/baca.php?m=1", "/baca.php?m=2"),
        ("/baca.php?m=1", "/baca.php"),
        ("/?print=1", "/"),
        ("/a%2Fb", "/a/b"),  # an encoded slash is no slash
        ("/perang?m=12", "/perang"),
    ],
)
def test_pages_that_are_not_one(one, other):
    assert urls.page_key(SITE + one, OUTLET) != urls.page_key(SITE + other, OUTLET)


@pytest.mark.parametrize(
    "path", ["/p%C3%A9rang", "/perang%E2%80%8B", "/a/%2e%2e/b", "/x?m=1", "/baca.php?m=1", "/%7Ea"]
)
def test_an_identity_is_its_own_identity(path):
    key = urls.page_key(SITE + path, OUTLET)
    assert urls.page_key(key, OUTLET) == key
