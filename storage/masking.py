"""Texts without the passwords of the database URLs in them, for messages, logs and reports."""

from __future__ import annotations

import re

# Up to the last "@" of the word: of a password that was not encoded ("p@ss/word") nobody can tell where it ends.
_PASSWORD = re.compile(r"(?<=://)([^\s:/@]{0,200}):\S{1,4000}@")
_PASSWORD_OPTION = re.compile(r"\b((?:ssl)?password|passfile)=[^&\s'\"]{1,4000}", re.IGNORECASE)


def masked(text: str) -> str:
    """A text without the passwords of the URLs in it, whether or not those can be read."""
    return _PASSWORD_OPTION.sub(r"\1=***", _PASSWORD.sub(r"\1:***@", text))
