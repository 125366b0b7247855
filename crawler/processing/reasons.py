"""Why a page gave no article, or a URL is finished: a cause that programs act on, and words for people.

A ``Reason`` is its words (it is a ``str``: it is stored, counted and printed as it is) and knows its ``cause``. Nobody
takes the words apart: a reworded message changes no exit code and no retry.
"""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Kinds of reasons. The value is how its words begin."""

    PAGE_ERROR = "page error"  # reading it failed: too slow, a crash; may pass
    TORN = "torn page"  # it ended on the way; may pass
    EMPTY = "empty answer"  # a status that says it is well, and nothing there; may pass
    BLOCK_PAGE = "block page"  # somebody stands between us and the page; may pass
    SOFT_404 = "soft 404"  # status 200, and a page that says there is none
    GATE = "gate"  # its bytes cannot be an Indonesian page
    LOOK = "first look"  # its headline and first paragraphs are of something else
    NO_TEXT = "no article text"
    JUDGED = ""  # the topic's own word: "threshold", "language", "guard: …"
    OUTSIDE = "outside the window"
    STATUS = "HTTP"
    REDIRECTED = "redirected to"
    REDIRECT_REFUSED = "redirect"  # it leads to nothing that can be asked for
    ROBOTS = "robots.txt"
    TOO_LARGE = "too large"
    NO_ANSWER = "no answer"
    CRAWL_ERROR = "crawl error"
    CAPTURE = "capture cannot be read"


class Reason(str):
    """The words, with the cause behind them: ``Reason(Cause.STATUS, "404")`` is "HTTP 404"."""

    __slots__ = ("cause",)
    cause: Cause

    def __new__(cls, cause: Cause, words: str | None = None) -> Reason:
        """``words`` are those for people; without them the cause's own."""
        made = super().__new__(cls, cause.value if words is None else words)
        made.cause = cause
        return made

    def __getnewargs__(self) -> tuple[Cause, str]:  # type: ignore[override]
        return self.cause, str(self)

    @classmethod
    def of(cls, cause: Cause, detail: str) -> Reason:
        """The cause with a detail: "page error: TimeoutError"."""
        return cls(cause, f"{cause.value}: {detail}")


def cause_of(reason: str | None) -> Cause | None:
    """The cause of a reason; None for no reason and for plain words."""
    return reason.cause if isinstance(reason, Reason) else None
