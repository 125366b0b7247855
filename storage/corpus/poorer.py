"""When an answer to a later visit is poorer than what is stored: a pitch for subscribers, a teaser, half a page.

A page that was whole once and comes back short says more of the outlet's shop than of its news. The stored text stays;
the poor answer is noted with its URL and becomes a revision only when ``TIMES`` visits, at least ``APART`` seconds from
one to the next, have given the same.
"""

from __future__ import annotations

from typing import Any

LEAST_WORDS = 40  # of the stored text: shorter ones (a caption, a flash) change as they like
SHRUNK = 0.5  # of the stored text's words: with less an answer is poorer
PITCH = 0.9  # the same where the page says that it stands behind a paywall
TIMES = 3  # visits that must say the same: the first and two more
APART = 86_400.0  # seconds between two of them
_SLACK = 3_600.0  # a run that comes somewhat early counts
AGAIN = APART - _SLACK  # seconds after which it is worth asking again
PAYWALL = ("access", "access_evidence")  # keys of the rights ledger, as extraction gives them


def is_poorer(stored: str, came: str, *, paywalled: bool = False) -> bool:
    """Whether a text that came now is a poorer answer than the one that is stored."""
    before, now = len(stored.split()), len(came.split())
    return before >= LEAST_WORDS and now < before * (PITCH if paywalled else SHRUNK)


def paywall_of(rights: dict[str, Any]) -> dict[str, Any]:
    """What a page's rights say of a paywall; empty where it shows none."""
    return {name: rights[name] for name in PAYWALL if name in rights} if rights.get("access") == "subscription" else {}


def note(before: Any, content_hash: str | None, words: int, now: float) -> dict[str, Any]:
    """The note of a poor answer, to be kept with its URL: what it was (hash of title and text, words), when first and
    last (seconds since the epoch), and on how many visits that count. ``before`` is the note so far, if any."""
    if not isinstance(before, dict) or before.get("content_hash") != content_hash:
        return {"content_hash": content_hash, "words": words, "first": now, "last": now, "times": 1}
    if now - float(before["last"]) < AGAIN:
        return before
    return {**before, "last": now, "times": int(before["times"]) + 1}


def is_confirmed(noted: dict[str, Any]) -> bool:
    """Whether enough visits have said the same."""
    return int(noted["times"]) >= TIMES
