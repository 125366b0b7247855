"""A small polite fetcher for the registry check: robots.txt obeyed, delays kept, sizes, times and redirects bounded.

The crawl has its own; this one needs no reactor, so that a check stays a plain function.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from protego import Protego

from crawler.outlets import Outlet

TIMEOUT = 20.0  # seconds without a byte
DEADLINE = 60.0  # seconds for one whole answer
MAX_BYTES = 20 * 1024 * 1024  # of one answer, and again unpacked
MAX_DELAY = 30.0  # seconds; a longer Crawl-delay is reported, the check does not wait for it
ROBOT = "conflict_news"  # the name that robots.txt rules are looked up for


class Refused(Exception):  # noqa: N818 - an outcome, reported in one line
    """Why a URL was not, or could not be, fetched; the message is for the person who runs the check."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: where it came from after redirects, its status, headers (lower-case names) and unpacked body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class _WithinDomains(HTTPRedirectHandler):
    max_redirections = 5

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        target = urlsplit(newurl)
        if target.scheme not in ("http", "https") or not self._outlet.owns(target.hostname):
            raise Refused(f"redirects out of the outlet's domains, to {target.scheme}://{target.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass
class Fetcher:
    """Fetches for one outlet, one request at a time. ``agent`` is the whole User-Agent line."""

    outlet: Outlet
    agent: str
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, Protego | str] = field(default_factory=dict)
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self._opener = build_opener(_WithinDomains(self.outlet))  # certificates are verified by default

    def get(self, url: str) -> Answer:
        """Fetch a URL that robots.txt allows. Raises ``Refused``."""
        rules = self.rules(url)
        if isinstance(rules, str):
            raise Refused(f"robots.txt {rules}, so nothing there may be asked for")
        if not rules.can_fetch(url, ROBOT):
            raise Refused("disallowed by robots.txt")
        delay = float(rules.crawl_delay(ROBOT) or 0)
        return self._get(url, min(max(self.outlet.delay, delay), MAX_DELAY))

    def rules(self, url: str) -> Protego | str:
        """The robots.txt rules of a URL's host, or in words why they are not known (then RFC 9309 forbids all)."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            try:
                answer = self._get(f"{host}/robots.txt", self.outlet.delay)
            except Refused as refused:
                self._rules[host] = str(refused)
            else:
                if answer.status >= 500 or answer.status == 429:
                    self._rules[host] = f"answered {answer.status}"
                else:
                    text = answer.body[:512_000].decode("utf-8", "replace") if answer.status < 400 else ""
                    self._rules[host] = Protego.parse(text)
        return self._rules[host]

    def _get(self, url: str, delay: float) -> Answer:
        host = urlsplit(url).netloc
        wait = self._last.get(host, -delay) + delay - self.clock()
        if host in self._last and wait > 0:
            self.sleep(wait)
        headers = {"User-Agent": self.agent, "Accept-Encoding": "gzip", "Accept-Language": "id,en;q=0.3"}
        request = Request(url, headers=headers)  # noqa: S310 - the registry holds http(s) URLs only
        try:
            try:
                response = self._opener.open(request, timeout=TIMEOUT)
            except HTTPError as error:
                if 300 <= error.code < 400:
                    error.close()
                    raise Refused(f"redirects ({error.code}) in a circle or to what is no web address") from error
                response = error  # its answer is read like any other
            with response:
                body = self._read(response)
                fields = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.geturl(), int(response.status), fields, _unpacked(body, fields))
        except URLError as error:
            raise Refused(f"not reachable: {error.reason}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise Refused(f"not reachable: {error}") from error
        finally:
            self._last[host] = self.clock()

    def _read(self, response: IO[bytes]) -> bytes:
        end, body = self.clock() + DEADLINE, bytearray()
        while piece := response.read(64 * 1024):
            body += piece
            if len(body) > MAX_BYTES:
                raise Refused(f"answers more than {MAX_BYTES >> 20} MB")
            if self.clock() > end:
                raise Refused(f"is still answering after {DEADLINE:.0f} seconds")
        return bytes(body)


def _unpacked(body: bytes, headers: dict[str, str]) -> bytes:
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in ("gzip", "x-gzip") or not body:
        return body
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = stream.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise Refused(f"broken gzip: {error}") from error
    if stream.unconsumed_tail:
        raise Refused(f"unpacks to more than {MAX_BYTES >> 20} MB")
    return plain
