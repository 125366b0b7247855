"""Pages that are nothing but a meta refresh: where they lead."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from w3lib.html import get_base_url

REFRESH_PAUSE = 10.0  # seconds; a page that reloads itself later is one to be read
REFRESH_WORDS = 40  # visible words of a page that only leads on ("Anda akan dialihkan. Klik di sini …")
_REFRESH_HEAD = 60_000
_META = re.compile(r"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_IS_REFRESH = re.compile(r"""http-equiv\s{0,9}=\s{0,9}["']?\s{0,9}refresh\b""", re.IGNORECASE)
_CONTENT = re.compile(
    r"""\bcontent\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""", re.IGNORECASE
)
# Seconds, then a semicolon, a comma or a space, then the address with or without "url =" and quotes (HTML, "shared
# declarative refresh steps").
_STEPS = re.compile(
    r"""\s{0,99}(\d{0,9})(?:\.[\d.]{0,9})?\s{0,99}[;,\s]\s{0,99}(?:url\s{0,9}=\s{0,9})?+["']?([^"']{1,2000})""",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(script|style|template)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_NEVER = re.compile(r"<!--.*?(?:-->|\Z)|<noscript\b.*?(?:</noscript>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")


def refresh_of(body: bytes, asked: str) -> str | None:
    """Where a page that is nothing but a meta refresh leads; None for any other page."""
    if b"refresh" not in body[:_REFRESH_HEAD].lower():
        return None
    text = body[:_REFRESH_HEAD].decode("utf-8", "replace")
    shown = _HIDDEN.sub(" ", text)
    if len(_TAG.sub(" ", shown).split()) > REFRESH_WORDS:
        return None
    for meta in _META.findall(_NEVER.sub(" ", shown)):
        content = _CONTENT.search(meta) if _IS_REFRESH.search(meta) else None
        steps = _STEPS.match(html.unescape(next(filter(None, content.groups()), ""))) if content else None
        if steps and float(steps[1] or 0) <= REFRESH_PAUSE:
            try:
                return str(urljoin(get_base_url(text, asked), steps[2].strip()))
            except ValueError:
                return None
    return None
