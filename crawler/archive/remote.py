"""Files behind an address, read as a stream that can be sought: HTTP ranges, taken up again where a connection ends.

For bulk archives of gigabytes. Certificates are verified, only http and https are asked, and only what a user names.
"""

from __future__ import annotations

import gzip
import http.client
import io
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from storage.errors import ConfigurationError, PageError

TIMEOUT = 60.0  # seconds for an answer, and between two pieces of it
TRIES = 5  # for one position; each piece that comes begins the count anew
MAX_PATHS = 20_000_000  # bytes of a listing of a month's files, unpacked; CC-NEWS has some 500 files of 100 bytes
_MONTHS = re.compile(r"(\d{4})-(\d\d)(?:\.\.(\d{4})-(\d\d))?")


class RemoteFile(io.RawIOBase):
    """A file at ``url``. ``read`` and ``seek`` as of a local one; raises ``PageError`` where it cannot be had."""

    def __init__(self, url: str, agent: str) -> None:
        super().__init__()
        if not url.startswith(("http://", "https://")):
            raise ConfigurationError(f"{url}: is no http(s) address")
        self.url, self._agent = url, agent
        self._at = self._left = 0
        self._answer: Any = None

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, by asking again."""
        return True

    def tell(self) -> int:
        """The offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset from the beginning (or from here)."""
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if whence == io.SEEK_END or target < 0:
            raise OSError("only from the beginning or from here")
        if target != self._at:
            self._hang_up()
            self._at = target
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; 0 at the end."""
        trouble = "no answer"
        for _ in range(TRIES):
            try:
                if self._answer is None:
                    self._ask()
                if self._answer is None:  # past the end
                    return 0
                count = int(self._answer.readinto(buffer))
                if count == 0 and self._left:
                    raise http.client.IncompleteRead(b"", self._left)
                self._at += count
                self._left = max(0, self._left - count)
                return count
            except urllib.error.HTTPError as error:
                trouble = f"HTTP {error.code}"
                if error.code < 500 and error.code != 429:
                    break
            except (OSError, http.client.HTTPException) as error:
                trouble = str(error) or type(error).__name__
            self._hang_up()
        raise PageError(f"{self.url}: cannot be read at byte {self._at}: {trouble}")

    def _ask(self) -> None:
        headers = {"User-Agent": self._agent, "Accept-Encoding": "identity"}
        if self._at:
            headers["Range"] = f"bytes={self._at}-"
        request = urllib.request.Request(self.url, headers=headers)  # noqa: S310 - http(s) only, see __init__
        try:
            answer = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code == 416:  # the range begins where the file ends
                return
            raise
        if self._at and answer.status != 206:
            answer.close()
            raise PageError(f"{self.url}: the server gives no ranges; fetch the file and name it by its path")
        self._left = int(answer.headers.get("Content-Length") or 0)
        self._answer = answer

    def _hang_up(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def close(self) -> None:
        """Hang up."""
        self._hang_up()
        super().close()


def months(text: str) -> list[tuple[int, int]]:
    """ "2020-09..2020-11" or "2020-09" as (year, month) pairs. Raises ``ConfigurationError``."""
    match = _MONTHS.fullmatch(text.strip())
    if match:
        first = (int(match[1]), int(match[2]))
        last = (int(match[3]), int(match[4])) if match[3] else first
        if 1 <= first[1] <= 12 and 1 <= last[1] <= 12 and first <= last:
            numbers = range(12 * first[0] + first[1] - 1, 12 * last[0] + last[1])
            return [(number // 12, number % 12 + 1) for number in numbers]
    raise ConfigurationError(f"--cc-news {text}: must be months like 2020-09 or 2020-09..2020-11")


def cc_news(text: str, base: str, agent: str) -> Iterator[str]:
    """Addresses of some months' files of CC-NEWS (commoncrawl.org/blog/news-dataset-available).

    ``base`` is where the data lies, as https://data.commoncrawl.org. Raises ``PageError`` where there is no listing.
    """
    base = base.rstrip("/")
    for year, month in months(text):
        with RemoteFile(f"{base}/crawl-data/CC-NEWS/{year}/{month:02d}/warc.paths.gz", agent) as listing:
            try:
                with gzip.open(io.BufferedReader(listing)) as unpacked:
                    lines = unpacked.read(MAX_PATHS).decode("ascii", "replace").split()
            except (OSError, EOFError) as error:
                raise PageError(f"{listing.url}: is no gzip file: {error}") from error
        yield from (f"{base}/{line.lstrip('/')}" for line in lines)
