"""Alarms brought to people: real servers on this machine, a secret in every address, and none in what is said."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.crawl import delivery
from crawler.crawl.alarms import Alarm
from crawler.crawl.delivery import channels
from storage.errors import ConfigurationError

SECRET = "s3cret"
ALARMS = [
    Alarm("kompas", "dated", 0.91, 1.0, 0.02, page="https://www.kompas.com/1"),
    Alarm("tempo\r\nBcc: x@example.org", "found", 20, 60, 0),
]


def told(environment: dict[str, str]) -> list[str]:
    troubles = delivery.deliver(channels(environment), 7, ALARMS)
    assert not [line for line in troubles if SECRET in line]
    return troubles


@contextmanager
def webhook(status: int = 200, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[Any]]]:
    """A server that answers so; its port, and the bodies it was sent."""
    bodies: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    class Quiet(HTTPServer):
        def handle_error(self, *args: object) -> None: ...

    with Quiet(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1], bodies
        finally:
            server.shutdown()
            thread.join()


def test_a_webhook_is_sent_words_and_values() -> None:
    with webhook() as (port, bodies):
        assert told({"ALARM_WEBHOOK": f"http://127.0.0.1:{port}/{SECRET}"}) == []
    [body] = bodies
    first, line, _ = body["text"].split("\n")
    assert first == "conflict_news: 2 alarms in run 7: kompas, tempoBcc: x@example.org"
    assert line == "kompas: dated 0.02, expected 0.91 to 1; look at https://www.kompas.com/1"
    assert body["alarms"][0] == {
        "outlet": "kompas", "measure": "dated", "low": 0.91, "high": 1.0, "seen": 0.02, "days": 1,
        "page": "https://www.kompas.com/1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "why"), [(500, "HTTP 500"), (403, "HTTP 403"), (302, "HTTP 302"), (307, "HTTP 307")]
)
def test_a_webhook_that_refuses_or_leads_on_is_told(status: int, why: str) -> None:
    with webhook(status) as (port, bodies):
        troubles = told({"ALARM_WEBHOOK": f"http://127.0.0.1:{port}/{SECRET}"})
    assert troubles == [f"alarms were not delivered, webhook at 127.0.0.1: {why}"]
    assert len(bodies) == 1


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = {"ALARM_WEBHOOK": f"http://127.0.0.1:{port}/{SECRET}", **mail(port)}
    assert told(environment) == [
        "alarms were not delivered, webhook at 127.0.0.1: Connection refused",
        "alarms were not delivered, mail server 127.0.0.1: Connection refused",
    ]


def test_a_server_that_says_nothing_does_not_hold_up_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(delivery, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        environment = {"ALARM_WEBHOOK": f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET}"}
        assert told(environment) == ["alarms were not delivered, webhook at 127.0.0.1: no end within 0.05 s"]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with webhook(context=_unknown_certificate(tmp_path)) as (port, bodies):
        [trouble] = told({"ALARM_WEBHOOK": f"https://127.0.0.1:{port}/{SECRET}"})
    assert trouble == "alarms were not delivered, webhook at 127.0.0.1: TLS: CERTIFICATE_VERIFY_FAILED"
    assert bodies == []


class Postmaster:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.messages.append(envelope)
        return "250 OK"


def mail(port: int, password: str = SECRET, **more: str) -> dict[str, str]:
    return {
        "ALARM_SMTP": f"smtp://anna:{password}@127.0.0.1:{port}",
        "ALARM_FROM": "crawl@example.org",
        "ALARM_TO": "anna@example.org, budi@example.org",
    } | more


@contextmanager
def mail_server() -> Iterator[tuple[int, Postmaster]]:
    master = Postmaster()

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == SECRET.encode()
        return AuthResult(success=right, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        master, hostname="127.0.0.1", port=port, authenticator=authenticate, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        yield port, master
    finally:
        controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_goes_to_all_who_are_named() -> None:
    with mail_server() as (port, master):
        assert told(mail(port)) == []
    [envelope] = master.messages
    assert envelope.rcpt_tos == ["anna@example.org", "budi@example.org"]
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content)
    assert message["Subject"] == "conflict_news: 2 alarms in run 7: kompas, tempoBcc: x@example.org"
    assert message["Bcc"] is None
    assert "kompas: dated 0.02, expected 0.91 to 1" in str(message.get_payload())


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_told_without_it() -> None:
    with mail_server() as (port, master):
        [trouble] = told(mail(port, password="wr0ng"))
    assert trouble == "alarms were not delivered, mail server 127.0.0.1: SMTPAuthenticationError 535"
    assert master.messages == []


@pytest.mark.parametrize(
    "environment",
    [
        {"ALARM_WEBHOOK": f"http://hooks.example.org/{SECRET}"},  # in the clear
        {"ALARM_WEBHOOK": f"file:///{SECRET}"},
        {"ALARM_WEBHOOK": f"https://[{SECRET}"},
        {"ALARM_WEBHOOK": f"https://example.org/{SECRET}\r\nX: y"},
        {"ALARM_SMTP": f"http://anna:{SECRET}@example.org"},
        {"ALARM_SMTP": f"smtp://anna:{SECRET}@example.org"},  # to nobody
        mail(25, ALARM_TO=f"x@example.org\r\nBcc: {SECRET}@example.org"),
    ],
)
def test_what_cannot_be_an_address_is_refused_before_the_crawl_and_not_quoted(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        channels(environment)
    assert SECRET not in str(refused.value)


def test_without_an_address_nobody_is_told() -> None:
    assert channels({"ALARM_WEBHOOK": " ", "ALARM_TO": "x@example.org"}) == []


def _unknown_certificate(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *private) + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
