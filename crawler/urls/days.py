"""Days that an address names: the one reader of them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from urllib.parse import urlsplit

# Between slashes a day is a whole segment: in "/2021/01/11-peserta-ikut-lomba" the 11 counts participants.
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=[/.]|$)"
    r"|-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(?!\d))"
)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/.-]?(0[1-9]|1[0-2])(?!\d)")


def span(url: str) -> tuple[date, date] | None:
    """First and last day a URL's path names ("/2020/11/09/", "/2020/11/", "sitemap-2020-11.xml"), or None.

    Runs of digits without separators (CNN Indonesia's ``20201109123456``) are not read: they are not publication times.
    """
    path = urlsplit(url).path if "://" in url else url
    if match := _DAY.search(path):
        try:
            day = date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
        except ValueError:
            return None
        return day, day
    if match := _MONTH.search(path):
        year, month = int(match[1]), int(match[2])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return None
