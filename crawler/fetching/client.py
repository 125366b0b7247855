"""The client of ``scrapy outlets`` and ``scrapy explain``: asks as the crawl does, one request at a time, no reactor.

It goes by the crawl's own rules of robots.txt, pace, redirects, sizes and encodings. Where the crawl tries again later,
this one says at once what was wrong.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from crawler.fetching import addresses, redirects
from crawler.fetching.encodings import NotDecodable, Torn, decode
from crawler.fetching.pace import HostPace, retry_after, slow_down, speed_up
from crawler.fetching.robots_rules import CRAWL_DELAY_MOST, Rules, rules_of
from crawler.fetching.robots_rules import MAX_BYTES as ROBOTS_MAX_BYTES
from crawler.outlets import Outlet
from crawler.settings import PAGE_MAX_BYTES, SITEMAP_MAX_BYTES

TIMEOUT = 20.0  # seconds without a byte
DEADLINE = 60.0  # seconds for one whole answer
WAIT_MOST = 120.0  # seconds that a Retry-After is waited for; a person who is asked for more tries again later
ROBOT = "conflict_news"  # the product token that robots.txt rules are looked up for (ROBOTSTXT_USER_AGENT)


class Refused(Exception):  # noqa: N818 - an outcome, reported in one line
    """Why a URL was not, or could not be, fetched; the message is for the person who runs the check."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: where it came from after redirects, its status, headers (lower-case names) and unpacked body.

    ``cut`` says that a source was larger than is read of one: ``body`` is its first part.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool = False


class _Unfollowed(HTTPRedirectHandler):
    """Redirects come back as answers: each hop is judged, and asked for like any other address."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Fetcher:
    """Fetches for one outlet, one request at a time. ``agent`` is the whole User-Agent line."""

    outlet: Outlet
    agent: str
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    asked: int = 0  # requests sent so far, robots.txt included
    _most: int = PAGE_MAX_BYTES  # bytes read of the answer that is asked for next
    _pace: dict[str, HostPace] = field(default_factory=dict)
    _rules: dict[str, Rules | str] = field(default_factory=dict)
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self._opener = build_opener(_Unfollowed(), ProxyHandler({}))  # certificates are verified by default

    def get(self, url: str, *, source: bool = False) -> Answer:
        """Fetch a URL that robots.txt allows, over its redirects. Raises ``Refused``.

        Of a ``source`` that is too large the first part is given, as the crawl reads it; a page that is, is refused.
        """
        asked = url
        for hop in range(1, redirects.MAX_HOPS + 2):
            answer = self._allowed(url, SITEMAP_MAX_BYTES if source else PAGE_MAX_BYTES)
            if answer.status not in redirects.STATUSES:
                if answer.cut and not source:
                    raise Refused(f"answers more than {PAGE_MAX_BYTES >> 20} MB")
                return answer
            url = self._target(answer, url, hop)
        raise Refused(f"redirects without end from {asked}")

    def _allowed(self, url: str, most: int) -> Answer:
        rules = self.rules(url)
        if isinstance(rules, str):
            raise Refused(f"robots.txt {rules}, so nothing there may be asked for")
        if not rules.can_fetch(url, ROBOT):
            raise Refused("disallowed by robots.txt")
        delay = rules.crawl_delay(ROBOT) or 0.0
        if delay > CRAWL_DELAY_MOST:
            raise Refused(f"robots.txt asks for {delay:.0f} s between requests, so the host is left alone")
        self._most = most
        return self._get(url, max(self.outlet.delay, delay))

    def rules(self, url: str) -> Rules | str:
        """The robots.txt rules of a URL's host, or in words why they are not known (then RFC 9309 forbids all)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            try:
                self._rules[origin] = self._learned(f"{origin}/robots.txt")
            except Refused as refused:
                self._rules[origin] = str(refused)
        return self._rules[origin]

    def _learned(self, url: str) -> Rules | str:
        for hop in range(1, redirects.MAX_HOPS + 2):
            self._most = ROBOTS_MAX_BYTES
            answer = self._get(url, self.outlet.delay)
            if answer.status not in redirects.STATUSES:
                return rules_of(answer.status, answer.body) or f"answered {answer.status}"
            url = self._target(answer, url, hop)
        return "redirects without end"

    def _target(self, answer: Answer, url: str, hop: int) -> str:
        try:
            return redirects.target_of(answer.headers.get("location"), url, hop, self.outlet.owns)
        except redirects.NotFollowed as why:
            raise Refused(str(why)) from why

    def _get(self, url: str, delay: float) -> Answer:
        """One request, no redirect followed, at least ``delay`` seconds after the last answer of its host."""
        host = urlsplit(url).netloc
        first = host not in self._pace
        pace = self._pace.setdefault(host, HostPace())
        pace.outlet_delay = delay
        wait = 0.0 if first else pace.next_request() - self.clock()
        if wait > max(WAIT_MOST, delay + 1):
            raise Refused(f"asks to be left alone for {wait:.0f} s")
        if wait > 0:
            self.sleep(wait)
        headers = {
            "User-Agent": self.agent,
            "Accept-Encoding": "gzip, deflate, br, zstd",
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "id,en;q=0.3",
        }
        self._look_up(urlsplit(url).hostname or "")
        self.asked += 1
        try:
            request = Request(url, headers=headers)  # noqa: S310 - http(s) only: an outlet's, or checked by redirects
            try:
                response = self._opener.open(request, timeout=TIMEOUT)
            except HTTPError as error:
                response = error  # its answer is read like any other
            with response:
                body, cut = self._read(response)
                fields = {name.lower(): value for name, value in response.headers.items()}
                answer = Answer(url, int(response.status), fields, body, cut)
        except URLError as error:
            raise Refused(f"not reachable: {error.reason}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise Refused(f"not reachable: {error}") from error
        finally:
            pace.last_request = self.clock()
        if answer.status in (429, 503):
            slow_down(pace, retry_after(answer.headers.get("retry-after"), time.time()), self.clock())
        elif answer.status < 500:
            speed_up(pace)
        return self._unpacked(answer)

    def _look_up(self, host: str) -> None:
        """Raise ``Refused`` where a host's name leads into a private network, or nowhere."""
        if self.outlet.private:
            return
        try:
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError) as error:
            raise Refused(f"not reachable: {error}") from error
        trouble = addresses.trouble(host, found)
        if trouble is not None:
            raise Refused(trouble)

    def _read(self, response: IO[bytes]) -> tuple[bytes, bool]:
        """The body as it came, and whether it was cut at the limit."""
        end, body = self.clock() + DEADLINE, bytearray()
        while piece := response.read(64 * 1024):
            body += piece
            if len(body) > self._most:
                return bytes(body[: self._most]), True
            if self.clock() > end:
                raise Refused(f"is still answering after {DEADLINE:.0f} seconds")
        told = getattr(response, "headers", {}).get("Content-Length", "")
        if told.isdecimal() and len(told) < 16 and len(body) < int(told):
            raise Refused(f"ends too early: {len(body)} of {told} bytes came")
        return bytes(body), False

    def _unpacked(self, answer: Answer) -> Answer:
        coding = answer.headers.get("content-encoding")
        if not coding or not answer.body:
            return answer
        try:
            return replace(answer, body=decode(answer.body, coding, self._most, whole=not answer.cut))
        except Torn as error:
            raise Refused(f"ends too early: {error}") from error
        except NotDecodable as error:
            if "larger than" in str(error):
                raise Refused(f"unpacks to more than {self._most >> 20} MB") from error
            raise Refused(f"broken Content-Encoding: {error}") from error
