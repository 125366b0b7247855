"""The one reader of robots.txt (RFC 9309): for the crawl, for ``scrapy outlets --check`` and for ``scrapy explain``.

An answer 2xx is parsed; any other below 500 but 429 means that everything is allowed; 5xx, 429 and no answer at all
mean that nothing is allowed for now.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator

from protego import Protego

MAX_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
# Seconds. A longer Crawl-delay can neither be kept within a run nor passed over: such a host is left alone.
CRAWL_DELAY_MOST = 600.0

# "User-agent: conflict_news/0.1" means the product token in front of the version (RFC 9309, 2.2.1).
_AGENT = re.compile(
    r"^([ \t]{0,40}user[- ]?agent[ \t]{0,40}:[ \t]{0,40}[^\s/#]{1,200})(?:/[^\r\n#]{0,200})", re.IGNORECASE
)


class Rules:
    """What one robots.txt says."""

    def __init__(self, text: str) -> None:
        lines = (_AGENT.sub(r"\1", line) for line in text.splitlines())
        self._rules = Protego.parse("\n".join(lines))
        self.text = text

    def can_fetch(self, url: str, agent: str) -> bool:
        """Whether a robot of that name may ask for a URL."""
        return bool(self._rules.can_fetch(url, agent))

    def allowed(self, url: str, user_agent: str) -> bool:
        """The same under the name that Scrapy's parsers have."""
        return self.can_fetch(url, user_agent)

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds between two requests, where the file asks for some."""
        delay = self._rules.crawl_delay(user_agent)
        return None if delay is None else float(delay)

    @property
    def sitemaps(self) -> Iterator[str]:
        """The sitemaps it names, as written."""
        return iter(self._rules.sitemaps)


def rules_of(status: int, body: bytes) -> Rules | None:
    """The rules that an answer to ``/robots.txt`` gives; None where nothing may be asked for now."""
    if status == 429 or status >= 500:
        return None
    return Rules(text_of(body) if 200 <= status < 300 else "")


def text_of(body: bytes) -> str:
    """A robots.txt as text: unpacked where it is gzip without saying so, without a byte order mark, UTF-16 as well."""
    if body[:2] == b"\x1f\x8b":
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            body = stream.decompress(body, MAX_BYTES)
        except zlib.error:
            body = b""
    body = body[:MAX_BYTES]
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "replace").lstrip("\ufeff\u200b").replace("\x00", "")
