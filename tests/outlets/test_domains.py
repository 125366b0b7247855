"""Outlet files that cannot work are refused by name; what is only written oddly is understood."""

from __future__ import annotations

import pytest

from crawler.outlets import Outlet, read_file
from crawler.outlets.domains import domain_of, is_public_suffix, registered
from storage.errors import OutletError
from tests.commands.calling import call

LEAST = 'id = "sorotan"\nname = "Sorotan"\n'


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ("Sorotan.ID", "sorotan.id"),
        ("http://www.sorotan.co.id", "www.sorotan.co.id"),
        ("sorotan.id.", "sorotan.id"),
        (" *.sorotan.id ", "sorotan.id"),
        (".sorotan.id", "sorotan.id"),
        ("sorotan.id:8080/", "sorotan.id"),
        ("beritä.id", "xn--berit-kra.id"),
        ("berita-kita.blogspot.com", "berita-kita.blogspot.com"),
        ("127.0.0.9", "127.0.0.9"),
        ("http://127.0.0.9:8791/", "127.0.0.9"),
        ("localhost", "localhost"),
    ],
)
def test_what_is_meant_is_understood(given, domain):
    assert domain_of(given) == domain
    assert Outlet(id="a", name="a", domains=[given]).owns(domain)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("co.id", "is a public suffix"),
        ("*.go.id", "is a public suffix"),
        ("id", "is a public suffix"),
        ("blogspot.com", "is a public suffix"),
        ("sorotan.id/berita", "is more than a domain; write 'sorotan.id'"),
        ("https://sorotan.id/?x=1", "is more than a domain"),
        ("sorotan id", "is not a domain"),
        ("sorotan", "is not a domain"),
        ("WordPress.com", "is a public suffix"),
        ("", "is not a domain"),
        ("sorotan..id", "is not a domain"),
        ("sorotan.id:port", "is not a domain"),
        ("a" * 64 + ".id", "is not a domain"),
    ],
)
def test_what_cannot_be_a_domain_is_refused_with_file_outlet_and_key(tmp_path, given, says):
    path = tmp_path / "x.toml"
    path.write_text(f"{LEAST}domains = [{given!r}]\n")
    with pytest.raises(OutletError) as raised:
        read_file(path)
    assert str(raised.value).startswith(f"outlet file {path}, outlet sorotan: key 'domains': ")
    assert says in str(raised.value)


@pytest.mark.parametrize(
    "line",
    [
        'feeds = ["https://feeds.feedburner.com/sorotan"]',
        'sitemaps = ["https://sorotan.id.evil.com/peta.xml"]',
        'indexes = ["https://sorotan.id/a", "https://lain.id/indeks/{date}"]',
        'search = ["https://www.google.com/search?q={query}"]',
        'feeds = ["https://sorotan.id@lain.id/rss"]',
        'platform = "blogger"\nplatform_url = "https://sorotan.blogspot.com"',
        'platform = "wordpress"\nplatform_api = "https://cms.lain.id/wp-json/"',
    ],
)
def test_a_source_outside_the_domains_is_refused(tmp_path, line):
    path = tmp_path / "x.toml"
    path.write_text(f'{LEAST}domains = ["sorotan.id"]\n{line}\n')
    said = call("outlets", str(path))
    assert said.code == 2
    key = "platform_url" if "platform" in line else line.partition(" ")[0]
    assert f"outlet file {path}, outlet sorotan: key {key}: " in said.error
    assert "is outside domains" in said.error


@pytest.mark.parametrize("selector", ["div.isi >", "p:has(", "svg|path", "p::text", "//div", ".isi:unknown-thing"])
@pytest.mark.parametrize("key", ["body", "remove"])
def test_a_selector_that_cannot_be_used_is_refused(tmp_path, selector, key):
    path = tmp_path / "x.toml"
    path.write_text(f'{LEAST}domains = ["sorotan.id"]\n[selectors]\n{key} = [".isi", "{selector}"]\n')
    said = call("outlets", str(path))
    assert said.code == 2
    assert f"key 'selectors.{key}': " in said.error
    assert f"{selector!r} is not a CSS selector that can be used" in said.error


@pytest.mark.parametrize(
    "line",
    [
        "delay = inf",
        "delay = nan",
        'indexes = ["https://sorotan.id/indeks/{date:%Y/%m/%d}/{page"]',
        'search = ["https://sorotan.id/?s={query}}"]',
    ],
)
def test_a_number_or_a_template_that_cannot_work_is_refused(tmp_path, line):
    path = tmp_path / "x.toml"
    path.write_text(f'{LEAST}domains = ["sorotan.id"]\n{line}\n')
    with pytest.raises(OutletError, match=f"key {line.partition(' ')[0]}|key '{line.partition(' ')[0]}"):
        read_file(path)


def test_domains_that_are_one_are_named_once():
    assert Outlet(id="a", name="a", domains=["sorotan.id", "Sorotan.id", "https://sorotan.id"]).domains == [
        "sorotan.id"
    ]


def test_registered_domains():
    assert [registered(host) for host in ("www.a.sorotan.co.id", "sorotan.id", "x.blogspot.com", "127.0.0.1")] == [
        "sorotan.co.id",
        "sorotan.id",
        "x.blogspot.com",
        "127.0.0.1",
    ]
    assert is_public_suffix("sch.id")
    assert not is_public_suffix("sorotan.sch.id")
