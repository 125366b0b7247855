"""What is known of sites before one is asked: where feeds and lists usually are, and what an address says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from ipaddress import ip_address

from crawler import urls
from crawler.outlets import Outlet
from crawler.outlets.domains import domain_of, is_address
from storage.errors import ConfigurationError

DELAY = 1.0  # seconds, where robots.txt asks for none
GUESSED_FEEDS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")
GUESSED_SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "sitemap-news.xml", "news-sitemap.xml", "wp-sitemap.xml")
GUESSED_INDEXES = ("indeks", "index")
DATED = (
    "{base}?date={{date:%Y-%m-%d}}",
    "{base}/{{date:%Y-%m-%d}}",
    "{base}/{{date:%Y/%m/%d}}",
    "{base}/{{date:%d-%m-%Y}}",
)
NEWSROOM = re.compile(r"/(?:blog|berita|news|kabar|artikel|articles?|warta|media|redaksi|home|beranda)(?:/|$)")
ZONES = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}  # by hours ahead of UTC: WIB, WITA, WIT


def site_of(address: str) -> tuple[str, Outlet]:
    """The front page and the outlet to begin with that an address means. Raises ``ConfigurationError``."""
    home = urls.clean(address if "//" in address else f"https://{address}")
    if home is None:
        raise ConfigurationError(f"{address!r} is not the address of a site, such as https://contoh.id")
    host = urls.host(home) or ""
    try:
        domain = domain_of(host.removeprefix("www."))
    except ValueError as error:
        raise ConfigurationError(f"{address!r}: {error}") from error
    name = domain if is_address(domain) else domain.split(".")[0]
    loopback = domain == "localhost" or (is_address(domain) and ip_address(domain).is_loopback)
    return home, Outlet(id=name, name=domain, domains=[domain], delay=0.0 if loopback else DELAY)


def zone_of(moments: Iterable[datetime | date | None], default: str) -> tuple[str, int]:
    """The Indonesian time zone that most of a site's own times are in, and how many are; ``default`` and 0 for none."""
    zones: Counter[str] = Counter()
    for moment in moments:
        offset = moment.utcoffset() if isinstance(moment, datetime) else None
        hours = offset / timedelta(hours=1) if offset is not None else None
        if hours in ZONES:
            zones[ZONES[int(hours)]] += 1
    return zones.most_common(1)[0] if zones else (default, 0)
