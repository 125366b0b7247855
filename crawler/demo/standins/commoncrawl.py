"""Common Crawl: the list of crawls, each crawl's index (as pywb answers), and its WARC files by byte range."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.demo import tricks
from crawler.demo.server import Answer, Asked, Site
from crawler.demo.standins.captures import Capture, scope, within

# Crawl and the time it covers, newest first as in the real list; a capture belongs to the crawl of its time.
CRAWLS = {
    "CC-MAIN-2023-50": ("2023-11-28T00:00:00", "2023-12-12T23:59:59"),
    "CC-MAIN-2023-40": ("2023-09-21T00:00:00", "2023-10-05T23:59:59"),
    "CC-MAIN-2020-50": ("2020-11-23T00:00:00", "2020-12-06T23:59:59"),
}
ONE = re.compile(r"^bytes=(\d+)-(\d*)$")


class CommonCrawl(Site):
    """Index and data on one address. Each crawl has one WARC file of its captures, one gzip member each.

    ``block`` is the number of lines in a block of the index: 3,000 in the real one.
    """

    def __init__(
        self,
        address: str,
        captures: Iterable[Capture],
        crawls: Mapping[str, tuple[str, str]] = CRAWLS,
        *,
        block: int = 100,
    ) -> None:
        super().__init__("commoncrawl", address)
        self.crawls, self.block = dict(crawls), block
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in crawls}
        self.files: dict[str, bytes] = {}
        captures = sorted(captures, key=lambda c: (c.key, c.timestamp))
        for crawl, (start, end) in crawls.items():
            low, high = (re.sub(r"\D", "", edge) for edge in (start, end))
            self._write(crawl, [capture for capture in captures if low <= capture.timestamp <= high])

    def _write(self, crawl: str, captures: list[Capture]) -> None:
        name = f"crawl-data/{crawl}/segments/1700000000000.00/warc/{crawl}-00000.warc.gz"
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=True)
        for capture in captures:
            start = out.tell()
            made = record(writer, capture)
            writer.write_record(made)
            made.raw_stream.close()  # warcio buffers each payload in a temporary file
            self.rows[crawl].append(
                {
                    "urlkey": capture.key,
                    "timestamp": capture.timestamp,
                    "url": capture.url,
                    "mime": capture.mime,
                    "mime-detected": capture.mime,
                    "status": str(capture.status),
                    "digest": capture.digest,
                    "length": str(out.tell() - start),
                    "offset": str(start),
                    "filename": name,
                    "languages": "ind",
                    "encoding": "UTF-8",
                }
            )
        self.files[f"/{name}"] = out.getvalue()

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=b"User-agent: *\nDisallow:\n", kind="text/plain")
        if asked.path == "/collinfo.json":
            return Answer(body=json.dumps(self.list()).encode(), kind="application/json")
        if asked.path in self.files:
            return part(self.files[asked.path], asked.headers.get("range"))
        crawl = asked.path.strip("/").removesuffix("-index")
        return self.index(crawl, asked) if crawl in self.crawls and asked.path.endswith("-index") else tricks.missing()

    def list(self) -> list[dict[str, str]]:
        """``collinfo.json``."""
        return [
            {
                "id": name,
                "name": f"{name} Index",
                "timegate": f"{self.base}/{name}/",
                "cdx-api": f"{self.base}/{name}-index",
                "from": start,
                "to": end,
            }
            for name, (start, end) in self.crawls.items()
        ]

    def index(self, crawl: str, asked: Asked) -> Answer:
        """``url``, ``matchType``, ``from``, ``to``, ``filter``, ``fl``, ``limit``; pages by ``page`` and ``pageSize``.

        Pages are cut before filters are applied, as in the real index: a page may be empty though others are not.
        """
        if not asked.arg("url"):
            return _message(400, "The 'url' param must be specified for CDX queries")
        wanted, match_type = scope(asked.arg("url"), asked.arg("matchType"))
        rows = [row for row in self.rows[crawl] if within(row["urlkey"], wanted, match_type)]
        size = max(1, asked.number("pageSize"))
        blocks = ceil(len(rows) / self.block)
        pages = ceil(blocks / size)
        if asked.arg("showNumPages") == "true":
            numbers = {"pages": pages, "pageSize": size, "blocks": blocks}
            return Answer(body=json.dumps(numbers).encode(), kind="application/json", modified=None)
        page = asked.number("page", 0)
        if page and page >= pages:
            return _message(400, f"Page {page} invalid: First Page is 0, Last Page is {pages - 1}")
        if asked.arg("page"):
            rows = rows[page * size * self.block : (page + 1) * size * self.block]
        low, high = asked.arg("from").ljust(14, "0"), asked.arg("to").ljust(14, "9")
        rows = [row for row in rows if low <= row["timestamp"] <= high]
        rows = [row for row in rows if all(_passes(row, rule) for rule in asked.all("filter"))]
        if not rows:
            return _message(404, f"No Captures found for: {asked.arg('url')}")
        names = asked.arg("fl").split(",") if asked.arg("fl") else list(rows[0])
        shown = [{name: row[name] for name in names if name in row} for row in rows[: asked.number("limit", len(rows))]]
        if asked.arg("output") == "json":
            lines = "".join(json.dumps(row) + "\n" for row in shown)
            return Answer(body=lines.encode(), kind="text/x-ndjson", modified=None)
        return Answer(
            body="".join(" ".join(row.values()) + "\n" for row in shown).encode(), kind="text/plain", modified=None
        )


def record(writer: WARCWriter, capture: Capture) -> Any:
    """A capture as a WARC response record, the same bytes on each start."""
    told = {"Content-Type": capture.mime, **capture.headers}
    http = StatusAndHeaders(
        f"{capture.status} OK", [*told.items(), ("Content-Length", str(len(capture.body)))], "HTTP/1.1"
    )
    t = capture.timestamp
    headers = {
        "WARC-Date": f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, capture.url + t)}>",
    }
    return writer.create_warc_record(
        capture.url, "response", payload=io.BytesIO(capture.body), http_headers=http, warc_headers_dict=headers
    )


def part(body: bytes, asked: str | None) -> Answer:
    """A file, or the one range of it that is asked for."""
    match = ONE.match(asked or "")
    headers = {"Accept-Ranges": "bytes"}
    if match is None:
        return Answer(body=body, kind="application/octet-stream", headers=headers)
    first, last = int(match[1]), min(int(match[2] or len(body) - 1), len(body) - 1)
    if first > last:
        return Answer(416, b"", headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Answer(206, body[first : last + 1], "application/octet-stream", headers)


def _message(status: int, text: str) -> Answer:
    return Answer(status, json.dumps({"message": text}).encode(), "application/json", modified=None)


def _passes(row: dict[str, str], rule: str) -> bool:
    """A filter: ``[!]`` for not, then ``=`` for the whole field, ``~`` for a regular expression, else a part of it."""
    negated, rule = rule.startswith("!"), rule.removeprefix("!")
    how, rule = (rule[0], rule[1:]) if rule[:1] in ("=", "~") else ("", rule)
    name, _, value = rule.partition(":")
    held = row.get(name, "")
    found = held == value if how == "=" else bool(re.match(value, held)) if how == "~" else value in held
    return found != negated
