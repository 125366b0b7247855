"""The newsroom as the demo crawl starts it: a process of its own, on the demo's port or on a free one."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.demo.process import newsroom
from crawler.outlets import read_file


def ports(toml: object) -> set[int | None]:
    return {urlsplit(feed).port for outlet in read_file(toml) for feed in outlet.feeds}  # type: ignore[arg-type]


def test_two_demos_run_at_once_each_on_a_port_of_its_own() -> None:
    with newsroom() as first, newsroom() as second:
        (one,), (other,) = ports(first), ports(second)
        assert one != other
