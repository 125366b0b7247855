"""What every request and answer goes through: hosts, headers, bounded requests, and decisions that are a person's own.

Pages show hostile text. The policy lets nothing run but the package's own scripts, nothing load but from this server,
and nothing be framed but archived pages (``frames``), which have a policy of their own. Other sites cannot reach the
server under a name of theirs (DNS rebinding: the ``Host`` must be this machine's), nor send a decision: the session's
cookie is ``SameSite=Strict``, the form carries a token of that session, and its ``Origin`` must be the server itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ["127.0.0.1", "localhost"]
MOST_QUERY = 2_000  # bytes of a query string
MOST_BODY = 20_000  # bytes of a form
SESSION = "session"
POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
# Of archived pages: their own styles, and nothing else; the sandbox makes them strangers to this server's pages.
FRAME_POLICY = "; ".join((
    "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "form-action 'none'", "base-uri 'none'",
    "frame-ancestors 'self'", "sandbox",
))  # fmt: skip
_HEADERS = {
    "x-content-type-options": "nosniff",
    # With "no-referrer" browsers send "Origin: null" with our own forms, too, which would say nothing.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware: bounds what is asked, and gives every answer the headers above, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (https://asgi.readthedocs.io)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_HEADERS | {"content-security-policy": POLICY}).items():
                    headers.setdefault(name, value)
            await send(message)

        if len(scope.get("query_string", b"")) > MOST_QUERY:
            answer: Response = PlainTextResponse("the address is too long", 414)
            await answer(scope, receive, guarded)
            return
        if _length(scope) > MOST_BODY:
            await PlainTextResponse("too large", 413)(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)


def _length(scope: Scope) -> int:
    """The announced length of a body; one that is sent in pieces of unknown length is refused like a large one."""
    given = {name.lower(): value for name, value in scope["headers"]}
    if b"transfer-encoding" in given:
        return MOST_BODY + 1
    length = given.get(b"content-length", b"0")
    return int(length) if length.isdigit() else MOST_BODY + 1


class Tokens:
    """A token for each session, by a secret that lives as long as the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def session(self, request: Request) -> str:
        """The session of a request; a new one where it has none."""
        given = request.cookies.get(SESSION, "")
        return given if len(given) == 43 else secrets.token_urlsafe(32)

    def token(self, session: str) -> str:
        """What a form of that session must carry."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def check(self, request: Request, token: str) -> None:
        """Refuse (403) a form that does not come from a page of ours in the same session."""
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        session = request.cookies.get(SESSION, "")
        own = origin is not None and urlsplit(origin).scheme == "http" and urlsplit(origin).netloc == host
        if not own or not session or not hmac.compare_digest(self.token(session).encode(), token.encode()):
            raise HTTPException(403, "this form is not from a page of this session; load the page again")
