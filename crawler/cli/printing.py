"""What is printed for a person: pages and servers must not be able to give orders to the terminal, nor to rich.

Whatever a command prints that came from outside goes through ``printable``; log lines and tracebacks all do.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import IO, Any

from rich.text import Text

from storage.masking import masked

# Control characters, and those that change the direction of what follows.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BETWEEN_LINES = frozenset("\n\t")


def printable(text: str, *, lines: bool = False) -> str:
    r"""A text with its control and direction characters as escapes (``\u001b``); with ``lines`` it keeps its own."""

    def escaped(found: re.Match[str]) -> str:
        return found[0] if lines and found[0] in _BETWEEN_LINES else f"\\u{ord(found[0]):04x}"

    return _CONTROLS.sub(escaped, text)


def say(text: str, *, lines: bool = False, file: IO[str] | None = None) -> None:
    """Print a line (``lines``: several)."""
    print(printable(text, lines=lines), file=file, flush=True)


def cell(text: str, style: str = "") -> Text:
    """One line for a table or tree of rich: no markup is read in it."""
    return Text(printable(text), style)


def guard_logs() -> None:
    """Have log lines and tracebacks of this process say what they quote in the same way, without passwords."""
    logging.setLogRecordFactory(_record)
    sys.excepthook = _unforeseen


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)
    record.msg, record.args = _quoted(record.getMessage()), ()
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = _quoted("".join(traceback.format_exception(*record.exc_info)).rstrip())
    return record


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    print(_quoted("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)


def _quoted(text: str) -> str:
    return printable(masked(text), lines=True)
