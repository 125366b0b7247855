"""Several small web sites on loopback, one address each, one port for all; every request is written down.

A ``Site`` turns an ``Asked`` into an ``Answer``; ``Server`` binds the addresses, answers in threads, keeps the
validators (ETag, Last-Modified, 304), the encodings (gzip, br) and the log. Nothing here knows of news.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import brotli

EPOCH = datetime(2024, 3, 29, 3, 0, tzinfo=UTC)  # "now" of the newsroom: the same on each start


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a site sees it: path and query apart, header names in lower case."""

    path: str
    query: str
    headers: dict[str, str]

    def arg(self, name: str, default: str = "") -> str:
        """First value of a query parameter, or the default."""
        return parse_qs(self.query, keep_blank_values=True).get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        """Every value of a query parameter, in order."""
        return parse_qs(self.query).get(name, [])

    def number(self, name: str, default: int = 1) -> int:
        """A query parameter as a number of at least 0; the default when it is missing or no number."""
        value = self.arg(name)
        return int(value) if value.isdigit() else default


@dataclass(slots=True)
class Answer:
    """What a site says. A ``body`` in pieces is sent chunked, or as it is when ``length`` is known.

    ``wait`` is the time in seconds before the first byte, ``pause`` the time after each piece. ``encoding`` ("gzip",
    "br") is used if the client accepts it. Whole bodies of status 200 get an ETag, unless ``fresh`` is set.
    A ``bare`` body has no length: it ends with its connection.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    modified: datetime | None = EPOCH
    encoding: str | None = None
    length: int | None = None
    wait: float = 0.0
    pause: float = 0.0
    fresh: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the log: when (Unix time, and monotonic seconds), which site, what was asked and answered."""

    time: float
    monotonic: float
    site: str
    host: str
    path: str  # with its query, as it came
    status: int
    method: str
    agent: str
    if_none_match: str | None
    if_modified_since: str | None
    range: str | None
    accept_encoding: str | None
    referer: str | None

    @property
    def conditional(self) -> bool:
        """Whether the client said which version it already has."""
        return bool(self.if_none_match or self.if_modified_since)


class Site:
    """One web site on one address. ``base`` (no slash at its end) is known as soon as a server binds it."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        self.base = f"http://{address}"
        self._asked: set[str] = set()

    def first_time(self, what: str) -> bool:
        """Whether this is asked of since the start for the first time."""
        first = what not in self._asked
        self._asked.add(what)
        return first

    def bound(self) -> None:
        """Called when ``base`` is known, before the first request."""

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request. To be filled in by each kind of site."""
        raise NotImplementedError


class Server:
    """Serves sites while the ``with`` block lasts. ``port`` 0 finds one that is free on all their addresses."""

    def __init__(self, sites: Sequence[Site], port: int = 0, log_file: Path | None = None) -> None:
        self.sites, self.port, self.log_file = list(sites), port, log_file
        self.log: list[Request] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._servers: list[_HTTPServer] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bind all addresses and begin to answer. Raises ``OSError`` when the port asked for is taken."""
        for _ in range(20):
            try:
                self._bind()
                break
            except OSError as error:
                if self.port or error.errno != errno.EADDRINUSE:
                    raise
        else:
            raise OSError(errno.EADDRINUSE, "no port is free on all the addresses")
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _bind(self) -> None:
        port, bound = self.port, []
        try:
            for site in self.sites:
                server = _HTTPServer((site.address, port), self, site)
                bound.append(server)
                port = server.server_address[1]
        except OSError:
            for server in bound:
                server.server_close()
            raise
        self._servers = bound
        self.port = port
        for site in self.sites:
            site.base = f"http://{site.address}:{port}"
            site.bound()

    def stop(self) -> None:
        """Stop answering, also in the middle of slow answers, and close all connections."""
        self.stopping.set()
        ends = [threading.Thread(target=server.shutdown) for server in self._servers]  # each takes a moment
        for end in ends:
            end.start()
        for end, server in zip(ends, self._servers, strict=True):
            end.join()
            server.hang_up()
            server.server_close()
        self._servers = []

    def record(self, request: Request) -> None:
        """Write a request down, in memory and in the log file if there is one."""
        with self._lock:
            self.log.append(request)
            if self.log_file:
                with self.log_file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(asdict(request)) + "\n")

    def requests(self, site: str | None = None, path: str | None = None) -> list[Request]:
        """Requests so far, in order; of one site and one path (with its query) where given."""
        return [r for r in self.log if (site is None or r.site == site) and (path is None or r.path == path)]


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], server: Server, site: Site) -> None:
        self.owner, self.site = server, site
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking for the name of the address, which takes seconds where no name server answers."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up in the middle are part of the game; anything else is a mistake worth seeing."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError | ValueError | OSError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Newsroom"
    sys_version = ""
    server: _HTTPServer

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal: the log is ``Server.log``."""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = urlsplit(self.path)
        owner, site = self.server.owner, self.server.site
        answer = site.answer(Asked(parts.path, parts.query, headers))
        if isinstance(answer.body, bytes):
            self._validate(answer, headers)
        seen = headers.get
        owner.record(
            Request(
                time.time(), time.monotonic(), site.name, site.address, self.path, answer.status, self.command,
                seen("user-agent", ""), seen("if-none-match"), seen("if-modified-since"), seen("range"),
                seen("accept-encoding"), seen("referer"),
            )
        )  # fmt: skip
        if answer.wait and owner.stopping.wait(answer.wait):
            self.close_connection = True
            return
        self._send(answer)

    do_HEAD = do_GET  # noqa: N815

    def _validate(self, answer: Answer, headers: dict[str, str]) -> None:
        """Encode the body, add the validators, and turn the answer into a 304 when the client's copy is current."""
        assert isinstance(answer.body, bytes)
        plain = answer.body
        accepted = headers.get("accept-encoding", "")
        if answer.encoding and answer.encoding in accepted:
            answer.body = brotli.compress(plain, quality=5) if answer.encoding == "br" else squeeze(plain)
            answer.headers["Content-Encoding"] = answer.encoding
            answer.headers["Vary"] = "Accept-Encoding"
        if answer.status != 200 or answer.fresh:
            return
        etag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
        answer.headers["ETag"] = etag
        if answer.modified:
            answer.headers["Last-Modified"] = format_datetime(answer.modified.astimezone(UTC), usegmt=True)
        if current(etag, answer.modified, headers):
            answer.status, answer.body = 304, b""
            answer.headers.pop("Content-Encoding", None)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.status != 304:
            self.send_header("Content-Type", answer.kind)
        length = len(answer.body) if isinstance(answer.body, bytes) else answer.length
        if answer.bare:
            self.send_header("Connection", "close")
        elif length is not None:
            if answer.status != 304:
                self.send_header("Content-Length", str(length))
        else:
            self.send_header("Transfer-Encoding", "chunked")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        if isinstance(answer.body, bytes):
            self.wfile.write(answer.body)
            return
        for piece in answer.body:
            self.wfile.write(piece if length is not None else b"%x\r\n%s\r\n" % (len(piece), piece))
            if answer.pause:
                self.wfile.flush()
            if self.server.owner.stopping.wait(answer.pause) if answer.pause else self.server.owner.stopping.is_set():
                self.close_connection = True
                return
        if length is None:
            self.wfile.write(b"0\r\n\r\n")


def current(etag: str, modified: datetime | None, headers: dict[str, str]) -> bool:
    """Whether the client's copy is the current one (RFC 9110, 13.2.2: If-None-Match goes before If-Modified-Since)."""
    known = headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified.astimezone(UTC).replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def squeeze(body: bytes) -> bytes:
    """Gzip without a time in its head: the same bytes on each start."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        packed.write(body)
    return out.getvalue()
