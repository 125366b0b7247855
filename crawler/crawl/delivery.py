"""Alarms brought to people: a webhook and e-mail, where the environment names them.

Addresses may hold secrets: they are read from the environment only, never from the command line, and what is said of a
delivery names its host at most. TLS is verified; without it only this machine is spoken to. A delivery that fails or
hangs is said, and changes nothing of the run.
"""

from __future__ import annotations

import http.client
import smtplib
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import orjson

from crawler.crawl.alarms import Alarm
from storage.errors import ConfigurationError

WEBHOOK, SMTP, SENDER, RECIPIENTS = "ALARM_WEBHOOK", "ALARM_SMTP", "ALARM_FROM", "ALARM_TO"
ANSWER_SECONDS = 10.0  # that a server may take for one answer
PATIENCE_SECONDS = 30.0  # for a whole delivery
MOST = 50  # alarms told one by one
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to people: how it may be called without telling a secret, and what delivers."""

    name: str
    deliver: Callable[[int, Sequence[Alarm]], None]


def channels(environment: Mapping[str, str]) -> list[Channel]:
    """The ways that the environment names. Raises ``ConfigurationError`` for what cannot be one; it quotes nothing."""
    found = []
    if webhook := environment.get(WEBHOOK, "").strip():
        address = _address(WEBHOOK, webhook, {"http": False, "https": True})
        found.append(Channel(f"webhook at {address.hostname}", lambda run, alarms: _post(webhook, run, alarms)))
    if server := environment.get(SMTP, "").strip():
        address = _address(SMTP, server, {"smtp": True, "smtps": True})
        sender, to = (environment.get(name, "").strip() for name in (SENDER, RECIPIENTS))
        for name, value in ((SENDER, sender), (RECIPIENTS, to)):
            if "@" not in value or any(sign in value for sign in "\r\n"):
                raise ConfigurationError(f"{name} must name an e-mail address where {SMTP} is set")
        found.append(
            Channel(f"mail server {address.hostname}", lambda run, alarms: _mail(address, sender, to, run, alarms))
        )
    return found


def _address(name: str, given: str, schemes: Mapping[str, bool]) -> SplitResult:
    """Taken apart; a scheme that is not secure is for this machine only."""
    try:
        address = urlsplit(given)
        usable = address.scheme in schemes and bool(address.hostname) and address.port != 0
    except ValueError:
        usable = False
    if not usable or not given.isprintable() or " " in given:
        raise ConfigurationError(f"{name} is not an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
    if not schemes[address.scheme] and address.hostname not in LOOPBACK:
        raise ConfigurationError(f"{name} must begin with https://: it is a secret, and is not sent in the clear")
    return address


def deliver(found: Sequence[Channel], run: int, alarms: Sequence[Alarm]) -> list[str]:
    """Tell the alarms of a run on every channel, all at once; what went wrong, a line each."""
    told: dict[str, str] = {}

    def attempt(channel: Channel) -> None:
        try:
            channel.deliver(run, alarms)
        except Exception as error:  # noqa: BLE001 - whatever a mail server or a proxy does, the run stays as it is
            told[channel.name] = _why(error)
        else:
            told[channel.name] = ""

    threads = [threading.Thread(target=attempt, args=(channel,), daemon=True) for channel in found]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    ends = [(channel.name, told.get(channel.name, f"no end within {PATIENCE_SECONDS:g} s")) for channel in found]
    return [f"alarms were not delivered, {name}: {why}" for name, why in ends if why]


def _why(error: BaseException) -> str:
    """What went wrong, of a kind that cannot quote an address or a password."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or type(error).__name__}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def _lines(alarms: Sequence[Alarm]) -> list[str]:
    rest = [f"… and {len(alarms) - MOST} more"] if len(alarms) > MOST else []
    return [*map(_harmless, alarms[:MOST]), *rest]


def _harmless(alarm: Alarm) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(alarm))


def _subject(run: int, alarms: Sequence[Alarm]) -> str:
    outlets = sorted({alarm.outlet for alarm in alarms})
    named = ", ".join(outlets[:5]) + (" …" if len(outlets) > 5 else "")
    number = f"{len(alarms)} alarm{'s' if len(alarms) > 1 else ''}"
    return "".join(letter for letter in f"conflict_news: {number} in run {run}: {named}" if letter.isprintable())


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What goes to the webhook goes nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """None: the redirect is an error."""


def _post(url: str, run: int, alarms: Sequence[Alarm]) -> None:
    """JSON: ``text`` for people (what Slack, Mattermost and the like show), ``run`` and ``alarms`` for programs."""
    text = "\n".join([_subject(run, alarms), *_lines(alarms)])
    body = orjson.dumps({"text": text, "run": run, "alarms": [asdict(alarm) for alarm in alarms[:MOST]]})
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=ssl.create_default_context()), _NoRedirects
    )
    try:
        opener.open(request, timeout=ANSWER_SECONDS).close()
    except http.client.InvalidURL as error:  # its message quotes it
        raise ConnectionError("not an address") from error


def _mail(server: SplitResult, sender: str, to: str, run: int, alarms: Sequence[Alarm]) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = _subject(run, alarms), sender, to
    message.set_content("\n".join(_lines(alarms)) + "\n")
    host, secure = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, server.port or 465, timeout=ANSWER_SECONDS, context=secure)
    else:
        client = smtplib.SMTP(host, server.port or 587, timeout=ANSWER_SECONDS)
    with client:
        if server.scheme == "smtp" and host not in LOOPBACK:
            client.starttls(context=secure)  # a server that cannot is not given the mail
        if server.username:
            client.login(unquote(server.username), unquote(server.password or ""))
        client.send_message(message)
