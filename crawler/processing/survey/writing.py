"""An outlet as a TOML file for people: every key with a comment that says where it was found."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crawler.outlets import Outlet

HEAD = """\
# Written by `scrapy outlets --add {address}` on {day}. Look it over, then:
#     scrapy outlets --check {file}
#     scrapy crawl conflict_news -a outlets={file}
# Every key is explained in docs/outlets.md.
"""
EMPTY = {
    "feeds": "no RSS or Atom feed was found",
    "sitemaps": "no sitemap was found",
    "indexes": "no list of articles was found",
    "search": "no search form that works by a plain link was found",
    "platform": "neither WordPress nor Blogger",
    "article_urls": "no pattern tells articles from other pages; the shape of each address decides",
}


def toml_of(outlet: Outlet, found: Mapping[str, str], address: str, day: str, file: str) -> str:
    """The file. ``found`` has a comment for each key that has something to say."""
    lines = [HEAD.format(address=address, day=day, file=file)]
    lines += [f"{key} = {_text(getattr(outlet, key))}" for key in ("id", "name")]
    lines.append(f"domains = {_texts(outlet.domains)}  # the crawl never leaves these; sub-domains are included")
    for key in ("feeds", "sitemaps", "indexes", "search", "article_urls"):
        values = getattr(outlet, key)
        lines += ["", f"# {_line(found.get(key) or (key if values else EMPTY[key]))}"]
        lines.append(f"{key} = {_texts(values)}" if values else f"# {key} = []")
    lines += ["", f"# {_line(found.get('platform') or EMPTY['platform'])}"]
    lines.append(f"platform = {_text(outlet.platform)}" if outlet.platform else '# platform = "wordpress"')
    for key in ("platform_url", "platform_api"):
        if getattr(outlet, key):
            lines.append(f"{key} = {_text(getattr(outlet, key))}")
    lines += ["", f"# {_line(found.get('timezone') or 'the zone of times without one')}"]
    lines.append(f"timezone = {_text(outlet.timezone)}")
    lines += ["", f"# {_line(found.get('delay') or 'seconds between two requests to one host, at least')}"]
    lines.append(f"delay = {outlet.delay:g}" if outlet.delay % 1 else f"delay = {outlet.delay:.1f}")
    lines += ["", "# where each fact was seen", f"facts = {_texts(outlet.facts)}"]
    if outlet.notes:
        lines.append(f"notes = {_text(outlet.notes)}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A TOML string: literal where that is easier to read (patterns), else basic, which JSON's is."""
    value = value.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: list[str]) -> str:
    if len(values) < 2 and sum(map(len, values)) < 90:
        return "[" + ", ".join(map(_text, values)) + "]"
    return "[\n" + "".join(f"    {_text(value)},\n" for value in values) + "]"


def _line(text: str) -> str:
    """A comment stays one line, whatever a site says of itself."""
    return "".join(character if character.isprintable() else " " for character in text)
