"""Headers of answers, and what they say of rights."""

from __future__ import annotations

from scrapy.http import Response


def header(response: Response, name: str) -> str | None:
    """A response header as text, None if absent or empty."""
    value = response.headers.get(name)
    return value.decode("latin-1").replace("\x00", "").strip() or None if value else None


def headers_of(response: Response) -> dict[str, str]:
    """Response headers by lower-case name, the last of several."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def rights_of(headers: dict[str, str]) -> dict[str, object]:
    """What response headers say of rights: X-Robots-Tag, and the two of the TDM Reservation Protocol (W3C, 2024)."""
    names = ("x-robots-tag", "tdm-reservation", "tdm-policy")
    return {name.replace("-", "_"): headers[name][:500] for name in names if headers.get(name)}
