"""The Wayback Machine: its CDX server (as its README documents it) and the raw captures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote_plus, unquote_plus

from crawler.demo import tricks
from crawler.demo.server import Answer, Asked, Site
from crawler.demo.standins.captures import Capture, scope, within

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
MOST = 150_000  # rows of one answer
REPLAY = re.compile(r"^/web/(\d{1,14})(id_)?/(.+)$")


class Wayback(Site):
    """An archive of the captures given, or added later: ``add`` may be called while it answers."""

    def __init__(self, address: str, captures: Iterable[Capture] = ()) -> None:
        super().__init__("wayback", address)
        self.captures: list[Capture] = []
        self.add(*captures)

    def add(self, *captures: Capture) -> None:
        """Archive pages."""
        self.captures = sorted([*self.captures, *captures], key=lambda c: (c.key, c.timestamp))

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=b"User-agent: *\nDisallow:\n", kind="text/plain")
        if asked.path in ("/cdx/search/cdx", "/cdx/search"):
            return self.cdx(asked)
        replay = REPLAY.match(asked.path)
        return (
            self.replay(replay[1], replay[3] + (f"?{asked.query}" if asked.query else ""))
            if replay
            else tricks.missing()
        )

    def cdx(self, asked: Asked) -> Answer:
        """``url``, ``matchType``, ``from``, ``to``, ``filter``, ``collapse``, ``fl``, ``limit``, ``resumeKey``."""
        if not asked.arg("url"):
            return Answer(400, b"Required param: url", "text/plain")
        wanted, match_type = scope(asked.arg("url"), asked.arg("matchType"))
        low, high = asked.arg("from").ljust(14, "0"), asked.arg("to").ljust(14, "9")
        rows = [
            dict(
                zip(FIELDS, (c.key, c.timestamp, c.url, c.mime, str(c.status), c.digest, str(len(c.body))), strict=True)
            )
            for c in self.captures
            if within(c.key, wanted, match_type) and low <= c.timestamp <= high
        ]
        try:
            rows = [row for row in rows if all(_passes(row, rule) for rule in asked.all("filter"))]
        except re.error:
            return Answer(400, b"Invalid filter", "text/plain")
        names = [name for name in asked.arg("fl", ",".join(FIELDS)).split(",") if name in FIELDS]
        for rule in asked.all("collapse"):
            if rule.partition(":")[0] in names:  # the server collapses by what it prints
                rows = _collapse(rows, rule)
        after = unquote_plus(asked.arg("resumeKey")).removesuffix("!")  # the server decodes it once more than usual
        if after:
            rows = [row for row in rows if f"{row['urlkey']} {row['timestamp']}" > after]
        limit = asked.number("limit", MOST)
        shown, resume = rows[:limit], None
        if len(rows) > limit and shown and asked.arg("showResumeKey") == "true":
            key = shown[-1]["urlkey"] if "urlkey" in names else "-"  # and a resume key is made of it
            resume = quote_plus(f"{key} {shown[-1]['timestamp']}!")
        table = [[row[name] for name in names] for row in shown]
        if asked.arg("output") == "json":
            whole = [names, *table] if table else []
            body = json.dumps([*whole, [], [resume]] if resume else whole)
            return Answer(body=body.encode(), kind="application/json", encoding="gzip", modified=None)
        lines = "".join(" ".join(row) + "\n" for row in table) + (f"\n{resume}\n" if resume else "")
        return Answer(body=lines.encode(), kind="text/plain", encoding="gzip", modified=None)

    def replay(self, stamp: str, url: str) -> Answer:
        """The bytes of a capture as they were; another time than a capture's leads to the nearest."""
        url = re.sub(r"^(https?:)/+", r"\1//", url)
        same = [c for c in self.captures if c.url == url]
        if not same:
            return tricks.missing()
        wanted = _when(stamp.ljust(14, "0") if len(stamp) >= 8 else f"{stamp.ljust(4, '0')}0101000000")
        nearest = min(same, key=lambda c: abs(_when(c.timestamp) - wanted))
        if nearest.timestamp != stamp:
            return tricks.redirect(f"/web/{nearest.timestamp}id_/{nearest.url}", 302)
        headers = {f"X-Archive-Orig-{name}": value for name, value in nearest.headers.items()}
        headers |= {
            "Memento-Datetime": format_datetime(_when(nearest.timestamp), usegmt=True),
            "Link": f'<{url}>; rel="original", <{self.base}/web/timemap/link/{url}>; rel="timemap"',
            "X-Archive-Src": "rekaan-20240101.warc.gz",
        }
        return Answer(nearest.status, nearest.body, nearest.mime, headers, modified=None)


def _when(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _passes(row: dict[str, str], rule: str) -> bool:
    """A filter: ``[!]field:regex``; the regular expression must fit the whole field."""
    name, _, pattern = rule.removeprefix("!").partition(":")
    return bool(re.fullmatch(pattern, row.get(name, ""))) != rule.startswith("!")


def _collapse(rows: list[dict[str, str]], rule: str) -> list[dict[str, str]]:
    """Of neighbours that are alike in a field, or its first letters, the first."""
    name, _, letters = rule.partition(":")
    kept: list[dict[str, str]] = []
    before = None
    for row in rows:
        value = row.get(name, "")[: int(letters) if letters.isdigit() else None]
        if value != before:
            kept.append(row)
        before = value
    return kept
