"""Where the readers' part of a page begins: below a heading of a comment section, if readers' words follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crawler.extraction.cleaning import phrases
from crawler.extraction.cleaning.bylines import is_date_line

_AHEAD = 8  # lines looked at for signs of readers
_SAYS = re.compile(
    r"^[\w .'@-]{2,40}\s(?:says|said|wrote|commented|berkata|mengatakan|menulis|berkomentar)\b[\s:.…]{0,5}$",
    re.IGNORECASE,
)
_AGO = (
    r"\b\d{1,3} (?:menit|jam|hari|minggu|bulan|tahun|minutes?|hours?|days?|weeks?|months?|years?)"
    r"(?: yang)? (?:lalu|ago)\b"
)
_SIGNS = re.compile(
    r"^(?:balas|reply|jawab|kutip|quote|suka|like|laporkan|report|log in to reply|masuk untuk membalas)\W{0,3}$"
    rf"|{_AGO}"
    r"|^(?:nama|name|e-?mail|website|situs web|alamat surel|anonim|anonymous|guest|tamu|pengunjung)\W{0,5}$"
    r"|^[a-z][\w.-]{1,20}\s?:\s",
    re.IGNORECASE,
)
_AGE = re.compile(_AGO, re.IGNORECASE)
_ANSWER = re.compile(r"^(?:balas|reply|jawab|kutip|quote)\W{0,3}(?:\w{1,12}\W{0,3}){0,2}$", re.IGNORECASE)


def begins(text: str, below: Callable[[], Sequence[str]], is_paragraph: Callable[[str], bool]) -> bool:
    """Whether a line begins the readers' part.

    ``below`` gives the lines below it, asked for only where it matters. A weak heading ("12 tanggapan") needs
    signs of readers below it, or nothing there that could be lost.
    """
    bare = phrases.bare(text)
    for rule in phrases.COMMENTS:
        if len(text) > rule.max_chars or not (bare in rule.texts or rule.pattern.search(text)):
            continue
        if rule.strength == "strong":
            return True
        after = below()
        if not any(map(is_paragraph, after)) or any(
            _SAYS.match(line) or _SIGNS.search(line[:120]) or (len(line) <= 40 and is_date_line(line))
            for line in after[:_AHEAD]
        ):
            return True
    return False


def talks(text: str, below: Sequence[str]) -> bool:
    """Whether a heading of no known wording stands above readers' words: an age and a button to answer, twice."""
    near = [text, *below[: 2 * _AHEAD]]
    ages = [at for at, line in enumerate(near) if len(line) <= 60 and _AGE.search(line)]
    return len(ages) >= 2 and ages[0] <= 2 and sum(1 for line in near if _ANSWER.match(line)) >= 2
